"""One line of the list of those we owe an answer, and what the list adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from employer_app.domain import explain as explaining
from employer_app.domain.business_time import Calendar
from employer_app.domain.clock import now
from employer_app.domain.duty import ClockName, Reason
from employer_app.domain.errors import Refused
from employer_app.domain.explain import Reckoned


class Group(StrEnum):
    """In order of urgency."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"


GROUPS = list(Group)


@dataclass(frozen=True)
class After:
    """After which row a page begins. `str()` of it is safe in an address."""

    group: Group
    rank: int
    target_at: datetime
    application_id: int

    def __str__(self) -> str:
        return f"{self.group.value}~{self.rank}~{self.target_at.timestamp()!r}~{self.application_id}"

    @classmethod
    def parse(cls, text: str) -> After:
        """Raises Refused."""
        try:
            group, rank, moment, application_id = text.split("~")
            target = datetime.fromtimestamp(float(moment), ZoneInfo("UTC"))
            return cls(Group(group), int(rank), target, int(application_id))
        except (ValueError, OverflowError, OSError):
            raise Refused("This address is incomplete.", "Go back to the first page of the list.") from None


@dataclass(frozen=True)
class OwedRow:
    """One person in one job, with the most pressing debt; `more` counts the others."""

    application_id: int
    application_version: int
    candidate_id: int
    name: str
    has_address: bool
    do_not_mail: bool
    job_id: int
    job_title: str
    stage: str
    group: Group
    reason: Reason
    clock: ClockName | None
    #: when the fact that opened the debt happened; `since` may be later (a closing date)
    happened_at: datetime | None
    since: datetime
    opens_at: datetime
    target_at: datetime
    breach_at: datetime
    rank: int
    more: int
    #: who owes it: the application's owner, else the job's; nobody if they may not sign in any more
    owner_id: int | None
    owner: str
    received_at: datetime
    last_contact_at: datetime | None
    #: was late already when a list brought it
    old_pile: bool
    #: the working days of the job's place
    calendar: Calendar

    @property
    def after(self) -> After:
        return After(self.group, self.rank, self.target_at, self.application_id)

    @property
    def reckoned(self) -> Reckoned:
        return Reckoned(self.reason, self.clock, self.since, self.target_at, self.breach_at, self.happened_at)


@dataclass(frozen=True)
class Page:
    """`after` is None on the last page; pass it on for the next."""

    rows: Sequence[OwedRow]
    after: After | None


@dataclass(frozen=True)
class OwedCounts:
    """People. `shown` = late + today + soon, and is the number on the home page; `later` are not due yet."""

    late: int
    today: int
    soon: int
    later: int

    @property
    def shown(self) -> int:
        return self.late + self.today + self.soon

    @property
    def all(self) -> int:
        return self.shown + self.later


@dataclass(frozen=True)
class Pile:
    """Many people in one job whom we owe a word for one reason, in one group."""

    job_id: int
    job_title: str
    group: Group
    reason: Reason
    people: int
    #: the earliest of theirs
    target_at: datetime
    calendar: Calendar


def explain(row: OwedRow, calendar: Calendar | None = None) -> list[str]:
    """Why that date: "Interview Tue 10 Nov + 3 business days = Fri 13 Nov." and what else bears on it."""
    return explaining.explain(row.reckoned, calendar or row.calendar)


def due(row: OwedRow, at: datetime | None = None) -> tuple[str, str]:
    """How far off: ("6 business days late", "was due Tue 10 Nov")."""
    return explaining.due(row.target_at, row.calendar, at or now())
