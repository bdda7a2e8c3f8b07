"""Compute everything from scratch and compare it with what is stored, or store it.

`verify` proves three things: every chain of events is whole, each application's stored standing and owed
answers equal the fold, and no row is left over. It reads one snapshot, so others may write meanwhile, and
holds one slice in memory at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.event import (
    GENESIS,
    ORGANISATION_SUBJECT,
    Fact,
    application_subject,
    chain_hash,
    job_subject,
    payload_digest,
)
from employer_app.domain.owed import fold
from employer_app.ledger.history import job_facts
from employer_app.ledger.record import SLICE, owed_rows, refold, standing_columns
from employer_app.ledger.subject import Chained
from employer_app.models import Application, Event, EventPayload, Job, Organisation, OwedAnswer

_OWED = OwedAnswer.__table__.columns


@dataclass
class Verdict:
    """What `verify` found. `differences` are sentences; each names the application."""

    applications: int = 0
    events: int = 0
    owed: int = 0
    differences: list[str] = field(default_factory=list)


def verify(session: Session, progress: Callable[[int], None] = lambda done: None) -> Verdict:
    """Recompute all; read-only. `progress` is told how many applications more are done."""
    _open_snapshot(session)
    verdict = Verdict()
    for applications in _slices(session):
        _verify_slice(session, applications, verdict)
        verdict.applications += len(applications)
        progress(len(applications))
    strays = (
        sa.select(sa.func.count())
        .select_from(OwedAnswer)
        .where(OwedAnswer.application_id.not_in(sa.select(Application.id)))
    )
    if count := session.scalar(strays):
        verdict.differences.append(f"{count} owed answers belong to no application")
    _verify_other_chains(session, verdict)
    session.rollback()
    return verdict


def _open_snapshot(session: Session) -> None:
    """Slices read one after the other must tell of one moment. SQLite's read transaction does already."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def rebuild(session: Session) -> int:
    """Write every standing and owed answer anew from the events. Call inside `transaction()`."""
    ids = session.scalars(sa.select(Application.id).order_by(Application.id)).all()
    refold(session, ids)
    return len(ids)


def _slices(session: Session) -> Iterator[Sequence[Application]]:
    last = 0
    query = sa.select(Application).order_by(Application.id).limit(SLICE)
    while rows := session.scalars(query.where(Application.id > last)).all():
        yield rows
        last = rows[-1].id
        session.expunge_all()


def _verify_slice(session: Session, applications: Sequence[Application], verdict: Verdict) -> None:
    by_subject = {application_subject(row.id): row for row in applications}
    events = _events(session, list(by_subject))
    jobs = job_facts(session, {row.job_id for row in applications})
    stored = _stored(session, [row.id for row in applications])
    for subject, row in by_subject.items():
        chain = events.get(subject, [])
        verdict.events += len(chain)
        if broken := _broken_chain(subject, row, chain):
            verdict.differences += broken
            continue  # what follows from such events would prove nothing
        facts = [Fact(e.id, e.seq, e.kind, e.occurred_at, e.facts) for e, _ in chain]
        folded = fold(facts, jobs[row.job_id])
        for name, value in standing_columns(folded).items():
            if getattr(row, name) != value:
                verdict.differences.append(
                    f"{subject}: {name} is {getattr(row, name)}, the events say {value}"
                )
        expected = {_key(owed) for owed in owed_rows(row.id, row.job_id, row.owner_id, folded)}
        verdict.owed += len(expected)
        if expected != stored.get(row.id, set()):
            verdict.differences.append(f"{subject}: the owed answers differ from what the events say")


def _verify_other_chains(session: Session, verdict: Verdict) -> None:
    """Those of the jobs and of the organisation: shorter, and nothing is computed from them."""
    rows: dict[str, Chained] = {job_subject(row.id): row for row in session.scalars(sa.select(Job))}
    if organisation := session.get(Organisation, 1):
        rows[ORGANISATION_SUBJECT] = organisation
    for start in range(0, len(rows), SLICE):
        part = dict(list(rows.items())[start : start + SLICE])
        events = _events(session, list(part))
        for subject, row in part.items():
            chain = events.get(subject, [])
            verdict.events += len(chain)
            if chain or row.event_seq:
                verdict.differences += _broken_chain(subject, row, chain)


def _events(
    session: Session, subjects: Sequence[str]
) -> Mapping[str, list[tuple[Event, EventPayload | None]]]:
    query = (
        sa.select(Event, EventPayload)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.subject.in_(subjects))
        .order_by(Event.subject, Event.seq)
    )
    chains: dict[str, list[tuple[Event, EventPayload | None]]] = {}
    for event, payload in session.execute(query):
        chains.setdefault(event.subject, []).append((event, payload))
    return chains


def _stored(session: Session, ids: Sequence[int]) -> Mapping[int, set[tuple[Any, ...]]]:
    found: dict[int, set[tuple[Any, ...]]] = {}
    for row in session.execute(sa.select(*_OWED).where(OwedAnswer.application_id.in_(ids))):
        found.setdefault(row.application_id, set()).add(_key(row._asdict()))
    return found


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in _OWED)


def _broken_chain(
    subject: str, row: Chained, chain: Sequence[tuple[Event, EventPayload | None]]
) -> list[str]:
    problems: list[str] = []
    previous = GENESIS
    for seq, (event, payload) in enumerate(chain, start=1):
        if event.seq != seq or event.prev_hash != previous or event.hash != _expected_hash(event):
            problems.append(f"{subject}: event {event.seq} was changed or one before it is missing")
            break
        if payload and event.payload_digest != payload_digest(payload.salt, payload.payload):
            problems.append(f"{subject}: the text of event {event.seq} was changed")
        previous = event.hash
    if not chain or row.event_seq != len(chain) or row.last_hash != chain[-1][0].hash:
        problems.append(f"{subject}: the newest events are missing")
    return problems


def _expected_hash(event: Event) -> str:
    return chain_hash(
        event.prev_hash,
        event.subject,
        event.seq,
        event.kind.value,
        event.occurred_at,
        event.recorded_at,
        event.actor_id,
        event.facts,
        event.payload_digest,
    )
