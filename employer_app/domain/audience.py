"""Who gets the same text: people who came equally far, read the same language, and waited about as long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from employer_app.domain.stage import StageKind


class Group(StrEnum):
    """By how far somebody came."""

    APPLIED = "applied"
    INTERVIEWED = "interviewed"
    FINAL = "final"

    @property
    def met(self) -> bool:
        return self is not Group.APPLIED


def group_of(depth: StageKind) -> Group:
    if depth.depth >= StageKind.FINAL.depth:
        return Group.FINAL
    return Group.INTERVIEWED if depth.depth >= StageKind.INTERVIEW.depth else Group.APPLIED


LATE_AFTER = timedelta(days=60)
"""Without a word from us for longer, a letter says that it comes late, and apologises."""


def very_late(last_word: datetime, now: datetime) -> bool:
    return now - last_word > LATE_AFTER


@dataclass(frozen=True, slots=True)
class Audience:
    """`language` empty: the language of the list, and everybody whose own language it has no text in."""

    group: Group
    language: str = ""
    late: bool = False
    """They have waited so long that the letter says so."""

    @property
    def met(self) -> bool:
        return self.group.met

    @property
    def value(self) -> str:
        """As stored and as the fields of a form are named: "applied", "applied-de", "applied-de-late"."""
        return "-".join(filter(None, (self.group.value, self.language, "late" if self.late else "")))

    def __str__(self) -> str:
        return self.value

    @classmethod
    def parse(cls, value: str) -> Audience:
        """Raises ValueError for what is none."""
        group, *more = value.split("-")
        late = more[-1:] == ["late"]
        return cls(Group(group), "".join(more[:-1] if late else more), late)
