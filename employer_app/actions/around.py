"""Messages with all that they rest on, locked in the one order that never deadlocks.

Candidate, application, message; what the mail server said of them is told to the ledger before anybody acts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.errors import NotFound
from employer_app.models import Application, Candidate, Message, MessageApplication
from employer_app.outbox import rows
from employer_app.outbox.write_up import write_up_in


@dataclass(frozen=True)
class Around(rows.Around):
    """And the people they are to."""

    candidates: Mapping[int, Candidate]


def around(session: Session, message_ids: Sequence[int]) -> Around:
    """Lock and read them. What the mail server said of them is told to the ledger first."""
    candidates = _candidates(session, message_ids)
    write_up_in(session, message_ids)
    found = rows.around(session, message_ids)
    return Around(found.messages, found.links, found.applications, candidates)


def _candidates(session: Session, message_ids: Sequence[int]) -> Mapping[int, Candidate]:
    whom = sa.select(Message.candidate_id).where(Message.id.in_(message_ids))
    query = (
        sa.select(Candidate)
        .where(Candidate.id.in_(whom))
        .order_by(Candidate.id)
        # not FOR UPDATE: PostgreSQL looks the candidate up again when an application is updated twice in one
        # transaction, and would wait here for us while we wait for that application
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in session.scalars(query)}


def as_it_stands(session: Session, message_id: int) -> Around:
    """One message with all that it rests on, read without a lock. Raises NotFound."""
    message = session.get(Message, message_id)
    if message is None:
        raise NotFound("There is no such message.")
    links = session.scalars(
        sa.select(MessageApplication)
        .where(MessageApplication.message_id == message_id)
        .order_by(MessageApplication.application_id)
    ).all()
    about = sa.select(Application).where(Application.id.in_([link.application_id for link in links]))
    candidate = session.get_one(Candidate, message.candidate_id)
    return Around(
        {message_id: message},
        {message_id: links},
        {row.id: row for row in session.scalars(about)},
        {candidate.id: candidate},
    )
