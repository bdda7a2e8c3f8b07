"""What the mail server says and does: each answer as it is meant, and none of them makes a second copy."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Delivery, Message, RelayState
from employer_app.outbox import relay, worker
from employer_app.outbox.enqueue import text_hash
from employer_app.outbox.sweep import sweep
from employer_app.smtp.line import Relay, Security
from tests.faults.ground import S, ends_well
from tests.outbox.driving import drain, queue
from tests.smtp_faults import above, drop, reset, say_then_drop
from tests.smtp_sink import Action, Session, SmtpSink

pytestmark = pytest.mark.both


def trouble() -> str:
    db.session.rollback()
    return db.session.scalar(sa.select(RelayState.trouble)) or ""


def attempts() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(Message.attempts)))


@pytest.mark.parametrize("code", ["451 4.3.0 Later", "452 4.2.2 Full for now"])
def test_put_off_at_the_dot_three_times_it_waits_longer_each_time(
    app: Flask, bob: Person, code: str
) -> None:  # fault 16
    queue(bob)
    sinks, waits = [], []
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(3):
            sinks.append(drain(app, {"dot": code}))
            assert ends_well(*sinks, people=1) == {S.QUEUED: 1}
            due_at = db.session.scalar(sa.select(Message.due_at))
            waits.append(due_at - now())
            clock.move_to(due_at - timedelta(seconds=1))
            sinks.append(drain(app))
            assert sinks[-1].sessions == 0  # not a second before its time
            clock.move_to(due_at)
        sinks.append(drain(app))
    for wait, minutes in zip(waits, (1, 5, 15), strict=True):
        assert abs(wait - timedelta(minutes=minutes)) <= 0.2 * timedelta(minutes=minutes)
        assert wait != timedelta(minutes=minutes)  # jitter
    assert ends_well(*sinks, people=1) == {S.ACCEPTED: 1}


def test_put_off_for_three_days_it_is_given_up_and_stays_so(app: Flask, bob: Person) -> None:  # fault 17
    queue(bob)
    later = {"RCPT": "450 4.2.0 Later"}
    sinks = [drain(app, later)]
    with time_machine.travel(now() + timedelta(hours=73)) as clock:
        sinks.append(drain(app, later))
        clock.shift(timedelta(days=30))
        sweep()
        sinks.append(drain(app))
    assert sinks[-1].sessions == 0
    assert ends_well(*sinks, people=1) == {S.FAILED: 1}


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("MAIL", "550 5.7.1 Not from you"),
        ("MAIL", "552 5.3.4 Too large"),
        ("RCPT", "550 5.1.1 Nobody here"),
        ("DATA", "554 5.7.1 Not today"),
        ("dot", "554 5.7.1 Looks like spam"),
        ("dot", "552 5.2.2 Full"),
    ],
)
def test_a_clear_no_fails_that_one_with_the_servers_words(
    app: Flask, bob: Person, stage: str, reply: str
) -> None:  # faults 18 19
    queue(bob, 4)
    first = drain(app, {stage: [None, reply]})
    with time_machine.travel(now() + timedelta(days=2)):
        second = drain(app)
    assert second.sessions == 0
    assert ends_well(first, second, people=4) == {S.ACCEPTED: 3, S.FAILED: 1}
    said = db.session.scalar(sa.select(Delivery.reply).where(Delivery.code == int(reply[:3])))
    assert said == reply[4:]


@pytest.mark.parametrize(
    "reply", ["252 2.0.0 Taken", "200 Taken", "299 Taken", "250-2.0.0 Taken\r\n250 by us"]
)
def test_any_yes_to_the_dot_is_a_yes(app: Flask, bob: Person, reply: str) -> None:  # fault 20
    queue(bob, 2)
    assert ends_well(drain(app, {"dot": reply}), drain(app), people=2) == {S.ACCEPTED: 2}


@pytest.mark.parametrize("farewell", [drop, reset, say_then_drop("421 4.3.2 Closing"), "500 What?"])
def test_no_goodbye_undoes_a_yes(app: Flask, bob: Person, farewell: Action) -> None:  # fault 21
    queue(bob, 2)
    assert ends_well(drain(app, {"QUIT": farewell}), drain(app), people=2) == {S.ACCEPTED: 2}
    assert trouble() == ""


@pytest.mark.parametrize(("seconds", "doubted"), [(120, False), (590, False), (700, True)])
def test_however_late_the_answer_comes_there_is_one_copy(
    app: Flask, bob: Person, seconds: int, doubted: bool
) -> None:  # fault 23
    """The others' sweep looks while we wait for the answer, and the clock runs on."""
    queue(bob)
    seen: list[str] = []

    def late(session: Session) -> None:
        with app.app_context(), time_machine.travel(now() + timedelta(seconds=seconds)):
            sweep()
            seen.append(db.session.scalars(sa.select(Message.status)).one())
            db.session.remove()
        session.sink.act(session, None)

    first = drain(app, {"dot": [late]})
    assert seen == [S.UNCERTAIN if doubted else S.HANDING_OVER]
    with time_machine.travel(now() + timedelta(hours=1)):
        sweep()
        second = drain(app)
    assert ends_well(first, second, people=1) == {S.ACCEPTED: 1}


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_session_that_is_ended_every_few_letters_burns_no_try(
    app: Flask, bob: Person, stage: str
) -> None:  # fault 24
    queue(bob, 12)
    closing = "421 4.7.0 Enough"
    sink = drain(app, {stage: [None, None, closing] * 6})
    assert ends_well(sink, people=12) == {S.ACCEPTED: 12}
    assert attempts() == {1}


