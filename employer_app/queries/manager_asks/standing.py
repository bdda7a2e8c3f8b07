"""Beside a person in a list: which manager is asked about them, and what was said last."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.manager_ask import Answer, awaited
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import LIVE
from employer_app.extensions import db
from employer_app.models import (
    Application,
    Job,
    ManagerAsk,
    ManagerAskItem,
    Place,
)


@dataclass(frozen=True)
class Asked:
    """Of one person: who is asked about them, and what was said last."""

    ask_id: int
    name: str
    asked_at: datetime
    #: False until the mail has left
    left: bool
    expired: bool
    answer: Answer
    until: date | None
    answered_at: datetime | None
    #: the day until which the manager asked to wait is over
    overdue: bool


def standing(viewer: Person, application_ids: Collection[int]) -> Mapping[int, Asked]:
    """Of those people about whom a manager is asked now. One statement for any number."""
    require(viewer, Verb.READ)
    if not application_ids:
        return {}
    query = (
        sa.select(ManagerAskItem, ManagerAsk, Place.timezone)
        .join(ManagerAsk, ManagerAsk.id == ManagerAskItem.ask_id)
        .join(Application, Application.id == ManagerAskItem.application_id)
        .join(Job, Job.id == ManagerAsk.job_id)
        .join(Place, Place.id == Job.place_id)
        .where(
            ManagerAskItem.application_id.in_(sorted(application_ids)),
            ManagerAskItem.ended_at.is_(None),
            Application.status.in_(LIVE),
            Application.job_id == ManagerAsk.job_id,
        )
    )
    at = now()
    return {item.application_id: _asked(item, ask, zone, at) for item, ask, zone in db.session.execute(query)}


def _asked(item: ManagerAskItem, ask: ManagerAsk, timezone: str, at: datetime) -> Asked:
    today = at.astimezone(ZoneInfo(timezone)).date()
    return Asked(
        ask_id=ask.id,
        name=ask.name,
        asked_at=ask.asked_at,
        left=ask.mails > 0,
        expired=ask.expires_at <= at,
        answer=item.answer,
        until=item.until,
        answered_at=item.answered_at,
        overdue=item.answer is Answer.LATER and awaited(item.answer, item.until, today),
    )
