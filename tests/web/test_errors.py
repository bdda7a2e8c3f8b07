"""Something went wrong: the page says what, what was not lost, and what to do; the log has the rest."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions import users
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.role import Person
from employer_app.web.errors import _http, error_word
from tests import factories

FORM = {"name": "Bob Adeyemi"}
SECRET = "maren@brightwater.example"


def _raising(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def edit(**_: object) -> None:
        raise error

    monkeypatch.setattr(users, "edit_own_account", edit)


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (NotFound("There is no such place.", "Look again."), 404, "It is not here"),
        (NotAllowed("There is no such place.", "Look again."), 403, "This needs another role"),
        (Changed("There is no such place.", "Look again."), 409, "It has changed meanwhile"),
    ],
)
def test_a_refusal_that_no_view_answered_is_a_page_in_its_own_words(
    as_bob: FlaskClient, error: Refused, status: int, title: str
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        _raising(monkeypatch, error)
        monkeypatch.setattr("employer_app.web.account.Refused", ZeroDivisionError)
        answer = as_bob.post("/account", data=FORM)
    assert answer.status_code == status
    assert all(words in answer.text for words in (title, "There is no such place.", "Look again."))


def test_a_refusal_of_a_verb_stands_beside_its_field_with_the_text_kept(
    as_bob: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _raising(monkeypatch, Refused("It is too long.", "Use fewer characters.", "title"))
    answer = as_bob.post("/account", data={**FORM, "title": "Recruiter, Crewing"})
    assert answer.status_code == 200
    assert "It is too long. Use fewer characters." in answer.text
    assert "Recruiter, Crewing" in answer.text


def test_an_unforeseen_error_shows_a_number_and_nothing_of_itself(  # attack 78
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _raising(monkeypatch, ZeroDivisionError(SECRET))
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = factories.signed_in(app, bob).post("/account", data=FORM)
    assert answer.status_code == 500
    assert not any(word in answer.text for word in (SECRET, "Traceback", "ZeroDivision", ".py"))
    number = re.findall(r"\b[0-9a-f]{8}\b", answer.text)
    assert len(number) == 1
    assert [record for record in caplog.records if number[0] in record.getMessage() and record.exc_info]


def test_a_busy_database_asks_to_come_back_and_logs_no_names(  # fault 42
    as_bob: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    locked = Exception("database is locked")
    _raising(monkeypatch, sa.exc.OperationalError("UPDATE user SET email=?", {"email": SECRET}, locked))
    answer = as_bob.post("/account", data=FORM)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "database is locked" in caplog.text
    assert SECRET not in caplog.text + answer.text


def test_a_form_without_our_proof_is_refused_in_words(
    app: Flask, as_bob: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # attack 23
    answer = as_bob.post("/account", data=FORM)
    assert answer.status_code == 400
    assert "This page was open too long or opened elsewhere" in answer.text
    assert "your text is still there" in answer.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [("/nothing", 404, "There is nothing at this address"), ("/robots.txt", 405, "Nothing was changed.")],
)
def test_a_wrong_address_or_way_is_said_plainly(
    as_bob: FlaskClient, path: str, status: int, words: str
) -> None:
    answer = as_bob.post(path)
    assert answer.status_code == status
    assert words in answer.text
    assert status != 405 or "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 429, 500, 503])
def test_every_code_has_words(code: int) -> None:
    assert all(error_word(code, part) for part in ("title", "sentence", "todo"))


def test_a_program_gets_its_words_as_json(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/api/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "application/json")
    assert set(answer.json or {}) == {"error", "message", "remedy", "reference"}


def test_markup_in_an_address_is_text_on_the_error_page(as_bob: FlaskClient) -> None:  # attack 27
    answer = as_bob.get('/"><script>alert(1)</script>')
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {"data": b"x" * 30_000_000, "content_type": "application/octet-stream"},
        {"data": b"&".join(b"a%d=1" % number for number in range(600_000))},
    ],
    ids=["30 MB", "a great many fields"],
)
def test_a_body_beyond_all_measure_is_refused_in_words(
    app: Flask, as_bob: FlaskClient, body: dict[str, object]
) -> None:  # attack 71
    body.setdefault("content_type", "application/x-www-form-urlencoded")
    answer = as_bob.post("/account", **body)
    assert answer.status_code in {200, 400, 413}
    assert answer.status_code != 200 or b"x" * 1000 not in answer.data


@pytest.mark.parametrize("number", ["99999999999999999999", "-1", "0x1", "1e3", "9223372036854775808"])
def test_a_number_beyond_the_database_is_no_page(as_alice: FlaskClient, number: str) -> None:  # attack 74
    assert as_alice.get(f"/settings/places/{number}").status_code == 404


def test_redirects_of_the_router_pass(app: Flask) -> None:
    from werkzeug.routing import RequestRedirect

    with app.test_request_context("/"):
        assert isinstance(_http(RequestRedirect("/x")), RequestRedirect)
