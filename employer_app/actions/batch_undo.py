"""Undo a confirmed send list, or some of its messages, before they leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from employer_app.actions.decisions import MAY_HAVE_ARRIVED
from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact, lock, record
from employer_app.models import Application, Batch, Decision, Message, MessageApplication
from employer_app.outbox.cancel import cancel


@dataclass(frozen=True)
class Undone:
    """`stopped` messages never leave; `too_late` ones had been handed over."""

    stopped: int
    too_late: int


def undo(*, batch_id: int, actor: Person, message_ids: Sequence[int] = ()) -> Undone:
    """Stop what has not left: all of it, or only these messages. Stage, status and debts are as before, and
    the history keeps both. What has been handed over cannot be undone."""
    require(actor, Verb.MAIL)
    with transaction() as session:
        if session.get(Batch, batch_id) is None:
            raise NotFound("There is no such send list.")
        query = sa.select(Message.id).where(Message.batch_id == batch_id)
        if message_ids:
            query = query.where(Message.id.in_(message_ids))
        ids = session.scalars(query.order_by(Message.id)).all()
        if message_ids and len(ids) != len(set(message_ids)):
            raise NotFound("One of these messages is not in this send list.", "Nothing was stopped.")
        links = session.execute(
            sa.select(MessageApplication.application_id, MessageApplication.message_id).where(
                MessageApplication.message_id.in_(ids)
            )
        ).all()
        applications = {row.id: row for row in lock(session, sorted({row.application_id for row in links}))}
        stopped, facts = cancel(session, ids)
        freed = {row.application_id for row in links if row.message_id in set(stopped)}
        facts += _undecide(session, batch_id, freed, applications)
        record(session, facts, actor_id=actor.user_id)
        gone = sa.select(sa.func.count()).where(Message.id.in_(ids), Message.status.in_(MAY_HAVE_ARRIVED))
        return Undone(len(stopped), session.scalar(gone) or 0)


def _undecide(
    session: Session, batch_id: int, freed: set[int], applications: Mapping[int, Application]
) -> list[NewFact]:
    """Take back what this list decided, where that still stands: a later word of somebody's wins."""
    decisions = session.scalars(
        sa.select(Decision).where(Decision.batch_id == batch_id, Decision.undone_at.is_(None))
    ).all()
    later = aliased(Decision)
    overtaken = set(
        session.scalars(
            sa.select(Decision.id)
            .join(later, sa.and_(later.application_id == Decision.application_id, later.id > Decision.id))
            .where(Decision.batch_id == batch_id, later.undone_at.is_(None))
        )
    )
    facts = []
    for decision in decisions:
        if decision.application_id not in freed or decision.id in overtaken:
            continue
        application = applications[decision.application_id]
        if application.decided_at is None:
            continue  # reopened since
        decision.undone_at = now()
        application.version += 1
        application.cycle += 1
        undone: dict[str, Any] = {"decision_id": decision.id, "status": decision.previous_status}
        facts.append(NewFact(application.id, EventKind.DECISION_UNDONE, undone))
    return facts
