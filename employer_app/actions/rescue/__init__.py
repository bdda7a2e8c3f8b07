"""Backlog rescue: plan an old pile, prepare the list of each day, let go of people, and take that back.

Nothing here sends. The list of a day is an ordinary send list, which a person reviews and confirms.
Who is on the old pile stays there while planned, so that the home list is not flooded: whatever happens to
somebody takes them off it (ledger/record.py), and whoever a confirmed list left out is put on the home list.
"""

from employer_app.actions.rescue.day import prepare
from employer_app.actions.rescue.let_go import take_back
from employer_app.actions.rescue.running import change, end, pause, resume
from employer_app.actions.rescue.start import Drip, Planned, plan

__all__ = ["Drip", "Planned", "change", "end", "pause", "plan", "prepare", "resume", "take_back"]
