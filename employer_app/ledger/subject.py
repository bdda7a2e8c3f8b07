"""Facts about a job or the organisation: the same chain, no debts of their own.

Call inside `transaction()`, with the row of the subject locked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.ledger.record import NewFact, insert_events, seal


class Chained(Protocol):
    """A row that carries the end of its own chain."""

    event_seq: int
    last_hash: str


def record_on(session: Session, subject: str, row: Chained, fact: NewFact, *, actor_id: int | None) -> int:
    """Append one fact to the chain of `row`; returns the event's id. `fact.application_id` is not read."""
    return record_on_each(session, [(subject, row, fact)], actor_id=actor_id)[0]


def record_on_each(
    session: Session, new: Sequence[tuple[str, Chained, NewFact]], *, actor_id: int | None
) -> list[int]:
    """`record_on` for many rows in a few statements; ids in the same order."""
    recorded_at = now()
    events: dict[tuple[str, int], dict[str, Any]] = {}
    payloads: dict[tuple[str, int], dict[str, Any]] = {}
    for subject, row, fact in new:
        event, payload = seal(subject, row.event_seq, row.last_hash, fact, recorded_at, actor_id)
        row.event_seq, row.last_hash = event["seq"], event["hash"]
        events[subject, event["seq"]] = event
        if payload:
            payloads[subject, event["seq"]] = payload
    ids = insert_events(session, list(events.values()), payloads)
    session.flush()
    return [ids[key] for key in events]
