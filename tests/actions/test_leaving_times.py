"""Each message of a list leaves when it suits its reader: the page before says when, and so it is queued."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import batches, leaving, plans
from employer_app.actions.promises import make_promise
from employer_app.domain.close_out import Cause
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Batch, Message, Plan
from employer_app.outbox.hours import put_off
from tests import factories

pytestmark = pytest.mark.both

#: in Rotterdam 20:00
FRIDAY_EVENING = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def business_hours(app: Flask) -> None:
    app.config["SEND_WINDOW"] = "business"


def confirmed(job: int, bob: Person) -> tuple[Mapping[str, datetime], Batch, leaving.Leaving]:
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    digest = db.session.get_one(Plan, plan).digest
    said = leaving.leaving(plan_id=plan, messages=3, actor=bob)
    batch = batches.confirm(plan_id=plan, digest=digest, actor=bob)
    db.session.rollback()
    due = {row.name: row.due_at for row in db.session.execute(sa.select(Message.name, Message.due_at))}
    return due, db.session.get_one(Batch, batch), said


def test_a_given_date_beats_the_weekend_and_a_new_application_waits(bob: Person) -> None:
    with time_machine.travel(FRIDAY_EVENING, tick=False):
        job = factories.job()
        factories.application(job, name="Rania Khoury")
        promised = factories.application(job, name="Kofi Mensah")
        make_promise(actor=bob, application_id=promised, on=MONDAY_MORNING.date() - timedelta(days=1))
        factories.application(job, name="Mara Olsen", received=MONDAY_MORNING - timedelta(hours=20))
        due, batch, said = confirmed(job, bob)
    window = timedelta(seconds=said.window)
    assert due["Rania Khoury"] == MONDAY_MORNING
    assert due["Kofi Mensah"] == FRIDAY_EVENING + window
    assert due["Mara Olsen"] == MONDAY_MORNING + timedelta(hours=4)
    assert batch.due_at == min(due.values())
    assert dict(said.parts) == {at: list(due.values()).count(at) for at in due.values()}


def test_one_message_about_two_applications_keeps_the_date_of_either(bob: Person) -> None:
    with time_machine.travel(FRIDAY_EVENING, tick=False):
        person = factories.candidate("Sofia Papadaki")
        ids = [
            factories.application(factories.job(title), candidate_id=person) for title in ("Cook", "Porter")
        ]
        make_promise(actor=bob, application_id=ids[1], on=MONDAY_MORNING.date() - timedelta(days=1))
        plan = plans.start_close_out(cause=Cause.FILLED, actor=bob, application_ids=ids)
        said = leaving.leaving(plan_id=plan, messages=1, actor=bob)
        digest = db.session.get_one(Plan, plan).digest
        batches.confirm(plan_id=plan, digest=digest, actor=bob)
    db.session.rollback()
    (due,) = db.session.scalars(sa.select(Message.due_at)).all()
    assert due == FRIDAY_EVENING + timedelta(seconds=said.window)
    assert said.parts == [(due, 1)]


def test_a_given_date_is_kept_although_the_pace_was_late(bob: Person) -> None:
    with time_machine.travel(FRIDAY_EVENING - timedelta(hours=8), tick=False):
        job = factories.job()
        factories.application(job, name="Rania Khoury")
        promised = factories.application(job, name="Kofi Mensah")
        make_promise(actor=bob, application_id=promised, on=MONDAY_MORNING.date() - timedelta(days=1))
        confirmed(job, bob)
    ids = {row.name: row.id for row in db.session.execute(sa.select(Message.name, Message.id))}
    db.session.rollback()
    with time_machine.travel(FRIDAY_EVENING, tick=False):
        waiting = put_off(db.session(), list(ids.values()), FRIDAY_EVENING)
    assert waiting == {ids["Rania Khoury"]}
