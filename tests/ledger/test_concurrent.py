"""Several writers on the same applications at once: every fact is kept, and what follows from it is right."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from threading import Barrier, Event

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.event import EventKind, job_subject
from employer_app.domain.status import JobStatus
from employer_app.extensions import DatabaseTrouble, db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.ledger.record import NewFact, record, refold
from employer_app.ledger.subject import record_on
from employer_app.models import Application, Job
from tests import factories
from tests.ledger import oracle
from tests.ledger.histories import CALENDARS
from tests.ledger.oracle import World
from tests.ledger.test_stored import history_of, stored_debts, stored_standing

pytestmark = pytest.mark.both

WRITERS, EACH, PEOPLE = 6, 50, 4
START = datetime(2026, 3, 27, 9, tzinfo=UTC)
K = EventKind
FACTS: list[tuple[EventKind, dict[str, object]]] = [
    (K.INTERVIEW_HELD, {"interview_kind": "panel"}),
    (K.INTERVIEW_HELD, {"interview_kind": "screen"}),
    (K.STAGE_MOVED, {"stage_id": 1, "stage_kind": "final"}),
    (K.MESSAGE_ACCEPTED, {"message_id": 1, "kind": "filled", "tells": True, "automatic": False}),
    (K.MESSAGE_UNCERTAIN, {"message_id": 2}),
    (K.MESSAGE_BOUNCED, {"message_id": 1}),
    (K.CALL_LOGGED, {"tells": False}),
    (K.PROMISE_MADE, {"due": "2026-05-04"}),
    (K.DECISION_MADE, {"decision_id": 1, "status": "rejected", "stage_kind": "applied", "owed": True}),
    (K.DECISION_UNDONE, {"decision_id": 1, "status": "active"}),
    (K.STATUS_CHANGED, {"status": "withdrawn"}),
    (K.STATUS_CHANGED, {"status": "active"}),
    (K.WAIVER_MADE, {}),
    (K.WAIVER_WITHDRAWN, {}),
    (K.NOTE_ADDED, {}),
]


def writer(app: Flask, number: int, people: list[int], start: Barrier) -> None:
    """Records `EACH` facts, in transactions over one to three applications, named in any order."""
    chance = random.Random(number)
    left = EACH
    start.wait()
    with app.app_context():
        while left:
            whom = chance.sample(people, min(left, chance.randint(1, 3)))
            left -= len(whom)
            kind, said = chance.choice(FACTS)
            moment = START + timedelta(hours=chance.randint(0, 900))
            facts = [NewFact(each, kind, said, {"text": f"writer {number}"}, moment) for each in whom]
            patiently(partial(record, new=facts, actor_id=None))


def patiently(act: Callable[[Session], object]) -> None:
    """Again, when SQLite's one lock was busy for too long: whoever was refused has written nothing."""
    while True:
        try:
            with transaction() as session:
                act(session)
        except DatabaseTrouble as trouble:
            if "database is locked" not in str(trouble):
                raise
        else:
            return


def closer(app: Flask, job_id: int, start: Barrier) -> None:
    """Closes and opens the job, and ends with it closed, as the verbs do: job first, then applications."""
    start.wait()
    with app.app_context():
        for status in [JobStatus.CLOSED, JobStatus.OPEN] * 4 + [JobStatus.CLOSED]:
            patiently(partial(set_status, job_id=job_id, status=status))


def set_status(session: Session, *, job_id: int, status: JobStatus) -> None:
    job = session.get_one(Job, job_id, with_for_update={"key_share": True}, populate_existing=True)
    fact = NewFact(0, K.JOB_STATUS_CHANGED, {"status": status.value})
    event_id = record_on(session, job_subject(job_id), job, fact, actor_id=None)
    closing = status is JobStatus.CLOSED
    job.status = status
    job.closed_event_id, job.closed_at = (event_id, now()) if closing else (None, None)
    session.flush()
    refold(session, session.scalars(sa.select(Application.id).where(Application.job_id == job_id)))


def reader(app: Flask, start: Barrier, done: Event) -> list[str]:
    """Verifies again and again while others write; nothing half written may be seen."""
    found: list[str] = []
    start.wait()
    with app.app_context():
        while not done.is_set():
            found += verify(db.session()).differences
    return found


def test_writers_at_once_leave_whole_chains_and_right_debts(app: Flask) -> None:
    job_id = factories.job(closing_on=date(2026, 4, 10))
    people = [factories.application(job_id, received=START, ack_expected=True) for _ in range(PEOPLE)]
    db.session.remove()
    start, done = Barrier(WRITERS + 2), Event()
    with ThreadPoolExecutor(WRITERS + 2) as pool:
        reading = pool.submit(reader, app, start, done)
        writing = [pool.submit(writer, app, number, people, start) for number in range(WRITERS)]
        writing.append(pool.submit(closer, app, job_id, start))
        try:
            for each in writing:
                each.result()
        finally:
            done.set()
        assert reading.result() == []

    verdict = verify(db.session())
    assert (verdict.differences, verdict.events) == ([], WRITERS * EACH + PEOPLE + 9)
    job = db.session.get_one(Job, job_id)
    assert job.closed_event_id is not None
    assert job.closed_at is not None
    world = World(CALENDARS[0], job.closing_on, (job.closed_event_id, job.closed_at))
    for someone in people:
        history = history_of(someone)
        assert [fact.seq for fact in history] == list(range(1, len(history) + 1))
        assert stored_debts(someone) == oracle.owed(history, world)
        assert stored_standing(someone) == vars(oracle.standing(history, world))


def test_nothing_is_kept_of_a_writer_that_fails(app: Flask) -> None:
    someone = factories.application(factories.job(), received=START)
    before = stored_debts(someone)
    facts = [
        NewFact(someone, K.CALL_LOGGED, {"tells": False}),
        NewFact(someone, K.NOTE_ADDED, {"bad": object()}),
    ]
    with pytest.raises(TypeError), transaction() as session:
        _ = [record(session, [fact], actor_id=None) for fact in facts]
    assert (len(history_of(someone)), stored_debts(someone)) == (1, before)
    assert verify(db.session()).differences == []


def test_record_on_somebody_who_does_not_exist_writes_nothing(app: Flask) -> None:
    someone = factories.application(factories.job(), received=START)
    facts = [NewFact(each, K.NOTE_ADDED) for each in (someone, someone + 1)]
    with pytest.raises(LookupError), transaction() as session:
        record(session, facts, actor_id=None)
    assert len(history_of(someone)) == 1
