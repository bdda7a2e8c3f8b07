"""Where a message stands, as the outbox names it, and how many stand where.

Law: every message is in exactly one of `STATES`, and all numbers of one page come from one statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from employer_app.domain.duty import Reason
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Delivery, Message, MessageApplication, OwedAnswer


class Box(StrEnum):
    """Views of the outbox; the value stands in the address of the page."""

    OPEN = "open"
    IN_DOUBT = "in-doubt"
    STOPPED = "stopped"
    FAILED = "failed"
    QUEUED = "queued"
    LATER = "later"
    LEAVING = "leaving"
    SENT = "sent"
    CANCELLED = "cancelled"
    MADE_GOOD = "made-good"
    ALL = "all"


_S = MessageStatus
_HEARD_NOTHING_SINCE = (
    sa.exists()
    .where(
        MessageApplication.message_id == Message.id,
        OwedAnswer.application_id == MessageApplication.application_id,
        OwedAnswer.reason == Reason.MESSAGE_FAILED,
    )
    .correlate(Message)
)
_WAITING = Message.status.in_([_S.QUEUED, _S.CLAIMED])
_FAILED = Message.status == _S.FAILED
#: each message is in exactly one of these. `failed` are those whose people have heard nothing since
STATES: Mapping[Box, sa.ColumnElement[bool]] = {
    Box.IN_DOUBT: Message.status == _S.UNCERTAIN,
    Box.STOPPED: Message.status == _S.HELD,
    Box.FAILED: sa.and_(_FAILED, _HEARD_NOTHING_SINCE),
    Box.QUEUED: sa.and_(_WAITING, Message.attempts == 0),
    Box.LATER: sa.and_(_WAITING, Message.attempts > 0),
    Box.LEAVING: Message.status == _S.HANDING_OVER,
    Box.SENT: Message.status == _S.ACCEPTED,
    Box.CANCELLED: Message.status == _S.CANCELLED,
    Box.MADE_GOOD: sa.and_(_FAILED, ~_HEARD_NOTHING_SINCE),
}
#: not at its end yet, in the order in which somebody should look
ON_THEIR_WAY = (Box.IN_DOUBT, Box.STOPPED, Box.FAILED, Box.QUEUED, Box.LATER, Box.LEAVING)
IN_BOX: Mapping[Box, sa.ColumnElement[bool]] = {
    **STATES,
    Box.OPEN: sa.or_(
        Message.status.in_([_S.HELD, _S.UNCERTAIN, _S.QUEUED, _S.CLAIMED, _S.HANDING_OVER]),
        STATES[Box.FAILED],
    ),
    Box.ALL: sa.true(),
}
#: nobody has looked at it since it came to this
UNSEEN = sa.or_(
    Message.looked_at.is_(None),
    Message.looked_at < Message.fenced_at,
    sa.exists().where(Delivery.message_id == Message.id, Delivery.at > Message.looked_at).correlate(Message),
)
#: a failure or doubt that nobody has looked at since it arose
NOBODY_LOOKED = sa.and_(sa.or_(STATES[Box.IN_DOUBT], STATES[Box.FAILED]), UNSEEN)


@dataclass(frozen=True)
class Filters:
    """None or empty: all. `text` is a part of the address or of the name."""

    job_id: int | None = None
    batch_id: int | None = None
    text: str = ""

    def where(self) -> list[sa.ColumnElement[bool]]:
        found: list[sa.ColumnElement[bool]] = []
        if self.job_id is not None:
            about = sa.exists().where(
                MessageApplication.message_id == Message.id,
                Application.id == MessageApplication.application_id,
                Application.job_id == self.job_id,
            )
            found.append(about.correlate(Message))
        if self.batch_id is not None:
            found.append(Message.batch_id == self.batch_id)
        if self.text:
            found.append(
                sa.or_(
                    Message.address.icontains(self.text, autoescape=True),
                    Message.name.icontains(self.text, autoescape=True),
                )
            )
        return found


EVERYTHING = Filters()


@dataclass(frozen=True)
class Counts:
    """How many messages stand where: `total` was counted beside the parts, in the same statement."""

    parts: Mapping[Box, int]
    total: int

    def of(self, box: Box) -> int:
        if box is Box.ALL:
            return self.total
        return sum(self.parts[one] for one in ON_THEIR_WAY) if box is Box.OPEN else self.parts[box]


def box_counts(viewer: Person, filters: Filters = EVERYTHING) -> Counts:
    """How many messages each view of the outbox lists, in one statement."""
    require(viewer, Verb.READ)
    where = filters.where()
    counts = [
        # the whole outbox by the index of states, number by number; a part of it in one look at that part
        (sa.func.count().filter(condition) if where else number(condition)).label(box.name)
        for box, condition in STATES.items()
    ]
    total = (sa.func.count() if where else number()).label("total")
    query = sa.select(*counts, total)
    *parts, whole = db.session.execute(query.select_from(Message).where(*where) if where else query).one()
    return Counts(dict(zip(STATES, parts, strict=True)), whole)


def number(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(Message).where(*where).scalar_subquery()
