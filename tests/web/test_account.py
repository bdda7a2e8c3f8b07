"""Signing in, by password and by link; what ends a session; and what a stranger learns, which is nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from employer_app.actions import sign_in, users
from employer_app.domain.clock import now
from employer_app.domain.password import normal
from employer_app.domain.role import Person, Role
from employer_app.extensions import db
from employer_app.models import User
from employer_app.web import account
from tests import factories

PASSWORD = "tide kettle lantern oboe"
COOKIE = "__Host-employer"


@pytest.fixture
def with_password(app: Flask, bob: Person) -> Person:
    """Bob, who has chosen a password."""
    users.set_password(actor=bob, password_hash=hash_password(normal(PASSWORD)))
    return bob


def _sign_in(client: FlaskClient, email: str = "bob@team.example", password: str = PASSWORD, **more: str):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def _is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_a_right_password_signs_in_and_goes_on(client: FlaskClient, with_password: Person) -> None:
    answer = _sign_in(client, next="/account?x=1")
    assert (answer.status_code, answer.location) == (303, "/account?x=1")
    assert _is_in(client)


@pytest.mark.parametrize("email", ["BOB@team.example", " bob@team.example "])
def test_the_address_may_be_typed_as_people_type(
    client: FlaskClient, with_password: Person, email: str
) -> None:
    assert _sign_in(client, email=email).status_code == 303


def test_a_password_with_marks_beside_its_letters_is_the_same(client: FlaskClient, bob: Person) -> None:
    users.set_password(actor=bob, password_hash=hash_password(normal("zwölf Boxkämpfer jagen")))
    assert _sign_in(client, password="zwo\u0308lf Boxka\u0308mpfer jagen").status_code == 303


def test_nothing_of_a_long_password_is_cut(client: FlaskClient, bob: Person) -> None:  # attack 4
    long = ("tide kettle lantern oboe " * 6)[:128]
    users.set_password(actor=bob, password_hash=hash_password(normal(long)))
    assert _sign_in(client, password=long[:-1]).status_code == 200
    assert _sign_in(client, password=long).status_code == 303


def test_strangers_learn_nothing_about_who_has_an_account(  # attack 3
    client: FlaskClient, with_password: Person, alice: Person, charlie: Person
) -> None:
    users.set_active(actor=alice, user_id=charlie.user_id or 0, active=False)
    pages = {
        re.sub(re.escape(email), "", _sign_in(client, email=email, password="wrong wrong wrong").text)
        for email in ("bob@team.example", "alice@team.example", "charlie@team.example", "nobody@team.example")
    }
    assert len(pages) == 1
    assert account.WRONG in pages.pop()


def test_an_unknown_account_costs_the_same_work(  # attack 3
    client: FlaskClient, with_password: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def verify(password: str, kept: str) -> bool:
        checked.append(kept.rpartition("$")[0].rpartition("$")[0])
        return False

    _sign_in(client, email="warm@team.example")  # the first one makes nobody's hash
    monkeypatch.setattr(account, "verify_password", verify)
    for email in ("bob@team.example", "nobody@team.example"):
        _sign_in(client, email=email)
    assert checked == ["$argon2id$v=19$m=47104,t=1,p=1"] * 2


def test_too_many_attempts_are_told_so_alike_for_known_and_unknown(  # attack 1, attack 3
    client: FlaskClient, with_password: Person
) -> None:
    answers = []
    for email in ("bob@team.example", "nobody@team.example"):
        for _ in range(sign_in.FREE_FOR_ACCOUNT):
            _sign_in(client, email=email, password="wrong wrong wrong")
        answers.append(_sign_in(client, email=email))
    assert [answer.status_code for answer in answers] == [429, 429]
    assert all(0 < int(answer.headers["Retry-After"]) <= 15 for answer in answers)
    assert all("Too many attempts" in answer.text for answer in answers)
    with time_machine.travel(now() + timedelta(seconds=16)):
        assert _sign_in(client).status_code == 303


def test_a_forged_forwarded_address_does_not_make_a_new_network(  # attack 2
    client: FlaskClient, with_password: Person
) -> None:
    for number in range(sign_in.FREE_FOR_NETWORK):
        client.post(
            "/sign-in",
            data={"email": f"p{number}@team.example", "password": "wrong wrong wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )
    answer = client.post(
        "/sign-in",
        data={"email": "bob@team.example", "password": PASSWORD},
        headers={"X-Forwarded-For": "203.0.113.250"},
    )
    assert answer.status_code == 429


def test_a_refusal_is_logged_without_address_or_password(  # attack 1, attack 75
    client: FlaskClient, with_password: Person, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(sign_in.FREE_FOR_ACCOUNT + 1):
        _sign_in(client, password="hunter2\n2026 admin signed in")
    lines = [record.getMessage() for record in caplog.records if "too many attempts" in record.getMessage()]
    assert len(lines) == 1
    assert not any(secret in lines[0] for secret in ("bob", "hunter2", "\n"))


def test_a_huge_password_is_refused_before_it_is_hashed(  # attack 5, attack 71
    client: FlaskClient, with_password: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "verify_password", lambda *_: pytest.fail("looked at"))
    assert _sign_in(client, password="x" * 1_000_000).status_code == 413
    assert _sign_in(client, password="x" * 10_000).status_code == 200


def test_the_cookie_is_for_this_site_alone(client: FlaskClient, with_password: Person) -> None:  # attack 11
    cookie = _sign_in(client).headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert not any(part.startswith("Domain") for part in parts)


def test_a_session_from_before_the_sign_in_stays_a_strangers(  # attack 6
    app: Flask, client: FlaskClient, with_password: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    page = client.get("/sign-in").text
    planted = client.get_cookie(COOKIE)
    assert planted is not None
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
    assert _sign_in(client, csrf_token=token).status_code == 303
    own = client.get_cookie(COOKIE)
    assert own is not None
    assert own.value != planted.value
    thief = app.test_client()
    thief.set_cookie(COOKIE, planted.value, secure=True, path="/")
    assert not _is_in(thief)
    # The form token of before the sign-in is worth nothing after it.
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 400


def _sign_out(client: FlaskClient, alice: Person, bob: Person) -> None:
    client.post("/sign-out")


def _change_password(client: FlaskClient, alice: Person, bob: Person) -> None:
    client.post("/account/password", data={"password": PASSWORD, "new_password": "heron under seven bridges"})


def _shut_out(client: FlaskClient, alice: Person, bob: Person) -> None:
    users.set_active(actor=alice, user_id=bob.user_id or 0, active=False)


def _shut_out_and_let_in(client: FlaskClient, alice: Person, bob: Person) -> None:
    users.set_active(actor=alice, user_id=bob.user_id or 0, active=False)
    users.set_active(actor=alice, user_id=bob.user_id or 0, active=True)


@pytest.mark.parametrize("end", [_sign_out, _change_password, _shut_out, _shut_out_and_let_in])
def test_an_old_cookie_is_dead_at_once(  # attack 7
    app: Flask,
    client: FlaskClient,
    alice: Person,
    with_password: Person,
    end: Callable[[FlaskClient, Person, Person], None],
) -> None:
    _sign_in(client)
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    thief = app.test_client()
    thief.set_cookie(COOKIE, cookie.value, secure=True, path="/")
    assert _is_in(thief)
    end(client, alice, with_password)
    assert not _is_in(thief)


def test_who_changes_the_password_stays_signed_in_here(client: FlaskClient, with_password: Person) -> None:
    _sign_in(client)
    _change_password(client, with_password, with_password)
    assert _is_in(client)
    client.post("/sign-out")
    assert _sign_in(client).status_code == 200
    assert _sign_in(client, password="heron under seven bridges").status_code == 303


def test_a_cut_role_counts_from_the_next_request(app: Flask, alice: Person, bob: Person) -> None:  # attack 7
    users.change_role(actor=alice, user_id=bob.user_id or 0, role=Role.ADMINISTRATOR)
    browser = factories.signed_in(app, bob)
    assert browser.get("/settings/places").status_code == 200
    users.change_role(actor=alice, user_id=bob.user_id or 0, role=Role.RECRUITER)
    assert browser.get("/settings/places").status_code == 403


def test_a_session_ends_after_half_a_day_however_busy(client: FlaskClient, with_password: Person) -> None:
    start = now()
    with time_machine.travel(start):
        _sign_in(client)
    with time_machine.travel(start + timedelta(hours=11)):
        assert _is_in(client)
    with time_machine.travel(start + timedelta(hours=12, minutes=1)):
        assert not _is_in(client)


def test_signing_out_needs_a_post(client: FlaskClient, with_password: Person) -> None:  # attack 23
    _sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert _is_in(client)


def test_without_a_link_the_old_password_is_asked_and_attempts_count(  # attack 1
    client: FlaskClient, with_password: Person
) -> None:
    _sign_in(client)
    data = {"password": "not the old one", "new_password": "heron under seven bridges"}
    answers = [client.post("/account/password", data=data).text for _ in range(sign_in.FREE_FOR_ACCOUNT + 1)]
    assert "This is not your password." in answers[0]
    assert "Too many attempts" in answers[-1]
    assert (
        client.post("/account/password", data={"new_password": "heron under seven bridges"}).status_code
        == 200
    )


@pytest.mark.parametrize(
    "new", ["short", "password12345678", "Brightwater Ferries", "bob@team.example1", "Bob Adeyemi 1234"]
)
def test_a_weak_password_is_refused_with_a_reason(
    as_bob: FlaskClient, bob: Person, new: str
) -> None:  # attack 4
    answer = as_bob.post("/account/password", data={"new_password": new})
    assert answer.status_code == 200
    assert "form-error" in answer.text
    assert db.session.scalar(sa.select(User.password).where(User.id == bob.user_id)) is None


def test_extra_fields_change_nothing(as_bob: FlaskClient, bob: Person) -> None:  # attack 17
    as_bob.post(
        "/account",
        data={"name": "Bob A.", "role": "administrator", "active": "", "email": "x@x.example", "id": "1"},
    )
    db.session.rollback()
    user = db.session.get(User, bob.user_id)
    assert user is not None
    assert (user.name, user.email, user.active) == ("Bob A.", "bob@team.example", True)
    assert [role.name for role in user.roles] == ["recruiter"]


def test_a_password_typed_long_ago_is_asked_again_before_people_change(  # attack 10
    app: Flask, alice: Person, bob: Person
) -> None:
    users.set_password(actor=alice, password_hash=hash_password(normal(PASSWORD)))
    browser = factories.signed_in(app, alice)
    with browser.session_transaction() as session:
        session["fs_paa"] = time.time() - 2 * 3600
    answer = browser.get("/settings/people")
    assert (answer.status_code, answer.location) == (303, "/account/confirm?next=/settings/people")
    assert browser.post(f"/settings/people/{bob.user_id}/link").status_code == 303
    assert browser.post("/account/confirm", data={"password": "wrong wrong wrong"}).status_code == 200
    assert browser.get("/settings/people").status_code == 303
    confirmed = browser.post("/account/confirm", data={"password": PASSWORD, "next": "/settings/people"})
    assert confirmed.location == "/settings/people"
    assert browser.get("/settings/people").status_code == 200
