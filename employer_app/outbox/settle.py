"""Keep what the mail server said, at once and in few words; `write_up` tells it to the ledger a moment later.

A message leaves `handing_over` only here and in the sweep. What nobody can know becomes `uncertain` and
leaves that state by a person's word or by evidence, never by a timer.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.delivery import Outcome, SmtpStage, retry_delay
from employer_app.domain.errors import Changed
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus, may_move
from employer_app.extensions import UTCDateTime, kept_connection, transaction
from employer_app.ledger.record import record
from employer_app.models import Message
from employer_app.models.prepared import Ids, Prepared
from employer_app.outbox.look import Seen, look
from employer_app.outbox.rows import facts_for, locked
from employer_app.outbox.write_up import accepted_facts, write_up, write_up_in
from employer_app.smtp.line import Reply


@dataclass(frozen=True)
class Answer:
    """What `relay`, the mail server, said to this message."""

    message_id: int
    token: str
    reply: Reply
    relay: str


def settle(message_id: int, token: str, reply: Reply, relay: str) -> None:
    """`settle_in` for one answer, and its write-up."""
    with kept_connection() as connection, connection.begin():
        moment = now()
        seen = look(connection, [], [message_id], moment)
        settle_in(connection, [Answer(message_id, token, reply, relay)], seen, moment)
    write_up([message_id])


def settle_in(connection: sa.Connection, answers: Sequence[Answer], seen: Seen, moment: datetime) -> None:
    """Keep the answers in their rows. A zombie (the token is no longer the row's) may only still prove
    acceptance. Call in the transaction which locked what it has `seen`."""
    rows = []
    for answer in answers:
        row = seen.messages.get(answer.message_id)
        if row is None or answer.reply.outcome is Outcome.STOPPED:
            continue
        ours = row.claim_token == answer.token
        late_proof = row.status == MessageStatus.UNCERTAIN and answer.reply.outcome is Outcome.ACCEPTED
        if ours or late_proof:
            rows.append(_kept(row, answer, moment))
    if rows:
        _keep.each(connection, rows)


def sent_back(answers: Sequence[Answer]) -> list[int]:
    """Those that the server did not take for a trouble of its own, after we had said that they leave."""
    return [
        answer.message_id
        for answer in answers
        if answer.reply.server_is_closing and answer.reply.stage is SmtpStage.DOT
    ]


def _kept(row: Any, answer: Answer, moment: datetime) -> dict[str, object]:
    """The row after this answer. What is the server's own trouble is charged to nobody."""
    reply = answer.reply
    free = reply.server_is_closing and row.status != MessageStatus.UNCERTAIN
    attempt = row.attempts + (0 if free else 1)
    becomes = MessageStatus.QUEUED if free else _becomes(row, reply)
    if not may_move(MessageStatus(row.status), becomes):
        raise Changed("This message is not where it was a moment ago.", "Look at it again.")
    again = becomes is MessageStatus.QUEUED
    said = {
        "attempt": attempt,
        "outcome": reply.outcome.value,
        "code": reply.code,
        "text": reply.text,
        "stage": reply.stage.value,
        "relay": answer.relay,
        "at": moment.isoformat(),
        "becomes": becomes.value,
    }
    return {
        "row": row.id,
        "was": row.status,
        "becomes": becomes.value,
        "said": None if free else json.dumps(said),
        "attempt": attempt,
        "tried_at": None if free else moment,
        "again": again,
        "next_at": moment + _delay(attempt) if again and not free else None,
    }


def _becomes(row: Any, reply: Reply) -> MessageStatus:
    if reply.outcome is Outcome.ACCEPTED:
        return MessageStatus.ACCEPTED
    if reply.outcome is Outcome.UNCERTAIN:
        return MessageStatus.UNCERTAIN
    if reply.outcome is Outcome.REFUSED or row.tried_long:
        return MessageStatus.FAILED
    return MessageStatus.QUEUED


def _delay(attempt: int) -> Any:
    return retry_delay(attempt, random.uniform(-1, 1))  # noqa: S311 - spreads retries, guards nothing


def _keeping(_ids: Ids) -> sa.Executable:
    tried_at = sa.bindparam("tried_at", type_=UTCDateTime())
    next_at = sa.bindparam("next_at", type_=UTCDateTime())
    again = sa.bindparam("again", type_=sa.Boolean())
    return (
        sa.update(Message)
        .where(Message.id == sa.bindparam("row"), Message.status == sa.bindparam("was", type_=sa.String()))
        .values(
            status=sa.bindparam("becomes", type_=sa.String()),
            answer=sa.bindparam("said", type_=sa.JSON()),
            attempts=sa.bindparam("attempt"),
            first_tried_at=sa.func.coalesce(Message.first_tried_at, tried_at),
            claim_token=None,
            lease_until=None,
            fenced_at=sa.case((again, None), else_=Message.fenced_at),
            due_at=sa.func.coalesce(next_at, Message.due_at),
        )
    )


_keep = Prepared(_keeping)


def arrived(message_id: int, *, actor_id: int | None) -> None:
    """A person or a piece of evidence says that an uncertain message arrived."""
    with transaction() as session:
        message = _in_doubt(session, message_id)
        message.status = MessageStatus.ACCEPTED
        session.flush()
        record(session, accepted_facts(session, [message]), actor_id=actor_id)


def send_again(message_id: int, *, actor_id: int | None) -> None:
    """A person lets an uncertain message go once more, same Message-ID, knowing it may be read twice."""
    with transaction() as session:
        message = _in_doubt(session, message_id)
        message.status, message.fenced_at, message.due_at = MessageStatus.QUEUED, None, now()
        facts = facts_for(
            session,
            message.id,
            EventKind.MESSAGE_QUEUED,
            kind=message.kind.value,
            purpose=message.purpose.value,
        )
        session.flush()
        record(session, facts, actor_id=actor_id)


def _in_doubt(session: Session, message_id: int) -> Message:
    """The uncertain message, locked, with everything told to the ledger that was said of it before."""
    message = locked(session, message_id)
    if message.status is not MessageStatus.UNCERTAIN:
        raise Changed("Nobody is in doubt about this message any more.", "Look at it again.")
    write_up_in(session, [message_id])
    return message
