"""What may be said to one person by phone, on paper or in a short text, and what to offer first.

Law: a "no" is offered only where it has been decided and not been told, and never in a short text to somebody
whom we have met. What the record contradicts is not offered at all: nobody hears that a job is cancelled
which was filled, or that nothing is decided when it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from employer_app.domain.audience import Group, group_of
from employer_app.domain.kind import Channel, about, occasions
from employer_app.domain.letter_choice import fits
from employer_app.domain.message import AFTER_THE_END, Kind, states_no
from employer_app.domain.phone_script import phone_scripts
from employer_app.domain.short_text import short_texts
from employer_app.domain.stage import StageKind
from employer_app.domain.starter import Tone, Variant, languages, occasion, starter
from employer_app.domain.status import LIVE, Status


class Way(StrEnum):
    """The ways to a person beside mail."""

    CALL = "call"
    LETTER = "letter"
    SHORT_TEXT = "short_text"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands, as far as it decides what may be said."""

    status: Status
    depth: StageKind
    told: bool
    #: the code of the decision that stands; empty without one
    reason: str = ""
    #: told by phone, so that a letter may follow with the same news
    by_phone: bool = False
    #: without a word from us for very long
    late: bool = False
    #: a date that we gave has passed without a word
    missed_date: bool = False
    #: they have not even had a first word
    unheard: bool = False

    @property
    def untold(self) -> bool:
        return self.decided and not self.told

    @property
    def decided(self) -> bool:
        return self.status is Status.REJECTED and bool(self.reason)


def written_in(way: Way) -> tuple[str, ...]:
    """The languages in which there is something to say in this way, English first."""
    if way is Way.LETTER:
        return languages()
    texts = phone_scripts if way is Way.CALL else short_texts
    return tuple(code for code in languages() if texts(code)) or ("en",)


def language_for(way: Way, language: str) -> str:
    """That language, or English where nothing is written in it."""
    return language if language in written_in(way) else "en"


def offered(way: Way, language: str, standing: Standing) -> list[str]:
    """Kinds and variants as `occasion` names them, in the order of the library."""
    return [key for key in _there_is(way, language) if _may_be_said(way, *occasions()[key], standing)]


def first_choice(keys: Sequence[str], standing: Standing) -> str:
    """What fits best of these; empty for nobody's choice."""
    variants = (Variant.LATE, Variant.USUAL) if standing.late else (Variant.USUAL,)
    wanted = ["on_hold"] if standing.status is Status.ON_HOLD else []
    wanted += [occasion(kind, variant) for kind in _in_question(standing) for variant in variants]
    return next((key for key in wanted if key in keys), keys[0] if keys else "")


def _there_is(way: Way, language: str) -> Sequence[str]:
    if way is Way.CALL:
        return [key for key in occasions() if key in phone_scripts(language)]
    if way is Way.SHORT_TEXT:
        return [key for key in occasions() if key in short_texts(language)]
    return [key for key, (kind, _) in occasions().items() if Channel.LETTER in about(kind).channels]


def _may_be_said(way: Way, kind: Kind, variant: Variant, standing: Standing) -> bool:
    if variant is Variant.LATE and not standing.late:
        return False
    if variant is Variant.AFTER_CALL and not (standing.decided and standing.by_phone):
        return False
    if not states_no(kind, paused=variant is Variant.ON_HOLD):
        return _after_the_end(kind, standing) if kind in AFTER_THE_END else standing.status in LIVE
    group = group_of(standing.depth)
    in_writing = way is Way.LETTER and standing.decided and standing.by_phone
    if not (standing.untold or in_writing) or (way is Way.SHORT_TEXT and group.met):
        return False
    if kind is Kind.REJECT_FINAL and group is not Group.FINAL:
        return False
    if kind is Kind.REJECT_SCREEN and way is not Way.CALL and standing.depth is StageKind.APPLIED:
        return False  # it thanks for a talk; the script of a call does not
    return standing.reason in _ONLY_FOR.get(kind, {standing.reason}) and fits(
        starter(kind, Tone.WARM, variant=variant), group
    )


def _after_the_end(kind: Kind, standing: Standing) -> bool:
    match kind:
        case Kind.WITHDRAWAL_CONFIRMED:
            return standing.status is Status.WITHDRAWN
        case Kind.FEEDBACK_REPLY:
            return standing.told
        case Kind.KEEP_IN_TOUCH:
            return standing.status not in LIVE and not standing.untold
        case _:
            return kind is not Kind.REOPENED or not standing.untold


def _in_question(standing: Standing) -> Sequence[Kind]:
    """The kinds to think of first, the best one first."""
    if standing.untold or standing.by_phone:
        met = group_of(standing.depth).met
        named = [kind for kind, codes in _ONLY_FOR.items() if standing.reason in codes]
        named = [kind for kind in named if not (met and kind is Kind.FILLED)]
        return (*named, *_BY_DEPTH[standing.depth], Kind.FEEDBACK_REPLY, Kind.ENQUIRY_ANSWER)
    if standing.status in LIVE:
        first = [Kind.DELAY_APOLOGY] if standing.missed_date else []
        return (*first, *([Kind.ACKNOWLEDGEMENT] if standing.unheard else []), Kind.HOLDING_NOTE)
    return (Kind.WITHDRAWAL_CONFIRMED, Kind.FEEDBACK_REPLY, Kind.ENQUIRY_ANSWER)


#: these name what happened to the job, so they are true for these reasons alone
_ONLY_FOR: Final[Mapping[Kind, frozenset[str]]] = {
    Kind.FILLED: frozenset({"FILLED", "INTERNAL"}),
    Kind.CANCELLED_OR_ON_HOLD: frozenset({"CANCEL"}),
}
_MET = (Kind.REJECT_FINAL, Kind.REJECT_INTERVIEW)
_BY_DEPTH: Final[Mapping[StageKind, Sequence[Kind]]] = {
    StageKind.APPLIED: (Kind.REJECT_APPLICATION, Kind.REJECT_SCREEN),
    StageKind.SCREEN: (Kind.REJECT_SCREEN, Kind.REJECT_APPLICATION),
    StageKind.INTERVIEW: (Kind.REJECT_INTERVIEW,),
    StageKind.FINAL: _MET,
    StageKind.OFFER: _MET,
    StageKind.HIRED: _MET,
}
