"""When a send list leaves: after the time to undo, and a "no" only in the reader's working hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from employer_app.actions.plans import own_plan
from employer_app.actions.terms import Terms, terms_of
from employer_app.domain import business_time
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices
from employer_app.domain.message import Purpose
from employer_app.domain.role import Person
from employer_app.domain.undo_window import UndoWindow
from employer_app.extensions import db, setting
from employer_app.ledger.history import calendar_of
from employer_app.models import Job


@dataclass(frozen=True)
class Leaving:
    """When messages that are confirmed at this moment would leave; until then each can be undone."""

    due_at: datetime
    #: seconds to undo, before the hours in which a "no" may leave are looked at
    window: int
    #: the time to undo ends outside those hours, so the messages wait for the next ones
    waits_for_hours: bool
    #: who else looks, and whether a few go first
    terms: Terms


def leaving(*, plan_id: int, messages: int, actor: Person) -> Leaving:
    """By the rule that `batches.confirm` follows, for the page before it. Raises NotFound."""
    plan = own_plan(plan_id, actor)
    job = db.session.get_one(Job, plan.job_id)
    moment, purpose = now(), Choices.from_json(plan.choices).purpose
    terms = terms_of(db.session(), purpose, messages, actor)
    window = _window().length(purpose, messages, slow=terms.slow)
    leaves_at = due_at(moment, purpose, messages, job, slow=terms.slow)
    return Leaving(leaves_at, int(window.total_seconds()), leaves_at > moment + window, terms)


def due_at(moment: datetime, purpose: Purpose, messages: int, job: Job, *, slow: bool = False) -> datetime:
    """When so many messages leave that are confirmed at `moment`."""
    return within_hours(moment + _window().length(purpose, messages, slow=slow), purpose, job)


def rest_due_at(moment: datetime, job: Job) -> datetime:
    """When the rest leaves that is let go at `moment`: a slip can be called back like one decision."""
    return within_hours(moment + _window().length(Purpose.DECISION, 1), Purpose.DECISION, job)


def within_hours(earliest: datetime, purpose: Purpose, job: Job) -> datetime:
    """That moment, or the first one after it at which a message of this purpose may leave."""
    hours = None
    if purpose is Purpose.DECISION and setting("SEND_WINDOW") == "business":
        hours = business_time.SendWindow()
    return business_time.next_send_time(calendar_of(job.place), earliest, hours)


def _window() -> UndoWindow:
    return UndoWindow(
        update=setting("UNDO_SECONDS_UPDATE"),
        decision=setting("UNDO_SECONDS_DECISION"),
        bulk=setting("UNDO_SECONDS_BULK"),
        large=setting("UNDO_SECONDS_LARGE"),
        bulk_from=setting("BULK_FROM"),
        large_from=setting("LARGE_FROM"),
    )
