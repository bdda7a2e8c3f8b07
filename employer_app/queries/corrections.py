"""Corrections of messages that have left: whom they are for, who has had one, and what belongs together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Candidate, Message, MessageApplication

#: it has left, or nobody can say that it has not
LEFT = (MessageStatus.ACCEPTED, MessageStatus.UNCERTAIN)
#: nothing of it reached anybody, or ever will
_NOTHING_CAME = (MessageStatus.CANCELLED, MessageStatus.FAILED)
#: a name is enough to tick somebody; whoever is not among them is found by a part of the name
SHOWN = 500
_SLICE = 500


@dataclass(frozen=True)
class Correction:
    """A message that puts another one right."""

    id: int
    status: MessageStatus


@dataclass(frozen=True)
class Mistaken:
    """One message that has left, whom it reached, and whether it was put right already."""

    message_id: int
    application_id: int
    name: str
    #: as the letter named them, where the record says otherwise now
    was_named: str
    uncertain: bool
    corrections: Sequence[Correction]

    @property
    def on_its_way(self) -> bool:
        return any(one.status not in LEFT for one in self.corrections)


@dataclass(frozen=True)
class People:
    """`shown` by name, at most SHOWN; `total` counts all that fit the name."""

    shown: Sequence[Mistaken]
    total: int


@dataclass(frozen=True)
class Corrected:
    """Of a send list: how many left, for how many of them a correction left, and is on its way."""

    left: int
    corrected: int
    on_their_way: int


def mistaken(viewer: Person, batch_id: int, name: str = "") -> People:
    """Everybody of a send list whose message has left, or may have arrived."""
    require(viewer, Verb.READ)
    query = _left().where(Message.batch_id == batch_id)
    if wanted := name.strip():
        pattern = "".join(f"\\{one}" if one in "\\%_" else one for one in wanted)
        query = query.where(
            sa.or_(*(who.ilike(f"%{pattern}%", escape="\\") for who in (Candidate.name, Message.name)))
        )
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = db.session.execute(query.order_by(Candidate.name, Message.id).limit(SHOWN)).all()
    return People(_mistaken(rows), total)


def left_of(viewer: Person, *, batch_id: int | None = None, message_id: int | None = None) -> list[Mistaken]:
    """The same without a limit, of a send list or of one message."""
    require(viewer, Verb.READ)
    which = Message.batch_id == batch_id if batch_id is not None else Message.id == message_id
    return _mistaken(db.session.execute(_left().where(which).order_by(Message.id)).all())


def corrected(viewer: Person, batch_id: int) -> Corrected:
    require(viewer, Verb.READ)
    right = aliased(Message)
    query = (
        sa.select(Message.id, sa.func.max(sa.case((right.status.in_(LEFT), 1), else_=0)).label("left"))
        .select_from(Message)
        .join(right, right.corrects_id == Message.id)
        .where(Message.batch_id == batch_id, right.status.not_in(_NOTHING_CAME))
        .group_by(Message.id)
    )
    counts = [int(row.left) for row in db.session.execute(query)]
    left = sa.select(sa.func.count()).where(Message.batch_id == batch_id, Message.status.in_(LEFT))
    done = sum(counts)
    return Corrected(db.session.scalar(left) or 0, done, len(counts) - done)


def corrections_of(message_ids: Collection[int]) -> Mapping[int, list[Correction]]:
    """By the message that they put right; those that reached nobody are not among them."""
    ids, found = sorted(message_ids), defaultdict[int, list[Correction]](list)
    for start in range(0, len(ids), _SLICE):
        query = (
            sa.select(Message.corrects_id, Message.id, Message.status)
            .where(Message.corrects_id.in_(ids[start : start + _SLICE]), Message.status.not_in(_NOTHING_CAME))
            .order_by(Message.id)
        )
        for row in db.session.execute(query):
            found[row.corrects_id].append(Correction(row.id, row.status))
    return found


def unsettled_updates(application_ids: Collection[int], but: Collection[int]) -> set[int]:
    """Applications with an update on its way, or in doubt, that is not one of the messages `but`."""
    ids, found = sorted(application_ids), set[int]()
    unsettled = (
        *(MessageStatus.HELD, MessageStatus.QUEUED, MessageStatus.CLAIMED),
        *(MessageStatus.HANDING_OVER, MessageStatus.UNCERTAIN),
    )
    for start in range(0, len(ids), _SLICE):
        query = (
            sa.select(MessageApplication.application_id, Message.id)
            .join(Message, Message.id == MessageApplication.message_id)
            .where(
                MessageApplication.application_id.in_(ids[start : start + _SLICE]),
                MessageApplication.purpose == Purpose.UPDATE,
                MessageApplication.cancelled.is_(False),
                Message.status.in_(unsettled),
            )
        )
        found |= {row.application_id for row in db.session.execute(query) if row.id not in but}
    return found


def _left() -> sa.Select[int, str, MessageStatus, int, str]:
    """Each message that has left, with one of the applications that it speaks of."""
    first = (
        sa.select(sa.func.min(MessageApplication.application_id))
        .where(MessageApplication.message_id == Message.id)
        .correlate(Message)
        .scalar_subquery()
    )
    return (
        sa.select(Message.id, Message.name, Message.status, Application.id, Candidate.name)
        .select_from(Message)
        .join(Application, Application.id == first)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Message.status.in_(LEFT), Message.purpose != Purpose.ACCOUNT)
    )


def _mistaken(rows: Sequence[sa.Row[int, str, MessageStatus, int, str]]) -> list[Mistaken]:
    found = corrections_of([row[0] for row in rows])
    return [
        Mistaken(
            message_id,
            application_id,
            name,
            was_named if was_named != name else "",
            status is MessageStatus.UNCERTAIN,
            found.get(message_id, []),
        )
        for message_id, was_named, status, application_id, name in rows
    ]
