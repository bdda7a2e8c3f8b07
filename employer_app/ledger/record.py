"""Append facts to applications and write what follows from them. The only writer of events and owed answers.

Call inside `transaction()`. `record` locks the application rows first (ids ascending; SQLite holds its one
write lock already), then reads events, appends, folds and writes. Lock order everywhere: job, candidate,
application, message.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from employer_app.domain.clock import now
from employer_app.domain.duty import RULES_VERSION
from employer_app.domain.event import (
    GENESIS,
    EventKind,
    application_subject,
    chain_hash,
    payload_digest,
)
from employer_app.domain.owed import Folded, fold
from employer_app.ledger.history import facts_of, job_facts
from employer_app.models import Application, Event, EventPayload, OwedAnswer
from employer_app.models.bulk import insert_rows, reserve_ids, update_rows

#: rows in one statement
SLICE = 500
#: the columns of an application that only the fold may say
_FOLDED = (
    "status",
    "depth",
    "first_word_at",
    "last_contact_at",
    "decided_at",
    "told_at",
    "told_how",
    "final_owed_since",
    "waived",
)
_KEPT = ("id", "job_id", "owner_id", "event_seq", "last_hash", "old_pile", *_FOLDED)
_STANDING = (
    sa.select(*(Application.__table__.c[name] for name in _KEPT))
    .order_by(Application.id)
    .with_for_update(key_share=True)
)
_LOCKED = sa.select(Application.id).order_by(Application.id).with_for_update(key_share=True)
_FORGIVE = sa.delete(OwedAnswer.__table__)  # type: ignore[arg-type]  # of a mapped class it is a Table


@dataclass(frozen=True)
class NewFact:
    """What happened, before it has a number. `occurred_at` None means now."""

    application_id: int
    kind: EventKind
    facts: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)
    occurred_at: datetime | None = None


def record(session: Session, new: Sequence[NewFact], *, actor_id: int | None) -> None:
    """Append the facts in order, then refold every application they touch."""
    if not new:
        return
    ids = sorted({fact.application_id for fact in new})
    for start in range(0, len(ids), SLICE):
        part = set(ids[start : start + SLICE])
        _record_slice(session, [fact for fact in new if fact.application_id in part], sorted(part), actor_id)


def refold(session: Session, application_ids: Iterable[int]) -> None:
    """Write anew what we owe, after a job or a duty changed. The caller holds the job's lock."""
    ids = sorted(set(application_ids))
    for start in range(0, len(ids), SLICE):
        _record_slice(session, [], ids[start : start + SLICE], None)


