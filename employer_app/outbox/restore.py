"""A database that was put back, or copied, re-sends nothing: it is compared with the journal before claims.

Law: when the journal knows of a hand-over that the database does not, or the journal is gone, everything
that waits is `held` with the reason in words, and the outbox stands still until a person lets it go on. Held
with a `fenced_at` means: it had been handed over, and may have arrived.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.message import FINAL, MessageStatus
from employer_app.domain.restore import (
    Cause,
    Standing,
    is_restore,
    why_it_may_have_arrived,
    why_it_waits,
    why_nothing_leaves,
)
from employer_app.extensions import db, transaction
from employer_app.ledger.record import record
from employer_app.models import Delivery, Event, Journal, Message, MessageApplication, Organisation, waits
from employer_app.outbox.journal_lines import Contents, Entry
from employer_app.outbox.rows import around, facts_about

#: rows of one statement, and of one transaction
_LOOK_UP, _WRITE = 500, 100
_WAITING = (MessageStatus.QUEUED, MessageStatus.CLAIMED)
_DONE = FINAL | {MessageStatus.UNCERTAIN}
#: a backlog is old when it was due, and nobody here could send, for so long
OLD = timedelta(hours=24)
#: so long a journal remembers; a copy of the database that is older is known to be old, without the names
KEPT = timedelta(days=90)
_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass
class Forgotten:
    """Hand-overs that the journal knows of and the database does not: of rows that wait, and of no row."""

    waiting: dict[int, datetime] = field(default_factory=dict)
    unknown: list[Entry] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.waiting or self.unknown)


def forgotten(contents: Contents) -> Forgotten:
    """Compare what was read of the journal with the rows."""
    latest = {abs(entry.message_id): entry for entry in contents.entries}
    latest = {row: entry for row, entry in latest.items() if entry.message_id > 0}
    found = Forgotten()
    for ids in _slices(sorted(latest)):
        query = sa.select(Message.id, Message.message_id, Message.status, Message.fenced_at)
        rows = {row.id: row for row in db.session.execute(query.where(Message.id.in_(ids)))}
        in_doubt = {}
        for message_id in ids:
            entry, row = latest[message_id], rows.get(message_id)
            if row is None or not _same(row.message_id, entry):
                found.unknown.append(entry)
            elif row.status in {*_WAITING, MessageStatus.HELD} and row.fenced_at is None:
                in_doubt[message_id] = entry.at
        traced = _traced(in_doubt)
        found.waiting |= {row: at for row, at in in_doubt.items() if row not in traced}
    db.session.rollback()
    return found


def _same(rfc_id: str, entry: Entry) -> bool:
    return rfc_id.startswith(entry.rfc_id) if entry.torn else rfc_id == entry.rfc_id


def _traced(fences: Mapping[int, datetime]) -> set[int]:
    """Those of which the database knows what came of this hand-over: an answer, or that none came."""
    if not fences:
        return set()
    tried = sa.select(Delivery.message_id, sa.func.max(Delivery.at)).where(Delivery.message_id.in_(fences))
    traces: list[tuple[int, datetime]] = [
        (row, at) for row, at in db.session.execute(tried.group_by(Delivery.message_id))
    ]
    links = db.session.execute(
        sa.select(MessageApplication.application_id).where(MessageApplication.message_id.in_(fences))
    )
    subjects = {application_subject(row.application_id) for row in links}
    events = sa.select(Event.facts, Event.recorded_at).where(
        Event.subject.in_(subjects),
        Event.kind == EventKind.MESSAGE_UNCERTAIN,
        Event.recorded_at >= min(fences.values()),
    )
    traces += [(int(facts.get("message_id", 0)), at) for facts, at in db.session.execute(events)]
    return {row for row, at in traces if row in fences and at >= fences[row]}


def _slices(ids: Sequence[T], size: int = _LOOK_UP) -> Iterable[Sequence[T]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def droppable(contents: Contents) -> int:
    """The first number to keep of a whole journal: all before it are old, and none may still leave."""
    old = now() - KEPT
    for entries in _slices(contents.entries):
        ids = [abs(entry.message_id) for entry in entries]
        unsettled = sa.select(Message.id).where(Message.id.in_(ids), Message.status.not_in(_DONE))
        open_ones = set(db.session.scalars(unsettled))
        db.session.rollback()
        for entry in entries:
            if entry.at >= old or abs(entry.message_id) in open_ones:
                return entry.seq
    return contents.last_seq


def pause(cause: Cause, gone: Mapping[int, datetime], detail: str = "") -> None:
    """Stop the outbox, then hold all that waits. May be done again after it was cut short."""
    words = why_nothing_leaves(cause, detail)
    _log.error("The outbox stands still: %s", words)
    with transaction() as session:
        stop(session, words)
    for ids in _slices(sorted(gone), _WRITE):
        _hold(ids, gone, cause)
    query = sa.select(Message.id).where(Message.status.in_(_WAITING)).order_by(Message.id)
    waiting = list(db.session.scalars(query))
    db.session.rollback()
    for ids in _slices(waiting, _WRITE):
        _hold(ids, gone, cause)


def stop(session: Session, words: str) -> None:
    """Everybody takes nothing from now on. A person's own stop stays theirs."""
    organisation = session.scalars(sa.select(Organisation).with_for_update()).first()
    if organisation and organisation.stopped_at is None:
        organisation.stopped_at, organisation.stopped_by = now(), None
        organisation.stopped_because = words


