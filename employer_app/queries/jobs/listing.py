"""All jobs with their people counted, those with late answers first. A page takes two statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from employer_app.domain.person_name import search_key
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import LIVE, JobStatus
from employer_app.extensions import db
from employer_app.models import Application, Job, OwedAnswer, Place, User
from employer_app.queries.choices import Choice
from employer_app.queries.jobs.filters import LONGEST_TEXT, MOST_WORDS, Owed, aged

PAGE = 50


class Shelf(StrEnum):
    """Which jobs: those with something left to do, those that are done, or all."""

    CURRENT = "current"
    FINISHED = "finished"
    ALL = "all"


@dataclass(frozen=True)
class JobFilters:
    shelf: Shelf = Shelf.CURRENT
    text: str = ""
    #: jobs of this owner only
    owner_id: int | None = None


@dataclass(frozen=True)
class JobRow:
    """`people` applied, `live` are in the running, `waiting` are owed a word by now, `late` ones too long."""

    id: int
    title: str
    public_title: str
    status: JobStatus
    place: str
    timezone: str
    owner: str
    closing_on: date | None
    decide_by: date | None
    rolling: bool
    demo: bool
    people: int
    live: int
    waiting: int
    late: int
    last_received_at: datetime | None

    @property
    def dateless(self) -> bool:
        """People call about such a job, for nobody told them when to expect word."""
        return self.status is JobStatus.OPEN and not (self.rolling or self.closing_on or self.decide_by)


#: late, waiting, id of the last row of a page
JobAfter = tuple[int, int, int]


@dataclass(frozen=True)
class JobPage:
    rows: Sequence[JobRow]
    total: int
    after: JobAfter | None


def list_jobs(
    viewer: Person, filters: JobFilters, *, after: JobAfter | None = None, limit: int = PAGE
) -> JobPage:
    require(viewer, Verb.READ)
    which = _conditions(filters)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Job).where(*which)) or 0
    inner = _rows(which).subquery()
    query = sa.select(inner).order_by(inner.c.late.desc(), inner.c.waiting.desc(), inner.c.id.desc())
    if after is not None:
        query = query.where(sa.tuple_(inner.c.late, inner.c.waiting, inner.c.id) < sa.tuple_(*after))
    rows = [JobRow(**row) for row in db.session.execute(query.limit(limit + 1)).mappings()]
    last = rows[limit - 1] if len(rows) > limit else None
    return JobPage(rows[:limit], total, (last.late, last.waiting, last.id) if last else None)


def place_choices(viewer: Person) -> list[Choice]:
    """Places that a job can be at."""
    require(viewer, Verb.READ)
    rows = db.session.execute(sa.select(Place.id, Place.name).order_by(Place.id))
    return [Choice(row.id, row.name) for row in rows]


def _rows(which: Sequence[sa.ColumnElement[bool]]) -> sa.Select[*tuple[Any, ...]]:
    people = (
        sa.select(
            Application.job_id,
            sa.func.count().label("people"),
            sa.func.count(sa.case((Application.status.in_(LIVE), 1))).label("live"),
            sa.func.max(Application.received_at).label("last_received_at"),
        )
        .group_by(Application.job_id)
        .subquery()
    )
    owed = (
        sa.select(OwedAnswer.job_id, _people(Owed.WAITING).label("waiting"), _people(Owed.LATE).label("late"))
        .where(*aged(Owed.WAITING))
        .group_by(OwedAnswer.job_id)
        .subquery()
    )
    zero = sa.func.coalesce
    return (
        sa.select(
            Job.id,
            Job.title,
            Job.public_title,
            Job.status,
            Place.name.label("place"),
            Place.timezone,
            zero(User.name, "").label("owner"),
            Job.closing_on,
            Job.decide_by,
            Job.rolling,
            Job.demo,
            zero(people.c.people, 0).label("people"),
            zero(people.c.live, 0).label("live"),
            zero(owed.c.waiting, 0).label("waiting"),
            zero(owed.c.late, 0).label("late"),
            people.c.last_received_at,
        )
        .join(Place, Place.id == Job.place_id)
        .outerjoin(User, User.id == Job.owner_id)
        .outerjoin(people, people.c.job_id == Job.id)
        .outerjoin(owed, owed.c.job_id == Job.id)
        .where(*which)
    )


def _people(age: Owed) -> sa.ColumnElement[int]:
    return sa.func.count(sa.distinct(sa.case((sa.and_(sa.true(), *aged(age)), OwedAnswer.application_id))))


def _conditions(filters: JobFilters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.shelf is Shelf.CURRENT:
        found.append(Job.status != JobStatus.FINISHED)
    elif filters.shelf is Shelf.FINISHED:
        found.append(Job.status == JobStatus.FINISHED)
    if filters.owner_id is not None:
        found.append(Job.owner_id == filters.owner_id)
    words = search_key(filters.text.replace("\0", " ")[:LONGEST_TEXT]).split()[:MOST_WORDS]
    if words:
        found.append(Job.id.in_(_titled(words)))
    return found


def _titled(words: Sequence[str]) -> list[int]:
    """Titles are not stored folded, and there are hundreds at most: fold them here."""
    rows = db.session.execute(sa.select(Job.id, Job.title, Job.public_title))
    keys = ((row.id, search_key(f"{row.title} {row.public_title}")) for row in rows)
    return [job_id for job_id, key in keys if all(word in key for word in words)]