def lock(session: Session, application_ids: Sequence[int]) -> Sequence[Application]:
    """The applications, locked, in ascending order of id.

    `key_share` here and wherever a job or a candidate is locked: whoever holds an application inserts rows
    that point at its job, and must not wait there for one who holds the job and wants the application.
    """
    query = (
        sa.select(Application)
        .where(Application.id.in_(application_ids))
        .order_by(Application.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def lock_only(session: Session, application_ids: Iterable[int]) -> None:
    """`lock` for whoever reads nothing of them before `record` does."""
    session.execute(_LOCKED.where(Application.id.in_(sorted(application_ids))))


def _record_slice(session: Session, new: Sequence[NewFact], ids: list[int], actor_id: int | None) -> None:
    session.flush()
    rows = session.execute(_STANDING.where(Application.id.in_(ids))).all()
    if len(rows) != len(ids):
        raise LookupError("an application to record on does not exist")
    chains = _append(session, rows, new, actor_id)
    histories = facts_of(session, [application_subject(row.id) for row in rows])
    jobs = job_facts(session, {row.job_id for row in rows})
    folded = {row.id: fold(histories[application_subject(row.id)], jobs[row.job_id]) for row in rows}
    _write(session, rows, chains, folded)


def _append(
    session: Session, rows: Sequence[Any], new: Sequence[NewFact], actor_id: int | None
) -> Mapping[int, dict[str, Any]]:
    """The columns that the new facts change, by application."""
    recorded_at = now()
    ends = {row.id: (row.event_seq, row.last_hash) for row in rows}
    events: list[dict[str, Any]] = []
    payloads: dict[tuple[str, int], dict[str, Any]] = {}
    for fact in new:
        subject = application_subject(fact.application_id)
        event, payload = seal(subject, *ends[fact.application_id], fact, recorded_at, actor_id)
        ends[fact.application_id] = event["seq"], event["hash"]
        events.append(event)
        if payload:
            payloads[subject, event["seq"]] = payload
    insert_events(session, events, payloads)
    happened = {fact.application_id for fact in new}
    return {
        # whatever happens takes somebody off the old pile, so that nobody is forgotten there
        row.id: _chain(*ends[row.id], old_pile=row.old_pile and row.id not in happened)
        for row in rows
    }


def _chain(event_seq: int, last_hash: str, *, old_pile: bool) -> dict[str, Any]:
    return {"event_seq": event_seq, "last_hash": last_hash, "old_pile": old_pile}


def seal(
    subject: str,
    last_seq: int,
    last_hash: str,
    fact: NewFact,
    recorded_at: datetime,
    actor_id: int | None,
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The event row that follows (`last_seq`, `last_hash`) on `subject`, and its payload row if any."""
    salt = secrets.token_hex(16) if fact.payload else ""
    digest = payload_digest(salt, fact.payload)
    occurred_at = fact.occurred_at or recorded_at
    seq, previous = last_seq + 1, last_hash or GENESIS
    sealed = chain_hash(
        previous, subject, seq, fact.kind.value, occurred_at, recorded_at, actor_id, fact.facts, digest
    )
    event = {
        "subject": subject,
        "seq": seq,
        "kind": fact.kind,
        "occurred_at": occurred_at,
        "recorded_at": recorded_at,
        "actor_id": actor_id,
        "facts": dict(fact.facts),
        "prev_hash": previous,
        "hash": sealed,
        "payload_digest": digest,
    }
    return event, ({"salt": salt, "payload": dict(fact.payload)} if fact.payload else None)


def insert_events(
    session: Session, events: list[dict[str, Any]], payloads: Mapping[tuple[str, int], dict[str, Any]]
) -> dict[tuple[str, int], int]:
    """Insert sealed events; returns their ids by (subject, seq)."""
    numbers = reserve_ids(session, Event, len(events))
    ids = {(event["subject"], event["seq"]): number for event, number in zip(events, numbers, strict=True)}
    insert_rows(
        session, Event, [{"id": number, **event} for event, number in zip(events, numbers, strict=True)]
    )
    insert_rows(session, EventPayload, [{"event_id": ids[key], **row} for key, row in payloads.items()])
    return ids


def _write(
    session: Session,
    rows: Sequence[Any],
    chains: Mapping[int, Mapping[str, Any]],
    folded: Mapping[int, Folded],
) -> None:
    changed: list[dict[str, Any]] = []
    owed: list[dict[str, Any]] = []
    for row in rows:
        columns = {**chains[row.id], **standing_columns(folded[row.id])}
        if any(row._mapping[name] != value for name, value in columns.items()):
            changed.append({"id": row.id, **columns})
        owed += owed_rows(row.id, row.job_id, row.owner_id, folded[row.id])
    session.connection().execute(_FORGIVE.where(OwedAnswer.application_id.in_(list(folded))))
    update_rows(session, Application, changed)
    insert_rows(session, OwedAnswer, owed)
    _tell_loaded(session, changed)


def _tell_loaded(session: Session, changed: Sequence[Mapping[str, Any]]) -> None:
    """Applications that the caller holds say what their rows say."""
    for columns in changed:
        held = session.identity_map.get(identity_key(Application, columns["id"]))
        if held is not None:
            for name, value in columns.items():
                set_committed_value(held, name, value)


def standing_columns(folded: Folded) -> dict[str, Any]:
    """The columns of an application that only the fold may say."""
    return {name: getattr(folded, name) for name in _FOLDED}


def owed_rows(application_id: int, job_id: int, owner_id: int | None, folded: Folded) -> list[dict[str, Any]]:
    return [
        {
            "application_id": application_id,
            "reason": debt.reason,
            "source_event_id": debt.source,
            "clock": debt.clock,
            "since": debt.since,
            "opens_at": debt.opens_at,
            "target_at": debt.target_at,
            "breach_at": debt.breach_at,
            "rank": debt.reason.rank,
            "owner_id": owner_id,
            "job_id": job_id,
            "rules_version": RULES_VERSION,
        }
        for debt in folded.owed
    ]
