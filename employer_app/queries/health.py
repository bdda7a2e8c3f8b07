"""How things stand, for the frame around every page and for monitors: one statement, no personal data.

Stuck means: nothing was tried for a quarter of an hour although something may leave, a doubt or a failure
that nobody looked at, or the mail server in trouble. What a person stopped or paused, and what the pace or
the quota of the day keeps here, is not stuck.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.message import MessageStatus
from employer_app.domain.pace import COUNTS, DAY
from employer_app.domain.restore import Standing, is_restore
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import (
    Application,
    Delivery,
    Journal,
    Message,
    MessageApplication,
    Organisation,
    OwedAnswer,
    Place,
    RelayState,
    User,
    Worker,
    moves,
    safe_mode,
)
from employer_app.queries.boxes import STATES, UNSEEN, Box

STUCK_AFTER = timedelta(minutes=15)
#: the worker says each minute that it is there
WORKER_AWAY_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class Status:
    """What the frame shows. Counts are of people waiting and of messages; moments are aware UTC."""

    organisation: str
    timezone: str
    safe_mode: bool
    has_sender: bool
    waiting: int
    late: int
    held: int
    uncertain: int
    failed: int
    queued: int
    #: queued and due by now, and of no list that is paused or part that waits for a pilot
    due: int
    oldest_due_at: datetime | None
    trouble: str
    paused_until: datetime | None
    server_ok_at: datetime | None
    worker_seen_at: datetime | None
    at: datetime
    #: somebody stopped everything; `stopped_by` is empty for the command line
    stopped_at: datetime | None = None
    stopped_by: str = ""
    stopped_because: str = ""
    #: messages leave at a pace, so some may be due for long
    paced: bool = False
    last_try_at: datetime | None = None
    #: a quarter of an hour ago there was nothing left of the day's quota
    quota_spent: bool = False
    #: what a person must speak about before anything leaves
    standing: Standing = field(default_factory=Standing)
    #: of those in doubt and those that failed: nobody has looked at them since
    uncertain_unseen: int = 0
    failed_unseen: int = 0

    @property
    def unseen(self) -> int:
        return self.uncertain_unseen + self.failed_unseen

    @property
    def needs_person(self) -> int:
        return self.held + self.uncertain + self.failed

    @property
    def paused(self) -> bool:
        """The mail server is in trouble, and we wait before we try again."""
        return self.paused_until is not None and self.paused_until > self.at

    @property
    def may_leave(self) -> bool:
        """Nobody keeps everything here."""
        return not (self.safe_mode or self.stopped_at)

    @property
    def in_trouble(self) -> bool:
        """As `paused`, and between two tries as well: it has not answered yet, and something is due."""
        return self.paused or (bool(self.trouble) and self.due > 0 and self.may_leave)

    @property
    def worker_away(self) -> bool:
        """Messages are due and nobody has been there to hand them over."""
        seen = self.worker_seen_at
        return self.due > 0 and (seen is None or self.at - seen > WORKER_AWAY_AFTER)

    @property
    def overdue(self) -> bool:
        """Something has been due for a quarter of an hour although it may leave."""
        may_leave = self.may_leave and not self.quota_spent
        return may_leave and self._long_ago(self.oldest_due_at) and not (self.paced and self._just_tried)

    @property
    def _just_tried(self) -> bool:
        return self.last_try_at is not None and not self._long_ago(self.last_try_at)

    def _long_ago(self, moment: datetime | None) -> bool:
        return moment is not None and self.at - moment > STUCK_AFTER

    @property
    def stuck(self) -> bool:
        return self.overdue or self.in_trouble or self.unseen > 0


def status(viewer: Person) -> Status:
    """Everything the frame needs, in one statement."""
    require(viewer, Verb.READ)
    return _status()


def outbox_stuck() -> bool:
    """For a monitor without an account: one bit and nothing more."""
    return _status().stuck


def of_the_outbox() -> Status:
    """For the machine itself, which has no account: its figures and its alarms."""
    return _status()


def organisation_name() -> str:
    """Whose app this is; a stranger on the sign-in page reads it too."""
    return db.session.scalar(sa.select(Organisation.name)) or ""


def _status() -> Status:
    moment = now()
    opened = OwedAnswer.opens_at <= moment
    due = sa.and_(Message.status == MessageStatus.QUEUED, Message.due_at <= moment, moves())
    row = db.session.execute(
        sa.select(
            _only(Organisation.name).label("organisation"),
            _only(Organisation.safe_mode).label("safe_mode"),
            _only(Organisation.sender_address).label("sender"),
            sa.select(Place.timezone).order_by(Place.id).limit(1).scalar_subquery().label("timezone"),
            _people(opened).label("waiting"),
            _people(opened, OwedAnswer.breach_at < moment).label("late"),
            _messages(Message.status == MessageStatus.HELD).label("held"),
            _messages(Message.status == MessageStatus.UNCERTAIN).label("uncertain"),
            _failed().label("failed"),
            _messages(Message.status == MessageStatus.QUEUED).label("queued"),
            _messages(due).label("due"),
            sa.select(sa.func.min(Message.due_at)).where(due).scalar_subquery().label("oldest_due_at"),
            _only(RelayState.trouble).label("trouble"),
            _only(RelayState.paused_until).label("paused_until"),
            _only(RelayState.last_ok_at).label("server_ok_at"),
            sa.select(sa.func.max(Worker.seen_at)).scalar_subquery().label("worker_seen_at"),
            *_stop_and_pace(moment),
            _only(Organisation.instance_id).label("sends"),
            sa.select(sa.func.max(Journal.seen_at)).scalar_subquery().label("able_at"),
            _messages(STATES[Box.IN_DOUBT], UNSEEN).label("uncertain_unseen"),
            _messages(STATES[Box.FAILED], UNSEEN).label("failed_unseen"),
        )
    ).one()
    return _read(row, moment)


def _read(row: sa.Row[Any], moment: datetime) -> Status:
    return Status(
        organisation=row.organisation or "",
        timezone=row.timezone or "UTC",
        safe_mode=safe_mode(row.safe_mode),
        has_sender=bool(row.sender),
        waiting=row.waiting,
        late=row.late,
        held=row.held,
        uncertain=row.uncertain,
        failed=row.failed,
        queued=row.queued,
        due=row.due,
        oldest_due_at=row.oldest_due_at,
        trouble=row.trouble or "",
        paused_until=row.paused_until,
        server_ok_at=row.server_ok_at,
        worker_seen_at=row.worker_seen_at,
        standing=Standing(row.sends or "", _restore(row.stopped_at, row.stopped_because), row.able_at),
        at=moment,
        stopped_at=row.stopped_at,
        stopped_by=row.stopped_by or "",
        stopped_because=row.stopped_because or "",
        paced=bool(row.paced),
        last_try_at=row.last_try_at,
        quota_spent=bool(row.quota_spent),
        uncertain_unseen=row.uncertain_unseen,
        failed_unseen=row.failed_unseen,
    )


def _stop_and_pace(moment: datetime) -> tuple[sa.Label[Any], ...]:
    stopper = _only(Organisation.stopped_by)
    return (
        _only(Organisation.stopped_at).label("stopped_at"),
        _only(Organisation.stopped_because).label("stopped_because"),
        sa.select(User.name).where(User.id == stopper).scalar_subquery().label("stopped_by"),
        _paced().label("paced"),
        sa.select(sa.func.max(Delivery.at)).scalar_subquery().label("last_try_at"),
        _quota_spent(moment - STUCK_AFTER).label("quota_spent"),
    )


def _paced() -> sa.ScalarSelect[int]:
    """The largest figure of the pace; 0 without one."""
    figures = (
        Organisation.pace_second,
        Organisation.pace_minute,
        Organisation.pace_day,
        Organisation.pace_domain_minute,
    )
    return sa.select(sum(sa.func.coalesce(figure, 0) for figure in figures)).limit(1).scalar_subquery()  # type: ignore[arg-type]


def _quota_spent(moment: datetime) -> sa.ColumnElement[bool]:
    """Whether nothing was left of the day's quota then; nothing is counted where there is none."""
    day = _only(Organisation.pace_day)
    gone = sa.select(sa.func.count()).where(
        Delivery.at > moment - DAY, Delivery.at <= moment, Delivery.outcome.in_(COUNTS)
    )
    return sa.case((day.is_(None), sa.false()), else_=gone.scalar_subquery() >= day)


def _restore(stopped_at: datetime | None, words: str | None) -> str:
    return words if stopped_at and words and is_restore(words) else ""


def _only(column: InstrumentedAttribute[Any]) -> sa.ScalarSelect[Any]:
    """A column of a table that has one row at most."""
    return sa.select(column).limit(1).scalar_subquery()


def _people(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """As on the home list: whoever is on the old pile is not counted before somebody plans them."""
    number = sa.func.count(sa.distinct(OwedAnswer.application_id))
    on_pile = sa.select(Application.id).where(Application.old_pile)
    return sa.select(number).where(OwedAnswer.application_id.not_in(on_pile), *where).scalar_subquery()


def _messages(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(Message).where(*where).scalar_subquery()


def _failed() -> sa.ScalarSelect[int]:
    """Failed, and the person has heard nothing since."""
    return (
        sa.select(sa.func.count(sa.distinct(Message.id)))
        .join(MessageApplication, MessageApplication.message_id == Message.id)
        .join(OwedAnswer, OwedAnswer.application_id == MessageApplication.application_id)
        .where(Message.status == MessageStatus.FAILED, OwedAnswer.reason == Reason.MESSAGE_FAILED)
        .scalar_subquery()
    )
