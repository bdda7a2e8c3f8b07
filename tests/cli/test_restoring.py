"""What the person at the host says after a restore or a move, without a browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.cli.outbox import release_message as release
from employer_app.cli.restoring import adopt
from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.domain.restore import Cause
from employer_app.extensions import db, transaction
from employer_app.models import Journal, Message, Organisation
from employer_app.outbox import instance, restore
from tests import factories
from tests.actions.mail import queue

pytestmark = pytest.mark.both


@pytest.fixture
def queued(app: Flask) -> list[int]:
    job = factories.job("Deck Officer")
    return [queue(factories.application(job)) for _ in range(2)]


def _statuses() -> list[MessageStatus]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Message.status).order_by(Message.id)))


def test_released_is_what_had_not_left(app: Flask, queued: list[int]) -> None:
    restore.pause(Cause.OLDER, {queued[0]: now()})
    said = app.test_cli_runner().invoke(release, ["--restored"])
    assert said.exit_code == 0
    assert said.output.splitlines() == [
        "The outbox is open. Let go: 1 message.",
        "Held, since they had been handed over before: 1 message.",
    ]
    assert _statuses() == [MessageStatus.HELD, MessageStatus.QUEUED]


def test_adopting_holds_what_waits_and_says_how_to_go_on(app: Flask, queued: list[int]) -> None:
    with transaction() as session:
        session.execute(sa.update(Organisation).values(instance_id="old-host-1"))
    said = app.test_cli_runner().invoke(adopt)
    assert said.exit_code == 0
    assert "employer-app outbox release --restored" in said.output
    assert _statuses() == [MessageStatus.HELD] * 2
    assert db.session.scalar(sa.select(Organisation.instance_id)) == instance.here().id


def test_adopting_where_nothing_changed_holds_nothing(app: Flask, queued: list[int]) -> None:
    assert instance.sending() == instance.here().id
    assert app.test_cli_runner().invoke(adopt).exit_code == 0
    assert _statuses() == [MessageStatus.QUEUED] * 2


def test_backlog_goes_on(app: Flask, queued: list[int]) -> None:
    long_ago = now() - timedelta(days=2)
    with transaction() as session:
        session.add(Journal(id="a", host="a", seen_at=long_ago))
        session.execute(sa.update(Message).values(due_at=long_ago))
    assert restore.backlog(restore.standing().seen_at) == 2
    assert app.test_cli_runner().invoke(release, ["--backlog"]).exit_code == 0
    assert restore.backlog(restore.standing().seen_at) == 0


def test_releasing_says_what(app: Flask) -> None:
    said = app.test_cli_runner().invoke(release)
    assert said.exit_code == 2
    assert "--restored or --backlog" in said.output
