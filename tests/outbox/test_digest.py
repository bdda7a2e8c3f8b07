"""The mail of the morning leaves once for each person, to nobody else, and again only if it did not leave."""

from __future__ import annotations

import email
import email.policy
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import cast

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app import tasks
from employer_app.actions import digest
from employer_app.actions.applications import set_owner
from employer_app.actions.users import set_active
from employer_app.domain.clock import now
from employer_app.domain.errors import NotAllowed
from employer_app.domain.role import OPERATOR, Person
from employer_app.extensions import db, huey, transaction
from employer_app.models import Application, Message, Organisation, User
from employer_app.outbox import relay
from tests import factories
from tests.smtp_faults import silence
from tests.smtp_sink import Script, SmtpSink

#: a Wednesday, 07:30 in Amsterdam
MORNING = datetime(2026, 11, 18, 6, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def morning(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    monkeypatch.setitem(app.config, "DIGEST_AT", "07:30")
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://jobs.brightwater.example")
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller


def owed(person: Person, people: int = 1, job: int | None = None) -> list[int]:
    job = job or factories.job("Deck Officer")
    ids = [factories.application(job, received=timedelta(days=40)) for _ in range(people)]
    set_owner(actor=person, application_ids=ids, owner_id=person.user_id)
    return ids


def look(app: Flask, script: Script | None = None) -> list[EmailMessage]:
    """What a worker does each minute; what left by it."""
    with SmtpSink(script) as sink:
        app.config["MAIL_PORT"] = sink.port
        if (found := digest.look()) is not None:
            digest.tell(*found)
    db.session.rollback()
    return [
        cast(EmailMessage, email.message_from_bytes(letter.raw, policy=email.policy.default))
        for letter in sink.accepted
    ]


def to(mails: list[EmailMessage]) -> list[str]:
    return [mail["To"].addresses[0].addr_spec for mail in mails]


def set_house(**values: object) -> None:
    with transaction() as session:
        session.execute(sa.update(Organisation).values(**values))


@pytest.mark.both
def test_each_who_owes_gets_one_and_nobody_else(
    app: Flask, alice: Person, bob: Person, charlie: Person, morning: time_machine.Traveller
) -> None:
    first = owed(bob, 12)
    owed(alice, 1)
    set_house(safe_mode=True, stopped_at=now())
    mails = look(app)
    assert sorted(to(mails)) == ["alice@team.example", "bob@team.example"]
    his = next(mail for mail in mails if "bob@" in mail["To"])
    assert his["Subject"] == "12 people wait for an answer, 12 late"
    assert (his["Auto-Submitted"], his["From"]) == (
        "auto-generated",
        "Brightwater Ferries <jobs@brightwater.example>",
    )
    body = his.get_content()
    assert body.count("https://jobs.brightwater.example/applications/") == 10
    assert f"/applications/{first[0]}" in body.splitlines()[6]
    assert "and 2 more." in body
    assert look(app) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0
    morning.shift(timedelta(days=1))
    assert sorted(to(look(app))) == ["alice@team.example", "bob@team.example"]


def test_before_its_hour_on_days_off_and_when_it_is_off_there_is_none(
    app: Flask, bob: Person, morning: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed(bob)
    morning.shift(-MINUTE)
    assert look(app) == []
    morning.move_to(MORNING + timedelta(days=3))  # Saturday
    assert look(app) == []
    morning.move_to(MORNING)
    monkeypatch.setitem(app.config, "DIGEST_AT", "off")
    assert look(app) == []
    monkeypatch.setitem(app.config, "DIGEST_AT", "07:30")
    assert to(look(app)) == ["bob@team.example"]


def test_an_empty_morning_is_done_without_a_mail(
    app: Flask, bob: Person, morning: time_machine.Traveller
) -> None:
    factories.job()
    assert look(app) == []
    owed(bob)
    morning.shift(timedelta(hours=5))
    assert look(app) == []
    morning.shift(timedelta(days=1))
    assert to(look(app)) == ["bob@team.example"]


def test_the_old_pile_is_not_in_it(app: Flask, bob: Person, morning: time_machine.Traveller) -> None:
    owed(bob)
    with transaction() as session:
        session.execute(sa.update(Application).values(old_pile=True))
    assert look(app) == []


def test_who_does_not_want_it_and_who_may_not_sign_in_get_none(
    app: Flask, alice: Person, bob: Person, morning: time_machine.Traveller
) -> None:
    owed(bob)
    owed(alice)
    digest.want(actor=alice, wanted=False)
    set_active(actor=alice, user_id=bob.user_id or 0, active=False)
    assert look(app) == []
    digest.want(actor=alice, wanted=True)
    assert to(look(app)) == ["alice@team.example"]
    with pytest.raises(NotAllowed):
        digest.want(actor=OPERATOR, wanted=False)


@pytest.mark.both
@pytest.mark.parametrize(
    "script",
    [
        {"connect": "421 4.3.2 Busy"},
        {"MAIL": "451 4.3.0 Later"},
        {"RCPT": "450 4.2.0 Later"},
        {"dot": "451 4.3.0 Later"},
    ],
    ids=lambda script: next(iter(script)),
)
def test_what_did_not_leave_is_tried_again_the_same_day(
    app: Flask, bob: Person, morning: time_machine.Traveller, script: Script
) -> None:
    owed(bob)
    assert look(app, script) == []
    assert days() == [None]
    morning.shift(MINUTE)
    assert to(look(app)) == ["bob@team.example"]
    assert days() == [date(2026, 11, 18)]
    assert look(app) == []


@pytest.mark.parametrize("script", [{"RCPT": "550 5.1.1 No such user"}, {"dot": "554 5.7.1 No"}])
def test_what_is_refused_for_good_waits_for_the_next_day(
    app: Flask, bob: Person, morning: time_machine.Traveller, script: Script
) -> None:
    owed(bob)
    assert look(app, script) == []
    assert look(app) == []
    morning.shift(timedelta(days=1))
    assert to(look(app)) == ["bob@team.example"]


def test_one_refusal_does_not_keep_the_others(
    app: Flask, alice: Person, bob: Person, morning: time_machine.Traveller
) -> None:
    owed(alice)
    owed(bob)
    assert len(look(app, {"RCPT": ["450 4.2.0 Later"]})) == 1
    assert len(look(app)) == 1
    assert look(app) == []


@pytest.mark.parametrize(
    "state",
    [
        {"instance_id": "another installation"},
        {"stopped_at": MORNING, "stopped_because": "This database was restored: it is older."},
        {"sender_address": ""},
    ],
)
def test_a_copy_and_a_restored_database_and_one_without_a_sender_mail_none(
    app: Flask, bob: Person, morning: time_machine.Traveller, state: dict[str, object]
) -> None:
    owed(bob)
    set_house(**state)
    assert look(app) == []
    set_house(instance_id="", stopped_at=None, stopped_because="", sender_address="jobs@brightwater.example")
    assert to(look(app)) == ["bob@team.example"]


def test_while_the_mail_server_is_in_trouble_nothing_is_tried(
    app: Flask, bob: Person, morning: time_machine.Traveller
) -> None:
    owed(bob)
    relay.trouble("535 5.7.8 wrong password")
    assert look(app) == []
    assert days() == [None]
    morning.shift(MINUTE)
    assert to(look(app)) == ["bob@team.example"]


@pytest.mark.both
def test_two_workers_that_look_at_once_mail_it_once(
    app: Flask, alice: Person, bob: Person, morning: time_machine.Traveller
) -> None:
    owed(alice)
    owed(bob)
    start = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            found = digest.look()
            start.wait(10)
            if found is not None:
                digest.tell(*found)
            db.session.remove()

    db.session.remove()
    with SmtpSink() as sink:
        app.config["MAIL_PORT"] = sink.port
        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert sorted(one.recipients[0] for one in sink.accepted) == ["alice@team.example", "bob@team.example"]


def test_a_bug_in_one_mail_keeps_no_other_and_is_tried_again(
    app: Flask, alice: Person, bob: Person, morning: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed(alice)
    owed(bob)
    whole = digest.text_of

    def broken(reader: object, found: object) -> tuple[str, str]:
        if getattr(reader, "user_id", None) == bob.user_id:
            raise LookupError("a row that cannot be read")
        return whole(reader, found)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(digest, "text_of", broken)
        assert to(look(app)) == ["alice@team.example"]
    assert to(look(app)) == ["bob@team.example"]


def test_the_task_looks_and_a_server_that_says_nothing_keeps_no_other_task(
    app: Flask, bob: Person, morning: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    owed(bob)
    monkeypatch.setattr(tasks._Bound, "digesting", None)
    tasks.init_app(app)
    reached = threading.Event()

    def hang(session: object) -> None:
        reached.set()
        silence(session)  # type: ignore[arg-type]

    with SmtpSink({"connect": [hang]}) as sink:
        app.config["MAIL_PORT"] = sink.port
        db.session.remove()
        huey.execute(tasks._digest_each_minute.s())
        assert reached.wait(30)
        mailing = tasks._Bound.digesting
        assert mailing is not None
        assert mailing.is_alive()
        huey.execute(tasks._digest_each_minute.s())
        assert tasks._Bound.digesting is mailing
        assert sink.sessions == 1
    mailing.join(30)
    assert days() == [None]


def days() -> list[date | None]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(User.digest_day).order_by(User.id)))
