"""What a named person says happened: it counts from the moment it happened, and no earlier."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.contacts import (
    Interviewer,
    add_note,
    log_call,
    log_interview,
    log_letter,
    told_elsewhere,
)
from employer_app.actions.decisions import decide
from employer_app.actions.promises import make_promise
from employer_app.actions.waivers import waive, withdraw_waiver
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person
from employer_app.domain.stage import InterviewKind
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Event, EventPayload, OwedAnswer
from tests import factories
from tests.actions import mail

pytestmark = pytest.mark.both


@pytest.fixture
def someone(app: Flask) -> int:
    return factories.application(factories.job())


def reasons(application_id: int) -> list[Reason]:
    db.session.rollback()
    query = sa.select(OwedAnswer.reason).where(OwedAnswer.application_id == application_id)
    return list(db.session.scalars(query.order_by(OwedAnswer.rank)))


def payload(kind: EventKind) -> dict[str, object]:
    query = sa.select(EventPayload.payload).join(Event, Event.id == EventPayload.event_id)
    return db.session.scalars(query.where(Event.kind == kind)).one()


@pytest.mark.parametrize("log", [log_call, log_letter])
def test_a_call_or_letter_that_tells_clears_the_decision(
    app: Flask, bob: Person, someone: int, log: object
) -> None:
    decide(actor=bob, application_id=someone, code="FILLED", version=1)
    log(actor=bob, application_id=someone, summary="Said that the role is filled", tells=True)  # type: ignore[operator]
    assert reasons(someone) == []
    assert db.session.get_one(Application, someone, populate_existing=True).told_at is not None
    assert verify(db.session()).differences == []


def test_a_call_that_tells_nothing_leaves_the_decision_owed(app: Flask, bob: Person, someone: int) -> None:
    decide(actor=bob, application_id=someone, code="FILLED", version=1)
    log_call(actor=bob, application_id=someone, summary="No answer, rang twice", tells=False)
    assert reasons(someone) == [Reason.DECIDED_NOT_TOLD]


def test_a_call_cannot_tell_what_nobody_has_decided(app: Flask, bob: Person, someone: int) -> None:
    with pytest.raises(Refused, match="no decision yet"):
        log_call(actor=bob, application_id=someone, summary="Said no", tells=True)


def test_a_call_before_the_decision_cannot_have_told_it(app: Flask, bob: Person, someone: int) -> None:
    decide(actor=bob, application_id=someone, code="FILLED", version=1)
    for tell in (log_call, log_letter):
        with pytest.raises(Refused, match="before the decision"):
            tell(
                actor=bob,
                application_id=someone,
                summary="Said no",
                tells=True,
                occurred_at=now() - timedelta(days=1),
            )
    with pytest.raises(Refused, match="before the decision"):
        told_elsewhere(
            actor=bob, application_id=someone, occurred_at=now() - timedelta(days=1), how="In the hall"
        )
    assert reasons(someone) == [Reason.DECIDED_NOT_TOLD]


def test_a_call_with_a_date_opens_that_date(app: Flask, bob: Person, someone: int) -> None:
    day = date.today() + timedelta(days=7)  # noqa: DTZ011 -- any day that is not past anywhere
    log_call(actor=bob, application_id=someone, summary="Next word in a week", tells=False, promise_on=day)
    assert reasons(someone) == [Reason.PROMISE_DUE, Reason.SILENT]
    assert verify(db.session()).differences == []


@pytest.mark.parametrize("days", [-3, 400])
def test_a_date_that_has_passed_or_helps_nobody_is_refused_whole(
    app: Flask, bob: Person, someone: int, days: int
) -> None:
    day = now().date() + timedelta(days=days)
    with pytest.raises(Refused) as refusal:
        log_call(actor=bob, application_id=someone, summary="Next word", tells=False, promise_on=day)
    assert refusal.value.field == "promise_on"
    with pytest.raises(Refused):
        make_promise(actor=bob, application_id=someone, on=day)
    assert db.session.get_one(Application, someone, populate_existing=True).event_seq == 1


def test_a_call_of_tomorrow_is_refused(app: Flask, bob: Person, someone: int) -> None:
    with pytest.raises(Refused) as refusal:
        log_call(
            actor=bob,
            application_id=someone,
            summary="Will call",
            tells=False,
            occurred_at=now() + timedelta(days=1),
        )
    assert refusal.value.field == "occurred_on"


def test_an_interview_asks_for_a_word_and_names_who_was_there(app: Flask, bob: Person, someone: int) -> None:
    log_interview(
        actor=bob,
        application_id=someone,
        kind=InterviewKind.PANEL,
        held_at=now() - timedelta(days=2),
        interviewers=[Interviewer("Jonas Lindholm", "Head of Depots"), Interviewer("")],
    )
    assert reasons(someone) == [Reason.INTERVIEWED_NOT_TOLD]
    assert payload(EventKind.INTERVIEW_HELD) == {
        "interviewers": [{"name": "Jonas Lindholm", "title": "Head of Depots"}]
    }


def test_a_note_clears_nothing_and_stops_no_mail(app: Flask, bob: Person, someone: int) -> None:
    message = mail.queue(someone)
    add_note(actor=bob, application_id=someone, text="Prefers mornings")
    assert reasons(someone) == [Reason.SILENT]
    assert mail.hand_over(message)


def test_told_elsewhere_is_told_with_weaker_proof(app: Flask, bob: Person, someone: int) -> None:
    decide(actor=bob, application_id=someone, code="FILLED", version=1)
    told_elsewhere(actor=bob, application_id=someone, occurred_at=now(), how="By the old system")
    row = db.session.get_one(Application, someone, populate_existing=True)
    assert (row.told_how, reasons(someone)) == ("told.elsewhere", [])


def test_a_waiver_needs_a_reason_and_lets_go_until_something_happens(
    app: Flask, bob: Person, someone: int
) -> None:
    with pytest.raises(Refused):
        waive(actor=bob, application_id=someone, reason="  ")
    waive(actor=bob, application_id=someone, reason="Took a place elsewhere, told Jonas in person")
    assert reasons(someone) == []
    with pytest.raises(Refused, match="not waiting"):
        waive(actor=bob, application_id=someone, reason="again")
    log_interview(actor=bob, application_id=someone, kind=InterviewKind.PANEL, held_at=now())
    assert reasons(someone) == [Reason.INTERVIEWED_NOT_TOLD]


def test_a_withdrawn_waiver_owes_again(app: Flask, bob: Person, someone: int) -> None:
    with pytest.raises(Refused):
        withdraw_waiver(actor=bob, application_id=someone)
    waive(actor=bob, application_id=someone, reason="Thought that she had withdrawn")
    withdraw_waiver(actor=bob, application_id=someone)
    assert reasons(someone) == [Reason.SILENT]
    assert verify(db.session()).differences == []


def test_empty_and_endless_texts_are_refused(app: Flask, bob: Person, someone: int) -> None:
    for text in ("", " \n ", "\0", "x" * 20_001):
        with pytest.raises(Refused):
            add_note(actor=bob, application_id=someone, text=text)
        with pytest.raises(Refused):
            log_call(actor=bob, application_id=someone, summary=text, tells=False)
    assert db.session.get_one(Application, someone, populate_existing=True).event_seq == 1


def test_a_missing_application_is_a_plain_answer(app: Flask, bob: Person) -> None:  # attack 14
    for call in (
        lambda: add_note(actor=bob, application_id=4711, text="x"),
        lambda: log_call(actor=bob, application_id=4711, summary="x", tells=False),
        lambda: waive(actor=bob, application_id=4711, reason="x"),
        lambda: make_promise(actor=bob, application_id=4711, on=now().date()),
    ):
        with pytest.raises(NotFound):
            call()


def test_nobody_without_a_role_logs_anything(app: Flask, charlie: Person, someone: int) -> None:
    for call in (
        lambda: add_note(actor=charlie, application_id=someone, text="x"),
        lambda: log_call(actor=charlie, application_id=someone, summary="x", tells=False),
        lambda: told_elsewhere(actor=charlie, application_id=someone, occurred_at=now(), how="x"),
        lambda: log_interview(actor=charlie, application_id=someone, kind=InterviewKind.PANEL, held_at=now()),
        lambda: waive(actor=charlie, application_id=someone, reason="x"),
        lambda: withdraw_waiver(actor=charlie, application_id=someone),
        lambda: make_promise(actor=charlie, application_id=someone, on=now().date()),
    ):
        with pytest.raises(NotAllowed):
            call()
