"""Every message as one plain line each, for whoever checks the outbox from outside. Flat memory, by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Message, MessageApplication

#: rows in memory at a time
SLICE = 500


def dump(viewer: Person) -> Iterator[dict[str, Any]]:
    """One dictionary per message, ascending by id; moments are ISO 8601 in UTC, null where there is none.

    A slice is one look at the database: between two slices others may write.
    """
    require(viewer, Verb.EXPORT)
    return _dump()


def _dump() -> Iterator[dict[str, Any]]:
    after = 0
    while rows := _slice(after):
        yield from rows
        after = rows[-1]["id"]


def _slice(after: int) -> list[dict[str, Any]]:
    columns = (
        Message.id,
        Message.address,
        Message.status,
        Message.due_at,
        Message.fenced_at,
        Message.message_id,
        Message.attempts,
    )
    found = db.session.execute(
        sa.select(*columns).where(Message.id > after).order_by(Message.id).limit(SLICE)
    ).all()
    about: defaultdict[int, list[int]] = defaultdict(list)
    links = sa.select(MessageApplication.message_id, MessageApplication.application_id).where(
        MessageApplication.message_id.in_([row.id for row in found])
    )
    for message_id, application_id in db.session.execute(links.order_by(MessageApplication.application_id)):
        about[message_id].append(application_id)
    db.session.rollback()  # no read transaction stays open while somebody reads what we wrote
    return [
        {
            "id": row.id,
            "application_ids": about[row.id],
            "address": row.address,
            "status": row.status.value,
            "due_at": _moment(row.due_at),
            "fenced_at": _moment(row.fenced_at),
            "message_id": row.message_id,
            "attempts": row.attempts,
        }
        for row in found
    ]


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
