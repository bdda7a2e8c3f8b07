"""Applications that are new, with what is known of them from the start, written in a few statements.

Law: the tables hold afterwards what an insert of the bare applications and `record` would have written.
Call inside `transaction()`; nobody else can see the applications yet, so none is locked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.event import Fact, application_subject
from employer_app.domain.owed import fold
from employer_app.ledger.history import job_facts
from employer_app.ledger.record import NewFact, owed_rows, seal, standing_columns
from employer_app.models import Application, Event, EventPayload, OwedAnswer
from employer_app.models.bulk import insert_rows, reserve_ids


@dataclass(frozen=True)
class Arrived:
    """`event_seq`: of each application, the number of its last event. `old_pile`: how many went there."""

    event_seq: Mapping[int, int]
    old_pile: int


def arrive(
    session: Session,
    applications: Sequence[Mapping[str, Any]],
    new: Sequence[NewFact],
    *,
    actor_id: int | None,
    late_before: datetime | None = None,
) -> Arrived:
    """Insert the applications and append the facts, which are all about them, in order.

    Each application is its columns, all the same ones, with an id from `reserve_ids`. Those to whom an answer
    was due before `late_before` go on the old pile.
    """
    facts: defaultdict[int, list[NewFact]] = defaultdict(list)
    for fact in new:
        facts[fact.application_id].append(fact)
    jobs = job_facts(session, {row["job_id"] for row in applications})
    numbers = iter(reserve_ids(session, Event, len(new)))
    recorded_at = now()
    rows: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    payloads: list[dict[str, Any]] = []
    owed: list[dict[str, Any]] = []
    for row in applications:
        subject, seq, last_hash = application_subject(row["id"]), 0, ""
        history: list[Fact] = []
        for fact in facts[row["id"]]:
            event, payload = seal(subject, seq, last_hash, fact, recorded_at, actor_id)
            number, seq, last_hash = next(numbers), event["seq"], event["hash"]
            events.append({"id": number, **event})
            happened = event["occurred_at"].astimezone(UTC)
            history.append(Fact(number, seq, fact.kind, happened, event["facts"]))
            if payload:
                payloads.append({"event_id": number, **payload})
        folded = fold(history, jobs[row["job_id"]])
        late = late_before is not None and any(debt.breach_at < late_before for debt in folded.owed)
        chain = {"event_seq": seq, "last_hash": last_hash, "old_pile": late}
        rows.append({**row, **standing_columns(folded), **chain})
        owed += owed_rows(row["id"], row["job_id"], row["owner_id"], folded)
    insert_rows(session, Application, rows)
    insert_rows(session, Event, events)
    insert_rows(session, EventPayload, payloads)
    insert_rows(session, OwedAnswer, owed)
    return Arrived({row["id"]: row["event_seq"] for row in rows}, sum(row["old_pile"] for row in rows))
