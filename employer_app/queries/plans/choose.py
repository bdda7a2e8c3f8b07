"""Who can be put on a send list, and which lists of one's own wait to be confirmed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from employer_app.domain.audience import Group, group_of
from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound
from employer_app.domain.message import Purpose
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.models import Application, Batch, Candidate, Job, Plan, Stage
from employer_app.queries.chosen import still_owed

_SLICE = 500


@dataclass(frozen=True)
class Waiting:
    """Somebody who can be chosen for a send list."""

    application_id: int
    name: str
    address: str
    job: str
    stage: str
    group: Group
    decided: bool
    received_at: datetime
    last_contact_at: datetime | None


@dataclass(frozen=True)
class Draft:
    """A list of one's own that nobody has confirmed yet."""

    id: int
    created_at: datetime
    purpose: Purpose
    people: int


def waiting(viewer: Person, job_id: int | None, only: Collection[int] = ()) -> list[Waiting]:
    """Everybody in the job who is owed a final answer, or `only` these, then also of any job (None). Whoever
    waits longest comes first.

    Raises NotFound when one of `only` is not in the job: such a request was not made on our pages.
    """
    require(viewer, Verb.READ)
    ids = sorted(set(only)) or (still_owed(viewer, job_id) if job_id else [])
    found: list[Waiting] = []
    for start in range(0, len(ids), _SLICE):
        query = (
            sa.select(Application, Candidate.name, Candidate.address, Job.title, Stage.name.label("stage"))
            .join(Candidate, Application.candidate_id == Candidate.id)
            .join(Job, Application.job_id == Job.id)
            .join(Stage, Application.stage_id == Stage.id)
            .where(Application.id.in_(ids[start : start + _SLICE]))
        )
        if job_id is not None:
            query = query.where(Application.job_id == job_id)
        found += [_waiting(*row) for row in db.session.execute(query)]
    if only and len(found) != len(ids):
        raise NotFound("One of these people is not in this job.", "Choose them again.")
    return sorted(found, key=lambda row: (row.last_contact_at or row.received_at, row.application_id))


def _waiting(application: Application, name: str, address: str | None, job: str, stage: str) -> Waiting:
    return Waiting(
        application_id=application.id,
        name=name,
        address=address or "",
        job=job,
        stage=stage,
        group=group_of(application.depth),
        decided=application.status is Status.REJECTED,
        received_at=application.received_at,
        last_contact_at=application.last_contact_at,
    )


def drafts(viewer: Person, job_id: int) -> list[Draft]:
    """One's own lists in this job that can still be confirmed, the newest first."""
    require(viewer, Verb.READ)
    confirmed = sa.exists().where(Batch.token == Plan.token)
    query = (
        sa.select(Plan)
        .where(Plan.job_id == job_id, Plan.author_id == viewer.user_id, Plan.expires_at > now(), ~confirmed)
        .order_by(Plan.id.desc())
        .limit(5)
    )
    return [
        Draft(
            plan.id, plan.created_at, Purpose(plan.choices["purpose"]), len(plan.choices["application_ids"])
        )
        for plan in db.session.scalars(query)
    ]
