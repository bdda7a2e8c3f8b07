"""What a person decides about one message, as verbs; one foreign id refuses all."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import batch_undo, batches, messages, plans
from employer_app.actions.messages import Answered
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import NotAllowed, NotFound
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.role import Person
from employer_app.domain.status import JobStatus, Status
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Candidate, Message, MessageApplication, Plan
from tests import factories
from tests.actions.mail import hand_over, queue, status_of

pytestmark = pytest.mark.both


def confirmed(bob: Person, people: int = 1) -> tuple[int, list[int]]:
    """A confirmed send list and its messages."""
    job = factories.job("Deck Officer")
    for _ in range(people):
        factories.application(job)
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    digest = db.session.get_one(Plan, plan).digest
    batch = batches.confirm(plan_id=plan, digest=digest, actor=bob, typed_count=people)
    query = sa.select(Message.id).where(Message.batch_id == batch).order_by(Message.id)
    return batch, list(db.session.scalars(query))


def hold(message_id: int, why: str = "The app stopped three times.") -> None:
    with transaction() as session:
        session.execute(
            sa.update(Message)
            .where(Message.id == message_id)
            .values(status=MessageStatus.HELD, held_because=why)
        )


def test_undo_with_one_foreign_message_stops_none(app: Flask, bob: Person) -> None:  # attack 15
    batch, own = confirmed(bob, 2)
    _, foreign = confirmed(bob)
    with pytest.raises(NotFound):
        batch_undo.undo(batch_id=batch, actor=bob, message_ids=[*own, *foreign])
    assert {status_of(one) for one in (*own, *foreign)} == {MessageStatus.QUEUED}


def test_call_off_undoes_the_decision_with_it(app: Flask, bob: Person) -> None:
    _, (one, other) = confirmed(bob, 2)
    assert messages.call_off(message_ids=[one], actor=bob) == Answered([one], {})
    assert (status_of(one), status_of(other)) == (MessageStatus.CANCELLED, MessageStatus.QUEUED)
    statuses = sorted(db.session.scalars(sa.select(Application.status)))
    assert statuses == [Status.ACTIVE, Status.REJECTED]
    assert messages.call_off(message_ids=[one], actor=bob) == Answered([], {one: "It was cancelled."})
    assert verify(db.session()).differences == []


WRONG = {
    "name": (sa.update(Candidate).values(name="Other"), "The name"),
    "address": (sa.update(Candidate).values(address="other@post.example"), "The address"),
    "do not mail": (sa.update(Candidate).values(do_not_mail=True), "not to write by mail"),
    "erased": (sa.update(Candidate).values(erased_at=now()), "erased"),
    "text": (sa.update(Message).values(text="Something else"), "not the one that was reviewed"),
    "date": (sa.update(Message).values(expires_at=now()), "date in this text"),
    "status": (sa.update(Application).values(status=Status.ACTIVE), "does not stand where"),
    "told": (sa.update(Application).values(told_at=now()), "told already"),
    "stage": (sa.update(Application).values(version=Application.version + 1), "stage, the status or the"),
    "language": (sa.update(Candidate).values(version=Candidate.version + 1), "record was changed"),
    "reply": (sa.update(Application).values(unread_since=now() + timedelta(days=1)), "has written to us"),
    "job": (
        sa.update(MessageApplication).values(job_status=JobStatus.DRAFT),
        "job was opened or closed",
    ),
}


@pytest.mark.parametrize(("statement", "words"), WRONG.values(), ids=WRONG.keys())
def test_stopped_message_is_not_let_go_when_it_would_be_wrong(
    app: Flask, bob: Person, statement: sa.Update, words: str
) -> None:
    _, (one,) = confirmed(bob)
    hold(one)
    with transaction() as session:
        session.execute(statement)
    assert words in messages.release_refusal(message_id=one, actor=bob)
    answered = messages.release(message_ids=[one], actor=bob)
    assert (list(answered.done), list(answered.missed)) == ([], [one])
    assert words in answered.missed[one]
    assert status_of(one) is MessageStatus.HELD


def test_stopped_message_that_is_right_leaves_again(app: Flask, bob: Person) -> None:
    _, (one,) = confirmed(bob)
    hold(one)
    assert messages.release_refusal(message_id=one, actor=bob) == ""
    assert messages.release(message_ids=[one], actor=bob) == Answered([one], {})
    assert status_of(one) is MessageStatus.QUEUED
    assert messages.release(message_ids=[one], actor=bob) == Answered([], {one: "It is queued."})
    assert hand_over(one)


def test_update_is_let_go_only_while_the_person_is_in_the_running(app: Flask, bob: Person) -> None:
    one = queue(factories.application(factories.job()), purpose=Purpose.UPDATE)
    hold(one)
    assert messages.release(message_ids=[one], actor=bob).done == [one]
    hold(one)
    with transaction() as session:
        session.execute(sa.update(Application).values(status=Status.REJECTED))
    assert messages.release(message_ids=[one], actor=bob).done == []


def test_leave_out_needs_the_author(app: Flask, alice: Person, bob: Person) -> None:  # attack 14
    job = factories.job()
    someone = factories.application(job)
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    for verb in (
        lambda: plans.leave_out(plan_id=plan, application_id=someone, actor=alice),
        lambda: plans.refresh(plan_id=plan, actor=alice),
        lambda: batches.confirm(plan_id=plan, digest=db.session.get_one(Plan, plan).digest, actor=alice),
    ):
        with pytest.raises(NotFound):
            verb()


def test_nobody_without_a_role_decides(app: Flask, bob: Person, charlie: Person) -> None:  # attack 19
    batch, (one,) = confirmed(bob)
    with pytest.raises(NotAllowed):
        messages.write_again(message_id=one, actor=charlie)
    with pytest.raises(NotAllowed):
        messages.release_refusal(message_id=one, actor=charlie)
    with pytest.raises(NotAllowed):
        messages.hold(message_ids=[one], reason="Wait.", actor=charlie)
    for many in (
        messages.arrived,
        messages.send_again,
        messages.leave,
        messages.release,
        messages.call_off,
        messages.try_now,
    ):
        with pytest.raises(NotAllowed):
            many(message_ids=[one], actor=charlie)
    with pytest.raises(NotAllowed):
        batch_undo.undo(batch_id=batch, actor=charlie)
    assert status_of(one) is MessageStatus.QUEUED
