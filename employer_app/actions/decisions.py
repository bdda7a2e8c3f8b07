"""Decide, and take a decision back. Deciding tells nobody: until a message, a call or a letter says it, the
person is owed that word, and nothing that they can see shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from employer_app.actions.applications import lock_one, refuse_where_it_moved
from employer_app.actions.underway import lock_people, refuse_while_told_no, refuse_while_underway
from employer_app.domain.clock import now
from employer_app.domain.disposition import Disposition, disposition
from employer_app.domain.errors import Refused
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import LIVE, Status
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact, lock, record
from employer_app.models import Application, Decision, Message, MessageApplication
from employer_app.models.bulk import insert_rows, reserve_ids, update_rows
from employer_app.outbox.cancel import CANCELLABLE, cancel

#: after these nobody can promise that the person has not read it
MAY_HAVE_ARRIVED = (MessageStatus.HANDING_OVER, MessageStatus.ACCEPTED, MessageStatus.UNCERTAIN)


def decide(
    *,
    actor: Person,
    application_id: int,
    code: str,
    version: int,
    made_at: datetime | None = None,
    force: bool = False,
) -> int:
    """Record a decision with its reason (a code of domain/disposition); returns the decision's id.

    `made_at` is for one that was made earlier and is written down now. Raises OnItsWay unless `force`.
    """
    require(actor, Verb.DECIDE)
    reason = reason_of(code)
    hires = reason.status is Status.HIRED
    with transaction() as session:
        if hires:
            lock_people(session, [application_id])
        row = lock_one(session, application_id, version)
        _refuse_date(row, made_at)
        if row.status not in LIVE:
            raise Refused("There is a decision already.", "Take it back first, or reopen the application.")
        if not force:
            refuse_while_underway(session, [row.id])
            if hires:
                refuse_while_told_no(session, [row.id])
        facts = decision_facts(session, [row], reason, actor_id=actor.user_id, made_at=made_at)
        record(session, facts, actor_id=actor.user_id)
        return int(facts[0].facts["decision_id"])


def reason_of(code: str) -> Disposition:
    """Raises Refused for a reason that is not in the list."""
    try:
        return disposition(code)
    except KeyError:
        raise Refused("There is no such reason.", "Choose one from the list.", "code") from None


def decision_facts(
    session: Session,
    rows: Sequence[Application],
    reason: Disposition,
    *,
    actor_id: int | None,
    batch_id: int | None = None,
    made_at: datetime | None = None,
) -> list[NewFact]:
    """Insert the decisions and raise the versions; returns the facts to record in the same transaction.

    Call with the applications locked, in the running, and their versions compared.
    """
    moment = made_at or now()
    ids = reserve_ids(session, Decision, len(rows))
    decisions = [
        {
            "id": decision_id,
            "application_id": row.id,
            "disposition": reason.code,
            "status": reason.status,
            "previous_status": row.status.value,
            "batch_id": batch_id,
            "decided_by": actor_id,
            "made_at": moment,
        }
        for row, decision_id in zip(rows, ids, strict=True)
    ]
    insert_rows(session, Decision, decisions)
    _raise_versions(session, rows)
    facts: list[NewFact] = []
    for row, decision_id in zip(rows, ids, strict=True):
        said = {
            "decision_id": decision_id,
            "disposition": reason.code,
            "status": reason.status.value,
            "stage_kind": row.depth.value,
            "owed": reason.sends_message,
        }
        facts.append(NewFact(row.id, EventKind.DECISION_MADE, said, occurred_at=moment))
    return facts


def _raise_versions(session: Session, rows: Sequence[Application]) -> None:
    """By one each, in one go; the rows are locked."""
    session.flush()
    update_rows(session, Application, [{"id": row.id, "version": row.version + 1} for row in rows])
    for row in rows:
        set_committed_value(row, "version", row.version + 1)


def undo_decision(*, actor: Person, application_id: int, version: int) -> None:
    """Take back a decision that the person does not know yet; status and debts are as they were before.

    A message that would tell it is called off in the same step. Raises Refused when one may have arrived.
    """
    require(actor, Verb.DECIDE)
    with transaction() as session:
        row = _lock_with_company(session, application_id, version)
        refuse_where_it_moved(row)
        decision = _standing_decision(session, row)
        if row.told_at is not None:
            raise Refused(
                "The person knows this decision.", "Reopen the application instead, and say so to them."
            )
        telling = _telling(session, row.id)
        if any(status in MAY_HAVE_ARRIVED for status in telling.values()):
            raise Refused(
                "A message with this decision may have arrived.", "Settle that message in the outbox first."
            )
        _, facts = cancel(
            session, [message_id for message_id, status in telling.items() if status in CANCELLABLE]
        )
        decision.undone_at = now()
        row.version += 1
        row.cycle += 1
        undone = {"decision_id": decision.id, "status": decision.previous_status}
        facts.append(NewFact(row.id, EventKind.DECISION_UNDONE, undone))
        record(session, facts, actor_id=actor.user_id)


def _lock_with_company(session: Session, application_id: int, version: int) -> Application:
    """The application, locked with all that its messages speak of: ids ascending, so all at once."""
    mine = sa.select(MessageApplication.message_id).where(MessageApplication.application_id == application_id)
    together = session.scalars(
        sa.select(MessageApplication.application_id).where(
            MessageApplication.message_id.in_(mine), ~MessageApplication.cancelled
        )
    )
    lock(session, sorted({application_id, *together}))
    return lock_one(session, application_id, version)


def _standing_decision(session: Session, row: Application) -> Decision:
    query = (
        sa.select(Decision)
        .where(Decision.application_id == row.id, Decision.undone_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    decision = session.scalar(query) if row.decided_at else None
    if decision is None:
        raise Refused("There is no decision to take back.", "Look at how the application stands now.")
    return decision


def _telling(session: Session, application_id: int) -> dict[int, MessageStatus]:
    """The messages that tell the standing decision, and where they are."""
    query = (
        sa.select(Message.id, Message.status)
        .join(MessageApplication, MessageApplication.message_id == Message.id)
        .join(Application, Application.id == MessageApplication.application_id)
        .where(
            Application.id == application_id,
            MessageApplication.cycle == Application.cycle,
            MessageApplication.purpose == Purpose.DECISION,
        )
    )
    return {row.id: row.status for row in session.execute(query)}


def _refuse_date(row: Application, made_at: datetime | None) -> None:
    if made_at is None:
        return
    if made_at > now():
        raise Refused(
            "The decision cannot be in the future.", "Give the day on which it was made.", "made_on"
        )
    if made_at < row.received_at:
        raise Refused("The decision is older than the application.", "Check the date.", "made_on")
