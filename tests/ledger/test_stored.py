"""What record writes step by step, what rebuild writes at once, and the oracle: the same rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from employer_app.domain.event import EventKind, Fact, application_subject
from employer_app.domain.status import JobStatus
from employer_app.extensions import db, transaction
from employer_app.ledger.history import facts_of
from employer_app.ledger.rebuild import rebuild, verify
from employer_app.ledger.record import NewFact, record, refold
from employer_app.models import Application, Candidate, Job, OwedAnswer, Place
from tests import factories
from tests.ledger import oracle
from tests.ledger.histories import CALENDARS, STARTS, Life, Step, steps
from tests.ledger.oracle import Debt, World

pytestmark = pytest.mark.both


class StoredLife:
    """Takes a life's steps in the database, each in a transaction of its own, as the verbs do."""

    def __init__(self, life: Life) -> None:
        place = factories.place(life.calendar.country, life.calendar.timezone)
        with transaction() as session:
            session.get_one(Place, place).subdivision = life.calendar.subdivision
        self.job_id = factories.job(place_id=place)
        self.life = life
        received = life.facts[0]
        self.id = factories.application(
            self.job_id, received=received.occurred_at, ack_expected=bool(received.facts["ack_expected"])
        )

    def take(self, step: Step) -> None:
        known = len(self.life.facts)
        self.life.take(step)
        new = self.life.facts[known:]
        with transaction() as session:
            job = session.get(Job, self.job_id)
            assert job is not None
            self._change_job(job)
            facts = [NewFact(self.id, f.kind, f.facts, occurred_at=f.occurred_at) for f in new]
            record(session, facts, actor_id=None)
            if not facts:
                session.flush()
                refold(session, [self.id])

    def _change_job(self, job: Job) -> None:
        closed = self.life.closed
        job.closing_on = self.life.closing_on
        job.closed_event_id, job.closed_at = closed or (None, None)
        job.status = JobStatus.CLOSED if closed else JobStatus.OPEN

    def stored(self) -> tuple[list[Debt], dict[str, object]]:
        return stored_debts(self.id), stored_standing(self.id)

    def expected(self) -> tuple[list[Debt], dict[str, object]]:
        facts = history_of(self.id)
        return oracle.owed(facts, self.life.world), vars(oracle.standing(facts, self.life.world))


def history_of(application_id: int) -> list[Fact]:
    db.session.rollback()
    subject = application_subject(application_id)
    return facts_of(db.session(), [subject])[subject]


def stored_debts(application_id: int) -> list[Debt]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(OwedAnswer).where(OwedAnswer.application_id == application_id))
    return sorted(
        Debt(r.reason.value, r.source_event_id, r.since, r.opens_at, r.target_at, r.breach_at) for r in rows
    )


def stored_standing(application_id: int) -> dict[str, object]:
    row = db.session.get_one(Application, application_id)
    return {
        "status": row.status,
        "depth": row.depth,
        "first_word_at": row.first_word_at,
        "last_contact_at": row.last_contact_at,
        "decided_at": row.decided_at,
        "told_at": row.told_at,
        "told_how": row.told_how,
        "final_owed_since": row.final_owed_since,
        "waived": row.waived,
    }


@given(st.sampled_from(CALENDARS[:1] + CALENDARS[2:]), st.sampled_from(STARTS), st.booleans(), steps)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_equal_rebuilt_rows_and_the_oracle(
    app: Flask, calendar: object, start: datetime, ack: bool, taken: list[Step]
) -> None:
    stored = StoredLife(Life(calendar, start, ack))  # type: ignore[arg-type]
    for step in taken:
        stored.take(step)
    written = stored.stored()
    assert written == stored.expected()
    with time_machine.travel(start + timedelta(days=400)), transaction() as session:
        rebuild(session)
    assert stored.stored() == written
    assert verify(db.session()).differences == []


def test_slices_keep_every_application_apart(app: Flask) -> None:
    """More applications than fit in one statement, each with a history of its own."""
    job = factories.job(closing_on=date(2026, 3, 2))
    first = factories.application(job, received=datetime(2026, 2, 2, 9, tzinfo=UTC))
    with transaction() as session:
        model = session.get_one(Application, first)
        candidates = [plain_candidate(number) for number in range(501)]
        ids = session.scalars(
            sa.insert(Candidate).returning(Candidate.id, sort_by_parameter_order=True),
            candidates,
        ).all()
        rows = [
            Application(job_id=job, candidate_id=each, stage_id=model.stage_id, received_at=model.received_at)
            for each in ids
        ]
        session.add_all(rows)
        session.flush()
        received = {"stage_kind": "applied", "ack_expected": True}
        facts = [NewFact(row.id, EventKind.APPLICATION_RECEIVED, received) for row in rows]
        facts += [NewFact(row.id, EventKind.CALL_LOGGED, {"tells": False}) for row in rows[::2]]
        record(session, facts, actor_id=None)
    by_reason = sa.select(OwedAnswer.reason, sa.func.count()).group_by(OwedAnswer.reason)
    counts = {reason.value: count for reason, count in db.session.execute(by_reason)}
    assert counts == {"silent": 502, "not_acknowledged": 250}
    verdict = verify(db.session())
    assert (verdict.applications, verdict.events, verdict.differences) == (502, 1 + 501 + 251, [])


def plain_candidate(number: int) -> dict[str, object]:
    return {"name": f"Person {number}", "search_key": f"person {number}", "created_at": datetime.now(UTC)}


def test_world_is_what_the_job_says(app: Flask) -> None:
    """The oracle is told of the job by hand; this holds that the fold reads the same from the tables."""
    stored = StoredLife(Life(CALENDARS[0], STARTS[0]))
    stored.take(Step("closing_date", timedelta(0), 4, True, timedelta(0)))
    stored.take(Step("close_job", timedelta(days=1), 0, True, timedelta(0)))
    assert stored.life.world == World(
        CALENDARS[0],
        date(2026, 4, 16),
        (1_000_000, STARTS[0] + timedelta(days=1)),
    )
    assert [debt.reason for debt in stored_debts(stored.id)] == ["job_closed", "silent"]
