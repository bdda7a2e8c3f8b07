"""The short text: short, never a no to whoever was met, on record once somebody sent it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.event import EventKind
from employer_app.domain.in_words import day_in_words
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Event, EventPayload
from tests import factories
from tests.web.channels import decided, last_event, met, post, reasons, short_of
from tests.web.pages import visible


@pytest.fixture
def someone(app: Flask) -> int:
    """Applied, no mail address."""
    job = factories.job(contact_phone="010 555 0142")
    return factories.application(job, name="Kofi Mensah", address=None, phone="+31 (0)10 555 0199")


def test_a_short_text_is_short_and_its_day_is_a_date_we_gave(as_bob: FlaskClient, someone: int) -> None:
    day = (now() + timedelta(days=9)).date()
    fields = {"own_words": "1", "about": "holding_note", "next_update_by": day}
    html = post(as_bob, someone, "short-text", **fields).text
    text = short_of(html)
    assert f"by {day_in_words(day)}" in text
    assert f"{len(text)} of 320 characters" in visible(html)
    assert len(text) <= 320
    fields |= {"by": "whatsapp", "text": text}
    other = post(as_bob, someone, "short-text/sent", **{**fields, "next_update_by": day + timedelta(days=1)})
    assert other.status_code == 422
    assert "The text is another one now." in visible(other.text)
    assert post(as_bob, someone, "short-text/sent", **fields).status_code == 303
    assert last_event(someone)[1]["due"] == day.isoformat()
    query = sa.select(EventPayload.payload).join(Event, Event.id == EventPayload.event_id)
    logged = db.session.scalars(query.where(Event.kind == EventKind.LETTER_LOGGED)).one()
    assert logged == {"summary": f"WhatsApp:\n{text}"}


def test_a_short_text_tells_whom_nobody_has_met(as_bob: FlaskClient, bob: Person, someone: int) -> None:
    decided(bob, someone)
    text = short_of(as_bob.get(f"/applications/{someone}/short-text").text)
    assert "The role has been filled" in text
    answer = post(as_bob, someone, "short-text/sent", own_words="1", about="filled", by="sms", text=text)
    assert answer.status_code == 303
    assert reasons(someone) == []


def test_nobody_who_was_met_gets_a_no_in_a_short_text(as_bob: FlaskClient, bob: Person, someone: int) -> None:
    decided(bob, met(bob, someone))
    text = visible(as_bob.get(f"/applications/{someone}/short-text?about=filled").text)
    assert "Nobody whom you have met gets a no in a short text." in text
    assert "the role has been filled" not in text.lower()
    answer = post(as_bob, someone, "short-text", own_words="1", about="enquiry_answer")
    assert answer.status_code == 422
    assert "Your answer to what was asked" in visible(answer.text)
    typed = {"typed-answer_text": "Interviews end on Friday.", "next_update_by": "2099-12-03"}
    answer = post(as_bob, someone, "short-text", own_words="1", about="enquiry_answer", **typed)
    assert "Interviews end on Friday." in short_of(answer.text)
