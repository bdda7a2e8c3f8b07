"""Whom we owe an answer: one row per application, with the debt that presses most; the others are counted.

A person is in exactly one group, that of the most pressing debt: late (past its last moment), due today (also
its target but not late yet), due soon (it shows by now), or later. Late, today and soon make up all shown.
Rows hold dates; the moment that they are compared with comes in, or is now.
"""

from employer_app.queries.owed.filters import Filters, Source, SourceKind
from employer_app.queries.owed.lists import EVERYBODY, PAGE, owed_counts, owed_ids, owed_page, owed_piles
from employer_app.queries.owed.options import Options, owed_options
from employer_app.queries.owed.row import After, Group, OwedCounts, OwedRow, Page, Pile, due, explain

__all__ = [
    "EVERYBODY",
    "PAGE",
    "After",
    "Filters",
    "Group",
    "Options",
    "OwedCounts",
    "OwedRow",
    "Page",
    "Pile",
    "Source",
    "SourceKind",
    "due",
    "explain",
    "owed_counts",
    "owed_ids",
    "owed_options",
    "owed_page",
    "owed_piles",
]
