"""The part of the outbox that changes by itself: asked for often, sent only when something moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.extensions import transaction
from employer_app.models import Message
from tests import factories
from tests.web.pages import visible
from tests.web.test_messages import LATER, sent

pytestmark = pytest.mark.both


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def live(client: FlaskClient, query: str = "", tag: str = "") -> TestResponse:
    headers = {"HX-Request": "true", **({"If-None-Match": tag} if tag else {})}
    return client.get(f"/outbox/live{query}", headers=headers)


def test_live_part_is_sent_only_when_something_moved(as_bob: FlaskClient, job: int) -> None:
    message_id = sent(job, None)
    query = "?state=queued"
    first = live(as_bob, query)
    assert (first.status_code, "Amara Nwosu" in first.text) == (200, True)
    assert 'hx-get="/outbox/live?state=queued"' in first.text
    same = live(as_bob, query, first.headers["ETag"])
    assert (same.status_code, same.data) == (304, b"")
    with transaction() as session:
        values = {"status": MessageStatus.ACCEPTED, "fenced_at": now()}
        session.execute(sa.update(Message).where(Message.id == message_id).values(**values))
    moved = live(as_bob, query, first.headers["ETag"])
    assert (moved.status_code, "Amara Nwosu" in moved.text) == (200, False)
    assert "hx-get" not in moved.text, "nothing moves any more, so nothing is asked again"
    assert "1 message = 0 may have arrived" in visible(moved.text)
    assert "<html" not in moved.text


def test_live_part_sees_a_new_time_and_new_words(as_bob: FlaskClient, job: int) -> None:
    message_id = sent(job, LATER)
    tag = live(as_bob, "?state=later").headers["ETag"]
    with transaction() as session:
        row = sa.update(Message).where(Message.id == message_id)
        session.execute(row.values(due_at=now() + timedelta(hours=4)))
    assert live(as_bob, "?state=later", tag).status_code == 200


def test_page_holds_the_live_part_and_a_link_for_those_without_script(as_bob: FlaskClient, job: int) -> None:
    sent(job, None)
    page = as_bob.get("/outbox?state=queued").text
    assert page.count('id="live"') == 1
    assert 'href="/outbox?state=queued">Refresh</a>' in page
