"""The one standing rule: in jobs where a named person switched it on, applicants are told it arrived.

Looked for each minute and after every arrival; a person gets it once. Whom it cannot reach stays owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from employer_app.actions.batch_messages import sender
from employer_app.actions.letter_values import Around
from employer_app.actions.plan_items import Item, render
from employer_app.actions.plans import around_job, style_of
from employer_app.domain import business_time
from employer_app.domain.clock import now
from employer_app.domain.close_out import acknowledgement_choices
from employer_app.domain.duty import HOUSE, ClockName, Reason
from employer_app.domain.errors import Refused
from employer_app.domain.message import Kind, Purpose
from employer_app.domain.role import MACHINE
from employer_app.domain.status import JobStatus
from employer_app.extensions import db, setting, transaction
from employer_app.ledger.history import calendar_of
from employer_app.ledger.record import lock, record
from employer_app.models import Job, MessageApplication, OwedAnswer
from employer_app.models.plan import PlanAction
from employer_app.outbox.enqueue import About, NewMessage, enqueue
from employer_app.queries.chosen import languages_read
from employer_app.queries.recipients import recipients

#: people in one transaction
_SLICE = 100


def acknowledge_due() -> int:
    """Queue an acknowledgement for everybody who is owed one under a standing rule; returns how many."""
    queued = 0
    for job_id in db.session.scalars(_jobs()).all():
        waiting = db.session.scalars(_waiting(job_id)).all()
        for start in range(0, len(waiting), _SLICE):
            queued += _acknowledge(job_id, waiting[start : start + _SLICE])
    return queued


def _jobs() -> sa.Select[int]:
    return sa.select(Job.id).where(Job.acknowledges, Job.status == JobStatus.OPEN).order_by(Job.id)


def _waiting(job_id: int) -> sa.Select[int]:
    """Owed an acknowledgement, and no message about it was ever made."""
    written = sa.exists().where(
        MessageApplication.application_id == OwedAnswer.application_id,
        MessageApplication.purpose == Purpose.ACKNOWLEDGEMENT,
    )
    return (
        sa.select(OwedAnswer.application_id)
        .where(OwedAnswer.job_id == job_id, OwedAnswer.reason == Reason.NOT_ACKNOWLEDGED, ~written)
        .order_by(OwedAnswer.application_id)
    )


def _acknowledge(job_id: int, application_ids: Sequence[int]) -> int:
    around = around_job(job_id, MACHINE)
    next_word = _next_word(job_id, around)
    calendar = calendar_of(db.session.get_one(Job, job_id).place)
    read = languages_read(MACHINE, application_ids)
    choices = acknowledgement_choices(tuple(application_ids), next_word, style_of(job_id), read)
    rows = recipients(MACHINE, application_ids, Purpose.ACKNOWLEDGEMENT)
    items = [item for item in render(rows, choices, {job_id: around}) if item.action is PlanAction.MESSAGE]
    try:
        return _queue(items, business_time.end_of_day(calendar, next_word))
    except IntegrityError:
        return 0  # another process was faster with one of them; the next look finds the rest


def _queue(items: Sequence[Item], last_day: datetime) -> int:
    if not items:
        return 0
    with transaction() as session:
        rows = lock(session, [item.row.application_id for item in items])
        versions = {row.id: row.version for row in rows}
        # Whoever was decided on or moved while this was written is looked at again in a minute.
        items = [item for item in items if versions.get(item.row.application_id) == item.row.version]
        try:
            facts = enqueue(
                session,
                [_message(item, last_day) for item in items],
                sender=sender(session),
                due_at=now() + timedelta(seconds=setting("UNDO_SECONDS_UPDATE")),
                author_id=None,
            )
        except Refused:
            return 0  # nobody has set a sender yet: everybody stays owed, and every page says so
        record(session, facts, actor_id=None)
    return len(items)


def _message(item: Item, last_day: datetime) -> NewMessage:
    row = item.row
    return NewMessage(
        candidate_id=row.candidate_id,
        candidate_version=row.candidate_version,
        name=row.name,
        address=row.address or "",
        kind=Kind.ACKNOWLEDGEMENT,
        purpose=Purpose.ACKNOWLEDGEMENT,
        subject=item.subject,
        text=item.body,
        html=item.html,
        about=(About(row.application_id, row.version, item.cycle),),
        promise_on=item.promise_on,
        expires_at=last_day,
        automatic=True,
        letter=item.text.letter if item.text else "",
    )


def _next_word(job_id: int, around: Around) -> date:
    """The day of the decision when it is still to come; else the usual days after closing, or after today."""
    job = db.session.get_one(Job, job_id)
    today = around.send_on
    if job.decide_by and job.decide_by > today:
        return job.decide_by
    calendar = calendar_of(job.place)
    start = now()
    if job.closing_on and job.closing_on > today:
        start = business_time.end_of_day(calendar, job.closing_on)
    return business_time.add_business_days(calendar, start, HOUSE[ClockName.FIRST_WORD].target).date()
