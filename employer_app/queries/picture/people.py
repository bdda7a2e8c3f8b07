"""The people behind a number of the picture, the longest wait first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.errors import Refused
from employer_app.domain.picture import GRAVE, WAITING, Bucket, When
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Candidate, Job, Stage, User
from employer_app.queries.picture.tables import Of, Part, Tables, times

PAGE = 50


@dataclass(frozen=True)
class After:
    """After which row a page begins. `str()` of it is safe in an address."""

    since: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.since.timestamp()!r}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> After:
        """Raises Refused."""
        try:
            moment, row_id = text.split("~")
            if len(row_id) > 9:
                raise ValueError("no row has such a number")
            return cls(datetime.fromtimestamp(float(moment), UTC), int(row_id))
        except (ValueError, OverflowError, OSError):
            raise Refused("This address is incomplete.", "Go back to the first page of the list.") from None


@dataclass(frozen=True)
class PersonRow:
    """One person in one job. `since`: our last word, or the application; `when` is None if nothing waits."""

    application_id: int
    name: str
    job_id: int
    job_title: str
    stage: str
    bucket: Bucket
    when: When | None
    late: bool
    since: datetime
    reason: Reason | None
    target_at: datetime | None
    received_at: datetime
    last_contact_at: datetime | None
    owner: str

    @property
    def after(self) -> After:
        return After(self.since, self.application_id)


@dataclass(frozen=True)
class PeoplePage:
    rows: Sequence[PersonRow]
    total: int
    after: After | None


def picture_people(
    viewer: Person,
    part: Part | None = None,
    of: Of | None = None,
    after: After | None = None,
    *,
    limit: int = PAGE,
    at: datetime | None = None,
) -> PeoplePage:
    """The longest wait first."""
    require(viewer, Verb.READ)
    found = _chosen(part or Part(), of or Of(), at or now())
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0
    rows = _rows(found, after, limit)
    return PeoplePage(rows[:limit], total, rows[limit - 1].after if len(rows) > limit else None)


def every_person(
    viewer: Person, part: Part | None = None, of: Of | None = None, at: datetime | None = None
) -> Iterator[PersonRow]:
    """All of them, for a file."""
    require(viewer, Verb.EXPORT)
    yield from _rows(_chosen(part or Part(), of or Of(), at or now()), None, None)  # faster than pages


def _chosen(part: Part, of: Of, at: datetime) -> sa.Subquery:
    each = Tables(at).select(of).subquery()
    query = sa.select(each)
    for column, value in ((each.c.bucket, part.bucket), (each.c.when, part.when), (each.c.wait, part.wait)):
        if value is not None:
            query = query.where(column == value.value)
    if part.waiting:
        query = query.where(each.c.bucket.in_([bucket.value for bucket in WAITING]))
    if part.grave:
        query = query.where(each.c.bucket.in_([bucket.value for bucket in GRAVE]))
    return (query.where(each.c.late) if part.late or part.grave else query).subquery()


def _rows(chosen: sa.Subquery, after: After | None, limit: int | None) -> list[PersonRow]:
    """One more than `limit`, if there are more."""
    page = sa.select(chosen).order_by(chosen.c.since, chosen.c.id)
    if limit is not None:
        page = page.limit(limit + 1)
    if after is not None:
        page = page.where(sa.tuple_(chosen.c.since, chosen.c.id) > sa.tuple_(after.since, after.id))
    few = page.subquery()
    query = (
        sa.select(
            few,
            Candidate.name,
            Job.title.label("job_title"),
            Stage.name.label("stage"),
            Application.received_at,
            Application.last_contact_at,
            sa.func.coalesce(User.name, "").label("owner"),
        )
        .join(Application, Application.id == few.c.id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Stage, Stage.id == Application.stage_id)
        .join(Job, Job.id == Application.job_id)
        .outerjoin(User, User.id == sa.func.coalesce(Application.owner_id, Job.owner_id))
        .order_by(few.c.since, few.c.id)
    )
    return [_row(row) for row in db.session.execute(query)]


def _row(row: Any) -> PersonRow:
    return PersonRow(
        application_id=row.id,
        name=row.name,
        job_id=row.job_id,
        job_title=row.job_title,
        stage=row.stage,
        bucket=Bucket(row.bucket),
        when=times(row)[0],
        late=bool(row.late),
        since=row.since,
        reason=None if row.rank is None else list(Reason)[row.rank],
        target_at=row.target_at,
        received_at=row.received_at,
        last_contact_at=row.last_contact_at,
        owner=row.owner,
    )
