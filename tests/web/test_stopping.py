"""Stop everything: on each page, by one press, without a question; let go by one press."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions import sending
from employer_app.cli import outbox
from employer_app.domain.role import OPERATOR, Person
from employer_app.extensions import db
from employer_app.models import Event, EventPayload, Organisation
from employer_app.queries import health

PAGES = [
    "/",
    "/jobs",
    "/outbox",
    "/audit",
    "/templates",
    "/import",
    "/settings/sending",
    "/account",
    "/search?q=x",
]


def _stopped() -> Organisation:
    db.session.rollback()
    return db.session.get_one(Organisation, 1, populate_existing=True)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_button_and_then_the_way_back(as_alice: FlaskClient, path: str) -> None:
    page = as_alice.get(path).text
    assert page.count('action="/stop"') == 1
    assert f'name="back" value="{path}"' in page
    as_alice.post("/stop")
    page = as_alice.get(path).text
    assert 'action="/stop"' not in page
    assert page.count('action="/go-on"') == 1


def test_one_press_stops_and_one_lets_go(as_bob: FlaskClient, bob: Person) -> None:
    answer = as_bob.post("/stop", data={"back": "/jobs?show=open"})
    assert (answer.status_code, answer.location) == (303, "/jobs?show=open")
    row = _stopped()
    assert (row.stopped_at is not None, row.stopped_by) == (True, bob.user_id)
    answer = as_bob.post("/go-on", data={"back": "/jobs"}, follow_redirects=True)
    assert "Messages leave again" in answer.text
    assert "Bob Adeyemi stopped everything" not in answer.text
    assert _stopped().stopped_at is None


def test_the_banner_says_who_since_when_and_why(as_alice: FlaskClient, bob: Person) -> None:
    with time_machine.travel("2026-11-26 09:41:00+00:00", tick=False):
        sending.stop_everything(actor=bob, because="The wrong list <b>left</b>")
    page = as_alice.get("/jobs").text
    assert "Bob Adeyemi stopped everything, Thu 26 Nov 2026, 09:41." in page
    assert "“The wrong list &lt;b&gt;left&lt;/b&gt;”" in page  # attack 27


def test_the_command_line_stops_as_well(as_bob: FlaskClient, app: Flask) -> None:
    run = app.test_cli_runner()
    assert run.invoke(outbox, ["stop", "--because", "Power cut"]).exit_code == 0
    assert "The command line stopped everything" in as_bob.get("/jobs").text
    assert run.invoke(outbox, ["go-on"]).exit_code == 0
    assert "stopped everything" not in as_bob.get("/jobs").text


def test_who_was_first_stays_named(bob: Person, alice: Person) -> None:
    sending.stop_everything(actor=bob, because="first")
    sending.stop_everything(actor=alice, because="second")
    row = _stopped()
    assert (row.stopped_by, row.stopped_because) == (bob.user_id, "first")


def test_whoever_has_no_role_neither_sees_nor_stops(as_charlie: FlaskClient) -> None:
    for path in ("/stop", "/go-on"):
        assert as_charlie.post(path).status_code == 403
    assert 'action="/stop"' not in as_charlie.get("/account").text
    assert _stopped().stopped_at is None


def test_a_stranger_is_sent_away(client: FlaskClient) -> None:
    assert client.post("/stop").location == "/sign-in"
    assert _stopped().stopped_at is None


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_nobody_is_sent_elsewhere_by_it(as_bob: FlaskClient, back: str) -> None:  # attack 31
    assert as_bob.post("/stop", data={"back": back}).location == "/"


def test_what_somebody_stopped_is_not_stuck(bob: Person) -> None:
    sending.stop_everything(actor=OPERATOR)
    status = health.status(bob)
    assert (status.stopped_at is not None, status.stopped_by, status.stuck) == (True, "", False)


def test_both_are_kept_on_the_organisations_chain(bob: Person) -> None:
    sending.stop_everything(actor=bob, because="Wrong text")
    sending.go_on(actor=bob)
    query = sa.select(Event.actor_id, Event.facts, EventPayload.payload)
    rows = db.session.execute(query.join(EventPayload, EventPayload.event_id == Event.id).order_by(Event.seq))
    assert [tuple(row) for row in rows] == [
        (bob.user_id, {"fields": ["sending.stopped"]}, {"because": "Wrong text"}),
        (bob.user_id, {"fields": ["sending.went_on"]}, {"because": ""}),
    ]
