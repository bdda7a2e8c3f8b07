"""Alarms under fire: several workers, a server that fails or says nothing, a copy, a disk at the brink."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app import tasks
from employer_app.actions import alarms
from employer_app.domain.clock import now
from employer_app.domain.role import Person
from employer_app.extensions import db, huey, transaction
from employer_app.models import Alarm, Journal, Organisation, RelayState
from employer_app.outbox import account_mail
from tests.outbox.driving import drain, queue
from tests.outbox.troubles import (
    MINUTE,
    let_go,
    look,
    mails,
    open_alarms,
    relay_trouble,
    restored,
    set_all,
    subjects,
    tell_by,
    unseen,
)
from tests.smtp_faults import drop, silence
from tests.smtp_sink import SmtpSink


@pytest.fixture(autouse=True)
def _disk_as_before(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "LEAST_FREE_MIB", 0)


@pytest.mark.both
def test_two_workers_tell_it_once(app: Flask, bob: Person, sink: SmtpSink) -> None:
    restored(app, bob)
    first, second = alarms.look(), alarms.look()
    assert len(first) == len(second) == 1  # both saw it before either told it
    alarms.tell(first)
    alarms.tell(second)
    let_go(app, bob)
    first, second = alarms.look(), alarms.look()
    alarms.tell(first)
    alarms.tell(second)
    assert subjects(sink) == ["Messages wait for your word", "Over: Messages wait for your word"]


@pytest.mark.both
@pytest.mark.parametrize("fault", ["connect", "RCPT"])
def test_an_alarm_that_could_not_be_mailed_is_tried_again(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    script = (
        {"connect": [drop, None, drop]} if fault == "connect" else {"RCPT": ["550 No", None, "450 Later"]}
    )
    with SmtpSink(script) as sink:
        tell_by(app, sink, monkeypatch)
        restored(app, bob)
        look()
        assert (sink.accepted, db.session.scalars(sa.select(Alarm.told_at)).all()) == ([], [None])
        look()
        look()
        assert subjects(sink) == ["Messages wait for your word"]
        let_go(app, bob)
        look()  # the third try fails too
        assert (open_alarms(), len(sink.accepted)) == ({"restore"}, 1)
        look()
    assert (open_alarms(), subjects(sink)[1:]) == (set(), ["Over: Messages wait for your word"])


def test_a_disk_at_the_brink_is_not_said_to_be_well(
    app: Flask, bob: Person, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = {"free": 60}
    monkeypatch.setattr("employer_app.outbox.obstacle.free_bytes", lambda: disk["free"] * 1024 * 1024)
    app.config["LEAST_FREE_MIB"] = 64
    told = []
    for disk["free"] in (60, 65, 63, 95, 96, 95):
        look()
        told.append(len(sink.accepted))
    assert told == [1, 1, 1, 1, 2, 2]


def test_without_another_mail_server_nothing_is_mailed_and_the_page_says_it(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    restored(app, bob)
    assert (list(alarms.look()), open_alarms()) == ([], {"restore"})
    let_go(app, bob)
    assert (list(alarms.look()), open_alarms()) == ([], set())


def test_a_copy_does_not_speak_while_the_one_that_sends_is_alive(
    app: Flask, bob: Person, sink: SmtpSink, clock: time_machine.Traveller
) -> None:
    queue(bob)
    drain(app)
    set_all(Organisation, instance_id="another installation")
    set_all(Journal, seen_at=now())
    look()
    assert (open_alarms(), sink.accepted) == (set(), [])
    clock.shift(15 * MINUTE)
    look()
    assert subjects(sink) == ["Messages wait for your word"]


def test_a_mail_server_that_says_nothing_keeps_no_delivery_waiting(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail to the administrator hangs, and the next messages leave all the same."""
    reached = threading.Event()

    def hang(session: object) -> None:
        reached.set()
        silence(session)  # type: ignore[arg-type]

    unseen(app, bob)
    set_all(Alarm, told_at=None)
    with transaction() as session:
        session.add(Alarm(kind="unseen", since=now() - timedelta(hours=2), told_at=None))
    queue(bob, 2)
    monkeypatch.setattr(tasks._Bound, "telling", None)
    tasks.init_app(app)
    with SmtpSink({"connect": [hang]}) as sink:
        tell_by(app, sink, monkeypatch)
        db.session.remove()
        huey.execute(tasks._alarm_each_minute.s())
        assert reached.wait(30)
        telling = tasks._Bound.telling
        assert telling is not None
        assert telling.is_alive()
        assert len(drain(app).accepted) == 2
        huey.execute(tasks._alarm_each_minute.s())
        assert tasks._Bound.telling is telling  # one at a time
        assert sink.sessions == 1
    telling.join(30)
    db.session.rollback()
    assert db.session.scalars(sa.select(Alarm.told_at)).all() == [None]


def test_a_bug_in_an_alarm_reaches_nobody(app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with SmtpSink() as sink:
        tell_by(app, sink, monkeypatch)
        restored(app, bob)
        to_tell = alarms.look()
        with monkeypatch.context() as patched:
            patched.setattr(account_mail, "build", lambda _letter: 1 / 0)
            alarms.tell(to_tell)
        look()
    assert subjects(sink) == ["Messages wait for your word"]


def test_the_words_of_the_mail_server_stay_here(app: Flask, bob: Person, sink: SmtpSink) -> None:
    relay_trouble(app, bob)
    assert db.session.scalar(sa.select(RelayState.trouble)) != ""
    with transaction() as session:
        session.add(Alarm(kind="relay", since=now() - timedelta(hours=1), told_at=None))
    look()
    (mail,) = mails(sink)
    assert "535" not in mail.get_content()
    assert "maren" not in sink.accepted[0].raw.decode()
