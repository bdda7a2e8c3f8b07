"""The backlog: who is in it, who is apart, and how far the rescue is that runs. Everybody counts once."""

from employer_app.queries.rescue.pile import InHeap, people_of, pile, seen_of
from employer_app.queries.rescue.progress import (
    DayList,
    Progress,
    next_people,
    progress,
    running,
    with_fate,
)

__all__ = [
    "DayList",
    "InHeap",
    "Progress",
    "next_people",
    "people_of",
    "pile",
    "progress",
    "running",
    "seen_of",
    "with_fate",
]
