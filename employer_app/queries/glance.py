"""What stands beside the list of those we owe an answer: a few cheap numbers, none of them a promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.message import Kind, MessageStatus, Purpose
from employer_app.domain.role import Person, Verb, may, require
from employer_app.extensions import db
from employer_app.models import Application, Batch, Job, Message, OwedAnswer
from employer_app.queries.boxes import STATES, Box, number
from employer_app.queries.releases import waits_for

_LEAVING = (MessageStatus.QUEUED, MessageStatus.CLAIMED)


@dataclass(frozen=True)
class Leaving:
    """Messages that may leave by the end of today: those of one send list, or single ones of one kind."""

    first_at: datetime
    last_at: datetime
    messages: int
    purpose: Purpose
    #: exactly one of the two is set
    batch_id: int | None = None
    kind: Kind | None = None
    job_title: str = ""


@dataclass(frozen=True)
class PausedList:
    """A send list that somebody or the app itself paused; `messages` of it wait."""

    batch_id: int
    job_title: str
    messages: int


@dataclass(frozen=True)
class NeedsPerson:
    """What no machine settles. A new kind of it is one more field here, and one more line in web/day.py."""

    in_doubt: int
    stopped: int
    failed: int
    paused: Sequence[PausedList]
    #: send lists of others that wait for this person's second look
    second_looks: int


@dataclass(frozen=True)
class GivenDay:
    """One day of this week on which a date falls that we gave and that is still open."""

    day: date
    open: int
    today: bool


@dataclass(frozen=True)
class Glance:
    leaving: Sequence[Leaving]
    needs: NeedsPerson
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
        needs=_needs_person(viewer),
        week=_week(monday, today, here),
        missed=_missed(),
        told=db.session.scalar(told.where(Application.told_at >= datetime.combine(monday, time(0), here)))
        or 0,
    )


def _leaving(before: datetime) -> list[Leaving]:
    """Lists first come first; what a pause keeps here does not leave."""
    when = (sa.func.min(Message.due_at), sa.func.max(Message.due_at), sa.func.count(), Message.purpose)
    due = sa.and_(Message.status.in_(_LEAVING), Message.due_at < before)
    of_lists = (
        sa.select(*when, Batch.id, sa.null(), Job.title)
        .join(Batch, Batch.id == Message.batch_id)
        .join(Job, Job.id == Batch.job_id)
        .where(due, Batch.paused_at.is_(None))
        .group_by(Batch.id, Job.title, Message.purpose)
    )
    single = sa.select(*when, sa.null(), Message.kind).where(due, Message.batch_id.is_(None))
    single = single.group_by(Message.kind, Message.purpose)
    found = [Leaving(*row) for query in (of_lists, single) for row in db.session.execute(query)]
    return sorted(found, key=lambda one: (one.first_at, one.batch_id or 0, one.kind or ""))


def _needs_person(viewer: Person) -> NeedsPerson:
    boxes = (Box.IN_DOUBT, Box.STOPPED, Box.FAILED)
    row = db.session.execute(sa.select(*(number(STATES[box]).label(box.name) for box in boxes))).one()
    waiting = sa.select(Batch.id, Job.title, sa.func.count()).join(Message, Message.batch_id == Batch.id)
    paused = (
        waiting.join(Job, Job.id == Batch.job_id)
        .where(Batch.paused_at.is_not(None), Message.status.in_(_LEAVING))
        .group_by(Batch.id, Job.title)
        .order_by(Batch.id)
    )
    lists = [PausedList(*one) for one in db.session.execute(paused)]
    second_looks = waits_for(viewer) if may(viewer, Verb.DECIDE) and may(viewer, Verb.MAIL) else 0
    return NeedsPerson(row.IN_DOUBT, row.STOPPED, row.FAILED, lists, second_looks)


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
