"""When a send list will be through: the window, the pace, the quota of the day, and what is before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from employer_app.domain import business_time
from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.pace import COUNTS, DAY, Limits, leaving_times, limits_of
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db, setting
from employer_app.ledger.history import calendar_of
from employer_app.models import Batch, Delivery, Job, Message, Organisation, moves

#: as fast as the mail server has been in this time, if it took so many
_LATELY, _ENOUGH = timedelta(minutes=2), 10
_WAITING = (MessageStatus.QUEUED, MessageStatus.CLAIMED)


@dataclass(frozen=True)
class Finish:
    """`at` None: there is no pace, and the mail server has not shown lately how fast it is."""

    at: datetime | None
    #: of other lists, and before the last of this one
    ahead: int
    limits: Limits


def limits(viewer: Person) -> Limits:
    require(viewer, Verb.READ)
    row = db.session.get(Organisation, 1)
    return limits_of(row) if row else Limits()


def finish(viewer: Person, batch_id: int, purpose: Purpose) -> Finish | None:
    """When the last of this list leaves if nothing is in the way; None when nothing of it is left."""
    require(viewer, Verb.READ)
    moment = now()
    own = db.session.execute(
        sa.select(
            sa.func.count().label("number"),
            sa.func.min(Message.due_at).label("first"),
            sa.func.max(Message.due_at).label("last"),
            sa.func.max(Message.id).label("last_id"),
        ).where(Message.batch_id == batch_id, Message.status.in_(_WAITING))
    ).one()
    if not own.number:
        return None
    figures, each = limits(viewer), _each(moment)
    ahead = _ahead(batch_id, own.last, own.last_id)
    if not figures and not each:
        return Finish(None, ahead, figures)
    start, at = max(moment, own.first), own.last
    calendar = calendar_of(db.session.get_one(Job, db.session.get_one(Batch, batch_id).job_id).place)
    business = purpose is Purpose.DECISION and setting("SEND_WINDOW") == "business"
    window = business_time.SendWindow() if business and figures else None
    times = leaving_times(
        ahead + own.number,
        figures,
        start=start,
        past=_left(moment, figures.day) if figures.day else (),
        each=each,
        opens=lambda one: business_time.next_send_time(calendar, one, window),
    )
    for at in times:  # noqa: B007 - the last one is asked for
        pass
    if figures.domain_minute:
        at = max(at, start + figures.domain_interval * (_most_to_one_domain(own.last) - 1))
    return Finish(max(at, own.last), ahead, figures)


def _ahead(batch_id: int, due_at: datetime, message_id: int) -> int:
    other = sa.or_(Message.batch_id.is_(None), Message.batch_id != batch_id)
    first = sa.or_(Message.due_at < due_at, Message.id < message_id)
    query = sa.select(sa.func.count()).select_from(Message).where(*_before(due_at), other, first)
    return db.session.scalars(query).one()


def _before(due_at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Message.status.in_(_WAITING), Message.due_at <= due_at, moves()


def _most_to_one_domain(due_at: datetime) -> int:
    number = sa.func.count()
    query = sa.select(number).where(*_before(due_at)).group_by(Message.domain)
    return db.session.scalar(query.order_by(number.desc()).limit(1)) or 0


def _left(moment: datetime, day: int) -> list[datetime]:
    """What counts against the quota of the day, in order."""
    query = sa.select(Delivery.at).where(Delivery.at > moment - DAY, Delivery.outcome.in_(COUNTS))
    return sorted(db.session.scalars(query.order_by(Delivery.at.desc()).limit(day)))


def _each(moment: datetime) -> timedelta:
    """How long the mail server took for one lately; nothing while nobody can say."""
    row = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(Delivery.at), sa.func.max(Delivery.at)).where(
            Delivery.at > moment - _LATELY, Delivery.outcome.in_(COUNTS)
        )
    ).one()
    number, first, last = row
    return (last - first) / (number - 1) if number >= _ENOUGH else timedelta(0)
