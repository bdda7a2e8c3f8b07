"""What stands around every page: counts, one banner, and no more than one statement for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import login_user

from employer_app.domain.clock import now
from employer_app.domain.role import Person
from employer_app.extensions import DatabaseTrouble, security
from employer_app.queries import health
from employer_app.web.frame import _worst, frame
from tests.queries.test_health import _statements

FINE = health.Status(
    organisation="Brightwater Ferries",
    timezone="Europe/London",
    safe_mode=False,
    has_sender=True,
    waiting=0,
    late=0,
    held=0,
    uncertain=0,
    failed=0,
    queued=0,
    due=0,
    oldest_due_at=None,
    trouble="",
    paused_until=None,
    server_ok_at=None,
    worker_seen_at=None,
    at=now(),
)
SAID = [
    ({}, None),
    ({"held": 1}, "1 message needs you: it was stopped."),
    ({"held": 2}, "2 messages need you: they were stopped."),
    ({"held": 1, "failed_unseen": 1}, "did not arrive"),
    (
        {"held": 1, "failed_unseen": 1, "uncertain_unseen": 1200},
        "1,200 messages may have arrived. Please check.",
    ),
    (
        {"uncertain_unseen": 1, "due": 3},
        "3 messages are due, but the part of this app that sends them is not running.",
    ),
    ({"failed": 1, "uncertain": 2}, None),  # somebody has looked at them
    ({"due": 3, "has_sender": False}, "There is no sender address yet"),
    ({"due": 3, "has_sender": False, "safe_mode": True}, "Safe mode is on."),
    (
        {"safe_mode": True, "paused_until": now() + timedelta(hours=1), "trouble": "It refuses connections."},
        "It refuses connections.",
    ),
]


@pytest.mark.parametrize(("standing", "words"), SAID)
def test_the_worst_wins_and_there_is_one_banner(
    app: Flask, standing: dict[str, object], words: str | None
) -> None:
    with app.test_request_context("/"):
        banner = _worst(replace(FINE, **standing))  # type: ignore[arg-type]
    assert (words is None and banner is None) or (banner is not None and words in banner.text)  # type: ignore[operator]


def test_no_mail_server_comes_before_everything(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAIL_SERVER", "")
    with app.test_request_context("/"):
        banner = _worst(replace(FINE, safe_mode=True, uncertain_unseen=3))
    assert banner is not None
    assert banner.text == "No mail server is set up. None is needed to see who waits, and nothing leaves."
    assert banner.href == ""  # a stranger and a recruiter cannot open the settings


def test_an_administrator_gets_the_way_to_the_settings(app: Flask, alice: Person) -> None:
    with app.test_request_context("/"):
        login_user(security.datastore.find_user(id=alice.user_id))
        banner = _worst(replace(FINE, safe_mode=True))
    assert banner is not None
    assert banner.href == "/settings/sending"


def test_the_frame_of_a_page_costs_one_statement(app: Flask, bob: Person) -> None:
    with app.test_request_context("/"):
        login_user(security.datastore.find_user(id=bob.user_id))
        here = frame()
        assert here.person == "Bob Adeyemi"
        with _statements() as said:
            assert here.waiting + here.late + here.needs_person + here.queued == 0
            assert here.organisation
            assert here.health
            assert here.banner is None
        assert len(said) == 1


def test_a_page_without_a_database_still_has_a_frame(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_viewer: Person) -> health.Status:
        raise DatabaseTrouble("SELECT", {}, Exception("gone"))

    with app.test_request_context("/"):
        login_user(security.datastore.find_user(id=bob.user_id))
        monkeypatch.setattr(health, "status", away)
        assert (frame().waiting, frame().banner, frame().health) == (0, None, "")


def test_a_stranger_sees_the_name_and_no_counts(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    assert "Brightwater Ferries" in page
    assert "nav-main" not in page
