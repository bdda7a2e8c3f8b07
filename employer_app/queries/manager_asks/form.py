"""What the form begins with that asks a manager."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from employer_app.domain.errors import NotFound
from employer_app.domain.manager_ask import MOST_PEOPLE, Ending
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import LIVE
from employer_app.extensions import db
from employer_app.models import (
    Application,
    Candidate,
    Job,
    ManagerAsk,
    ManagerAskItem,
    Stage,
)


@dataclass(frozen=True)
class Somebody:
    """A candidate who can be asked about."""

    id: int
    name: str
    stage: str


@dataclass(frozen=True)
class ToAsk:
    """What the form begins with. `left_out`: names of those who have an answer already."""

    job_id: int
    job: str
    people: Sequence[Somebody]
    left_out: Sequence[str]
    name: str
    address: str
    competing: bool
    #: the ask that the new one stands for
    again: int | None


def to_ask(viewer: Person, job_id: int, application_ids: Collection[int], again: int | None = None) -> ToAsk:
    """The form for these people of one job. `again`: those of an ask who have no answer yet, and its words.

    Raises NotFound.
    """
    require(viewer, Verb.READ)
    job = db.session.get(Job, job_id)
    before = _last_ask(job_id, again)
    if job is None or (again and before is None):
        raise NotFound("There is no such job, or no such question in it.", "Go back to the list of jobs.")
    ids = set(application_ids)
    if again and not ids:
        ids = set(_unsettled(again))
    query = (
        sa.select(Application.id, Application.status, Candidate.name, Stage.name.label("stage"))
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Stage, Stage.id == Application.stage_id)
        .where(Application.job_id == job_id, Application.id.in_(sorted(ids)), Candidate.erased_at.is_(None))
        .order_by(Application.id)
        .limit(50 * MOST_PEOPLE)
    )
    rows = db.session.execute(query).all()
    return ToAsk(
        job_id=job.id,
        job=job.title,
        people=[Somebody(row.id, row.name, row.stage) for row in rows if row.status in LIVE],
        left_out=[row.name for row in rows if row.status not in LIVE],
        name=before.name if before else job.contact_name,
        address=before.address if before else job.contact_address,
        competing=bool(again and before and before.competing),
        again=again,
    )


def _last_ask(job_id: int, again: int | None) -> ManagerAsk | None:
    query = sa.select(ManagerAsk).where(ManagerAsk.job_id == job_id)
    if again:
        query = query.where(ManagerAsk.id == again)
    return db.session.scalars(query.order_by(ManagerAsk.id.desc()).limit(1)).first()


def _unsettled(ask_id: int) -> Sequence[int]:
    """Everybody of it whom nobody confirmed."""
    settled = ManagerAskItem.ending == Ending.CONFIRMED
    query = sa.select(ManagerAskItem.application_id).where(ManagerAskItem.ask_id == ask_id)
    return db.session.scalars(query.where(sa.or_(ManagerAskItem.ending.is_(None), ~settled))).all()
