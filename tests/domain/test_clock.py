"""The clock: aware, in UTC, and deaf to moments without a zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from employer_app.domain import clock


def test_now_is_aware_and_in_utc() -> None:
    with time_machine.travel(datetime(2026, 3, 29, 3, tzinfo=ZoneInfo("Europe/Berlin")), tick=False):
        assert clock.now() == datetime(2026, 3, 29, 1, tzinfo=UTC)
        assert clock.now().tzinfo is UTC


def test_monotonic_never_goes_back() -> None:
    readings = [clock.monotonic() for _ in range(100)]
    assert readings == sorted(readings)


def test_utc_converts_aware_moments() -> None:
    moment = clock.utc(datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")))
    assert moment == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert moment.tzinfo is UTC


def test_utc_refuses_naive_moments_in_words() -> None:
    with pytest.raises(ValueError, match="2026-01-05T12:00:00 has no time zone"):
        clock.utc(datetime(2026, 1, 5, 12))  # noqa: DTZ001
