"""When a send list leaves: after the time to undo, a "no" only in the reader's working hours, and each by the
date that its reader was given."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.plans import own_plan
from employer_app.actions.terms import Terms, terms_of
from employer_app.domain import business_time
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices
from employer_app.domain.duty import Reason
from employer_app.domain.message import Purpose
from employer_app.domain.role import Person
from employer_app.domain.send_time import NO_WISHES, Wishes, leaves_at, together
from employer_app.domain.undo_window import UndoWindow
from employer_app.extensions import db, setting
from employer_app.ledger.history import calendar_of
from employer_app.models import Application, Job, OwedAnswer, Plan, PlanItem
from employer_app.models.plan import told

_SLICE = 500


@dataclass(frozen=True)
class Leaving:
    """When messages that are confirmed at this moment would leave; until then each can be undone."""

    due_at: datetime
    #: every moment at which some leave, and how many
    parts: Sequence[tuple[datetime, int]]
    #: seconds to undo, before the hours in which a "no" may leave are looked at
    window: int
    #: the time to undo ends outside those hours, so the messages wait for the next ones
    waits_for_hours: bool
    #: who else looks, and whether a few go first
    terms: Terms


def leaving(*, plan_id: int, messages: int, actor: Person) -> Leaving:
    """By the rule that `batches.confirm` follows, for the page before it. Raises NotFound."""
    plan = own_plan(plan_id, actor)
    moment, purpose = now(), Choices.from_json(plan.choices).purpose
    terms = terms_of(db.session(), purpose, messages, actor)
    window = _window().length(purpose, messages, slow=terms.slow)
    parts = _parts(plan, moment, purpose, messages, slow=terms.slow)
    first = min(parts, default=moment + window)
    return Leaving(first, sorted(parts.items()), int(window.total_seconds()), first > moment + window, terms)


def _parts(
    plan: Plan, moment: datetime, purpose: Purpose, messages: int, *, slow: bool
) -> Mapping[datetime, int]:
    """When how many messages of the list leave."""
    query = (
        sa.select(Application.id, Application.job_id, Application.received_at, PlanItem.lead_id)
        .join(PlanItem, PlanItem.application_id == Application.id)
        .where(PlanItem.plan_id == plan.id, told(PlanItem))
    )
    rows, parts = db.session.execute(query).all(), Counter[datetime]()
    jobs = {job_id: db.session.get_one(Job, job_id) for job_id in {row.job_id for row in rows}}
    wishes: dict[int, Wishes] = {}
    if purpose is Purpose.DECISION:
        for start in range(0, len(rows), _SLICE):
            part = rows[start : start + _SLICE]
            wishes |= wishes_of(db.session(), {row.id: row.received_at for row in part})
    of_message: defaultdict[int, list[Wishes]] = defaultdict(list)
    for row in rows:
        of_message[row.lead_id or row.id].append(wishes.get(row.id, NO_WISHES))
    due: dict[tuple[int, Wishes], datetime] = {}
    for row in rows:
        if row.lead_id is not None:
            continue
        key = row.job_id, together(of_message[row.id])
        if key not in due:
            due[key] = due_at(moment, purpose, messages, jobs[row.job_id], slow=slow, wishes=key[1])
        parts[due[key]] += 1
    return parts


def due_at(
    moment: datetime,
    purpose: Purpose,
    messages: int,
    job: Job,
    *,
    slow: bool = False,
    wishes: Wishes = NO_WISHES,
) -> datetime:
    """When so many messages leave that are confirmed at `moment`; `wishes` of the reader of one of them."""
    return within_hours(moment + _window().length(purpose, messages, slow=slow), purpose, job, wishes)


def wishes_of(session: Session, received: Mapping[int, datetime]) -> Mapping[int, Wishes]:
    """By application; `received`: when each came."""
    dwell, ids = timedelta(hours=setting("DWELL_HOURS")), list(received)
    query = (
        sa.select(OwedAnswer.application_id, sa.func.min(OwedAnswer.target_at).label("by"))
        .where(OwedAnswer.reason == Reason.PROMISE_DUE, OwedAnswer.application_id.in_(ids))
        .group_by(OwedAnswer.application_id)
    )
    promised = {row.application_id: row.by for row in session.execute(query)}
    return {one: Wishes(_still_to_come(at + dwell), promised.get(one)) for one, at in received.items()}


def _still_to_come(moment: datetime) -> datetime | None:
    return moment if moment > now() else None


def rest_due_at(moment: datetime, job: Job) -> datetime:
    """When the rest leaves that is let go at `moment`: a slip can be called back like one decision."""
    return within_hours(moment + _window().length(Purpose.DECISION, 1), Purpose.DECISION, job)


def within_hours(earliest: datetime, purpose: Purpose, job: Job, wishes: Wishes = NO_WISHES) -> datetime:
    """That moment, or the first one after it at which a message of this purpose may leave."""
    hours = None
    if purpose is Purpose.DECISION and setting("SEND_WINDOW") == "business":
        hours = business_time.SendWindow()
    return leaves_at(calendar_of(job.place), earliest, hours, wishes)


def _window() -> UndoWindow:
    return UndoWindow(
        update=setting("UNDO_SECONDS_UPDATE"),
        decision=setting("UNDO_SECONDS_DECISION"),
        bulk=setting("UNDO_SECONDS_BULK"),
        large=setting("UNDO_SECONDS_LARGE"),
        bulk_from=setting("BULK_FROM"),
        large_from=setting("LARGE_FROM"),
    )
