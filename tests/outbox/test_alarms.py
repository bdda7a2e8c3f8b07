"""The administrator is told by another mail server: when it begins, each day, and when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.domain.alarm import AlarmKind
from employer_app.domain.clock import now
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Batch, Candidate, Job, Journal, Message, Organisation
from tests.outbox.troubles import (
    MINUTE,
    START,
    Go,
    answers,
    deliver,
    full,
    let_go,
    look,
    mails,
    open_alarms,
    relay_trouble,
    restored,
    room,
    set_all,
    somebody_looks,
    stuck,
    subjects,
    unseen,
)
from tests.smtp_sink import SmtpSink

KINDS = [
    (AlarmKind.RELAY, relay_trouble, answers, 15 * MINUTE, "The mail server is in trouble"),
    (AlarmKind.DISK, full, room, 0 * MINUTE, "The disk is almost full"),
    (AlarmKind.RESTORE, restored, let_go, 0 * MINUTE, "Messages wait for your word"),
    (AlarmKind.STUCK, stuck, deliver, MINUTE, "Messages do not leave"),
    (AlarmKind.UNSEEN, unseen, somebody_looks, 60 * MINUTE, "Messages need a look"),
]


@pytest.fixture(autouse=True)
def _disk_as_before(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "LEAST_FREE_MIB", 0)


@pytest.mark.both
@pytest.mark.parametrize(("kind", "begin", "end", "after", "subject"), KINDS, ids=[k[0].value for k in KINDS])
def test_a_trouble_is_told_when_it_begins_each_day_and_when_it_is_over(
    app: Flask,
    bob: Person,
    sink: SmtpSink,
    clock: time_machine.Traveller,
    kind: AlarmKind,
    begin: Go,
    end: Go,
    after: timedelta,
    subject: str,
) -> None:
    look()
    assert (open_alarms(), subjects(sink)) == (set(), [])
    begin(app, bob)
    look()
    assert open_alarms() == {kind.value}
    if after:
        clock.move_to(START + after - timedelta(seconds=31))
        look()
        assert subjects(sink) == []
        clock.move_to(START + after)
        look()
    told_at = now()
    assert subjects(sink) == [subject]
    for minutes in (1, 2, 24 * 60 - 1):
        clock.move_to(told_at + minutes * MINUTE)
        _seen_lately()
        look()
    assert subjects(sink) == [subject]
    clock.move_to(told_at + timedelta(days=1))
    _seen_lately()
    look()
    look()
    assert subjects(sink) == [subject, f"Still: {subject}"]
    end(app, bob)
    look()
    look()
    assert (open_alarms(), subjects(sink)) == (set(), [subject, f"Still: {subject}", f"Over: {subject}"])
    _says_nothing_of_people(sink)


def _seen_lately() -> None:
    """A worker was there all the time, so nothing is an old backlog."""
    set_all(Journal, seen_at=now())


def _says_nothing_of_people(sink: SmtpSink) -> None:
    people = [
        part for row in db.session.execute(sa.select(Candidate.name, Candidate.address)) for part in row
    ]
    texts = [*db.session.scalars(sa.select(Job.title)), *db.session.scalars(sa.select(Message.subject))]
    assert people
    for mail, letter in zip(mails(sink), sink.accepted, strict=True):
        said = f"{letter.raw.decode()}\n{mail['Subject']}\n{mail.get_content()}"
        assert [word for word in (*people, *texts, "maren@") if word in said] == []
        assert (mail["To"], mail["From"], mail["Auto-Submitted"]) == (
            "mail-admin@brightwater.example",
            "Employer App <alarm@brightwater.example>",
            "auto-generated",
        )
        assert letter.recipients == ("mail-admin@brightwater.example",)
        over = mail["Subject"].startswith("Over: ")
        assert ("\nhttps://jobs.brightwater.example/" in mail.get_content()) is not over


@pytest.mark.both
def test_what_is_over_before_it_was_told_is_never_told(
    app: Flask, bob: Person, sink: SmtpSink, clock: time_machine.Traveller
) -> None:
    relay_trouble(app, bob)
    look()
    clock.shift(14 * MINUTE)
    look()
    answers(app, bob)
    look()
    clock.shift(timedelta(hours=2))
    set_all(Message, due_at=now() + timedelta(hours=1))
    look()
    assert (open_alarms(), sink.accepted) == (set(), [])


def test_a_mail_server_that_nobody_asks_now_is_not_said_to_be_well(
    app: Flask, bob: Person, sink: SmtpSink, clock: time_machine.Traveller
) -> None:
    relay_trouble(app, bob)
    look()
    clock.shift(15 * MINUTE)
    look()
    set_all(Message, due_at=now() + timedelta(hours=9))  # put off to the next morning
    clock.shift(timedelta(hours=8))
    look()
    assert (open_alarms(), subjects(sink)) == ({"relay"}, ["The mail server is in trouble"])


@pytest.mark.both
@pytest.mark.parametrize("how", ["stop", "pause"])
def test_what_a_person_stopped_or_paused_is_no_alarm(
    app: Flask, bob: Person, sink: SmtpSink, clock: time_machine.Traveller, how: str
) -> None:
    stuck(app, bob)
    if how == "stop":
        set_all(Organisation, stopped_at=now(), stopped_because="Fire drill", stopped_by=bob.user_id)
    else:
        set_all(Batch, paused_at=now(), paused_because="Ask Maren first.")
    for _ in range(3):
        look()
        clock.shift(timedelta(hours=2))
    assert (open_alarms(), sink.accepted) == (set(), [])
