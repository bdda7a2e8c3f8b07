"""Troubles that an administrator is told of, how each ends, and the other mail server."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import cast

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import alarms, messages
from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Alarm, Journal, Message, Organisation
from employer_app.outbox import relay
from tests.outbox.driving import drain, queue, statuses
from tests.smtp_faults import lose_then_drop
from tests.smtp_sink import SmtpSink

#: a Wednesday, within the hours for a "no"
START = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Go = Callable[[Flask, Person], None]


def tell_by(app: Flask, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ALARM_TO": "mail-admin@brightwater.example",
        "ALARM_FROM": "alarm@brightwater.example",
        "ALARM_MAIL_SERVER": "127.0.0.1",
        "ALARM_MAIL_PORT": sink.port,
        "ALARM_MAIL_USE_TLS": False,
        "PUBLIC_URL": "https://jobs.brightwater.example/",
    }.items():
        monkeypatch.setitem(app.config, name, value)


def look() -> None:
    """What the worker does each minute."""
    alarms.tell(alarms.look())
    db.session.rollback()


def mails(sink: SmtpSink) -> list[EmailMessage]:
    return [
        cast(EmailMessage, email.message_from_bytes(letter.raw, policy=email.policy.default))
        for letter in sink.accepted
    ]


def subjects(sink: SmtpSink) -> list[str]:
    return [mail["Subject"] for mail in mails(sink)]


def open_alarms() -> set[str]:
    db.session.rollback()
    return {kind.split(" ")[0] for kind in db.session.scalars(sa.select(Alarm.kind))}


def set_all(table: type, **values: object) -> None:
    with transaction() as session:
        session.execute(sa.update(table).values(**values))


def relay_trouble(app: Flask, bob: Person) -> None:
    queue(bob)
    relay.trouble("535 5.7.8 wrong password for maren@brightwater.example")


def full(app: Flask, bob: Person) -> None:
    queue(bob)
    app.config["LEAST_FREE_MIB"] = 10**9


def restored(app: Flask, bob: Person) -> None:
    queue(bob)
    set_all(Organisation, stopped_at=now(), stopped_because="This database was restored: it is older.")


def stuck(app: Flask, bob: Person) -> None:
    queue(bob)
    set_all(Message, due_at=now() - 16 * MINUTE)
    set_all(Journal, seen_at=now())


def unseen(app: Flask, bob: Person) -> None:
    queue(bob)
    drain(app, {"dot": [lose_then_drop]})
    assert statuses() == [MessageStatus.UNCERTAIN]


def deliver(app: Flask, _bob: Person) -> None:
    drain(app)
    assert statuses() == [MessageStatus.ACCEPTED]


def room(app: Flask, _bob: Person) -> None:
    app.config["LEAST_FREE_MIB"] = 0
    nothing_is_late()


def let_go(_app: Flask, _bob: Person) -> None:
    set_all(Organisation, stopped_at=None, stopped_because="")
    nothing_is_late()


def somebody_looks(_app: Flask, bob: Person) -> None:
    messages.leave(message_ids=list(db.session.scalars(sa.select(Message.id))), actor=bob)


def answers(_app: Flask, _bob: Person) -> None:
    relay.works()
    nothing_is_late()


def nothing_is_late() -> None:
    set_all(Message, due_at=now() + timedelta(hours=1))
