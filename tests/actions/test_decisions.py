"""Deciding and telling are two things. A decision taken back leaves everything as it was before."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.applications import change_status
from employer_app.actions.contacts import log_call
from employer_app.actions.decisions import decide, undo_decision
from employer_app.actions.underway import OnItsWay
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.errors import Changed, NotAllowed, Refused
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Decision, Message, OwedAnswer
from tests import factories
from tests.actions import mail

pytestmark = pytest.mark.both


@pytest.fixture
def someone(app: Flask) -> int:
    return factories.application(factories.job())


def row(application_id: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, application_id, populate_existing=True)


def reasons(application_id: int) -> list[Reason]:
    db.session.rollback()
    query = sa.select(OwedAnswer.reason).where(OwedAnswer.application_id == application_id)
    return list(db.session.scalars(query.order_by(OwedAnswer.rank)))


def test_decide_tells_nobody(app: Flask, bob: Person, someone: int) -> None:
    decide(actor=bob, application_id=someone, code="LESS-SCREEN", version=1)
    assert (row(someone).status, row(someone).version, row(someone).told_at) == (Status.REJECTED, 2, None)
    assert reasons(someone) == [Reason.DECIDED_NOT_TOLD]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0
    assert verify(db.session()).differences == []


def test_a_copy_is_closed_without_a_word_owed(app: Flask, bob: Person, someone: int) -> None:
    decide(actor=bob, application_id=someone, code="DUP", version=1)
    assert reasons(someone) == []


@pytest.mark.parametrize(
    ("code", "status"),
    [("HIRED", Status.HIRED), ("WD-SELF", Status.WITHDRAWN), ("FILLED", Status.REJECTED)],
)
def test_the_reason_says_where_it_leads(
    app: Flask, bob: Person, someone: int, code: str, status: Status
) -> None:
    decide(actor=bob, application_id=someone, code=code, version=1)
    assert row(someone).status is status


def test_undo_restores_status_and_debts(app: Flask, bob: Person, someone: int) -> None:
    change_status(actor=bob, application_id=someone, status=Status.ON_HOLD, version=1)
    before = reasons(someone)
    decide(actor=bob, application_id=someone, code="FILLED", version=2)
    undo_decision(actor=bob, application_id=someone, version=3)
    assert (row(someone).status, row(someone).version) == (Status.ON_HOLD, 4)
    assert reasons(someone) == before
    assert db.session.scalars(sa.select(Decision.undone_at)).one() is not None
    assert verify(db.session()).differences == []
    with pytest.raises(Refused, match="no decision"):
        undo_decision(actor=bob, application_id=someone, version=4)


def test_undo_calls_off_the_message_that_would_tell_it(app: Flask, bob: Person, someone: int) -> None:
    decide(actor=bob, application_id=someone, code="FILLED", version=1)
    message = mail.queue(someone)
    undo_decision(actor=bob, application_id=someone, version=2)
    assert mail.status_of(message) is MessageStatus.CANCELLED
    assert not mail.hand_over(message)
    # and a second "no" of a second decision may be queued
    decide(actor=bob, application_id=someone, code="FILLED", version=3)
    assert mail.hand_over(mail.queue(someone))


def test_undo_calls_off_a_message_about_two_applications(app: Flask, bob: Person) -> None:
    person = factories.candidate()
    first, second = (
        factories.application(factories.job(title), candidate_id=person) for title in ("Purser", "Cook")
    )
    for one in (first, second):
        decide(actor=bob, application_id=one, code="FILLED", version=1)
    message = mail.queue(first, second)
    undo_decision(actor=bob, application_id=second, version=2)
    assert mail.status_of(message) is MessageStatus.CANCELLED
    assert reasons(first) == [Reason.DECIDED_NOT_TOLD]
    assert verify(db.session()).differences == []


def test_undo_is_refused_once_the_message_may_have_arrived(app: Flask, bob: Person, someone: int) -> None:
    decide(actor=bob, application_id=someone, code="FILLED", version=1)
    assert mail.hand_over(mail.queue(someone))
    with pytest.raises(Refused, match="may have arrived"):
        undo_decision(actor=bob, application_id=someone, version=2)
    assert row(someone).status is Status.REJECTED


def test_undo_is_refused_once_the_person_knows(app: Flask, bob: Person, someone: int) -> None:
    decide(actor=bob, application_id=someone, code="FILLED", version=1)
    log_call(actor=bob, application_id=someone, summary="Told her kindly", tells=True)
    with pytest.raises(Refused, match="knows"):
        undo_decision(actor=bob, application_id=someone, version=2)


def test_decide_says_first_that_a_message_leaves(app: Flask, bob: Person, someone: int) -> None:
    mail.queue(someone)
    with pytest.raises(OnItsWay):
        decide(actor=bob, application_id=someone, code="FILLED", version=1)
    assert row(someone).status is Status.ACTIVE
    decide(actor=bob, application_id=someone, code="FILLED", version=1, force=True)


def test_two_who_decide_at_once_make_one_decision(app: Flask, bob: Person, someone: int) -> None:
    decide(actor=bob, application_id=someone, code="FILLED", version=1)
    with pytest.raises(Changed):
        decide(actor=bob, application_id=someone, code="HIRED", version=1)
    with pytest.raises(Refused, match="a decision already"):
        decide(actor=bob, application_id=someone, code="HIRED", version=2)


def test_a_decision_of_an_earlier_day_is_owed_since_that_day(app: Flask, bob: Person, someone: int) -> None:
    made = now() - timedelta(days=3)
    decide(actor=bob, application_id=someone, code="FILLED", version=1, made_at=made)
    assert db.session.scalars(sa.select(OwedAnswer.since)).one() == made


@pytest.mark.parametrize("ago", [timedelta(days=30), timedelta(hours=-1)], ids=["before-applying", "future"])
def test_a_decision_cannot_be_older_than_the_application_or_in_the_future(
    app: Flask, bob: Person, someone: int, ago: timedelta
) -> None:
    with pytest.raises(Refused) as refusal:
        decide(actor=bob, application_id=someone, code="FILLED", version=1, made_at=now() - ago)
    assert refusal.value.field == "made_on"


def test_an_unknown_reason_is_refused(app: Flask, bob: Person, someone: int) -> None:
    with pytest.raises(Refused) as refusal:
        decide(actor=bob, application_id=someone, code="NOT-SELECTED", version=1)
    assert refusal.value.field == "code"


def test_nobody_without_a_role_decides(app: Flask, charlie: Person, someone: int) -> None:
    with pytest.raises(NotAllowed):
        decide(actor=charlie, application_id=someone, code="FILLED", version=1)
    with pytest.raises(NotAllowed):
        undo_decision(actor=charlie, application_id=someone, version=1)
