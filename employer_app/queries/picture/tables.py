"""Each application with its bucket, date and wait: the one definition behind every number and every list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from employer_app.domain.duty import Reason
from employer_app.domain.event import EventKind
from employer_app.domain.picture import RULES, WAITS, Bucket, Mark, Wait, When, before
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE, Status
from employer_app.models import Application, Candidate, ImportItem, OwedAnswer
from employer_app.queries.audit.figures import midnight, zone

_MET = [kind for kind in StageKind if kind.depth >= StageKind.INTERVIEW.depth]
_FINAL = [kind for kind in StageKind if kind.depth >= StageKind.FINAL.depth]


@dataclass(frozen=True)
class Of:
    """Whose picture: of one import, of one job, or (None) of everybody."""

    list_id: int | None = None
    job_id: int | None = None


@dataclass(frozen=True)
class Part:
    """Which part of it; None for all.

    `waiting`: only those who wait. `grave`: late, and met or decided on.
    """

    bucket: Bucket | None = None
    when: When | None = None
    wait: Wait | None = None
    late: bool = False
    waiting: bool = False
    grave: bool = False


class Tables:
    """Each application with its bucket, date and wait, as of one moment."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        #: as the home page: midnight where the organisation's first place is
        self.end_of_today = midnight(at.astimezone(zone()).date() + timedelta(days=1))
        failed = sa.case((OwedAnswer.reason == Reason.MESSAGE_FAILED, 1), else_=0)
        untold = sa.case((OwedAnswer.reason == Reason.DECIDED_NOT_TOLD, 1), else_=0)
        self.debts = (
            sa.select(
                OwedAnswer.application_id,
                sa.func.min(OwedAnswer.opens_at).label("opens_at"),
                sa.func.min(OwedAnswer.target_at).label("target_at"),
                sa.func.min(OwedAnswer.breach_at).label("breach_at"),
                sa.func.min(OwedAnswer.rank).label("rank"),
                sa.func.max(failed).label("failed"),
                sa.func.max(untold).label("untold"),
            )
            .group_by(OwedAnswer.application_id)
            .subquery("debts")
        )

    def select(self, of: Of) -> sa.Select[*tuple[Any, ...]]:
        waits = self._marks()[Mark.WAITS]
        since = sa.func.coalesce(Application.last_contact_at, Application.received_at)
        wait = sa.case(
            *((since <= before(self.at, days), wait.value) for wait, days in WAITS.items()),
            else_=Wait.TWO_WEEKS.value,
        )
        query = (
            sa.select(
                Application.id,
                Application.job_id,
                self._bucket().label("bucket"),
                sa.case((waits, self._when()), else_=None).label("when"),
                sa.case((waits, wait), else_=None).label("wait"),
                sa.and_(waits, self.debts.c.breach_at < self.at).label("late"),
                since.label("since"),
                self.debts.c.rank,
                self.debts.c.target_at,
            )
            .join(Candidate, Candidate.id == Application.candidate_id)
            .outerjoin(self.debts, self.debts.c.application_id == Application.id)
        )
        if of.job_id is not None:
            query = query.where(Application.job_id == of.job_id)
        if of.list_id is not None:
            items = sa.select(ImportItem.application_id).where(ImportItem.list_id == of.list_id)
            query = query.where(Application.id.in_(items))
        return query

    def _marks(self) -> dict[Mark, sa.ColumnElement[bool]]:
        other = aliased(Application)
        in_the_running = sa.and_(other.status.in_(LIVE), other.depth.in_(_MET))
        elsewhere = sa.exists().where(
            other.candidate_id == Application.candidate_id,
            other.id != Application.id,
            sa.or_(other.status == Status.HIRED, in_the_running),
        )
        unreachable = sa.or_(Candidate.address.is_(None), Candidate.do_not_mail, self.debts.c.failed == 1)
        return {
            Mark.WAITS: self.debts.c.application_id.is_not(None),
            Mark.ELSEWHERE: elsewhere,
            Mark.UNREACHABLE: unreachable,
            Mark.UNTOLD: self.debts.c.untold == 1,
            Mark.FINAL: Application.depth.in_(_FINAL),
            Mark.INTERVIEWED: Application.depth.in_(_MET),
            Mark.HIRED: Application.status == Status.HIRED,
            Mark.WITHDRAWN: Application.status == Status.WITHDRAWN,
            Mark.TOLD_ELSEWHERE: Application.told_how == EventKind.TOLD_ELSEWHERE.value,
            Mark.TOLD: Application.told_at.is_not(None),
        }

    def _bucket(self) -> sa.Case[str]:
        marks = self._marks()
        *rules, (last, _) = RULES
        return sa.case(
            # in the order of Mark: what is cheap to know is asked first
            *(
                (sa.and_(*(marks[mark] for mark in Mark if mark in needed)), name.value)
                for name, needed in rules
            ),
            else_=last.value,
        )

    def _when(self) -> sa.Case[str]:
        return sa.case(
            (Application.old_pile, When.OLD_PILE.value),
            (self.debts.c.breach_at < self.at, When.LATE.value),
            (self.debts.c.target_at <= self.end_of_today, When.TODAY.value),
            (self.debts.c.opens_at <= self.at, When.SOON.value),
            else_=When.LATER.value,
        )


def times(row: Any) -> tuple[When | None, Wait | None]:
    return row.when and When(row.when), row.wait and Wait(row.wait)
