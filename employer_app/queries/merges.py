"""Two records beside each other, before they become one; and what was merged into a record before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from employer_app.domain.errors import NotFound
from employer_app.domain.one_person import FILLED, Part, Record
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Candidate, CandidateMerge, Job, OwedAnswer, Stage, User
from employer_app.queries.applications import Other


@dataclass(frozen=True)
class Side:
    """One of the two records. `stands_for` is its own id, or that of the record it was merged into."""

    id: int
    version: int
    stands_for: int
    record: Record
    external_id: str
    created_at: datetime
    applications: Sequence[Other]


@dataclass(frozen=True)
class Comparison:
    kept: Side
    merged: Side
    #: jobs for which the person applied under both
    both: Sequence[str]

    @property
    def choices(self) -> Sequence[Part]:
        """Where the two differ, and it is not plain which of them is to stay."""
        return [part for part in self._differing if part not in self.filled]

    @property
    def filled(self) -> Sequence[Part]:
        """What the kept record does not say, and takes over."""
        return [part for part in self._differing if part in FILLED and not getattr(self.kept.record, part)]

    @property
    def _differing(self) -> Sequence[Part]:
        one, other = self.kept.record, self.merged.record
        return [part for part in Part if getattr(other, part) not in ("", getattr(one, part))]


@dataclass(frozen=True)
class PastMerge:
    """A merge into this record; `undoable` only for the latest that stands."""

    id: int
    kept_id: int
    kept: str
    kept_version: int
    name: str
    address: str
    moved: int
    at: datetime
    by: str
    undone_at: datetime | None
    undone_by: str
    undoable: bool


def compare(viewer: Person, kept_id: int, merged_id: int) -> Comparison:
    """Raises NotFound, also for somebody whose data were erased."""
    require(viewer, Verb.READ)
    kept, merged = _side(kept_id), _side(merged_id)
    jobs = [
        sa.select(Application.job_id).where(Application.candidate_id == each) for each in (kept_id, merged_id)
    ]
    both = sa.select(Job.title).where(*(Job.id.in_(each) for each in jobs)).order_by(Job.title, Job.id)
    return Comparison(kept, merged, db.session.scalars(both).all())


def past_merges(viewer: Person, candidate_id: int) -> Sequence[PastMerge]:
    """The latest first."""
    require(viewer, Verb.READ)
    return _past(CandidateMerge.kept_id == candidate_id)


def merge_behind(viewer: Person, merge_id: int) -> PastMerge:
    """Raises NotFound."""
    require(viewer, Verb.READ)
    kept_id = sa.select(CandidateMerge.kept_id).where(CandidateMerge.id == merge_id).scalar_subquery()
    for past in _past(CandidateMerge.kept_id == kept_id):
        if past.id == merge_id:
            return past
    raise NotFound("There is no such merge.", "It may have been removed.")


def _past(which: sa.ColumnElement[bool]) -> list[PastMerge]:
    undoer, kept = orm.aliased(User), orm.aliased(Candidate)
    query = (
        sa.select(CandidateMerge, kept, Candidate.name, Candidate.address, User.name, undoer.name)
        .join(kept, kept.id == CandidateMerge.kept_id)
        .join(Candidate, Candidate.id == CandidateMerge.merged_id)
        .outerjoin(User, User.id == CandidateMerge.merged_by)
        .outerjoin(undoer, undoer.id == CandidateMerge.undone_by)
        .where(which)
        .order_by(CandidateMerge.id.desc())
    )
    # a row without applications remembers two people who were never merged
    rows = [each for each in db.session.execute(query) if "applications" in each[0].before]
    latest = next((row.id for row, *_ in rows if row.undone_at is None), None)
    return [
        PastMerge(
            id=row.id,
            kept_id=into.id,
            kept=into.name,
            kept_version=into.version,
            name=name,
            address=address or "",
            moved=len(row.before["applications"]),
            at=row.merged_at,
            by=by or "",
            undone_at=row.undone_at,
            undone_by=undone_by or "",
            undoable=row.id == latest and into.merged_into_id is None,
        )
        for row, into, name, address, by, undone_by in rows
    ]


def _side(candidate_id: int) -> Side:
    row = db.session.get(Candidate, candidate_id)
    if row is None or row.erased_at is not None:
        raise NotFound("There is no such person.", "They may have been removed.")
    record = Record(
        name=row.name,
        call_name=row.call_name,
        address=row.address or "",
        second_address=row.second_address or "",
        phone=row.phone,
        language=row.language,
        country=row.country,
        location=row.location,
        do_not_mail=row.do_not_mail,
    )
    stands_for = row.merged_into_id or row.id
    return Side(
        row.id, row.version, stands_for, record, row.external_id, row.created_at, applications_of(row.id)
    )


def applications_of(candidate_id: int) -> list[Other]:
    owed = sa.exists().where(OwedAnswer.application_id == Application.id)
    query = (
        sa.select(
            Application.id, Job.title, Stage.name.label("stage"), Application.status, owed.label("waiting")
        )
        .join(Job, Job.id == Application.job_id)
        .join(Stage, Stage.id == Application.stage_id)
        .where(Application.candidate_id == candidate_id)
        .order_by(Application.received_at.desc(), Application.id.desc())
    )
    return [
        Other(row.id, row.title, row.stage, row.status, bool(row.waiting))
        for row in db.session.execute(query)
    ]
