"""Everybody at once on the same few applicants, in processes of their own, on both databases.

Nobody waits for anybody here, so each run is another order of events; what is asserted holds in every one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import ExitStack
from datetime import datetime
from email.parser import BytesHeaderParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app import create_app
from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Batch, Event, Message, MessageApplication
from tests import factories
from tests.conftest import POSTGRES
from tests.journeys.racers import race
from tests.processes import CONTEXT
from tests.smtp_sink import SmtpSink

PEOPLE = 30
ROLES = ("recruiter", "recruiter", "editor", "mover", "decider")
WORKERS = 2
#: each of these raises the version of the application, and nothing else does here
RAISING = frozenset(
    {
        EventKind.STAGE_MOVED,
        EventKind.STATUS_CHANGED,
        EventKind.DECISION_MADE,
        EventKind.DECISION_UNDONE,
        EventKind.CANDIDATE_CHANGED,
    }
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """Of an app with a database of its own, which other processes may open too."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'race.sqlite'}"
        if request.param == "postgres":
            if not POSTGRES:
                pytest.skip("EMPLOYER_TEST_POSTGRES_URL is not set")
            url = stack.enter_context(factories.postgres_database(POSTGRES))
        yield {
            "SQLALCHEMY_DATABASE_URI": url,
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_USE_TLS": False,
            "SEND_WINDOW": "always",
        }


@pytest.fixture
def after_the_race(settings: dict[str, Any], tmp_path: Path) -> Iterator[tuple[Flask, Counter[str]]]:
    """The app when all have gone, and how often each Message-ID arrived."""
    instance = tmp_path / "instance"
    app = create_app(settings, instance)
    factories.migrate(app)
    with app.app_context():
        factories.organisation()
        job = factories.job()
        for _ in range(PEOPLE):
            factories.application(job)
        db.session.remove()
        db.engine.dispose()
        with SmtpSink() as sink:
            _run({**settings, "MAIL_PORT": sink.port}, instance)
        header = BytesHeaderParser()
        yield app, Counter(str(header.parsebytes(letter.raw)["Message-ID"]) for letter in sink.accepted)
        db.session.remove()
        db.engine.dispose()


def _run(settings: Mapping[str, Any], instance: Path) -> None:
    with ProcessPoolExecutor(len(ROLES) + WORKERS, CONTEXT) as pool:
        workers = [pool.submit(race, "worker", settings, str(instance), 0) for _ in range(WORKERS)]
        others = [pool.submit(race, role, settings, str(instance), seed) for seed, role in enumerate(ROLES)]
        try:
            wait(others)
        finally:  # or the workers would go on for ever, and the pool would wait for them
            (instance / "others have gone").touch()
        done = [each.result() for each in others]
        assert all(each.result() for each in workers)
    assert all(done), f"somebody was refused everything: {dict(zip(ROLES, done, strict=False))}"


def test_everybody_at_once(after_the_race: tuple[Flask, Counter[str]]) -> None:
    # faults 1 34 35 37 38 39
    _app, copies = after_the_race
    messages = db.session.scalars(sa.select(Message)).all()
    assert copies, "nothing left at all, so nothing was tried"
    assert set(copies.values()) == {1}
    accepted = {row.message_id for row in messages if row.status is MessageStatus.ACCEPTED}
    assert set(copies) == accepted  # so nothing cancelled, stopped or waiting has left
    in_between = {MessageStatus.CLAIMED, MessageStatus.HANDING_OVER, MessageStatus.UNCERTAIN}
    assert not in_between & {row.status for row in messages}
    assert verify(db.session()).differences == []
    _assert_lists_add_up()
    _assert_told_once_a_decision()
    _assert_nothing_left_against_what_was_saved()


def _assert_lists_add_up() -> None:
    rows = dict(
        db.session.execute(sa.select(Message.batch_id, sa.func.count()).group_by(Message.batch_id)).all()
    )
    for batch in db.session.scalars(sa.select(Batch)):
        assert batch.chosen == batch.messages + batch.skipped
        assert rows[batch.id] == batch.messages


def _histories() -> Mapping[int, list[Event]]:
    found: dict[int, list[Event]] = {}
    for one in db.session.scalars(sa.select(MessageApplication.application_id).distinct()):
        chain = sa.select(Event).where(Event.subject == application_subject(one)).order_by(Event.seq)
        found[one] = list(db.session.scalars(chain))
    return found


def _assert_told_once_a_decision() -> None:
    """Between two letters that say no to one person lies a reopening by a person.

    Each counts from its last look: what the mail server says to it may be written down after the reopening.
    """
    query = (
        sa.select(Message.fenced_at, MessageApplication.application_id)
        .join(MessageApplication, MessageApplication.message_id == Message.id)
        .where(Message.status == MessageStatus.ACCEPTED, Message.purpose == Purpose.DECISION)
        .order_by(Message.fenced_at)
    )
    left: dict[int, list[datetime]] = {}
    for row in db.session.execute(query):
        left.setdefault(row.application_id, []).append(row.fenced_at)
    histories = _histories()
    for application, moments in left.items():
        reopened = [e.recorded_at for e in histories[application] if e.kind is EventKind.STATUS_CHANGED]
        for one, next_one in pairwise(moments):
            assert any(one < moment < next_one for moment in reopened), f"told twice: {application}"


def _assert_nothing_left_against_what_was_saved() -> None:
    """What was saved before the last look had been reviewed; whatever came later had to wait for it."""
    histories = _histories()
    query = (
        sa.select(Message.fenced_at, MessageApplication.application_id, MessageApplication.version)
        .join(MessageApplication, MessageApplication.message_id == Message.id)
        .where(Message.status == MessageStatus.ACCEPTED)
    )
    for row in db.session.execute(query):
        before = [event for event in histories[row.application_id] if event.recorded_at < row.fenced_at]
        assert row.version == 1 + sum(event.kind in RAISING for event in before)
