"""After the confirm: counts that add up, and an undo that says exactly what it did."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.domain.status import Status
from employer_app.domain.words import code_words_in
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Message
from tests import factories
from tests.web.batches.walk import confirm, id_of, start, title
from tests.web.pages import visible

pytestmark = pytest.mark.both

HANDED = {
    "status": MessageStatus.HANDING_OVER,
    "fenced_at": now(),
    "lease_until": now(),
    "claim_token": "x.y",
}
ACCEPTED = {"status": MessageStatus.ACCEPTED, "fenced_at": now()}
HELD = {"status": MessageStatus.HELD, "held_because": "The name was changed after the review."}


@pytest.fixture
def batch(app: Flask, as_bob: FlaskClient) -> int:
    """Four messages and one person who was skipped."""
    job = factories.job("Deck Officer")
    for name in ("Amara Nwosu", "Ada One", "Zoë Last", "Kofi Mensah"):
        factories.application(job, name=name)
    factories.application(job, name="No Address", address=None)
    return id_of(confirm(as_bob, start(as_bob, job)), "batches")


def put(name: str, values: dict[str, object]) -> int:
    """Move one message on, as the worker would."""
    with transaction() as session:
        session.execute(sa.update(Message).where(Message.name == name).values(**values))
    return db.session.scalars(sa.select(Message.id).where(Message.name == name)).one()


def statuses() -> dict[str, MessageStatus]:
    db.session.rollback()
    return dict(db.session.execute(sa.select(Message.name, Message.status)).all())


def counts(page: str) -> list[int]:
    return [int(one) for one in re.findall(r"<li[^>]*><b>([\d,]+)</b>", page)]


def test_page_shows_every_state_and_everybody(as_bob: FlaskClient, batch: int) -> None:
    answer = as_bob.get(f"/batches/{batch}")
    words = visible(answer.text)
    assert title(answer) == f"Send list {batch}: close-out, 4 messages"
    assert "Nothing has left yet" in words
    assert counts(answer.text) == [0, 4, 0, 0, 0, 0, 0]
    assert "4 = 0 + 4 + 0 + 0 + 0 + 0 + 0" in words
    assert "5 chosen = 4 messages + 1 skipped" in words
    for name in ("Amara Nwosu", "Ada One", "Zoë Last", "Kofi Mensah", "No Address"):
        assert name in words
    assert "Undo all 4" in words
    assert code_words_in(words) == []


def test_states_add_up_whatever_happened(as_bob: FlaskClient, batch: int) -> None:
    put("Amara Nwosu", ACCEPTED)
    put("Ada One", HELD)
    put("Zoë Last", {"status": MessageStatus.UNCERTAIN, "fenced_at": now()})
    page = as_bob.get(f"/batches/{batch}").text
    assert counts(page) == [1, 1, 0, 1, 0, 1, 0]
    words = visible(page)
    assert "1 of 4 messages sent" in words
    assert "2 messages need a person" in words
    assert "The name was changed after the review." in words
    assert code_words_in(words) == []


def test_undo_says_how_many_never_leave_and_how_many_were_too_late(as_bob: FlaskClient, batch: int) -> None:
    put("Amara Nwosu", HANDED)
    answer = as_bob.post(f"/batches/{batch}/undo")
    page = as_bob.get(answer.location).text
    assert "3 will never leave, 1 was too late." in visible(page)
    assert counts(page) == [0, 0, 1, 0, 0, 0, 3]
    assert "Undo 3" not in visible(page)
    db.session.rollback()
    left = db.session.scalars(sa.select(Application.status).where(Application.status == Status.REJECTED))
    assert len(left.all()) == 1
    assert verify(db.session()).differences == []


def test_undo_twice_says_that_nothing_was_left_to_stop(as_bob: FlaskClient, batch: int) -> None:
    as_bob.post(f"/batches/{batch}/undo")
    page = visible(as_bob.get(as_bob.post(f"/batches/{batch}/undo").location).text)
    assert "Nothing was stopped" in page
    assert "Everything was stopped; nothing left" in page


def test_one_message_is_undone_alone(as_bob: FlaskClient, batch: int) -> None:
    db.session.rollback()
    one = db.session.scalars(sa.select(Message.id).where(Message.name == "Ada One")).one()
    answer = as_bob.post(f"/messages/{one}/cancel", data={"next": f"/batches/{batch}"})
    assert answer.location == f"/batches/{batch}"
    assert "The message to Ada One will never leave." in visible(as_bob.get(answer.location).text)
    assert [name for name, status in statuses().items() if status is MessageStatus.CANCELLED] == ["Ada One"]


def test_undo_of_one_goes_back_to_our_own_pages_only(as_bob: FlaskClient, batch: int) -> None:  # attack 25
    db.session.rollback()
    one = db.session.scalars(sa.select(sa.func.min(Message.id))).one()
    answer = as_bob.post(f"/messages/{one}/cancel", data={"next": "//evil.example/"})
    assert answer.location == f"/messages/{one}"


def test_progress_is_a_part_of_the_page_that_answers_304(as_bob: FlaskClient, batch: int) -> None:
    with time_machine.travel(now(), tick=False):
        first = as_bob.get(f"/batches/{batch}/progress")
        assert 'hx-trigger="every 3s"' in first.text
        assert "<html" not in first.text
        again = as_bob.get(f"/batches/{batch}/progress", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        put("Amara Nwosu", ACCEPTED)
        changed = as_bob.get(f"/batches/{batch}/progress", headers={"If-None-Match": first.headers["ETag"]})
        assert changed.status_code == 200


def test_progress_stops_asking_when_nothing_moves(as_bob: FlaskClient, batch: int) -> None:
    for name in statuses():
        put(name, ACCEPTED)
    page = as_bob.get(f"/batches/{batch}/progress").text
    assert "hx-get" not in page
    assert "4 of 4 messages sent" in visible(page)


def test_undo_is_not_offered_when_it_cannot_be_kept(as_bob: FlaskClient, batch: int) -> None:
    for name in statuses():
        put(name, HANDED)
    assert "/undo" not in as_bob.get(f"/batches/{batch}").text


def test_countdown_ends_and_undo_goes_on_for_what_waits(as_bob: FlaskClient, batch: int) -> None:
    open_page = as_bob.get(f"/batches/{batch}").text
    assert "data-countdown" in open_page
    with transaction() as session:
        session.execute(sa.text("UPDATE batch SET due_at = :due"), {"due": now() - timedelta(seconds=1)})
    late = as_bob.get(f"/batches/{batch}").text
    assert "data-countdown" not in late
    assert "Undo what has not left" in visible(late)


@pytest.mark.parametrize(
    ("show", "expected"),
    [("", 4), ("person", 1), ("sent", 1), ("queued", 2), ("cancelled", 0), ("<x>", 4)],
)
def test_messages_are_filtered_by_state_in_the_address(
    as_bob: FlaskClient, batch: int, show: str, expected: int
) -> None:  # attack 29
    put("Amara Nwosu", ACCEPTED)
    put("Ada One", HELD)
    answer = as_bob.get(f"/batches/{batch}", query_string={"show": show})
    listed = answer.text.split('id="messages"')[1].split('id="skipped"')[0]
    assert listed.count("<tr data-row>") == expected
    assert "<x>" not in answer.text


def test_csv_holds_messages_and_skips(as_bob: FlaskClient, batch: int) -> None:
    put("Ada One", HELD)
    rows = list(csv.reader(io.StringIO(as_bob.get(f"/batches/{batch}/messages.csv").text)))[1:]
    assert {row[0]: row[2] for row in rows} == {
        "Amara Nwosu": "Queued",
        "Ada One": "Stopped",
        "Zoë Last": "Queued",
        "Kofi Mensah": "Queued",
        "No Address": "No message",
    }


def test_list_that_is_not_there_is_not_found(as_bob: FlaskClient, batch: int) -> None:
    for address in ("", "/progress", "/messages.csv"):
        assert as_bob.get(f"/batches/{batch + 1}{address}").status_code == 404
    assert as_bob.post(f"/batches/{batch + 1}/undo").status_code == 404
    assert set(statuses().values()) == {MessageStatus.QUEUED}


def test_skipped_people_stay_listed_for_colleagues(as_alice: FlaskClient, batch: int) -> None:
    assert "No mail address." in visible(as_alice.get(f"/batches/{batch}").text)
