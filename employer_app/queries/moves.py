"""Where an application came from and where it goes on, and whether it is open again without a word since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.message import Kind, MessageStatus
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import LIVE, JobStatus
from employer_app.extensions import db
from employer_app.models import (
    Application,
    Event,
    ImportItem,
    Job,
    Message,
    MessageApplication,
    Place,
    Stage,
)

#: a longer chain of moves is nobody's
_LONGEST_CHAIN = 20


@dataclass(frozen=True)
class Elsewhere:
    """The same application in another job."""

    id: int
    job: str


@dataclass(frozen=True)
class Moves:
    came_from: Elsewhere | None = None
    goes_on: Elsewhere | None = None
    #: it came here, and nothing has happened to it since
    may_undo: bool = False
    #: since when it is open again, where the person has had no letter that says so
    reopened_at: datetime | None = None


@dataclass(frozen=True)
class OpenStage:
    """A stage of an open job, to move somebody to."""

    id: int
    name: str
    job: str


def moves_of(row: Application) -> Moves:
    """Call with an application that the viewer may read."""
    return Moves(
        came_from=_elsewhere(row.moved_from_id),
        goes_on=_elsewhere(row.moved_to_id),
        may_undo=row.moved_from_id is not None and row.moved_to_id is None and not something_happened(row),
        reopened_at=_reopened_at(row) if row.status in LIVE and row.cycle > 1 else None,
    )


def open_stages(viewer: Person, but_of: int) -> list[OpenStage]:
    """Of every open job but that one, by the job's title and place, in the job's order."""
    require(viewer, Verb.READ)
    query = (
        sa.select(Stage.id, Stage.name, Job.title, Place.name)
        .join(Job, Job.id == Stage.job_id)
        .join(Place, Place.id == Job.place_id)
        .where(Job.status == JobStatus.OPEN, Job.id != but_of)
        .order_by(Job.title, Job.id, Stage.position)
    )
    return [OpenStage(found[0], found[1], f"{found[2]}, {found[3]}") for found in db.session.execute(query)]


def chain_of(application_id: int) -> Sequence[int]:
    """The application and those that it came from, the newest first."""
    found = [application_id]
    while len(found) < _LONGEST_CHAIN:
        query = sa.select(Application.moved_from_id).where(Application.id == found[-1])
        before = db.session.scalar(query)
        if before is None:
            break
        found.append(before)
    return found


def _elsewhere(application_id: int | None) -> Elsewhere | None:
    if application_id is None:
        return None
    query = (
        sa.select(Application.id, Job.title)
        .join(Job, Job.id == Application.job_id)
        .where(Application.id == application_id)
    )
    found = db.session.execute(query).first()
    return Elsewhere(found[0], found[1]) if found else None


def something_happened(row: Application) -> bool:
    """Whether it is no longer as the move has left it."""
    last = sa.select(sa.func.max(Event.seq)).where(
        Event.subject == application_subject(row.id), Event.kind == EventKind.MOVED_HERE
    )
    touched = sa.select(
        sa.or_(
            sa.exists().where(MessageApplication.application_id == row.id),
            sa.exists().where(ImportItem.application_id == row.id),
        )
    )
    return row.version > 1 or row.event_seq != db.session.scalar(last) or bool(db.session.scalar(touched))


def _reopened_at(row: Application) -> datetime | None:
    at: datetime | None = db.session.scalar(
        sa.select(sa.func.max(Event.occurred_at)).where(
            Event.subject == application_subject(row.id), Event.kind == EventKind.REOPENED
        )
    )
    if at is None or (row.last_contact_at and row.last_contact_at > at):
        return None
    written = (
        sa.select(Message.id)
        .join(MessageApplication, MessageApplication.message_id == Message.id)
        .where(
            MessageApplication.application_id == row.id,
            MessageApplication.cancelled.is_(False),
            Message.kind == Kind.REOPENED,
            Message.status != MessageStatus.FAILED,
            Message.created_at >= at,
        )
        .limit(1)
    )
    return at if db.session.scalar(written) is None else None
