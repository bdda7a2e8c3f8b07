"""A day that was typed, with or without a time, as a moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from employer_app.forms.applications import moment


@pytest.mark.parametrize("hour", [0, 9, 11, 14, 23])
def test_a_day_without_a_time_is_never_before_what_was_done_that_day(hour: int) -> None:
    at = datetime(2026, 3, 3, hour, 5, tzinfo=ZoneInfo("Europe/Amsterdam"))
    assert moment(at.date(), None, "Europe/Amsterdam", at) == at
    yesterday = moment(at.date() - timedelta(days=1), None, "Europe/Amsterdam", at)
    assert yesterday == datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))
