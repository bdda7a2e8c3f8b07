"""A send list that goes wrong pauses itself, before many people are written to in vain.

Law: it only pauses. A person reads why, and lets the rest go or calls it off. Once somebody let it go on, it
pauses again only for what failed after that.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.delivery import Outcome, SmtpStage
from employer_app.domain.event import ORGANISATION_SUBJECT, EventKind
from employer_app.domain.message import MessageStatus
from employer_app.models import Batch, Delivery, Event, Message

#: of those that the mail server took or refused
MOST_REFUSED = 0.05
#: fewer say nothing
FROM_SENT = 20
#: a "no" for good there is about this address or this letter, not about us
_ABOUT_THE_LETTER = tuple(stage.value for stage in (SmtpStage.RCPT, SmtpStage.DATA, SmtpStage.DOT))
_log = logging.getLogger(__name__)


def brake(session: Session, batch_ids: Iterable[int]) -> None:
    """Pause those of these lists of which more than one in twenty was refused for good, after twenty.

    For lists of which a message has just failed: each costs a count. Call inside `transaction()`, after the
    answers are written.
    """
    session.flush()
    for batch_id in sorted(set(batch_ids)):
        if why := _why_pause(session, batch_id):
            _pause(session, batch_id, why)


def _why_pause(session: Session, batch_id: int) -> str:
    """In words; empty while the list may go on."""
    return _too_many_refused(session, batch_id)


def _too_many_refused(session: Session, batch_id: int) -> str:
    sent, refused = _counts(session, batch_id)
    if not _is_too_many(sent, refused):
        return ""
    since = ""
    if resumed_at := _resumed_at(session, batch_id):
        sent, refused = _counts(session, batch_id, resumed_at)
        since = " since it was let go on"
        if not _is_too_many(sent, refused):
            return ""
    return (
        f"{refused} of {sent} messages{since} were refused for good: the addresses may be old or mistyped. "
        "Look at those that failed before the others leave."
    )


def _is_too_many(sent: int, refused: int) -> bool:
    return sent >= FROM_SENT and refused > sent * MOST_REFUSED


def _resumed_at(session: Session, batch_id: int) -> datetime | None:
    """When somebody last let this list go on, having read why it stood still."""
    query = sa.select(sa.func.max(Event.recorded_at)).where(
        Event.subject == ORGANISATION_SUBJECT,
        Event.kind == EventKind.SETTINGS_CHANGED,
        Event.facts["batch_id"].as_integer() == batch_id,
    )
    return session.scalar(query)


def _counts(session: Session, batch_id: int, after: datetime | None = None) -> tuple[int, int]:
    """How many were accepted or failed, and how many of them were refused for good by the mail server."""
    refused = (
        sa.exists()
        .where(
            Delivery.message_id == Message.id,
            Delivery.outcome == Outcome.REFUSED,
            Delivery.code.between(500, 599),
            Delivery.at_stage.in_(_ABOUT_THE_LETTER),
        )
        .correlate(Message)
    )
    failed = Message.status == MessageStatus.FAILED
    query = sa.select(
        sa.func.count().filter(failed | (Message.status == MessageStatus.ACCEPTED)),
        sa.func.count().filter(failed, refused),
    ).where(Message.batch_id == batch_id)
    if after:
        tried = sa.exists().where(Delivery.message_id == Message.id, Delivery.at > after).correlate(Message)
        query = query.where(tried)
    row = session.execute(query).one()
    return row[0], row[1]


def _pause(session: Session, batch_id: int, why: str) -> None:
    """By nobody: `paused_by` stays empty. Whoever paused it before keeps their word."""
    paused = session.execute(
        sa.update(Batch)
        .where(Batch.id == batch_id, Batch.paused_at.is_(None))
        .values(paused_at=now(), paused_by=None, paused_because=why)
        .execution_options(synchronize_session=False)
    )
    if paused.rowcount:  # type: ignore[attr-defined]
        _log.warning("Send list %s paused itself: %s", batch_id, why)
