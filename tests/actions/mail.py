"""Arrange mail about an application: queued, or taken up to the point from which nothing brings it back."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.message import Kind, MessageStatus, Purpose
from employer_app.extensions import db, transaction
from employer_app.ledger.record import lock, record
from employer_app.models import Candidate, Message
from employer_app.outbox.claim import claim
from employer_app.outbox.enqueue import About, NewMessage, Sender, enqueue
from employer_app.outbox.fence import fence

SENDER = Sender("Maren Oduya", "maren@brightwater.example", "maren@brightwater.example")


def queue(
    *application_ids: int,
    purpose: Purpose = Purpose.DECISION,
    kind: Kind = Kind.REJECT_APPLICATION,
    due_in: timedelta = timedelta(minutes=10),
    text: str = "Thank you for applying. The answer is no.",
) -> int:
    """One queued message about these applications of one person; returns its id."""
    with transaction() as session:
        rows = lock(session, application_ids)
        person = session.get_one(Candidate, rows[0].candidate_id)
        message = NewMessage(
            candidate_id=person.id,
            candidate_version=person.version,
            name=person.name,
            address=person.address or "",
            kind=kind,
            purpose=purpose,
            subject="Your application",
            text=text,
            html="",
            about=tuple(About(row.id, row.version, row.cycle) for row in rows),
        )
        facts = enqueue(session, [message], sender=SENDER, due_at=now() + due_in, author_id=None)
        record(session, facts, actor_id=None)
        return int(facts[0].facts["message_id"])


def hand_over(message_id: int) -> bool:
    """Claim it and pass the last look; True when the dot would follow."""
    with transaction() as session:
        session.execute(
            sa.update(Message).where(Message.id == message_id).values(due_at=now() - timedelta(seconds=1))
        )
    return fence(message_id, claim("worker").token)


def status_of(message_id: int) -> MessageStatus:
    db.session.rollback()
    return db.session.scalars(sa.select(Message.status).where(Message.id == message_id)).one()
