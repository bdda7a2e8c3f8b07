"""Which people of a job: what a filter means in the tables. Typed and bounded before it comes here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.person_name import search_key
from employer_app.domain.status import LIVE, Status
from employer_app.models import Application, Candidate, Job, OwedAnswer
from employer_app.queries.owed import Source, SourceKind
from employer_app.queries.owed.filters import added_by
from employer_app.queries.recipients import reads

#: longer than any name; what is beyond is not looked at
LONGEST_TEXT = 200
MOST_WORDS = 8


class Standing(StrEnum):
    """Where somebody stands in the job. Each person has exactly one, so that the counts add up."""

    ACTIVE = "active"
    ON_HOLD = "on_hold"
    HIRED = "hired"
    NOT_TOLD = "not_told"
    TOLD_NO = "told_no"
    NO_ANSWER = "no_answer"
    WITHDRAWN = "withdrawn"


class Owed(StrEnum):
    """How old what we owe is: any debt at all, one that shows by now, one that is late."""

    ANY = "any"
    WAITING = "waiting"
    LATE = "late"


@dataclass(frozen=True)
class Filters:
    """None or empty: everybody. A stage alone means those still in the running there."""

    stage_id: int | None = None
    standing: Standing | None = None
    #: the last word from us, or the application, is older than so many days
    silent_days: int | None = None
    reason: Reason | None = None
    owed: Owed | None = None
    text: str = ""
    #: who owes them an answer: the application's own owner, else the job's
    owner_id: int | None = None
    #: in which they are written to: their own, or where nobody knows it that of the job
    language: str = ""
    source: Source | None = None
    has_address: bool | None = None

    @property
    def about_people(self) -> bool:
        """Whether the applications are to be read together with their people and the job."""
        return bool(self.text or self.language) or self.owner_id is not None or self.has_address is not None

    @property
    def any(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class After:
    """After which row a page begins: that row's own sort values."""

    settled: bool
    since: datetime
    id: int


@cache
def untold() -> sa.ColumnElement[bool]:
    """A "no" that nobody has told them yet."""
    told_not = aliased(OwedAnswer)
    return sa.exists().where(
        told_not.application_id == Application.id, told_not.reason == Reason.DECIDED_NOT_TOLD
    )


@cache
def standing() -> sa.Case[str]:
    """The Standing of an application, as its value."""
    return sa.case(
        (Application.status == Status.ACTIVE, Standing.ACTIVE.value),
        (Application.status == Status.ON_HOLD, Standing.ON_HOLD.value),
        (Application.status == Status.HIRED, Standing.HIRED.value),
        (Application.status == Status.WITHDRAWN, Standing.WITHDRAWN.value),
        (Application.told_at.is_not(None), Standing.TOLD_NO.value),
        (untold(), Standing.NOT_TOLD.value),
        else_=Standing.NO_ANSWER.value,
    )


@cache
def last_word() -> sa.ColumnElement[datetime]:
    """Since when they wait: our last word, or their application."""
    return sa.func.coalesce(Application.last_contact_at, Application.received_at)


def conditions(job_id: int, filters: Filters) -> list[sa.ColumnElement[bool]]:
    """For a SELECT over Application; where the filters are `about_people`, joined with Candidate and Job."""
    found: list[sa.ColumnElement[bool]] = [Application.job_id == job_id]
    if filters.stage_id is not None:
        found.append(Application.stage_id == filters.stage_id)
    if filters.standing is not None:
        found.append(standing() == filters.standing.value)
    elif filters.stage_id is not None:
        found.append(Application.status.in_(LIVE))
    if filters.silent_days is not None:
        found.append(last_word() < now() - timedelta(days=filters.silent_days))
    if filters.reason is not None:
        found.append(_owes(OwedAnswer.reason == filters.reason))
    if filters.owed is not None:
        found.append(_owes(*aged(filters.owed)))
    words = search_key(filters.text.replace("\0", " ")[:LONGEST_TEXT]).split()[:MOST_WORDS]
    found += [Candidate.search_key.contains(word, autoescape=True) for word in words]
    return found + _of_people(filters)


def _of_people(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.owner_id is not None:
        found.append(sa.func.coalesce(Application.owner_id, Job.owner_id) == filters.owner_id)
    if filters.language:
        found.append(reads() == filters.language)
    if filters.has_address is not None:
        there = Candidate.address.is_not(None)
        found.append(there if filters.has_address else ~there)
    if filters.source is not None and filters.source.kind is SourceKind.SYSTEM:
        found.append(Application.source_id == filters.source.id)
    elif filters.source is not None:
        found.append(Application.id.in_(added_by(filters.source.id)))
    return found


def aged(owed: Owed) -> list[sa.ColumnElement[bool]]:
    """Debts of that age, now."""
    if owed is Owed.WAITING:
        return [OwedAnswer.opens_at <= now()]
    return [OwedAnswer.breach_at < now()] if owed is Owed.LATE else []


def _owes(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(OwedAnswer.application_id == Application.id, *which)
