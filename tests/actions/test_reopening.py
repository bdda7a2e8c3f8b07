"""A told "no" is opened again: the first answer stays, and a second one may be told exactly once more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from employer_app.actions import batches, plans
from employer_app.actions.decisions import decide, undo_decision
from employer_app.actions.reopening import reopen
from employer_app.actions.underway import OnItsWay
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause, Choices
from employer_app.domain.delivery import Outcome, SmtpStage
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.message import Kind, MessageStatus, Purpose
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Event, Message, MessageApplication, OwedAnswer, Plan, PlanItem
from employer_app.models.plan import PlanAction
from employer_app.outbox.claim import claim
from employer_app.outbox.fence import fence
from employer_app.outbox.settle import settle
from employer_app.outbox.write_up import write_up
from employer_app.queries.applications import application_page
from employer_app.queries.timeline import timeline
from employer_app.smtp.line import Reply
from tests import factories
from tests.actions import mail

pytestmark = pytest.mark.both
ACCEPTED = Reply(Outcome.ACCEPTED, 250, "2.0.0 queued", SmtpStage.DOT)


def row(application_id: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, application_id, populate_existing=True)


def confirm(plan: int, bob: Person) -> int:
    db.session.rollback()
    digest = db.session.get_one(Plan, plan).digest
    return batches.confirm(plan_id=plan, digest=digest, actor=bob)


def message_of(application_id: int) -> int:
    db.session.rollback()
    query = sa.select(Message.id).where(Message.applications.any(application_id=application_id))
    return db.session.scalars(query.order_by(Message.id.desc())).first() or 0


def leave(message: int) -> None:
    with transaction() as session:
        moment = now() - timedelta(seconds=1)
        session.execute(sa.update(Message).where(Message.id == message).values(due_at=moment))
    token = claim("worker").token
    assert fence(message, token)
    settle(message, token, ACCEPTED, "mail.example")
    write_up([message])


def told_no(job: int, someone: int, bob: Person) -> int:
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob, application_ids=[someone])
    confirm(plan, bob)
    message = message_of(someone)
    leave(message)
    assert row(someone).told_at is not None
    return message


def opened(someone: int, bob: Person, **more: object) -> None:
    said = {"version": row(someone).version, "reason": "A second berth was approved", **more}
    reopen(actor=bob, application_id=someone, **said)  # type: ignore[arg-type]


def reasons(someone: int) -> list[str]:
    db.session.rollback()
    query = sa.select(OwedAnswer.reason).where(OwedAnswer.application_id == someone)
    return [reason.value for reason in db.session.scalars(query)]


def test_reopening_owes_a_next_word_and_keeps_the_first_answer(app: Flask, bob: Person) -> None:
    job = factories.job()
    someone = factories.application(job, received=timedelta(days=40))
    message = told_no(job, someone, bob)
    assert reasons(someone) == []
    before = row(someone).version
    opened(someone, bob)
    again = row(someone)
    assert (again.status, again.cycle, again.version) == (Status.ACTIVE, 2, before + 1)
    assert (again.decided_at, again.told_at) == (None, None)
    assert reasons(someone) == ["silent"]
    since = db.session.scalars(sa.select(OwedAnswer.since)).one()
    reopened_at = db.session.scalars(
        sa.select(Event.occurred_at).where(Event.kind == EventKind.REOPENED)
    ).one()
    assert since == reopened_at
    entries = timeline(bob, someone).entries
    assert [one.letter.id for one in entries if one.letter] == [message]
    assert [one.kind for one in entries if one.kind] == [
        EventKind.REOPENED,
        EventKind.DECISION_MADE,
        EventKind.APPLICATION_RECEIVED,
    ]
    assert entries[0].payload == {"reason": "A second berth was approved"}
    assert verify(db.session()).differences == []


def test_second_no_is_told_exactly_once_more(app: Flask, bob: Person) -> None:
    job = factories.job()
    someone = factories.application(job)
    first = told_no(job, someone, bob)
    opened(someone, bob)
    second = told_no(job, someone, bob)
    links = db.session.execute(
        sa.select(MessageApplication.message_id, MessageApplication.purpose, MessageApplication.cycle)
        .where(MessageApplication.application_id == someone)
        .order_by(MessageApplication.message_id)
    ).all()
    assert [tuple(link) for link in links] == [(first, Purpose.DECISION, 1), (second, Purpose.DECISION, 2)]
    with pytest.raises(IntegrityError):  # a third of the same cycle has no room
        mail.queue(someone)
    again = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob, application_ids=[someone])
    db.session.rollback()
    item = db.session.get_one(PlanItem, (again, someone))
    assert (item.action, item.skip_reason) == (PlanAction.SKIP, "Has been told already.")
    assert verify(db.session()).differences == []


def test_no_that_was_written_before_the_reopening_does_not_leave(app: Flask, bob: Person) -> None:
    job = factories.job()
    someone = factories.application(job)
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    confirm(plan, bob)
    message = message_of(someone)
    factories.happened(someone, EventKind.CALL_LOGGED, tells=True)
    with pytest.raises(OnItsWay):
        opened(someone, bob)
    assert row(someone).status is Status.REJECTED
    opened(someone, bob, force=True)
    assert not mail.hand_over(message)
    assert mail.status_of(message) is MessageStatus.HELD
    assert message_of(someone) == message


def test_reopening_offers_the_letter_that_asks_until_it_is_written(app: Flask, bob: Person) -> None:
    job = factories.job()
    someone = factories.application(job)
    told_no(job, someone, bob)
    opened(someone, bob)
    db.session.rollback()
    assert application_page(bob, someone).moves.reopened_at is not None
    plan = plans.start_reopened(application_id=someone, actor=bob)
    db.session.rollback()
    stored = Choices.from_json(db.session.get_one(Plan, plan).choices)
    assert (stored.purpose, {one.kind for one in stored.groups.values()}) == (Purpose.UPDATE, {Kind.REOPENED})
    said = {"answer_by": (date.today() + timedelta(days=9)).isoformat()}  # noqa: DTZ011
    ready = Choices.from_json(
        {**stored.to_json(), "fields": said, "cause_sentence": "A second berth was approved."}
    )
    plans.change(plan_id=plan, choices=ready, actor=bob)
    db.session.rollback()
    item = db.session.get_one(PlanItem, (plan, someone))
    assert (item.action, item.skip_reason) == (PlanAction.MESSAGE, "")
    confirm(plan, bob)
    db.session.rollback()
    assert application_page(bob, someone).moves.reopened_at is None
    leave(message_of(someone))
    told_no(job, someone, bob)


def test_reopening_is_refused_where_there_is_no_told_no(app: Flask, bob: Person) -> None:
    job = factories.job()
    live, untold = factories.application(job), factories.application(job)
    decide(actor=bob, application_id=untold, code="INT-SKILL", version=1)
    before = [(row(one).version, row(one).event_seq) for one in (live, untold)]
    with pytest.raises(Refused, match="no “no” to reopen"):
        opened(live, bob)
    with pytest.raises(Refused, match="does not know"):
        opened(untold, bob)
    for reason in ("", "\0 ", "x" * 1001):
        with pytest.raises(Refused):
            opened(untold, bob, reason=reason)
    with pytest.raises(NotFound):
        reopen(actor=bob, application_id=2**31 - 1, version=1, reason="Changed")
    with pytest.raises(NotAllowed):
        opened(untold, Person(bob.user_id, "Charlie", frozenset()))
    with pytest.raises(Refused, match="not open"):
        plans.start_reopened(application_id=untold, actor=bob)
    assert [(row(one).version, row(one).event_seq) for one in (live, untold)] == before


def test_reopening_twice_is_refused_the_second_time(app: Flask, bob: Person) -> None:
    job = factories.job()
    someone = factories.application(job)
    told_no(job, someone, bob)
    version = row(someone).version
    opened(someone, bob)
    with pytest.raises(Changed):
        opened(someone, bob, version=version)
    with pytest.raises(Refused):
        opened(someone, bob)
    assert row(someone).cycle == 2


def test_decision_after_a_reopening_can_be_taken_back_and_the_reopening_stands(
    app: Flask, bob: Person
) -> None:
    job = factories.job()
    someone = factories.application(job)
    told_no(job, someone, bob)
    opened(someone, bob)
    owed = reasons(someone)
    decide(actor=bob, application_id=someone, code="INT-SKILL", version=row(someone).version)
    undo_decision(actor=bob, application_id=someone, version=row(someone).version)
    assert (row(someone).status, reasons(someone)) == (Status.ACTIVE, owed)
    assert verify(db.session()).differences == []
