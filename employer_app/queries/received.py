"""What somebody has already had from us, in all their applications, so that nobody writes the same twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Event, Message

_LOGGED = (EventKind.CALL_LOGGED, EventKind.LETTER_LOGGED)


@dataclass(frozen=True)
class Word:
    """A message, or a call or letter that somebody logged; then it has no `message_id` and no subject.

    `what` is the kind of the message, or of the fact.
    """

    at: datetime
    what: str
    subject: str = ""
    status: MessageStatus | None = None
    message_id: int | None = None
    application_id: int | None = None


def received(viewer: Person, candidate_id: int, *, limit: int = 5) -> Sequence[Word]:
    """The latest first."""
    require(viewer, Verb.READ)
    words = [*_messages(candidate_id, limit), *_logged(candidate_id, limit)]
    words.sort(key=lambda word: word.at, reverse=True)
    return words[:limit]


def _messages(candidate_id: int, limit: int) -> list[Word]:
    query = (
        sa.select(
            Message.id, Message.kind, Message.subject, Message.status, Message.due_at, Message.fenced_at
        )
        .where(Message.candidate_id == candidate_id, Message.status != MessageStatus.CANCELLED)
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return [
        Word(row.fenced_at or row.due_at, row.kind.value, row.subject, row.status, row.id)
        for row in db.session.execute(query)
    ]


def _logged(candidate_id: int, limit: int) -> list[Word]:
    theirs = sa.select(Application.id).where(Application.candidate_id == candidate_id)
    subjects = {application_subject(row): row for row in db.session.scalars(theirs)}
    query = (
        sa.select(Event.subject, Event.kind, Event.occurred_at)
        .where(Event.subject.in_(list(subjects)), Event.kind.in_(_LOGGED))
        .order_by(Event.occurred_at.desc(), Event.id.desc())
        .limit(limit)
    )
    return [
        Word(row.occurred_at, row.kind.value, application_id=subjects[row.subject])
        for row in db.session.execute(query)
    ]
