"""What surrounds an application and what is said of it, as the slow oracle sees both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from employer_app.domain.business_time import Calendar


@dataclass(frozen=True)
class World:
    """The job around the application. `closed`: id and moment of the event that closed it, if it is."""

    calendar: Calendar
    closing_on: date | None
    closed: tuple[int, datetime] | None


@dataclass(frozen=True, order=True)
class Debt:
    reason: str
    source: int
    since: datetime
    opens_at: datetime
    target_at: datetime
    breach_at: datetime


@dataclass(frozen=True)
class Standing:
    status: str
    depth: str
    first_word_at: datetime | None
    last_contact_at: datetime | None
    decided_at: datetime | None
    told_at: datetime | None
    told_how: str | None
    final_owed_since: datetime | None
    waived: bool
