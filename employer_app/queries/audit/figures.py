"""What each figure means in the tables, and by which moment a period chooses.

Final answers count by the day on which they came to be owed, decisions by their own day, dates we gave by
that date, messages by the day on which they were written; everything else by the day of the application.
docs/ledger.md, "What the audit counts", is the rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain.duty import Reason
from employer_app.domain.event import CONTACTS, EventKind
from employer_app.domain.message import MessageStatus
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.models import Application, Job, OwedAnswer, Place

#: where figures about single colleagues need the consent of those who work there
NOT_BY_OWNER = ("AT", "DE", "NL")
#: keys of `owner` that are nobody's id
NOBODY, NOT_SPLIT, OLD_PILE = 0, -1, -2


class Figure(StrEnum):
    APPLICATIONS = "applications"
    OWED = "owed"
    DUE = "due"
    LATE = "late"
    FELL_DUE = "fell_due"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    TOLD_ELSEWHERE = "told_elsewhere"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"
    NOT_CONTACTED = "not_contacted"
    ACKNOWLEDGED_ONLY = "acknowledged_only"
    DECIDED_NOT_TOLD = "decided_not_told"
    PROMISES_KEPT = "promises_kept"
    PROMISES_BROKEN = "promises_broken"
    HELD = "held"
    QUEUED = "queued"
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


#: counted per message; whatever is under way shows as queued, so that the numbers add up
MESSAGES = {
    Figure.HELD: (MessageStatus.HELD,),
    Figure.QUEUED: (MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.HANDING_OVER),
    Figure.ACCEPTED: (MessageStatus.ACCEPTED,),
    Figure.FAILED: (MessageStatus.FAILED,),
    Figure.UNCERTAIN: (MessageStatus.UNCERTAIN,),
}
PROMISES = (Figure.PROMISES_KEPT, Figure.PROMISES_BROKEN)


class By(StrEnum):
    """Ways to break the figures down."""

    JOB = "job"
    STAGE = "stage"
    OWNER = "owner"
    MONTH = "month"


@dataclass(frozen=True)
class Filters:
    """None: all. `stage` is the furthest kind that somebody reached; both days belong to the period.

    `owner` is a user's id, 0 for nobody, -1 for what is not split by owner, -2 for the old pile.
    `reason`: the worst that is due.
    """

    job_id: int | None = None
    stage: StageKind | None = None
    owner: int | None = None
    from_day: date | None = None
    to_day: date | None = None
    reason: Reason | None = None


@dataclass(frozen=True)
class Meaning:
    """Who is counted, by which moment a period chooses, and who comes first in the list."""

    where: sa.ColumnElement[bool]
    moment: sa.SQLColumnExpression[Any]
    first: sa.SQLColumnExpression[Any]


class Tables:
    """The tables of the figures about people, joined, as of one moment."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        past = OwedAnswer.target_at < at
        self.debts = (
            sa.select(
                OwedAnswer.application_id,
                sa.func.min(OwedAnswer.target_at).label("target_at"),
                sa.func.min(OwedAnswer.breach_at).label("breach_at"),
                sa.func.min(sa.case((past, OwedAnswer.rank))).label("due_rank"),
                sa.func.min(sa.case((past, OwedAnswer.since))).label("due_since"),
                sa.func.min(OwedAnswer.rank).label("rank"),
            )
            .group_by(OwedAnswer.application_id)
            .subquery("debts")
        )
        self.owner = sa.case(
            (Place.country.in_(NOT_BY_OWNER), NOT_SPLIT),
            (Application.old_pile, OLD_PILE),
            else_=sa.func.coalesce(Application.owner_id, Job.owner_id, NOBODY),
        )

    def select(self, *columns: Any) -> sa.Select[*tuple[Any, ...]]:
        return (
            sa.select(*columns)
            .select_from(Application)
            .join(Job, Job.id == Application.job_id)
            .join(Place, Place.id == Job.place_id)
            .outerjoin(self.debts, self.debts.c.application_id == Application.id)
        )

    def chosen(self, filters: Filters) -> list[sa.ColumnElement[bool]]:
        """Everything of the filters but the period, which each figure reads by its own moment."""
        # what goes on in another job is counted there
        found: list[sa.ColumnElement[bool]] = [Application.moved_to_id.is_(None)]
        if filters.job_id is not None:
            found.append(Application.job_id == filters.job_id)
        if filters.stage is not None:
            found.append(Application.depth == filters.stage)
        if filters.owner is not None:
            found.append(self.owner == filters.owner)
        if filters.reason is not None:
            found.append(self.debts.c.due_rank == filters.reason.rank)
        return found

    def meaning(self, figure: Figure) -> Meaning:
        """Of a figure about people. Raises KeyError for one about messages or dates."""
        received, final = Application.received_at, Application.final_owed_since
        waits = self.debts.c.application_id.is_not(None)
        let_go = sa.and_(Application.waived, Application.told_at.is_(None), ~waits)
        proven = Application.told_how.in_([kind.value for kind in CONTACTS])
        answered = sa.and_(final.is_not(None), proven)
        unanswered = sa.and_(final.is_not(None), Application.told_at.is_(None), ~let_go)
        unheard = Application.first_word_at.is_(None)
        target = self.debts.c.target_at
        elsewhere = Application.told_how == EventKind.TOLD_ELSEWHERE.value
        return {
            Figure.APPLICATIONS: Meaning(sa.true(), received, received),
            Figure.OWED: Meaning(waits, received, target),
            Figure.DUE: Meaning(sa.and_(waits, target < self.at), received, target),
            Figure.LATE: Meaning(sa.and_(waits, self.debts.c.breach_at < self.at), received, target),
            Figure.FELL_DUE: Meaning(sa.or_(answered, unanswered), final, final),
            Figure.ANSWERED: Meaning(answered, final, final),
            Figure.UNANSWERED: Meaning(unanswered, final, final),
            Figure.TOLD_ELSEWHERE: Meaning(elsewhere, Application.decided_at, Application.decided_at),
            Figure.WAIVED: Meaning(let_go, received, received),
            Figure.WITHDRAWN: Meaning(Application.status == Status.WITHDRAWN, received, received),
            Figure.NOT_CONTACTED: Meaning(sa.and_(waits, unheard), received, received),
            Figure.ACKNOWLEDGED_ONLY: Meaning(
                sa.and_(waits, ~unheard, Application.last_contact_at.is_(None)), received, received
            ),
            Figure.DECIDED_NOT_TOLD: Meaning(
                sa.and_(waits, self.debts.c.rank == Reason.DECIDED_NOT_TOLD.rank),
                Application.decided_at,
                Application.decided_at,
            ),
        }[figure]


def within(moment: sa.SQLColumnExpression[Any], filters: Filters) -> list[sa.ColumnElement[bool]]:
    """The period, as conditions on that moment."""
    found: list[sa.ColumnElement[bool]] = []
    if filters.from_day is not None:
        found.append(moment >= midnight(filters.from_day))
    if filters.to_day is not None:
        found.append(moment < midnight(filters.to_day + timedelta(days=1)))
    return found


def midnight(day: date) -> datetime:
    """Where that day begins at the organisation's first place."""
    return datetime.combine(day, time(0), zone())


def zone() -> ZoneInfo:
    return ZoneInfo(db.session.scalar(sa.select(Place.timezone).order_by(Place.id).limit(1)) or "UTC")
