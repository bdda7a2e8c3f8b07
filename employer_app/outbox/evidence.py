"""What settles a message that may have arrived: an archive copy that carries its Message-ID.

The archive is a folder of .eml files of all that arrived, such as a journal mailbox of the mail server.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

import sqlalchemy as sa

from employer_app.domain.message import MessageStatus
from employer_app.extensions import db
from employer_app.models import Message
from employer_app.outbox.settle import arrived


@dataclass(frozen=True)
class Evidence:
    """Message row ids: with a copy in the archive (settled now), and without one (a person decides)."""

    arrived: tuple[int, ...]
    missing: tuple[int, ...]


def settle_from_archive(folder: Path, *, actor_id: int | None) -> Evidence:
    """Settle every uncertain message whose copy lies in `folder`."""
    query = sa.select(Message.id, Message.message_id).where(Message.status == MessageStatus.UNCERTAIN)
    open_rows = db.session.execute(query.order_by(Message.id)).all()
    db.session.rollback()
    if not open_rows:
        return Evidence((), ())
    known = _message_ids(folder)
    found = tuple(row.id for row in open_rows if row.message_id in known)
    for message_id in found:
        arrived(message_id, actor_id=actor_id)
    return Evidence(found, tuple(row.id for row in open_rows if row.id not in found))


def _message_ids(folder: Path) -> set[str]:
    parser = BytesHeaderParser()
    found = set()
    for path in folder.glob("*.eml"):
        with path.open("rb") as file:
            found.add(str(parser.parse(file).get("Message-ID", "")).strip())
    return found
