"""One letter of any kind to one person: chosen on its page, and the fields that no record fills typed."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions import applications, contacts, decisions
from employer_app.domain.clock import now
from employer_app.domain.message import Kind, Purpose
from employer_app.domain.role import OPERATOR
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.models import Decision, Message, Plan
from tests import factories
from tests.web.batches.walk import confirm, fields, id_of, messages, save, skips
from tests.web.pages import visible


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def offered(client: FlaskClient, application_id: int) -> set[str]:
    page = client.get(f"/applications/{application_id}/write").text
    return {key.partition(".")[0] for key in re.findall(r'name="letter"[^>]* value="([^"]+)"', page)}


def begin(client: FlaskClient, application_id: int, letter: str, language: str = "en") -> int:
    data = {"letter": letter, "language": language}
    return id_of(client.post(f"/applications/{application_id}/write", data=data), "plans")


def sent(client: FlaskClient, plan: int) -> Message:
    assert confirm(client, plan).status_code == 303
    db.session.rollback()
    return db.session.scalars(sa.select(Message)).one()


def test_what_is_offered_fits_how_far_the_person_came_and_how_it_ended(as_bob: FlaskClient, job: int) -> None:
    applied = offered(as_bob, factories.application(job))
    assert applied >= {"reject_application", "holding_note", "next_step", "enquiry_answer"}
    assert not applied & {"reject_interview", "reject_final", "another_accepted"}
    met = offered(as_bob, factories.application(job, stage=StageKind.INTERVIEW))
    assert "reject_interview" in met
    assert "reject_application" not in met
    gone = factories.application(job)
    applications.change_status(actor=OPERATOR, application_id=gone, status=Status.WITHDRAWN, version=1)
    assert offered(as_bob, gone) == {
        "withdrawal_confirmed",
        "reopened",
        "feedback_reply",
        "enquiry_answer",
        "keep_in_touch",
        "data_notice",
    }


def test_nothing_chosen_is_said_and_nothing_is_made(as_bob: FlaskClient, job: int) -> None:
    one = factories.application(job)
    for letter in ("", "no_such.warm", "reject_final.warm"):
        answer = as_bob.post(f"/applications/{one}/write", data={"language": "en", "letter": letter})
        assert answer.status_code == 422
        assert "Choose what you want to write." in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) == 0


def test_a_field_that_no_record_fills_is_asked_for_and_stands_in_the_mail(
    as_bob: FlaskClient, job: int
) -> None:
    one = factories.application(job, name="Amara Nwosu")
    plan = begin(as_bob, one, "next_step.warm")
    page = visible(as_bob.get(f"/plans/{plan}/text").text)
    assert "When the meeting begins and how long it takes" in page
    assert "Nothing is on record for" in skips(plan)["Amara Nwosu"]
    typed = {
        "typed-appointment": "Tuesday 1 December 2026, 10:00",
        "typed-meeting_place": "Pier 4, Rotterdam",
    }
    assert save(as_bob, plan, typed).status_code == 303
    assert messages(plan) == {"Amara Nwosu"}
    message = sent(as_bob, plan)
    assert (message.kind, message.purpose) == (Kind.NEXT_STEP, Purpose.UPDATE)
    assert message.letter == "en/next_step.warm"
    assert "Tuesday 1 December 2026, 10:00" in message.text
    assert "Pier 4, Rotterdam" in message.text


def test_whoever_was_told_can_still_be_answered(as_bob: FlaskClient, job: int) -> None:
    """A "no" is not the end of a conversation: a question after it gets its answer."""
    told = factories.application(job, name="Kofi Mensah")
    decisions.decide(actor=OPERATOR, application_id=told, code="FILLED", version=1)
    contacts.told_elsewhere(actor=OPERATOR, application_id=told, occurred_at=now(), how="By phone")
    plan = begin(as_bob, told, "enquiry_answer.warm")
    save(as_bob, plan, {"typed-answer_text": "The role went to somebody else on Monday."})
    assert messages(plan) == {"Kofi Mensah"}
    assert confirm(as_bob, plan).status_code == 303


def test_a_decision_in_one_letter_is_recorded_with_its_usual_reason(as_bob: FlaskClient, job: int) -> None:
    one = factories.application(job, name="Amara Nwosu")
    plan = begin(as_bob, one, "reject_application.formal")
    assert messages(plan) == {"Amara Nwosu"}
    message = sent(as_bob, plan)
    assert (message.letter, message.purpose) == ("en/reject_application.formal", Purpose.DECISION)
    assert db.session.scalars(sa.select(Decision.disposition)).one() == "LESS-SCREEN"


def test_a_notice_of_the_law_stands_word_for_word_in_every_letter_of_the_job(
    as_bob: FlaskClient, app: Flask
) -> None:
    notice = "You may ask for a review within 30 days. *Form 12* applies."
    job = factories.job("Deck Officer", notice=notice)
    one = factories.application(job, name="Amara Nwosu")
    message = sent(as_bob, begin(as_bob, one, "reject_application.warm"))
    assert message.text.count(notice) == 1
    assert message.text.rstrip().endswith(notice)
    assert "<em>" not in message.html


RESULT = "You scored 62 points in the test. You are on our reserve list until 30 June 2099."


def test_own_score_and_a_reserve_list_leave_only_in_the_letters_of_a_job_that_tells_them(
    as_bob: FlaskClient, app: Flask
) -> None:
    found = {}
    for tells in (False, True):
        job = factories.job(f"Deck Officer {tells}", tells_score=tells, tells_reserve=tells)
        one = factories.application(job, name="Amara Nwosu")
        plan = begin(as_bob, one, "reject_application.warm")
        page = as_bob.get(f"/plans/{plan}/text").text
        body = fields(page, "texts")["applied-body"]
        text = body.replace("I wish you", f"{RESULT} I wish you")
        assert text != body
        save(as_bob, plan, {"applied-body": text})
        looked = visible(as_bob.get(f"/plans/{plan}/text").text)
        found[tells] = (messages(plan), "Scores, places" in looked, "keeps a hope alive" in looked)
    assert found == {False: (set(), True, True), True: ({"Amara Nwosu"}, False, False)}
