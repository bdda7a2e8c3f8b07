"""Every message of a list, to be looked at before it goes: those to look at first, then by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Candidate, PlanItem
from employer_app.models.plan import PlanAction, skipped
from employer_app.queries.plans.own import messages, own

#: rows of a list on one page
PAGE = 50
_FLAGGED = sa.cast(PlanItem.warnings, sa.Text) != "[]"
_RANK = sa.case((_FLAGGED, 0), else_=1)
_LISTED = (
    PlanItem.application_id,
    PlanItem.candidate_id,
    PlanItem.name,
    PlanItem.address,
    PlanItem.group,
    PlanItem.skip_reason,
    PlanItem.remedy,
    PlanItem.warnings,
)


@dataclass(frozen=True)
class Page:
    """Some rows of a list, by name. `next_after` continues it; `total` is all of it."""

    rows: Sequence[Any]
    total: int
    next_after: int | None


@dataclass(frozen=True)
class Place:
    """Where a message stands among all of its list, those to look at first."""

    number: int
    of: int
    previous: int | None
    next: int | None


def messages_of(viewer: Person, plan_id: int, *, flagged: bool, after: int | None = None) -> Page:
    """The messages to look at first, or the clear ones."""
    own(viewer, plan_id)
    wanted = _FLAGGED if flagged else ~_FLAGGED
    return _page(plan_id, sa.and_(PlanItem.action == PlanAction.MESSAGE, wanted), after)


def skips_of(viewer: Person, plan_id: int, after: int | None = None, limit: int | None = PAGE) -> Page:
    """The people who get no message, with the reason. Stays readable for all once the list is confirmed."""
    require(viewer, Verb.READ)
    return _page(plan_id, skipped(PlanItem), after, limit)


def _page(plan_id: int, wanted: sa.ColumnElement[bool], after: int | None, limit: int | None = PAGE) -> Page:
    here = sa.and_(PlanItem.plan_id == plan_id, wanted)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(PlanItem).where(here)) or 0
    query = sa.select(*_LISTED).where(here).order_by(PlanItem.name, PlanItem.application_id)
    if after is not None:
        name = db.session.scalar(
            sa.select(PlanItem.name).where(PlanItem.plan_id == plan_id, PlanItem.application_id == after)
        )
        last = sa.tuple_(sa.literal(name or ""), sa.literal(after))
        query = query.where(sa.tuple_(PlanItem.name, PlanItem.application_id) > last)
    if limit is not None:
        query = query.limit(limit + 1)
    rows = db.session.execute(query).all()
    more = limit is not None and len(rows) > limit
    rows = rows[:limit]
    return Page(rows, total, rows[-1].application_id if more else None)


def first_message(viewer: Person, plan_id: int) -> int | None:
    """The application whose message is opened first."""
    own(viewer, plan_id)
    query = sa.select(PlanItem.application_id).where(*messages(plan_id))
    return db.session.scalar(query.order_by(_RANK, PlanItem.name, PlanItem.application_id).limit(1))


def place_of(viewer: Person, plan_id: int, application_id: int) -> Place | None:
    """None when this person has no message in the list."""
    own(viewer, plan_id)
    place = db.session.execute(
        sa.select(_RANK.label("rank"), PlanItem.name).where(
            *messages(plan_id), PlanItem.application_id == application_id
        )
    ).one_or_none()
    if place is None:
        return None
    key = sa.tuple_(_RANK, PlanItem.name, PlanItem.application_id)
    here = sa.tuple_(sa.literal(place.rank), sa.literal(place.name), sa.literal(application_id))
    order = (_RANK, PlanItem.name, PlanItem.application_id)
    one = sa.select(PlanItem.application_id).where(*messages(plan_id)).limit(1)
    count = sa.select(sa.func.count()).select_from(PlanItem).where(*messages(plan_id))
    return Place(
        number=(db.session.scalar(count.where(key < here)) or 0) + 1,
        of=db.session.scalar(count) or 0,
        previous=db.session.scalar(one.where(key < here).order_by(*(column.desc() for column in order))),
        next=db.session.scalar(one.where(key > here).order_by(*order)),
    )


def changed_since(viewer: Person, plan_id: int) -> list[str]:
    """Names of those whose message was looked at and whose record is another one now."""
    own(viewer, plan_id)
    other = sa.or_(
        Application.version != PlanItem.application_version, Candidate.version != PlanItem.candidate_version
    )
    query = (
        sa.select(PlanItem.name)
        .join(Application, Application.id == PlanItem.application_id)
        .join(Candidate, Candidate.id == PlanItem.candidate_id)
        .where(*messages(plan_id), other)
        .order_by(PlanItem.name)
    )
    return list(db.session.scalars(query))
