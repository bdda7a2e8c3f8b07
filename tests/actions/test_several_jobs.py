"""A list over several jobs: one message a person that names every role, decided, undone and told as one."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import applications, batch_undo, batches, plans
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Batch, Message, MessageApplication, Plan, PlanItem, Stage
from employer_app.models.plan import PlanAction
from tests import factories
from tests.outbox.driving import drain

pytestmark = pytest.mark.both


@pytest.fixture
def two(app: Flask) -> tuple[int, int]:
    return factories.job("Store Colleague"), factories.job("Night Porter")


def close_out(bob: Person, *ids: int) -> int:
    return plans.start_close_out(cause=Cause.FILLED, actor=bob, application_ids=ids)


def confirm(plan: int, bob: Person) -> int:
    digest = db.session.get_one(Plan, plan).digest
    return batches.confirm(plan_id=plan, digest=digest, actor=bob)


def items(plan: int) -> dict[int, PlanItem]:
    db.session.expire_all()
    rows = db.session.scalars(sa.select(PlanItem).where(PlanItem.plan_id == plan))
    return {item.application_id: item for item in rows}


def standing() -> list[Status]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Application.status).order_by(Application.id)))


def test_each_letter_is_about_its_readers_own_job(bob: Person, two: tuple[int, int]) -> None:
    one, other = factories.application(two[0]), factories.application(two[1])
    found = items(close_out(bob, one, other))
    assert "Store Colleague" in found[one].text
    assert "Night Porter" not in found[one].text
    assert "Night Porter" in found[other].text
    assert "Store Colleague" not in found[other].text


def test_a_person_with_two_closed_applications_gets_one_message_about_both(
    app: Flask, bob: Person, two: tuple[int, int]
) -> None:
    person = factories.candidate("Sofia Papadaki")
    one = factories.application(two[0], candidate_id=person)
    other = factories.application(two[1], candidate_id=person)
    plan = close_out(bob, one, other)
    found = items(plan)
    assert "Store Colleague and Night Porter" in found[one].text
    assert (found[other].lead_id, found[other].text) == (one, "")
    batch = db.session.get_one(Batch, confirm(plan, bob))
    assert (batch.chosen, batch.messages, batch.joined, batch.skipped) == (2, 1, 1, 0)
    assert standing() == [Status.REJECTED] * 2
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(seconds=1)))
    assert len(drain(app).accepted) == 1
    db.session.expire_all()
    assert all(db.session.scalars(sa.select(Application.told_at)))
    assert verify(db.session()).differences == []


def test_undo_gives_back_all_that_one_message_would_have_told(bob: Person, two: tuple[int, int]) -> None:
    person = factories.candidate()
    ids = [factories.application(job, candidate_id=person) for job in two]
    batch = confirm(close_out(bob, *ids), bob)
    assert batch_undo.undo(batch_id=batch, actor=bob).stopped == 1
    assert standing() == [Status.ACTIVE] * 2
    assert verify(db.session()).differences == []


def test_whoever_moves_in_one_job_stops_the_message_about_both(bob: Person, two: tuple[int, int]) -> None:
    person = factories.candidate()
    ids = [factories.application(job, candidate_id=person) for job in two]
    plan = close_out(bob, *ids)
    offer = sa.select(Stage.id).where(Stage.job_id == two[1], Stage.kind == StageKind.OFFER)
    stage = db.session.scalars(offer).one()
    version = db.session.get_one(Application, ids[1]).version
    applications.move_stage(actor=bob, versions={ids[1]: version}, stage_id=stage)
    with pytest.raises(Changed):
        confirm(plan, bob)
    assert standing() == [Status.ACTIVE] * 2


def test_leaving_out_one_of_two_asks_about_the_other(bob: Person, two: tuple[int, int]) -> None:
    person = factories.candidate()
    one, other = (factories.application(job, candidate_id=person) for job in two)
    plan = close_out(bob, one, other)
    plans.leave_out(plan_id=plan, application_id=one, actor=bob)
    found = items(plan)
    assert found[one].skip_reason == "You left this person out."
    assert found[other].lead_id is None
    assert "still in the running for another role" in found[other].skip_reason
    plans.leave_out(plan_id=plan, application_id=one, actor=bob, out=False)
    assert items(plan)[other].lead_id == one


def test_the_application_that_came_furthest_gives_the_letter(bob: Person, two: tuple[int, int]) -> None:
    person = factories.candidate()
    one = factories.application(two[0], candidate_id=person)
    other = factories.application(two[1], candidate_id=person, stage=StageKind.FINAL)
    plan = close_out(bob, one, other)
    found = items(plan)
    assert found[other].skip_reason == "Was interviewed: needs a line of their own."
    assert found[one].skip_reason == "Goes with the message about “Night Porter”, and that one is stopped."
    assert (found[one].lead_id, found[other].lead_id) == (None, None)
    with pytest.raises(Refused):
        confirm(plan, bob)


def test_a_message_on_its_way_joins_nothing(bob: Person, two: tuple[int, int]) -> None:
    person = factories.candidate()
    one, other = (factories.application(job, candidate_id=person) for job in two)
    confirm(plans.start_update(actor=bob, application_ids=[one]), bob)
    found = items(plans.start_update(actor=bob, application_ids=[one, other]))
    assert found[one].skip_reason == "A message to this person is already on its way."
    assert (found[other].lead_id, found[other].action) == (None, PlanAction.MESSAGE)
    assert "Store Colleague" not in found[other].text


def test_a_stranger_refuses_the_whole_list(bob: Person, two: tuple[int, int]) -> None:
    with pytest.raises(NotFound):
        close_out(bob, factories.application(two[0]), 999_999)
    with pytest.raises(Refused):
        close_out(bob)
    assert db.session.scalars(sa.select(Plan.id)).all() == []


def test_every_link_of_a_message_keeps_its_own_cycle(bob: Person, two: tuple[int, int]) -> None:
    person = factories.candidate()
    one, other = (factories.application(job, candidate_id=person) for job in two)
    batch_undo.undo(batch_id=confirm(close_out(bob, one, other), bob), actor=bob)
    confirm(close_out(bob, one, other), bob)
    links = db.session.execute(
        sa.select(MessageApplication.application_id, MessageApplication.cycle)
        .join(Message, Message.id == MessageApplication.message_id)
        .where(Message.status == MessageStatus.QUEUED)
        .order_by(MessageApplication.application_id)
    )
    assert [tuple(row) for row in links] == [(one, 2), (other, 2)]
