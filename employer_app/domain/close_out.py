"""A close-out or update of many: its groups, the text each gets, and how long it can be undone.

People who were met are never in the bulk: they form groups of their own, with a line written for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from employer_app.domain.kind import about
from employer_app.domain.merge import compile_text
from employer_app.domain.message import NEEDS_PERSONAL_LINE, Kind, Purpose, purpose_of, states_no
from employer_app.domain.stage import StageKind
from employer_app.domain.starter import Starter, Tone, Variant, starter, starters


class Group(StrEnum):
    """By how far somebody came."""

    APPLIED = "applied"
    INTERVIEWED = "interviewed"
    FINAL = "final"

    @property
    def met(self) -> bool:
        return self is not Group.APPLIED


class Cause(StrEnum):
    """Why everybody who is left gets an answer now."""

    FILLED = "filled"
    NOT_CHOSEN = "not_chosen"
    CANCELLED = "cancelled"


#: per cause and group: the kind of message, and the reason that is recorded
DEFAULTS: Mapping[Cause, Mapping[Group, tuple[Kind, str]]] = {
    Cause.FILLED: {
        Group.APPLIED: (Kind.FILLED, "FILLED"),
        Group.INTERVIEWED: (Kind.REJECT_INTERVIEW, "FILLED"),
        Group.FINAL: (Kind.REJECT_FINAL, "FINAL-2"),
    },
    Cause.NOT_CHOSEN: {
        Group.APPLIED: (Kind.REJECT_APPLICATION, "LESS-SCREEN"),
        Group.INTERVIEWED: (Kind.REJECT_INTERVIEW, "INT-SKILL"),
        Group.FINAL: (Kind.REJECT_FINAL, "FINAL-2"),
    },
    Cause.CANCELLED: dict.fromkeys(Group, (Kind.CANCELLED_OR_ON_HOLD, "CANCEL")),
}


def group_of(depth: StageKind) -> Group:
    if depth.depth >= StageKind.FINAL.depth:
        return Group.FINAL
    return Group.INTERVIEWED if depth.depth >= StageKind.INTERVIEW.depth else Group.APPLIED


@dataclass(frozen=True)
class GroupText:
    """What one group is told. `subject` and `body` are Liquid."""

    kind: Kind
    subject: str
    body: str
    disposition: str = ""
    #: fills the reason's sentence, as the advert says it: "a lorry licence"
    criterion: str = ""
    #: the on-hold wording: nobody is turned down
    paused: bool = False

    @classmethod
    def of(
        cls,
        kind: Kind,
        disposition: str = "",
        tone: Tone = Tone.WARM,
        *,
        paused: bool = False,
        met: bool = False,
    ) -> GroupText:
        """The starter of that kind, in that tone or else in the warm one; with a place for the line of their
        own when it is for people whom we have `met`."""
        try:
            text = starter(kind, tone, paused=paused)
        except KeyError:
            text = starter(kind, Tone.WARM, paused=paused)
        return cls.from_starter(text, disposition, met=met)

    @classmethod
    def from_starter(cls, text: Starter, disposition: str = "", *, met: bool = False) -> GroupText:
        says_no = states_no(text.kind, paused=text.paused)
        body = _with_line(text.body) if met and says_no else text.body
        return cls(text.kind, text.subject, body, disposition, paused=text.paused)


def _with_line(body: str) -> str:
    """After the greeting and the paragraph with the decision."""
    if "personal_line" in body:
        return body
    paragraphs = body.strip().split("\n\n")
    line = "{% if personal_line %}{{ personal_line }}{% endif %}"
    return "\n\n".join([*paragraphs[:2], line, *paragraphs[2:]]) + "\n"


@dataclass(frozen=True)
class Choices:
    """All that a person chose on the way to a send list, so that going back loses nothing."""

    purpose: Purpose
    application_ids: tuple[int, ...]
    groups: Mapping[Group, GroupText]
    cause: Cause | None = None
    left_out: frozenset[int] = frozenset()
    #: by application id
    lines: Mapping[int, str] = field(default_factory=dict)
    next_update_by: date | None = None
    #: what happened on our side, as one sentence
    cause_sentence: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "purpose": self.purpose.value,
            "application_ids": list(self.application_ids),
            "groups": {group.value: asdict(text) for group, text in self.groups.items()},
            "cause": self.cause.value if self.cause else None,
            "left_out": sorted(self.left_out),
            "lines": {str(key): line for key, line in self.lines.items()},
            "next_update_by": self.next_update_by.isoformat() if self.next_update_by else None,
            "cause_sentence": self.cause_sentence,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Choices:
        groups = {
            Group(name): GroupText(**{**text, "kind": Kind(text["kind"])})
            for name, text in stored["groups"].items()
        }
        day = stored["next_update_by"]
        return cls(
            purpose=Purpose(stored["purpose"]),
            application_ids=tuple(stored["application_ids"]),
            groups=groups,
            cause=Cause(stored["cause"]) if stored["cause"] else None,
            left_out=frozenset(stored["left_out"]),
            lines={int(key): line for key, line in stored["lines"].items()},
            next_update_by=date.fromisoformat(day) if day else None,
            cause_sentence=stored["cause_sentence"],
        )

    def with_text(self, group: Group, text: GroupText) -> Choices:
        return replace(self, groups={**self.groups, group: text})


def starters_for(group: Group, purpose: Purpose) -> list[Starter]:
    """The letters we ship that can be right for these people and that a send list can fill. Brief is not for
    people whom we have met."""
    return [
        one
        for one in starters()
        if purpose_of(one.kind, paused=one.paused) is purpose
        and _for_many(one)
        and (one.kind not in NEEDS_PERSONAL_LINE or group.met)
        and not (group.met and (one.tone is Tone.BRIEF or one.kind in _BEFORE_MEETING))
        and (group is Group.FINAL or one.kind is not Kind.ANOTHER_ACCEPTED)
    ]


def _for_many(one: Starter) -> bool:
    if not about(one.kind).many or one.variant is Variant.INTERNAL:
        return False
    return compile_text(one.subject).required | compile_text(one.body).required <= FILLED_FOR_MANY


#: what a send list knows of everybody on it, or asks for before it goes on
FILLED_FOR_MANY: Final = frozenset(
    {
        *("greeting_name", "full_name", "role_title", "company", "applied_on", "sender_name"),
        *("next_update_by", "personal_line"),
    }
)
_BEFORE_MEETING = frozenset({Kind.REJECT_APPLICATION, Kind.REJECT_SCREEN})


def close_out_choices(application_ids: tuple[int, ...], cause: Cause) -> Choices:
    """A close-out as it is first shown."""
    groups = {
        group: GroupText.of(kind, code, met=group.met) for group, (kind, code) in DEFAULTS[cause].items()
    }
    return Choices(Purpose.DECISION, application_ids, groups, cause)


def update_choices(application_ids: tuple[int, ...], next_update_by: date) -> Choices:
    """A holding note: the same text for all groups, and a date."""
    text = GroupText.of(Kind.HOLDING_NOTE)
    return Choices(Purpose.UPDATE, application_ids, dict.fromkeys(Group, text), next_update_by=next_update_by)


@dataclass(frozen=True)
class UndoWindow:
    """Seconds between the confirm and the first mail."""

    update: int
    decision: int
    bulk: int
    large: int
    bulk_from: int
    large_from: int

    def length(self, purpose: Purpose, messages: int) -> timedelta:
        if purpose is not Purpose.DECISION:
            return timedelta(seconds=self.update)
        if messages > self.large_from:
            return timedelta(seconds=self.large)
        return timedelta(seconds=self.bulk if messages >= self.bulk_from else self.decision)
