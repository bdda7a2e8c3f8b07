"""A clock that jumps delays and never doubles; a backlog that is old asks once. Faults 40 and 41."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import restore as verbs
from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus as S
from employer_app.domain.role import OPERATOR, Person
from employer_app.extensions import db, transaction
from employer_app.models import Journal, Message
from employer_app.outbox import clock_watch, watch, worker
from employer_app.outbox.claim import claim
from employer_app.outbox.sweep import sweep
from tests.outbox.driving import drain, queue
from tests.outbox.restoring import counts
from tests.smtp_sink import SmtpSink

pytestmark = pytest.mark.both


class Hands:
    """The hands of both clocks, which the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._wall, self._steady = now(), 1000.0
        monkeypatch.setattr(clock_watch, "now", lambda: self._wall)
        monkeypatch.setattr(clock_watch, "monotonic", lambda: self._steady)

    def move(self, wall: float, steady: float) -> None:
        self._wall, self._steady = self._wall + timedelta(seconds=wall), self._steady + steady


@pytest.mark.parametrize(
    ("wall", "steady", "jumped"),
    [
        (3600, 3600, False),
        (59, 0, False),
        (61, 0, True),
        (-61, 0, True),
        (7200, 5, True),  # a machine that slept
        (60, 121, True),
    ],
)
def test_jump_is_what_the_two_clocks_do_not_share(
    app: Flask, monkeypatch: pytest.MonkeyPatch, wall: float, steady: float, jumped: bool
) -> None:
    hands = Hands(monkeypatch)
    clock = clock_watch.Clock()
    hands.move(wall, steady)
    assert clock.jumped() is jumped
    hands.move(10, 10)
    assert clock.jumped() is jumped  # until a sweep has looked
    clock.confirm()
    assert clock.jumped() is False


@pytest.mark.parametrize("jump", [600, -86400, 7200])
def test_nothing_is_taken_after_a_jump_before_a_sweep(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:  # faults 40 41
    drain(app)
    queue(bob, 2)
    order: list[str] = []
    monkeypatch.setattr(watch, "sweep", lambda: order.append("sweep") or sweep())  # type: ignore[func-returns-value]
    monkeypatch.setattr(worker, "claim", lambda name: order.append("claim") or claim(name))
    hands = Hands(monkeypatch)
    _here = worker._here.watch
    assert _here is not None
    _here._clock = clock_watch.Clock()
    hands.move(jump, 1)
    monkeypatch.setattr(clock_watch, "_database_now", lambda: clock_watch.now())
    assert len(drain(app).recipients()) == 2
    assert order[0] == "sweep"
    assert order.count("sweep") == 1


@pytest.mark.parametrize(("off", "words"), [(600, "10 minutes ahead of"), (-86400, "1,440 minutes behind")])
def test_clock_that_disagrees_with_the_database_takes_nothing(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch, off: int, words: str
) -> None:  # fault 40
    queue(bob, 1)
    monkeypatch.setattr(clock_watch, "_database_now", _clock(-off))
    assert words in clock_watch.wrong()
    assert drain(app).sessions == 0
    assert counts() == {S.QUEUED: 1}
    monkeypatch.setattr(clock_watch, "_database_now", now)
    assert len(drain(app).recipients()) == 1


def _clock(off: int) -> object:
    return lambda: now() + timedelta(seconds=off)


def test_clock_that_is_ahead_ends_nobodys_lease(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # fault 40
    queue(bob, 1)
    claim("elsewhere")
    there = now()
    monkeypatch.setattr(clock_watch, "_database_now", lambda: there)
    with time_machine.travel(there + timedelta(days=1)):
        sweep()
        assert counts() == {S.CLAIMED: 1}
        monkeypatch.setattr(clock_watch, "_database_now", now)
        sweep()
    assert counts() == {S.QUEUED: 1}


def test_database_clock_is_that_of_postgresql(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    theirs = clock_watch._database_now()
    if db.engine.dialect.name == "postgresql":
        assert isinstance(theirs, datetime)
        assert abs(theirs - now()) < timedelta(minutes=1)
    else:
        assert theirs is None


def _away(days: int) -> None:
    """Nobody was there to send for so long, and everything was due since then."""
    moment = now() - timedelta(days=days)
    with transaction() as session:
        session.execute(sa.update(Journal).values(seen_at=moment))
        session.execute(sa.update(Message).values(due_at=moment))


def _drain_as_it_is(app: Flask) -> list[str]:
    with SmtpSink() as sink:
        app.config["MAIL_PORT"] = sink.port
        worker.drain()
    return sink.recipients()


def test_old_backlog_waits_for_one_click_and_is_not_held(app: Flask, bob: Person) -> None:
    drain(app)
    worker.leave()
    queue(bob, 3)
    _away(days=2)
    assert _drain_as_it_is(app) == []
    assert _drain_as_it_is(app) == []  # the worker's own presence does not count
    assert counts() == {S.QUEUED: 3}
    verbs.let_backlog_go(actor=OPERATOR)
    assert len(_drain_as_it_is(app)) == 3


def test_backlog_of_a_slow_list_is_none_while_a_worker_is_there(app: Flask, bob: Person) -> None:
    drain(app)
    queue(bob, 2)
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(days=3)))
    assert len(_drain_as_it_is(app)) == 2


def test_worker_that_was_away_over_the_weekend_sends_what_is_new(app: Flask, bob: Person) -> None:
    drain(app)
    worker.leave()
    queue(bob, 2)
    with transaction() as session:
        session.execute(sa.update(Journal).values(seen_at=now() - timedelta(days=3)))
    assert len(_drain_as_it_is(app)) == 2
