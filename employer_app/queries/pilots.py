"""The few of a first send list that go before the others: how they fared, and what keeps the rest here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.event import ORGANISATION_SUBJECT, EventKind, application_subject
from employer_app.domain.message import MessageStatus
from employer_app.domain.release import MOST_LOST, PILOT_WAIT, Gate
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Batch, Event, EventPayload, Message, MessageApplication, User

_WAITING = (MessageStatus.HELD, MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.HANDING_OVER)
_LOST = (MessageStatus.FAILED, MessageStatus.UNCERTAIN)


class Part(StrEnum):
    PILOT = "pilot"
    REST = "rest"


@dataclass(frozen=True)
class Waiver:
    by: str
    at: datetime
    because: str


@dataclass(frozen=True)
class GateState:
    """`number`: of the messages that are in its way. `at`: when the time will be over, once that is known."""

    gate: Gate
    holds: bool
    number: int = 0
    at: datetime | None = None
    waiver: Waiver | None = None

    @property
    def open(self) -> bool:
        return self.holds or self.waiver is not None


@dataclass(frozen=True)
class Pilot:
    size: int
    accepted: int
    #: of the pilot, those that have not left and were not called off
    waiting: int
    #: of the others, those that wait for it
    rest: int
    gates: Sequence[GateState]
    let_go_at: datetime | None
    let_go_by: str
    #: when the first of the rest leaves, once it was let go
    rest_due_at: datetime | None

    @property
    def may_go(self) -> bool:
        return all(gate.open for gate in self.gates)


def pilot_of(viewer: Person, batch_id: int) -> Pilot | None:
    """None for a list without one."""
    require(viewer, Verb.READ)
    batch = db.session.execute(
        sa.select(Batch.pilot_last_id, Batch.rest_let_go_at, User.name)
        .outerjoin(User, User.id == Batch.rest_let_go_by)
        .where(Batch.id == batch_id)
    ).one_or_none()
    if batch is None or batch.pilot_last_id is None:
        return None
    mine = sa.select(Message.id, Message.status, Message.fenced_at).where(
        Message.batch_id == batch_id, Message.id <= batch.pilot_last_id
    )
    rows = db.session.execute(mine).all()
    waiting = sum(1 for row in rows if row.status in _WAITING)
    rest = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(Message.due_at)).where(
            Message.batch_id == batch_id,
            Message.id > batch.pilot_last_id,
            Message.status.in_((MessageStatus.QUEUED, MessageStatus.CLAIMED)),
        )
    ).one()
    return Pilot(
        size=len(rows),
        accepted=sum(1 for row in rows if row.status is MessageStatus.ACCEPTED),
        waiting=waiting,
        rest=rest[0],
        gates=() if batch.rest_let_go_at else _gates(batch_id, rows, waiting),
        let_go_at=batch.rest_let_go_at,
        let_go_by=batch.name or "",
        rest_due_at=rest[1] if batch.rest_let_go_at else None,
    )


def part_ids(viewer: Person, batch_id: int, part: Part) -> Sequence[int]:
    """The messages of the pilot, or of the rest; none for a list without a pilot."""
    require(viewer, Verb.READ)
    is_rest = Message.id > Batch.pilot_last_id
    query = sa.select(Message.id).join(Batch, Batch.id == Message.batch_id).where(Batch.id == batch_id)
    query = query.where(Batch.pilot_last_id.is_not(None), is_rest if part is Part.REST else ~is_rest)
    return db.session.scalars(query.order_by(Message.id)).all()


def _gates(batch_id: int, rows: Sequence[Any], waiting: int) -> list[GateState]:
    waived = _waivers(batch_id)
    ids = [row.id for row in rows]
    left = [row.fenced_at for row in rows if row.status is MessageStatus.ACCEPTED and row.fenced_at]
    at = max(left) + PILOT_WAIT if left and not waiting else None
    lost = {row.id for row in rows if row.status in _LOST} | _came_back(ids)
    unread = _unread(ids)
    found = (
        GateState(Gate.TIME, at is not None and at <= now(), waiting, at),
        GateState(Gate.ARRIVED, len(lost) <= len(rows) * MOST_LOST, len(lost)),
        GateState(Gate.REPLIES, not unread, unread),
    )
    return [GateState(one.gate, one.holds, one.number, one.at, waived.get(one.gate)) for one in found]


def _came_back(message_ids: Sequence[int]) -> set[int]:
    about = sa.select(MessageApplication.application_id).where(MessageApplication.message_id.in_(message_ids))
    subjects = [application_subject(row) for row in db.session.scalars(about)]
    query = sa.select(Event.facts).where(Event.subject.in_(subjects), Event.kind == EventKind.MESSAGE_BOUNCED)
    return {facts.get("message_id") for facts in db.session.scalars(query)} & set(message_ids)


def _unread(message_ids: Sequence[int]) -> int:
    """People who have written since theirs left, and nobody has read it."""
    query = (
        sa.select(sa.func.count(sa.distinct(Message.id)))
        .join(MessageApplication, MessageApplication.message_id == Message.id)
        .join(Application, Application.id == MessageApplication.application_id)
        .where(Message.id.in_(message_ids), Application.unread_since >= Message.fenced_at)
    )
    return db.session.scalar(query) or 0


def _waivers(batch_id: int) -> Mapping[Gate, Waiver]:
    """The first word on each counts."""
    query = (
        sa.select(Event.facts, Event.recorded_at, User.name, EventPayload.payload)
        .outerjoin(User, User.id == Event.actor_id)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .where(
            Event.subject == ORGANISATION_SUBJECT,
            Event.kind == EventKind.SETTINGS_CHANGED,
            Event.facts["of_batch_id"].as_integer() == batch_id,
        )
        .order_by(Event.seq)
    )
    found: dict[Gate, Waiver] = {}
    for row in db.session.execute(query):
        if gate := row.facts.get("gate"):
            because = (row.payload or {}).get("because", "")
            found.setdefault(Gate(gate), Waiver(row.name or "", row.recorded_at, because))
    return found
