"""The stages of a job. A stage has a free name and one of six kinds, which is all that rules look at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StageKind(StrEnum):
    APPLIED = "applied"
    SCREEN = "screen"
    INTERVIEW = "interview"
    FINAL = "final"
    OFFER = "offer"
    HIRED = "hired"

    @property
    def depth(self) -> int:
        """0 (applied) to 5 (hired): how far somebody came."""
        return _ORDER.index(self)


_ORDER = list(StageKind)


class InterviewKind(StrEnum):
    SCREEN = "screen"
    ONE_TO_ONE = "one_to_one"
    PANEL = "panel"
    GROUP = "group"
    ONE_WAY = "one_way"

    @property
    def stage_kind(self) -> StageKind:
        """The depth that having had such a talk proves; a screening call is not an interview."""
        return StageKind.SCREEN if self is InterviewKind.SCREEN else StageKind.INTERVIEW


@dataclass(frozen=True)
class StagePlan:
    name: str
    kind: StageKind
    counts_as_interview: bool


DEFAULT_STAGES = (
    StagePlan("Applied", StageKind.APPLIED, False),
    StagePlan("Phone screen", StageKind.SCREEN, False),
    StagePlan("Interview", StageKind.INTERVIEW, True),
    StagePlan("Final", StageKind.FINAL, True),
    StagePlan("Offer", StageKind.OFFER, True),
    StagePlan("Hired", StageKind.HIRED, True),
)


def deepest(a: StageKind, b: StageKind) -> StageKind:
    return a if a.depth >= b.depth else b


def interviewed(depth: StageKind) -> bool:
    return depth.depth >= StageKind.INTERVIEW.depth
