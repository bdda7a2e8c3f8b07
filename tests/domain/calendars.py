"""The places, moments and local times that the tests of deadlines and of sending hours share."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from employer_app.domain.business_time import Calendar

BAVARIA = Calendar("DE", "BY", "Europe/Berlin")
NETHERLANDS = Calendar("NL", None, "Europe/Amsterdam")
ENGLAND = Calendar("GB", "ENG", "Europe/London")
ONTARIO = Calendar("CA", "ON", "America/Toronto")
UNITED_STATES = Calendar("US", None, "America/New_York")
SAUDI_ARABIA = Calendar("SA", None, "Asia/Riyadh")
NOWHERE = Calendar("", None, "Pacific/Auckland")
PLACES = (BAVARIA, NETHERLANDS, ENGLAND, ONTARIO, UNITED_STATES, SAUDI_ARABIA, NOWHERE)

places = st.sampled_from(PLACES)
moments = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001 -- hypothesis wants naive bounds and adds the zone itself
    max_value=datetime(2032, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def local(calendar: Calendar, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(calendar.timezone))
