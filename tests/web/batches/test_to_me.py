"""A message of a send list in one's own mailbox: to the signed-in person and to nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.extensions import db, transaction
from employer_app.models import Message, Organisation, PlanItem
from employer_app.outbox.to_oneself import AT_ONCE, EACH
from tests import factories
from tests.smtp_sink import SmtpSink
from tests.web.batches.walk import start

Sends = Callable[[SmtpSink], None]


@pytest.fixture
def sends_by(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Sends:
    def settings(sink: SmtpSink) -> None:
        found = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": sink.port, "MAIL_USE_TLS": False}
        for name, value in found.items():
            monkeypatch.setitem(app.config, name, value)

    return settings


@pytest.fixture
def sink(sends_by: Sends) -> Iterator[SmtpSink]:
    with SmtpSink() as sink:
        sends_by(sink)
        yield sink


@pytest.fixture
def plan(as_bob: FlaskClient) -> int:
    job = factories.job("Deck Officer")
    factories.application(job, name="Amara Nwosu")
    return start(as_bob, job)


def to_me(client: FlaskClient, plan: int) -> str:
    one = db.session.scalars(sa.select(PlanItem.application_id).where(PlanItem.plan_id == plan)).one()
    db.session.rollback()
    answer = client.post(f"/plans/{plan}/messages/{one}/to-me", follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_it_reaches_the_one_who_wrote_it_and_nobody_else_also_in_safe_mode(
    as_bob: FlaskClient, plan: int, sink: SmtpSink
) -> None:
    with transaction() as session:
        session.execute(sa.update(Organisation).values(safe_mode=True))
    assert "Amara Nwosu got nothing." in to_me(as_bob, plan)
    (mail,) = sink.accepted
    assert mail.recipients == ("bob@team.example",)
    parsed = message_from_bytes(mail.raw, policy=policy.default)
    item = db.session.scalars(sa.select(PlanItem)).one()
    assert parsed["Subject"] == f"Test: {item.subject}"
    body = parsed.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == item.text.splitlines()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_another_persons_list_is_not_there(as_bob: FlaskClient, as_alice: FlaskClient, plan: int) -> None:
    one = db.session.scalars(sa.select(PlanItem.application_id)).one()
    assert as_alice.post(f"/plans/{plan}/messages/{one}/to-me").status_code == 404


def test_no_mail_server_is_said(
    as_bob: FlaskClient, plan: int, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAIL_SERVER", "")
    assert "No mail server is set up." in to_me(as_bob, plan)


def test_a_server_that_refuses_is_quoted(as_bob: FlaskClient, plan: int, sends_by: Sends) -> None:
    with SmtpSink({"RCPT": "550 5.1.1 nobody of that name"}) as sink:
        sends_by(sink)
        assert "nobody of that name" in to_me(as_bob, plan)
        assert sink.accepted == []


def test_a_mailbox_is_not_flooded(as_bob: FlaskClient, plan: int, sink: SmtpSink) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(AT_ONCE):
            to_me(as_bob, plan)
        assert "many test letters" in to_me(as_bob, plan)
        clock.shift(EACH + timedelta(seconds=1))
        to_me(as_bob, plan)
    assert len(sink.accepted) == AT_ONCE + 1
