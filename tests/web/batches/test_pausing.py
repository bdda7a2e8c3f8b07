"""A list is paused and let go on from its page, with who and why; and says when it is through, if it can."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions import sending
from employer_app.domain.delivery import Outcome
from employer_app.domain.message import MessageStatus
from employer_app.domain.pace import Limits, Preset
from employer_app.domain.role import OPERATOR, Person
from employer_app.extensions import db, transaction
from employer_app.models import Batch, Delivery, Message, Organisation
from tests.outbox.driving import queue
from tests.web.pages import visible

pytestmark = pytest.mark.both

#: a Thursday, 10:00 in Rotterdam
START = datetime(2026, 11, 26, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(START, tick=False):
        yield


def _list_of(people: int, bob: Person) -> int:
    """Due an hour after the start."""
    ids = queue(bob, people)
    with transaction() as session:
        due = START + timedelta(hours=1)
        session.execute(sa.update(Message).where(Message.id.in_(ids)).values(due_at=due))
        newest = sa.select(sa.func.max(Batch.id)).scalar_subquery()
        session.execute(sa.update(Batch).where(Batch.id == newest).values(due_at=due))
    return db.session.scalars(sa.select(sa.func.max(Batch.id))).one()


def _own(limits: Limits) -> None:
    sending.set_pace(actor=OPERATOR, preset=Preset.OWN, own=limits)


def _page(client: FlaskClient, batch_id: int) -> str:
    return " ".join(visible(client.get(f"/batches/{batch_id}").text).split())


def test_paused_with_a_reason_and_let_go_on(as_bob: FlaskClient, bob: Person) -> None:
    batch_id = _list_of(2, bob)
    assert "Pause this list" in _page(as_bob, batch_id)
    answer = as_bob.post(f"/batches/{batch_id}/pause", data={"because": "The date is <b>wrong</b>"})
    assert (answer.status_code, answer.location) == (303, f"/batches/{batch_id}")
    raw = as_bob.get(f"/batches/{batch_id}").text
    assert "The date is &lt;b&gt;wrong&lt;/b&gt;" in raw  # attack 27
    page = _page(as_bob, batch_id)
    assert "Paused by Bob Adeyemi" in page
    assert "When it finishes cannot be known: it is paused." in page
    assert "Pause this list" not in page
    as_bob.post(f"/batches/{batch_id}/resume")
    page = _page(as_bob, batch_id)
    assert "Pause this list" in page
    assert "Paused by" not in page


def test_a_list_that_paused_itself_says_so(as_bob: FlaskClient, bob: Person) -> None:
    batch_id = _list_of(1, bob)
    with transaction() as session:
        values = {"paused_at": START, "paused_because": "2 of 20 messages were refused for good."}
        session.execute(sa.update(Batch).values(values))
    page = _page(as_bob, batch_id)
    assert "Paused by itself" in page
    assert "2 of 20 messages were refused for good." in page


def test_the_part_that_refreshes_notices_a_pause(as_bob: FlaskClient, bob: Person) -> None:
    batch_id = _list_of(1, bob)
    path = f"/batches/{batch_id}/progress"
    same = {"If-None-Match": as_bob.get(path).headers["ETag"]}
    assert as_bob.get(path, headers=same).status_code == 304
    sending.pause_batch(batch_id=batch_id, actor=bob)
    assert "Paused by" in as_bob.get(path, headers=same).text


def test_reasons_that_are_too_long_or_broken_are_refused(as_bob: FlaskClient, bob: Person) -> None:
    batch_id = _list_of(1, bob)
    for because in ("x" * 121, "two\nlines"):
        page = as_bob.post(
            f"/batches/{batch_id}/pause", data={"because": because}, follow_redirects=True
        ).text
        assert "Pause this list" in page


def test_no_such_list_and_nobody_without_a_role(as_bob: FlaskClient, as_charlie: FlaskClient) -> None:
    assert as_bob.post("/batches/99/pause").status_code == 404
    assert as_bob.post("/batches/99/resume").status_code == 404
    assert as_charlie.post("/batches/99/pause").status_code == 403


@pytest.mark.parametrize(
    ("limits", "when"),
    [
        (Limits(minute=1), "today, 11:09."),
        (Limits(second=14), "today, 11:00."),
        (Limits(day=4), "Monday, 08:00."),  # four today, four on Friday; a "no" leaves on no Saturday
        (Limits(domain_minute=2), "today, 11:04."),
    ],
)
def test_when_it_is_through(as_bob: FlaskClient, bob: Person, limits: Limits, when: str) -> None:
    batch_id = _list_of(10, bob)
    _own(limits)
    assert f"Finishes about {when}" in _page(as_bob, batch_id)


def test_what_is_queued_before_it_and_the_quota_of_the_day_count(as_bob: FlaskClient, bob: Person) -> None:
    first = _list_of(6, bob)
    second = _list_of(4, bob)
    _own(Limits(minute=1, day=8))
    gone = db.session.scalars(sa.select(Message.id).limit(1)).one()
    with transaction() as session:
        at = START - timedelta(hours=20)
        session.add(Delivery(message_id=gone, attempt=1, outcome=Outcome.ACCEPTED, at=at))
    page = _page(as_bob, second)
    # seven of the ten today from 11:00, one at 14:00 when that of yesterday counts no more, two tomorrow
    assert "Finishes about tomorrow, 11:01. 6 other messages leave before it." in page
    page = _page(as_bob, first)
    assert "Finishes about today, 11:05." in page
    assert "leave before it" not in page


def test_why_nobody_can_know(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    batch_id = _list_of(1, bob)
    assert "as fast as the mail server takes the messages." in _page(as_bob, batch_id)
    sending.stop_everything(actor=bob)
    assert "cannot be known: everything is stopped." in _page(as_bob, batch_id)
    sending.go_on(actor=bob)
    with transaction() as session:
        session.execute(sa.update(Organisation).values(safe_mode=True))
    assert "cannot be known: safe mode is on." in _page(as_bob, batch_id)


def test_a_list_that_is_through_says_nothing(as_bob: FlaskClient, bob: Person) -> None:
    batch_id = _list_of(1, bob)
    with transaction() as session:
        session.execute(
            sa.update(Message).values(status=MessageStatus.ACCEPTED, fenced_at=START, claim_token=None)
        )
    page = _page(as_bob, batch_id)
    assert "inishes" not in page
    assert "Pause this list" not in page
