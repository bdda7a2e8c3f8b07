"""What cannot be written down does not leave, and goes on by itself when it can."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app import schema
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Message
from tests.outbox.driving import drain, queue, statuses

pytestmark = pytest.mark.both

NO_DISK_IS_THAT_LARGE = 2**50


@pytest.fixture
def full(app: Flask) -> Iterator[None]:
    before = app.config["LEAST_FREE_MIB"]
    app.config["LEAST_FREE_MIB"] = NO_DISK_IS_THAT_LARGE
    yield
    app.config["LEAST_FREE_MIB"] = before


def _untouched(people: int) -> bool:
    db.session.rollback()
    attempts = set(db.session.scalars(sa.select(Message.attempts)))
    return statuses() == [MessageStatus.QUEUED] * people and attempts == {0}


def test_nothing_leaves_while_the_disk_is_almost_full(
    app: Flask, bob: Person, full: None
) -> None:  # fault 43
    queue(bob, 3)
    assert drain(app).sessions == 0
    assert _untouched(3)
    app.config["LEAST_FREE_MIB"] = 0
    assert len(drain(app).recipients()) == 3


def test_every_page_and_the_monitor_say_that_the_disk_is_almost_full(
    app: Flask, as_bob: FlaskClient, full: None
) -> None:
    app.config["MAIL_SERVER"] = "127.0.0.1"
    assert "The disk is almost full" in as_bob.get("/").text
    assert as_bob.get("/healthz/outbox").status_code == 503


def test_a_worker_of_another_version_than_the_database_takes_nothing(  # fault 52
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(bob, 2)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "head", lambda: "9999")
        assert drain(app).sessions == 0
    assert _untouched(2)
    assert len(drain(app).recipients()) == 2
