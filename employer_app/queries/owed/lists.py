"""The list itself, its counts, and the piles in it; read with the same filters, so that they add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain.business_time import Calendar
from employer_app.domain.clock import now
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Candidate, Event, Job, OwedAnswer, Place, Stage, User
from employer_app.queries.owed.filters import Filters, of_debts, of_worst
from employer_app.queries.owed.row import GROUPS, After, Group, OwedCounts, OwedRow, Page, Pile

PAGE = 50


EVERYBODY = Filters()


def owed_page(
    viewer: Person,
    filters: Filters = EVERYBODY,
    *,
    later: bool = False,
    without: Sequence[Pile] = (),
    at: datetime | None = None,
    after: After | None = None,
    limit: int = PAGE,
) -> Page:
    """Most urgent first. `later`: also those that do not show yet.

    `without`: leave out whoever lies in one of these piles.
    """
    require(viewer, Verb.READ)
    worst = _worst(viewer, filters, at or now(), later).subquery()
    query = _joined(worst).where(*of_worst(filters, worst))
    for pile in without:
        of_it = sa.and_(
            worst.c.job_id == pile.job_id,
            worst.c.reason == pile.reason,
            worst.c.group == GROUPS.index(pile.group),
        )
        query = query.where(~of_it)
    key = (worst.c.group, worst.c.rank, worst.c.target_at, worst.c.application_id)
    if after is not None:
        place = (GROUPS.index(after.group), after.rank, after.target_at, after.application_id)
        query = query.where(sa.tuple_(*key) > sa.tuple_(*place))
    rows = [_row(row) for row in db.session.execute(query.order_by(*key).limit(limit + 1)).mappings()]
    return Page(rows[:limit], rows[limit - 1].after if len(rows) > limit else None)


def owed_counts(viewer: Person, filters: Filters = EVERYBODY, *, at: datetime | None = None) -> OwedCounts:
    """How many people are in each group; the same filters as `owed_page`."""
    require(viewer, Verb.READ)
    worst = _worst(viewer, filters, at or now(), True).subquery()
    query = sa.select(worst.c.group, sa.func.count()).where(*of_worst(filters, worst)).group_by(worst.c.group)
    counts = {GROUPS[group]: count for group, count in db.session.execute(query)}
    return OwedCounts(**{group.value: counts.get(group, 0) for group in Group})


def owed_ids(
    viewer: Person, filters: Filters = EVERYBODY, *, later: bool = False, at: datetime | None = None
) -> list[int]:
    """The applications of everybody whom `owed_page` would show, ascending."""
    require(viewer, Verb.READ)
    worst = _worst(viewer, filters, at or now(), later).subquery()
    query = sa.select(worst.c.application_id).where(*of_worst(filters, worst))
    return list(db.session.scalars(query.order_by(worst.c.application_id)))


def owed_piles(
    viewer: Person, filters: Filters = EVERYBODY, *, least: int = 10, at: datetime | None = None
) -> list[Pile]:
    """Where `least` people or more wait in one job for one reason in one group; most urgent first."""
    require(viewer, Verb.READ)
    worst = _worst(viewer, filters, at or now(), False).subquery()
    key = (worst.c.job_id, worst.c.reason, worst.c.group)
    heaps = (
        sa.select(*key, sa.func.count().label("people"), sa.func.min(worst.c.target_at).label("target_at"))
        .where(*of_worst(filters, worst))
        .group_by(*key)
        .having(sa.func.count() >= least)
        .subquery()
    )
    query = (
        sa.select(heaps, Job.title.label("job_title"), *_PLACE)
        .join(Job, Job.id == heaps.c.job_id)
        .join(Place, Place.id == Job.place_id)
        .order_by(heaps.c.group, heaps.c.target_at, heaps.c.job_id, heaps.c.reason)
    )
    return [
        Pile(
            row.job_id,
            row.job_title,
            GROUPS[row.group],
            row.reason,
            row.people,
            row.target_at,
            _calendar(row._mapping),
        )
        for row in db.session.execute(query)
    ]


_PLACE = (Place.country, Place.subdivision, Place.timezone, Place.closed_days)


def _worst(viewer: Person, filters: Filters, at: datetime, later: bool) -> sa.Select[*tuple[Any, ...]]:
    """The most pressing debt of each application: by group, then by reason, then by date."""
    group = sa.case(
        (OwedAnswer.breach_at < at, 0),
        (OwedAnswer.target_at <= _end_of_today(at), 1),
        (OwedAnswer.opens_at <= at, 2),
        else_=3,
    )
    person = OwedAnswer.application_id
    order = (group, OwedAnswer.rank, OwedAnswer.target_at, OwedAnswer.source_event_id)
    place = sa.func.row_number().over(partition_by=person, order_by=order)
    count = sa.func.count().over(partition_by=person)
    query = sa.select(
        *OwedAnswer.__table__.columns, group.label("group"), place.label("place"), (count - 1).label("more")
    )
    if not later:
        query = query.where(OwedAnswer.opens_at <= at)
    if filters.about_jobs:
        query = query.join(Job, Job.id == OwedAnswer.job_id)
    ranked = query.where(*of_debts(filters, viewer, at)).subquery()
    return sa.select(ranked).where(ranked.c.place == 1)


def _joined(worst: sa.Subquery) -> sa.Select[*tuple[Any, ...]]:
    owner_id = sa.func.coalesce(worst.c.owner_id, Job.owner_id)
    return (
        sa.select(
            *[column for column in worst.c if column.name not in {"owner_id", "place", "rules_version"}],
            Application.version.label("application_version"),
            Application.received_at,
            Application.last_contact_at,
            Application.old_pile,
            Candidate.id.label("candidate_id"),
            Candidate.name,
            Candidate.address.is_not(None).label("has_address"),
            Candidate.do_not_mail,
            Job.title.label("job_title"),
            Stage.name.label("stage"),
            Event.occurred_at.label("happened_at"),
            User.id.label("owner_id"),
            sa.func.coalesce(User.name, "").label("owner"),
            *_PLACE,
        )
        .join(Application, Application.id == worst.c.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Stage, Stage.id == Application.stage_id)
        .join(Job, Job.id == worst.c.job_id)
        .join(Place, Place.id == Job.place_id)
        .outerjoin(Event, Event.id == worst.c.source_event_id)
        .outerjoin(User, sa.and_(User.id == owner_id, User.active))
    )


def _row(row: sa.RowMapping) -> OwedRow:
    values = {name: row[name] for name in OwedRow.__dataclass_fields__ if name in row}
    values |= {
        "group": GROUPS[row["group"]],
        "has_address": bool(row["has_address"]),
        "calendar": _calendar(row),
    }
    return OwedRow(**values)


def _calendar(row: Any) -> Calendar:
    closed = frozenset(date.fromisoformat(day) for day in row["closed_days"])
    return Calendar(row["country"], row["subdivision"], row["timezone"], closed)


def _end_of_today(at: datetime) -> datetime:
    """Midnight where the organisation's first place is."""
    zone = ZoneInfo(db.session.scalar(sa.select(Place.timezone).order_by(Place.id).limit(1)) or "UTC")
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), zone)
