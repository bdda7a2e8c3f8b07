"""A date that we give to a person. From then on it is owed like anything else, and missing it shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.applications import lock_one
from employer_app.domain.clock import now
from employer_app.domain.errors import Refused
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import Status
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact, record
from employer_app.models import Application, Job, Place

FURTHEST = timedelta(days=366)


def make_promise(*, actor: Person, application_id: int, on: date) -> None:
    """We told this person that there will be word by the end of that day."""
    require(actor, Verb.EDIT)
    with transaction() as session:
        row = lock_one(session, application_id)
        record(session, [promise_fact(session, row, on, now())], actor_id=actor.user_id)


def promise_fact(session: Session, row: Application, on: date, moment: datetime) -> NewFact:
    """The fact to record. Raises Refused for a day that has passed or that is no answer to anybody."""
    zone = session.scalar(
        sa.select(Place.timezone).join(Job, Job.place_id == Place.id).where(Job.id == row.job_id)
    )
    today = now().astimezone(ZoneInfo(zone or "UTC")).date()
    if row.status in {Status.WITHDRAWN, Status.HIRED}:
        raise Refused("This person is no longer in the running.", "No date is owed to them.", "promise_on")
    if on < today:
        raise Refused("This day has passed.", "Give today or a later day.", "promise_on")
    if on - today > FURTHEST:
        raise Refused("This day is more than a year away.", "Give a day that helps the person.", "promise_on")
    return NewFact(row.id, EventKind.PROMISE_MADE, {"due": on.isoformat()}, occurred_at=moment)
