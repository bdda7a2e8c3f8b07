"""One-time links: opening one changes nothing, pressing its button signs in, once."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from employer_app.actions import users
from employer_app.domain.password import normal
from employer_app.domain.role import Person

PASSWORD = "tide kettle lantern oboe"


@pytest.fixture
def with_password(app: Flask, bob: Person) -> Person:
    """Bob, who has chosen a password."""
    users.set_password(actor=bob, password_hash=hash_password(normal(PASSWORD)))
    return bob


def _sign_in(client: FlaskClient, password: str) -> int:
    return client.post("/sign-in", data={"email": "bob@team.example", "password": password}).status_code


def _is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def _link(alice: Person, bob: Person) -> str:
    assert bob.user_id is not None
    return users.make_sign_in_link(actor=alice, user_id=bob.user_id)


def test_opening_a_link_changes_nothing_and_pressing_its_button_signs_in(  # attack 57
    app: Flask, client: FlaskClient, alice: Person, bob: Person
) -> None:
    path = _link(alice, bob)
    for _ in range(3):
        assert app.test_client().get(path).status_code == 200
        assert app.test_client().head(path).status_code == 200
    answer = client.post(path)
    assert (answer.status_code, answer.location) == (303, "/account/password")
    assert _is_in(client)
    second = app.test_client()
    assert second.post(path).status_code == 404
    assert "does not work any more" in second.get(path).text
    assert not _is_in(second)


@pytest.mark.parametrize("token", ["x", "a" * 32, "a" * 5000, "%00", "..%2f..%2fetc"])
def test_a_wrong_link_says_so(client: FlaskClient, token: str) -> None:
    assert client.get(f"/sign-in/link/{token}").status_code == 404
    assert client.post(f"/sign-in/link/{token}").status_code == 404


def test_a_link_leaves_no_trace_of_itself(client: FlaskClient, alice: Person, bob: Person) -> None:
    answer = client.get(_link(alice, bob))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.text


def test_a_link_of_an_administrator_uses_the_configured_host(as_alice: FlaskClient, bob: Person) -> None:
    answer = as_alice.post(
        f"/settings/people/{bob.user_id}/link", headers={"X-Forwarded-Host": "evil.example"}
    )
    assert "http://127.0.0.1:8000/sign-in/link/" in answer.text  # attack 8, attack 26
    assert "evil.example" not in answer.text


def test_who_came_by_a_link_chooses_a_password_without_the_old_one(
    client: FlaskClient, alice: Person, with_password: Person
) -> None:
    client.post(_link(alice, with_password))
    answer = client.post("/account/password", data={"new_password": "heron under seven bridges"})
    assert answer.status_code == 303
    client.post("/sign-out")
    assert _sign_in(client, "heron under seven bridges") == 303


def test_the_first_administrator_is_made_on_one_page_and_once(
    app: Flask, client: FlaskClient
) -> None:  # attack 12
    link = users.first_administrator_link()
    assert link is not None
    path = link.removeprefix("http://127.0.0.1:8000")
    assert "first administrator" in client.get(path).text
    data = {"name": "Maren Oduya", "email": "maren@brightwater.example", "new_password": "short"}
    answer = client.post(path, data=data)
    assert "at least 15" in answer.text
    assert "maren@brightwater.example" in answer.text  # what was typed is still there
    assert client.post(path, data={**data, "new_password": PASSWORD}).status_code == 303
    assert client.get("/settings").status_code == 200
    late = app.test_client()
    assert late.get(path).status_code == 404
    assert (
        late.post(path, data={**data, "email": "eve@x.example", "new_password": PASSWORD}).status_code == 404
    )
