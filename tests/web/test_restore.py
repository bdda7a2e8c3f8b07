"""After a restore: the banner on every page, the list of what had gone, and who may let what go on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.domain.restore import Cause
from employer_app.domain.words import code_words_in
from employer_app.extensions import db, transaction
from employer_app.models import Journal, Message, Organisation
from employer_app.outbox import restore
from tests import factories
from tests.actions.mail import queue
from tests.web.pages import visible

pytestmark = pytest.mark.both

PAGE = "/outbox/restored"


@pytest.fixture
def restored(app: Flask) -> tuple[int, int]:
    """Two messages that a restore stopped: the first one had left before."""
    app.config["MAIL_SERVER"] = "127.0.0.1"
    job = factories.job("Deck Officer")
    gone, waits = (queue(factories.application(job, name=name)) for name in ("Amara Nwosu", "Björn Åkesson"))
    restore.pause(Cause.OLDER, {gone: now() - timedelta(hours=2)})
    return gone, waits


def _statuses() -> dict[int, MessageStatus]:
    db.session.rollback()
    rows = db.session.execute(sa.select(Message.id, Message.status))
    return {row.id: row.status for row in rows}


def test_every_page_and_the_monitor_say_that_the_outbox_stands_still(
    as_bob: FlaskClient, restored: tuple[int, int]
) -> None:
    page = as_bob.get("/jobs").text
    assert "This database was restored" in page
    assert f'href="{PAGE}"' in page
    assert as_bob.get("/healthz/outbox").status_code == 503


def test_page_lists_what_had_left_apart_from_what_can_go_on(
    as_bob: FlaskClient, restored: tuple[int, int]
) -> None:
    text = visible(as_bob.get(PAGE).text)
    had_left, can_go_on = text.split("1 message can go on")
    assert "1 message had left before" in had_left
    assert ("Amara Nwosu" in had_left, "Björn Åkesson" in had_left) == (True, False)
    assert ("Amara Nwosu" in can_go_on, "Björn Åkesson" in can_go_on) == (False, True)
    assert code_words_in(text) == []


def test_one_click_lets_go_what_had_not_left(as_bob: FlaskClient, restored: tuple[int, int]) -> None:
    gone, waits = restored
    answer = as_bob.post(f"{PAGE}/release", follow_redirects=True)
    assert "1 message let go" in answer.text
    assert _statuses() == {gone: MessageStatus.HELD, waits: MessageStatus.QUEUED}
    assert "This database was restored" not in as_bob.get("/jobs").text


def test_many_need_their_number(app: Flask, as_bob: FlaskClient, restored: tuple[int, int]) -> None:
    app.config["TYPED_COUNT_FROM"] = 0
    try:
        refused = as_bob.post(f"{PAGE}/release", data={"typed_count": "2"})
        assert refused.status_code == 422
        assert "Please type 1" in refused.text
        assert _statuses()[restored[1]] is MessageStatus.HELD
        as_bob.post(f"{PAGE}/release", data={"typed_count": "1"})
    finally:
        app.config["TYPED_COUNT_FROM"] = 30
    assert _statuses()[restored[1]] is MessageStatus.QUEUED


def test_what_had_left_is_asked_about(as_bob: FlaskClient, restored: tuple[int, int]) -> None:
    gone, waits = restored
    page = as_bob.post(f"{PAGE}/settle", follow_redirects=True).text
    assert "Did these arrive?" in page
    assert "Amara Nwosu" in page
    assert _statuses() == {gone: MessageStatus.UNCERTAIN, waits: MessageStatus.HELD}


def test_nobody_without_a_role_lets_anything_go(as_charlie: FlaskClient, restored: tuple[int, int]) -> None:
    before = _statuses()
    verbs = ("release", "settle", "backlog", "adopt")
    codes = [as_charlie.post(f"{PAGE}/{verb}").status_code for verb in verbs]
    assert codes == [403] * 4
    assert _statuses() == before


@pytest.fixture
def copied(app: Flask) -> int:
    """A message in a database from which another installation sends."""
    app.config["MAIL_SERVER"] = "127.0.0.1"
    with transaction() as session:
        session.execute(sa.update(Organisation).values(instance_id="old-host-1"))
    return queue(factories.application(factories.job(), name="Amara Nwosu"))


def test_copy_says_so_and_only_an_administrator_lets_it_send(
    as_alice: FlaskClient, as_bob: FlaskClient, copied: int
) -> None:
    assert "Another installation sends from this database" in as_bob.get("/jobs").text
    assert "This installation sends now" not in as_bob.get(PAGE).text
    assert as_bob.post(f"{PAGE}/adopt").status_code == 403
    assert "old-host-1" in as_alice.get(PAGE).text
    as_alice.post(f"{PAGE}/adopt")
    assert _statuses() == {copied: MessageStatus.HELD}
    assert "This database came from another installation" in as_bob.get("/jobs").text


def test_old_backlog_is_one_banner_and_one_click(app: Flask, as_bob: FlaskClient) -> None:
    app.config["MAIL_SERVER"] = "127.0.0.1"
    message_id = queue(factories.application(factories.job(), name="Amara Nwosu"))
    two_days_ago = now() - timedelta(days=2)
    with transaction() as session:
        session.add(Journal(id="a", host="brightwater a", seen_at=two_days_ago))
        session.execute(sa.update(Message).values(due_at=two_days_ago + timedelta(minutes=1)))
    assert "1 message was due more than a day ago" in as_bob.get("/jobs").text
    assert "Let them go on" in as_bob.get(PAGE).text
    assert _statuses() == {message_id: MessageStatus.QUEUED}
    as_bob.post(f"{PAGE}/backlog")
    assert "due more than a day ago" not in as_bob.get("/jobs").text


def test_page_without_a_restore_says_that_nothing_stands_still(as_bob: FlaskClient) -> None:
    text = visible(as_bob.get(PAGE).text)
    assert "Nothing stands still" in text
    assert "go on" not in text
