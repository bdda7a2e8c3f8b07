"""Nobody who is hired or has an offer in one job is told "no" by another, neither at confirm nor later."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import batches, messages, plans
from employer_app.actions.applications import move_stage
from employer_app.actions.decisions import decide
from employer_app.actions.underway import OnItsWay
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import Changed
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.extensions import db
from employer_app.models import Candidate, Message, Plan, Stage
from tests import factories
from tests.outbox.driving import drain, make_due, statuses

pytestmark = pytest.mark.both
Wanted = Callable[[Person, int], object]


def _newest(kind: StageKind) -> int:
    """The stage of that kind in the job that was made last."""
    return db.session.scalars(sa.select(sa.func.max(Stage.id)).where(Stage.kind == kind)).one()


def _offered(bob: Person, application_id: int, *, force: bool = True) -> None:
    offer = db.session.scalars(
        sa.select(Stage.id).where(Stage.kind == StageKind.OFFER).order_by(Stage.id.desc())
    )
    move_stage(actor=bob, versions={application_id: 1}, stage_id=offer.first() or 0, force=force)


def _hired(bob: Person, application_id: int, *, force: bool = True) -> None:
    decide(actor=bob, application_id=application_id, code="HIRED", version=1, force=force)


@pytest.fixture
def job() -> int:
    """That of the "no"."""
    job_id = factories.job("Deck Officer")
    factories.application(job_id, name="Ana Reis")
    return job_id


def _elsewhere() -> int:
    """The same person applies for another job, after the review."""
    ana = db.session.scalars(sa.select(Candidate.id)).one()
    return factories.application(factories.job("Ship's Cook"), candidate_id=ana)


def _planned(bob: Person, job: int) -> tuple[int, str]:
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    return plan, db.session.get_one(Plan, plan).digest


def _confirmed(bob: Person, job: int) -> None:
    plan, digest = _planned(bob, job)
    batches.confirm(plan_id=plan, digest=digest, actor=bob)
    make_due()


BOTH_WAYS = pytest.mark.parametrize("wanted", [_offered, _hired])


@BOTH_WAYS
def test_confirm_refuses_whom_another_job_wants_meanwhile(
    app: Flask, bob: Person, job: int, wanted: Wanted
) -> None:
    plan, digest = _planned(bob, job)
    wanted(bob, _elsewhere())
    with pytest.raises(Changed, match="Ana Reis"):
        batches.confirm(plan_id=plan, digest=digest, actor=bob)
    assert statuses() == []


@BOTH_WAYS
def test_last_look_stops_a_no_to_whom_another_job_wants(
    app: Flask, bob: Person, job: int, wanted: Wanted
) -> None:
    _confirmed(bob, job)
    wanted(bob, _elsewhere())
    assert drain(app).recipients() == []
    held = db.session.scalars(sa.select(Message)).one()
    assert held.status is MessageStatus.HELD
    assert "hired or has an offer" in held.held_because
    answered = messages.release(message_ids=[held.id], actor=bob)
    assert (answered.done, "hired or has an offer" in answered.missed[held.id]) == ([], True)


@BOTH_WAYS
def test_whoever_offers_or_hires_is_told_first_that_a_no_is_on_its_way(
    app: Flask, bob: Person, job: int, wanted: Callable[..., object]
) -> None:
    _confirmed(bob, job)
    with pytest.raises(OnItsWay, match="A message to Ana Reis leaves"):
        wanted(bob, _elsewhere(), force=False)


def test_somebody_who_is_only_in_the_running_elsewhere_is_told_no(app: Flask, bob: Person, job: int) -> None:
    _confirmed(bob, job)
    elsewhere = _elsewhere()
    move_stage(actor=bob, versions={elsewhere: 1}, stage_id=_newest(StageKind.FINAL))
    assert len(drain(app).recipients()) == 1
