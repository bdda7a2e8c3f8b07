"""The outbox as it is read: lists of messages by where they stand, and those that wait for a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from employer_app.domain.errors import NotFound
from employer_app.domain.message import Kind, MessageStatus, Purpose
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import (
    Application,
    Candidate,
    Delivery,
    Job,
    Message,
    MessageApplication,
    waits,
)
from employer_app.queries.boxes import EVERYTHING, IN_BOX, NOBODY_LOOKED, Box, Filters, number

NEEDS_PERSON = (MessageStatus.HELD, MessageStatus.UNCERTAIN, MessageStatus.FAILED)
#: rows of a list on one page
PAGE = 50


@dataclass(frozen=True)
class Row:
    """One message in a list; `reply` is the mail server's last word, empty before the first attempt."""

    id: int
    batch_id: int | None
    name: str
    address: str
    kind: Kind
    purpose: Purpose
    subject: str
    status: MessageStatus
    held_because: str
    due_at: datetime
    fenced_at: datetime | None
    attempts: int
    looked_at: datetime | None
    job_id: int
    job: str
    reply: str
    replied_at: datetime | None
    phone: str
    #: of a list whose first few go ahead, and this is none of them
    waits: bool


@dataclass(frozen=True)
class Page:
    """Newest first; `next_before` continues the list, `total` is all of it."""

    rows: Sequence[Row]
    total: int
    next_before: int | None


def message_counts(viewer: Person, batch_id: int | None = None) -> dict[str, int]:
    """How many messages stand where, every status named, zeros too; of one batch or of all."""
    require(viewer, Verb.READ)
    query = sa.select(Message.status, sa.func.count()).group_by(Message.status)
    if batch_id is not None:
        query = query.where(Message.batch_id == batch_id)
    found = {status.value: count for status, count in db.session.execute(query)}
    return {status.value: found.get(status.value, 0) for status in MessageStatus}


def nobody_looked(viewer: Person) -> int:
    """How many failures and doubts nobody has looked at yet."""
    require(viewer, Verb.READ)
    return db.session.scalar(sa.select(number(NOBODY_LOOKED))) or 0


def messages(
    viewer: Person,
    box: Box | None = None,
    *,
    filters: Filters = EVERYTHING,
    batch_id: int | None = None,
    statuses: Collection[MessageStatus] = (),
    before: int | None = None,
    limit: int | None = PAGE,
    total: int | None = None,
) -> Page:
    """The messages of a view, of a send list, or with one of these statuses. `limit` None gives all.

    `total`: how many they are, where that was counted already.
    """
    require(viewer, Verb.READ)
    where = filters.where() + ([] if box is None else [IN_BOX[box]])
    if batch_id is not None:
        where.append(Message.batch_id == batch_id)
    if statuses:
        where.append(Message.status.in_(statuses))
    if total is None:
        total = db.session.scalar(sa.select(number(*where))) or 0
    query = _rows().where(*where).order_by(Message.id.desc())
    if before is not None:
        query = query.where(Message.id < before)
    if limit is not None:
        query = query.limit(limit + 1)
    rows = [Row(*row) for row in db.session.execute(query)]
    more = limit is not None and len(rows) > limit
    rows = rows[:limit]
    return Page(rows, total, rows[-1].id if more else None)


def matching(viewer: Person, box: Box, filters: Filters, *, limit: int) -> Sequence[int]:
    """The ids of a view, newest first: one more than `limit` says that there are more."""
    require(viewer, Verb.READ)
    query = sa.select(Message.id).where(IN_BOX[box], *filters.where()).order_by(Message.id.desc())
    return db.session.scalars(query.limit(limit + 1)).all()


def picked(viewer: Person, message_ids: Collection[int]) -> Sequence[Row]:
    """These messages, the newest first. Raises NotFound when one of them is none."""
    require(viewer, Verb.READ)
    query = _rows().where(Message.id.in_(message_ids)).order_by(Message.id.desc())
    rows = [Row(*row) for row in db.session.execute(query)]
    if not rows or len(rows) != len(set(message_ids)):
        raise NotFound("There is no such message.", "Nothing was done.")
    return rows


def _rows() -> sa.Select[*tuple[Any, ...]]:
    last = sa.and_(Delivery.message_id == Message.id, Delivery.attempt == Message.attempts)
    # A message speaks of one application or of a few of the same person; the first names the job.
    first = (
        sa.select(sa.func.min(MessageApplication.application_id))
        .where(MessageApplication.message_id == Message.id)
        .correlate(Message)
        .scalar_subquery()
    )
    return (
        sa.select(
            Message.id,
            Message.batch_id,
            Message.name,
            Message.address,
            Message.kind,
            Message.purpose,
            Message.subject,
            Message.status,
            Message.held_because,
            Message.due_at,
            Message.fenced_at,
            Message.attempts,
            Message.looked_at,
            Job.id,
            Job.title,
            sa.func.coalesce(Delivery.reply, ""),
            Delivery.at,
            Candidate.phone,
            waits(),
        )
        .select_from(Message)
        .join(Application, Application.id == first)
        .join(Job, Job.id == Application.job_id)
        .join(Candidate, Candidate.id == Message.candidate_id)
        .outerjoin(Delivery, last)
    )


def needs_person(viewer: Person, limit: int = 100) -> list[dict[str, Any]]:
    """Messages that wait for a person's word, newest first."""
    require(viewer, Verb.READ)
    query = (
        sa.select(Message.id, Message.name, Message.address, Message.status, Message.held_because)
        .where(Message.status.in_(NEEDS_PERSON))
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return [
        {
            "id": row.id,
            "name": row.name,
            "address": row.address,
            "status": row.status.value,
            "why": row.held_because,
        }
        for row in db.session.execute(query)
    ]
