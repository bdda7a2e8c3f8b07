"""Every address is closed unless it is on a list; and nobody is sent to another site."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from employer_app.web.gate import OPEN, OWN
from employer_app.web.paths import own_path

EVIL = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "%0d%0aLocation: https://evil.example",
    "/%0d%0aSet-Cookie: a=b",
    "/\r\nSet-Cookie: a=b",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "/.//evil.example",
    "evil.example",
    "@evil.example",
    "http://localhost@evil.example/",
    "http://localhost.evil.example/",
    "",
]


@pytest.mark.parametrize("target", EVIL)
def test_nobody_is_sent_to_another_site(app: Flask, target: str) -> None:  # attack 25
    with app.test_request_context("/"):
        assert own_path(target) == "/"


@pytest.mark.parametrize(
    "target", ["/", "/jobs/7?view=table&stage=3", "/account", "/search?q=O%27Brien%20//x"]
)
def test_own_paths_are_kept(app: Flask, target: str) -> None:
    with app.test_request_context("/"):
        assert own_path(target) == target
        assert own_path("http://localhost" + target) == target


@pytest.mark.parametrize("target", EVIL)
def test_the_sign_in_page_leads_to_another_site_in_no_way(
    as_bob: FlaskClient, target: str
) -> None:  # attack 25
    assert as_bob.get("/sign-in", query_string={"next": target}).location == "/"


def _an_address(rule: Rule) -> str:
    """An address of this rule: 1 for each part, or the first of the words that may stand there."""
    return re.sub(r"<(?:any\(\s*\W?([\w-]+)[^>]*|[^>]+)>", lambda part: part[1] or "1", rule.rule)


def test_a_stranger_reaches_what_is_on_the_list_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    """Walks every address and method, so that a new page is closed before anybody thinks of it."""
    # attack 13
    seen = set()
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            answer = client.open(_an_address(rule), method=method)
            if rule.endpoint in OPEN:
                seen.add(rule.endpoint)
                assert answer.status_code != 303 or answer.location == "/sign-in", rule
            else:
                assert answer.status_code == 303, (rule, method)
                assert (answer.location or "").startswith("/sign-in"), (rule, method)
                assert "Brightwater" not in answer.text
    assert seen == OPEN


def test_somebody_without_a_role_reaches_the_own_account_and_nothing_else(
    app: Flask, as_charlie: FlaskClient
) -> None:
    for rule in app.url_map.iter_rules():  # attack 13
        if rule.endpoint in OPEN | OWN:
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            answer = as_charlie.open(_an_address(rule), method=method)
            assert answer.status_code == 403, (rule, method)
            assert "Your account has no role yet" in answer.text
    assert as_charlie.get("/account").status_code == 200


def test_settings_are_for_administrators(app: Flask, as_bob: FlaskClient) -> None:  # attack 13, attack 20
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("settings.")]
    assert len(rules) > 10
    for rule in rules:
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            data = {"sender_address": "evil@x.example", "name": "Evil", "reply_to": "evil@x.example"}
            assert as_bob.open(_an_address(rule), method=method, data=data).status_code == 403, (rule, method)


@pytest.mark.parametrize(
    "path", ["/Account", "//account", "/account/", "/./account", "/%61ccount", "/static/../account"]
)
def test_another_spelling_of_an_address_opens_nothing(client: FlaskClient, path: str) -> None:  # attack 18
    assert client.get(path).status_code in {303, 308, 400, 404}


def test_an_overriding_header_changes_no_method(as_bob: FlaskClient) -> None:  # attack 18
    assert as_bob.get("/sign-out", headers={"X-HTTP-Method-Override": "POST"}).status_code == 405
    assert as_bob.get("/account").status_code == 200


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(client: FlaskClient) -> None:
    answer = client.get("/account", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_the_sign_in_leads_back_to_where_one_wanted_to_go(client: FlaskClient) -> None:
    assert client.get("/search?q=x&job=2").location == "/sign-in?next=/search?q%3Dx%26job%3D2"
    assert client.post("/account").location == "/sign-in"


NO_PAGE = [
    "/.git/config",
    "/instance/",
    "/employer.sqlite",
    "/backup.zip",
    "/static/../employer_app/config.py",
    "/static/%2e%2e/pyproject.toml",
    "/metrics",
    "/console",
    "/static/app.js.map",
    "/fs-static/x",
    "/login",
    "/register",
    "/reset",
    "/change",
    "/verify",
]


@pytest.mark.parametrize("path", NO_PAGE)
def test_what_is_no_page_is_not_there(client: FlaskClient, as_alice: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404  # attack 76, attack 77
    assert as_alice.get(path).status_code == 404


def test_a_token_of_the_library_opens_nothing(
    app: Flask, client: FlaskClient, alice: object
) -> None:  # attack 21
    from employer_app.extensions import db
    from employer_app.models import User

    user = db.session.get(User, 1)
    assert user is not None
    token = user.get_auth_token()
    assert client.get("/account", headers={"Authentication-Token": token}).status_code == 303
    assert client.get(f"/account?auth_token={token}").status_code == 303
    assert client.get("/account", headers={"Authorization": "Basic YTpi"}).status_code == 303


def test_who_was_signed_out_in_the_middle_of_a_form_is_told_where_the_text_is(
    app: Flask, as_bob: FlaskClient
) -> None:
    with as_bob.session_transaction() as session:
        session["fs_paa"] = 0
    answer = as_bob.post("/jobs/new", data={"title": "Purser"})
    assert answer.status_code == 303
    assert "what you typed is still there" in as_bob.get(answer.location).text
    assert "what you typed" not in as_bob.get("/sign-in").text
