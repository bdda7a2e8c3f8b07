"""The arithmetic of a rescue: how many a day, and the day on which it is through."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.business_time import Calendar, is_business_day
from employer_app.domain.errors import Refused
from employer_app.domain.pace import Limits
from employer_app.domain.rescue import (
    HEAPS,
    Choice,
    HeapName,
    Press,
    Span,
    check_a_day,
    finish_on,
    leaves_headroom,
    legal_days,
    next_working_day,
    proposed_a_day,
    span_of,
)

NL = Calendar("NL", None, "Europe/Amsterdam")
#: a Wednesday
DAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("people", "per_day", "last"),
    [
        (1, 200, date(2026, 11, 18)),
        (200, 200, date(2026, 11, 18)),
        (201, 200, date(2026, 11, 19)),
        (700, 200, date(2026, 11, 23)),
        (5000, 200, date(2026, 12, 22)),
    ],
)
def test_the_last_list_is_on_a_working_day(people: int, per_day: int, last: date) -> None:
    assert finish_on(NL, DAY, people, per_day) == last


def test_a_first_day_off_begins_on_the_next_working_day() -> None:
    saturday = date(2026, 11, 21)
    assert next_working_day(NL, saturday) == date(2026, 11, 23)
    assert finish_on(NL, saturday, 10, 10) == date(2026, 11, 23)


def test_a_date_that_nobody_can_keep_is_not_said() -> None:
    assert finish_on(NL, DAY, 100_000, 1) is None


@given(st.integers(1, 3000), st.integers(1, 500), st.integers(0, 60))
def test_a_larger_number_is_never_later_and_the_days_hold_everybody(
    people: int, per_day: int, ahead: int
) -> None:
    first = DAY + timedelta(days=ahead)
    last, sooner = finish_on(NL, first, people, per_day), finish_on(NL, first, people, per_day + 1)
    if last is None:
        return
    assert sooner is not None
    assert sooner <= last
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    lists = sum(is_business_day(NL, day) for day in days)
    assert (lists - 1) * per_day < people <= lists * per_day


def test_half_of_the_quota_is_left_for_everyday_mail() -> None:
    assert proposed_a_day(Limits()) == 200
    assert proposed_a_day(Limits(day=500)) == 200
    assert proposed_a_day(Limits(day=100)) == 50
    assert proposed_a_day(Limits(day=1)) == 1
    assert leaves_headroom(50, Limits(day=100))
    assert not leaves_headroom(51, Limits(day=100))
    check_a_day(100, Limits(day=100))
    with pytest.raises(Refused):
        check_a_day(101, Limits(day=100))


def test_a_law_counts_from_the_last_interview_in_ontario_alone() -> None:
    assert legal_days("CA", "ON", DAY) == 45
    assert legal_days("CA", None, DAY) is None
    assert legal_days("NL", None, DAY) is None


@pytest.mark.parametrize(
    ("days", "span"),
    [(-5, Span.UNDER_3), (0, Span.UNDER_3), (89, Span.UNDER_3), (90, Span.UNDER_6), (180, Span.UNDER_12),
     (364, Span.UNDER_12), (365, Span.LONGER), (9000, Span.LONGER)],
)  # fmt: skip
def test_each_wait_has_its_span(days: int, span: Span) -> None:
    at = datetime(2026, 11, 18, 9, tzinfo=UTC)
    assert span_of(at - timedelta(days=days), at) is span


def test_groups_are_read_as_they_are_written_and_what_is_none_is_refused() -> None:
    assert [HeapName.parse(str(name)) for name in HEAPS] == list(HEAPS)
    assert len(set(HEAPS)) == len(Press) * len(Span)
    for text in ("", "applied", "applied-", "-longer", "applied-longer-x", "x-y"):
        with pytest.raises(ValueError):
            HeapName.parse(text)


def test_nobody_is_proposed_after_a_year_and_a_date_is_never_let_go_of_in_bulk() -> None:
    for name in HEAPS:
        assert name.proposed is (None if name.span is Span.LONGER else Choice.WRITE)
        assert (Choice.NOT_NEEDED in name.choices) == (name.press not in {Press.LEGAL, Press.PROMISED})
