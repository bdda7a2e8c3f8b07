"""Read back what happened, as the fold wants it: facts without payloads, and the job around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.business_time import Calendar
from employer_app.domain.event import EventKind, Fact
from employer_app.domain.owed import JobFacts
from employer_app.domain.status import JobStatus
from employer_app.models import Event, Job, Place

_FACTS = sa.select(
    *(Event.__table__.c[name] for name in ("id", "subject", "seq", "kind", "occurred_at", "facts"))
)


def facts_of(session: Session, subjects: Sequence[str]) -> Mapping[str, list[Fact]]:
    """The facts of each subject in order of `seq`."""
    query = _FACTS.where(Event.subject.in_(subjects)).order_by(Event.subject, Event.seq)
    histories: dict[str, list[Fact]] = defaultdict(list)
    for number, subject, seq, kind, occurred_at, facts in session.connection().execute(query):
        histories[subject].append(Fact(number, seq, kind, occurred_at, facts))
    return histories


def job_facts(session: Session, job_ids: Collection[int]) -> Mapping[int, JobFacts]:
    """What the fold needs of each job."""
    query = (
        sa.select(Job.id, Job.status, Job.closing_on, Job.closed_event_id, Job.closed_at, Place)
        .join(Place, Job.place_id == Place.id)
        .where(Job.id.in_(job_ids))
    )
    found: dict[int, JobFacts] = {}
    for job_id, status, closing_on, event_id, closed_at, place in session.execute(query):
        closed = None
        if (
            status in {JobStatus.CLOSED, JobStatus.FINISHED}
            and event_id is not None
            and closed_at is not None
        ):
            closed = Fact(event_id, 0, EventKind.JOB_STATUS_CHANGED, closed_at, {"status": status.value})
        found[job_id] = JobFacts(calendar_of(place), closing_on, closed)
    return found


def calendar_of(place: Place) -> Calendar:
    """The business days of a place: its country's holidays and the house's own closed days."""
    closed = frozenset(date.fromisoformat(day) for day in place.closed_days)
    return Calendar(place.country, place.subdivision, place.timezone, closed)
