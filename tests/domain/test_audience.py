"""Who gets which of the texts of a send list: language first, then how long somebody has waited."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from employer_app.domain.audience import LATE_AFTER, Audience, Group, very_late
from employer_app.domain.close_out import Cause, Choices, close_out_choices
from employer_app.domain.stage import StageKind
from employer_app.domain.starter import Style, languages

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize("one", [Audience(*each) for each in product(Group, ("", "de"), (False, True))])
def test_an_audience_is_stored_and_read_back(one: Audience) -> None:
    assert Audience.parse(one.value) == one


def test_what_is_no_audience_is_refused() -> None:
    for value in ("", "hired", "late", "-de"):
        with pytest.raises(ValueError, match="is not a valid Group"):
            Audience.parse(value)


def test_the_wait_is_very_long_after_two_months_without_a_word() -> None:
    assert not very_late(NOW - LATE_AFTER, NOW)
    assert very_late(NOW - LATE_AFTER - timedelta(seconds=1), NOW)


def test_everybody_finds_a_text_whatever_they_read_and_however_long_they_waited() -> None:
    for late, depth, language in product((False, True), StageKind, ("", "en", "de", "tlh")):
        choices = close_out_choices((1,), Cause.FILLED, Style(), ("de", "tlh"), late=late)
        text = choices.groups[choices.audience_of(depth, language, late=True)]
        own = language if language in languages() else "en"
        assert text.language == own


def test_late_people_read_that_it_is_late_and_others_do_not() -> None:
    choices = close_out_choices((1, 2), Cause.NOT_CHOSEN, late=True)
    late = choices.groups[choices.audience_of(StageKind.APPLIED, "", late=True)]
    usual = choices.groups[choices.audience_of(StageKind.APPLIED, "")]
    assert (late.letter, usual.letter) == ("en/reject_application.late.warm", "en/reject_application.warm")


def test_choices_come_back_from_where_they_were_stored() -> None:
    choices = close_out_choices((1, 2), Cause.FILLED, Style(), ("de",), late=True)
    assert Choices.from_json(choices.to_json()) == choices
