"""Beside the home list: what leaves today, what needs a person; and whose answers one looked at last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions import batches, plans, sending
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.domain.words import code_words_in
from employer_app.extensions import db, transaction
from employer_app.models import Message, Organisation, Plan, Worker
from tests import factories
from tests.actions import mail
from tests.web.pages import visible
from tests.web.test_waiting import rows, waiting

#: a Wednesday, 11:00 in Amsterdam
START = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


@pytest.fixture
def morning(app: Flask) -> Iterator[None]:
    with time_machine.travel(START, tick=False):
        yield


def close_out(bob: Person, job: int, people: int) -> int:
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    digest = db.session.get_one(Plan, plan).digest
    return batches.confirm(plan_id=plan, digest=digest, actor=bob, typed_count=people)


def beside(client: FlaskClient) -> str:
    """The side column of the home page."""
    return client.get("/").text.split('aria-label="At a glance"')[1].split("</aside>")[0]


def set_messages(**values: object) -> None:
    with transaction() as session:
        session.execute(sa.update(Message).values(**values))


def test_what_leaves_today_is_told_by_list_with_its_hours(
    app: Flask, morning: None, as_bob: FlaskClient, bob: Person
) -> None:
    job = factories.job("Deck Officer")
    for _ in range(3):
        waiting(bob, job)
    batch = close_out(bob, job, 3)
    mail.queue(waiting(bob, factories.job("Cook")), due_in=timedelta(hours=2))
    mail.queue(waiting(bob, factories.job("Purser")), due_in=timedelta(days=1))
    first = db.session.scalars(sa.select(Message.id).where(Message.batch_id == batch)).first()
    with transaction() as session:
        late = sa.update(Message).where(Message.id == first)
        session.execute(late.values(due_at=START + timedelta(hours=5)))
    text = visible(beside(as_bob))
    assert "Close-out, Deck Officer12:00, the last 16:00 3" in text
    assert "No, after the application13:00 1" in text
    assert f'href="/batches/{batch}"' in beside(as_bob)
    assert code_words_in(text) == []


def test_a_paused_list_does_not_leave_and_needs_a_person(
    app: Flask, morning: None, as_bob: FlaskClient, bob: Person
) -> None:
    job = factories.job("Deck Officer")
    waiting(bob, job)
    batch = close_out(bob, job, 1)
    assert "Needs a person" not in beside(as_bob)
    sending.pause_batch(batch_id=batch, actor=bob, because="")
    side = beside(as_bob)
    assert "Leaving today" not in side
    assert "Needs a person Paused: Deck Officer 1" in visible(side)
    assert f'href="/batches/{batch}"' in side


@pytest.mark.parametrize(
    ("status", "says", "state"),
    [
        (MessageStatus.UNCERTAIN, "May have arrived, please check 1", "in-doubt"),
        (MessageStatus.HELD, "Stopped, needs you 1", "stopped"),
    ],
)
def test_what_no_machine_settles_leads_to_where_it_is_settled(
    app: Flask, as_bob: FlaskClient, bob: Person, status: MessageStatus, says: str, state: str
) -> None:
    mail.queue(waiting(bob, factories.job()))
    set_messages(
        status=status,
        held_because="Somebody stopped it." if status is MessageStatus.HELD else "",
        **({"fenced_at": now(), "claim_token": None} if status is MessageStatus.UNCERTAIN else {}),
    )
    side = beside(as_bob)
    assert f"Needs a person {says} " in visible(side)
    assert f'href="/outbox?state={state}"' in side
    assert visible(side).count("please check") + visible(side).count("needs you") == 1


def test_it_says_why_nothing_leaves(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    mail.queue(waiting(bob, factories.job()), due_in=timedelta(0))
    with transaction() as session:
        session.execute(sa.update(Organisation).values(safe_mode=True))
        session.add(Worker(instance_id="one", started_at=now(), seen_at=now()))
    assert "Nothing leaves now: safe mode is on." in visible(beside(as_bob))
    with transaction() as session:
        session.execute(sa.update(Organisation).values(safe_mode=False))
    assert "Nothing leaves now" not in visible(beside(as_bob))


def test_whose_answers_one_looked_at_last_is_remembered_for_each_person(
    app: Flask, as_bob: FlaskClient, alice: Person, bob: Person
) -> None:
    job = factories.job()
    waiting(bob, job, name="Mine")
    waiting(bob, job, name="Nobodys", mine=False)
    assert rows(as_bob.get("/").text) == ["Mine"]
    cookie = as_bob.get("/?whose=team").headers["Set-Cookie"]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert sorted(rows(as_bob.get("/").text)) == ["Mine", "Nobodys"]
    as_bob.get("/?whose=old")
    as_bob.get("/?whose=nobody")
    assert sorted(rows(as_bob.get("/").text)) == ["Mine", "Nobodys"]
    with as_bob.session_transaction() as session:
        session["_user_id"] = factories.db.session.scalar(
            sa.select(factories.User.fs_uniquifier).where(factories.User.id == alice.user_id)
        )
    assert rows(as_bob.get("/").text) == []
    as_bob.set_cookie("__Host-whose", f"{alice.user_id}.<script>", secure=True)
    assert rows(as_bob.get("/").text) == []


def test_the_team_list_says_how_many_of_them_are_mine(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job()
    waiting(bob, job)
    waiting(bob, job, mine=False)
    page = as_bob.get("/?whose=team").text
    assert "1 person waits for an answer from you: look at yours alone." in visible(page)
    assert re.search(r'<a href="/\?whose=mine">look at yours alone', page)


def test_with_a_pace_it_says_when_the_last_of_a_list_has_left(
    app: Flask, morning: None, as_bob: FlaskClient, bob: Person
) -> None:
    job = factories.job("Deck Officer")
    for _ in range(3):
        waiting(bob, job)
    close_out(bob, job, 3)
    with transaction() as session:
        session.execute(sa.update(Organisation).values(pace_day=2))
    assert "Close-out, Deck Officer12:00, the last about tomorrow, 12:00 3" in visible(beside(as_bob))


def test_many_lists_are_named_by_the_first_few_and_none_is_lost(
    app: Flask, morning: None, as_bob: FlaskClient, bob: Person
) -> None:
    batches_made = []
    for number in range(7):
        job = factories.job(f"Job {number}")
        waiting(bob, job)
        batches_made.append(close_out(bob, job, 1))
    # the first list of decisions waits an hour, so it is among the others
    assert "Job 511:10 1 Others 2 " in visible(beside(as_bob)).replace("Close-out, ", "")
    for batch in batches_made:
        sending.pause_batch(batch_id=batch, actor=bob, because="")
    assert "Paused: Job 4 1 Paused: others 2 " in visible(beside(as_bob))
