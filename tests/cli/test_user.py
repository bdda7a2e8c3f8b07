"""Accounts from the command line."""

from __future__ import annotations

import json

from flask import Flask
from flask.testing import FlaskClient

from employer_app.cli.user import user


def _run(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(user, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return str(result.output)


def test_a_new_account_prints_a_link_that_signs_in(app: Flask, client: FlaskClient) -> None:
    said = json.loads(
        _run(
            app,
            "add",
            "Maren@brightwater.example",
            "--name",
            "Maren Oduya",
            "--role",
            "administrator",
            "--json",
        )
    )
    assert set(said) == {"id", "link", "hours"}
    assert said["link"].startswith("http://127.0.0.1:8000/sign-in/link/")
    assert client.post(said["link"].removeprefix("http://127.0.0.1:8000")).status_code == 303
    assert client.get("/settings/places").status_code == 200


def test_the_list_names_everybody_and_no_secret(app: Flask, alice: object, bob: object) -> None:
    rows = json.loads(_run(app, "list", "--json"))
    assert {(row["email"], row["role"], row["active"]) for row in rows} == {
        ("alice@team.example", "administrator", True),
        ("bob@team.example", "recruiter", True),
    }
    assert all(set(row) == {"id", "email", "name", "role", "active"} for row in rows)
    assert "alice@team.example" in _run(app, "list")


def test_a_shut_out_person_is_out_and_a_new_link_is_refused(
    app: Flask, alice: object, as_bob: FlaskClient
) -> None:
    assert as_bob.get("/account").status_code == 200
    _run(app, "deactivate", "bob@team.example")
    assert as_bob.get("/account").status_code == 303
    assert "may not sign in" in _run(app, "list")


def test_the_librarys_own_commands_are_gone(app: Flask) -> None:
    from employer_app.cli import main

    assert "user" in main.commands
    assert not {"users", "roles"} & set(app.cli.commands)
