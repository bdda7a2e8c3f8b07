"""A backlog, arranged; and how a rescue of it stands."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from employer_app.actions import batches, plans, rescue
from employer_app.actions.rescue import Drip
from employer_app.domain.close_out import Cause
from employer_app.domain.rescue import Choice
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Application, PlanItem
from employer_app.models.plan import told
from employer_app.queries import rescue as found
from employer_app.queries.rescue import Progress
from tests import factories
from tests.queries.crowd import NOW, days, on_the_pile

TODAY = NOW.date()


def drip(per_day: int = 2, starts_on: date = TODAY) -> Drip:
    return Drip(per_day, starts_on, Cause.FILLED)


def old_people(number: int, *, ago: float = 200, job_id: int | None = None) -> list[int]:
    """On the old pile; the later ones wait a day less each."""
    job_id = job_id or factories.job()
    ids = [factories.application(job_id, received=days(ago - n)) for n in range(number)]
    on_the_pile(*ids)
    db.session.rollback()
    return ids


def planned(actor: Person, per_day: int = 2, **more: object) -> int:
    """Everybody in every heap."""
    pile = found.pile(actor)
    done = rescue.plan(
        actor=actor, choices=dict.fromkeys(pile.heaps, Choice.WRITE), seen={}, drip=drip(per_day), **more
    )
    assert done.rescue_id is not None
    return done.rescue_id


def running(viewer: Person) -> Progress:
    db.session.rollback()
    now_running = found.running(viewer)
    assert now_running is not None
    return now_running


def on_list(plan_id: int) -> list[int]:
    db.session.rollback()
    query = sa.select(PlanItem.application_id).where(PlanItem.plan_id == plan_id)
    return list(db.session.scalars(query.order_by(PlanItem.application_id)))


def confirm(actor: Person, plan_id: int) -> int:
    plan = plans.own_plan(plan_id, actor)
    people = len(on_list(plan_id))
    return batches.confirm(plan_id=plan_id, digest=plan.digest, actor=actor, typed_count=people)


def pile_of(*ids: int) -> list[bool]:
    db.session.rollback()
    query = sa.select(Application.old_pile).where(Application.id.in_(ids)).order_by(Application.id)
    return list(db.session.scalars(query))


def told_of(plan_id: int) -> list[PlanItem]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(PlanItem).where(PlanItem.plan_id == plan_id, told(PlanItem))))
