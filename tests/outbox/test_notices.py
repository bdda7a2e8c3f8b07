"""Whoever confirmed a large list alone gets a mail about it; nothing hangs on whether it arrives."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.domain.clock import now
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Batch, Organisation
from employer_app.outbox.notices import notify
from employer_app.queries.released import release_of
from tests.actions.large_lists import at_once, confirm, plan_for
from tests.smtp_sink import Script, SmtpSink

pytestmark = pytest.mark.both


@pytest.fixture
def listed(app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setitem(app.config, "SECOND_PERSON_FROM", 3)
    return confirm(plan_for(bob, 4), bob)


def notified(app: Flask, monkeypatch: pytest.MonkeyPatch, script: Script | None = None) -> SmtpSink:
    with SmtpSink(script) as sink:
        monkeypatch.setitem(app.config, "MAIL_PORT", sink.port)
        notify()
    return sink


def test_it_goes_once_to_the_author_and_names_no_applicant(
    app: Flask, bob: Person, listed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:  # also while nothing may leave to candidates
        session.execute(sa.update(Organisation).values(safe_mode=True))
    sink = notified(app, monkeypatch)
    assert sink.recipients() == ["bob@team.example"]
    mail = message_from_bytes(sink.accepted[0].raw, policy=policy.default)
    assert mail["Subject"] == "You confirmed 4 messages to candidates"
    text = mail.get_content()
    assert f"/batches/{listed}" in text
    assert "Deck Officer" in text
    assert "post.example" not in text
    assert "Person" not in text
    assert release_of(bob, listed).notice_at is not None
    assert notified(app, monkeypatch).recipients() == []


def test_a_mail_that_does_not_leave_says_why_and_is_tried_again(
    app: Flask, bob: Person, listed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert notified(app, monkeypatch, {"RCPT": ["550 5.1.1 No such user"]}).recipients() == []
    found = release_of(bob, listed)
    assert (found.notice_at, "No such user" in found.notice_trouble) == (None, True)
    db.session.rollback()
    monkeypatch.setitem(app.config, "MAIL_SERVER", "")
    notify()
    assert "no mail server" in release_of(bob, listed).notice_trouble
    monkeypatch.setitem(app.config, "MAIL_SERVER", "127.0.0.1")
    assert notified(app, monkeypatch).recipients() == ["bob@team.example"]
    assert release_of(bob, listed).notice_trouble == ""


def test_once_the_list_leaves_it_is_not_tried_any_more(
    app: Flask, listed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        session.execute(sa.update(Batch).values(due_at=now() - timedelta(seconds=1)))
    assert notified(app, monkeypatch).recipients() == []


def test_a_list_that_others_released_or_a_small_one_has_none(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(plan_for(bob, 4), bob)
    assert notified(app, monkeypatch).recipients() == []


def test_two_workers_send_one(app: Flask, listed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with SmtpSink() as sink:
        monkeypatch.setitem(app.config, "MAIL_PORT", sink.port)
        db.session.rollback()
        assert at_once(notify, notify) == [None, None]
    assert sink.recipients() == ["bob@team.example"]
