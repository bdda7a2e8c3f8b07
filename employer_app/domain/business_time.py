"""Deadlines and sending hours in the local time of a place: arithmetic over days, no clock is read here.

Day 0 is the local day of the event, business days are counted after it, and a deadline falls at 18:00 local
on its last day. Moments go in aware (any zone) and come out in UTC; a naive one raises ValueError.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib.metadata import version
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from employer_app.domain.clock import utc

#: Raise when a rule of this file changes a result; stored deadlines are then counted again.
_RULES: Final = 1
#: Stored with every deadline: holidays are data and change with the library that lists them.
CALENDAR_VERSION: Final = f"holidays {version('holidays')}, rules {_RULES}"

END_OF_DAY: Final = time(18)
START_OF_DAY: Final = time(9)
_FRIDAY: Final = 4
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one place. Raises ValueError for a time zone that nobody knows.

    `country` and `subdivision` are ISO 3166 codes ("DE", "BY"). An unknown country works Monday to Friday
    and has no holidays; an unknown subdivision has those of its country. A day in both extra sets is closed.
    """

    country: str
    subdivision: str | None
    timezone: str
    extra_closed: frozenset[date] = frozenset()
    extra_open: frozenset[date] = frozenset()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"unknown time zone: {self.timezone}") from None
        place = (self.country, self.subdivision, self.timezone, self.extra_closed, self.extra_open)
        object.__setattr__(self, "_hash", hash(place))

    def __hash__(self) -> int:  # counted once: everything that is remembered here is asked for by calendar
        return self._hash


