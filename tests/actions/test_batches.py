"""From a choice of people to a queue of frozen texts, and back: nobody disappears, nobody is told twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import batch_undo, batches, plans
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause, Choices
from employer_app.domain.duty import Reason
from employer_app.domain.errors import Changed, NotAllowed, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.interviewer import read_interviewers, stored
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import (
    Application,
    Batch,
    Candidate,
    Message,
    Organisation,
    OwedAnswer,
    Plan,
    PlanItem,
)
from employer_app.models.plan import PlanAction
from tests import factories

pytestmark = pytest.mark.both


def digest_of(plan_id: int) -> str:
    db.session.rollback()
    return db.session.get_one(Plan, plan_id).digest


def skips(plan_id: int) -> dict[str, str]:
    db.session.rollback()
    query = sa.select(PlanItem.name, PlanItem.skip_reason).where(
        PlanItem.plan_id == plan_id, PlanItem.action == PlanAction.SKIP
    )
    return {row.name: row.skip_reason for row in db.session.execute(query)}


def messages(plan_id: int) -> set[str]:
    db.session.rollback()
    query = sa.select(PlanItem.name).where(PlanItem.plan_id == plan_id, PlanItem.action == PlanAction.MESSAGE)
    return set(db.session.scalars(query))


def confirm(plan_id: int, actor: Person, typed_count: int | None = None) -> int:
    return batches.confirm(plan_id=plan_id, digest=digest_of(plan_id), actor=actor, typed_count=typed_count)


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def test_plan_adds_up_and_says_why_somebody_is_skipped(app: Flask, bob: Person, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    factories.application(job, name="No Address", address=None)
    factories.application(job, name="Do Notmail", do_not_mail=True)
    factories.application(job, name="Met Before", stage=StageKind.INTERVIEW)
    factories.application(job, name="j.santos88@postbus.example")
    factories.application(job, name="Ada One", address="same@post.example")
    factories.application(job, name="Eva Two", address="same@post.example")
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    assert messages(plan) == {"Amara Nwosu"}
    reasons = skips(plan)
    assert set(reasons) == {
        "No Address", "Do Notmail", "Met Before", "j.santos88@postbus.example", "Ada One", "Eva Two"
    }  # fmt: skip
    assert all(reasons.values())


def test_confirm_decides_queues_and_keeps_the_debt_until_told(app: Flask, bob: Person, job: int) -> None:
    someone = factories.application(job, name="Amara Nwosu")
    batch = confirm(plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob), bob)
    application = db.session.get_one(Application, someone)
    message = db.session.scalars(sa.select(Message)).one()
    assert application.status is Status.REJECTED
    assert (message.batch_id, message.status, message.name) == (batch, MessageStatus.QUEUED, "Amara Nwosu")
    assert message.due_at > now()
    assert "Amara Nwosu" in message.text
    assert "Deck Officer" in message.text
    reasons = set(db.session.scalars(sa.select(OwedAnswer.reason)))
    assert reasons == {Reason.DECIDED_NOT_TOLD}
    assert verify(db.session()).differences == []


def test_confirm_twice_is_one_batch(app: Flask, bob: Person, job: int) -> None:  # fault 38
    factories.application(job)
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    assert confirm(plan, bob) == confirm(plan, bob)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


def test_two_plans_for_one_person_make_one_message(app: Flask, bob: Person, job: int) -> None:  # fault 38
    factories.application(job)
    first = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    second = plans.start_close_out(job_id=job, cause=Cause.CANCELLED, actor=bob)
    confirm(first, bob)
    with pytest.raises(Changed):
        confirm(second, bob)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


def test_confirm_stops_when_somebody_changed_since_the_review(app: Flask, bob: Person, job: int) -> None:
    someone = factories.application(job, name="Amara Nwosu")
    factories.application(job)
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    digest = digest_of(plan)
    with transaction() as session:
        session.execute(sa.update(Application).where(Application.id == someone).values(version=9))
    with pytest.raises(Changed, match="Amara Nwosu"):
        batches.confirm(plan_id=plan, digest=digest, actor=bob)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_confirm_needs_the_digest_that_was_reviewed(app: Flask, bob: Person, job: int) -> None:  # attack 19
    factories.application(job)
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    with pytest.raises(Changed):
        batches.confirm(plan_id=plan, digest="0" * 64, actor=bob)


def test_confirm_of_many_needs_the_typed_count(app: Flask, bob: Person, job: int) -> None:
    for _ in range(31):
        factories.application(job)
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    for typed in (None, 30):
        with pytest.raises(Refused, match="31"):
            confirm(plan, bob, typed)
    assert confirm(plan, bob, 31)


def test_confirm_of_an_expired_plan_is_refused(app: Flask, bob: Person, job: int) -> None:
    factories.application(job)
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    with transaction() as session:
        session.execute(sa.update(Plan).values(expires_at=now() - timedelta(seconds=1)))
    with pytest.raises(Refused, match="older"):
        confirm(plan, bob)


def test_somebody_without_a_role_may_not(app: Flask, charlie: Person, job: int) -> None:  # attack 19
    factories.application(job)
    with pytest.raises(NotAllowed):
        plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=charlie)


def test_undo_restores_status_and_debts(app: Flask, bob: Person, job: int) -> None:
    someone = factories.application(job)
    before = set(db.session.execute(sa.select(OwedAnswer.reason, OwedAnswer.target_at)).all())
    batch = confirm(plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob), bob)
    assert batch_undo.undo(batch_id=batch, actor=bob) == batch_undo.Undone(1, 0)
    db.session.rollback()
    assert set(db.session.execute(sa.select(OwedAnswer.reason, OwedAnswer.target_at)).all()) == before
    assert db.session.get_one(Application, someone).status is Status.ACTIVE
    assert db.session.scalar(sa.select(Message.status)) is MessageStatus.CANCELLED
    assert verify(db.session()).differences == []
    assert confirm(plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob), bob) != batch


def test_undo_says_what_was_too_late(app: Flask, bob: Person, job: int) -> None:
    for _ in range(3):
        factories.application(job)
    batch = confirm(plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob), bob)
    first = db.session.scalar(sa.select(sa.func.min(Message.id)))
    with transaction() as session:
        session.execute(
            sa.update(Message)
            .where(Message.id == first)
            .values(status=MessageStatus.HANDING_OVER, fenced_at=now(), lease_until=now(), claim_token="x.y")
        )
    assert batch_undo.undo(batch_id=batch, actor=bob) == batch_undo.Undone(2, 1)


def test_interviewed_people_get_their_own_line(app: Flask, bob: Person, job: int) -> None:
    someone = factories.application(job, name="Kofi Mensah", stage=StageKind.INTERVIEW)
    factories.happened(
        someone,
        EventKind.INTERVIEW_HELD,
        ago=timedelta(days=4),
        payload=stored(read_interviewers("Jonas Lindholm (Head of Depots); Priya Raman")),
        interview_kind="panel",
    )
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    choices = Choices.from_json(db.session.get_one(Plan, plan).choices)
    line = "You showed us how you would redraw the night timetable."
    plans.change(plan_id=plan, choices=Choices(**{**vars(choices), "lines": {someone: line}}), actor=bob)
    assert messages(plan) == {"Kofi Mensah"}
    item = db.session.scalars(sa.select(PlanItem)).one()
    assert line in item.text
    assert "Jonas Lindholm (Head of Depots) and Priya Raman" in item.text


def test_live_elsewhere_stops_the_machine(app: Flask, bob: Person, job: int) -> None:
    person = factories.candidate("Sofia Papadaki")
    factories.application(job, candidate_id=person)
    factories.application(factories.job("Payroll Specialist"), candidate_id=person)
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    assert messages(plan) == set()
    assert "another role" in skips(plan)["Sofia Papadaki"]


def test_holding_notes_can_be_sent_again_but_not_twice_at_once(app: Flask, bob: Person, job: int) -> None:
    factories.application(job)
    first = plans.start_update(job_id=job, actor=bob)
    second = plans.start_update(job_id=job, actor=bob)
    confirm(first, bob)
    with pytest.raises(Changed):
        confirm(second, bob)
    assert db.session.scalar(sa.select(Application.status)) is Status.ACTIVE


def test_name_changed_after_review_stops_the_batch(app: Flask, bob: Person, job: int) -> None:  # fault 35
    factories.application(job, name="Amara Nwosu")
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    digest = digest_of(plan)
    with transaction() as session:
        session.execute(sa.update(Candidate).values(name="Other", version=Candidate.version + 1))
    with pytest.raises(Changed):
        batches.confirm(plan_id=plan, digest=digest, actor=bob)


def test_signature_stands_under_the_text_word_for_word(app: Flask, bob: Person, job: int) -> None:
    with transaction() as session:
        session.execute(
            sa.update(Organisation).values(signature="*Brightwater* Ferries\n# Harbour 1\n- 010 555 0100")
        )
    factories.application(job)
    plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    item = db.session.scalars(sa.select(PlanItem)).one()
    assert item.text.endswith("*Brightwater* Ferries\n# Harbour 1\n- 010 555 0100\n")
    assert "<h1>" not in item.html
    assert "<li>" not in item.html
