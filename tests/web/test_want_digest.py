"""Whoever gets the mail of the morning switches it off and on in their own account."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import User


def wants(person: Person) -> bool:
    db.session.rollback()
    return db.session.get_one(User, person.user_id, populate_existing=True).digest


def test_it_is_switched_off_and_on(app: Flask, as_bob: FlaskClient, alice: Person, bob: Person) -> None:
    assert "Switch it off" in as_bob.get("/account").text
    for wanted, said, next_press in (
        ("no", "You get no more mail of the morning.", "Switch it on"),
        ("no", "You get no more mail of the morning.", "Switch it on"),
        ("yes", "You get the mail of the morning.", "Switch it off"),
    ):
        assert as_bob.post("/account/digest", data={"wanted": wanted}).location == "/account"
        page = as_bob.get("/account").text
        assert said in page
        assert next_press in page
        assert wants(bob) is (wanted == "yes")
        assert wants(alice)


def test_a_stranger_switches_nothing(app: Flask, client: FlaskClient, bob: Person) -> None:
    assert client.post("/account/digest", data={"wanted": "no"}).location.startswith("/sign-in")
    assert wants(bob)