def _hold(ids: Sequence[int], gone: Mapping[int, datetime], cause: Cause) -> None:
    with transaction() as session:
        found = around(session, ids)
        held: list[int] = []
        for message in found.messages.values():
            at = gone.get(message.id)
            if message.status in _WAITING:
                held.append(message.id)
            elif message.status is not MessageStatus.HELD or at is None:
                continue
            message.status, message.claim_token, message.lease_until = MessageStatus.HELD, None, None
            message.fenced_at = at
            message.held_because = why_it_may_have_arrived(at) if at else why_it_waits(cause)
        session.flush()
        facts = [
            fact
            for message_id in held
            for fact in facts_about(found.speaks_of(message_id), message_id, EventKind.MESSAGE_HELD)
        ]
        record(session, facts, actor_id=None)


def standing() -> Standing:
    """As it is now, in one statement."""
    seen = sa.select(sa.func.max(Journal.seen_at)).scalar_subquery()
    row = db.session.execute(
        sa.select(Organisation.instance_id, Organisation.stopped_at, Organisation.stopped_because, seen)
    ).first()
    if row is None:
        return Standing()
    sends, stopped_at, words, seen_at = row
    return Standing(sends, words if stopped_at and is_restore(words) else "", seen_at)


def backlog(seen_at: datetime | None) -> int:
    """How many messages were due more than a day ago while no worker was there; 0: nobody must say."""
    moment = now()
    if seen_at is None or moment - seen_at <= OLD:
        return 0
    old = sa.select(sa.func.count()).select_from(Message)
    # what waits for the first few of its list needs a person's word in any case
    due = (Message.status == MessageStatus.QUEUED, Message.due_at < moment - OLD, ~waits())
    return db.session.scalar(old.where(*due)) or 0


def backlog_waits(seen_at: datetime | None) -> str:
    """Why nothing may be taken, in words; empty when there is no old backlog."""
    count = backlog(seen_at)
    if not count:
        return ""
    number = "1 message was" if count == 1 else f"{count:,} messages were"
    return (
        f"{number} due more than a day ago, while nothing could be sent from here. They go on when somebody "
        "says that they are still right."
    )


def anything_waits() -> bool:
    """Whether anything is queued or in hand."""
    found = db.session.scalar(sa.select(sa.exists().where(Message.status.in_(_WAITING))))
    db.session.rollback()
    return bool(found)
