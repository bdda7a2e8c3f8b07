"""Confirmed send lists: how each was released, and what people did with it since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from employer_app.domain.event import ORGANISATION_SUBJECT, EventKind
from employer_app.domain.release import Released
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Batch, Event, EventPayload, Job, User

_Releaser = aliased(User)


@dataclass(frozen=True)
class Release:
    """`by`: whoever released it. Of the mail to its author: when it left, or why it has not."""

    how: Released
    by: str
    notice_at: datetime | None
    notice_trouble: str


@dataclass(frozen=True)
class HistoryRow:
    """What was done with a confirmed list; `what` is the code of a word on screen."""

    at: datetime
    by: str
    what: str
    gate: str
    because: str


def release_of(viewer: Person, batch_id: int) -> Release:
    """Of a confirmed list."""
    require(viewer, Verb.READ)
    query = (
        sa.select(Batch.released, sa.func.coalesce(User.name, ""), Batch.notice_at, Batch.notice_trouble)
        .outerjoin(User, User.id == Batch.released_by)
        .where(Batch.id == batch_id)
    )
    return Release(*db.session.execute(query).one())


def history(viewer: Person, batch_id: int) -> list[HistoryRow]:
    """What people did with a list since it was confirmed, in order."""
    require(viewer, Verb.READ)
    about = sa.or_(
        *(
            Event.facts[key].as_integer() == batch_id
            for key in ("of_batch_id", "batch_id", "confirmed_batch_id")
        )
    )
    query = (
        sa.select(Event.recorded_at, User.name, Event.facts, EventPayload.payload)
        .outerjoin(User, User.id == Event.actor_id)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.subject == ORGANISATION_SUBJECT, Event.kind == EventKind.SETTINGS_CHANGED, about)
        .order_by(Event.seq)
    )
    return [
        HistoryRow(
            row.recorded_at,
            row.name or "",
            what,
            row.facts.get("gate", ""),
            (row.payload or {}).get("because", ""),
        )
        for row in db.session.execute(query)
        for what in row.facts["fields"]
    ]


@dataclass(frozen=True)
class ReleasedRow:
    batch_id: int
    job: str
    messages: int
    confirmed_at: datetime
    author: str
    released: Released
    released_by: str


def released_lists(viewer: Person, limit: int = 20) -> list[ReleasedRow]:
    """The latest large lists, and how each was released."""
    require(viewer, Verb.READ)
    query = (
        sa.select(
            Batch.id,
            Job.public_title,
            Batch.messages,
            Batch.confirmed_at,
            sa.func.coalesce(User.name, ""),
            Batch.released,
            sa.func.coalesce(_Releaser.name, ""),
        )
        .join(Job, Job.id == Batch.job_id)
        .outerjoin(User, User.id == Batch.confirmed_by)
        .outerjoin(_Releaser, _Releaser.id == Batch.released_by)
        .where(Batch.released != Released.NOT_NEEDED)
        .order_by(Batch.id.desc())
        .limit(limit)
    )
    return [ReleasedRow(*row) for row in db.session.execute(query)]


def stood_for_alone(viewer: Person, batch_id: int) -> list[str]:
    """What the command line set aside when it confirmed the list: `second_person`, `pilot`."""
    ends = ".waived"
    return [row.what.removesuffix(ends) for row in history(viewer, batch_id) if row.what.endswith(ends)]
