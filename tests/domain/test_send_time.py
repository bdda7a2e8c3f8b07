"""When a "no" leaves: by the date that was given, else in working hours, and never before it may."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.business_time import Calendar, SendWindow, next_send_time
from employer_app.domain.send_time import Wishes, leaves_at

ROTTERDAM = Calendar("NL", "", "Europe/Amsterdam", frozenset())
HOURS = SendWindow()
FRIDAY_EVENING = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda n: FRIDAY_EVENING + timedelta(minutes=n))
MAYBE = st.none() | MOMENTS


def test_friday_evening_waits_for_monday() -> None:
    assert leaves_at(ROTTERDAM, FRIDAY_EVENING, HOURS) == datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


def test_a_date_that_was_given_comes_before_the_weekend() -> None:
    tonight = Wishes(promised=FRIDAY_EVENING + timedelta(hours=2))
    assert leaves_at(ROTTERDAM, FRIDAY_EVENING, HOURS, tonight) == FRIDAY_EVENING


def test_a_date_that_is_broken_already_is_no_reason_to_write_at_night() -> None:
    broken = Wishes(promised=FRIDAY_EVENING - timedelta(hours=2))
    assert leaves_at(ROTTERDAM, FRIDAY_EVENING, HOURS, broken) == datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


def test_whoever_has_just_applied_hears_a_day_later() -> None:
    tuesday = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    wishes = Wishes(not_before=tuesday + timedelta(hours=20))
    assert leaves_at(ROTTERDAM, tuesday, HOURS, wishes) == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)


def test_a_date_that_was_given_comes_before_the_day_of_waiting() -> None:
    tuesday = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    wishes = Wishes(not_before=tuesday + timedelta(hours=20), promised=tuesday + timedelta(hours=8))
    assert leaves_at(ROTTERDAM, tuesday, HOURS, wishes) == tuesday


@given(earliest=MOMENTS, not_before=MAYBE, promised=MAYBE)
def test_the_order_of_precedence_holds(
    earliest: datetime, not_before: datetime | None, promised: datetime | None
) -> None:
    at = leaves_at(ROTTERDAM, earliest, HOURS, Wishes(not_before, promised))
    assert at >= earliest
    kept = promised is not None and earliest <= promised
    if kept and promised is not None:
        assert at <= promised
    if at != earliest or next_send_time(ROTTERDAM, earliest, HOURS) == earliest:
        assert next_send_time(ROTTERDAM, at, HOURS) == at
    if not_before is not None and at < not_before:
        assert kept
