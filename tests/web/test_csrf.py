"""No other site can make a signed-in browser do anything here."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions import users
from employer_app.domain.role import OPERATOR, Person
from tests.web.test_gate import _an_address


@pytest.fixture(autouse=True)
def _proof_is_asked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


def _token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def test_every_write_without_our_token_is_refused(app: Flask, as_alice: FlaskClient) -> None:  # attack 23
    tried = 0
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            answer = as_alice.open(_an_address(rule), method=method, data={"name": "x"})
            assert answer.status_code == 400, (rule, method)
            tried += 1
    assert tried > 10


@pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
def test_no_other_kind_of_body_is_let_through(as_bob: FlaskClient, content_type: str) -> None:  # attack 23
    assert as_bob.post("/account", data='{"name": "x"}', content_type=content_type).status_code == 400


def test_the_token_of_somebody_else_is_refused(as_alice: FlaskClient, as_bob: FlaskClient) -> None:
    # attack 23
    token = _token(as_alice, "/account")
    assert as_bob.post("/account", data={"name": "x", "csrf_token": token}).status_code == 400
    assert as_alice.post("/account", data={"name": "Alice", "csrf_token": token}).status_code == 303


def test_nobody_is_signed_in_from_another_site(client: FlaskClient) -> None:  # attack 23
    data = {"email": "eve@x.example", "password": "tide kettle lantern oboe"}
    assert client.post("/sign-in", data=data).status_code == 400


def test_a_link_signs_in_over_tls_though_its_page_asks_for_no_referrer(
    client: FlaskClient, bob: Person
) -> None:
    assert bob.user_id is not None
    path, base = users.make_sign_in_link(actor=OPERATOR, user_id=bob.user_id), "https://localhost"
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path, base_url=base).text)
    assert found
    assert client.post(path, base_url=base, data={"csrf_token": found[1]}).status_code == 303


def test_the_token_in_the_head_of_a_request_counts(as_bob: FlaskClient) -> None:
    page = as_bob.get("/account").text
    token = re.search(r'<meta name="csrf-token" content="([^"]+)"', page)
    assert token
    answer = as_bob.post("/account", data={"name": "Bob"}, headers={"X-CSRFToken": token[1]})
    assert answer.status_code == 303
