"""One message with everything about it: its text, every try, and what speaks for its arrival."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from employer_app.domain.delivery import Outcome
from employer_app.domain.duty import Reason
from employer_app.domain.errors import NotFound
from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.models import (
    Application,
    Candidate,
    Delivery,
    Event,
    Job,
    Message,
    MessageApplication,
    OwedAnswer,
    Stage,
    User,
    waits,
)
from employer_app.queries.boxes import NOBODY_LOOKED
from employer_app.queries.corrections import Correction, corrections_of

#: what the mail server took within so long of the doubtful moment says how it was doing then
SAME_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class About:
    """An application that a message speaks of, as it stands now."""

    application_id: int
    job_id: int
    job: str
    stage: str
    status: Status
    told_at: datetime | None


@dataclass(frozen=True)
class Step:
    """What happened to a message, by whom; nobody's name means the app itself."""

    kind: EventKind
    at: datetime
    by: str


@dataclass(frozen=True)
class Evidence:
    """What is known about a message that may have arrived, beside the mail server's words.

    `doubt_at`: since when nobody knows. `wrote_at`: since when something of this person is unread.
    """

    doubt_at: datetime | None
    bounced_at: datetime | None
    wrote_at: datetime | None
    #: others that the mail server took in the same minute, and when the first and the last of them
    others: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True)
class Shown:
    """One message with everything about it."""

    message: Message
    about: Sequence[About]
    attempts: Sequence[Delivery]
    steps: Sequence[Step]
    author: str
    phone: str
    #: failed or in doubt, and the person has had no other word since
    owed: bool
    #: a failure or doubt that nobody has looked at
    unseen: bool
    looked_by: str
    #: only while it may have arrived
    evidence: Evidence | None
    #: for the first few of its list, which go ahead
    waits: bool
    #: what puts this one right
    corrections: Sequence[Correction] = ()


def message(viewer: Person, message_id: int) -> Shown:
    """Raises NotFound."""
    require(viewer, Verb.READ)
    found = db.session.get(Message, message_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such message.")
    about = _about(message_id)
    attempts = db.session.scalars(
        sa.select(Delivery).where(Delivery.message_id == message_id).order_by(Delivery.attempt)
    ).all()
    reasons = sa.select(sa.func.count()).select_from(OwedAnswer)
    ids = [row.application_id for row in about]
    owed = reasons.where(OwedAnswer.application_id.in_(ids), OwedAnswer.reason == Reason.MESSAGE_FAILED)
    steps = _steps(message_id, ids[:1])
    return Shown(
        message=found,
        about=about,
        attempts=attempts,
        steps=steps,
        author=_name(found.author_id),
        phone=db.session.scalar(sa.select(Candidate.phone).where(Candidate.id == found.candidate_id)) or "",
        owed=bool(db.session.scalar(owed)),
        unseen=bool(db.session.scalar(sa.select(Message.id).where(Message.id == message_id, NOBODY_LOOKED))),
        looked_by=_name(found.looked_by),
        evidence=_evidence(found, ids, steps) if found.status is MessageStatus.UNCERTAIN else None,
        corrections=corrections_of([message_id]).get(message_id, ()),
        waits=bool(db.session.scalar(sa.select(Message.id).where(Message.id == message_id, waits()))),
    )


def _name(user_id: int | None) -> str:
    return (db.session.scalar(sa.select(User.name).where(User.id == user_id)) or "") if user_id else ""


def _about(message_id: int) -> list[About]:
    query = (
        sa.select(Application.id, Job.id, Job.title, Stage.name, Application.status, Application.told_at)
        .join(MessageApplication, MessageApplication.application_id == Application.id)
        .join(Job, Job.id == Application.job_id)
        .join(Stage, Stage.id == Application.stage_id)
        .where(MessageApplication.message_id == message_id)
        .order_by(Application.id)
    )
    return [About(*row) for row in db.session.execute(query)]


def _steps(message_id: int, application_ids: Sequence[int]) -> list[Step]:
    kinds = [kind for kind in EventKind if kind.value.startswith("message.")]
    query = (
        sa.select(Event.kind, Event.occurred_at, User.name, Event.facts)
        .outerjoin(User, User.id == Event.actor_id)
        .where(
            Event.subject.in_([application_subject(row) for row in application_ids]), Event.kind.in_(kinds)
        )
        .order_by(Event.seq)
    )
    return [
        Step(row.kind, row.occurred_at, row.name or "")
        for row in db.session.execute(query)
        if row.facts.get("message_id") == message_id
    ]


def _evidence(message: Message, application_ids: Sequence[int], steps: Sequence[Step]) -> Evidence:
    """Of what exists: a recorded bounce, unread mail of the person, and how others fared just then."""
    doubts = [step.at for step in steps if step.kind is EventKind.MESSAGE_UNCERTAIN]
    bounces = [step.at for step in steps if step.kind is EventKind.MESSAGE_BOUNCED]
    since = message.fenced_at
    wrote = sa.select(sa.func.max(Application.unread_since)).where(
        Application.id.in_(application_ids), Application.unread_since >= since
    )
    taken = sa.select(sa.func.count(), sa.func.min(Delivery.at), sa.func.max(Delivery.at)).where(
        Delivery.outcome == Outcome.ACCEPTED,
        Delivery.at.between(since - SAME_MOMENT, since + SAME_MOMENT) if since else sa.false(),
    )
    others, first_at, last_at = db.session.execute(taken).one()
    return Evidence(
        doubt_at=max(doubts, default=None),
        bounced_at=max(bounces, default=None),
        wrote_at=db.session.scalar(wrote),
        others=others,
        first_at=first_at,
        last_at=last_at,
    )
