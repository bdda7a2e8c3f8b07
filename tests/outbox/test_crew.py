"""Several connections at once: everybody once, trouble of one is not the trouble of all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Delivery, Message, RelayState
from tests.outbox.driving import drain, queue, reasons, statuses
from tests.smtp_faults import lose_then_drop

pytestmark = pytest.mark.both

PEOPLE = 24
ALL = [MessageStatus.ACCEPTED] * PEOPLE


@pytest.fixture(autouse=True)
def _several(app: Flask) -> Iterator[None]:
    app.config["CONNECTIONS"] = 4
    yield
    app.config["CONNECTIONS"] = 1


def _in_trouble() -> str:
    return db.session.scalar(sa.select(RelayState.trouble)) or ""


def test_everybody_gets_one_letter_over_several_connections(app: Flask, bob: Person) -> None:  # fault 1
    queue(bob, PEOPLE)
    sink = drain(app)
    assert len(set(sink.recipients())) == len(sink.recipients()) == PEOPLE
    assert 1 < sink.sessions <= 4
    assert statuses() == ALL
    assert reasons() == set()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == PEOPLE
    assert verify(db.session()).differences == []


def test_a_server_that_takes_fewer_connections_gets_fewer(app: Flask, bob: Person) -> None:  # fault 29
    queue(bob, PEOPLE)
    busy = "421 4.7.0 Too many connections"
    sink = drain(app, {"connect": [None, None, busy, busy]})
    assert len(set(sink.recipients())) == len(sink.recipients()) == PEOPLE
    assert statuses() == ALL
    assert _in_trouble() == ""


def test_a_session_that_the_server_ends_is_opened_again(app: Flask, bob: Person) -> None:  # fault 24
    queue(bob, PEOPLE)
    closing = "421 4.4.2 Enough for one session"
    sink = drain(app, {"MAIL": [None] * 6 + [closing] + [None] * 6 + [closing]})
    assert len(set(sink.recipients())) == len(sink.recipients()) == PEOPLE
    assert statuses() == ALL
    assert set(db.session.scalars(sa.select(Message.attempts))) == {1}
    assert _in_trouble() == ""


def test_a_server_in_trouble_ends_all_connections_and_charges_nobody(  # fault 28
    app: Flask, bob: Person
) -> None:
    queue(bob, PEOPLE)
    sink = drain(app, {"connect": "421 4.3.2 Not now"})
    assert sink.recipients() == []
    assert statuses() == [MessageStatus.QUEUED] * PEOPLE
    assert set(db.session.scalars(sa.select(Message.attempts))) == {0}
    assert "421" in _in_trouble()


def test_a_reply_that_is_lost_leaves_one_in_doubt_and_the_rest_arrives(  # fault 22
    app: Flask, bob: Person
) -> None:
    queue(bob, PEOPLE)
    sink = drain(app, {"dot": [None, None, lose_then_drop]})
    assert len(set(sink.recipients())) == len(sink.recipients()) == PEOPLE - 1
    found = statuses()
    assert (found.count(MessageStatus.UNCERTAIN), found.count(MessageStatus.ACCEPTED)) == (1, PEOPLE - 1)
    assert verify(db.session()).differences == []


def test_a_refused_recipient_fails_alone(app: Flask, bob: Person) -> None:  # fault 18
    queue(bob, PEOPLE)
    sink = drain(app, {"RCPT": [None, "550 5.1.1 No such mailbox"]})
    assert len(sink.recipients()) == PEOPLE - 1
    found = statuses()
    assert (found.count(MessageStatus.FAILED), found.count(MessageStatus.ACCEPTED)) == (1, PEOPLE - 1)
