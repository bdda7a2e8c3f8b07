"""A close-out or update of many: its groups, and the text each gets.

People who were met are never in the bulk: they form groups of their own, with a line written for each.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from employer_app.domain.audience import Audience, Group, group_of
from employer_app.domain.message import Kind, Purpose, purpose_of, states_no
from employer_app.domain.stage import StageKind
from employer_app.domain.starter import (
    USUAL,
    Letter,
    Style,
    Variant,
    languages,
    nearest,
    starter_of_key,
    starters,
)


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

USUAL_REASON: Mapping[Kind, str] = {
    Kind.REJECT_APPLICATION: "LESS-SCREEN",
    Kind.REJECT_SCREEN: "LESS-SCREEN",
    Kind.REJECT_INTERVIEW: "INT-SKILL",
    Kind.REJECT_FINAL: "FINAL-2",
    Kind.FILLED: "FILLED",
    Kind.CANCELLED_OR_ON_HOLD: "CANCEL",
    Kind.ANOTHER_ACCEPTED: "FINAL-2",
}
"""What is recorded with a letter that says no, until somebody chooses another."""


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

    language: str = "en"
    informal: bool = False
    #: the letter it was made from, as messages name it: "en/filled.warm"
    letter: str = ""
    #: a language in which the same letter stands once more under the first; empty: none
    second: str = ""
    #: for readers of another language than the list's: what happened on our side, as one sentence
    cause_sentence: str = ""
    #: puts in writing a "no" that was told by phone, and decides nothing
    confirms: bool = False
    #: a named person has read this wording and stands for it
    pinned: bool = False
    #: and says that it does say no, where the check finds none
    says_no: bool = False

    @classmethod
    def of(
        cls,
        kind: Kind,
        disposition: str = "",
        style: Style = USUAL,
        variant: Variant = Variant.USUAL,
        *,
        met: bool = False,
    ) -> GroupText:
        """The letter we ship for that kind, in the style of the house or nearest to it; with a place for the
        line of their own when it is for people whom we have `met`."""
        return cls.from_letter(nearest(kind, style, variant), disposition, met=met)

    @classmethod
    def from_letter(cls, text: Letter, disposition: str = "", *, met: bool = False) -> GroupText:
        says_no = states_no(text.kind, paused=text.paused)
        return cls(
            text.kind,
            text.subject,
            _with_line(text.body) if met and says_no else text.body,
            disposition,
            paused=text.paused,
            confirms=text.confirms,
            language=text.language,
            informal=text.informal,
            letter=text.reference,
            pinned=text.pinned,
            says_no=text.says_no,
        )

    def reworded(self, subject: str, body: str) -> GroupText:
        """With other words; those are nobody's until somebody pins them."""
        if (subject, body) == (self.subject, self.body):
            return self
        return replace(self, subject=subject, body=body, pinned=False, says_no=False)


