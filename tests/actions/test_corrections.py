"""A correction goes to exactly those whom the wrong message reached, and to nobody twice by accident."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import batch_undo, batches, plans
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause, Choices
from employer_app.domain.delivery import Outcome, SmtpStage
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.message import Kind, MessageStatus, Purpose
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Candidate, Message, OwedAnswer, Plan, PlanItem
from employer_app.models.plan import PlanAction
from employer_app.outbox.claim import claim
from employer_app.outbox.fence import fence
from employer_app.outbox.settle import settle
from employer_app.outbox.write_up import write_up
from employer_app.queries.corrections import Corrected, corrected
from employer_app.smtp.line import Reply
from tests import factories
from tests.actions import mail

pytestmark = pytest.mark.both
ACCEPTED = Reply(Outcome.ACCEPTED, 250, "2.0.0 queued", SmtpStage.DOT)
REFUSED = Reply(Outcome.REFUSED, 550, "5.1.1 No such user", SmtpStage.RCPT)


def confirm(plan: int, bob: Person) -> int:
    db.session.rollback()
    digest = db.session.get_one(Plan, plan).digest
    return batches.confirm(plan_id=plan, digest=digest, actor=bob)


def closed_out(job: int, bob: Person) -> int:
    return confirm(plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob), bob)


def said(plan: int, bob: Person) -> int:
    """The same list with the sentence that says what was wrong."""
    db.session.rollback()
    row = db.session.get_one(Plan, plan)
    choices = Choices.from_json(
        {**row.choices, "fields": {"correction_text": "We wrote Leeds. The role is in Rotterdam."}}
    )
    plans.change(plan_id=plan, choices=choices, actor=bob)
    return plan


def messages(batch: int) -> list[int]:
    db.session.rollback()
    return list(
        db.session.scalars(sa.select(Message.id).where(Message.batch_id == batch).order_by(Message.id))
    )


def leave(message: int, reply: Reply | None = ACCEPTED) -> None:
    """Through the last look and out; without a reply nobody knows whether it arrived."""
    with transaction() as session:
        moment = now() - timedelta(seconds=1)
        session.execute(sa.update(Message).where(Message.id == message).values(due_at=moment))
    token = claim("worker").token
    assert fence(message, token)
    if reply is None:
        with transaction() as session:
            values = {"status": MessageStatus.UNCERTAIN, "lease_until": None, "claim_token": None}
            session.execute(sa.update(Message).where(Message.id == message).values(**values))
        return
    settle(message, token, reply, "mail.example")
    write_up([message])


def chosen(plan: int) -> dict[int, tuple[PlanAction, str]]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(PlanItem.application_id, PlanItem.action, PlanItem.skip_reason).where(
            PlanItem.plan_id == plan
        )
    )
    return {row.application_id: (row.action, row.skip_reason) for row in rows}


def crowd(job: int, count: int) -> list[int]:
    return [factories.application(job, name=f"Amara Nwosu-{chr(65 + n)}le") for n in range(count)]


def test_correction_goes_to_those_whose_message_left_or_may_have(app: Flask, bob: Person) -> None:
    job = factories.job()
    one, two, three, four = crowd(job, 4)
    batch = closed_out(job, bob)
    first, second, third, fourth = messages(batch)
    leave(first)
    leave(second, None)
    batch_undo.undo(batch_id=batch, actor=bob, message_ids=[third])
    plan = said(plans.correct_batch(batch_id=batch, actor=bob), bob)
    assert chosen(plan) == {one: (PlanAction.MESSAGE, ""), two: (PlanAction.MESSAGE, "")}
    before = [
        (row.status, row.decided_at, row.told_at)
        for row in db.session.scalars(sa.select(Application).order_by(Application.id))
    ]
    correction = confirm(plan, bob)
    db.session.rollback()
    rows = db.session.execute(
        sa.select(Message.corrects_id, Message.kind, Message.purpose)
        .where(Message.batch_id == correction)
        .order_by(Message.id)
    ).all()
    assert [tuple(row) for row in rows] == [
        (first, Kind.CORRECTION, Purpose.UPDATE),
        (second, Kind.CORRECTION, Purpose.UPDATE),
    ]
    after = [
        (row.status, row.decided_at, row.told_at)
        for row in db.session.scalars(sa.select(Application).order_by(Application.id))
    ]
    assert after == before
    assert mail.status_of(fourth) is MessageStatus.QUEUED
    assert corrected(bob, batch) == Corrected(left=2, corrected=0, on_their_way=2)
    leave(messages(correction)[0])
    assert corrected(bob, batch) == Corrected(left=2, corrected=1, on_their_way=1)
    assert verify(db.session()).differences == []
    assert three != four


def test_correction_reaches_people_who_know_the_answer_with_texts_that_pass_the_check(
    app: Flask, bob: Person
) -> None:
    job = factories.job()
    for language in ("en", "de", "fr", "es", "nl"):
        factories.application(job, language=language)
    batch = closed_out(job, bob)
    for message in messages(batch):
        leave(message)
    plan = said(plans.correct_batch(batch_id=batch, actor=bob), bob)
    db.session.rollback()
    items = db.session.scalars(sa.select(PlanItem).where(PlanItem.plan_id == plan)).all()
    assert [(one.action, one.skip_reason) for one in items] == [(PlanAction.MESSAGE, "")] * 5
    assert {len(one.warnings) for one in items if one.language in ("", "en")} == {0}


def test_nobody_is_corrected_twice_by_accident(app: Flask, bob: Person) -> None:
    job = factories.job()
    one, two = crowd(job, 2)
    batch = closed_out(job, bob)
    for message in messages(batch):
        leave(message)
    stale = said(plans.correct_batch(batch_id=batch, actor=bob), bob)
    correction = confirm(
        said(plans.correct_batch(batch_id=batch, actor=bob, application_ids=[one]), bob), bob
    )
    with pytest.raises(Changed):  # one of them has the other correction on its way
        confirm(stale, bob)
    plans.refresh(plan_id=stale, actor=bob)
    had = "Has had a correction of this message already."
    assert chosen(stale) == {one: (PlanAction.SKIP, had), two: (PlanAction.MESSAGE, "")}
    leave(messages(correction)[0])
    with pytest.raises(Refused, match="has had a correction"):
        plans.correct_message(message_id=messages(batch)[0], actor=bob)
    assert set(chosen(plans.correct_batch(batch_id=batch, actor=bob))) == {two}
    wanted = said(plans.correct_batch(batch_id=batch, actor=bob, application_ids=[one]), bob)
    assert chosen(wanted) == {one: (PlanAction.MESSAGE, "")}
    confirm(wanted, bob)
    again = plans.correct_message(message_id=messages(batch)[0], actor=bob, again=True)
    on_its_way = "A message to this person is already on its way."
    assert chosen(said(again, bob)) == {one: (PlanAction.SKIP, on_its_way)}


def test_everybody_corrected_is_said_and_a_cancelled_one_counts_for_nothing(app: Flask, bob: Person) -> None:
    job = factories.job()
    (someone,) = crowd(job, 1)
    batch = closed_out(job, bob)
    leave(messages(batch)[0])
    correction = confirm(said(plans.correct_batch(batch_id=batch, actor=bob), bob), bob)
    with pytest.raises(Refused, match="Everybody in this list"):
        plans.correct_batch(batch_id=batch, actor=bob)
    with pytest.raises(Refused, match="on its way to"):
        plans.correct_message(message_id=messages(batch)[0], actor=bob)
    batch_undo.undo(batch_id=correction, actor=bob)
    assert corrected(bob, batch) == Corrected(left=1, corrected=0, on_their_way=0)
    plan = said(plans.correct_message(message_id=messages(batch)[0], actor=bob), bob)
    assert chosen(plan) == {someone: (PlanAction.MESSAGE, "")}
    confirm(plan, bob)


def test_correction_is_no_word_of_its_own(app: Flask, bob: Person) -> None:
    job = factories.job()
    (someone,) = crowd(job, 1)
    batch = confirm(plans.start_update(job_id=job, actor=bob), bob)
    leave(messages(batch)[0])
    db.session.rollback()
    owed = sa.select(OwedAnswer.reason, OwedAnswer.since, OwedAnswer.target_at).order_by(OwedAnswer.rank)
    before = db.session.execute(owed).all()
    contact = db.session.get_one(Application, someone).last_contact_at
    assert "promise_due" in {row.reason for row in before}
    leave(messages(confirm(said(plans.correct_batch(batch_id=batch, actor=bob), bob), bob))[0])
    db.session.rollback()
    assert db.session.execute(owed).all() == before
    assert db.session.get_one(Application, someone, populate_existing=True).last_contact_at == contact


def test_correction_goes_to_the_address_and_name_of_today(app: Flask, bob: Person) -> None:
    job = factories.job()
    (someone,) = crowd(job, 1)
    batch = closed_out(job, bob)
    leave(messages(batch)[0])
    with transaction() as session:
        person = session.get_one(Candidate, session.get_one(Application, someone).candidate_id)
        person.name, person.version = "Amara Okafor", person.version + 1
    plan = said(plans.correct_batch(batch_id=batch, actor=bob), bob)
    db.session.rollback()
    item = db.session.get_one(PlanItem, (plan, someone))
    assert "Amara Okafor" in item.name
    assert "Hello Amara" in item.text


def test_correction_of_what_has_not_left_and_of_strangers_is_refused(app: Flask, bob: Person) -> None:
    job = factories.job()
    crowd(job, 1)
    batch = closed_out(job, bob)
    message = messages(batch)[0]
    for begin in (
        lambda: plans.correct_batch(batch_id=batch, actor=bob),
        lambda: plans.correct_message(message_id=message, actor=bob),
    ):
        with pytest.raises(Refused, match="left"):
            begin()
    leave(message)
    stranger = factories.application(factories.job("Purser"))
    nobody = Person(bob.user_id, "Charlie", frozenset())
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Plan))
    with pytest.raises(NotFound):
        plans.correct_batch(batch_id=batch, actor=bob, application_ids=[stranger])
    with pytest.raises(Refused, match="Nobody is ticked"):
        plans.correct_batch(batch_id=batch, actor=bob, application_ids=[])
    with pytest.raises(NotFound):
        plans.correct_batch(batch_id=2**31 - 1, actor=bob)
    with pytest.raises(NotFound):
        plans.correct_message(message_id=2**31 - 1, actor=bob)
    with pytest.raises(NotAllowed):
        plans.correct_message(message_id=message, actor=nobody)
    with pytest.raises(NotAllowed):
        plans.correct_batch(batch_id=batch, actor=nobody)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) == before


def test_correction_that_could_not_be_delivered_may_be_written_again(app: Flask, bob: Person) -> None:
    job = factories.job()
    (someone,) = crowd(job, 1)
    batch = closed_out(job, bob)
    leave(messages(batch)[0])
    correction = confirm(said(plans.correct_batch(batch_id=batch, actor=bob), bob), bob)
    failed = messages(correction)[0]
    with transaction() as session:
        moment = now() - timedelta(seconds=1)
        session.execute(sa.update(Message).where(Message.id == failed).values(due_at=moment))
    settle(failed, claim("worker").token, REFUSED, "mail.example")
    write_up([failed])
    plan = said(plans.correct_batch(batch_id=batch, actor=bob), bob)
    assert chosen(plan) == {someone: (PlanAction.MESSAGE, "")}
    confirm(plan, bob)
