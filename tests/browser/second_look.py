"""Seeds of large lists: one that waits for a second person, one whose first few go ahead of the others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask import current_app

from employer_app.actions import batches, plans, releases
from employer_app.domain.close_out import Cause
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Batch, Message, Plan
from tests import factories

PEOPLE = 80


def large_lists(world: str, bob: Person) -> dict[str, int]:
    """Bob asks about one, and Alice could release it; he confirmed the other."""
    if world != "many":
        return {}
    asked, pilot = _plan(bob, "Purser", PEOPLE), _plan(bob, "Stoker", 12)
    with _set(SECOND_PERSON_FROM=3):
        request = releases.ask(plan_id=asked, digest=_digest(asked), actor=bob, typed_count=PEOPLE + 1)
    batch = batches.confirm(plan_id=pilot, digest=_digest(pilot), actor=bob)
    # as if no other large list had left before
    ids = sa.select(Message.id).where(Message.batch_id == batch).order_by(Message.id)
    tenth = db.session.scalars(ids.offset(9)).first()
    with transaction() as session:
        session.execute(sa.update(Batch).where(Batch.id == batch).values(pilot_last_id=tenth))
    return {"request": request, "pilot": batch}


def _plan(bob: Person, title: str, people: int) -> int:
    job = factories.job(title)
    ids = [factories.application(job) for _ in range(people)]
    if people == PEOPLE:
        ids.append(factories.application(job, name="MARTA KLEIN"))
    return plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob, application_ids=ids)


def _digest(plan: int) -> str:
    db.session.rollback()
    return db.session.scalars(sa.select(Plan.digest).where(Plan.id == plan)).one()


@contextmanager
def _set(**values: int) -> Iterator[None]:
    before = {name: current_app.config[name] for name in values}
    current_app.config.update(values)
    yield
    current_app.config.update(before)
