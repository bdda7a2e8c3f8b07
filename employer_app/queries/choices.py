"""What the forms about people let one choose from: colleagues, the stages of a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from employer_app.domain.errors import NotFound
from employer_app.domain.role import Person, Role, Verb, require
from employer_app.domain.status import JobStatus
from employer_app.extensions import db
from employer_app.models import Job, Place, RoleRow, Stage, User


@dataclass(frozen=True)
class Choice:
    """Something to choose from a list."""

    id: int
    name: str


def team(viewer: Person) -> list[Choice]:
    """Everybody who can sign in and has a role, by name."""
    require(viewer, Verb.READ)
    query = (
        sa.select(User.id, User.name)
        .where(User.active, User.roles.any(RoleRow.name.in_([role.value for role in Role])))
        .order_by(User.name, User.id)
    )
    return [Choice(row.id, row.name) for row in db.session.execute(query)]


@dataclass(frozen=True)
class OpenJob:
    """What the form for a new applicant shows of the job."""

    id: int
    title: str
    status: JobStatus
    timezone: str
    stages: Sequence[Choice]


def job_to_join(viewer: Person, job_id: int) -> OpenJob:
    """Raises NotFound."""
    require(viewer, Verb.READ)
    query = (
        sa.select(Job.id, Job.title, Job.status, Place.timezone)
        .join(Place, Place.id == Job.place_id)
        .where(Job.id == job_id)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound("There is no such job.", "It may have been removed.")
    return OpenJob(row.id, row.title, row.status, row.timezone, stages_of(row.id))


def stages_of(job_id: int) -> list[Choice]:
    query = sa.select(Stage.id, Stage.name).where(Stage.job_id == job_id).order_by(Stage.position)
    return [Choice(row.id, row.name) for row in db.session.execute(query)]


def open_jobs(viewer: Person) -> list[Choice]:
    """Those that are not finished, by title."""
    require(viewer, Verb.READ)
    query = sa.select(Job.id, Job.title).where(Job.status != JobStatus.FINISHED).order_by(Job.title, Job.id)
    return [Choice(row.id, row.title) for row in db.session.execute(query)]
