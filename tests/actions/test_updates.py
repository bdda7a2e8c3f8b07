"""A list of word in between: who may begin one, for whom, and that a refusal leaves nothing behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import updates
from employer_app.actions.updates import Word
from employer_app.domain.clock import now
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Plan, PlanItem
from tests import factories

pytestmark = pytest.mark.both


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def soon() -> date:
    return (now() + timedelta(days=10)).date()


def plans() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) or 0


def test_who_may_not_mail_begins_none(job: int, charlie: Person) -> None:
    factories.application(job)
    with pytest.raises(NotAllowed):
        updates.start(job_id=job, word=Word.HOLDING_NOTE, until=soon(), actor=charlie)
    assert plans() == 0


def test_somebody_of_another_job_or_no_job_at_all_begins_none(job: int, bob: Person) -> None:
    stranger = factories.application(factories.job("Purser"))
    for job_id, ids in ((job, [stranger]), (99, [])):
        with pytest.raises(NotFound):
            updates.start(job_id=job_id, word=Word.ON_HOLD, until=soon(), actor=bob, application_ids=ids)
    assert plans() == 0


@pytest.mark.parametrize("days", [0, 367])
def test_a_day_that_means_nothing_begins_none(job: int, bob: Person, days: int) -> None:
    factories.application(job)
    day = now().date() + timedelta(days=days)
    with pytest.raises(Refused):
        updates.start(job_id=job, word=Word.HOLDING_NOTE, until=day, actor=bob)
    assert plans() == 0


def test_each_reads_it_in_their_own_language(job: int, bob: Person) -> None:
    factories.application(job, name="Ana Prieto")
    factories.application(job, name="Lena Brandt", language="de")
    plan_id = updates.start(job_id=job, word=Word.ON_HOLD, until=soon(), actor=bob)
    query = sa.select(PlanItem.name, PlanItem.text, PlanItem.promise_on).where(PlanItem.plan_id == plan_id)
    found = {row.name: (row.text.split()[0], row.promise_on) for row in db.session.execute(query)}
    day = soon().isoformat()
    assert found == {"Ana Prieto": ("Hello", day), "Lena Brandt": ("Guten", day)}
