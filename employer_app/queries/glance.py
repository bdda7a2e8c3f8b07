"""What stands beside the list of those we owe an answer: a few cheap numbers, none of them a promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.message import Kind, MessageStatus
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Job, Message, OwedAnswer
from employer_app.queries.choices import Choice

_LEAVING = (MessageStatus.QUEUED, MessageStatus.CLAIMED)


@dataclass(frozen=True)
class Leaving:
    """Messages of one kind that are due by the end of today."""

    kind: Kind
    first_at: datetime
    messages: int


@dataclass(frozen=True)
class GivenDay:
    """One day of this week on which a date falls that we gave and that is still open."""

    day: date
    open: int
    today: bool


@dataclass(frozen=True)
class Glance:
    leaving: Sequence[Leaving]
    week: Sequence[GivenDay]
    #: dates we gave that have passed without a word
    missed: int
    #: people who were told a decision since Monday
    told: int


def nobody_yet(viewer: Person) -> bool:
    """Whether nobody has ever applied here."""
    require(viewer, Verb.READ)
    return not db.session.scalar(sa.select(sa.exists().select_from(Application)))


def glance(viewer: Person, zone: str) -> Glance:
    """As of now, where `zone` is."""
    require(viewer, Verb.READ)
    here = ZoneInfo(zone)
    today = now().astimezone(here).date()
    monday = today - timedelta(days=today.weekday())
    told = sa.select(sa.func.count()).select_from(Application)
    return Glance(
        leaving=_leaving(datetime.combine(today + timedelta(days=1), time(0), here)),
        week=_week(monday, today, here),
        missed=_missed(),
        told=db.session.scalar(told.where(Application.told_at >= datetime.combine(monday, time(0), here)))
        or 0,
    )


def jobs_waiting(viewer: Person) -> list[Choice]:
    """The jobs in which anybody is owed a word, by title."""
    require(viewer, Verb.READ)
    owed = sa.exists().where(OwedAnswer.job_id == Job.id)
    query = sa.select(Job.id, Job.title).where(owed).order_by(Job.title, Job.id)
    return [Choice(row.id, row.title) for row in db.session.execute(query)]


def _leaving(before: datetime) -> list[Leaving]:
    query = (
        sa.select(Message.kind, sa.func.min(Message.due_at), sa.func.count())
        .where(Message.status.in_(_LEAVING), Message.due_at < before)
        .group_by(Message.kind)
        .order_by(sa.func.min(Message.due_at))
    )
    return [Leaving(*row) for row in db.session.execute(query)]


def _week(monday: date, today: date, here: ZoneInfo) -> list[GivenDay]:
    query = sa.select(OwedAnswer.target_at).where(
        OwedAnswer.reason == Reason.PROMISE_DUE,
        OwedAnswer.target_at >= datetime.combine(monday, time(0), here),
        OwedAnswer.target_at < datetime.combine(monday + timedelta(days=7), time(0), here),
    )
    due = [moment.astimezone(here).date() for moment in db.session.scalars(query)]
    return [GivenDay(day, due.count(day), day == today) for day in sorted(set(due)) if day >= today]


def _missed() -> int:
    query = sa.select(sa.func.count()).select_from(OwedAnswer)
    return (
        db.session.scalar(query.where(OwedAnswer.reason == Reason.PROMISE_DUE, OwedAnswer.target_at < now()))
        or 0
    )
