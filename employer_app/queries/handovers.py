"""Who owes whom an answer and how it came to them; what somebody left behind who may not sign in any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from employer_app.domain.errors import NotFound
from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.handover import OwnerChange, standing
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Candidate, Event, EventPayload, Job, OwedAnswer, User

_SLICE = 500
#: who owes the answer: the application's own owner, else the job's
owner_now: sa.ColumnElement[int | None] = sa.func.coalesce(Application.owner_id, Job.owner_id)


@dataclass(frozen=True)
class Chosen:
    """One person in one job who is to change hands, and who has them now."""

    id: int
    name: str
    job_title: str
    owner_id: int | None
    #: empty: nobody, or somebody who may not sign in any more
    owner: str


def chosen(viewer: Person, application_ids: Collection[int]) -> Sequence[Chosen]:
    """By name. Raises NotFound when one of them is none."""
    require(viewer, Verb.READ)
    ids, found = sorted(set(application_ids)), []
    for start in range(0, len(ids), _SLICE):
        query = (
            sa.select(Application.id, Candidate.name, Job.title, owner_now, sa.func.coalesce(User.name, ""))
            .join(Candidate, Candidate.id == Application.candidate_id)
            .join(Job, Job.id == Application.job_id)
            .outerjoin(User, sa.and_(User.id == owner_now, User.active))
            .where(Application.id.in_(ids[start : start + _SLICE]))
        )
        found += [Chosen(*row) for row in db.session.execute(query)]
    if not found or len(found) != len(ids):
        raise NotFound("There is no such application.", "Go back to the list and try again.")
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def last_changes(viewer: Person, application_ids: Collection[int]) -> Mapping[int, OwnerChange]:
    """How each came to whoever has it now; those that never changed hands are missing."""
    require(viewer, Verb.READ)
    ids, changes = sorted(set(application_ids)), defaultdict(list)
    for start in range(0, len(ids), _SLICE):
        subjects = {application_subject(one): one for one in ids[start : start + _SLICE]}
        query = (
            sa.select(Event.subject, Event.facts, Event.occurred_at, EventPayload.payload, User.name)
            .outerjoin(EventPayload, EventPayload.event_id == Event.id)
            .outerjoin(User, User.id == Event.actor_id)
            .where(Event.subject.in_(subjects), Event.kind == EventKind.OWNER_CHANGED)
            .order_by(Event.subject, Event.seq)
        )
        for row in db.session.execute(query):
            changes[subjects[row.subject]].append(_change(row))
    return {one: last for one, all_ in changes.items() if (last := standing(all_))}


def _change(row: Any) -> OwnerChange:
    return OwnerChange(
        owner_id=row.facts.get("owner_id"),
        at=row.occurred_at,
        by=row.name or "",
        note=(row.payload or {}).get("note", ""),
        handover_id=row.facts.get("handover_id"),
        from_owner_id=row.facts.get("from_owner_id"),
        taken_back=row.facts.get("taken_back"),
    )


def owed_by(viewer: Person, user_id: int, limit: int) -> tuple[list[int], int]:
    """The applications whose people this person owes an answer, ids ascending, and how many there are beyond
    the limit; the old pile stays out."""
    require(viewer, Verb.READ)
    query = _owed().where(owner_now == user_id)
    ids = list(db.session.scalars(query.order_by(Application.id).limit(limit)))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    return ids, total - len(ids)


def left_behind(viewer: Person) -> Mapping[int, int]:
    """How many people wait for an answer from each who may not sign in any more; none of them without any."""
    require(viewer, Verb.READ)
    owed = _owed().add_columns(owner_now.label("owner_id")).subquery()
    query = (
        sa.select(owed.c.owner_id, sa.func.count().label("people"))
        .join(User, User.id == owed.c.owner_id)
        .where(~User.active)
        .group_by(owed.c.owner_id)
    )
    return {row.owner_id: row.people for row in db.session.execute(query)}


def _owed() -> sa.Select[*tuple[Any, ...]]:
    waits = sa.exists().where(OwedAnswer.application_id == Application.id)
    return (
        sa.select(Application.id).join(Job, Job.id == Application.job_id).where(~Application.old_pile, waits)
    )
