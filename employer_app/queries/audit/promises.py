"""Dates that we gave, and what became of them; read from the facts, for no table says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.kept import Outcome, outcome
from employer_app.domain.story import read_story
from employer_app.extensions import db
from employer_app.ledger.history import facts_of, job_facts
from employer_app.models import Application, Event
from employer_app.queries.audit.figures import Figure, Filters, Tables

_SLICE = 500
_OUTCOME = {Figure.PROMISES_KEPT: Outcome.KEPT, Figure.PROMISES_BROKEN: Outcome.BROKEN}


@dataclass(frozen=True)
class Given:
    """One date that we gave to one person."""

    application_id: int
    job_id: int
    due: date
    outcome: Outcome


def given(tables: Tables, filters: Filters) -> list[Given]:
    """All dates that lie in the period; the same date given twice to one person counts once."""
    promised = (
        sa.select(Event.id)
        .where(
            Event.subject == sa.literal("application:").concat(sa.cast(Application.id, sa.String)),
            Event.kind == EventKind.PROMISE_MADE,
        )
        .exists()
    )
    query = tables.select(Application.id, Application.job_id).where(promised, *tables.chosen(filters))
    rows = db.session.execute(query.order_by(Application.id)).all()
    found: list[Given] = []
    for start in range(0, len(rows), _SLICE):
        part = [(row.id, row.job_id) for row in rows[start : start + _SLICE]]
        found += _of(part, tables.at)
    return list(dict.fromkeys(each for each in found if _within(each.due, filters)))


def matching(found: Sequence[Given], figure: Figure) -> list[Given]:
    return [each for each in found if each.outcome is _OUTCOME[figure]]


def _of(applications: Sequence[tuple[int, int]], at: datetime) -> list[Given]:
    session = db.session()
    histories = facts_of(session, [application_subject(each) for each, _ in applications])
    jobs = job_facts(session, {job_id for _, job_id in applications})
    return [
        Given(
            application_id,
            job_id,
            date.fromisoformat(promise.facts["due"]),
            outcome(promise, story, jobs[job_id].calendar, at),
        )
        for application_id, job_id in applications
        for story in [read_story(histories[application_subject(application_id)])]
        for promise in story.promises
    ]


def _within(day: date, filters: Filters) -> bool:
    after = filters.from_day is None or day >= filters.from_day
    return after and (filters.to_day is None or day < filters.to_day + timedelta(days=1))
