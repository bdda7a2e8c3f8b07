"""Who gets the same text: people who came equally far and read the same language."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Audience:
    """`language` empty: the language of the list, and everybody whose own language it has no text in."""

    group: Group
    language: str = ""

    @property
    def met(self) -> bool:
        return self.group.met

    @property
    def value(self) -> str:
        """As stored and as the fields of a form are named after it: "applied", "applied-de"."""
        return f"{self.group}-{self.language}" if self.language else self.group.value

    def __str__(self) -> str:
        return self.value

    @classmethod
    def parse(cls, value: str) -> Audience:
        """Raises ValueError for what is none."""
        group, _, language = value.partition("-")
        return cls(Group(group), language)
