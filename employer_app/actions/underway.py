"""Mail about a person that is on its way, looked at before anything is saved that would make it untrue.

Law: either the mail is stopped or the one who saves has read, before saving, that it leaves. The callers hold
the locks of the applications (or of the candidate), which the last look before handing over takes as well: so
between this look and the save nothing can slip out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.errors import Refused
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.models import Application, Candidate, Job, Message, MessageApplication, Place

_BEFORE = (MessageStatus.QUEUED, MessageStatus.CLAIMED)
_UNDERWAY = (*_BEFORE, MessageStatus.HANDING_OVER)


class OnItsWay(Refused):
    """Nothing was saved, because mail about this person is on its way. The same call with `force` saves.

    `message_ids` in ascending order; `too_late` says that at least one is being handed over right now.
    """

    def __init__(self, message: str, remedy: str, message_ids: Sequence[int], *, too_late: bool) -> None:
        super().__init__(message, remedy)
        self.message_ids = tuple(message_ids)
        self.too_late = too_late


def refuse_while_underway(session: Session, application_ids: Sequence[int]) -> None:
    """Raises OnItsWay. Call with the applications locked."""
    about = sa.select(MessageApplication.message_id).where(
        MessageApplication.application_id.in_(application_ids)
    )
    _refuse(session, Message.id.in_(about))


def refuse_while_told_no(session: Session, application_ids: Sequence[int]) -> None:
    """For an offer or a hire: raises OnItsWay if a "no" of any job is on its way to one of these people.

    Call with their candidates locked: see `lock_people`.
    """
    whom = sa.select(Application.candidate_id).where(Application.id.in_(application_ids))
    _refuse(session, sa.and_(Message.candidate_id.in_(whom), Message.purpose == Purpose.DECISION))


def lock_people(session: Session, application_ids: Sequence[int]) -> None:
    """The candidates of these applications, before the applications themselves are locked."""
    whom = sa.select(Application.candidate_id).where(Application.id.in_(application_ids))
    query = sa.select(Candidate.id).where(Candidate.id.in_(whom)).order_by(Candidate.id)
    session.execute(query.with_for_update(key_share=True))


def refuse_while_writing_to(session: Session, candidate_id: int) -> None:
    """Raises OnItsWay. Call with the candidate locked."""
    _refuse(session, Message.candidate_id == candidate_id)


def _refuse(session: Session, which: sa.ColumnElement[bool]) -> None:
    zone = (
        sa.select(Place.timezone)
        .join(Job, Job.place_id == Place.id)
        .join(Application, Application.job_id == Job.id)
        .join(MessageApplication, MessageApplication.application_id == Application.id)
        .where(MessageApplication.message_id == Message.id)
        .order_by(Application.id)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        sa.select(
            Message.id,
            Message.name,
            Message.candidate_id,
            Message.status,
            Message.due_at,
            Message.fenced_at,
            zone.label("zone"),
        )
        .where(which, Message.status.in_(_UNDERWAY))
        .order_by(Message.due_at, Message.id)
    )
    rows = session.execute(query).all()
    if not rows:
        return
    handed = [row for row in rows if row.status is MessageStatus.HANDING_OVER]
    first = (handed or rows)[0]
    people = len({row.candidate_id for row in rows})
    whom = first.name if people == 1 else f"{first.name} and {people - 1} more"
    ids = sorted(row.id for row in rows)
    if handed:
        since = f" since {_clock(first.fenced_at, first.zone, seconds=True)}" if first.fenced_at else ""
        raise OnItsWay(
            f"A message to {whom} is being handed to the mail server{since}.",
            "It can no longer be stopped. Save anyway if this is right all the same.",
            ids,
            too_late=True,
        )
    raise OnItsWay(
        f"A message to {whom} leaves {_when(first.due_at, first.zone)}.",
        "Stop it first, or save anyway: then it does not leave until somebody has looked at it again.",
        ids,
        too_late=False,
    )


def _when(due_at: datetime, zone: str | None) -> str:
    here, today = _local(due_at, zone), _local(now(), zone).date()
    if due_at <= now():
        return "now"
    if here.date() == today:
        return f"at {_clock(due_at, zone)}"
    return f"on {here.day} {here:%B} at {_clock(due_at, zone)}"


def _clock(moment: datetime, zone: str | None, *, seconds: bool = False) -> str:
    return f"{_local(moment, zone):%H:%M:%S}" if seconds else f"{_local(moment, zone):%H:%M}"


def _local(moment: datetime, zone: str | None) -> datetime:
    return moment.astimezone(ZoneInfo(zone or "UTC"))
