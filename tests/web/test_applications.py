"""The page of an application: what people wrote is text, every act a plain form, nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.contacts import add_note, log_call, log_interview
from employer_app.actions.decisions import decide
from employer_app.domain.clock import now
from employer_app.domain.event import EventKind
from employer_app.domain.interviewer import Interviewer
from employer_app.domain.role import Person
from employer_app.domain.stage import InterviewKind
from employer_app.domain.status import Status
from employer_app.domain.words import code_words_in
from employer_app.extensions import db, transaction
from employer_app.models import Application, Delivery, Event, Message, Stage
from employer_app.web.applications import ACTS
from tests import factories
from tests.actions import mail
from tests.web.pages import visible

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "javascript:alert(1)",
    "</title><svg onload=alert(1)>",
]


@pytest.fixture
def someone(app: Flask) -> int:
    return factories.application(factories.job(), name="Kofi Mensah")


def row(application_id: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, application_id, populate_existing=True)


def kinds(application_id: int) -> list[EventKind]:
    db.session.rollback()
    query = sa.select(Event.kind).where(Event.subject == f"application:{application_id}")
    return list(db.session.scalars(query.order_by(Event.seq)))


def post(client: FlaskClient, application_id: int, act: str, **fields: object):  # type: ignore[no-untyped-def]
    return client.post(f"/applications/{application_id}/{act}", data=fields)


def test_page_says_what_is_owed_and_by_which_sum(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    someone = factories.application(factories.job(), name="Kofi Mensah", received=timedelta(days=40))
    log_interview(
        actor=bob,
        application_id=someone,
        kind=InterviewKind.PANEL,
        held_at=now() - timedelta(days=15),
        interviewers=[Interviewer("Jonas Lindholm", "Head of Depots")],
    )
    text = visible(as_bob.get(f"/applications/{someone}").text)
    assert re.search(r"Interview \w{3} \d+ \w{3} \+ 3 business days", text)
    assert "business days late" in text
    assert "held by Jonas Lindholm (Head of Depots)" in text
    assert "Only a message that the mail server took" in text
    assert code_words_in(text) == []


def test_page_shows_a_message_in_full_with_the_servers_words(
    app: Flask, as_bob: FlaskClient, someone: int
) -> None:
    message = mail.queue(someone, text="Dear Kofi,\n\nThe answer is no.")
    with transaction() as session:
        values = {"status": "accepted", "fenced_at": now()}
        session.execute(sa.update(Message).where(Message.id == message).values(**values))
        session.add(
            Delivery(
                message_id=message, attempt=1, outcome="accepted", code=250, reply="250 Ok 4F1c9K", at=now()
            )
        )
    text = visible(as_bob.get(f"/applications/{someone}").text)
    for part in ("Your application", "The answer is no.", "Sent", "250 Ok 4F1c9K", "Exactly as it left"):
        assert part in text
    assert code_words_in(text) == []


@pytest.mark.parametrize("evil", EVIL)
def test_everything_that_people_wrote_is_text(  # attack 27
    app: Flask, as_bob: FlaskClient, bob: Person, evil: str
) -> None:
    job = factories.job(title=evil)
    someone = factories.application(job, name=evil, call_name=evil, phone=evil, language=evil[:10])
    add_note(actor=bob, application_id=someone, text=evil)
    log_call(actor=bob, application_id=someone, summary=evil, tells=False)
    log_interview(
        actor=bob,
        application_id=someone,
        kind=InterviewKind.PANEL,
        held_at=now(),
        interviewers=[Interviewer(evil, evil)],
    )
    mail.queue(someone, text=evil)
    html = as_bob.get(f"/applications/{someone}").text
    assert visible(html).count(evil) >= 8
    for tag in ("<script>alert", "<img src=x", "<svg onload"):
        assert tag not in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize(
    ("act", "fields", "kind"),
    [
        ("note", {"text": "Prefers mornings"}, EventKind.NOTE_ADDED),
        ("call", {"summary": "Said when", "occurred_on": "2024-05-03"}, EventKind.CALL_LOGGED),
        ("letter", {"summary": "Said when", "occurred_on": "2024-05-03"}, EventKind.LETTER_LOGGED),
        ("interview", {"kind": "panel", "held_on": "2024-05-03"}, EventKind.INTERVIEW_HELD),
        ("promise", {"promise_on": (now() + timedelta(days=9)).date()}, EventKind.PROMISE_MADE),
        ("no-answer-needed", {"reason": "Joined elsewhere"}, EventKind.WAIVER_MADE),
        ("decide", {"code": "FILLED", "version": 1}, EventKind.DECISION_MADE),
        ("status", {"status": "on_hold", "version": 1}, EventKind.STATUS_CHANGED),
    ],
)
def test_each_act_is_one_form_and_one_fact(
    app: Flask, as_bob: FlaskClient, act: str, fields: dict[str, object], kind: EventKind
) -> None:
    someone = factories.application(factories.job(), received=now() - timedelta(days=1200))
    assert as_bob.get(f"/applications/{someone}?open={act}").status_code == 200
    answer = post(as_bob, someone, act, **fields)
    assert (answer.status_code, answer.location) == (303, f"/applications/{someone}")
    assert kinds(someone) == [EventKind.APPLICATION_RECEIVED, kind]
    text = visible(as_bob.get(answer.location).text)
    assert ACTS[act].done in text
    assert code_words_in(text) == []


def test_deciding_offers_to_tell_and_can_be_taken_back(app: Flask, as_bob: FlaskClient, someone: int) -> None:
    post(as_bob, someone, "decide", code="FILLED", version=1)
    page = as_bob.get(f"/applications/{someone}").text
    assert "Decided, not told" in visible(page)
    assert f"/close-out?only={someone}" in page
    post(as_bob, someone, "undo-decision", version=2)
    assert row(someone).status is Status.ACTIVE


def test_a_call_that_tells_ends_the_waiting(
    app: Flask, as_bob: FlaskClient, bob: Person, someone: int
) -> None:
    decide(actor=bob, application_id=someone, code="FILLED", version=1)
    today = now().astimezone(ZoneInfo("Europe/Amsterdam")).date()
    answer = post(as_bob, someone, "call", summary="Told her", tells="y", occurred_on=today)
    assert answer.status_code == 303
    text = visible(as_bob.get(f"/applications/{someone}").text)
    assert "They know the decision." in text


def test_a_call_in_the_minute_of_the_decision_can_tell_it(
    app: Flask, as_bob: FlaskClient, bob: Person, someone: int
) -> None:
    """The form gives the time without its seconds, which would be before the decision."""
    with time_machine.travel((now() + timedelta(minutes=1)).replace(second=40), tick=False):
        decide(actor=bob, application_id=someone, code="FILLED", version=1)
        here = now().astimezone(ZoneInfo("Europe/Amsterdam"))
        when = {"occurred_on": here.date(), "occurred_at": f"{here:%H:%M}"}
        answer = post(as_bob, someone, "call", summary="Told her", tells="y", **when)
        text = visible(as_bob.get(f"/applications/{someone}").text)
    assert answer.status_code == 303
    assert "They know the decision." in text


def test_waiver_shows_its_reason_and_can_be_withdrawn(app: Flask, as_bob: FlaskClient, someone: int) -> None:
    post(as_bob, someone, "no-answer-needed", reason="Joined elsewhere")
    text = visible(as_bob.get(f"/applications/{someone}").text)
    assert "Joined elsewhere" in text
    assert "An answer is needed after all" in text
    post(as_bob, someone, "answer-needed")
    assert not row(someone).waived


@pytest.mark.parametrize(
    ("act", "fields", "says"),
    [
        ("note", {"text": ""}, "Write the note first."),
        ("call", {"summary": "Keep me", "occurred_on": "2999-01-01"}, "This is in the future."),
        ("call", {"summary": "Keep me", "occurred_on": "soon"}, "This is not a day"),
        ("decide", {"code": "NOT-THERE", "version": 1}, "Choose one of the list"),
        ("promise", {"promise_on": "2001-01-01"}, "This day has passed."),
        ("interview", {"kind": "seance", "held_on": "2024-05-03"}, "Choose one of the list"),
        ("status", {"status": "rejected", "version": 1}, "needs a decision"),
        ("status", {"status": "promoted", "version": 1}, "no such state"),
    ],
)
def test_bad_input_says_why_and_keeps_what_was_typed(
    app: Flask, as_bob: FlaskClient, someone: int, act: str, fields: dict[str, object], says: str
) -> None:
    answer = post(as_bob, someone, act, **fields)
    assert answer.status_code == 422
    assert says in visible(answer.text)
    if "summary" in fields:
        assert "Keep me" in answer.text
    assert kinds(someone) == [EventKind.APPLICATION_RECEIVED]


def test_a_stale_page_is_told_so(app: Flask, as_bob: FlaskClient, someone: int) -> None:
    post(as_bob, someone, "status", status="on_hold", version=1)
    answer = post(as_bob, someone, "decide", code="FILLED", version=1)
    assert answer.status_code == 422
    assert "changed while you were looking" in visible(answer.text)
    assert 'name="version" value="2"' in answer.text


def test_move_past_mail_on_its_way_asks_first(app: Flask, as_bob: FlaskClient) -> None:  # fault 31
    job = factories.job()
    someone = factories.application(job)
    final = db.session.scalars(sa.select(Stage.id).where(Stage.job_id == job, Stage.name == "Final")).one()
    message = mail.queue(someone)
    answer = post(as_bob, someone, "move", stage_id=final, version=1)
    assert answer.status_code == 422
    text = visible(answer.text)
    assert "leaves at" in text or "leaves on" in text
    assert "Save anyway" in text
    assert f'href="/messages/{message}"' in answer.text
    assert row(someone).version == 1
    assert post(as_bob, someone, "move", stage_id=final, version=1, force="1").status_code == 303
    assert row(someone).stage_id == final


def test_withdrawing_past_mail_on_its_way_asks_first(app: Flask, as_bob: FlaskClient, someone: int) -> None:
    mail.queue(someone)
    answer = post(as_bob, someone, "status", status="withdrawn", version=1)
    assert answer.status_code == 422
    assert 'name="status" value="withdrawn"' in answer.text
    assert post(as_bob, someone, "status", status="withdrawn", version=1, force="1").status_code == 303


@pytest.mark.parametrize(
    "path", ["/applications/0", "/applications/4711", "/applications/99999999999999999999"]
)
def test_a_missing_application_is_one_plain_404(
    app: Flask, as_bob: FlaskClient, path: str
) -> None:  # attack 14
    assert as_bob.get(path).status_code == 404
    assert as_bob.post(f"{path}/note", data={"text": "x"}).status_code == 404


@pytest.mark.parametrize(
    "more", ["open=%3Cscript%3E", "open=", "all=-1", "open=note&open=call", "all=1&x=%00"]
)
def test_reflected_parameters_are_typed(app: Flask, as_bob: FlaskClient, someone: int, more: str) -> None:
    answer = as_bob.get(f"/applications/{someone}?{more}")  # attack 29
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace("<script src=", "")


def test_an_unknown_act_and_a_get_write_nothing(app: Flask, as_bob: FlaskClient, someone: int) -> None:
    assert post(as_bob, someone, "explode").status_code == 404
    assert as_bob.get(f"/applications/{someone}/note").status_code == 405


def test_fields_that_no_form_has_are_ignored(
    app: Flask, as_bob: FlaskClient, someone: int
) -> None:  # attack 17
    post(as_bob, someone, "note", text="x", status="hired", owner_id=1, id=4711, told_at="2020")
    assert (row(someone).status, row(someone).told_at) == (Status.ACTIVE, None)


def test_long_histories_say_that_there_is_more(
    app: Flask, as_bob: FlaskClient, bob: Person, someone: int
) -> None:
    for number in range(205):
        add_note(actor=bob, application_id=someone, text=f"note number {number}")
    page = as_bob.get(f"/applications/{someone}").text
    assert "Show 6 older entries" in visible(page)
    assert "note number 0<" not in page
    assert "note number 0<" in as_bob.get(f"/applications/{someone}?all=1").text


def test_an_erased_text_leaves_the_fact(app: Flask, as_bob: FlaskClient, bob: Person, someone: int) -> None:
    add_note(actor=bob, application_id=someone, text="personal")
    with transaction() as session:
        session.execute(sa.text("DELETE FROM event_payload"))
    text = visible(as_bob.get(f"/applications/{someone}").text)
    assert "The text was erased." in text


def test_nobody_without_a_role_sees_or_writes(app: Flask, as_charlie: FlaskClient, someone: int) -> None:
    assert as_charlie.get(f"/applications/{someone}").status_code == 403
    assert post(as_charlie, someone, "note", text="x").status_code == 403
    assert kinds(someone) == [EventKind.APPLICATION_RECEIVED]
