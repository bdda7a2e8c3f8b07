"""All that happened to one application, newest first, as a person reads it.

A message is one entry with its full text and where it stands now, however many facts it left behind; the
facts say the rest. Where a text was erased, the fact stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from employer_app.domain.carry import MOVED
from employer_app.domain.event import CONTACTS, EventKind, application_subject
from employer_app.domain.message import Kind, MessageStatus
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Delivery, Event, EventPayload, Message, MessageApplication, User, waits
from employer_app.queries.corrections import Correction, corrections_of
from employer_app.queries.moves import chain_of

#: an application has a few dozen entries; whoever has more sees that there are more
SHOWN = 200
#: these tell a message's way, which the message's own entry shows
_OF_A_MESSAGE = frozenset(
    {
        EventKind.MESSAGE_QUEUED,
        EventKind.MESSAGE_ACCEPTED,
        EventKind.MESSAGE_FAILED,
        EventKind.MESSAGE_UNCERTAIN,
        EventKind.MESSAGE_HELD,
        EventKind.MESSAGE_CANCELLED,
    }
)


@dataclass(frozen=True)
class Letter:
    """A message to the person; `reply` is the mail server's last word, empty before the first attempt."""

    id: int
    batch_id: int | None
    kind: Kind
    status: MessageStatus
    automatic: bool
    author: str
    address: str
    subject: str
    text: str
    promise_on: str | None
    held_because: str
    due_at: datetime
    #: when the mail server took it, if it did
    settled_at: datetime | None
    attempts: int
    reply: str
    #: for the first few of its list, which go ahead
    waits: bool
    #: the message that it puts right, and those that put this one right
    corrects_id: int | None = None
    corrections: Sequence[Correction] = ()


@dataclass(frozen=True)
class Entry:
    """`who` is empty for the machine. Exactly one of `kind` and `letter` is set."""

    at: datetime
    seq: int
    who: str
    kind: EventKind | None = None
    recorded_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)
    erased: bool = False
    letter: Letter | None = None

    @property
    def reached(self) -> bool:
        """Whether the person got a word from us by it."""
        if self.letter:
            return self.letter.status is MessageStatus.ACCEPTED
        return self.kind in CONTACTS or self.kind is EventKind.TOLD_ELSEWHERE


@dataclass(frozen=True)
class Timeline:
    entries: Sequence[Entry]
    #: how many older ones are not in `entries`
    more: int


def timeline(viewer: Person, application_id: int, *, limit: int | None = SHOWN) -> Timeline:
    """Newest first; `limit` None for all. Of one that was moved here also what happened in the other job."""
    require(viewer, Verb.READ)
    chain = chain_of(application_id)
    entries = [*_happenings(chain), *_letters(chain)]
    entries.sort(key=lambda entry: (entry.at, entry.seq), reverse=True)
    shown = entries if limit is None else entries[:limit]
    return Timeline(shown, len(entries) - len(shown))


def _happenings(chain: Sequence[int]) -> list[Entry]:
    subjects = [application_subject(one) for one in chain]
    query = (
        sa.select(Event, EventPayload.payload, User.name)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.subject.in_(subjects), Event.kind.not_in(_OF_A_MESSAGE))
    )
    return [
        Entry(
            at=event.occurred_at,
            seq=event.seq,
            who=name or "",
            kind=event.kind,
            recorded_at=event.recorded_at,
            facts=event.facts,
            payload=payload or {},
            erased=bool(event.payload_digest) and payload is None,
        )
        for event, payload, name in db.session.execute(query)
        if not _said_by_another(event, subjects[0])
    ]


def _said_by_another(event: Event, subject: str) -> bool:
    """A date by the message that gave it, a move by where it led, what came along by where it happened."""
    if event.kind is EventKind.PROMISE_MADE:
        return "message_id" in event.facts or "carried" in event.facts
    if event.kind is EventKind.DECISION_MADE:
        return bool(event.facts["disposition"] == MOVED)
    return "carried" in event.facts or (event.kind is EventKind.MOVED_AWAY and event.subject != subject)


def _letters(chain: Sequence[int]) -> list[Entry]:
    last = (
        sa.select(Delivery.reply)
        .where(Delivery.message_id == Message.id)
        .order_by(Delivery.attempt.desc())
        .limit(1)
        .scalar_subquery()
    )
    taken = sa.select(sa.func.max(Delivery.at)).where(Delivery.message_id == Message.id).scalar_subquery()
    query = (
        sa.select(Message, User.name, last.label("reply"), taken.label("settled_at"), waits())
        .join(MessageApplication, MessageApplication.message_id == Message.id)
        .outerjoin(User, User.id == Message.author_id)
        .where(MessageApplication.application_id.in_(chain))
    )
    rows = {row[0].id: row for row in db.session.execute(query)}
    corrections = corrections_of(rows)
    return [_letter(*row, corrections=corrections.get(number, ())) for number, row in rows.items()]


def _letter(
    message: Message,
    author: str | None,
    reply: str | None,
    settled_at: datetime | None,
    still: bool,
    *,
    corrections: Sequence[Correction],
) -> Entry:
    accepted = message.status is MessageStatus.ACCEPTED
    letter = Letter(
        id=message.id,
        batch_id=message.batch_id,
        kind=message.kind,
        status=message.status,
        automatic=message.automatic,
        author=author or "",
        address=message.address,
        subject=message.subject,
        text=message.text,
        promise_on=message.promise_on,
        held_because=message.held_because,
        due_at=message.due_at,
        settled_at=settled_at if accepted else None,
        attempts=message.attempts,
        reply=reply or "",
        corrects_id=message.corrects_id,
        corrections=corrections,
        waits=still,
    )
    moment = (settled_at or message.fenced_at) if accepted else message.created_at
    return Entry(at=moment or message.created_at, seq=0, who=author or "", letter=letter)
