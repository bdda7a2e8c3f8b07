"""The numbers of the audit: one statement for all figures about people, one for messages, two for spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from statistics import median
from typing import Any

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.event import CONTACTS
from employer_app.domain.message import Purpose
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.stage import StageKind
from employer_app.extensions import db
from employer_app.models import Application, Job, Message, MessageApplication, User
from employer_app.queries.audit.figures import (
    MESSAGES,
    NOBODY,
    NOT_SPLIT,
    OLD_PILE,
    PROMISES,
    By,
    Figure,
    Filters,
    Tables,
    within,
    zone,
)
from employer_app.queries.audit.promises import given, matching

_DAY = timedelta(days=1)
_PEOPLE = [figure for figure in Figure if figure not in MESSAGES and figure not in PROMISES]
#: the figures that tables break down
_LINE = (Figure.FELL_DUE, Figure.ANSWERED, Figure.UNANSWERED, Figure.OWED, Figure.LATE)
MONTHS = 12


@dataclass(frozen=True)
class Spread:
    """Durations in days, of `count` people; None when there are none."""

    count: int
    median: float | None
    p90: float | None


@dataclass(frozen=True)
class Audit:
    """`answer_rate` is answered ÷ fell due, from 0 to 1, None when nothing fell due."""

    at: datetime
    counts: Mapping[Figure, int]
    first_word: Spread
    decided_to_told: Spread
    #: False while nobody reads the mail that comes back
    bounces_known: bool

    @property
    def answer_rate(self) -> float | None:
        return rate(self.counts[Figure.ANSWERED], self.counts[Figure.FELL_DUE])


@dataclass(frozen=True)
class Line:
    """One line of a breakdown; `filters` opens its people."""

    label: str
    filters: Filters
    fell_due: int
    answered: int
    unanswered: int
    owed: int
    late: int

    @property
    def rate(self) -> float | None:
        return rate(self.answered, self.fell_due)


@dataclass(frozen=True)
class Breakdown:
    """The lines add up to the figures of the same filters."""

    by: By
    lines: Sequence[Line]


@dataclass(frozen=True)
class WhyLine:
    """People past their date, each once, under the worst reason; `since` is the longest wait of them."""

    reason: Reason
    people: int
    since: datetime


def rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def audit(viewer: Person, filters: Filters | None = None, at: datetime | None = None) -> Audit:
    """Every figure, as of `at` (now)."""
    require(viewer, Verb.READ)
    filters, tables = filters or Filters(), Tables(at or now())
    columns = [_sum(tables, figure, filters).label(figure.value) for figure in _PEOPLE]
    row = db.session.execute(tables.select(*columns).where(*tables.chosen(filters))).one()
    counts = {figure: int(getattr(row, figure.value) or 0) for figure in _PEOPLE}
    dates = given(tables, filters)
    counts |= {figure: len(matching(dates, figure)) for figure in PROMISES}
    counts |= _messages(tables, filters)
    return Audit(
        at=tables.at,
        counts=counts,
        first_word=_spread(
            tables, filters, Application.received_at, Application.first_word_at, Application.received_at
        ),
        decided_to_told=_spread(
            tables,
            filters,
            Application.decided_at,
            Application.told_at,
            Application.decided_at,
            Application.told_how.in_([kind.value for kind in CONTACTS]),
        ),
        bounces_known=False,
    )


def breakdown(
    viewer: Person, by: By, filters: Filters | None = None, at: datetime | None = None
) -> Breakdown:
    """The answer rate by job, furthest stage, owner or month; most unanswered first, the others in order."""
    require(viewer, Verb.READ)
    filters, tables = filters or Filters(), Tables(at or now())
    if by is By.MONTH:
        return Breakdown(by, _months(tables, filters))
    key: Any = {By.JOB: Application.job_id, By.STAGE: Application.depth, By.OWNER: tables.owner}[by]
    columns = [_sum(tables, figure, filters).label(figure.value) for figure in _LINE]
    query = tables.select(key.label("key"), *columns).where(*tables.chosen(filters)).group_by("key")
    rows = db.session.execute(query).all()
    labels = _labels(by, [row.key for row in rows])
    lines = [_line(labels[row.key], _narrow(filters, by, row.key), row) for row in rows]
    if by is By.STAGE:
        order = [kind.value for kind in StageKind]
        lines.sort(key=lambda line: order.index(line.label))
    else:
        lines.sort(key=lambda line: (-line.unanswered, -line.late, -line.fell_due, line.label))
    return Breakdown(by, lines)


def by_reason(viewer: Person, filters: Filters | None = None, at: datetime | None = None) -> list[WhyLine]:
    """Why people wait past their date; adds up to the figure `due`. Worst first."""
    require(viewer, Verb.READ)
    filters, tables = filters or Filters(), Tables(at or now())
    due = tables.meaning(Figure.DUE)
    rank = tables.debts.c.due_rank
    query = (
        tables.select(
            rank, sa.func.count().label("people"), sa.func.min(tables.debts.c.due_since).label("since")
        )
        .where(due.where, *within(due.moment, filters), *tables.chosen(filters))
        .group_by(rank)
        .order_by(rank)
    )
    reasons = list(Reason)
    return [WhyLine(reasons[row.due_rank], row.people, row.since) for row in db.session.execute(query)]


def _sum(tables: Tables, figure: Figure, filters: Filters) -> sa.ColumnElement[int]:
    meaning = tables.meaning(figure)
    return sa.func.sum(sa.case((sa.and_(meaning.where, *within(meaning.moment, filters)), 1), else_=0))


def _messages(tables: Tables, filters: Filters) -> dict[Figure, int]:
    applications = tables.select(Application.id).where(*tables.chosen(filters))
    query = (
        sa.select(Message.status, sa.func.count(sa.distinct(Message.id)).label("number"))
        .join(MessageApplication, MessageApplication.message_id == Message.id)
        .where(
            MessageApplication.application_id.in_(applications),
            Message.purpose != Purpose.ACCOUNT,
            *within(Message.created_at, filters),
        )
        .group_by(Message.status)
    )
    counts = {row.status: row.number for row in db.session.execute(query)}
    return {figure: sum(counts.get(each, 0) for each in statuses) for figure, statuses in MESSAGES.items()}


def _spread(
    tables: Tables, filters: Filters, start: Any, end: Any, moment: Any, *where: sa.ColumnElement[bool]
) -> Spread:
    query = tables.select(start, end).where(
        start.is_not(None), end.is_not(None), *where, *within(moment, filters), *tables.chosen(filters)
    )
    days = sorted(max((b - a) / _DAY, 0.0) for a, b in db.session.execute(query))
    if not days:
        return Spread(0, None, None)
    return Spread(len(days), median(days), days[ceil(0.9 * len(days)) - 1])


def _line(label: str, filters: Filters, row: Any) -> Line:
    return Line(label, filters, *(int(getattr(row, figure.value) or 0) for figure in _LINE))


def _narrow(filters: Filters, by: By, key: Any) -> Filters:
    if by is By.JOB:
        return replace(filters, job_id=key)
    return replace(filters, stage=key) if by is By.STAGE else replace(filters, owner=key)


def _labels(by: By, keys: Sequence[Any]) -> Mapping[Any, str]:
    """Titles, names and kinds of stage; "" for nobody, "-" for what is not split, "old" for the old pile."""
    if by is By.STAGE:
        return {key: StageKind(key).value for key in keys}
    if by is By.JOB:
        return {
            row.id: row.title
            for row in db.session.execute(sa.select(Job.id, Job.title).where(Job.id.in_(keys)))
        }
    names = {
        row.id: row.name for row in db.session.execute(sa.select(User.id, User.name).where(User.id.in_(keys)))
    }
    return {**names, NOBODY: "", NOT_SPLIT: "-", OLD_PILE: "old"}


def _months(tables: Tables, filters: Filters) -> list[Line]:
    """The last twelve months of the period, by when final answers came to be owed."""
    final = Application.final_owed_since
    edges = tables.select(sa.func.min(final), sa.func.max(final)).where(
        *within(final, filters), *tables.chosen(filters)
    )
    first, last = db.session.execute(edges).one()
    if first is None:
        return []
    here = zone()
    begins = _month_starts(first.astimezone(here).date(), last.astimezone(here).date())[-MONTHS:]
    lines = []
    for begin in begins:
        end = _next_month(begin) - _DAY
        month = replace(
            filters,
            from_day=max(begin, filters.from_day or begin),
            to_day=min(end, filters.to_day or end),
        )
        columns = [_sum(tables, figure, month).label(figure.value) for figure in _LINE]
        row = db.session.execute(tables.select(*columns).where(*tables.chosen(filters))).one()
        lines.append(_line(f"{begin:%Y-%m}", month, row))
    return lines


def _month_starts(first: date, last: date) -> list[date]:
    starts = [first.replace(day=1)]
    while _next_month(starts[-1]) <= last:
        starts.append(_next_month(starts[-1]))
    return starts


def _next_month(day: date) -> date:
    return (day.replace(day=28) + 4 * _DAY).replace(day=1)
