"""The people of one job: a page of the table, the board, everybody for a file, and ids for a selection.

Sorted by who waits longest: those we owe first, and of them the oldest last word. Paging by key never shifts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from employer_app.domain.clock import now
from employer_app.domain.explain import Reckoned
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE
from employer_app.extensions import db
from employer_app.models import Application, Candidate, Event, Job, OwedAnswer, Place, Stage, User
from employer_app.queries.jobs.filters import After, Filters, Standing, conditions, last_word, standing
from employer_app.queries.owed import Group
from employer_app.queries.owed.row import GROUPS

PAGE = 50
#: cards of a column that are on the board; the rest is in the table
CARDS = 20

#: an answer is still to come
OPEN = frozenset({Standing.ACTIVE, Standing.ON_HOLD, Standing.NOT_TOLD})


@dataclass(frozen=True)
class PersonRow:
    """One person with the debt that presses most, if there is one; `debts` counts all of them."""

    id: int
    version: int
    name: str
    reachable: bool
    stage_id: int
    stage: str
    standing: Standing
    received_at: datetime
    last_contact_at: datetime | None
    owner: str
    debts: int
    group: Group | None
    debt: Reckoned | None
    #: our last word, or the application
    since: datetime

    @property
    def open(self) -> bool:
        return self.standing in OPEN

    @property
    def mark(self) -> After:
        return After(self.debts == 0, self.since, self.id)


@dataclass(frozen=True)
class People:
    """A page. `total` match the filter; `open` of them still get an answer and can be selected.

    `after` is where the next page begins, None on the last.
    """

    rows: Sequence[PersonRow]
    total: int
    open: int
    after: After | None


@dataclass(frozen=True)
class Column:
    """A stage of the board: its first cards, and how many people stand there in all."""

    stage_id: int
    name: str
    total: int
    rows: Sequence[PersonRow]


def people(
    viewer: Person, job_id: int, filters: Filters, *, after: After | None = None, limit: int = PAGE
) -> People:
    """One page, and how many match."""
    require(viewer, Verb.READ)
    query = _rows(job_id, filters)
    if after is not None:
        keys = query.selected_columns
        mark = sa.tuple_(sa.literal(int(after.settled)), sa.literal(after.since, keys.since.type), after.id)
        query = query.where(sa.tuple_(_settled(query), last_word(), Application.id) > mark)
    found = [_person(row) for row in db.session.execute(query.limit(limit + 1))]
    counts = sa.func.count(), sa.func.count(sa.case((_is_open(), 1)))
    total, selectable = db.session.execute(_matching(job_id, filters, *counts)).one()
    more = len(found) > limit
    return People(found[:limit], total, selectable, found[limit - 1].mark if more else None)


def every_row(viewer: Person, job_id: int, filters: Filters) -> list[PersonRow]:
    """All that match, for a file that leaves the app."""
    require(viewer, Verb.EXPORT)
    return [_person(row) for row in db.session.execute(_rows(job_id, filters))]


def matching(viewer: Person, job_id: int, filters: Filters, *, limit: int) -> dict[int, int]:
    """Application id -> version of all that match and still get an answer, ascending, at most `limit`."""
    require(viewer, Verb.READ)
    query = _matching(job_id, filters, Application.id, Application.version).where(_is_open())
    rows = db.session.execute(query.order_by(Application.id).limit(limit))
    return {row[0]: row[1] for row in rows}


def board(viewer: Person, job_id: int, filters: Filters, *, cards: int = CARDS) -> list[Column]:
    """A column for each stage, of those still in the running; for "hired" only if somebody hangs there."""
    require(viewer, Verb.READ)
    ranked = _rows(job_id, filters).where(Application.status.in_(LIVE)).order_by(None)
    order = (_settled(ranked), last_word(), Application.id)
    number = sa.func.row_number().over(partition_by=Application.stage_id, order_by=order)
    size = sa.func.count().over(partition_by=Application.stage_id)
    inner = ranked.add_columns(number.label("number"), size.label("size")).subquery()
    query = sa.select(inner).where(inner.c.number <= cards).order_by(inner.c.stage_id, inner.c.number)
    found: dict[int, list[PersonRow]] = {}
    sizes: dict[int, int] = {}
    for row in db.session.execute(query):
        found.setdefault(row.stage_id, []).append(_person(row))
        sizes[row.stage_id] = row.size
    stages = sa.select(Stage.id, Stage.name).where(Stage.job_id == job_id)
    stages = stages.where(sa.or_(Stage.kind != StageKind.HIRED, Stage.id.in_(sizes))).order_by(Stage.position)
    return [
        Column(row.id, row.name, sizes.get(row.id, 0), found.get(row.id, ()))
        for row in db.session.execute(stages)
    ]


def _is_open() -> sa.ColumnElement[bool]:
    """Still in the running, or with a "no" that nobody has told them."""
    return standing().in_([one.value for one in OPEN])


def _matching(job_id: int, filters: Filters, *what: Any) -> sa.Select[*tuple[Any, ...]]:
    query = sa.select(*what).select_from(Application)
    if filters.about_people:
        query = query.join(Candidate, Candidate.id == Application.candidate_id)
        query = query.join(Job, Job.id == Application.job_id)
    return query.where(*conditions(job_id, filters))


def _rows(job_id: int, filters: Filters) -> sa.Select[*tuple[Any, ...]]:
    debt, owner, of_job = aliased(OwedAnswer), aliased(User), aliased(User)
    group, presses_most = _pressing(debt, job_id)
    settled = sa.case((debt.application_id.is_(None), 1), else_=0)
    return (
        sa.select(
            Application.id,
            Application.version,
            Candidate.name,
            Candidate.address,
            Candidate.do_not_mail,
            Application.stage_id,
            Stage.name.label("stage"),
            standing().label("standing"),
            Application.received_at,
            Application.last_contact_at,
            sa.func.coalesce(owner.name, of_job.name, "").label("owner"),
            _debts().label("debts"),
            group.label("group"),
            debt.reason,
            debt.clock,
            debt.since.label("owed_since"),
            debt.target_at,
            debt.breach_at,
            Event.occurred_at.label("happened_at"),
            last_word().label("since"),
            settled.label("settled"),
        )
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Stage, Stage.id == Application.stage_id)
        .join(Job, Job.id == Application.job_id)
        .outerjoin(owner, owner.id == Application.owner_id)
        .outerjoin(of_job, of_job.id == Job.owner_id)
        .outerjoin(debt, sa.and_(debt.application_id == Application.id, presses_most))
        .outerjoin(Event, Event.id == debt.source_event_id)
        .where(*conditions(job_id, filters))
        .order_by(settled, last_word(), Application.id)
    )


def _debts() -> sa.ScalarSelect[int]:
    """How many there are of a person."""
    each = aliased(OwedAnswer)
    query = sa.select(sa.func.count()).where(each.application_id == Application.id)
    return query.correlate(Application).scalar_subquery()


def _pressing(debt: Any, job_id: int) -> tuple[sa.ColumnElement[int], sa.ColumnElement[bool]]:
    """Its group, and whether it presses most of the debts of its person: by group, by reason, by date, as on
    the home page. By the index of the person: numbering all rows of a job makes SQLite read them for each."""
    at = now()
    today = _end_of_today(job_id, at)

    def group(one: Any) -> sa.ColumnElement[int]:
        late, due, shows = one.breach_at < at, one.target_at <= today, one.opens_at <= at
        return sa.case((one.breach_at.is_(None), None), (late, 0), (due, 1), (shows, 2), else_=3)

    def order(one: Any) -> sa.Tuple:
        return sa.tuple_(group(one), one.rank, one.target_at, one.source_event_id)

    other = aliased(OwedAnswer)
    presses_more = sa.and_(other.application_id == debt.application_id, order(other) < order(debt))
    return group(debt), ~sa.exists().where(presses_more)


def _end_of_today(job_id: int, at: datetime) -> datetime:
    """Midnight where the job is."""
    query = sa.select(Place.timezone).join(Job, Job.place_id == Place.id).where(Job.id == job_id)
    zone = ZoneInfo(db.session.scalar(query) or "UTC")
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=1), time(0), zone)


def _settled(query: sa.Select[*tuple[Any, ...]]) -> sa.ColumnElement[int]:
    """The first sort key, as an expression that WHERE and OVER may use."""
    label = query.selected_columns["settled"]
    return label.element if isinstance(label, sa.Label) else label


def _person(row: Any) -> PersonRow:
    return PersonRow(
        id=row.id,
        version=row.version,
        name=row.name,
        reachable=bool(row.address) and not row.do_not_mail,
        stage_id=row.stage_id,
        stage=row.stage,
        standing=Standing(row.standing),
        received_at=row.received_at,
        last_contact_at=row.last_contact_at,
        owner=row.owner,
        debts=row.debts or 0,
        group=GROUPS[row.group] if row.debts else None,
        debt=_debt(row) if row.debts else None,
        since=row.since,
    )


def _debt(row: Any) -> Reckoned:
    return Reckoned(row.reason, row.clock, row.owed_since, row.target_at, row.breach_at, row.happened_at)
