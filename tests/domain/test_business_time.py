"""Deadlines: known holidays, both nights of changing clocks, and laws over any moment."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain import business_time
from employer_app.domain.business_time import (
    CALENDAR_VERSION,
    Calendar,
    add_business_days,
    add_calendar_days,
    business_days_between,
    end_of_day,
    is_business_day,
    morning_after,
    subtract_business_days,
)
from tests.domain.calendars import (
    BAVARIA,
    ENGLAND,
    NETHERLANDS,
    NOWHERE,
    ONTARIO,
    SAUDI_ARABIA,
    UNITED_STATES,
    local,
    moments,
    places,
)

counts = st.integers(min_value=0, max_value=400)


def days_between(first: date, last: date) -> list[date]:
    """Every day after the first, up to and with the last."""
    return [first + timedelta(days=i) for i in range(1, (last - first).days + 1)]


# --- holidays -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calendar", "day_off"),
    [
        (BAVARIA, date(2026, 6, 4)),  # Corpus Christi, not in Berlin
        (BAVARIA, date(2026, 1, 6)),  # Epiphany
        (NETHERLANDS, date(2026, 4, 27)),  # King's Day
        (NETHERLANDS, date(2026, 5, 14)),  # Ascension Day
        (ENGLAND, date(2026, 8, 31)),  # Summer bank holiday
        (ENGLAND, date(2026, 12, 28)),  # Boxing Day falls on a Saturday
        (ONTARIO, date(2026, 2, 16)),  # Family Day
        (ONTARIO, date(2026, 10, 12)),  # Thanksgiving
        (UNITED_STATES, date(2026, 11, 26)),  # Thanksgiving
        (UNITED_STATES, date(2026, 7, 3)),  # Independence Day falls on a Saturday
        (UNITED_STATES, date(2021, 12, 31)),  # New Year's Day of the next year, observed in this one
        (SAUDI_ARABIA, date(2026, 11, 6)),  # a Friday
    ],
)
def test_is_business_day_knows_days_off_of_each_place(calendar: Calendar, day_off: date) -> None:
    assert not is_business_day(calendar, day_off)


@pytest.mark.parametrize(
    ("calendar", "working_day"),
    [
        (Calendar("DE", "BE", "Europe/Berlin"), date(2026, 6, 4)),
        (ENGLAND, date(2026, 4, 27)),
        (BAVARIA, date(2026, 8, 31)),
        (UNITED_STATES, date(2026, 4, 3)),  # Good Friday is no federal holiday
        (SAUDI_ARABIA, date(2026, 11, 8)),  # a Sunday
    ],
)
def test_is_business_day_keeps_other_places_days_off_out(calendar: Calendar, working_day: date) -> None:
    assert is_business_day(calendar, working_day)


def test_is_business_day_in_an_unknown_country_is_monday_to_friday() -> None:
    week = [date(2026, 12, 21) + timedelta(days=i) for i in range(7)]
    assert [is_business_day(NOWHERE, day) for day in week] == [True] * 5 + [False] * 2


@pytest.mark.parametrize("country", ["XX", "HolidayBase", "__doc__", "de_DE"])
def test_is_business_day_takes_any_text_as_country(country: str) -> None:
    assert is_business_day(Calendar(country, None, "UTC"), date(2026, 12, 25))


def test_is_business_day_knows_a_country_in_small_letters() -> None:
    assert not is_business_day(Calendar("nl", None, "Europe/Amsterdam"), date(2026, 4, 27))


def test_is_business_day_with_unknown_subdivision_falls_back_to_the_country() -> None:
    odd = Calendar("DE", "ZZ", "Europe/Berlin")
    assert not is_business_day(odd, date(2026, 10, 3))
    assert is_business_day(odd, date(2026, 6, 4))


def test_is_business_day_house_days_win_over_the_country() -> None:
    bridge_day, working_saturday, both = date(2026, 5, 15), date(2026, 5, 16), date(2026, 5, 23)
    calendar = Calendar(
        "NL",
        None,
        "Europe/Amsterdam",
        extra_closed=frozenset({bridge_day, both}),
        extra_open=frozenset({working_saturday, both}),
    )
    assert not is_business_day(calendar, bridge_day)
    assert is_business_day(calendar, working_saturday)
    assert not is_business_day(calendar, both)
    assert is_business_day(NETHERLANDS, bridge_day)


def test_calendar_refuses_an_unknown_time_zone_in_words() -> None:
    for zone in ("Europe/Atlantis", "", "../../etc/passwd"):
        with pytest.raises(ValueError, match="unknown time zone"):
            Calendar("NL", None, zone)


def test_calendar_version_names_library_and_rules() -> None:
    assert CALENDAR_VERSION.startswith("holidays ")
    assert ", rules " in CALENDAR_VERSION


def test_business_days_of_a_year_are_read_from_the_library_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import holidays

    calls = []
    real = holidays.country_holidays

    def counted(*args: object, **kwargs: object) -> object:
        calls.append(args)
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(holidays, "country_holidays", counted)
    business_time._business_days.cache_clear()
    business_time._country_business_days.cache_clear()
    start = datetime(2026, 2, 2, 9, tzinfo=UTC)
    for minutes in range(10_000):
        add_business_days(ENGLAND, start + timedelta(minutes=minutes), 3)
        # The same country for another team: its own extra days must not cost another reading.
        is_business_day(
            Calendar("GB", "ENG", "Europe/London", extra_closed=frozenset({date(2026, 3, 3)})),
            date(2026, 3, 3),
        )
    assert len(calls) == 1


# --- deadlines ------------------------------------------------------------------------------------


def test_add_business_days_counts_from_the_day_of_the_event() -> None:
    monday_noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    assert add_business_days(NETHERLANDS, monday_noon, 0) == datetime(2026, 11, 2, 17, tzinfo=UTC)
    assert add_business_days(NETHERLANDS, monday_noon, 3) == datetime(2026, 11, 5, 17, tzinfo=UTC)
    assert add_business_days(NETHERLANDS, monday_noon, 5) == datetime(2026, 11, 9, 17, tzinfo=UTC)


def test_add_business_days_steps_over_easter() -> None:
    maundy_thursday = datetime(2026, 4, 2, 12, tzinfo=UTC)
    assert add_business_days(BAVARIA, maundy_thursday, 1) == datetime(2026, 4, 7, 16, tzinfo=UTC)


def test_add_business_days_from_a_weekend_counts_the_next_business_days() -> None:
    saturday = datetime(2026, 11, 7, 12, tzinfo=UTC)
    assert add_business_days(NETHERLANDS, saturday, 0) == datetime(2026, 11, 9, 17, tzinfo=UTC)
    assert add_business_days(NETHERLANDS, saturday, 1) == datetime(2026, 11, 9, 17, tzinfo=UTC)
    assert add_business_days(NETHERLANDS, saturday, 2) == datetime(2026, 11, 10, 17, tzinfo=UTC)


def test_add_business_days_takes_the_local_day_not_the_day_in_utc() -> None:
    # 02:00 UTC on Tuesday is still Monday evening in Toronto, and already Tuesday afternoon in Auckland.
    moment = datetime(2026, 11, 3, 2, tzinfo=UTC)
    assert local(ONTARIO, add_business_days(ONTARIO, moment, 1)).date() == date(2026, 11, 3)
    assert local(NOWHERE, add_business_days(NOWHERE, moment, 1)).date() == date(2026, 11, 4)


def test_deadline_of_zero_days_never_lies_before_its_event() -> None:
    evening = datetime(2026, 11, 6, 19, tzinfo=UTC)  # Friday 20:00 in Amsterdam
    assert add_business_days(NETHERLANDS, evening, 0) == datetime(2026, 11, 9, 17, tzinfo=UTC)
    assert add_calendar_days(NETHERLANDS, evening, 0) == datetime(2026, 11, 7, 17, tzinfo=UTC)


def test_add_calendar_days_may_end_on_a_day_off() -> None:
    interview = datetime(2026, 11, 10, 15, tzinfo=UTC)
    due = add_calendar_days(ONTARIO, interview, 45)
    assert local(ONTARIO, due) == local(ONTARIO, end_of_day(ONTARIO, date(2026, 12, 25)))


def test_deadline_is_at_six_local_on_both_sides_of_the_spring_change() -> None:
    # Clocks in Berlin go forward in the night to Sunday 29 March 2026.
    friday = datetime(2026, 3, 27, 12, tzinfo=UTC)
    assert add_business_days(BAVARIA, friday, 0) == datetime(2026, 3, 27, 17, tzinfo=UTC)
    assert add_calendar_days(BAVARIA, friday, 2) == datetime(2026, 3, 29, 16, tzinfo=UTC)
    assert add_business_days(BAVARIA, friday, 1) == datetime(2026, 3, 30, 16, tzinfo=UTC)


def test_deadline_is_at_six_local_on_both_sides_of_the_autumn_change() -> None:
    # Clocks in Toronto go back in the night to Sunday 1 November 2026.
    friday = datetime(2026, 10, 30, 12, tzinfo=UTC)
    assert add_business_days(ONTARIO, friday, 0) == datetime(2026, 10, 30, 22, tzinfo=UTC)
    assert add_calendar_days(ONTARIO, friday, 2) == datetime(2026, 11, 1, 23, tzinfo=UTC)
    assert add_business_days(ONTARIO, friday, 1) == datetime(2026, 11, 2, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),  # 02:30, the first of two
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),  # 02:30, the second
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29)),  # half past midnight
    ],
)
def test_event_in_the_night_of_the_change_belongs_to_its_local_day(moment: datetime, day: date) -> None:
    assert add_calendar_days(BAVARIA, moment, 0) == end_of_day(BAVARIA, day)


def test_morning_after_is_nine_local_on_the_next_business_day() -> None:
    assert morning_after(NETHERLANDS, date(2026, 4, 24)) == datetime(
        2026, 4, 28, 7, tzinfo=UTC
    )  # over King's Day
    assert morning_after(NETHERLANDS, date(2026, 11, 3)) == datetime(2026, 11, 4, 8, tzinfo=UTC)


def test_subtract_business_days_warns_ahead_of_a_deadline() -> None:
    tuesday_after_easter = datetime(2026, 4, 7, 12, tzinfo=UTC)
    assert subtract_business_days(ENGLAND, tuesday_after_easter, 1) == datetime(2026, 4, 2, 17, tzinfo=UTC)
    easter_sunday = datetime(2026, 4, 5, 12, tzinfo=UTC)
    assert subtract_business_days(ENGLAND, easter_sunday, 0) == datetime(2026, 4, 2, 17, tzinfo=UTC)
    new_year = datetime(2027, 1, 4, 12, tzinfo=UTC)
    assert subtract_business_days(ENGLAND, new_year, 2) == datetime(2026, 12, 30, 18, tzinfo=UTC)


def test_business_days_between_says_how_late_we_are() -> None:
    due = datetime(2026, 12, 23, 17, tzinfo=UTC)
    assert business_days_between(ENGLAND, due, due + timedelta(hours=2)) == 0
    assert business_days_between(ENGLAND, due, datetime(2026, 12, 24, 8, tzinfo=UTC)) == 1
    assert business_days_between(ENGLAND, due, datetime(2026, 12, 28, 8, tzinfo=UTC)) == 1
    assert business_days_between(ENGLAND, due, datetime(2027, 1, 5, 8, tzinfo=UTC)) == 6
    assert business_days_between(ENGLAND, datetime(2027, 1, 5, 8, tzinfo=UTC), due) == 0


@pytest.mark.parametrize("count", [add_business_days, add_calendar_days, subtract_business_days])
def test_counting_refuses_naive_moments_and_negative_days(count) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="no time zone"):
        count(ENGLAND, datetime(2026, 1, 5, 12), 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="negative"):
        count(ENGLAND, datetime(2026, 1, 5, 12, tzinfo=UTC), -1)


@given(places, moments, counts)
def test_add_business_days_ends_on_a_business_day_with_n_days_between(
    calendar: Calendar, moment: datetime, n: int
) -> None:
    due = add_business_days(calendar, moment, n)
    first, last = local(calendar, moment).date(), local(calendar, due).date()
    assert due.tzinfo is UTC
    assert due >= moment
    assert local(calendar, due).time() == time(18)
    assert is_business_day(calendar, last)
    counted = [day for day in days_between(first, last) if is_business_day(calendar, day)]
    assert len(counted) == (n or len(counted[:1]))
    assert business_days_between(calendar, moment, due) == len(counted)


@given(places, moments, moments, counts, counts)
def test_deadlines_never_overtake_each_other(
    calendar: Calendar, one: datetime, other: datetime, n: int, m: int
) -> None:
    earlier, later = sorted((one, other))
    fewer, more = sorted((n, m))
    for count in (add_business_days, add_calendar_days):
        assert count(calendar, earlier, fewer) <= count(calendar, later, more)
    assert subtract_business_days(calendar, earlier, more) <= subtract_business_days(calendar, later, fewer)


@given(places, moments, st.integers(min_value=1, max_value=400))
def test_subtract_business_days_is_the_way_back(calendar: Calendar, moment: datetime, n: int) -> None:
    due = add_business_days(calendar, moment, n)
    start = subtract_business_days(calendar, due, n)
    assert business_days_between(calendar, start, due) == n
    assert local(calendar, start).date() <= local(calendar, moment).date()
