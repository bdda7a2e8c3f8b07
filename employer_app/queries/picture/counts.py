"""The numbers of the picture: one statement for all of them, one for the jobs in which most people wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.picture import WAITING, Bucket, Cell, Picture
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Job
from employer_app.queries.picture.tables import Of, Tables, times


@dataclass(frozen=True)
class JobLine:
    """A job in which people wait."""

    id: int
    title: str
    people: int
    late: int


def picture(viewer: Person, of: Of | None = None, at: datetime | None = None) -> Picture:
    """How everybody stands, as of `at` (now)."""
    require(viewer, Verb.READ)
    tables = Tables(at or now())
    each = tables.select(of or Of()).subquery()
    key = (each.c.bucket, each.c.when, each.c.wait, each.c.late)
    query = sa.select(*key, sa.func.count().label("people"), sa.func.min(each.c.since).label("since"))
    cells = [
        Cell(Bucket(row.bucket), *times(row), bool(row.late), row.people, row.since)
        for row in db.session.execute(query.group_by(*key))
    ]
    return Picture(tables.at, cells)


def picture_jobs(
    viewer: Person, of: Of | None = None, *, most: int = 5, at: datetime | None = None
) -> list[JobLine]:
    """Where most people wait, the fullest first."""
    require(viewer, Verb.READ)
    each = Tables(at or now()).select(of or Of()).subquery()
    people = sa.func.count()
    late = sa.func.sum(sa.case((each.c.late, 1), else_=0))
    query = (
        sa.select(Job.id, Job.title, people, late)
        .join(each, each.c.job_id == Job.id)
        .where(each.c.bucket.in_([bucket.value for bucket in WAITING]))
        .group_by(Job.id, Job.title)
        .order_by(people.desc(), Job.title, Job.id)
        .limit(most)
    )
    return [JobLine(*row) for row in db.session.execute(query)]
