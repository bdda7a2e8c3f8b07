"""The mail to a hiring manager: one for all candidates, and reminders until all is answered, two at most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app import tasks
from employer_app.domain.clock import now
from employer_app.domain.manager_ask import Answer
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Candidate, ManagerAsk
from employer_app.queries.manager_asks import by_link
from tests import factories
from tests.actions.asking import answer, ask, happened, row
from tests.outbox.managers import FRIDAY, LINK, MONDAY, QUESTION, REMINDER, WEDNESDAY, send, subjects
from tests.smtp_sink import SmtpSink

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "LEAST_FREE_MIB", 0)
    monkeypatch.setitem(app.config, "MAIL_PORT", 1)
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://jobs.brightwater.example/")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def job(app: Flask, clock: time_machine.Traveller) -> int:
    return factories.job()


@pytest.fixture
def two(job: int) -> tuple[int, int]:
    return factories.application(job, name="Ada Vance"), factories.application(job, name="Ben Ito")


def test_one_mail_with_one_link_for_all_of_them(
    app: Flask, bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, *two)
    (sent,) = send(app)
    assert send(app) == []
    assert (sent["To"], sent["Reply-To"], sent["From"]) == (
        "Mara Okonkwo <mara@brightwater.example>",
        "bob@team.example",
        "Brightwater Ferries <jobs@brightwater.example>",
    )
    assert sent["Auto-Submitted"] == "auto-generated"
    text = sent.get_content()
    assert "2 candidates for the job “Deck Officer”" in text
    assert [
        word for word in ("Ada", "Vance", "Ben", "Ito", "post.example") if word in sent.as_string() + text
    ] == []
    (link,) = LINK.findall(text)
    page = by_link(link)
    assert page is not None
    assert (page.id, [one.name for one in page.rows]) == (ask_id, ["Ada Vance", "Ben Ito"])
    asked = row(ask_id)
    assert (asked.mails, asked.mailed_at, asked.next_mail_at) == (1, MONDAY, WEDNESDAY)
    assert (asked.claim_token, asked.claimed_until, asked.trouble) == (None, None, "")


def test_reminders_come_twice_and_stand_in_the_history(
    app: Flask, bob: Person, job: int, two: tuple[int, int], clock: time_machine.Traveller
) -> None:
    ask_id = ask(bob, job, *two)
    found = []
    for at in (MONDAY, WEDNESDAY - timedelta(minutes=1), WEDNESDAY, FRIDAY - timedelta(minutes=1), FRIDAY,
               FRIDAY + timedelta(days=7)):  # fmt: skip
        clock.move_to(at)
        found.append(subjects(send(app)))
    assert found == [QUESTION, [], REMINDER, [], REMINDER, []]
    assert [one[0] for one in happened(two[0])] == ["manager.asked", "manager.reminded", "manager.reminded"]
    assert row(ask_id).next_mail_at is None


def test_with_a_competing_offer_reminders_come_after_hours(
    app: Flask, bob: Person, job: int, two: tuple[int, int], clock: time_machine.Traveller
) -> None:
    ask(bob, job, *two, competing=True)
    found = []
    for hours in (0, 3.9, 4, 7.9, 8, 100):
        clock.move_to(MONDAY + timedelta(hours=hours))
        found.append(subjects(send(app)))
    assert found == [QUESTION, [], REMINDER, [], REMINDER, []]


def test_whoever_answered_all_is_not_reminded(
    app: Flask, bob: Person, job: int, two: tuple[int, int], clock: time_machine.Traveller
) -> None:
    ask_id = ask(bob, job, *two)
    send(app)
    answer(ask_id, Answer.YES)
    clock.move_to(WEDNESDAY)
    (sent,) = send(app)
    assert "1 candidate for the job" in sent.get_content()
    assert [len(happened(one)) for one in two] == [2, 2]  # asked and answered; asked and reminded
    answer(ask_id, Answer.YES, Answer.NO)
    clock.move_to(FRIDAY)
    assert send(app) == []
    answer(ask_id, Answer.OPEN)
    clock.move_to(FRIDAY + timedelta(days=4))
    assert subjects(send(app)) == REMINDER


def test_whoever_needs_time_is_reminded_the_morning_after(
    app: Flask, bob: Person, job: int, two: tuple[int, int], clock: time_machine.Traveller
) -> None:
    ask_id = ask(bob, job, *two)
    send(app)
    answer(ask_id, Answer.NO, Answer.LATER, until=date(2026, 11, 19))
    clock.move_to(WEDNESDAY)
    assert send(app) == []
    morning = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert row(ask_id).next_mail_at == morning
    clock.move_to(morning)
    assert subjects(send(app)) == REMINDER


def test_nobody_is_reminded_of_those_who_have_an_answer(
    app: Flask, bob: Person, job: int, two: tuple[int, int], clock: time_machine.Traveller
) -> None:
    from employer_app.actions.decisions import decide

    ask(bob, job, *two)
    send(app)
    for one in two:
        decide(actor=bob, application_id=one, code="LESS-SCREEN", version=1)
    clock.move_to(WEDNESDAY)
    assert send(app) == []


def test_a_link_that_expired_meanwhile_is_not_mailed(
    app: Flask, bob: Person, job: int, two: tuple[int, int], clock: time_machine.Traveller
) -> None:
    ask_id = ask(bob, job, *two)
    clock.move_to(MONDAY + timedelta(days=14))
    assert send(app) == []
    assert row(ask_id).next_mail_at is None


def test_the_task_mails_what_was_asked(
    app: Flask, bob: Person, job: int, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_id = ask(bob, job, *two)
    db.session.remove()
    monkeypatch.setattr(tasks._Bound, "app", app)
    monkeypatch.setattr(tasks._Bound, "asking", None)
    with SmtpSink() as sink:
        app.config["MAIL_PORT"] = sink.port
        tasks._ask_managers_each_minute.call_local()
        assert tasks._Bound.asking is not None
        tasks._Bound.asking.join()
    assert (len(sink.accepted), row(ask_id).mails) == (1, 1)


def test_erasing_everybody_ends_the_reminders(
    app: Flask, bob: Person, job: int, two: tuple[int, int], clock: time_machine.Traveller
) -> None:
    ask(bob, job, *two)
    send(app)
    with transaction() as session:
        session.execute(sa.update(Candidate).values(erased_at=now()))
    clock.move_to(WEDNESDAY)
    assert send(app) == []
    assert db.session.scalar(sa.select(ManagerAsk.next_mail_at)) is None
