"""The demo comes and goes without touching anything else."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions import batches, demo, plans
from employer_app.actions.imports.judging import read
from employer_app.actions.imports.lists import keep_look
from employer_app.actions.imports.look import look_at
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.release import RequestStatus
from employer_app.domain.role import OPERATOR, Person
from employer_app.domain.sample import sample_list
from employer_app.extensions import Base, db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Batch, Organisation, Place, Plan, ReleaseRequest
from tests import factories
from tests.actions import asking

KEPT = {"organisation", "place", "user", "role", "user_role", "event", "event_payload", "sign_in_link"}


def seeded(today: date) -> demo.Seeded:
    """The sample imported and closed out, messages still queued."""
    with transaction() as session:
        session.execute(sa.delete(Place))
        session.execute(sa.delete(Organisation))
    found = demo.seed(today=today, actor=OPERATOR)
    look = look_at(read(sample_list(today), "a.csv"), ListChoices(job_id=found.job_id), actor=found.recruiter)
    keep_look(look, actor=found.recruiter, good_only=True)
    asked = sa.select(Application.id).where(Application.job_id == found.job_id).limit(2)
    asking.ask(found.recruiter, found.job_id, *db.session.scalars(asked))
    plan = plans.start_close_out(job_id=found.job_id, cause=Cause.FILLED, actor=found.recruiter)
    digest = db.session.get_one(Plan, plan).digest
    batches.confirm(plan_id=plan, digest=digest, actor=found.recruiter, typed_count=397)
    return found


def _asked_about(someone: Person) -> None:
    """A second person released the list."""
    with transaction() as session:
        batch = session.scalars(sa.select(Batch)).one()
        request = ReleaseRequest(
            plan_id=batch.plan_id,
            plan_digest=batch.plan_digest,
            author_id=someone.user_id,
            messages=batch.messages,
            seed="1",
            asked_at=now(),
            expires_at=now(),
            status=RequestStatus.APPROVED,
            batch_id=batch.id,
        )
        session.add(request)


@pytest.mark.both
def test_remove_leaves_nothing_of_the_demo_and_all_of_the_rest(app: Flask) -> None:
    _asked_about(seeded(now().date()).recruiter)
    own = factories.application(factories.job("Our own", place_id=db.session.scalar(sa.select(Place.id))))
    assert demo.remove(actor=OPERATOR) == 410
    assert db.session.scalars(sa.select(Application.id)).all() == [own]
    left = {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
    }
    assert left["candidate"] == left["job"] == left["application"] == 1
    assert {name for name, rows in left.items() if rows and name not in KEPT} == {
        "candidate", "job", "stage", "application", "owed_answer"
    }  # fmt: skip
    assert verify(db.session()).differences == []


def test_settings_page_removes_the_demo(app: Flask, as_alice: FlaskClient) -> None:
    seeded(now().date())
    assert "410 applications" in as_alice.get("/settings").text
    assert "410 applications" in as_alice.get("/settings/demo").text
    assert as_alice.post("/settings/demo").status_code == 303
    assert "410" not in as_alice.get("/settings").text.replace("The demo is gone: 410", "")
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Application)) == 0


def test_only_administrators_remove_the_demo(app: Flask, as_bob: FlaskClient) -> None:
    assert as_bob.post("/settings/demo").status_code == 403
