"""What is known of the people of a send list as a whole: who they are, what they read, how long they wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from employer_app.domain.duty import Reason
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import LIVE, Status
from employer_app.extensions import db
from employer_app.models import Application, Candidate, Job, OwedAnswer
from employer_app.queries.recipients import reads

_SLICE = 500


def still_owed(viewer: Person, job_id: int) -> list[int]:
    """Ids of everybody in the job who is owed a final answer: live, or decided and not told."""
    require(viewer, Verb.READ)
    query = sa.select(Application.id).where(Application.job_id == job_id, _still_owed())
    return list(db.session.scalars(query.order_by(Application.id)))


def still_owed_among(viewer: Person, application_ids: Collection[int]) -> list[int]:
    """Those of them who are owed a final answer, ascending: nobody else can be on a send list."""
    require(viewer, Verb.READ)
    ids: list[int] = sorted(application_ids)
    found: list[int] = []
    for start in range(0, len(ids), _SLICE):
        part = Application.id.in_(ids[start : start + _SLICE])
        found += db.session.scalars(sa.select(Application.id).where(part, _still_owed())).all()
    return sorted(found)


def _still_owed() -> sa.ColumnElement[bool]:
    untold = sa.and_(
        Application.status == Status.REJECTED,
        sa.exists().where(
            OwedAnswer.application_id == Application.id, OwedAnswer.reason == Reason.DECIDED_NOT_TOLD
        ),
    )
    return sa.or_(sa.and_(Application.status.in_(LIVE), ~Application.waived), untold)


def jobs_of(viewer: Person, application_ids: Collection[int]) -> list[int]:
    """The jobs of these people, the one with most of them first."""
    require(viewer, Verb.READ)
    ids, found = sorted(application_ids), Counter[int]()
    for start in range(0, len(ids), _SLICE):
        part = Application.id.in_(ids[start : start + _SLICE])
        query = sa.select(Application.job_id, sa.func.count()).where(part).group_by(Application.job_id)
        found.update({row[0]: row[1] for row in db.session.execute(query)})
    return sorted(found, key=lambda job_id: (-found[job_id], job_id))


def languages_read(viewer: Person, application_ids: Collection[int]) -> set[str]:
    """The languages that these people are known to read, or in which their job is advertised."""
    require(viewer, Verb.READ)
    ids, found = sorted(application_ids), set[str]()
    for start in range(0, len(ids), _SLICE):
        query = (
            sa.select(reads())
            .join(Application, Application.candidate_id == Candidate.id)
            .join(Job, Job.id == Application.job_id)
        )
        found |= set(
            db.session.scalars(query.where(Application.id.in_(ids[start : start + _SLICE])).distinct())
        )
    return found - {""}


def somebody_waits_since(viewer: Person, application_ids: Collection[int]) -> datetime | None:
    """The longest that one of these people has had no word from us; None when there is nobody."""
    require(viewer, Verb.READ)
    ids, found = sorted(application_ids), []
    last_word = sa.func.min(sa.func.coalesce(Application.last_contact_at, Application.received_at))
    for start in range(0, len(ids), _SLICE):
        query = sa.select(last_word.label("since")).where(Application.id.in_(ids[start : start + _SLICE]))
        found.append(db.session.scalar(query))
    return min((one for one in found if one), default=None)
