"""What a person says after a restore: who sends now, what may leave, and that what had left is to be settled.

The machine holds; only a person lets go. What the journal names as handed over is never let go in bulk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.settings import locked_organisation, note_change
from employer_app.domain import business_time
from employer_app.domain.clock import now
from employer_app.domain.errors import Refused
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.restore import Cause, is_restore
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db, setting, transaction
from employer_app.ledger.history import calendar_of
from employer_app.ledger.record import NewFact, record
from employer_app.models import Job, Journal, Message
from employer_app.outbox import instance, restore
from employer_app.outbox.rows import Around, around, facts_about
from employer_app.queries.restore import HAD_GONE, HELD_BY_RESTORE

#: messages of one transaction
_GROUP = 100


def adopt(*, actor: Person) -> None:
    """This installation sends from now on, and no other; what waits is held, for another may have sent it."""
    require(actor, Verb.ADMINISTER)
    mine = instance.here().id
    with transaction() as session:
        row = locked_organisation(session)
        before, row.instance_id = row.instance_id, mine
        if before in {"", mine}:
            return
        note_change(session, row, actor, ["instance_id"], {"before": {"id": before}, "after": {"id": mine}})
    if restore.anything_waits():
        restore.pause(Cause.ADOPTED, {})


def release(*, actor: Person, typed_count: int | None = None) -> int:
    """Let everything go that a restore stopped and that had not left before; returns how many messages.

    Above TYPED_COUNT_FROM their number must be given. Each is looked at once more before it leaves.
    """
    require(actor, Verb.MAIL)
    waiting = _held(~HAD_GONE)
    if len(waiting) > setting("TYPED_COUNT_FROM") and typed_count != len(waiting):
        raise Refused(
            f"Please type {len(waiting)} to let that many messages go.", "Nothing was sent.", "typed_count"
        )
    done = sum(_release(ids, actor) for ids in _groups(waiting))
    with transaction() as session:
        row = locked_organisation(session)
        if row.stopped_at is not None and is_restore(row.stopped_because):
            payload = {"released": done, "because": row.stopped_because}
            row.stopped_at, row.stopped_by, row.stopped_because = None, None, ""
            note_change(session, row, actor, ["stopped_at"], payload)
    return done


def settle_gone(*, actor: Person) -> int:
    """Those that had been handed over before the restore are asked about like all that may have arrived."""
    require(actor, Verb.MAIL)
    done = 0
    for ids in _groups(_held(HAD_GONE)):
        with transaction() as session:
            found = around(session, ids)
            rows = [row for row in found.messages.values() if row.status is MessageStatus.HELD]
            for row in rows:
                row.status, row.held_because = MessageStatus.UNCERTAIN, ""
            session.flush()
            facts = _facts(found, rows, EventKind.MESSAGE_UNCERTAIN)
            record(session, facts, actor_id=actor.user_id)
            done += len(rows)
    return done


def let_backlog_go(*, actor: Person) -> None:
    """What was due long ago is still right, and leaves."""
    require(actor, Verb.MAIL)
    with transaction() as session:
        session.execute(sa.update(Journal).values(seen_at=now()))
        row = locked_organisation(session)
        note_change(session, row, actor, ["backlog"], {})


def _held(which: sa.ColumnElement[bool]) -> Sequence[int]:
    ids = db.session.scalars(sa.select(Message.id).where(HELD_BY_RESTORE, which).order_by(Message.id)).all()
    db.session.rollback()
    return ids


def _groups(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _GROUP] for start in range(0, len(ids), _GROUP)]


def _release(ids: Sequence[int], actor: Person) -> int:
    with transaction() as session:
        found = around(session, ids)
        jobs = _jobs(session, found)
        rows = [
            row
            for row in found.messages.values()
            if row.status is MessageStatus.HELD and row.fenced_at is None
        ]
        for row in rows:
            job = jobs[found.applications[found.speaks_of(row.id)[0]].job_id]
            row.status, row.held_because, row.lapses = MessageStatus.QUEUED, "", 0
            row.due_at = _due(row, job)
        session.flush()
        record(session, _facts(found, rows, EventKind.MESSAGE_QUEUED), actor_id=actor.user_id)
        return len(rows)


def _jobs(session: Session, found: Around) -> Mapping[int, Job]:
    ids = {application.job_id for application in found.applications.values()}
    return {row.id: row for row in session.scalars(sa.select(Job).where(Job.id.in_(ids)))}


def _due(message: Message, job: Job) -> datetime:
    """No sooner than it was to leave, and a "no" only in working hours."""
    earliest = max(message.due_at, now())
    if message.purpose is not Purpose.DECISION or setting("SEND_WINDOW") != "business":
        return earliest
    return business_time.next_send_time(calendar_of(job.place), earliest, business_time.SendWindow())


def _facts(found: Around, rows: Sequence[Message], event: EventKind) -> list[NewFact]:
    facts: list[NewFact] = []
    for row in rows:
        said = {"kind": row.kind.value, "purpose": row.purpose.value}
        more = said if event is EventKind.MESSAGE_QUEUED else {}
        facts += facts_about(found.speaks_of(row.id), row.id, event, **more)
    return facts
