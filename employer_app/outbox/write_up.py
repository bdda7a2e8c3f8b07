"""Tell the ledger what the mail server said: the attempt, the fact, and what is owed after it, in groups.

`settle` has kept the answer in the message's own row, so nothing is lost meanwhile: a worker does this a
moment later for many messages at once, and the sweep does it for those of a worker that died in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from employer_app.domain.delivery import Outcome
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.extensions import db, transaction
from employer_app.ledger.record import NewFact, lock_only, record
from employer_app.models import Delivery, Message, MessageApplication
from employer_app.models.bulk import insert_rows
from employer_app.outbox.brakes import brake

#: messages in one transaction
GROUP = 200
_ANSWERED = (
    sa.select(
        Message.id,
        Message.answer,
        Message.batch_id,
        Message.kind,
        Message.purpose,
        Message.automatic,
        Message.corrects_id,
        Message.promise_on,
        Message.fenced_at,
        Message.created_at,
    )
    .where(Message.answer.is_not(None))
    .order_by(Message.id)
    .with_for_update()
)
_FACTS = {
    MessageStatus.UNCERTAIN: EventKind.MESSAGE_UNCERTAIN,
    MessageStatus.FAILED: EventKind.MESSAGE_FAILED,
}


def left_lying() -> list[int]:
    """Messages whose answers nobody wrote up yet."""
    ids = list(db.session.scalars(sa.select(Message.id).where(Message.answer.is_not(None)).limit(GROUP)))
    db.session.rollback()
    return ids


def write_up(message_ids: Sequence[int]) -> None:
    """In transactions of its own. A message without an answer is passed over."""
    for start in range(0, len(message_ids), GROUP):
        with transaction() as session:
            if session.get_bind().dialect.name == "postgresql":
                # nothing is lost with this transaction: the answers are still in their rows then
                session.execute(sa.text("SET LOCAL synchronous_commit = off"))
            write_up_in(session, message_ids[start : start + GROUP])


def write_up_in(session: Session, message_ids: Sequence[int]) -> None:
    """The same inside the caller's `transaction()`, which locks applications before messages."""
    links = _links(session, message_ids)
    lock_only(session, {application for several in links.values() for application in several})
    rows = session.execute(_ANSWERED.where(Message.id.in_(message_ids))).all()
    if not rows:
        return
    insert_rows(session, Delivery, [_delivery(row) for row in rows])
    facts = accepted_facts(session, [row for row in rows if _became(row) is MessageStatus.ACCEPTED], links)
    for row in rows:
        if kind := _FACTS.get(_became(row)):
            said = {"message_id": row.id}
            at = _not_before_it_was_written(row, _at(row))
            facts += [NewFact(one, kind, said, occurred_at=at) for one in links[row.id]]
    brake(session, {row.batch_id for row in rows if row.batch_id and _became(row) is MessageStatus.FAILED})
    _forget(session, [row.id for row in rows])
    record(session, facts, actor_id=None)


def _forget(session: Session, message_ids: Sequence[int]) -> None:
    """Their answers are told."""
    told = sa.update(Message.__table__).where(Message.id.in_(message_ids)).values(answer=sa.null())  # type: ignore[arg-type]
    session.connection().execute(told)
    for message_id in message_ids:
        if held := session.identity_map.get(identity_key(Message, message_id)):
            session.expire(held, ["answer"])


def accepted_facts(
    session: Session, messages: Iterable[Any], links: dict[int, list[int]] | None = None
) -> list[NewFact]:
    """That these messages were accepted, and what they promise, for every application they speak of.

    They tell what stood in them when they left, whenever the answer came: so that is when it happened.
    """
    messages = list(messages)
    if links is None:
        links = _links(session, [row.id for row in messages])
    facts = []
    for row in messages:
        at = _not_before_it_was_written(row, row.fenced_at)
        accepted = {
            "message_id": row.id,
            "kind": row.kind.value,
            "tells": row.purpose is Purpose.DECISION,
            "automatic": row.automatic or row.corrects_id is not None,
        }
        promise = {"due": row.promise_on, "message_id": row.id}
        for one in links[row.id]:
            facts.append(NewFact(one, EventKind.MESSAGE_ACCEPTED, accepted, occurred_at=at))
            if row.promise_on:
                facts.append(NewFact(one, EventKind.PROMISE_MADE, promise, occurred_at=at))
    return facts


def _not_before_it_was_written(row: Any, moment: datetime | None) -> datetime:
    """A worker whose clock is slow must not tell a decision before it was made."""
    written: datetime = row.created_at
    return max(moment or written, written)


def _links(session: Session, message_ids: Sequence[int]) -> dict[int, list[int]]:
    query = (
        sa.select(MessageApplication.message_id, MessageApplication.application_id)
        .where(MessageApplication.message_id.in_(message_ids))
        .order_by(MessageApplication.application_id)
    )
    found: dict[int, list[int]] = {message_id: [] for message_id in message_ids}
    for message_id, application_id in session.execute(query):
        found[message_id].append(application_id)
    return found


def _became(row: Any) -> MessageStatus:
    return MessageStatus(row.answer["becomes"])


def _at(row: Any) -> datetime:
    at: str = row.answer["at"]
    return datetime.fromisoformat(at)


def _delivery(row: Any) -> dict[str, object]:
    said = row.answer
    return {
        "message_id": row.id,
        "attempt": said["attempt"],
        "outcome": Outcome(said["outcome"]),
        "code": said["code"],
        "reply": said["text"],
        "at_stage": said["stage"],
        "relay": said["relay"],
        "at": _at(row),
    }
