"""The one place that reads the wall clock; whatever needs the time asks here, and tests freeze it here.

Inside the app every moment is aware and in UTC. Local time exists only in `business_time` and on a page.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds on a clock that never jumps; for leases and waiting, never for a date that a person sees."""
    return time.monotonic()


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError on a naive one: guessing its zone is how deadlines slip."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)
