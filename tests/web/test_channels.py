"""The ways beside mail: the right words for one person, nothing kept that was only typed, and honest outcomes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.contacts import log_interview
from employer_app.actions.decisions import decide
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.event import EventKind
from employer_app.domain.interviewer import Interviewer
from employer_app.domain.role import Person
from employer_app.domain.stage import InterviewKind
from employer_app.domain.words import code_words_in
from employer_app.extensions import db
from employer_app.models import Application, Event, EventPayload, OwedAnswer
from employer_app.web import paper
from tests import factories
from tests.pango import needs_pango
from tests.web.pages import visible

PAGES = ("call", "letter", "short-text")
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def someone(app: Flask) -> int:
    """Applied, no mail address."""
    job = factories.job(contact_phone="010 555 0142")
    return factories.application(job, name="Kofi Mensah", address=None, phone="+31 (0)10 555 0199")


def met(bob: Person, application_id: int) -> int:
    log_interview(
        actor=bob,
        application_id=application_id,
        kind=InterviewKind.PANEL,
        held_at=now() - timedelta(days=3),
        interviewers=[Interviewer("Jonas Lindholm")],
    )
    return application_id


def decided(bob: Person, application_id: int, code: str = "FILLED") -> int:
    row = db.session.get_one(Application, application_id, populate_existing=True)
    decide(actor=bob, application_id=application_id, code=code, version=row.version)
    return application_id


def reasons(application_id: int) -> list[Reason]:
    db.session.rollback()
    query = sa.select(OwedAnswer.reason).where(OwedAnswer.application_id == application_id)
    return list(db.session.scalars(query.order_by(OwedAnswer.rank)))


def last_event(application_id: int) -> tuple[EventKind, dict[str, object], dict[str, object]]:
    db.session.rollback()
    query = (
        sa.select(Event.kind, Event.facts, EventPayload.payload)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.subject == f"application:{application_id}")
        .order_by(Event.seq.desc())
    )
    kind, facts, payload = db.session.execute(query).first() or (None, {}, {})
    assert kind is not None
    return kind, facts, payload


def test_x(app: Flask, as_bob: FlaskClient, bob: Person, someone: int) -> None:
    for way in PAGES:
        a = as_bob.get(f"/applications/{someone}/{way}")
        print(a.status_code, visible(a.text)[300:3000], "\n")
    decided(bob, met(bob, someone))
    for way in PAGES:
        a = as_bob.get(f"/applications/{someone}/{way}")
        print(a.status_code, visible(a.text)[300:3000], "\n")
    raise SystemExit
