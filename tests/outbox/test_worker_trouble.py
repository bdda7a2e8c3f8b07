"""A worker in trouble: a busy database, a slow mail server, a long host name, a message that breaks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions.candidates import Details, edit_person
from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import DatabaseTrouble, db, setting
from employer_app.models import Candidate, Message, RelayState, Worker
from employer_app.outbox import keeper, presence, worker
from employer_app.outbox.claim import claim, extend
from employer_app.outbox.fence import fence
from employer_app.outbox.letter import letter_of
from employer_app.outbox.look import Seen
from employer_app.outbox.settle import Answer
from employer_app.outbox.sweep import sweep
from employer_app.smtp.line import Line
from employer_app.smtp.mime import Letter
from tests.outbox.driving import drain, queue, statuses

pytestmark = pytest.mark.both


def test_worker_on_a_host_with_a_long_name_delivers(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence.socket, "gethostname", lambda: "ip-10-0-0-12." + "x" * 51)
    queue(bob)
    assert len(drain(app).recipients()) == 1


def test_message_that_breaks_the_app_is_held_alone(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # fault 51
    poison, *_rest = queue(bob, 3)

    def break_on_one(message: Message, date: object) -> Letter:
        if message.id == poison:
            raise RecursionError("nobody thought of this")
        return letter_of(message, now())

    monkeypatch.setattr(worker, "letter_of", break_on_one)
    sink = drain(app)
    assert len(sink.recipients()) == 2
    assert statuses() == [MessageStatus.HELD, MessageStatus.ACCEPTED, MessageStatus.ACCEPTED]


def test_answer_of_the_server_survives_a_busy_database(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # fault 42
    queue(bob)
    settle_in, refused = keeper.settle_in, iter([True, True, False])

    def busy(connection: sa.Connection, answers: Sequence[Answer], seen: Seen, moment: datetime) -> None:
        if next(refused):
            raise DatabaseTrouble("UPDATE message", {}, Exception("database is locked"))
        settle_in(connection, answers, seen, moment)

    monkeypatch.setattr(keeper, "settle_in", busy)
    monkeypatch.setattr(keeper, "_ASK_AGAIN_AFTER", 0)
    drain(app)
    assert statuses() == [MessageStatus.ACCEPTED]


def test_no_transaction_is_open_while_the_network_is_waited_for(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(bob)
    seen: list[bool] = []
    hand_over = Line.hand_over

    def look(line: Line, *given: object, before_dot: Callable[[], bool]) -> object:
        seen.append(db.session().in_transaction())
        return hand_over(line, *given, before_dot=before_dot)  # type: ignore[arg-type]

    monkeypatch.setattr(Line, "hand_over", look)
    drain(app)
    assert seen == [False]


def test_slow_server_costs_those_who_wait_their_turn_nothing(app: Flask, bob: Person) -> None:
    queue(bob, 2)
    mine = claim("slow")
    later = now() + timedelta(seconds=setting("LEASE_SECONDS") - 1)
    with time_machine.travel(later):
        extend(mine.token)
    with time_machine.travel(later + timedelta(seconds=2)):
        sweep()
    assert statuses() == [MessageStatus.CLAIMED] * 2
    assert set(db.session.scalars(sa.select(Message.lapses))) == {0}


def test_lease_outlasts_the_slowest_hand_over_that_the_time_limits_allow(app: Flask) -> None:
    relay = worker.mail_server.configured()
    assert relay is not None
    greeting, signing_in, envelope_and_body = 4, 2, 4
    steps = greeting + signing_in + envelope_and_body
    assert setting("LEASE_SECONDS") >= relay.connect_timeout + steps * relay.command_timeout


def test_trouble_in_every_envelope_makes_the_pauses_longer(app: Flask, bob: Person) -> None:  # fault 27
    queue(bob, 3)
    script = {"MAIL": "530 5.7.0 Sign in first"}
    drain(app, script)
    with time_machine.travel(now() + timedelta(seconds=20)):
        drain(app, script)
    assert db.session.get_one(RelayState, 1).troubles_in_a_row == 2


def test_worker_that_ended_between_two_looks_is_not_called_dead(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = presence.Presence()
    gone.enter()
    path = presence._lock_path(gone.id)
    monkeypatch.setattr(presence.Path, "exists", lambda self: True)
    path.unlink()
    sweep()
    assert db.session.scalars(sa.select(Worker.instance_id)).all() == [gone.id]
    gone.leave()


@pytest.mark.postgres
def test_last_look_locks_the_applications_before_the_message_whatever_it_finds(
    app: Flask, bob: Person
) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one lock for everything")
    (message_id,) = queue(bob)
    person = db.session.scalars(sa.select(Candidate)).one()
    details = Details(name=person.name, address="moved@post.example")
    edit_person(actor=bob, candidate_id=person.id, version=person.version, details=details, force=True)
    token = claim("worker").token
    with db.engine.connect() as another:
        for table in ("application", "message"):
            another.execute(sa.text(f"SELECT id FROM {table} FOR UPDATE"))
        sa.event.listen(db.engine, "begin", _impatient)
        try:
            with pytest.raises(DatabaseTrouble, match='in relation "application"'):
                fence(message_id, token)
        finally:
            sa.event.remove(db.engine, "begin", _impatient)
        another.rollback()
    assert fence(message_id, token) is False
    assert statuses() == [MessageStatus.HELD]


def _impatient(connection: sa.Connection) -> None:
    connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
