"""Which letters a send list offers: only those that it can fill for everybody in the group."""

from __future__ import annotations

import pytest

from employer_app.domain.audience import Group
from employer_app.domain.kind import about
from employer_app.domain.letter_choice import FILLED_FOR_MANY, starters_for
from employer_app.domain.merge import compile_text
from employer_app.domain.message import Kind, Purpose, purpose_of
from employer_app.domain.starter import Tone, Variant


@pytest.mark.parametrize("purpose", [Purpose.UPDATE, Purpose.DECISION])
@pytest.mark.parametrize("group", Group)
def test_offer_needs_nothing_that_a_send_list_does_not_know(group: Group, purpose: Purpose) -> None:
    offered = starters_for(group, purpose)
    assert offered
    for one in offered:
        assert compile_text(one.body).required <= FILLED_FOR_MANY
        assert purpose_of(one.kind, paused=one.paused) is purpose
        assert about(one.kind).many


def test_offer_of_updates_is_the_holding_note_and_the_pause() -> None:
    kinds = {(one.kind, one.paused) for one in starters_for(Group.APPLIED, Purpose.UPDATE)}
    assert kinds == {(Kind.HOLDING_NOTE, False), (Kind.CANCELLED_OR_ON_HOLD, True)}


@pytest.mark.parametrize("group", Group)
def test_offer_has_late_answers_and_none_to_a_colleague(group: Group) -> None:
    variants = {one.variant for one in starters_for(group, Purpose.DECISION)}
    assert variants == {Variant.USUAL, Variant.LATE}


def test_offer_is_brief_only_to_people_whom_nobody_met() -> None:
    brief = {
        group: any(one.tone is Tone.BRIEF for one in starters_for(group, Purpose.DECISION)) for group in Group
    }
    assert brief == {Group.APPLIED: True, Group.INTERVIEWED: False, Group.FINAL: False}


def test_offer_that_another_person_accepted_is_for_those_who_waited_for_it() -> None:
    told = [
        group
        for group in Group
        if Kind.ANOTHER_ACCEPTED in {one.kind for one in starters_for(group, Purpose.DECISION)}
    ]
    assert told == [Group.FINAL]
