"""Whoever was told by phone can have it in writing: one mail to one person, and no second decision."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.message import Kind, Purpose
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.extensions import db
from employer_app.models import Application, Decision, Message, Plan
from tests import factories
from tests.web.batches.test_write import begin, offered, sent
from tests.web.batches.walk import confirm, id_of, messages, save, skips, start
from tests.web.channels import decided, met, post
from tests.web.pages import visible


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


@pytest.fixture
def told(as_bob: FlaskClient, bob: Person, job: int) -> int:
    """Applied, and heard the no in a call."""
    one = decided(bob, factories.application(job, name="Amara Nwosu"))
    post(as_bob, one, "call/ended", end="told")
    return one


def confirming(client: FlaskClient, application_id: int) -> int:
    return id_of(client.post(f"/applications/{application_id}/confirm-call"), "plans")


def row(application_id: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, application_id, populate_existing=True)


def test_what_was_said_on_the_phone_goes_out_in_writing_and_decides_nothing(
    as_bob: FlaskClient, told: int
) -> None:
    assert "Confirm it by mail" in visible(as_bob.get(f"/applications/{told}").text)
    before = row(told)
    stood = (before.status, before.told_at, before.told_how, before.cycle, before.version)
    plan = confirming(as_bob, told)
    assert messages(plan) == {"Amara Nwosu"}
    message = sent(as_bob, plan)
    assert (message.kind, message.purpose) == (Kind.REJECT_SCREEN, Purpose.UPDATE)
    assert message.letter == "en/reject_screen.after_call.warm"
    assert "As we said on the phone, we have decided not to take your application" in message.text
    assert f"{now():%Y}" in message.text.split("our call on", 1)[1][:40]
    assert "The role has been filled" in message.text
    after = row(told)
    assert (after.status, after.told_at, after.told_how, after.cycle, after.version) == stood
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 1


def test_it_is_written_once(as_bob: FlaskClient, told: int) -> None:
    first, second = confirming(as_bob, told), confirming(as_bob, told)
    confirm(as_bob, first)
    confirm(as_bob, second)
    assert "Confirm it by mail" not in visible(as_bob.get(f"/applications/{told}").text)
    assert skips(confirming(as_bob, told)) == {"Amara Nwosu": "Has had this in writing already."}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


def test_a_close_out_still_leaves_out_whoever_was_told_by_phone(
    as_bob: FlaskClient, told: int, job: int
) -> None:
    other = factories.application(job, name="Kofi Mensah")
    confirm(as_bob, confirming(as_bob, told))
    plan = start(as_bob, job, chosen=[told, other])
    assert messages(plan) == {"Kofi Mensah"}


def test_whoever_we_met_gets_a_line_of_their_own_in_it(as_bob: FlaskClient, bob: Person, job: int) -> None:
    one = decided(bob, met(bob, factories.application(job, name="Lena Brandt", stage=StageKind.FINAL)))
    post(as_bob, one, "call/ended", end="told")
    plan = confirming(as_bob, one)
    assert skips(plan) == {"Lena Brandt": "Was interviewed: needs a line of their own."}
    line = "Your drawing of the night timetable stays on our wall."
    save(as_bob, plan, {f"line-{one}": line, "typed-said_text": "Your portfolio comes back by post."})
    message = sent(as_bob, plan)
    assert message.kind is Kind.REJECT_INTERVIEW
    assert line in message.text
    assert "Your portfolio comes back by post." in message.text
    assert "decided not to offer you the position" in message.text


def test_nobody_else_gets_one(as_bob: FlaskClient, bob: Person, job: int) -> None:
    live, untold = factories.application(job), decided(bob, factories.application(job))
    posted = decided(bob, factories.application(job))
    text = as_bob.get(f"/applications/{posted}/letter")
    assert text.status_code == 200
    for one in (live, untold):
        assert "Confirm it by mail" not in visible(as_bob.get(f"/applications/{one}").text)
        answer = as_bob.post(f"/applications/{one}/confirm-call", follow_redirects=True)
        assert "This person was not told by phone." in visible(answer.text)
        assert "after_call" not in as_bob.get(f"/applications/{one}/write").text
    assert "reject_screen" not in offered(as_bob, factories.application(job, stage=StageKind.FINAL))


def test_it_stands_among_the_letters_to_that_person(as_bob: FlaskClient, told: int) -> None:
    assert "reject_screen.after_call.warm" in as_bob.get(f"/applications/{told}/write").text
    assert messages(begin(as_bob, told, "reject_screen.after_call.warm")) == {"Amara Nwosu"}


def test_a_reader_of_another_language_gets_it_in_theirs(as_bob: FlaskClient, bob: Person, job: int) -> None:
    one = decided(bob, factories.application(job, name="Lena Brandt", language="de"))
    post(as_bob, one, "call/ended", end="told")
    text = sent(as_bob, confirming(as_bob, one)).text
    assert "Wie am Telefon gesagt" in text


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(days=90)])
def test_it_is_right_however_long_ago_they_applied(
    as_bob: FlaskClient, bob: Person, job: int, ago: timedelta
) -> None:
    one = decided(bob, factories.application(job, name="Amara Nwosu", received=ago))
    post(as_bob, one, "call/ended", end="told")
    assert messages(confirming(as_bob, one)) == {"Amara Nwosu"}


def test_who_may_not_mail_begins_none(client: FlaskClient, as_charlie: FlaskClient, told: int) -> None:
    assert as_charlie.post(f"/applications/{told}/confirm-call").status_code == 403
    assert "/sign-in" in client.post(f"/applications/{told}/confirm-call").location
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) == 0
