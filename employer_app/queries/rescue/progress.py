"""How far a rescue is: everybody planned by how they stand, the list of the day, and who is next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain.business_time import Calendar
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.message import Purpose
from employer_app.domain.rescue import Fate, finish_on, local_day
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Batch, Message, MessageApplication, Plan, Rescue, RescueMember, User
from employer_app.queries.digest import house_calendar
from employer_app.queries.rescue.tables import Tables


@dataclass(frozen=True)
class DayList:
    """A list that was prepared for one day. `batch_id` None: nobody has confirmed it."""

    plan_id: int
    day: date
    author_id: int | None
    author: str
    made_at: datetime
    expires_at: datetime
    people: int
    batch_id: int | None
    confirmed_at: datetime | None

    def is_open(self, at: datetime) -> bool:
        return self.batch_id is None and self.expires_at > at


@dataclass(frozen=True)
class Progress:
    """`today` is the day where the organisation is. people = the sum of `fates`."""

    id: int
    made_by: str
    made_at: datetime
    cause: Cause
    per_day: int
    starts_on: date
    paused_at: datetime | None
    ended_at: datetime | None
    version: int
    today: date
    calendar: Calendar
    fates: Mapping[Fate, int]
    #: the newest first
    lists: Sequence[DayList]
    #: messages to its people that were confirmed today and not taken back
    confirmed_today: int

    @property
    def people(self) -> int:
        return sum(self.fates.values())

    @property
    def answered(self) -> int:
        return self.fates[Fate.ANSWERED]

    @property
    def left(self) -> int:
        """Those whom a list is still to be prepared for, or confirmed."""
        return self.fates[Fate.LEFT] + self.fates[Fate.TODAY]

    @property
    def room(self) -> int:
        """How many the list of today may hold."""
        return max(0, self.per_day - self.confirmed_today)

    @property
    def missed(self) -> DayList | None:
        """The last list before today, if nobody confirmed it."""
        before = next((one for one in self.lists if one.day < self.today), None)
        return before if before and before.batch_id is None else None

    def open_list(self, at: datetime) -> DayList | None:
        """Of today, and still to be confirmed."""
        return next((one for one in self.lists if one.day == self.today and one.is_open(at)), None)

    @property
    def finish_on(self) -> date | None:
        """None: nobody is left, or it is too far ahead to say. A day whose list is confirmed is over."""
        if not self.left:
            return None
        first = max(self.today, self.starts_on)
        if self.room or first > self.today:
            return finish_on(self.calendar, first, self.left, self.per_day)
        return finish_on(self.calendar, self.today + timedelta(days=1), self.left, self.per_day)


def running(viewer: Person, at: datetime | None = None) -> Progress | None:
    """The rescue that runs now, paused or not."""
    require(viewer, Verb.READ)
    rescue_id = db.session.scalar(sa.select(Rescue.id).where(Rescue.running))
    return progress(viewer, rescue_id, at) if rescue_id is not None else None


def progress(viewer: Person, rescue_id: int, at: datetime | None = None) -> Progress:
    require(viewer, Verb.READ)
    at = at or now()
    row = db.session.get_one(Rescue, rescue_id, populate_existing=True)
    calendar = house_calendar(viewer)
    today = local_day(calendar, at)
    each = Tables(at).members(rescue_id, today).subquery()
    counted = db.session.execute(sa.select(each.c.fate, sa.func.count()).group_by(each.c.fate))
    fates = {Fate(fate): people for fate, people in counted}
    lists = _lists(rescue_id)
    return Progress(
        id=row.id,
        made_by=db.session.scalar(sa.select(User.name).where(User.id == row.made_by)) or "",
        made_at=row.made_at,
        cause=row.cause,
        per_day=row.per_day,
        starts_on=row.starts_on,
        paused_at=row.paused_at,
        ended_at=row.ended_at,
        version=row.version,
        today=today,
        calendar=calendar,
        fates={fate: fates.get(fate, 0) for fate in Fate},
        lists=lists,
        confirmed_today=_confirmed_on(rescue_id, calendar, today),
    )


def _confirmed_on(rescue_id: int, calendar: Calendar, day: date) -> int:
    zone = ZoneInfo(calendar.timezone)
    begins, ends = (datetime.combine(one, time(0), zone) for one in (day, day + timedelta(days=1)))
    query = (
        sa.select(sa.func.count(Message.id.distinct()))
        .join(Batch, Batch.id == Message.batch_id)
        .join(MessageApplication, MessageApplication.message_id == Message.id)
        .join(RescueMember, RescueMember.application_id == MessageApplication.application_id)
        .where(RescueMember.rescue_id == rescue_id, ~MessageApplication.cancelled)
        .where(MessageApplication.purpose == Purpose.DECISION)
        .where(Batch.confirmed_at >= begins, Batch.confirmed_at < ends)
    )
    return db.session.scalar(query) or 0


def _lists(rescue_id: int) -> list[DayList]:
    of_member = (
        sa.select(
            RescueMember.plan_id, sa.func.max(RescueMember.day).label("day"), sa.func.count().label("people")
        )
        .where(RescueMember.rescue_id == rescue_id, RescueMember.plan_id.is_not(None))
        .group_by(RescueMember.plan_id)
        .subquery()
    )
    query = (
        sa.select(
            Plan.id,
            of_member.c.day,
            Plan.author_id,
            sa.func.coalesce(User.name, ""),
            Plan.created_at,
            Plan.expires_at,
            of_member.c.people,
            Batch.id,
            Batch.confirmed_at,
        )
        .join(of_member, of_member.c.plan_id == Plan.id)
        .outerjoin(User, User.id == Plan.author_id)
        .outerjoin(Batch, Batch.token == Plan.token)
        .order_by(of_member.c.day.desc(), Plan.id.desc())
    )
    return [DayList(*row) for row in db.session.execute(query)]


def next_people(viewer: Person, rescue_id: int, most: int, at: datetime | None = None) -> list[int]:
    """Who is on the next list: the most urgent first, and of those who waits longest. With somebody come all
    of their applications, for one message speaks of all; they count once."""
    require(viewer, Verb.READ)
    at = at or now()
    each = Tables(at).members(rescue_id, local_day(house_calendar(viewer), at)).subquery()
    query = sa.select(each.c.id, each.c.candidate_id).where(each.c.fate == Fate.LEFT.value)
    order = (each.c.press_rank, each.c.since, each.c.id)
    chosen: dict[int, list[int]] = {}
    for application_id, candidate_id in db.session.execute(query.order_by(*order)):
        if candidate_id in chosen or len(chosen) < most:
            chosen.setdefault(candidate_id, []).append(application_id)
    return sorted(one for ids in chosen.values() for one in ids)


def with_fate(
    viewer: Person, rescue_id: int, fates: Collection[Fate], at: datetime | None = None
) -> list[int]:
    """Ids ascending."""
    require(viewer, Verb.READ)
    at = at or now()
    each = Tables(at).members(rescue_id, local_day(house_calendar(viewer), at)).subquery()
    query = sa.select(each.c.id).where(each.c.fate.in_([fate.value for fate in fates]))
    return list(db.session.scalars(query.order_by(each.c.id)))
