"""Which letters can be right for somebody, and which of them a send list can fill."""

from __future__ import annotations

from typing import Final

from employer_app.domain.audience import Group
from employer_app.domain.kind import about
from employer_app.domain.merge import compile_text
from employer_app.domain.message import NEEDS_PERSONAL_LINE, Kind, Purpose, purpose_of
from employer_app.domain.starter import Letter, Starter, Tone, Variant, starters


def starters_for(group: Group, purpose: Purpose, language: str = "en") -> list[Starter]:
    """The letters we ship that can be right for these people and that a send list can fill.

    A correction is none of them: it begins at the message that was wrong.
    """
    found = letters_to_one(group, purpose, language)
    return [one for one in found if for_many(one) and one.kind is not Kind.CORRECTION]


def letters_to_one(group: Group, purpose: Purpose, language: str = "en") -> list[Starter]:
    """As `starters_for`, with the kinds that are written to one person at a time."""
    return [one for one in starters(language) if serves(one, purpose) and fits(one, group)]


def serves(letter: Letter, purpose: Purpose) -> bool:
    return purpose_of(letter.kind, paused=letter.paused, confirms=letter.confirms) is purpose


def confirming(group: Group) -> Kind:
    """The kind in which a "no" that was told by phone is put in writing."""
    return Kind.REJECT_INTERVIEW if group.met else Kind.REJECT_SCREEN


def fits(letter: Letter, group: Group) -> bool:
    """Whether the letter can be right for somebody who came so far. Brief is not for people we have met."""
    if letter.kind is Kind.ANOTHER_ACCEPTED:
        return group is Group.FINAL
    if letter.kind in NEEDS_PERSONAL_LINE:
        return group.met
    return not (group.met and (letter.tone is Tone.BRIEF or letter.kind in _BEFORE_MEETING))


def for_many(one: Letter) -> bool:
    """Whether a send list can fill it for everybody."""
    if not about(one.kind).many or one.variant in (Variant.INTERNAL, Variant.AFTER_CALL):
        return False
    return compile_text(one.subject).required | compile_text(one.body).required <= FILLED_FOR_MANY


#: what a send list knows of everybody on it, or asks for before it goes on
FILLED_FOR_MANY: Final = frozenset(
    {
        *("greeting_name", "full_name", "role_title", "company", "applied_on", "sender_name"),
        *("next_update_by", "personal_line", "correction_text"),
    }
)
_BEFORE_MEETING = frozenset({Kind.REJECT_APPLICATION, Kind.REJECT_SCREEN})
