"""The standing rule acknowledges each application once, and never more than that."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import acknowledgements
from employer_app.actions.acknowledgements import acknowledge_due
from employer_app.actions.decisions import decide
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from employer_app.extensions import db, transaction
from employer_app.models import Application, Message, MessageApplication, OwedAnswer
from employer_app.outbox import worker
from tests import factories
from tests.actions.mail import status_of
from tests.smtp_sink import SmtpSink

pytestmark = pytest.mark.both


def test_acknowledges_once_in_jobs_with_the_rule(app: Flask) -> None:
    ruled = factories.job("Deck Officer", acknowledges=True)
    factories.application(ruled, name="Amara Nwosu", ack_expected=True, received=timedelta(hours=1))
    factories.application(ruled, name="Known Long", ack_expected=False)
    factories.application(factories.job("Other"), ack_expected=True)
    assert acknowledge_due() == 1
    assert acknowledge_due() == 0
    message = db.session.scalars(sa.select(Message)).one()
    assert (message.name, message.purpose, message.automatic) == (
        "Amara Nwosu", Purpose.ACKNOWLEDGEMENT, True
    )  # fmt: skip
    assert message.promise_on
    assert "Deck Officer" in message.text


def test_acknowledgement_clears_only_its_own_debt(app: Flask) -> None:
    job = factories.job("Deck Officer", acknowledges=True)
    factories.application(job, ack_expected=True, received=timedelta(hours=1))
    acknowledge_due()
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(seconds=1)))
    with SmtpSink() as sink:
        app.config["MAIL_PORT"] = sink.port
        worker.drain()
    worker.leave()
    assert b"Auto-Submitted: auto-generated" in sink.accepted[0].raw
    db.session.rollback()
    assert set(db.session.scalars(sa.select(OwedAnswer.reason))) == {Reason.SILENT, Reason.PROMISE_DUE}
    assert db.session.scalar(sa.select(Application.status)) is Status.ACTIVE
    assert db.session.scalar(sa.select(Application.last_contact_at)) is None


def test_acknowledgement_that_comes_after_its_date_is_stopped(app: Flask) -> None:
    factories.application(factories.job(acknowledges=True), ack_expected=True, received=timedelta(hours=1))
    acknowledge_due()
    message = db.session.scalars(sa.select(Message)).one()
    assert message.expires_at is not None
    assert message.expires_at.date().isoformat() == message.promise_on
    with time_machine.travel(message.expires_at + timedelta(hours=1)), SmtpSink() as sink:
        app.config["MAIL_PORT"] = sink.port
        worker.drain()
        worker.leave()
    assert sink.recipients() == []
    assert status_of(message.id) is MessageStatus.HELD


def test_whoever_is_decided_while_the_rule_writes_gets_no_acknowledgement(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = factories.job(acknowledges=True)
    first, second = (factories.application(job, ack_expected=True) for _ in range(2))
    write = acknowledgements.render

    def decided_meanwhile(*given: object) -> object:
        decide(actor=bob, application_id=first, code="INT-SKILL", version=1)
        return write(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(acknowledgements, "render", decided_meanwhile)
    assert acknowledge_due() == 1
    links = db.session.scalars(sa.select(MessageApplication.application_id)).all()
    assert links == [second]


def test_nobody_is_acknowledged_without_an_address_or_a_sender(app: Flask) -> None:
    job = factories.job("Deck Officer", acknowledges=True)
    factories.application(job, ack_expected=True, address=None)
    assert acknowledge_due() == 0
    factories.application(job, ack_expected=True)
    with transaction() as session:
        session.execute(sa.text("UPDATE organisation SET sender_address = ''"))
    assert acknowledge_due() == 0
    reasons = set(db.session.scalars(sa.select(OwedAnswer.reason)))
    assert Reason.NOT_ACKNOWLEDGED in reasons