@dataclass(frozen=True, slots=True)
class SendWindow:
    """Local hours in which a "no" may leave on business days; a closing time is the first moment too late."""

    open_at: time = time(8)
    close_at: time = time(18)
    friday_close: time = time(14)

    def __post_init__(self) -> None:
        if self.open_at >= self.close_at:
            raise ValueError("the send window must open before it closes")

    def hours(self, day: date) -> tuple[time, time]:
        """When it opens and closes on that day; on a Friday it may be that it never opens."""
        closes = min(self.close_at, self.friday_close) if day.weekday() == _FRIDAY else self.close_at
        return self.open_at, closes


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Whether people work there on that day."""
    days = _business_days(calendar, day.year)
    at = bisect_left(days, day)
    return at < len(days) and days[at] == day


@lru_cache(maxsize=4096)
def end_of_day(calendar: Calendar, day: date) -> datetime:
    """18:00 local on that day, whether anybody works or not."""
    return _at(calendar, day, END_OF_DAY)


def morning_after(calendar: Calendar, day: date) -> datetime:
    """09:00 local on the first business day after that day."""
    return _at(calendar, _step(calendar, day, 1), START_OF_DAY)


def add_business_days(calendar: Calendar, moment: datetime, n: int) -> datetime:
    """18:00 local on the n-th business day after the event's day; n = 0 is that day, if it still can be met.

    With n = 0, an event on a day off or after 18:00 is due on the next business day: no deadline lies before
    the event that starts it. Raises ValueError if n is negative.
    """
    _refuse_negative(n)
    day = _local_day(calendar, moment)
    if n == 0 and is_business_day(calendar, day) and moment <= end_of_day(calendar, day):
        return end_of_day(calendar, day)
    return _end_of_step(calendar, day, max(n, 1))


def add_calendar_days(calendar: Calendar, moment: datetime, n: int) -> datetime:
    """18:00 local n days after the event's day, on a day off too: laws that count calendar days do not wait.

    With n = 0, an event after 18:00 is due on the next day. Raises ValueError if n is negative.
    """
    _refuse_negative(n)
    due = end_of_day(calendar, _local_day(calendar, moment) + n * _ONE_DAY)
    return due if moment <= due else end_of_day(calendar, _local_day(calendar, moment) + _ONE_DAY)


def subtract_business_days(calendar: Calendar, moment: datetime, n: int) -> datetime:
    """18:00 local on the n-th business day before the moment's day; n = 0 is that day or the last before it.

    For warnings that come n business days ahead of a deadline. Raises ValueError if n is negative.
    """
    _refuse_negative(n)
    day = _local_day(calendar, moment)
    if n == 0 and is_business_day(calendar, day):
        return end_of_day(calendar, day)
    return _end_of_step(calendar, day, -max(n, 1))


def business_days_between(calendar: Calendar, earlier: datetime, later: datetime) -> int:
    """How many business days late: those after the day of `earlier`, up to and with the day of `later`.

    0 on the same day, and 0 when `later` is the earlier one.
    """
    first, last = _local_day(calendar, earlier), _local_day(calendar, later)
    if last <= first:
        return 0
    return _business_days_until(calendar, first.year, last) - _business_days_until(
        calendar, first.year, first
    )


def next_send_time(calendar: Calendar, moment: datetime, window: SendWindow | None) -> datetime:
    """The moment itself if the window is open or None, else the next opening.

    Closed on days off, from Friday afternoon on, and from 24 December to 1 January: a "no" should not spoil
    those.
    """
    moment = utc(moment)
    if window is None:
        return moment
    day = _local_day(calendar, moment)
    opens, closes = _opening(calendar, window, day)
    if moment >= closes:
        opens, _ = _opening(calendar, window, day + _ONE_DAY)
    return max(moment, opens)


@lru_cache(maxsize=4096)
def _opening(calendar: Calendar, window: SendWindow, day: date) -> tuple[datetime, datetime]:
    """When the window opens and closes on the first day, from that day on, on which it opens at all."""
    while True:
        opens, closes = (_at(calendar, day, hour) for hour in window.hours(day))
        if opens < closes and is_business_day(calendar, day) and not _is_year_end(day):
            return opens, closes
        day = _step(calendar, day, 1)


def _is_year_end(day: date) -> bool:
    return (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1)


def _refuse_negative(n: int) -> None:
    if n < 0:
        raise ValueError(f"a number of days cannot be negative: {n}")


def _local_day(calendar: Calendar, moment: datetime) -> date:
    return utc(moment).astimezone(ZoneInfo(calendar.timezone)).date()


@lru_cache(maxsize=4096)
def _end_of_step(calendar: Calendar, day: date, n: int) -> datetime:
    """The people of one list have few different days between them, and each asks for several deadlines."""
    return end_of_day(calendar, _step(calendar, day, n))


def _at(calendar: Calendar, day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(calendar.timezone)).astimezone(UTC)


def _step(calendar: Calendar, day: date, n: int) -> date:
    """The n-th business day after (n > 0) or before (n < 0) that day."""
    year = day.year
    days = _business_days(calendar, year)
    at = bisect_right(days, day) + n - 1 if n > 0 else bisect_left(days, day) + n
    while at >= len(days):
        at -= len(days)
        year += 1
        days = _business_days(calendar, year)
    while at < 0:
        year -= 1
        days = _business_days(calendar, year)
        at += len(days)
    return days[at]


def _business_days_until(calendar: Calendar, from_year: int, day: date) -> int:
    """Business days from 1 January of `from_year` up to and with that day."""
    whole_years = sum(len(_business_days(calendar, year)) for year in range(from_year, day.year))
    return whole_years + bisect_right(_business_days(calendar, day.year), day)


@lru_cache(maxsize=1024)
def _business_days(calendar: Calendar, year: int) -> tuple[date, ...]:
    """All business days of a year in order; the cache is what lets ten thousand deadlines cost a blink."""
    country_days = _country_business_days(calendar.country.upper(), calendar.subdivision, year)
    extra = {day for day in calendar.extra_open if day.year == year}
    return tuple(sorted((country_days | extra) - calendar.extra_closed))


@lru_cache(maxsize=1024)
def _country_business_days(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 -- half a second to import; only deadlines need it

    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    all_days = [first + i * _ONE_DAY for i in range((after - first).days)]
    supported = holidays.list_supported_countries(include_aliases=True)
    if country not in supported:
        return frozenset(day for day in all_days if day.weekday() <= _FRIDAY)
    known = subdivision if subdivision in supported[country] else None
    listed = holidays.country_holidays(country, subdiv=known, years=year, expand=False)
    return frozenset(day for day in all_days if listed.is_working_day(day))
