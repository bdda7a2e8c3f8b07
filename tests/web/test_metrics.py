"""Figures for a monitor: only for whoever has the token, right, and about nobody."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.delivery import Outcome
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Candidate, Delivery, Message, Worker
from employer_app.outbox import relay
from employer_app.queries import metrics
from tests.outbox.driving import queue
from tests.queries.test_health import _statements

TOKEN = "a token of the tests, guessed by nobody"
MAY = {"Authorization": f"Bearer {TOKEN}"}
#: the text format of Prometheus: comments of two kinds, and samples of numbers
LINE = re.compile(
    r"# HELP [a-z_]+ [^\n]+|# TYPE [a-z_]+ (?:gauge|counter)"
    r'|([a-z_]+(?:\{[a-z]+="[a-z_]+"\})?) (-?\d+(?:\.\d+)?)'
)


@pytest.fixture
def token(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "METRICS_TOKEN", TOKEN)


def _figures(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics", headers=MAY)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, metrics.CONTENT_TYPE)
    assert answer.text.endswith("\n")
    found = {}
    for line in answer.text.splitlines():
        parts = LINE.fullmatch(line)
        assert parts, line
        if parts[1]:
            assert parts[1] not in found
            found[parts[1]] = float(parts[2])
    return found


def test_without_a_token_there_is_no_such_page(
    client: FlaskClient, as_alice: FlaskClient
) -> None:  # fault 77
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer"}, MAY):
        assert client.get("/metrics", headers=headers).status_code == 404
        assert as_alice.get("/metrics", headers=headers).status_code == 404


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    "said",
    [None, "", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", TOKEN, f"Basic {TOKEN}", "Bearer ü"],
)
def test_with_another_token_there_is_no_such_page_either(client: FlaskClient, said: str | None) -> None:
    answer = client.get("/metrics", headers={} if said is None else {"Authorization": said})
    assert answer.status_code == 404
    assert "employer_" not in answer.text


@pytest.mark.both
@pytest.mark.usefixtures("token")
def test_the_figures_are_those_of_the_database(app: Flask, bob: Person, client: FlaskClient) -> None:
    with time_machine.travel(datetime(2026, 11, 18, 10, 0, tzinfo=UTC), tick=False):
        first, second, *_ = queue(bob, 4)
        moment = now()
        with transaction() as session:
            session.execute(sa.update(Message).values(due_at=moment - timedelta(minutes=5)))
            gone = {"fenced_at": moment, "attempts": 1}
            session.execute(sa.update(Message).where(Message.id == first).values(status="accepted", **gone))
            session.execute(sa.update(Message).where(Message.id == second).values(status="uncertain", **gone))
            session.add(Delivery(message_id=first, attempt=1, outcome=Outcome.TRY_LATER, at=moment))
            session.add(Delivery(message_id=first, attempt=2, outcome=Outcome.ACCEPTED, at=moment))
            session.add(Delivery(message_id=second, attempt=1, outcome=Outcome.UNCERTAIN, at=moment))
            seen_at = moment - timedelta(seconds=40)
            session.add(Worker(instance_id="a", started_at=seen_at, seen_at=seen_at))
        relay.trouble("It refuses connections.")
        found = _figures(client)
    assert found.pop("employer_database_bytes") > 0
    assert found.pop("employer_disk_free_bytes") > 0
    assert found == {
        'employer_messages{state="held"}': 0,
        'employer_messages{state="queued"}': 2,
        'employer_messages{state="claimed"}': 0,
        'employer_messages{state="handing_over"}': 0,
        'employer_messages{state="accepted"}': 1,
        'employer_messages{state="failed"}': 0,
        'employer_messages{state="uncertain"}': 1,
        'employer_messages{state="cancelled"}': 0,
        "employer_messages_due": 2,
        "employer_oldest_due_age_seconds": 300,
        "employer_messages_unseen": 1,
        "employer_messages_accepted_total": 1,
        'employer_attempts_total{outcome="accepted"}': 1,
        'employer_attempts_total{outcome="try_later"}': 1,
        'employer_attempts_total{outcome="refused"}': 0,
        'employer_attempts_total{outcome="uncertain"}': 1,
        'employer_attempts_total{outcome="stopped"}': 0,
        "employer_relay_paused": 1,
        "employer_stopped": 0,
        "employer_safe_mode": 0,
        "employer_outbox_stuck": 1,
        "employer_people_owed": found["employer_people_owed"],
        "employer_people_late": found["employer_people_late"],
        "employer_worker_seen_age_seconds": 40,
        "employer_disk_needed_bytes": 64 * 1024 * 1024,
    }


@pytest.mark.usefixtures("token")
def test_nobody_stands_in_the_figures(app: Flask, bob: Person, client: FlaskClient) -> None:
    queue(bob, 3)
    relay.trouble("535 wrong password for maren@brightwater.example")
    text = client.get("/metrics", headers=MAY).text
    rows = db.session.execute(sa.select(Candidate.name, Candidate.address)).all()
    assert len(rows) == 3
    assert [word for row in rows for word in row if word in text] == []
    assert "@" not in text


@pytest.mark.both
@pytest.mark.usefixtures("token")
def test_an_empty_house_has_figures_too(app: Flask, client: FlaskClient) -> None:
    found = _figures(client)
    assert found["employer_people_owed"] == found["employer_outbox_stuck"] == 0
    assert "employer_worker_seen_age_seconds" not in found  # nobody was ever seen; 0 would be a lie


@pytest.mark.both
def test_the_figures_cost_two_statements(app: Flask) -> None:
    with _statements() as said:
        metrics.figures()
    assert len(said) == 2
