"""What the pages of messages share: their blueprint, and what a state is called."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint

from employer_app.domain.message import MessageStatus
from employer_app.domain.words import t
from employer_app.queries.boxes import Box
from employer_app.queries.messages import Row

blueprint = Blueprint("messages", __name__)

#: what each view of the outbox is called
BOXES: Mapping[Box, str] = {box: t(f"outbox.box.{box.name.lower()}") for box in Box}


def state_of(row: Row) -> str:
    """One word for where it stands; what the mail server put off is delayed, and never failed."""
    if row.attempts and row.status in {MessageStatus.QUEUED, MessageStatus.CLAIMED}:
        return BOXES[Box.LATER]
    return t(f"message.state.{row.status}")
