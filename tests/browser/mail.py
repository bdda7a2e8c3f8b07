"""Messages that a page of its own kind is looked at with."""

from __future__ import annotations

import sqlalchemy as sa

from employer_app.domain.message import MessageStatus
from employer_app.extensions import db
from employer_app.models import Message


def messages_by_state() -> dict[str, int]:
    """A message of each state that has a page of its own kind."""
    first = sa.select(Message.id).order_by(Message.id).limit(1)
    found = {
        "doubt_message": first.where(Message.status == MessageStatus.UNCERTAIN),
        "held_message": first.where(Message.status == MessageStatus.HELD),
        "failed_message": first.where(Message.status == MessageStatus.FAILED),
        "later_message": first.where(Message.status == MessageStatus.QUEUED, Message.attempts > 0),
    }
    return {name: db.session.scalars(query).one() for name, query in found.items()}
