"""How things stand, in one statement."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.domain.clock import now
from employer_app.domain.delivery import Outcome
from employer_app.domain.errors import NotAllowed
from employer_app.domain.message import Kind, MessageStatus, Purpose
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import (
    Application,
    Batch,
    Candidate,
    Delivery,
    Message,
    Organisation,
    RelayState,
    Worker,
)
from employer_app.queries import health
from tests import factories
from tests.outbox.driving import queue


@contextmanager
def _statements() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement != "BEGIN":
            said.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def _message(status: MessageStatus, due: timedelta = timedelta(0)) -> None:
    moment = now()
    fenced = status in {MessageStatus.ACCEPTED, MessageStatus.UNCERTAIN, MessageStatus.HANDING_OVER}
    with transaction() as session:
        session.add(
            Message(
                candidate_id=session.scalars(sa.select(Candidate.id).limit(1)).one(),
                kind=Kind.HOLDING_NOTE,
                purpose=Purpose.UPDATE,
                name="A",
                address="a@post.example",
                candidate_version=1,
                sender_name="B",
                sender_address="b@x.example",
                subject="S",
                text="T",
                text_hash="0",
                message_id=f"<{secrets.token_hex(8)}@x.example>",
                status=status,
                held_because="why" if status is MessageStatus.HELD else "",
                due_at=moment + due,
                fenced_at=moment if fenced else None,
                created_at=moment,
            )
        )


def test_everything_is_asked_in_one_statement(alice: Person) -> None:
    with _statements() as said:
        health.status(alice)
    assert len(said) == 1


def test_an_empty_house_is_quiet(alice: Person) -> None:
    status = health.status(alice)
    assert (status.waiting, status.needs_person, status.due, status.stuck) == (0, 0, 0, False)
    assert (status.timezone, status.worker_away, status.organisation) == ("UTC", False, "Brightwater Ferries")


def test_nothing_known_means_nothing_leaves(app: Flask, alice: Person) -> None:
    with transaction() as session:
        session.execute(sa.delete(Organisation))
    assert health.status(alice).safe_mode


def test_people_are_counted_once_however_many_reasons(alice: Person) -> None:
    job_id = factories.job()
    factories.application(job_id, received=timedelta(days=60), ack_expected=True)
    factories.application(job_id, received=timedelta(days=60), ack_expected=True)
    status = health.status(alice)
    assert (status.waiting, status.late) == (2, 2)


@pytest.mark.both
def test_messages_are_counted_by_what_they_need(app: Flask, alice: Person) -> None:
    factories.candidate()
    for standing in (
        MessageStatus.HELD,
        MessageStatus.UNCERTAIN,
        MessageStatus.UNCERTAIN,
        MessageStatus.ACCEPTED,
    ):
        _message(standing)
    _message(MessageStatus.QUEUED, timedelta(minutes=-20))
    _message(MessageStatus.QUEUED, timedelta(minutes=20))
    status = health.status(alice)
    assert (status.held, status.uncertain, status.needs_person) == (1, 2, 3)
    assert (status.queued, status.due) == (2, 1)
    assert status.overdue
    assert status.worker_away


def test_a_message_that_waits_in_safe_mode_is_not_stuck(app: Flask, alice: Person) -> None:
    factories.candidate()
    _message(MessageStatus.QUEUED, timedelta(hours=-2))
    assert health.outbox_stuck()
    with transaction() as session:
        session.execute(sa.update(Organisation).values(safe_mode=True))
    assert not health.outbox_stuck()


def _set(**values: object) -> None:
    with transaction() as session:
        session.execute(sa.update(Organisation).values(**values))


def _tried(ago: timedelta, count: int = 1) -> None:
    message_id = db.session.scalars(sa.select(Message.id).limit(1)).one()
    moment = now() - ago
    with transaction() as session:
        first = session.scalar(sa.select(sa.func.count()).select_from(Delivery)) or 0
        for number in range(count):
            attempt, accepted = first + number + 1, Outcome.ACCEPTED
            session.add(Delivery(message_id=message_id, attempt=attempt, outcome=accepted, at=moment))


@pytest.mark.both
def test_what_waits_for_its_slot_is_not_stuck_while_others_leave(app: Flask) -> None:
    factories.candidate()
    _message(MessageStatus.QUEUED, timedelta(hours=-2))
    _set(pace_minute=20)
    assert health.outbox_stuck()  # nothing was ever tried
    _tried(timedelta(minutes=16))
    assert health.outbox_stuck()
    _tried(timedelta(minutes=1))
    assert not health.outbox_stuck()
    _set(pace_minute=None)  # without a pace nothing has to wait
    assert health.outbox_stuck()


@pytest.mark.both
def test_what_waits_for_the_quota_of_the_day_is_not_stuck(app: Flask) -> None:
    factories.candidate()
    _message(MessageStatus.QUEUED, timedelta(hours=-3))
    _set(pace_day=2)
    _tried(timedelta(hours=20), count=2)
    assert not health.outbox_stuck()
    with time_machine.travel(now() + timedelta(hours=4, minutes=5)):
        assert not health.outbox_stuck()  # the quota frees just now
    with time_machine.travel(now() + timedelta(hours=4, minutes=16)):
        assert health.outbox_stuck()


@pytest.mark.both
def test_what_somebody_stopped_or_paused_is_not_stuck(app: Flask, bob: Person) -> None:
    factories.candidate()
    _message(MessageStatus.QUEUED, timedelta(hours=-2))
    _set(stopped_at=now(), stopped_because="Fire drill", stopped_by=bob.user_id)
    status = health.status(bob)
    assert (status.stuck, status.stopped_by, status.stopped_because) == (False, "Bob Adeyemi", "Fire drill")
    _set(stopped_at=None)
    assert health.outbox_stuck()


@pytest.mark.both
def test_a_list_that_is_paused_is_neither_due_nor_stuck(app: Flask, bob: Person) -> None:
    batch_id = db.session.get_one(Message, queue(bob, 1)[0]).batch_id
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(hours=2)))
    assert (health.status(bob).due, health.status(bob).overdue) == (1, True)
    with transaction() as session:
        session.execute(sa.update(Batch).where(Batch.id == batch_id).values(paused_at=now()))
    assert (health.status(bob).due, health.status(bob).overdue, health.status(bob).queued) == (0, False, 1)


@pytest.mark.parametrize(("ago", "away"), [(timedelta(minutes=1), False), (timedelta(minutes=3), True)])
def test_a_worker_that_was_not_seen_is_away(app: Flask, alice: Person, ago: timedelta, away: bool) -> None:
    factories.candidate()
    _message(MessageStatus.QUEUED, timedelta(minutes=-1))
    with transaction() as session:
        session.add(Worker(instance_id="a", started_at=now() - ago, seen_at=now() - ago))
    assert health.status(alice).worker_away is away


def test_somebody_without_a_role_learns_nothing(charlie: Person) -> None:
    with pytest.raises(NotAllowed):
        health.status(charlie)


def test_the_old_pile_is_not_counted_among_those_who_wait(app: Flask, bob: Person) -> None:
    job = factories.job()
    with time_machine.travel(now() - timedelta(days=60)):
        rows = [factories.application(job) for _ in range(3)]
    assert (health.status(bob).waiting, health.status(bob).late) == (3, 3)
    with transaction() as session:
        session.execute(sa.update(Application).where(Application.id.in_(rows[:2])).values(old_pile=True))
    assert (health.status(bob).waiting, health.status(bob).late) == (1, 1)


@pytest.mark.both
def test_a_doubt_that_somebody_looked_at_is_not_stuck(app: Flask, bob: Person) -> None:
    factories.candidate()
    _message(MessageStatus.UNCERTAIN)
    assert (health.outbox_stuck(), health.status(bob).unseen) == (True, 1)
    with transaction() as session:
        session.execute(sa.update(Message).values(looked_at=now(), looked_by=bob.user_id))
    status = health.status(bob)
    assert (status.stuck, status.unseen, status.needs_person) == (False, 0, 1)
    _tried(timedelta(minutes=-1))  # it came to this once more
    assert health.outbox_stuck()


@pytest.mark.both
def test_a_mail_server_is_in_trouble_between_two_tries_too(app: Flask, bob: Person) -> None:
    queue(bob, 1)
    with transaction() as session:
        session.add(RelayState(id=1, trouble="It refuses connections.", paused_until=now()))
    assert health.outbox_stuck()
    _set(stopped_at=now())  # nobody asks it now
    assert not health.outbox_stuck()
