"""Two windows, a second list, an undo that comes late: each does what it says and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import batch_undo, batches, plans
from employer_app.actions.applications import change_status
from employer_app.actions.contacts import log_interview
from employer_app.actions.decisions import decide
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.delivery import Outcome, SmtpStage
from employer_app.domain.errors import Changed
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.domain.stage import InterviewKind
from employer_app.domain.status import Status
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Batch, Decision, Message, Plan, PlanItem
from employer_app.outbox.claim import claim
from employer_app.outbox.fence import fence
from employer_app.outbox.settle import settle
from employer_app.smtp.line import Reply
from tests import factories
from tests.actions.mail import status_of

pytestmark = pytest.mark.both
REFUSED = Reply(Outcome.REFUSED, 550, "5.1.1 No such user", SmtpStage.RCPT)


def start(job: int, bob: Person) -> int:
    return plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)


def confirm(plan: int, bob: Person) -> int:
    db.session.rollback()
    digest = db.session.get_one(Plan, plan).digest
    return batches.confirm(plan_id=plan, digest=digest, actor=bob)


def message_of(application_id: int) -> int:
    db.session.rollback()
    query = sa.select(Message.id).where(Message.applications.any(application_id=application_id))
    return db.session.scalars(query.order_by(Message.id.desc())).first() or 0


def due(*message_ids: int) -> str:
    """They are due, and a worker claims what is due; returns its token."""
    with transaction() as session:
        moment = now() - timedelta(seconds=1)
        session.execute(sa.update(Message).where(Message.id.in_(message_ids)).values(due_at=moment))
    return claim("worker").token


def test_second_press_while_the_first_is_being_kept_is_the_same_batch(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # fault 38
    job = factories.job()
    factories.application(job)
    plan = start(job, bob)
    first = confirm(plan, bob)
    batch_of, blind = batches.batch_of, iter([None])
    monkeypatch.setattr(batches, "batch_of", lambda token: next(blind, batch_of(token)))
    assert confirm(plan, bob) == first
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1


def test_undo_of_a_list_leaves_a_later_decision_alone(app: Flask, bob: Person) -> None:
    job = factories.job()
    someone, other = factories.application(job), factories.application(job)
    batch = confirm(start(job, bob), bob)
    row = db.session.get_one(Application, someone)
    active = Status.ACTIVE
    change_status(actor=bob, application_id=someone, status=active, version=row.version, force=True)
    db.session.rollback()
    version = db.session.get_one(Application, someone).version
    decide(actor=bob, application_id=someone, code="INT-SKILL", version=version, force=True)
    assert batch_undo.undo(batch_id=batch, actor=bob).stopped == 2
    db.session.rollback()
    assert db.session.get_one(Application, someone).status is Status.REJECTED
    assert db.session.get_one(Application, other).status is Status.ACTIVE
    standing = sa.select(Decision.disposition).where(
        Decision.application_id == someone, Decision.undone_at.is_(None)
    )
    assert "INT-SKILL" in db.session.scalars(standing).all()
    assert verify(db.session()).differences == []


def test_undo_of_a_list_does_not_move_somebody_who_was_reopened(app: Flask, bob: Person) -> None:
    job = factories.job()
    someone = factories.application(job)
    batch = confirm(start(job, bob), bob)
    for status in (Status.ACTIVE, Status.ON_HOLD):
        db.session.rollback()
        version = db.session.get_one(Application, someone).version
        change_status(actor=bob, application_id=someone, status=status, version=version, force=True)
    assert batch_undo.undo(batch_id=batch, actor=bob).stopped == 1
    db.session.rollback()
    assert db.session.get_one(Application, someone).status is Status.ON_HOLD


def test_undo_counts_as_too_late_only_what_was_handed_over(app: Flask, bob: Person) -> None:
    job = factories.job()
    one, two, three = message_of_all(job, bob)
    batch = db.session.get_one(Message, one).batch_id or 0
    batch_undo.undo(batch_id=batch, actor=bob, message_ids=[one])
    assert fence(two, due(two))
    assert batch_undo.undo(batch_id=batch, actor=bob) == batch_undo.Undone(stopped=1, too_late=1)
    assert batch_undo.undo(batch_id=batch, actor=bob) == batch_undo.Undone(stopped=0, too_late=1)
    assert status_of(three) is MessageStatus.CANCELLED


def message_of_all(job: int, bob: Person) -> list[int]:
    people = [factories.application(job) for _ in range(3)]
    confirm(start(job, bob), bob)
    return [message_of(one) for one in people]


def test_one_failed_message_does_not_block_the_next_list(app: Flask, bob: Person) -> None:
    job = factories.job()
    failed = factories.application(job, name="Amara Nwosu")
    confirm(start(job, bob), bob)
    first = message_of(failed)
    settle(first, due(first), REFUSED, "mail.example")
    new = factories.application(job)
    once, twice = start(job, bob), start(job, bob)
    items = db.session.execute(sa.select(PlanItem.application_id, PlanItem.warnings)).all()
    assert any("could not be delivered" in str(row.warnings) for row in items if row.application_id == failed)
    confirm(once, bob)
    assert status_of(first) is MessageStatus.FAILED
    assert status_of(message_of(failed)) is status_of(message_of(new)) is MessageStatus.QUEUED
    with pytest.raises(Changed):
        confirm(twice, bob)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 3


def test_interview_that_is_logged_after_the_review_stops_the_letter_for_strangers(
    app: Flask, bob: Person
) -> None:
    job = factories.job()
    someone = factories.application(job)
    reviewed, plan = start(job, bob), start(job, bob)
    confirm(reviewed, bob)
    log_interview(actor=bob, application_id=someone, kind=InterviewKind.PANEL, held_at=now())
    message = message_of(someone)
    assert fence(message, due(message)) is False
    assert status_of(message) is MessageStatus.HELD
    with pytest.raises(Changed):
        confirm(plan, bob)


def test_interview_that_changes_nothing_stops_nothing(app: Flask, bob: Person) -> None:
    someone = factories.application(factories.job())
    for kind in (InterviewKind.PANEL, InterviewKind.SCREEN):
        before = db.session.get_one(Application, someone).version
        log_interview(actor=bob, application_id=someone, kind=kind, held_at=now())
        db.session.rollback()
    assert db.session.get_one(Application, someone).version == before
