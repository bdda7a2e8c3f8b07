"""The outbox on the command line: every message as a line for machines, and stops and answers one by one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner

from employer_app.cli.outbox import outbox
from employer_app.domain.clock import now
from employer_app.domain.errors import NotAllowed, Refused
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.role import OPERATOR, Person
from employer_app.extensions import db, transaction
from employer_app.models import Message, MessageApplication
from employer_app.outbox.sweep import sweep
from employer_app.queries import dump
from tests import factories
from tests.actions.mail import hand_over, queue, status_of

pytestmark = pytest.mark.both


def run(app: Flask, *words: str) -> Result:
    return FlaskCliRunner(app).invoke(outbox, words)


def lines(app: Flask) -> list[dict[str, object]]:
    found = run(app, "dump", "--json")
    assert found.exit_code == 0
    return [json.loads(line) for line in found.stdout.splitlines()]


def doubt() -> int:
    """A message whose worker died after the last look."""
    message_id = queue(factories.application(factories.job()))
    assert hand_over(message_id)
    with transaction() as session:
        session.execute(sa.update(Message).values(lease_until=now() - timedelta(seconds=1)))
    sweep()
    assert status_of(message_id) is MessageStatus.UNCERTAIN
    return message_id


def test_dump_has_exactly_these_keys_and_moments(app: Flask) -> None:
    one = factories.application(factories.job(), name="Zoë", address="zoë@post.example")
    message_id = queue(one)
    due = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=due, attempts=2))
        rfc_id = session.scalars(sa.select(Message.message_id)).one()
    assert lines(app) == [
        {
            "id": message_id,
            "application_ids": [one],
            "address": "zoë@post.example",
            "status": "queued",
            "due_at": "2026-11-27T08:30:00+00:00",
            "fenced_at": None,
            "message_id": rfc_id,
            "attempts": 2,
        }
    ]


def test_dump_says_when_the_dot_was_about_to_go(app: Flask) -> None:
    doubt()
    (found,) = lines(app)
    assert found["status"] == "uncertain"
    at = datetime.fromisoformat(str(found["fenced_at"]))
    assert at.utcoffset() == timedelta(0)
    assert abs(now() - at) < timedelta(minutes=1)


def test_dump_of_nothing_is_nothing(app: Flask) -> None:
    assert lines(app) == []


def test_a_message_about_two_applications_names_both(app: Flask) -> None:
    person = factories.candidate()
    two = [factories.application(factories.job(), candidate_id=person) for _ in range(2)]
    queue(*two)
    assert [row["application_ids"] for row in lines(app)] == [two]


def test_dump_holds_a_slice_in_memory_and_comes_by_id(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [queue(factories.application(factories.job())) for _ in range(5)]
    monkeypatch.setattr(dump, "SLICE", 2)
    asked: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    stream = dump.dump(OPERATOR)
    assert next(stream)["id"] == ids[0]
    read = [statement for statement in asked if "FROM message" in statement]
    assert len(read) == 2, "one for two messages, one for what they speak of: the other three were not read"
    assert [row["id"] for row in stream] == ids[1:]
    assert {row["id"]: row["application_ids"] for row in dump.dump(OPERATOR)} == {
        row.message_id: [row.application_id]
        for row in db.session.execute(sa.select(MessageApplication)).scalars()
    }


def test_dump_is_for_those_who_may_export(app: Flask, charlie: Person) -> None:
    with pytest.raises(NotAllowed):
        dump.dump(charlie)


def test_hold_release_and_cancel(app: Flask) -> None:
    one = queue(factories.application(factories.job()), purpose=Purpose.UPDATE)
    assert run(app, "hold", str(one), "--reason", "Ask Maren first.").stdout == "Done.\n"
    assert status_of(one) is MessageStatus.HELD
    assert run(app, "release", str(one)).stdout == "Done.\n"
    assert status_of(one) is MessageStatus.QUEUED
    assert run(app, "cancel", str(one)).stdout == "Done.\n"
    assert status_of(one) is MessageStatus.CANCELLED
    refused = run(app, "release", str(one)).exception
    assert isinstance(refused, Refused)
    assert str(refused) == "It was cancelled. Nothing was done."


def test_a_reason_is_asked_for(app: Flask) -> None:
    one = queue(factories.application(factories.job()))
    assert run(app, "hold", str(one)).exit_code == 2
    assert status_of(one) is MessageStatus.QUEUED


@pytest.mark.parametrize(
    ("answer", "then"),
    [("--arrived", MessageStatus.ACCEPTED), ("--send-again", MessageStatus.QUEUED)],
)
def test_an_answer_to_a_doubt_is_taken_once(app: Flask, answer: str, then: MessageStatus) -> None:
    one = doubt()
    assert run(app, "settle", str(one), answer).stdout == "Done.\n"
    assert status_of(one) is then
    assert isinstance(run(app, "settle", str(one), answer).exception, Refused)
