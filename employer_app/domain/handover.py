"""Who owes an answer, by way of which hands: a change that was taken back counts as if it had never been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

#: characters; it is a line to a colleague, not a letter
LONGEST_NOTE = 500


@dataclass(frozen=True)
class OwnerChange:
    """One change of hands. `owner_id` None: the owner of the job."""

    owner_id: int | None
    at: datetime
    #: who did it; empty for the command line
    by: str = ""
    note: str = ""
    #: it belongs to a hand-over, and who had it before that
    handover_id: int | None = None
    from_owner_id: int | None = None
    #: it takes this hand-over back
    taken_back: int | None = None


def standing(changes: Sequence[OwnerChange]) -> OwnerChange | None:
    """The change that counts now, of those of one application in order; None: it never changed hands."""
    stack: list[OwnerChange] = []
    for change in changes:
        if change.taken_back is None:
            stack.append(change)
        elif stack and stack[-1].handover_id == change.taken_back:
            stack.pop()
    return stack[-1] if stack else None


def one_paragraph(note: str) -> str:
    """As it is kept: no line breaks, no control characters, nothing at its ends."""
    return " ".join("".join(char if char.isprintable() else " " for char in note).split())
