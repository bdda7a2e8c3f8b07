"""A field that cannot be read says in plain words what it takes, never in those of the form library."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.role import Person
from tests import factories
from tests.web.lists import text_of

SETTINGS = {"name": "Brightwater Ferries", "sender_address": "jobs@brightwater.example"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"retention_months": "six"}, "This is not a whole number."),
        ({"name": "x" * 121}, "This is too long: 120 characters are the most."),
    ],
)
def test_settings(as_alice: FlaskClient, typed: dict[str, str], said: str) -> None:
    answer = as_alice.post("/settings", data={**SETTINGS, **typed})
    assert said in text_of(answer)


def test_a_job(app: Flask, bob: Person, as_bob: FlaskClient) -> None:
    factories.place()
    typed = {
        "title": "Purser",
        "place_id": "9" * 400,
        "owner_id": "0",
        "closing_on": "31.12.",
        "version": "x",
    }
    said = text_of(as_bob.post("/jobs/new", data=typed))
    assert "Place : Choose one of the list." in said
    assert "Closing date : This is not a day. Write it as 2026-12-28." in said
    assert "alid" not in said
