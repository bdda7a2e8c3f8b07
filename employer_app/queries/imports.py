"""The lists that were dropped in: what was imported when, by whom, and what still waits for a look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from employer_app.domain.errors import NotFound
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import JobStatus
from employer_app.extensions import db
from employer_app.models import ApplicantList, Job, User
from employer_app.queries.choices import Choice

PAGE = 50


@dataclass(frozen=True)
class ListRow:
    """A file without its content. `counts` is empty until it was imported, `job` until then too."""

    id: int
    filename: str
    uploaded_at: datetime
    uploaded_by: str
    imported_at: datetime | None
    imported_by: str
    job_id: int | None
    job: str
    counts: Mapping[str, Any]
    #: the file itself is still here
    stored: bool
    #: somebody pressed "import", and it is done in the background
    asked_at: datetime | None = None
    trouble: str = ""
    undone_at: datetime | None = None

    @property
    def can_be_undone(self) -> bool:
        """As far as the list itself says; see actions/imports/undo.obstacle."""
        return bool(self.imported_at and not self.undone_at)


@dataclass(frozen=True)
class ListPage:
    rows: Sequence[ListRow]
    total: int
    #: give it as `before` for the next page; None at the end
    next: int | None


def lists(viewer: Person, before: int | None = None) -> ListPage:
    """The newest first."""
    require(viewer, Verb.IMPORT)
    query = _rows().order_by(ApplicantList.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(ApplicantList.id < before)
    rows = [_row(row) for row in db.session.execute(query)]
    total = db.session.scalar(sa.select(sa.func.count()).select_from(ApplicantList)) or 0
    return ListPage(rows[:PAGE], total, rows[PAGE - 1].id if len(rows) > PAGE else None)


@dataclass(frozen=True)
class Waiting:
    """How many lists wait for a look, and the one to begin with; None when there is none."""

    lists: int
    first: Choice | None


def waiting(viewer: Person, but: int | None = None) -> Waiting:
    """Files that are here and not imported, the oldest first; `but`: the one that is being looked at."""
    require(viewer, Verb.IMPORT)
    here = sa.and_(
        ApplicantList.imported_at.is_(None),
        ApplicantList.asked_at.is_(None),
        ApplicantList.content.is_not(None),
        ApplicantList.id != (but or 0),
    )
    count = db.session.scalar(sa.select(sa.func.count()).select_from(ApplicantList).where(here)) or 0
    query = sa.select(ApplicantList.id, ApplicantList.filename).where(here).order_by(ApplicantList.id)
    first = db.session.execute(query.limit(1)).first()
    return Waiting(count, Choice(first.id, first.filename) if first else None)


def list_of(viewer: Person, list_id: int) -> ListRow:
    """Raises NotFound."""
    require(viewer, Verb.IMPORT)
    row = db.session.execute(_rows().where(ApplicantList.id == list_id)).first()
    if row is None:
        raise NotFound("There is no such list.", "It may have been removed.")
    return _row(row)


def open_jobs(viewer: Person) -> list[Choice]:
    """Those that take applications, by title."""
    require(viewer, Verb.READ)
    query = sa.select(Job.id, Job.title).where(Job.status == JobStatus.OPEN).order_by(Job.title, Job.id)
    return [Choice(row.id, row.title) for row in db.session.execute(query)]


def _rows() -> sa.Select[Any]:
    by, keeper = aliased(User), aliased(User)
    return (
        sa.select(
            ApplicantList.id,
            ApplicantList.filename,
            ApplicantList.uploaded_at,
            by.name.label("uploaded_by"),
            ApplicantList.imported_at,
            keeper.name.label("imported_by"),
            ApplicantList.job_id,
            Job.title,
            ApplicantList.counts,
            ApplicantList.content.is_not(None).label("stored"),
            ApplicantList.asked_at,
            ApplicantList.trouble,
            ApplicantList.undone_at,
        )
        .join(by, by.id == ApplicantList.uploaded_by, isouter=True)
        .join(keeper, keeper.id == ApplicantList.imported_by, isouter=True)
        .join(Job, Job.id == ApplicantList.job_id, isouter=True)
    )


def _row(row: sa.Row[Any]) -> ListRow:
    return ListRow(
        row.id,
        row.filename,
        row.uploaded_at,
        row.uploaded_by or "",
        row.imported_at,
        row.imported_by or "",
        row.job_id,
        row.title or _jobs(row.counts or {}),
        row.counts or {},
        row.stored,
        row.asked_at,
        row.trouble,
        row.undone_at,
    )


def _jobs(counts: Mapping[str, Any]) -> str:
    number = len(counts.get("job_ids", ()))
    return f"{number} jobs" if number > 1 else ""
