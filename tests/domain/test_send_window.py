"""When a "no" may leave: open hours of a place, Fridays, holidays and the turn of the year."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.business_time import Calendar, SendWindow, is_business_day, next_send_time
from tests.domain.calendars import NETHERLANDS, local, moments, places

windows = st.sampled_from([SendWindow(), SendWindow(time(0), time(23, 59), time(12)), SendWindow(time(15))])


@pytest.mark.parametrize(
    ("moment", "leaves"),
    [
        ("2026-11-03T12:00", "2026-11-03T12:00"),  # open
        ("2026-11-03T04:00", "2026-11-03T07:00"),  # before eight
        ("2026-11-03T07:00", "2026-11-03T07:00"),  # eight sharp
        ("2026-11-03T17:00", "2026-11-04T07:00"),  # six sharp is too late
        ("2026-11-06T12:59", "2026-11-06T12:59"),  # Friday just before two
        ("2026-11-06T13:00", "2026-11-09T07:00"),  # Friday at two
        ("2026-11-07T10:00", "2026-11-09T07:00"),  # Saturday
        ("2026-12-24T10:00", "2027-01-04T07:00"),  # the days that a "no" should not spoil
        ("2026-04-02T16:30", "2026-04-07T06:00"),  # over Easter
        ("2026-03-27T14:00", "2026-03-30T06:00"),  # over the spring change of clocks
        ("2026-10-23T14:00", "2026-10-26T07:00"),  # over the autumn change of clocks
    ],
)
def test_next_send_time_in_the_netherlands(moment: str, leaves: str) -> None:
    asked, expected = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (moment, leaves))
    assert next_send_time(NETHERLANDS, asked, SendWindow()) == expected


def test_next_send_time_without_a_window_is_now() -> None:
    christmas = datetime(2026, 12, 25, 3, tzinfo=UTC)
    assert next_send_time(NETHERLANDS, christmas, None) == christmas


def test_next_send_time_when_friday_never_opens_waits_for_monday() -> None:
    friday = datetime(2026, 11, 6, 6, tzinfo=UTC)
    late_shift = SendWindow(time(15), time(20), time(14))
    assert next_send_time(NETHERLANDS, friday, late_shift) == datetime(2026, 11, 9, 14, tzinfo=UTC)


def test_next_send_time_on_friday_never_later_than_on_other_days() -> None:
    friday_noon = datetime(2026, 11, 6, 12, tzinfo=UTC)
    mornings = SendWindow(time(8), time(12), time(14))
    assert next_send_time(NETHERLANDS, friday_noon, mornings) == datetime(2026, 11, 9, 7, tzinfo=UTC)


def test_next_send_time_spares_new_year_where_no_holidays_are_known() -> None:
    somewhere = Calendar("", None, "UTC")
    new_year = datetime(2026, 1, 1, 10, tzinfo=UTC)  # a Thursday
    assert next_send_time(somewhere, new_year, SendWindow()) == datetime(2026, 1, 2, 8, tzinfo=UTC)


def test_send_window_that_never_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="open before it closes"):
        SendWindow(time(18), time(8))


@given(places, moments, windows)
def test_next_send_time_is_open_not_early_and_stays(
    calendar: Calendar, moment: datetime, window: SendWindow
) -> None:
    leaves = next_send_time(calendar, moment, window)
    there = local(calendar, leaves)
    opens, closes = window.hours(there.date())
    assert leaves >= moment
    assert is_business_day(calendar, there.date())
    assert opens <= there.time() < closes
    assert (12, 24) > (there.month, there.day) > (1, 1)
    assert next_send_time(calendar, leaves, window) == leaves


@given(places, moments, moments, windows)
def test_next_send_time_keeps_the_order(
    calendar: Calendar, one: datetime, other: datetime, window: SendWindow
) -> None:
    earlier, later = sorted((one, other))
    assert next_send_time(calendar, earlier, window) <= next_send_time(calendar, later, window)
