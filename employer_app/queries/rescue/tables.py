"""Each application in the pile or beside it: the one definition behind all numbers and lists."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from employer_app.domain.duty import Reason
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.picture import Bucket
from employer_app.domain.rescue import NEAR_LEGAL, SPANS, Apart, Fate, Press, Span, legal_days
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE
from employer_app.extensions import db
from employer_app.models import (
    Application,
    Batch,
    Event,
    Job,
    Message,
    MessageApplication,
    OwedAnswer,
    Place,
    Plan,
    PlanItem,
    Rescue,
    RescueMember,
)
from employer_app.models.plan import skipped
from employer_app.queries.picture import Of
from employer_app.queries.picture.tables import Tables as Picture

_MET = [kind for kind in StageKind if kind.depth >= StageKind.INTERVIEW.depth]
_FINAL = [kind for kind in StageKind if kind.depth >= StageKind.FINAL.depth]
_OFFERED = [StageKind.OFFER, StageKind.HIRED]
_UNDER_WAY = [
    MessageStatus.HELD,
    MessageStatus.QUEUED,
    MessageStatus.CLAIMED,
    MessageStatus.HANDING_OVER,
    MessageStatus.UNCERTAIN,
]
#: buckets of the picture that are a reason of their own to be in no heap, as they are called here
_ENDED = {
    Bucket.ANSWERED: Apart.ANSWERED,
    Bucket.TOLD_ELSEWHERE: Apart.TOLD_ELSEWHERE,
    Bucket.NO_ANSWER_NEEDED: Apart.NO_ANSWER_NEEDED,
    Bucket.WITHDREW: Apart.WITHDREW,
    Bucket.HIRED: Apart.HIRED,
}
_WAITING = {Bucket.LIVE_ELSEWHERE: Apart.LIVE_ELSEWHERE, Bucket.NO_ADDRESS: Apart.NO_ADDRESS}


class Tables:
    """As of one moment. Whoever waits and is late, or is on the old pile, is in a heap unless apart."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def select(self) -> sa.Select[*tuple[Any, ...]]:
        """id, job_id, candidate_id, stage_id, status, since, apart (None: in a heap), press, span."""
        each = Picture(self.at).select(Of()).cte("each").prefix_with("MATERIALIZED")
        return sa.select(
            Application.id,
            Application.job_id,
            Application.candidate_id,
            Application.stage_id,
            Application.status,
            Application.old_pile,
            each.c.since,
            self._apart(each).label("apart"),
            self._press().label("press"),
            self._span(each).label("span"),
        ).join(each, each.c.id == Application.id)

    def standing(self) -> sa.CTE:
        """The same, worked out once a row: without that a database does it again for each mention."""
        return self.select().cte("standing").prefix_with("MATERIALIZED")

    def members(self, rescue_id: int, today: date) -> sa.Select[*tuple[Any, ...]]:
        """id, candidate_id, since, press_rank, day, plan_id, fate of everybody who was planned."""
        each = self.standing()
        member = RescueMember
        fate = sa.case(
            (each.c.apart == Apart.ANSWERED.value, Fate.ANSWERED.value),
            (each.c.apart == Apart.ON_THE_WAY.value, Fate.ON_THE_WAY.value),
            (each.c.apart.in_([one.value for one in _ENDED.values()]), Fate.ENDED.value),
            (
                each.c.apart.in_(
                    [Apart.LIVE_ELSEWHERE.value, Apart.NO_ADDRESS.value, Apart.OFFERED.value],
                ),
                Fate.SET_ASIDE.value,
            ),
            (_not_reached(), Fate.NEEDS_PERSON.value),
            (each.c.apart == Apart.NOT_LATE.value, Fate.TAKEN_UP.value),
            (
                sa.or_(each.c.stage_id != member.stage_id, each.c.status != member.status),
                Fate.TAKEN_UP.value,
            ),
            (_left_out(), Fate.NEEDS_PERSON.value),
            (sa.and_(member.day == today, self._open()), Fate.TODAY.value),
            else_=Fate.LEFT.value,
        )
        rank = sa.case(*((each.c.press == press.value, n) for n, press in enumerate(Press)), else_=len(Press))
        return (
            sa.select(
                each.c.id,
                each.c.candidate_id,
                each.c.old_pile,
                each.c.since,
                rank.label("press_rank"),
                member.day,
                member.plan_id,
                fate.label("fate"),
            )
            .join(member, member.application_id == each.c.id)
            .where(member.rescue_id == rescue_id)
        )

    def _apart(self, each: sa.CTE) -> sa.Case[str | None]:
        offer = sa.and_(Application.status.in_(LIVE), Application.depth.in_(_OFFERED))
        return sa.case(
            *((each.c.bucket == bucket.value, apart.value) for bucket, apart in _ENDED.items()),
            # told by it, they are not late; so it is asked first
            (_under_way(), Apart.ON_THE_WAY.value),
            (sa.and_(~Application.old_pile, ~each.c.late), Apart.NOT_LATE.value),
            *((each.c.bucket == bucket.value, apart.value) for bucket, apart in _WAITING.items()),
            (offer, Apart.OFFERED.value),
            (_planned(), Apart.PLANNED.value),
            else_=None,
        )

    def _press(self) -> sa.Case[str]:
        promised = sa.exists().where(
            OwedAnswer.application_id == Application.id, OwedAnswer.reason == Reason.PROMISE_DUE
        )
        return sa.case(
            (self._legal(), Press.LEGAL.value),
            (promised, Press.PROMISED.value),
            (Application.depth.in_(_FINAL), Press.FINAL.value),
            (Application.depth.in_(_MET), Press.INTERVIEWED.value),
            else_=Press.APPLIED.value,
        )

    def _span(self, each: sa.CTE) -> sa.Case[str]:
        since = ((each.c.since <= self.at - timedelta(days=days), span.value) for span, days in SPANS.items())
        return sa.case(*since, else_=Span.UNDER_3.value)

    def _legal(self) -> sa.ColumnElement[bool]:
        """Near the date of a law, or past it; asked of jobs in places alone where there is one."""
        places = db.session.execute(sa.select(Place.id, Place.country, Place.subdivision)).all()
        days = {row.id: legal_days(row.country, row.subdivision, self.at.date()) for row in places}
        last = (
            sa.select(sa.func.max(Event.occurred_at))
            .where(
                Event.subject == sa.literal("application:") + sa.cast(Application.id, sa.String),
                Event.kind == EventKind.INTERVIEW_HELD,
            )
            .correlate(Application)
            .scalar_subquery()
        )
        bound = [
            sa.and_(
                Application.job_id.in_(sa.select(Job.id).where(Job.place_id == place_id)),
                last <= self.at - timedelta(days=max(0, limit - NEAR_LEGAL)),
            )
            for place_id, limit in days.items()
            if limit is not None
        ]
        return sa.or_(*bound) if bound else sa.false()

    def _open(self) -> sa.ColumnElement[bool]:
        """The list of a member can still be confirmed, and nobody has."""
        confirmed = sa.exists().where(Batch.token == Plan.token)
        return sa.exists().where(Plan.id == RescueMember.plan_id, Plan.expires_at > self.at, ~confirmed)


def _under_way() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        MessageApplication.application_id == Application.id,
        MessageApplication.purpose == Purpose.DECISION,
        ~MessageApplication.cancelled,
        MessageApplication.message_id == Message.id,
        Message.status.in_(_UNDER_WAY),
    )


def _planned() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        RescueMember.application_id == Application.id,
        RescueMember.rescue_id == Rescue.id,
        Rescue.running,
    )


def _not_reached() -> sa.ColumnElement[bool]:
    """The message of their list was refused."""
    return sa.exists().where(
        MessageApplication.application_id == RescueMember.application_id,
        MessageApplication.purpose == Purpose.DECISION,
        MessageApplication.message_id == Message.id,
        Message.status == MessageStatus.FAILED,
        Message.batch_id == Batch.id,
        Batch.plan_id == RescueMember.plan_id,
    )


def _left_out() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        PlanItem.plan_id == RescueMember.plan_id,
        PlanItem.application_id == RescueMember.application_id,
        skipped(PlanItem),
        Plan.id == PlanItem.plan_id,
        Batch.token == Plan.token,
    )
