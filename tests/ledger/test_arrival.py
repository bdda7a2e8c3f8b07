"""Applications that arrive with their facts stand in the tables as if each fact had been recorded after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.domain.event import EventKind
from employer_app.extensions import db, transaction
from employer_app.ledger.arrival import arrive
from employer_app.ledger.rebuild import verify
from employer_app.ledger.record import NewFact, record
from employer_app.models import Application, Candidate, Event, EventPayload, Job, OwedAnswer
from employer_app.models.bulk import insert_rows, reserve_ids
from tests import factories

pytestmark = pytest.mark.both

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
DIFFERENT = {"id", "candidate_id", "last_hash"}
OF_APPLICATION = {column.name for column in Application.__table__.columns} - DIFFERENT


def facts(number: int, people: int) -> list[NewFact]:
    """A different history for each of `people`, told in turns."""
    told, long_ago, lately = [], NOW - timedelta(days=40), NOW - timedelta(days=9)
    for person in range(people):
        received = {"stage_kind": "interview", "ack_expected": person % 2 == 0}
        told.append(NewFact(number + person, EventKind.APPLICATION_RECEIVED, received, {}, long_ago))
    for person in range(1, people):
        held, payload = {"interview_kind": "panel"}, {"interviewers": ["Bo"]}
        told.append(NewFact(number + person, EventKind.INTERVIEW_HELD, held, payload, lately))
    for person in range(2, people):
        told.append(NewFact(number + person, EventKind.CALL_LOGGED, {"tells": False}, {"summary": "kind"}))
    return told


def applications(job: Job, people: int) -> list[dict[str, Any]]:
    session = db.session()
    candidates = reserve_ids(session, Candidate, people)
    insert_rows(
        session, Candidate, [{"id": id_, "name": "Amara Nwosu", "created_at": NOW} for id_ in candidates]
    )
    about = {"job_id": job.id, "stage_id": job.stages[1].id, "owner_id": job.owner_id, "received_at": NOW}
    numbers = reserve_ids(session, Application, people)
    return [
        {"id": number, "candidate_id": candidate, **about}
        for number, candidate in zip(numbers, candidates, strict=True)
    ]


def stored(numbers: list[int]) -> list[Any]:
    """What the tables hold, but for numbers, salts and what hangs on them."""
    session = db.session()
    about = (Event.seq, Event.kind, Event.occurred_at, Event.recorded_at, Event.facts, EventPayload.payload)
    found: list[Any] = []
    for number in numbers:
        row = session.get_one(Application, number, populate_existing=True)
        found.append({name: getattr(row, name) for name in OF_APPLICATION})
        events = session.execute(
            sa.select(*about)
            .outerjoin(EventPayload, EventPayload.event_id == Event.id)
            .where(Event.subject == f"application:{number}")
            .order_by(Event.seq)
        )
        found.append([tuple(event) for event in events])
        owed = session.execute(
            sa.select(OwedAnswer.reason, OwedAnswer.clock, OwedAnswer.target_at, OwedAnswer.rank, Event.seq)
            .join(Event, Event.id == OwedAnswer.source_event_id)
            .where(OwedAnswer.application_id == number)
            .order_by(OwedAnswer.rank)
        )
        found.append([tuple(debt) for debt in owed])
    return found


@time_machine.travel(NOW, tick=False)
def test_arriving_is_inserting_and_recording(app: Flask) -> None:  # another fold or chain than the ledger's
    job = db.session.get_one(Job, factories.job())
    with transaction() as session:
        one = applications(job, 3)
        arrive(session, one, facts(one[0]["id"], 3), actor_id=None)
    with transaction() as session:
        other = applications(job, 3)
        insert_rows(session, Application, other)
        record(session, facts(other[0]["id"], 3), actor_id=None)
    there = stored([row["id"] for row in one])
    assert there == stored([row["id"] for row in other])
    assert [len(events) for events in there[1::3]] == [1, 2, 3]
    assert verify(db.session()).differences == []


def test_numbers_are_ascending_and_nobody_elses(app: Flask) -> None:  # two imports that write one row
    someone = factories.application(factories.job())
    with transaction() as session:
        first = reserve_ids(session, Application, 3)
        assert list(first) == sorted({*first} - {someone})
        assert reserve_ids(session, Application, 0) == ()
