"""A real worker is killed, stalled or asked to stop at one point of its work; the next one goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.windows import Moment, Window
from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Batch, Message
from employer_app.outbox import settle
from tests import factories
from tests.faults.ground import S, Workers, ends_well, has, ids_of, until
from tests.outbox.driving import queue
from tests.smtp_faults import Gate, lose_then_drop
from tests.smtp_sink import WAIT, Action, SmtpSink

pytestmark = pytest.mark.both

PEOPLE = 6


def close_out(app: Flask) -> tuple[str, ...]:
    """A job with people, and the command that confirms a letter to each."""
    job = factories.job("Deck Officer")
    for _ in range(PEOPLE):
        factories.application(job)
    return ("close-out", str(job), "--confirm", str(PEOPLE), "--json")


def make_due() -> None:
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(seconds=1)))


def how_many() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Message)) or 0


def test_killed_after_the_confirm_before_any_worker_was_told(app: Flask, workers: Workers) -> None:  # fault 2
    command = workers.start(None, *close_out(app), hold=Moment.CONFIRMED)
    assert workers.rings()
    workers.kill(command)
    make_due()
    assert ends_well(workers.deliver(), people=PEOPLE) == {S.ACCEPTED: PEOPLE}


def test_killed_before_the_confirm_is_saved(app: Flask, workers: Workers) -> None:  # fault 3
    confirm = close_out(app)
    command = workers.start(None, *confirm, hold=Moment.DECIDED)
    assert workers.rings()
    workers.kill(command)
    assert how_many() == 0
    assert workers.wait(workers.start(None, *confirm)) == 0
    assert workers.wait(workers.start(None, *confirm)) != 0  # nobody is left to be written to
    make_due()
    assert ends_well(workers.deliver(), people=PEOPLE) == {S.ACCEPTED: PEOPLE}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1


@pytest.mark.parametrize("stage", ["connect", "MAIL", "RCPT", "DATA", "body"])
def test_killed_before_the_dot(app: Flask, bob: Person, workers: Workers, stage: str) -> None:  # faults 4 5 6
    queue(bob, PEOPLE)
    gate = Gate()
    with SmtpSink({stage: [gate]}) as first:
        pid = workers.start(first)
        assert gate.reached.wait(WAIT)
        workers.kill(pid)
        gate.open()
        assert first.wait_idle()
    assert first.recipients() == []
    assert ends_well(first, workers.deliver(), people=PEOPLE) == {S.ACCEPTED: PEOPLE}


@pytest.mark.parametrize(("window", "taken"), [(Window.FENCED, 0), (Window.ANSWERED, 1)])
def test_killed_beside_the_dot(
    app: Flask, bob: Person, workers: Workers, window: Window, taken: int
) -> None:  # faults 7 10
    queue(bob, PEOPLE)
    with SmtpSink() as first:
        pid = workers.start(first, hold=window)
        assert workers.rings()
        workers.kill(pid)
        assert first.wait_idle()
    assert len(first.recipients()) == taken
    second = workers.deliver()
    assert ends_well(first, second, people=PEOPLE) == {S.ACCEPTED: PEOPLE - 1, S.UNCERTAIN: 1}
    assert len(second.recipients()) == PEOPLE - 1


@pytest.mark.parametrize("stage", ["MAIL", "body"])
def test_killed_in_the_next_letter_while_an_acceptance_may_be_unsaved(
    app: Flask, bob: Person, workers: Workers, stage: str
) -> None:  # fault 10
    queue(bob, PEOPLE)
    gate = Gate()
    with SmtpSink({stage: [None, gate]}) as first:
        pid = workers.start(first)
        assert gate.reached.wait(WAIT)
        workers.kill(pid)
        gate.open()
        assert first.wait_idle()
    assert len(first.recipients()) == 1
    second = workers.deliver()
    counts = ends_well(first, second, people=PEOPLE)
    assert counts.get(S.UNCERTAIN, 0) <= 1
    assert counts[S.ACCEPTED] + counts.get(S.UNCERTAIN, 0) == PEOPLE


@pytest.mark.parametrize(("then", "taken"), [(None, 1), (lose_then_drop, 0)])
def test_killed_while_the_dot_is_held(
    app: Flask, bob: Person, workers: Workers, then: Action, taken: int
) -> None:  # faults 8 9
    queue(bob, PEOPLE)
    gate = Gate(then)
    with SmtpSink({"dot": [gate]}) as first:
        pid = workers.start(first)
        assert gate.reached.wait(WAIT)
        workers.kill(pid)
        gate.open()
        assert first.wait_idle()
    assert len(first.recipients()) == taken
    second = workers.deliver()
    assert ends_well(first, second, people=PEOPLE) == {S.ACCEPTED: PEOPLE - 1, S.UNCERTAIN: 1}
    uncertain = db.session.scalars(sa.select(Message).where(Message.status == S.UNCERTAIN)).one()
    settle.send_again(uncertain.id, actor_id=bob.user_id)
    third = workers.deliver()
    assert ids_of(third.accepted) == [uncertain.message_id]
    assert ends_well(first, second, third, people=PEOPLE, copies=1 + taken) == {S.ACCEPTED: PEOPLE}


def test_asked_to_stop_it_finishes_the_mail_in_hand(app: Flask, bob: Person, workers: Workers) -> None:
    # fault 12
    queue(bob, PEOPLE)
    gate = Gate()
    with SmtpSink({"DATA": [gate]}) as first:
        pid = workers.start(first)
        assert gate.reached.wait(WAIT)
        workers.stall(pid)  # so that the signal is there before the answer is
        import os
        import signal

        os.kill(pid, signal.SIGTERM)
        workers.go_on(pid)
        gate.open()
        assert workers.wait(pid) == 0
    assert len(first.recipients()) == 1
    assert ends_well(first, workers.deliver(), people=PEOPLE) == {S.ACCEPTED: PEOPLE}


def lapse() -> None:
    """As if the time of every claim were over."""
    with transaction() as session:
        held = Message.status.in_([MessageStatus.CLAIMED, MessageStatus.HANDING_OVER])
        session.execute(sa.update(Message).where(held).values(lease_until=now() - timedelta(seconds=1)))


def test_asleep_before_the_dot_and_overtaken_it_sends_nothing(
    app: Flask, bob: Person, workers: Workers
) -> None:  # faults 13 41
    queue(bob, PEOPLE)
    gate = Gate()
    with SmtpSink({"RCPT": [gate]}) as sink:
        sleeper = workers.start(sink)
        assert gate.reached.wait(WAIT)
        workers.stall(sleeper)
        lapse()
        second = workers.deliver()
        gate.open()
        workers.go_on(sleeper)
        assert workers.stop(sleeper) == 0
    assert sink.recipients() == []
    assert ends_well(sink, second, people=PEOPLE) == {S.ACCEPTED: PEOPLE}


def test_asleep_after_the_dot_its_late_answer_still_counts(
    app: Flask, bob: Person, workers: Workers
) -> None:  # faults 14 23
    queue(bob, PEOPLE)
    gate = Gate()
    with SmtpSink({"dot": [gate]}) as sink:
        sleeper = workers.start(sink)
        assert gate.reached.wait(WAIT)
        workers.stall(sleeper)
        lapse()
        second = workers.deliver()
        assert has(S.UNCERTAIN)()
        gate.open()
        workers.go_on(sleeper)
        assert until(has(S.ACCEPTED, PEOPLE)), workers.said()
        assert workers.stop(sleeper) == 0
    assert len(sink.recipients()) == 1
    assert ends_well(sink, second, people=PEOPLE) == {S.ACCEPTED: PEOPLE}


def test_a_message_that_kills_every_worker_is_held_alone(app: Flask, bob: Person, workers: Workers) -> None:
    # fault 51
    poison, *_ = queue(bob, PEOPLE)
    address = db.session.scalar(sa.select(Message.address).where(Message.id == poison))
    sinks = []
    for _ in range(5):
        gate = Gate()

        def only_poison(session, gate=gate):  # type: ignore[no-untyped-def]
            session.sink.act(session, gate if session.argument == address else None)

        with SmtpSink({"RCPT": only_poison}) as sink:
            pid = workers.start(sink)
            assert until(lambda gate=gate: gate.reached.is_set() or has(S.HELD)())
            workers.kill(pid)
            gate.open()
            assert sink.wait_idle()
        sinks.append(sink)
    last = workers.deliver()
    assert ends_well(*sinks, last, people=PEOPLE) == {S.ACCEPTED: PEOPLE - 1, S.HELD: 1}
