"""Step 4: what was reviewed, once, whoever presses how often, in how many windows."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.event import EventKind
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status
from employer_app.domain.words import code_words_in
from employer_app.extensions import db, transaction
from employer_app.models import Application, Batch, Candidate, Message, Organisation, Plan
from tests import factories
from tests.web.batches.walk import confirm, digest, fields, id_of, messages, queued, save, skips, start, title
from tests.web.pages import visible

pytestmark = pytest.mark.both


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def batches() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) or 0


def test_page_says_when_they_leave_and_what_is_recorded(as_bob: FlaskClient, job: int) -> None:
    factories.application(job)
    factories.application(job)
    factories.application(job, name="No Address", address=None)
    answer = as_bob.get(f"/plans/{start(as_bob, job)}/confirm")
    page = visible(answer.text)
    assert title(answer) == "Tell 2 people"
    assert "You have 60 minutes to undo. It is the first list of decisions here" in page
    assert "Decision rejected, “The role is filled” (applied) 2" in page
    assert "still waiting for an answer 1" in page
    assert "Chosen 3" in page
    assert code_words_in(page) == []


def test_time_on_the_page_is_the_time_of_the_list(as_bob: FlaskClient, job: int) -> None:
    factories.application(job)
    plan = start(as_bob, job)
    page = as_bob.get(f"/plans/{plan}/confirm").text
    said = page.split('class="lead">They leave ')[1].split(".")[0]
    batch = id_of(confirm(as_bob, plan), "batches")
    due = as_bob.get(f"/batches/{batch}").text
    assert said[:-3] in due  # to the hour: the clock may have moved between the two pages


def test_confirm_decides_and_queues(as_bob: FlaskClient, job: int) -> None:
    someone = factories.application(job, name="Amara Nwosu")
    answer = confirm(as_bob, start(as_bob, job))
    assert id_of(answer, "batches")
    assert queued() == ["Amara Nwosu"]
    assert db.session.get_one(Application, someone).status is Status.REJECTED


def test_pressing_twice_makes_one_list(as_bob: FlaskClient, job: int) -> None:  # fault 38
    factories.application(job)
    plan = start(as_bob, job)
    form = fields(as_bob.get(f"/plans/{plan}/confirm").text)
    first = as_bob.post(f"/plans/{plan}/confirm", data=form)
    second = as_bob.post(f"/plans/{plan}/confirm", data=form)
    assert first.location == second.location
    assert (batches(), len(queued())) == (1, 1)


def test_going_back_and_sending_again_changes_nothing(as_bob: FlaskClient, job: int) -> None:  # fault 38
    amara = factories.application(job, name="Amara Nwosu")
    factories.application(job, name="No Address", address=None)
    plan = start(as_bob, job)
    kept = fields(as_bob.get(f"/plans/{plan}/text").text, "texts")
    batch = id_of(confirm(as_bob, plan), "batches")
    before = digest(plan)
    for step in ("text", "review", "confirm"):
        assert as_bob.get(f"/plans/{plan}/{step}").location.endswith(f"/batches/{batch}")
    again = {"text": kept, "leave-out": {"application_id": str(amara)}, "refresh": {}}
    for step, data in again.items():
        assert as_bob.post(f"/plans/{plan}/{step}", data=data).location.endswith(f"/batches/{batch}")
    page = visible(as_bob.get(f"/batches/{batch}").text)
    assert "confirmed before, so nothing was changed" in page
    assert (digest(plan), queued(), set(skips(plan))) == (before, ["Amara Nwosu"], {"No Address"})


def test_two_windows_confirm_only_what_was_looked_at(as_bob: FlaskClient, job: int) -> None:  # attack 19
    factories.application(job, name="Amara Nwosu")
    plan = start(as_bob, job)
    stale = fields(as_bob.get(f"/plans/{plan}/confirm").text)
    save(as_bob, plan, {"cause_sentence": "We found somebody."})
    answer = as_bob.post(f"/plans/{plan}/confirm", data=stale)
    assert answer.location.endswith(f"/plans/{plan}/review")
    assert "changed after you looked at it" in visible(as_bob.get(answer.location).text)
    assert (batches(), queued()) == (0, [])


@pytest.mark.parametrize("wrong", ["", "0" * 64, "other"])
def test_confirm_without_the_review_is_refused(as_bob: FlaskClient, job: int, wrong: str) -> None:
    # attack 19
    factories.application(job)
    plan = start(as_bob, job)
    if wrong == "other":
        factories.application(job)
        wrong = digest(start(as_bob, job))
    data = {"digest": wrong, "typed_count": "1"}
    assert as_bob.post(f"/plans/{plan}/confirm", data=data).location.endswith("/review")
    assert (batches(), queued()) == (0, [])


def test_two_lists_of_the_same_people_make_one_message(as_bob: FlaskClient, job: int) -> None:  # fault 38
    factories.application(job, name="Amara Nwosu")
    first, second = start(as_bob, job), start(as_bob, job, cause="cancelled")
    assert id_of(confirm(as_bob, first), "batches")
    answer = confirm(as_bob, second)
    assert answer.location.endswith(f"/plans/{second}/review")
    assert queued() == ["Amara Nwosu"]
    assert messages(second) == set()
    assert "already on its way" in skips(second)["Amara Nwosu"]


def test_person_who_changed_leads_back_to_a_new_review(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    factories.application(job, name="Ada One")
    plan = start(as_bob, job)
    form = fields(as_bob.get(f"/plans/{plan}/confirm").text)
    with transaction() as session:
        changed = sa.update(Candidate).where(Candidate.name == "Amara Nwosu")
        session.execute(changed.values(name="Amara Berg", version=2))
    answer = as_bob.post(f"/plans/{plan}/confirm", data=form)
    page = visible(as_bob.get(answer.location).text)
    assert "Changed since you looked: Amara Nwosu." in page
    assert messages(plan) == {"Amara Berg", "Ada One"}
    assert queued() == []


def test_person_told_by_phone_meanwhile_is_not_told_again(as_bob: FlaskClient, job: int) -> None:
    someone = factories.application(job, name="Amara Nwosu")
    decision = {"decision_id": 1, "disposition": "FILLED", "status": "rejected", "stage_kind": "applied"}
    factories.happened(someone, EventKind.DECISION_MADE, owed=True, **decision)
    plan = start(as_bob, job)
    assert messages(plan) == {"Amara Nwosu"}
    form = fields(as_bob.get(f"/plans/{plan}/confirm").text)
    factories.happened(someone, EventKind.CALL_LOGGED, tells=True)
    assert as_bob.post(f"/plans/{plan}/confirm", data=form).location.endswith("/review")
    assert queued() == []
    assert skips(plan) == {"Amara Nwosu": "Has been told already."}


@pytest.mark.parametrize("typed", ["", "30", "31 people", "-31", "３１", "1e1"])
def test_many_decisions_need_the_typed_number(as_bob: FlaskClient, job: int, typed: str) -> None:
    for _ in range(31):
        factories.application(job)
    plan = start(as_bob, job)
    page = visible(as_bob.get(f"/plans/{plan}/confirm").text)
    assert "31 · Deck Officer, Rotterdam" in page
    answer = confirm(as_bob, plan, typed)
    assert answer.status_code == 422
    assert "Please type 31" in visible(answer.text)
    assert queued() == []
    assert id_of(confirm(as_bob, plan, " 31 "), "batches")


def test_enter_in_the_field_confirms_nothing(as_bob: FlaskClient, job: int) -> None:
    for _ in range(31):
        factories.application(job)
    form = as_bob.get(f"/plans/{start(as_bob, job)}/confirm").text.split('<form class="panel"')[1]
    first = form.split("<button")[1].split(">")[0]
    assert " disabled" in first


def test_old_list_is_refused_until_it_is_made_anew(as_bob: FlaskClient, job: int) -> None:
    factories.application(job)
    plan = start(as_bob, job)
    with transaction() as session:
        session.execute(sa.update(Plan).values(expires_at=now() - timedelta(seconds=1)))
    answer = confirm(as_bob, plan)
    assert answer.status_code == 422
    assert "older than a day" in visible(answer.text)
    as_bob.post(f"/plans/{plan}/refresh")
    assert id_of(confirm(as_bob, plan), "batches")


@pytest.mark.parametrize("why", ["safe mode", "mail server"])
def test_page_says_that_nothing_would_leave(
    app: Flask, as_bob: FlaskClient, job: int, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.application(job)
    plan = start(as_bob, job)
    if why == "safe mode":
        with transaction() as session:
            session.execute(sa.update(Organisation).values(safe_mode=True))
    else:
        monkeypatch.setitem(app.config, "MAIL_SERVER", "")
    assert "none leaves until" in visible(as_bob.get(f"/plans/{plan}/confirm").text)


def test_fields_of_message_and_list_are_ignored(as_bob: FlaskClient, job: int) -> None:  # attack 17
    factories.application(job, name="Amara Nwosu")
    plan = start(as_bob, job)
    form = fields(as_bob.get(f"/plans/{plan}/confirm").text)
    evil = {
        "state": "accepted",
        "due_at": "2020-01-01",
        "id": "9",
        "message_id": "<x@y>",
        "confirmed_by": "1",
    }
    as_bob.post(f"/plans/{plan}/confirm", data={**form, **evil})
    db.session.rollback()
    message = db.session.scalars(sa.select(Message)).one()
    assert message.status.value == "queued"
    assert message.due_at > now()
    assert message.message_id.endswith("@brightwater.example>")


def test_no_sender_address_is_said_and_keeps_everything(as_bob: FlaskClient, job: int) -> None:
    factories.application(job)
    plan = start(as_bob, job)
    with transaction() as session:
        session.execute(sa.update(Organisation).values(sender_address=""))
    answer = confirm(as_bob, plan)
    assert answer.status_code == 422
    assert "No sender address is set" in visible(answer.text)
    assert queued() == []


def test_interviewed_people_are_a_part_of_their_own(as_bob: FlaskClient, job: int) -> None:
    met = factories.application(job, name="Kofi Mensah", stage=StageKind.INTERVIEW)
    factories.application(job)
    plan = start(as_bob, job)
    save(as_bob, plan, {f"line-{met}": "You drew the timetable as a queue."})
    page = visible(as_bob.get(f"/plans/{plan}/confirm").text)
    assert "(interviewed) 1" in page
    assert "(applied) 1" in page
