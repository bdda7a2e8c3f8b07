"""What monitors and robots are told: no more than they need, and the truth."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app import schema
from employer_app.domain.clock import now
from employer_app.extensions import transaction
from employer_app.models import RelayState


def test_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {"status": "ready"}


def test_a_database_at_another_version_is_not_ready(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "head", lambda: "0001")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "db upgrade" in answer.text


def test_a_database_that_is_away_is_not_ready(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> bool:
        raise sa.exc.OperationalError("SELECT", {}, Exception("no route to 10.0.0.7"))

    monkeypatch.setattr(schema, "is_current", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "10.0.0.7" not in answer.text


def test_a_mail_server_in_trouble_is_one_bit_for_the_monitor(app: Flask, client: FlaskClient) -> None:
    assert client.get("/healthz/outbox").status_code == 200
    with transaction() as session:
        session.add(
            RelayState(
                id=1,
                troubles_in_a_row=3,
                trouble="535 wrong password for maren@brightwater.example",
                paused_until=now() + timedelta(minutes=5),
            )
        )
    answer = client.get("/healthz/outbox")
    assert (answer.status_code, answer.json) == (503, {"status": "stuck"})


def test_robots_stay_out(client: FlaskClient) -> None:
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