def second_text(text: GroupText, *, met: bool) -> GroupText | None:
    """The same letter as we ship it in the second language; None where none was asked for."""
    if not text.second:
        return None
    try:
        language, _, key = text.letter.partition("/")
        first = starter_of_key(key, language)
        style = Style(text.second, first.tone, text.informal)
        variant = first.variant
    except (KeyError, ValueError):  # a letter of the house's own
        style = Style(text.second, informal=text.informal)
        usual = Variant.AFTER_CALL if text.confirms else Variant.USUAL
        variant = Variant.ON_HOLD if text.paused else usual
    found = GroupText.from_letter(nearest(text.kind, style, variant), text.disposition, met=met)
    return replace(found, criterion=text.criterion)


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
    groups: Mapping[Audience, GroupText]
    #: in which everybody is written to who reads no other language that we have a text in
    language: str = "en"
    cause: Cause | None = None
    left_out: frozenset[int] = frozenset()
    #: by application id
    lines: Mapping[int, str] = field(default_factory=dict)
    next_update_by: date | None = None
    #: what happened on our side, as one sentence
    cause_sentence: str = ""
    #: what a person typed for fields that no record fills, by the field's name; days as ISO dates
    fields: Mapping[str, str] = field(default_factory=dict)
    #: the message that had left, by application id; and who gets one more correction of it
    corrects: Mapping[int, int] = field(default_factory=dict)
    again: frozenset[int] = frozenset()

    def audience_of(self, depth: StageKind, language: str, *, late: bool = False) -> Audience:
        """Which of the texts somebody gets: their language comes first, then how long they have waited."""
        group = group_of(depth)
        wanted = [
            Audience(group, own, slow)
            for own in dict.fromkeys((language, ""))
            for slow in dict.fromkeys((late, False))
        ]
        return next(one for one in wanted if one in self.groups)

    def to_json(self) -> dict[str, Any]:
        return {
            "purpose": self.purpose.value,
            "application_ids": list(self.application_ids),
            "groups": {audience.value: asdict(text) for audience, text in self.groups.items()},
            "language": self.language,
            "cause": self.cause.value if self.cause else None,
            "left_out": sorted(self.left_out),
            "lines": {str(key): line for key, line in self.lines.items()},
            "next_update_by": self.next_update_by.isoformat() if self.next_update_by else None,
            "cause_sentence": self.cause_sentence,
            "fields": dict(self.fields),
            "corrects": {str(key): message_id for key, message_id in self.corrects.items()},
            "again": sorted(self.again),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Choices:
        groups = {
            Audience.parse(name): GroupText(**{**text, "kind": Kind(text["kind"])})
            for name, text in stored["groups"].items()
        }
        day, wrong = stored["next_update_by"], stored.get("corrects", {})
        return cls(
            purpose=Purpose(stored["purpose"]),
            application_ids=tuple(stored["application_ids"]),
            groups=groups,
            language=stored.get("language", "en"),
            cause=Cause(stored["cause"]) if stored["cause"] else None,
            left_out=frozenset(stored["left_out"]),
            lines={int(key): line for key, line in stored["lines"].items()},
            next_update_by=date.fromisoformat(day) if day else None,
            cause_sentence=stored["cause_sentence"],
            fields=stored.get("fields", {}),
            corrects={int(key): message_id for key, message_id in wrong.items()},
            again=frozenset(stored.get("again", ())),
        )


def close_out_choices(
    application_ids: tuple[int, ...],
    cause: Cause,
    style: Style = USUAL,
    read: Collection[str] = (),
    *,
    late: bool = False,
) -> Choices:
    """A close-out as it is first shown. `read`: the languages that its people read. `late`: some of them have
    waited very long, and get a letter that says so."""
    groups = {}
    for own in _own_languages(style, read):
        for group, (kind, code) in DEFAULTS[cause].items():
            written = _in(style, own)
            groups[Audience(group, own)] = GroupText.of(kind, code, written, met=group.met)
            if late and _ships_late(kind, written):
                text = GroupText.of(kind, code, written, Variant.LATE, met=group.met)
                groups[Audience(group, own, late=True)] = text
    return Choices(Purpose.DECISION, application_ids, groups, _language(style), cause)


def update_choices(
    application_ids: tuple[int, ...], next_update_by: date, style: Style = USUAL, read: Collection[str] = ()
) -> Choices:
    """A holding note: the same text for all groups, and a date."""
    return _same_for_all(Purpose.UPDATE, Kind.HOLDING_NOTE, application_ids, next_update_by, style, read)


def acknowledgement_choices(
    application_ids: tuple[int, ...], next_update_by: date, style: Style = USUAL, read: Collection[str] = ()
) -> Choices:
    purpose, kind = Purpose.ACKNOWLEDGEMENT, Kind.ACKNOWLEDGEMENT
    return _same_for_all(purpose, kind, application_ids, next_update_by, style, read)


def _same_for_all(
    purpose: Purpose,
    kind: Kind,
    application_ids: tuple[int, ...],
    next_update_by: date,
    style: Style,
    read: Collection[str],
) -> Choices:
    groups = {
        Audience(group, own): GroupText.of(kind, style=_in(style, own))
        for own in _own_languages(style, read)
        for group in Group
    }
    return Choices(purpose, application_ids, groups, _language(style), next_update_by=next_update_by)


def letter_choices(application_id: int, letter: Letter, disposition: str = "") -> Choices:
    """One letter to one person, of any kind."""
    texts = {Audience(group): GroupText.from_letter(letter, disposition, met=group.met) for group in Group}
    purpose = purpose_of(letter.kind, paused=letter.paused, confirms=letter.confirms)
    return Choices(purpose, (application_id,), texts, letter.language)


def _ships_late(kind: Kind, style: Style) -> bool:
    return any((one.kind, one.variant) == (kind, Variant.LATE) for one in starters(_language(style)))


def _language(style: Style) -> str:
    return style.language if style.language in languages() else "en"


def _own_languages(style: Style, read: Collection[str]) -> list[str]:
    """ "" for the list's own language, then the others that we have letters in and somebody reads."""
    return ["", *(code for code in languages() if code in read and code != _language(style))]


def _in(style: Style, own: str) -> Style:
    return replace(style, language=own) if own else style
