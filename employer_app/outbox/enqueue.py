"""Put frozen texts into the outbox. Call inside `transaction()`, by a confirmed review or a standing rule."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.event import EventKind
from employer_app.domain.message import Kind, MessageStatus, Purpose
from employer_app.ledger.record import NewFact
from employer_app.models import Message, MessageApplication
from employer_app.models.bulk import insert_rows, reserve_ids


@dataclass(frozen=True)
class About:
    """One application that a message speaks of, as it was reviewed."""

    application_id: int
    version: int
    cycle: int
    job_status: str = ""


@dataclass(frozen=True)
class NewMessage:
    """One reviewed text to one person. `promise_on` is an ISO date that the text names."""

    candidate_id: int
    candidate_version: int
    name: str
    address: str
    kind: Kind
    purpose: Purpose
    subject: str
    text: str
    html: str
    about: tuple[About, ...]
    promise_on: str | None = None
    expires_at: datetime | None = None
    automatic: bool = False
    #: when it leaves, if not with the others
    due_at: datetime | None = None
    #: the letter it was made from, as `Message.letter`
    letter: str = ""
    #: the id of a message that has left and that this one puts right
    corrects: int | None = None


@dataclass(frozen=True)
class Sender:
    name: str
    address: str
    reply_to: str


def text_hash(subject: str, text: str, html: str) -> str:
    """SHA-256 of what a person reviewed."""
    return hashlib.sha256("\0".join((subject, text, html)).encode()).hexdigest()


def new_message_id(sender_address: str) -> str:
    """128 random bits under the sender's own domain, fixed for ever when the row is made."""
    return f"<{secrets.token_hex(16)}@{sender_address.rpartition('@')[2]}>"


def enqueue(
    session: Session,
    messages: Sequence[NewMessage],
    *,
    sender: Sender,
    due_at: datetime,
    author_id: int | None,
    batch_id: int | None = None,
) -> list[NewFact]:
    """Insert the rows; returns the facts for the caller to record in the same transaction.

    Raises sqlalchemy.exc.IntegrityError when one of the applications already has a message of this purpose
    and cycle: somebody else was faster, and nothing of this call is kept.
    """
    if not messages:
        return []
    ids = reserve_ids(session, Message, len(messages))
    rows = [_row(message, sender, due_at, author_id, batch_id) for message in messages]
    insert_rows(session, Message, [{"id": number, **row} for number, row in zip(ids, rows, strict=True)])
    links: list[dict[str, Any]] = []
    facts: list[NewFact] = []
    for message_id, message in zip(ids, messages, strict=True):
        queued = {"message_id": message_id, "kind": message.kind.value, "purpose": message.purpose.value}
        for about in message.about:
            links.append(
                {
                    "message_id": message_id,
                    "application_id": about.application_id,
                    "purpose": message.purpose,
                    "cycle": about.cycle,
                    "version": about.version,
                    "job_status": about.job_status,
                }
            )
            facts.append(NewFact(about.application_id, EventKind.MESSAGE_QUEUED, queued))
    insert_rows(session, MessageApplication, links)
    return facts


def _row(
    message: NewMessage, sender: Sender, due_at: datetime, author_id: int | None, batch_id: int | None
) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "candidate_id": message.candidate_id,
        "candidate_version": message.candidate_version,
        "kind": message.kind,
        "purpose": message.purpose,
        "automatic": message.automatic,
        "author_id": author_id,
        "name": message.name,
        "address": message.address,
        "domain": message.address.rpartition("@")[2].lower(),
        "sender_name": sender.name,
        "sender_address": sender.address,
        "reply_to": sender.reply_to,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "text_hash": text_hash(message.subject, message.text, message.html),
        "letter": message.letter,
        "corrects_id": message.corrects,
        "promise_on": message.promise_on,
        "message_id": new_message_id(sender.address),
        "status": MessageStatus.QUEUED,
        "due_at": message.due_at or due_at,
        "expires_at": message.expires_at,
        "created_at": now(),
    }
