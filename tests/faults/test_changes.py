"""Something changes between the review and the dot: nobody gets an answer that is no longer right."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import plans
from employer_app.actions.applications import change_status, move_stage
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status
from employer_app.extensions import db, for_a_thread, transaction
from employer_app.models import Application, Candidate, Delivery, Job, Message, Organisation, PlanItem, Stage
from employer_app.outbox.claim import claim
from employer_app.outbox.fence import fence
from employer_app.outbox.sweep import sweep
from tests import factories
from tests.faults.ground import S, ends_well
from tests.outbox.driving import drain, queue
from tests.smtp_sink import Script, Session

pytestmark = pytest.mark.both


def while_at(stage: str, app: Flask, act: object) -> Script:
    def action(session: Session) -> None:
        with app.app_context():
            act()  # type: ignore[operator]
            db.session.remove()
        session.sink.act(session, None)

    return {stage: [action]}


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
def test_moved_on_during_the_talk_it_gets_no_dot(app: Flask, bob: Person, stage: str) -> None:  # fault 32
    queue(bob)
    offer = db.session.scalars(sa.select(Stage.id).where(Stage.kind == StageKind.OFFER)).first()
    row = db.session.scalars(sa.select(Application)).one()
    versions = {row.id: row.version}
    db.session.remove()

    def reopen_and_move() -> None:
        change_status(
            actor=bob, application_id=row.id, status=Status.ACTIVE, version=versions[row.id], force=True
        )
        version = db.session.get_one(Application, row.id, populate_existing=True).version
        move_stage(actor=bob, versions={row.id: version}, stage_id=offer, force=True)

    sink = drain(app, while_at(stage, app, reopen_and_move))
    assert sink.recipients() == []
    counts = ends_well(sink, people=1)
    assert set(counts) <= {S.HELD, S.CANCELLED}


def test_what_was_reviewed_leaves_whatever_became_of_its_sources(app: Flask, bob: Person) -> None:
    # fault 36
    queue(bob)
    message = db.session.scalars(sa.select(Message)).one()
    reviewed, text = message.subject, message.text.splitlines()[0]
    with transaction() as session:
        session.execute(
            sa.update(Organisation).values(sender_name="Other", signature="Other", reply_to="other@x.example")
        )
        session.execute(sa.update(Job).values(public_title="Other", contact_name="Other"))
    sink = drain(app)
    assert ends_well(sink, people=1) == {S.ACCEPTED: 1}
    raw = sink.accepted[0].raw
    assert b"Other" not in raw
    assert reviewed.split()[0].encode() in raw
    assert text.split()[0].encode() in raw


def test_an_address_that_cannot_be_written_to_is_blocked_in_the_review(app: Flask, bob: Person) -> None:
    # fault 30
    job = factories.job()
    factories.application(job, name="Jürgen Klein", address="jürgen@bücher.example")
    factories.application(job, name="Anna Klein", address="anna@bücher.example")
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    rows = db.session.scalars(sa.select(PlanItem).where(PlanItem.plan_id == plan)).all()
    skipped = {row.name: row.skip_reason for row in rows}
    assert skipped["Anna Klein"] == ""
    assert skipped["Jürgen Klein"] == "Mail servers do not take this address. Correct it."


def test_an_address_that_slips_through_all_the_same_fails_alone(app: Flask, bob: Person) -> None:  # fault 30
    odd, *_ = queue(bob, 3)
    with transaction() as session:
        row = session.get_one(Message, odd)
        row.address = "jürgen@post.example"
        session.get_one(Candidate, row.candidate_id).address = row.address
    assert ends_well(drain(app), people=3) == {S.ACCEPTED: 2, S.FAILED: 1}
    said = db.session.scalar(sa.select(Delivery.reply).where(Delivery.code.is_(None)))
    assert "before the @" in said


def test_of_many_who_reach_for_one_row_one_gets_it(app: Flask, bob: Person) -> None:  # fault 39
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    (message_id,) = queue(bob)
    people, rounds = 4, 25
    for _ in range(rounds):
        together, got = Barrier(people), []

        def reach(together: Barrier = together, got: list[str] = got) -> None:
            together.wait()
            taken = claim("worker")
            if taken.message_ids:
                got.append(taken.token)

        with ThreadPoolExecutor(people) as pool:
            for done in [pool.submit(for_a_thread(reach)) for _ in range(people)]:
                done.result()
        assert len(got) == 1
        with transaction() as session:
            free = {"status": S.QUEUED, "claim_token": None, "lease_until": None}
            session.execute(sa.update(Message).where(Message.id == message_id).values(**free))
    assert ends_well(drain(app), people=1) == {S.ACCEPTED: 1}


@pytest.mark.parametrize("wrong", [timedelta(minutes=10), timedelta(days=-1)])
def test_a_worker_whose_clock_is_wrong_delays_and_never_doubles(
    app: Flask, bob: Person, wrong: timedelta
) -> None:  # fault 40
    """It claims, or sweeps, while another has the rows in hand."""
    queue(bob, 3)
    ours = claim("ours")
    assert fence(ours.message_ids[0], ours.token)
    with time_machine.travel(now() + wrong):
        sweep()
        other = claim("other")
        still_ours = [fence(one, ours.token) for one in ours.message_ids[1:]]
        theirs = [fence(one, other.token) for one in other.message_ids]
    assert sum(still_ours) + sum(theirs) <= len(ours.message_ids) - 1
    with time_machine.travel(now() + timedelta(days=2)):
        sweep()
        sink = drain(app)
    counts = ends_well(sink, people=3)
    fenced_and_dead = 1 + sum(still_ours) + sum(theirs)
    assert counts == {S.UNCERTAIN: fenced_and_dead, S.ACCEPTED: 3 - fenced_and_dead} or counts == {
        S.UNCERTAIN: 3
    }
