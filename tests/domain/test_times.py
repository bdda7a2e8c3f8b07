from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from employer_app.domain.times import about, ago, countdown, day, exact, lasting

NOW = datetime(2026, 11, 18, 9, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=3, hours=23), "3 days ago"),
        (timedelta(days=89), "89 days ago"),
        (timedelta(days=90), "2 months ago"),
        (timedelta(days=400), "13 months ago"),
        (timedelta(days=731), "2 years ago"),
        (-timedelta(seconds=30), "now"),
        (-timedelta(minutes=10), "in 10 minutes"),
        (-timedelta(days=1), "in 1 day"),
    ],
)
def test_ago_says_the_largest_unit_rounded_down(back: timedelta, said: str) -> None:
    assert ago(NOW - back, NOW) == said


def test_ago_compares_moments_of_different_zones() -> None:
    assert ago(datetime(2026, 11, 18, 9, 42, tzinfo=ZoneInfo("Europe/Amsterdam")), NOW) == "1 hour ago"


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 11, 18, 9, 42)  # noqa: DTZ001 - the fault under test
    with pytest.raises(ValueError, match="no time zone"):
        ago(naive, NOW)
    with pytest.raises(ValueError, match="no time zone"):
        exact(naive, UTC)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Amsterdam", "Wed 18 Nov 2026, 10:42"),
        ("Pacific/Auckland", "Wed 18 Nov 2026, 22:42"),
        ("America/Los_Angeles", "Wed 18 Nov 2026, 01:42"),
        ("Pacific/Kiritimati", "Wed 18 Nov 2026, 23:42"),
    ],
)
def test_exact_is_local(zone: str, said: str) -> None:
    assert exact(NOW, ZoneInfo(zone)) == said


def test_exact_names_the_day_where_it_is_read() -> None:
    assert (
        exact(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
        == "Fri 1 Jan 2027, 00:30"
    )


@pytest.mark.parametrize(
    ("value", "today", "said"),
    [
        (date(2026, 11, 13), None, "Fri 13 Nov"),
        (date(2026, 11, 13), date(2026, 1, 1), "Fri 13 Nov"),
        (date(2025, 11, 13), date(2026, 11, 18), "Thu 13 Nov 2025"),
        (date(2024, 2, 29), None, "Thu 29 Feb"),
    ],
)
def test_day_has_its_weekday_and_a_foreign_year(value: date, today: date | None, said: str) -> None:
    assert day(value, today=today) == said


def test_a_moment_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError):
        day(NOW)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0:00"),
        (0, "0:00"),
        (9, "0:09"),
        (582, "9:42"),
        (582.9, "9:42"),
        (3599, "59:59"),
        (3600, "1 h 00 min"),
        (77_700, "21 h 35 min"),
    ],
)
def test_countdown_reads_like_a_clock(seconds: float, said: str) -> None:
    assert countdown(seconds) == said


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(minutes=5), "today, 10:47"),
        (timedelta(hours=14), "tomorrow, 00:42"),
        (timedelta(days=2), "Friday, 10:42"),
        (timedelta(days=6), "Tue 24 Nov 2026, 10:42"),
    ],
)
def test_when_to_expect_it(ahead: timedelta, said: str) -> None:
    assert about(NOW + ahead, NOW, ZoneInfo("Europe/Amsterdam")) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than a minute"),
        (60, "about 1 minute"),
        (99 * 60, "about 99 minutes"),
        (7 * 3600 - 60, "about 7 hours"),
        (2.2 * 86400, "about 2 days"),
    ],
)
def test_how_long_it_takes(seconds: float, said: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == said
