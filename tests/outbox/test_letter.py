"""What a letter says of itself beside its text: which one it is, and of what it speaks."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.domain.envelope import row_of, token_in
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Message, MessageApplication
from employer_app.outbox.letter import PURPOSE_HEADER, TOKEN_HEADER, letter_of
from employer_app.smtp.mime import build
from tests.outbox.driving import queue

PATTERN = "bounces+{token}@brightwater.example"
DATE = datetime(2026, 11, 26, 9, tzinfo=UTC)


def _sent() -> EmailMessage:
    message = db.session.scalars(sa.select(Message)).one()
    found: EmailMessage = BytesParser(policy=default).parsebytes(build(letter_of(message, DATE)))
    return found


def test_a_letter_says_nothing_of_us_unless_it_is_set(app: Flask, bob: Person) -> None:
    queue(bob)
    head = _sent()
    assert [name for name in head if name.startswith("X-")] == []
    message = db.session.scalars(sa.select(Message)).one()
    assert letter_of(message, DATE).return_path == message.sender_address


def test_only_what_nobody_wrote_says_that_it_is_automatic(app: Flask, bob: Person) -> None:
    queue(bob)
    assert _sent()["Auto-Submitted"] is None
    with transaction() as session:
        session.execute(sa.update(Message).values(automatic=True))
    db.session.expire_all()
    assert _sent()["Auto-Submitted"] == "auto-generated"


def test_bounces_come_back_to_a_signed_address_of_this_one_message(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    (message_id,) = queue(bob)
    monkeypatch.setitem(app.config, "ENVELOPE_TOKEN", PATTERN)
    head = _sent()
    letter = letter_of(db.session.get_one(Message, message_id), DATE)
    token = token_in(letter.return_path, PATTERN)
    assert token is not None
    assert row_of(token, app.config["SECRET_KEY"]) == message_id
    assert head[TOKEN_HEADER] == token
    assert head["From"].addresses[0].addr_spec == letter.sender_address != letter.return_path


def test_a_letter_on_trial_names_every_application_that_it_speaks_of(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(bob)
    monkeypatch.setitem(app.config, "PURPOSE_HEADER", True)
    row = db.session.scalars(sa.select(MessageApplication)).one()
    assert _sent()[PURPOSE_HEADER] == f"{row.application_id}:decision:{row.cycle}"
