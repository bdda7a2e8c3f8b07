"""The settings pages: what an administrator sees and changes, and what is never shown."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Organisation, Place, RelayState, User
from tests import factories
from tests.actions.mail import queue
from tests.smtp_sink import SmtpSink
from tests.web.pages import visible

PAGES = [
    "/account",
    "/account/password",
    "/settings",
    "/settings/sending",
    "/settings/sending/check",
    "/settings/sending/safe-mode-off",
    "/settings/places",
    "/settings/places/new",
    "/settings/people",
]
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
]
ORGANISATION = {
    "name": "Brightwater Ferries",
    "sender_name": "Hiring",
    "sender_address": "jobs@brightwater.example",
}


def _row() -> Organisation:
    db.session.rollback()
    return db.session.get_one(Organisation, 1, populate_existing=True)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_with_one_heading_and_no_id_twice(as_alice: FlaskClient, path: str) -> None:
    answer = as_alice.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text_on_every_page(
    as_alice: FlaskClient, alice: Person, text: str
) -> None:  # attack 27
    with transaction() as session:
        session.execute(sa.update(Organisation).values(name=text, sender_name=text, signature=text))
        session.execute(sa.update(User).values(name=text, title=text, phone=text))
        session.add(Place(name=text, country="NL", timezone="Europe/Amsterdam", closed_days=[]))
        session.add(RelayState(id=1, troubles_in_a_row=1, trouble=text))
    for path in [*PAGES, "/settings/places/1", "/sign-in"]:
        page = as_alice.get(path, follow_redirects=True).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page
        assert "{{7*7}}" not in text or path == "/sign-in" or "{{7*7}}" in page


def test_an_organisation_is_saved_and_shown(as_alice: FlaskClient) -> None:
    answer = as_alice.post("/settings", data={**ORGANISATION, "retention_months": "6", "signature": "Pier 4"})
    assert (answer.status_code, answer.location) == (303, "/settings")
    row = _row()
    assert (row.sender_name, row.retention_months, row.signature) == ("Hiring", 6, "Pier 4")
    assert "Saved." in as_alice.get("/settings").text


@pytest.mark.parametrize(
    ("field", "bad", "words"),
    [
        ("sender_address", "a@x.example, b@x.example", "more than one address"),
        ("reply_to", "nobody", "it has no @"),
        ("name", "", "Give it a name."),
        ("sender_name", "A\x0bB", "invisible character"),
        ("retention_months", "1000", "not a number of months"),
        ("retention_months", "six", "This is not a whole number"),
    ],
)
def test_a_refused_field_says_why_and_everything_typed_stays(
    as_alice: FlaskClient, field: str, bad: str, words: str
) -> None:
    answer = as_alice.post("/settings", data={**ORGANISATION, "signature": "Maren, Pier 4", field: bad})
    assert answer.status_code == 200
    assert words in answer.text
    assert "Maren, Pier 4" in answer.text
    assert _row().signature == ""


def test_settings_that_are_not_on_the_form_cannot_be_sent(as_alice: FlaskClient) -> None:  # attack 17
    as_alice.post(
        "/settings", data={**ORGANISATION, "safe_mode": "y", "id": "2", "event_seq": "0", "last_hash": ""}
    )
    row = _row()
    assert (row.id, row.safe_mode, row.event_seq) == (1, False, 1)


def test_safe_mode_goes_on_at_once_and_off_after_a_look(as_alice: FlaskClient) -> None:
    as_alice.post("/settings/sending/safe-mode-on")
    assert _row().safe_mode
    page = as_alice.get("/settings/sending/safe-mode-off").text
    assert "No confirmed message is waiting" in page
    assert "jobs@brightwater.example" in page
    assert _row().safe_mode
    as_alice.post("/settings/sending/safe-mode-off")
    assert not _row().safe_mode


def test_what_would_leave_is_shown_and_then_stopped(as_alice: FlaskClient) -> None:
    as_alice.post("/settings/sending/safe-mode-on")
    queue(factories.application(factories.job(), received=timedelta(days=3)))
    page = visible(as_alice.get("/settings/sending/safe-mode-off").text)
    assert "1 message prepared in safe mode." in page
    assert "1 message of the next hour" in page
    answer = as_alice.post("/settings/sending/safe-mode-off")
    assert (answer.status_code, answer.location) == (303, "/outbox?state=stopped")
    assert "It was prepared in safe mode." in as_alice.get(answer.location).text


def test_safe_mode_stays_on_without_a_sender(as_alice: FlaskClient) -> None:
    with transaction() as session:
        session.execute(sa.update(Organisation).values(safe_mode=True, sender_address=""))
    answer = as_alice.post("/settings/sending/safe-mode-off", follow_redirects=True)
    assert "There is no sender address yet" in answer.text
    assert _row().safe_mode


def test_the_mail_servers_password_is_never_shown(  # attack 79, attack 80
    app: Flask, as_alice: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAIL_PASSWORD", "s3cret-of-the-mail-server")
    monkeypatch.setitem(app.config, "MAIL_USERNAME", "ferries")
    pages = [as_alice.get("/settings/sending"), as_alice.post("/settings/sending/test")]
    for answer in pages:
        assert "ferries" in answer.text
        assert "s3cret" not in answer.text
        assert app.config["SECRET_KEY"] not in answer.text


def test_a_mail_server_that_answers_is_said_and_no_mail_is_sent(  # attack 20
    app: Flask, as_alice: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SmtpSink() as sink:
        monkeypatch.setitem(app.config, "MAIL_PORT", sink.port)
        answer = as_alice.post("/settings/sending/test")
        sink.wait_idle()
    assert "It works" in answer.text
    assert sink.recipients() == []
    assert "MAIL" not in sink.verbs()


def test_a_mail_server_that_does_not_answer_is_said_with_its_words(as_alice: FlaskClient) -> None:
    answer = as_alice.post("/settings/sending/test")
    assert answer.status_code == 200
    assert "refuses connections" in answer.text


def test_a_place_is_added_with_its_days_off(as_alice: FlaskClient) -> None:
    data = {
        "name": "Augsburg",
        "country": "DE",
        "subdivision": "by",
        "timezone": "Europe/Berlin",
        "closed_days": "2099-12-28\n\n2099-12-29\n",
    }
    assert as_alice.post("/settings/places/new", data=data).status_code == 303
    place = db.session.scalars(sa.select(Place)).one()
    assert (place.subdivision, place.closed_days) == ("BY", ["2099-12-28", "2099-12-29"])
    page = as_alice.get(f"/settings/places/{place.id}").text
    assert "2099-12-28\r\n2099-12-29" in page or "2099-12-28\n2099-12-29" in page
    assert "Christmas" in page


@pytest.mark.parametrize(
    ("field", "bad", "words"),
    [
        ("closed_days", "28.12.2099", "is not a day"),
        ("country", "XX", "Choose one of the list"),
        ("timezone", "Europe/Nowhere", "Choose one of the list"),
        ("subdivision", "QQ", "Use one of: "),
    ],
)
def test_a_place_that_cannot_be_is_refused_in_words(
    as_alice: FlaskClient, field: str, bad: str, words: str
) -> None:
    data = {"name": "Augsburg", "country": "DE", "timezone": "Europe/Berlin", field: bad}
    answer = as_alice.post("/settings/places/new", data=data)
    assert answer.status_code == 200
    assert words in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Place.id))) == 0


def test_an_edited_place_says_how_much_was_counted_again(as_alice: FlaskClient) -> None:
    place_id = factories.place()
    factories.application(factories.job(place_id=place_id))
    data = {"name": "Rotterdam", "country": "BE", "timezone": "Europe/Brussels", "closed_days": ""}
    answer = as_alice.post(f"/settings/places/{place_id}", data=data, follow_redirects=True)
    assert "The dates of 1 application were counted again." in answer.text


def test_an_invited_person_comes_in_by_the_link_that_is_shown_once(
    app: Flask, as_alice: FlaskClient, client: FlaskClient
) -> None:
    data = {"name": "Dora Vance", "email": "dora@team.example", "role": "recruiter"}
    page = as_alice.post("/settings/people", data=data).text
    found = re.search(r'value="http://127\.0\.0\.1:8000(/sign-in/link/[^"]+)"', page)
    assert found
    assert found[1] not in as_alice.get("/settings/people").text
    assert client.post(found[1]).status_code == 303
    assert client.get("/account").status_code == 200
    assert client.get("/settings/people").status_code == 403


@pytest.mark.parametrize("role", ["owner", "", "administrator'--"])
def test_only_roles_that_there_are_can_be_given(
    as_alice: FlaskClient, bob: Person, role: str
) -> None:  # attack 17
    as_alice.post(f"/settings/people/{bob.user_id}/role", data={"role": role})
    as_alice.post("/settings/people", data={"name": "Eve", "email": "eve@x.example", "role": role})
    db.session.rollback()
    roles = {user.email: [row.name for row in user.roles] for user in db.session.scalars(sa.select(User))}
    assert roles["bob@team.example"] == ["recruiter"]
    assert roles.get("eve@x.example", ["recruiter"]) == ["recruiter"]


def test_the_last_administrator_is_kept_in_words(as_alice: FlaskClient, alice: Person) -> None:
    data = {"role": "recruiter"}
    page = as_alice.post(f"/settings/people/{alice.user_id}/role", data=data, follow_redirects=True).text
    assert "is the last administrator" in page
    assert as_alice.get("/settings/people").status_code == 200


def test_somebody_shut_out_can_be_let_in_again(
    as_alice: FlaskClient, as_bob: FlaskClient, bob: Person
) -> None:
    as_alice.post(f"/settings/people/{bob.user_id}/shut-out")
    assert as_bob.get("/account").status_code == 303
    assert "Let in again" in as_alice.get("/settings/people").text
    as_alice.post(f"/settings/people/{bob.user_id}/let-in")
    assert as_bob.get("/account").status_code == 303  # the old session stays dead
    assert factories.signed_in(as_bob.application, bob).get("/account").status_code == 200


def test_closed_days_that_were_not_sent_stay(app: Flask, as_alice: FlaskClient) -> None:
    there = f"/settings/places/{factories.place()}"
    sent = {"name": "Rotterdam", "country": "NL", "timezone": "Europe/Amsterdam"}
    assert as_alice.post(there, data={**sent, "closed_days": "2026-12-28"}).status_code == 303
    assert as_alice.post(there, data=sent).status_code == 303
    assert "2026-12-28" in as_alice.get(there).text
