"""What would leave within the hour if nothing stopped it, by send list: read before safe mode goes off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Batch, Job, Message

HOUR = timedelta(hours=1)
#: so many lists are named; the rest is a number
NAMED = 20


@dataclass(frozen=True)
class WaitingList:
    """`batch_id` None: messages of no list."""

    batch_id: int | None
    job: str
    messages: int
    due_at: datetime


@dataclass(frozen=True)
class Waiting:
    """`lists`: of the next hour, the oldest first, no more than are named. `total`: all that waits."""

    lists: Sequence[WaitingList]
    more_lists: int
    within_hour: int
    total: int


def in_next_hour(viewer: Person) -> Waiting:
    require(viewer, Verb.READ)
    waits = Message.status.in_([MessageStatus.QUEUED, MessageStatus.CLAIMED])
    first = sa.func.min(Message.due_at, type_=Message.due_at.type)
    query = (
        sa.select(Message.batch_id, sa.func.coalesce(Job.public_title, ""), sa.func.count(), first)
        .outerjoin(Batch, Batch.id == Message.batch_id)
        .outerjoin(Job, Job.id == Batch.job_id)
        .where(waits, Message.due_at <= now() + HOUR)
        .group_by(Message.batch_id, Job.public_title)
        .order_by(first, Message.batch_id)
    )
    lists = [WaitingList(*row) for row in db.session.execute(query)]
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Message).where(waits)) or 0
    return Waiting(lists[:NAMED], len(lists[NAMED:]), sum(row.messages for row in lists), total)
