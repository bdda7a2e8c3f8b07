"""Call messages off before they leave. "Cancelled" is a guarantee: what answers so is never handed over."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus
from employer_app.ledger.record import NewFact
from employer_app.models import Message, MessageApplication

CANCELLABLE = (MessageStatus.HELD, MessageStatus.QUEUED, MessageStatus.CLAIMED)


def cancel(session: Session, message_ids: Sequence[int]) -> tuple[list[int], list[NewFact]]:
    """Cancel those that have not been handed over; returns their ids and the facts to record.

    Call inside `transaction()`, with the applications locked. Those not returned were too late.
    """
    # An update takes its rows in any order; others who take several must meet them in the same one.
    session.execute(
        sa.select(Message.id).where(Message.id.in_(message_ids)).order_by(Message.id).with_for_update()
    )
    statement = (
        sa.update(Message)
        .where(Message.id.in_(message_ids), Message.status.in_(CANCELLABLE))
        .values(status=MessageStatus.CANCELLED, claim_token=None, lease_until=None)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    cancelled = sorted(session.scalars(statement))
    if not cancelled:
        return [], []
    session.execute(
        sa.update(MessageApplication)
        .where(MessageApplication.message_id.in_(cancelled))
        .values(cancelled=True)
        .execution_options(synchronize_session=False)
    )
    links = session.execute(
        sa.select(MessageApplication.message_id, MessageApplication.application_id).where(
            MessageApplication.message_id.in_(cancelled)
        )
    )
    facts = [
        NewFact(link.application_id, EventKind.MESSAGE_CANCELLED, {"message_id": link.message_id})
        for link in links
    ]
    return cancelled, facts
