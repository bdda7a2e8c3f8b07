"""What stands still because of a restore, as the pages and the command line show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from employer_app.domain.message import MessageStatus
from employer_app.domain.restore import LEADS
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Job, Message, MessageApplication, Organisation

#: rows of a list on the page
MOST = 200
HELD_BY_RESTORE = sa.and_(
    Message.status == MessageStatus.HELD, sa.or_(*(Message.held_because.startswith(lead) for lead in LEADS))
)
HAD_GONE = Message.fenced_at.is_not(None)


@dataclass(frozen=True)
class Standing:
    """How many messages a restore stopped, and which installation sends (empty: none has yet)."""

    sends: str
    #: messages that one click lets go, and those that may have arrived before
    waiting: int
    gone: int


@dataclass(frozen=True)
class Row:
    """One message that a restore stopped."""

    id: int
    name: str
    address: str
    kind: str
    job: str
    due_at: datetime
    #: when it had been handed over; None: the journal does not name it
    gone_at: datetime | None


def standing(viewer: Person) -> Standing:
    require(viewer, Verb.READ)
    count = sa.func.count()
    row = db.session.execute(
        sa.select(
            sa.select(Organisation.instance_id).limit(1).scalar_subquery().label("sends"),
            count.filter(HELD_BY_RESTORE, ~HAD_GONE).label("waiting"),
            count.filter(HELD_BY_RESTORE, HAD_GONE).label("gone"),
        ).select_from(Message)
    ).one()
    return Standing(row.sends or "", row.waiting, row.gone)


def stopped_by_restore(viewer: Person, *, gone: bool, limit: int = MOST) -> Sequence[Row]:
    """The oldest first."""
    require(viewer, Verb.READ)
    first = (
        sa.select(sa.func.min(MessageApplication.application_id))
        .where(MessageApplication.message_id == Message.id)
        .correlate(Message)
        .scalar_subquery()
    )
    query = (
        sa.select(
            Message.id,
            Message.name,
            Message.address,
            Message.kind,
            Job.title,
            Message.due_at,
            Message.fenced_at,
        )
        .select_from(Message)
        .join(Application, Application.id == first)
        .join(Job, Job.id == Application.job_id)
        .where(HELD_BY_RESTORE, HAD_GONE if gone else ~HAD_GONE)
        .order_by(Message.id)
        .limit(limit)
    )
    return [Row(*row) for row in db.session.execute(query)]
