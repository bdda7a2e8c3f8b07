"""The mail of the morning at the terminal: printed, never sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.applications import set_owner
from employer_app.cli.digest import digest
from employer_app.domain.errors import NotFound
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import User
from tests import factories


def _run(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(digest, words)
    if result.exception:
        raise result.exception
    return str(result.output)


def test_it_is_printed_as_it_would_be_mailed_without_links_of_this_machine(app: Flask, bob: Person) -> None:
    someone = factories.application(factories.job(), name="Amara Nwosu", received=timedelta(days=40))
    set_owner(actor=bob, application_ids=[someone], owner_id=bob.user_id)
    said = _run(app, "--print", "Bob@team.example")
    assert said.startswith("To: bob@team.example\nSubject: 1 person waits for an answer, 1 late\n\nHello Bob")
    assert "1. Amara Nwosu, Deck Officer\n" in said
    assert "http" not in said
    db.session.rollback()
    assert db.session.scalars(sa.select(User.digest_day)).all() == [None]


def test_without_anybody_it_says_so_and_a_stranger_has_none(app: Flask, bob: Person) -> None:
    assert _run(app, "--print", "bob@team.example") == (
        "Nobody waits for an answer from Bob Adeyemi: there would be no mail.\n"
    )
    with pytest.raises(NotFound):
        _run(app, "--print", "nobody@team.example")
