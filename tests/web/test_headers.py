"""What a browser may do with our pages: nothing but show them; and whose name an address is made from."""

from __future__ import annotations

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from employer_app.web import headers

POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


@pytest.mark.parametrize("path", ["/sign-in", "/nothing-here", "/healthz", "/account", "/static/app.css"])
def test_every_answer_forbids_foreign_and_inline_script(client: FlaskClient, path: str) -> None:  # attack 24
    answer = client.get(path)
    assert set(answer.headers["Content-Security-Policy"].split("; ")) == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in answer.headers["Permissions-Policy"]


def test_no_page_has_inline_script_or_style(as_alice: FlaskClient) -> None:  # attack 24
    for path in ("/account", "/settings", "/settings/sending", "/settings/places/new", "/settings/people"):
        page = as_alice.get(path).text
        assert "<script>" not in page
        assert "style=" not in page
        assert " onclick" not in page


def test_pages_are_not_kept_and_files_are(client: FlaskClient, as_bob: FlaskClient) -> None:  # attack 87
    assert as_bob.get("/account").headers["Cache-Control"] == "no-store"
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/static/app.css").headers["Cache-Control"]


def test_a_page_that_answers_304_is_kept_by_nobody_else(app: Flask) -> None:  # attack 87
    answer = Response("x")
    answer.set_etag("a")
    with app.test_request_context("/account"):
        headers._add(answer)
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("endpoint", ["batches.mail_preview", "messages.mail_preview"])
def test_a_mail_is_shown_where_nothing_can_run(app: Flask, endpoint: str) -> None:  # attack 24, attack 66
    with app.test_request_context("/") as context:
        context.request.url_rule = type("Rule", (), {"endpoint": endpoint})()
        policy = headers._add(Response("x")).headers["Content-Security-Policy"]
    assert policy == "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def test_only_https_is_told_to_stay_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers
    secure = client.get("/sign-in", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "x@localhost"]
)
def test_another_hosts_name_is_refused(client: FlaskClient, host: str) -> None:  # attack 26
    answer = client.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000"])
def test_our_own_names_are_taken(client: FlaskClient, host: str) -> None:
    assert client.get("/sign-in", headers={"Host": host}).status_code == 200


def test_a_forwarded_host_is_not_believed(client: FlaskClient) -> None:  # attack 26
    answer = client.get(
        "/account", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    )
    assert answer.location == "/sign-in?next=/account"


def test_the_configured_name_is_ours(app: Flask) -> None:
    assert headers._hosts("https://hiring.brightwater.example/x") == [
        "127.0.0.1", "hiring.brightwater.example", "localhost",
    ]  # fmt: skip


@pytest.mark.parametrize("origin", ["null", "https://evil.example"])
def test_no_other_site_may_read_an_answer(as_bob: FlaskClient, origin: str) -> None:  # attack 30
    answer = as_bob.get("/account", headers={"Origin": origin})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
