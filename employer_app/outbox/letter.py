"""The letter that a message becomes on the wire: the same parts always give the same bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from employer_app.domain.envelope import address_with, token_for
from employer_app.extensions import db, setting
from employer_app.models import Message, MessageApplication
from employer_app.smtp.mime import Letter, Unbuildable, build

#: says which message it is, where the setting ENVELOPE_TOKEN has one made
TOKEN_HEADER = "X-Employer-Message"  # noqa: S105 - a name
#: says what it speaks of, for trials: `application:purpose:cycle`, one for each application
PURPOSE_HEADER = "X-Employer-Purpose"


#: what a letter is made of; the rest of the row is not read for each message
PARTS = (
    "id", "message_id", "automatic", "sender_name", "sender_address", "reply_to",
    "name", "address", "subject", "text", "html",
)  # fmt: skip


def letter_of(message: Any, date: datetime) -> Letter:
    """`message` is a Message, or a row of its PARTS; `date` is the moment at which it leaves."""
    headers = [("Auto-Submitted", "auto-generated")] if message.automatic else []
    envelope_sender = ""
    if pattern := setting("ENVELOPE_TOKEN"):
        token = token_for(message.id, setting("SECRET_KEY"))
        envelope_sender = address_with(pattern, token)
        headers.append((TOKEN_HEADER, token))
    if setting("PURPOSE_HEADER"):
        headers.append((PURPOSE_HEADER, _purposes(message.id)))
    return Letter(
        message_id=message.message_id,
        date=date,
        sender_name=message.sender_name,
        sender_address=message.sender_address,
        reply_to=message.reply_to,
        to_name=message.name,
        to_address=message.address,
        subject=message.subject,
        text=message.text,
        html=message.html or None,
        headers=tuple(headers),
        envelope_sender=envelope_sender,
    )


def _purposes(message_id: int) -> str:
    query = (
        sa.select(MessageApplication.application_id, MessageApplication.purpose, MessageApplication.cycle)
        .where(MessageApplication.message_id == message_id)
        .order_by(MessageApplication.application_id)
    )
    rows = db.session.execute(query)
    return ",".join(f"{row.application_id}:{row.purpose.value}:{row.cycle}" for row in rows)


def headers_of(message: Message) -> str:
    """Every header exactly as it leaves, one a line, but for the date, which is that of the moment.

    Empty for a message that no mail can be built of; its attempt says why.
    """
    try:
        head = build(letter_of(message, message.created_at)).partition(b"\r\n\r\n")[0].decode("ascii")
    except Unbuildable:
        return ""
    return "\n".join(line for line in head.split("\r\n") if not line.startswith("Date: "))
