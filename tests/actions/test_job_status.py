"""A job from draft to finished: closing owes everybody an answer; the gate holds until the last knows."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import jobs
from employer_app.actions.jobs import StillOwed
from employer_app.domain.duty import Reason
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.event import EventKind, job_subject
from employer_app.domain.role import Person
from employer_app.domain.status import JOB_MOVES, JobStatus
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Event, Job, OwedAnswer
from tests import factories

pytestmark = pytest.mark.both


def row(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def chain(job_id: int) -> list[Event]:
    db.session.rollback()
    query = sa.select(Event).where(Event.subject == job_subject(job_id)).order_by(Event.seq)
    return list(db.session.scalars(query))


def owed(application_id: int) -> dict[Reason, OwedAnswer]:
    db.session.rollback()
    query = sa.select(OwedAnswer).where(OwedAnswer.application_id == application_id)
    return {debt.reason: debt for debt in db.session.scalars(query.execution_options(populate_existing=True))}


def test_closing_owes_everybody_who_is_left_and_reopening_takes_it_back(app: Flask, bob: Person) -> None:
    job_id = factories.job()
    live = [factories.application(job_id) for _ in range(3)]
    gone = factories.application(job_id)
    factories.happened(gone, EventKind.STATUS_CHANGED, status="withdrawn")
    before = {someone: set(owed(someone)) for someone in live}
    jobs.close_job(actor=bob, job_id=job_id, version=1)
    closed = row(job_id)
    assert (closed.status, closed.version) == (JobStatus.CLOSED, 2)
    [event] = chain(job_id)
    assert (event.kind, event.facts) == (EventKind.JOB_STATUS_CHANGED, {"status": "closed"})
    assert (closed.closed_event_id, closed.closed_at) == (event.id, event.occurred_at)
    for someone in live:
        debt = owed(someone)[Reason.JOB_CLOSED]
        assert (debt.source_event_id, debt.since) == (event.id, event.occurred_at)
    assert owed(gone) == {}
    assert verify(db.session()).differences == []
    jobs.reopen_job(actor=bob, job_id=job_id, version=2)
    again = row(job_id)
    assert (again.status, again.closed_at, again.closed_event_id) == (JobStatus.OPEN, None, None)
    assert {someone: set(owed(someone)) for someone in live} == before
    assert verify(db.session()).differences == []


def test_job_is_not_finished_while_anybody_is_owed(app: Flask, bob: Person) -> None:
    job_id = factories.job()
    people = [factories.application(job_id) for _ in range(3)]
    jobs.close_job(actor=bob, job_id=job_id, version=1)
    with pytest.raises(StillOwed) as refusal:
        jobs.finish_job(actor=bob, job_id=job_id, version=2)
    assert refusal.value.people == 3
    assert "3 people in it are owed an answer" in refusal.value.message
    for someone in people[:2]:
        factories.happened(someone, EventKind.STATUS_CHANGED, status="withdrawn")
    with pytest.raises(StillOwed, match="1 person in it is owed"):
        jobs.finish_job(actor=bob, job_id=job_id, version=2)
    factories.happened(people[2], EventKind.WAIVER_MADE, payload={"reason": "our own test"})
    jobs.finish_job(actor=bob, job_id=job_id, version=2)
    assert row(job_id).status is JobStatus.FINISHED


def test_decided_but_not_told_keeps_the_job_from_being_finished(app: Flask, bob: Person) -> None:
    job_id = factories.job()
    someone = factories.application(job_id)
    jobs.close_job(actor=bob, job_id=job_id, version=1)
    decision = {"decision_id": 1, "disposition": "FILLED", "status": "rejected", "stage_kind": "applied"}
    factories.happened(someone, EventKind.DECISION_MADE, owed=True, **decision)
    with pytest.raises(StillOwed):
        jobs.finish_job(actor=bob, job_id=job_id, version=2)
    factories.happened(someone, EventKind.CALL_LOGGED, tells=True)
    jobs.finish_job(actor=bob, job_id=job_id, version=2)
    assert row(job_id).status is JobStatus.FINISHED


def test_every_pair_of_statuses_is_moved_or_refused(app: Flask, bob: Person) -> None:
    verbs = {
        JobStatus.OPEN: (jobs.open_job, jobs.reopen_job),
        JobStatus.CLOSED: (jobs.close_job, jobs.reopen_job),
        JobStatus.FINISHED: (jobs.finish_job,),
        JobStatus.DRAFT: (),
    }
    for old in JobStatus:
        for new in JobStatus:
            moved = False
            for verb in verbs[new]:
                job_id = factories.job(status=old)
                try:
                    verb(actor=bob, job_id=job_id, version=1)
                except Refused:
                    assert row(job_id).status is old
                    continue
                moved = moved or row(job_id).status is new
            assert moved == (new in JOB_MOVES[old]), (old, new)


def test_stale_or_unknown_job_is_neither_closed_nor_opened(app: Flask, bob: Person) -> None:
    job_id = factories.job()
    with pytest.raises(Changed):
        jobs.close_job(actor=bob, job_id=job_id, version=7)
    with pytest.raises(NotFound):
        jobs.close_job(actor=bob, job_id=2**31 - 1, version=1)
    assert row(job_id).status is JobStatus.OPEN


def test_closing_while_facts_arrive_leaves_no_difference_and_no_deadlock(app: Flask, bob: Person) -> None:
    job_id = factories.job()
    people = [factories.application(job_id) for _ in range(8)]
    start, failures = threading.Barrier(3), []

    def call_everybody(order: list[int]) -> None:
        with app.app_context():
            start.wait()
            try:
                for someone in order:
                    factories.happened(someone, EventKind.CALL_LOGGED, tells=False)
            except Exception as failure:
                failures.append(failure)
            finally:
                db.session.remove()

    def open_and_close() -> None:
        with app.app_context():
            start.wait()
            try:
                for version in range(1, 9, 2):
                    jobs.close_job(actor=bob, job_id=job_id, version=version)
                    jobs.reopen_job(actor=bob, job_id=job_id, version=version + 1)
                jobs.close_job(actor=bob, job_id=job_id, version=9)
            except Exception as failure:
                failures.append(failure)
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=call_everybody, args=(people,)),
        threading.Thread(target=call_everybody, args=(people[::-1],)),
        threading.Thread(target=open_and_close),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert verify(db.session()).differences == []
    assert all(Reason.JOB_CLOSED in owed(someone) for someone in people)
