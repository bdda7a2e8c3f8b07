"""What the data says of each kind agrees with what the code does with it."""

from __future__ import annotations

import pytest

from employer_app.domain.kind import About, Channel, Element, about, occasions
from employer_app.domain.message import NEEDS_PERSONAL_LINE, Kind, needs_date, states_no
from employer_app.domain.starter import Variant
from employer_app.domain.words import code_words_in

EVERY = pytest.mark.parametrize("one", [about(kind) for kind in Kind], ids=lambda one: one.kind.value)


@EVERY
def test_kind_holds_a_decision_a_date_and_a_line_where_the_code_demands_them(one: About) -> None:
    decides = states_no(one.kind) and one.kind is not Kind.CANCELLED_OR_ON_HOLD  # which may be on hold
    assert (Element.DECISION in one.holds) is decides
    assert (Element.NEXT_DATE in one.holds) is needs_date(one.kind)
    assert (Element.PERSONAL_LINE in one.holds) is (one.kind in NEEDS_PERSONAL_LINE)


@EVERY
def test_kind_always_greets_names_the_role_and_can_be_answered(one: About) -> None:
    assert {Element.GREETING, Element.ROLE, Element.CONTACT} <= one.holds
    assert not one.holds & one.lacks
    assert one.lacks


@EVERY
def test_kind_is_explained_in_one_plain_sentence_each(one: About) -> None:
    for text in (one.purpose, one.when):
        assert text.endswith(".")
        assert len(text) <= 130
        assert code_words_in(text) == []


@EVERY
def test_kind_can_always_be_written(one: About) -> None:
    assert Channel.EMAIL in one.channels
    assert len(set(one.channels)) == len(one.channels)
    assert one.phone_script is (Channel.PHONE in one.channels)


@EVERY
def test_kind_has_a_quarter_more_room_in_other_languages(one: About) -> None:
    least, most = one.words_in("en")
    assert 25 <= least < most
    fewer, more = one.words_in("de")
    assert fewer == int(least * 0.75)
    assert more - 1 < most * 1.25 <= more


def test_kind_for_people_whom_we_met_is_never_brief() -> None:
    met = NEEDS_PERSONAL_LINE | {Kind.REJECT_SCREEN, Kind.FEEDBACK_REPLY}
    owns_a_mistake = {Kind.CORRECTION}
    assert {kind for kind in Kind if not about(kind).brief} == met | owns_a_mistake


def test_kind_that_answers_one_person_is_not_for_many() -> None:
    alone = {Kind.NEXT_STEP, Kind.WITHDRAWAL_CONFIRMED, Kind.FEEDBACK_REPLY, Kind.ENQUIRY_ANSWER}
    assert {kind for kind in Kind if not about(kind).many} == alone


def test_kind_finalists_are_called_first() -> None:
    for kind in (Kind.REJECT_FINAL, Kind.REJECT_INTERVIEW, Kind.ANOTHER_ACCEPTED):
        assert about(kind).channels[0] is Channel.PHONE


def test_occasions_name_every_kind_and_every_variant_once() -> None:
    assert {kind for kind, _ in occasions().values()} == set(Kind)
    assert {variant for _, variant in occasions().values()} == set(Variant)
    assert occasions()["on_hold"] == (Kind.CANCELLED_OR_ON_HOLD, Variant.ON_HOLD)
    assert occasions()["filled.late"] == (Kind.FILLED, Variant.LATE)
    assert len(occasions()) == 29
