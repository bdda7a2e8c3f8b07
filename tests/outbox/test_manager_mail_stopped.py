"""A mail to a hiring manager leaves once or not at all: what stops all mail stops it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions.manager_asks import withdraw
from employer_app.domain.clock import now
from employer_app.domain.role import Person
from employer_app.extensions import db, for_a_thread, transaction
from employer_app.models import Organisation
from employer_app.outbox import manager_mail, relay
from tests import factories
from tests.actions.asking import ask, row
from tests.outbox.managers import MONDAY, QUESTION, WEDNESDAY, send, subjects
from tests.smtp_faults import lose_then_drop
from tests.smtp_sink import Script, SmtpSink

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "LEAST_FREE_MIB", 0)
    monkeypatch.setitem(app.config, "MAIL_PORT", 1)
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://jobs.brightwater.example/")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def job(app: Flask, clock: time_machine.Traveller) -> int:
    return factories.job()


@pytest.fixture
def two(job: int) -> tuple[int, int]:
    return factories.application(job, name="Ada Vance"), factories.application(job, name="Ben Ito")


@pytest.mark.parametrize("when", ["before", "after the question"])
def test_what_was_taken_back_is_not_mailed(
    app: Flask, bob: Person, job: int, two: tuple[int, int], clock: time_machine.Traveller, when: str
) -> None:
    ask_id = ask(bob, job, *two)
    if when != "before":
        send(app)
        clock.move_to(WEDNESDAY)
    withdraw(actor=bob, ask_id=ask_id)
    assert send(app) == []


def test_what_is_taken_back_while_it_is_handed_over_stays_here(
    app: Flask, bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, *two)
    take_back = for_a_thread(lambda: (withdraw(actor=bob, ask_id=ask_id), None)[1])

    def at_data(session: object) -> str:
        take_back()
        return "354 Go ahead"

    assert send(app, {"DATA": at_data}) == []
    asked = row(ask_id)
    assert (asked.mails, asked.next_mail_at, asked.claim_token) == (0, None, None)


@pytest.mark.parametrize(
    ("script", "again", "words"),
    [
        ({"connect": "421 4.3.2 Later"}, True, "421"),
        ({"RCPT": "450 4.2.0 Later"}, True, "450"),
        ({"RCPT": "550 5.1.1 No such mailbox"}, False, "No such mailbox"),
        ({"dot": "451 4.3.0 Full"}, True, "451"),
    ],
)
def test_what_did_not_leave_is_taken_back(
    app: Flask, bob: Person, job: int, two: tuple[int, int], clock: time_machine.Traveller,
    script: Script, again: bool, words: str,
) -> None:  # fmt: skip
    ask_id = ask(bob, job, *two)
    assert send(app, script) == []
    asked = row(ask_id)
    assert (asked.mails, asked.mailed_at, asked.claim_token, asked.claimed_until) == (0, None, None, None)
    assert words in asked.trouble
    assert asked.next_mail_at == (MONDAY + timedelta(minutes=10) if again else None)
    clock.move_to(MONDAY + timedelta(minutes=10))
    assert subjects(send(app)) == (QUESTION if again else [])
    assert (row(ask_id).trouble == "") is again


def test_what_may_have_left_is_not_mailed_twice(
    app: Flask, bob: Person, job: int, two: tuple[int, int], clock: time_machine.Traveller
) -> None:
    ask_id = ask(bob, job, *two)
    send(app, {"dot": [lose_then_drop]})
    assert row(ask_id).mails == 1
    clock.move_to(MONDAY + timedelta(hours=1))
    assert send(app) == []


def _safe_mode(app: Flask) -> None:
    _house(safe_mode=True)


def _stopped(app: Flask) -> None:
    _house(stopped_at=now(), stopped_because="Fire drill")


def _no_sender(app: Flask) -> None:
    _house(sender_address="")


def _another_sends(app: Flask) -> None:
    _house(instance_id="another installation")


def _paused(app: Flask) -> None:
    relay.trouble("535 5.7.8 wrong password")


def _full_disk(app: Flask) -> None:
    app.config["LEAST_FREE_MIB"] = 10**9


def _house(**values: object) -> None:
    with transaction() as session:
        session.execute(sa.update(Organisation).values(**values))


@pytest.mark.parametrize("stop", [_safe_mode, _stopped, _no_sender, _another_sends, _paused, _full_disk])
def test_what_stops_all_mail_stops_these_too_and_they_wait(
    app: Flask, bob: Person, job: int, two: tuple[int, int], clock: time_machine.Traveller,
    stop: Callable[[Flask], None],
) -> None:  # fmt: skip
    ask_id = ask(bob, job, *two)
    stop(app)
    assert send(app) == []
    asked = row(ask_id)
    assert (asked.mails, asked.next_mail_at, asked.claim_token) == (0, MONDAY, None)
    assert stop is _full_disk or manager_mail.why_not("mara@brightwater.example")
    app.config["LEAST_FREE_MIB"] = 0
    _house(safe_mode=False, stopped_at=None, sender_address="jobs@brightwater.example", instance_id="")
    relay.works()
    assert subjects(send(app)) == QUESTION


def test_safe_mode_lets_it_leave_to_the_team_alone(
    app: Flask, bob: Person, alice: Person, job: int, two: tuple[int, int]
) -> None:
    _house(safe_mode=True)
    ask(bob, job, two[0])
    ask(bob, job, two[1], name="Alice Moreau", address="Alice@team.example")
    assert [mail["To"] for mail in send(app)] == ["Alice Moreau <Alice@team.example>"]


def test_safe_mode_that_comes_meanwhile_stops_it_before_the_dot(
    app: Flask, bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, *two)
    switch_on = for_a_thread(lambda: _house(safe_mode=True))

    def at_data(session: object) -> str:
        switch_on()
        return "354 Go ahead"

    assert send(app, {"DATA": at_data}) == []
    assert row(ask_id).mails == 0


def test_two_workers_mail_once(app: Flask, bob: Person, job: int, two: tuple[int, int]) -> None:
    ask(bob, job, *two)
    db.session.remove()
    with SmtpSink() as sink:
        app.config["MAIL_PORT"] = sink.port
        workers = [threading.Thread(target=for_a_thread(manager_mail.send_due)) for _ in range(4)]
        for one in workers:
            one.start()
        for one in workers:
            one.join()
    assert len(sink.accepted) == 1


def test_a_worker_that_died_is_followed_by_another(
    app: Flask, bob: Person, job: int, two: tuple[int, int], clock: time_machine.Traveller
) -> None:
    ask_id = ask(bob, job, *two)
    assert manager_mail._claim(ask_id, "a worker that died") is not None
    assert send(app) == []
    clock.move_to(MONDAY + timedelta(minutes=15))
    assert subjects(send(app)) == QUESTION
