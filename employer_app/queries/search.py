"""Find a person by a part of the name or address, or a job by a part of its title.

What was typed is folded as the stored text is (case, accents) and taken literally: no character in it means
anything to the database. A bounded number comes back, and whether there are more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from employer_app.domain.person_name import search_key
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import JobStatus, Status
from employer_app.extensions import db
from employer_app.models import Application, Candidate, Job, OwedAnswer, Stage

MOST = 50
#: longer than any name; what is beyond is not looked at
LONGEST = 200
MOST_WORDS = 8
_ANY = orm.aliased(Candidate)


@dataclass(frozen=True)
class FoundPerson:
    """A person, with the newest application (None: in no job)."""

    candidate_id: int
    name: str
    address: str
    application_id: int | None
    job: str
    stage: str
    status: Status | None
    received_at: datetime | None
    applications: int
    waiting: bool


@dataclass(frozen=True)
class FoundJob:
    id: int
    title: str
    status: JobStatus
    applications: int


@dataclass(frozen=True)
class Found:
    people: Sequence[FoundPerson]
    jobs: Sequence[FoundJob]
    more_people: bool
    more_jobs: bool


def find(viewer: Person, text: str) -> Found:
    """Every word must be found, in any order; an empty text finds nothing."""
    require(viewer, Verb.READ)
    words = search_key(text.replace("\0", " ")[:LONGEST]).split()[:MOST_WORDS]
    if not words:
        return Found((), (), False, False)
    people, jobs = _people(words), _jobs(words)
    return Found(people[:MOST], jobs[:MOST], len(people) > MOST, len(jobs) > MOST)


def _people(words: Sequence[str]) -> list[FoundPerson]:
    theirs = sa.select(Application.id).where(Application.candidate_id == Candidate.id).correlate(Candidate)
    # whoever is found by what stood in a merged record is shown as the one that is kept
    found = sa.select(sa.func.coalesce(_ANY.merged_into_id, _ANY.id)).where(
        _ANY.erased_at.is_(None), *(_ANY.search_key.contains(word, autoescape=True) for word in words)
    )
    newest = theirs.order_by(Application.received_at.desc(), Application.id.desc()).limit(1)
    query = (
        sa.select(
            Candidate.id,
            Candidate.name,
            Candidate.address,
            Application.id.label("application_id"),
            Job.title,
            Stage.name.label("stage"),
            Application.status,
            Application.received_at,
            theirs.with_only_columns(sa.func.count()).scalar_subquery().label("applications"),
            sa.exists().where(OwedAnswer.application_id.in_(theirs)).label("waiting"),
        )
        .outerjoin(Application, Application.id == newest.scalar_subquery())
        .outerjoin(Job, Job.id == Application.job_id)
        .outerjoin(Stage, Stage.id == Application.stage_id)
        .where(Candidate.erased_at.is_(None), Candidate.id.in_(found))
        .order_by(Candidate.name, Candidate.id)
        .limit(MOST + 1)
    )
    return [_person(row) for row in db.session.execute(query)]


def _person(row: sa.Row[Any]) -> FoundPerson:
    return FoundPerson(
        row.id,
        row.name,
        row.address or "",
        row.application_id,
        row.title or "",
        row.stage or "",
        row.status,
        row.received_at,
        row.applications,
        bool(row.waiting),
    )


def _jobs(words: Sequence[str]) -> list[FoundJob]:
    count = (
        sa.select(sa.func.count())
        .select_from(Application)
        .where(Application.job_id == Job.id)
        .correlate(Job)
        .scalar_subquery()
    )
    query = sa.select(
        Job.id, Job.title, Job.public_title, Job.status, Job.created_at, count.label("applications")
    ).order_by(Job.created_at.desc(), Job.id.desc())
    # There are hundreds of jobs at most, and their titles are not stored folded: fold them here.
    found: list[FoundJob] = []
    for row in db.session.execute(query):
        key = search_key(f"{row.title} {row.public_title}")
        if all(word in key for word in words):
            found.append(FoundJob(row.id, row.title, row.status, row.applications))
            if len(found) > MOST:
                break
    return found