def test_a_server_without_encryption_gets_nothing_and_the_page_says_so(
    app: Flask, bob: Person, as_alice: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:  # fault 26
    queue(bob, 2)
    monkeypatch.setitem(app.config, "MAIL_USE_TLS", True)
    sink = drain(app)
    assert set(sink.verbs()) <= {"EHLO", "QUIT"}
    assert ends_well(sink, people=2) == {S.QUEUED: 2}
    assert attempts() == {0}
    assert "does not offer encryption" in trouble()
    assert "does not offer encryption" in as_alice.get("/").text


def test_an_hour_without_a_sign_in_costs_few_probes_and_no_try(app: Flask, bob: Person) -> None:
    # fault 27
    queue(bob, 5)
    sinks = []
    with time_machine.travel(now(), tick=False) as clock:
        for _minute in range(60):
            sinks.append(drain(app, {"MAIL": "535 5.7.8 Wrong password"}))
            clock.shift(60)
        probes = sum(sink.sessions for sink in sinks)
        assert 10 <= probes <= 3 + 60 // 5
        assert attempts() == {0}
        clock.shift(300)
        sinks.append(drain(app))
    assert ends_well(*sinks, people=5) == {S.ACCEPTED: 5}
    assert trouble() == ""


def test_no_connection_for_half_an_hour_costs_no_try(app: Flask, bob: Person) -> None:  # fault 28
    queue(bob, 3)
    app.config["MAIL_PORT"] = 1
    with time_machine.travel(now(), tick=False) as clock:
        for _minute in range(30):
            worker.drain()
            clock.shift(60)
        assert attempts() == {0}
        assert "refuses connections" in trouble()
        clock.shift(300)
        sink = drain(app)
    assert ends_well(sink, people=3) == {S.ACCEPTED: 3}


def test_a_server_that_swallows_the_first_packet_is_trouble_of_its_own(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # fault 28
    queue(bob)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        port = deaf.getsockname()[1]
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        quick = Relay("127.0.0.1", port, Security.NONE, connect_timeout=0.2, command_timeout=0.2)
        monkeypatch.setattr(relay, "configured", lambda: quick)
        worker.drain()
        for one in crowd:
            one.close()
    assert "did not answer in time" in trouble()
    assert attempts() == {0}
    assert ends_well(people=1) == {S.QUEUED: 1}


def test_above_so_many_connections_turned_away_the_others_take_all(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # fault 29
    queue(bob, 30)
    monkeypatch.setitem(app.config, "CONNECTIONS", 6)
    sink = drain(app, {"connect": above(2)})
    assert ends_well(sink, people=30) == {S.ACCEPTED: 30}
    assert trouble() == ""


def test_what_is_too_large_for_the_server_fails_alone(app: Flask, bob: Person) -> None:  # fault 51
    large, *_ = queue(bob, 3)
    text = "All the best. " * 150_000
    with transaction() as session:
        row = session.get_one(Message, large)
        row.text, row.html = text, ""
        row.text_hash = text_hash(row.subject, text, "")
    with SmtpSink(extensions=("SIZE 1000000",)) as sink:
        app.config["MAIL_PORT"] = sink.port
        worker.drain()
    assert ends_well(sink, people=3) == {S.ACCEPTED: 2, S.FAILED: 1}
    assert "1,000,000 at most" in db.session.scalar(sa.select(Delivery.reply).where(Delivery.code.is_(None)))
