"""Find what was left lying: lapsed leases, and whatever a dead worker had in hand. Each minute, and at start.

Claimed but not handed over goes back to the queue; handed over without an answer is `uncertain`. A worker
whose clock is wrong ends nobody's lease.
"""

from __future__ import annotations

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus
from employer_app.extensions import db, transaction
from employer_app.ledger.record import record
from employer_app.models import Message, Worker
from employer_app.outbox import clock_watch
from employer_app.outbox.presence import forget, is_dead
from employer_app.outbox.rows import facts_for, locked
from employer_app.outbox.write_up import left_lying, write_up

#: the first lapse may be another's fault, for it was claimed with others; three more, alone, are its own
POISON_AFTER = 4
_IN_HAND = (MessageStatus.CLAIMED, MessageStatus.HANDING_OVER)


def sweep() -> None:
    """Take back every lapsed claim, and write up the answers that a dead worker left."""
    dead = [worker for worker in db.session.scalars(sa.select(Worker.instance_id)) if is_dead(worker)]
    ended = [Message.claim_token.startswith(f"{worker}.", autoescape=True) for worker in dead]
    if not clock_watch.wrong():  # else nobody's time is over because we say so
        ended.append(Message.lease_until < now())
    query = sa.select(Message.id, Message.claim_token).where(
        Message.status.in_(_IN_HAND), sa.or_(sa.false(), *ended)
    )
    lapsed = db.session.execute(query.order_by(Message.id)).all()
    db.session.rollback()
    for row in lapsed:
        take_back(row.id, row.claim_token)
    for worker in dead:
        forget(worker)
    while left := left_lying():
        write_up(left)


def take_back(message_id: int, token: str | None) -> None:
    """Take one message out of a hand that let it fall, and charge it; nothing if it is no longer there."""
    with transaction() as session:
        message = locked(session, message_id)
        if message.claim_token != token or message.status not in _IN_HAND:
            return
        message.claim_token = message.lease_until = None
        if message.status is MessageStatus.HANDING_OVER:
            message.status = MessageStatus.UNCERTAIN
            facts = facts_for(session, message.id, EventKind.MESSAGE_UNCERTAIN)
        else:
            message.lapses += 1
            message.status, facts = MessageStatus.QUEUED, []
            if message.lapses >= POISON_AFTER:
                message.status = MessageStatus.HELD
                message.held_because = "The app stopped again and again while it had this message in hand."
                facts = facts_for(session, message.id, EventKind.MESSAGE_HELD)
        session.flush()
        record(session, facts, actor_id=None)
