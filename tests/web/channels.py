"""Arrange and read for the tests of the ways beside mail."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import sqlalchemy as sa
from flask.testing import FlaskClient

from employer_app.actions.contacts import log_interview
from employer_app.actions.decisions import decide
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.event import EventKind
from employer_app.domain.interviewer import Interviewer
from employer_app.domain.role import Person
from employer_app.domain.stage import InterviewKind
from employer_app.extensions import db
from employer_app.models import Application, Event, EventPayload, OwedAnswer


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


def post(client: FlaskClient, application_id: int, path: str, **fields: object):  # type: ignore[no-untyped-def]
    return client.post(f"/applications/{application_id}/{path}", data=fields)


def letter_of(html: str) -> str:
    """What stands in the field of the letter."""
    found = re.search(r'<textarea[^>]*name="text"[^>]*>\s*(.*?)</textarea>', html, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def short_of(html: str) -> str:
    found = re.search(r'<textarea id="short"[^>]*>(.*?)</textarea>', html, re.DOTALL)
    assert found is not None
    return unescape(found[1])
