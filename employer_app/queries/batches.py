"""Send lists as they are read: the plan before, the batch after. Their counts always add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from employer_app.domain.errors import NotFound
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Batch, Job, Message, Place, Plan, PlanItem, User
from employer_app.models.plan import PlanAction
from employer_app.models.plan import skipped as is_skipped
from employer_app.queries.plans import own


@dataclass(frozen=True)
class PlanHead:
    """chosen = messages + joined + skipped; of the joined the message about another application speaks."""

    id: int
    job_id: int
    job_title: str
    place: str
    digest: str
    choices: Mapping[str, Any]
    expires_at: datetime
    chosen: int
    messages: int
    joined: int
    skipped: int
    to_look_at: int
    #: the jobs of its people, that of the list first
    jobs: Sequence[str]
    #: what it became, once it was confirmed
    batch_id: int | None = None

    @property
    def purpose(self) -> Purpose:
        return Purpose(self.choices["purpose"])


@dataclass(frozen=True)
class BatchHead:
    """chosen = messages + joined + skipped."""

    id: int
    plan_id: int
    job_id: int
    job_title: str
    purpose: Purpose
    confirmed_by: int | None
    confirmed_by_name: str
    confirmed_at: datetime
    due_at: datetime
    chosen: int
    messages: int
    joined: int
    skipped: int
    #: nothing of it leaves; without a name it paused itself, or the command line did
    paused_at: datetime | None
    paused_by_name: str
    paused_because: str
    #: all but the first few wait until somebody lets them go
    rest_waits: bool = False


@dataclass(frozen=True)
class BatchRow:
    """A send list among others, with its messages by status."""

    head: BatchHead
    counts: Mapping[MessageStatus, int]


def plan_head(viewer: Person, plan_id: int) -> PlanHead:
    """Raises NotFound, also for somebody else's."""
    plan = own(viewer, plan_id)
    job = db.session.execute(
        sa.select(Job.public_title, Place.name)
        .join(Place, Place.id == Job.place_id)
        .where(Job.id == plan.job_id)
    ).one()
    flagged = sa.cast(PlanItem.warnings, sa.Text) != "[]"
    message = PlanItem.action == PlanAction.MESSAGE
    row = db.session.execute(
        sa.select(
            sa.func.count().label("chosen"),
            sa.func.count().filter(message).label("messages"),
            sa.func.count().filter(PlanItem.lead_id.is_not(None)).label("joined"),
            sa.func.count().filter(message, flagged).label("to_look_at"),
        ).where(PlanItem.plan_id == plan_id)
    ).one()
    return PlanHead(
        id=plan.id,
        job_id=plan.job_id,
        job_title=job.public_title,
        place=job.name,
        digest=plan.digest,
        choices=plan.choices,
        expires_at=plan.expires_at,
        chosen=row.chosen,
        messages=row.messages,
        joined=row.joined,
        skipped=row.chosen - row.messages - row.joined,
        to_look_at=row.to_look_at,
        jobs=_jobs(plan),
        batch_id=db.session.scalar(sa.select(Batch.id).where(Batch.token == plan.token)),
    )


def _jobs(plan: Plan) -> list[str]:
    query = (
        sa.select(Job.id, Job.public_title)
        .join(Application, Application.job_id == Job.id)
        .join(PlanItem, PlanItem.application_id == Application.id)
        .where(PlanItem.plan_id == plan.id)
        .distinct()
    )
    found = sorted(db.session.execute(query), key=lambda row: (row.id != plan.job_id, row.public_title))
    return [row.public_title for row in found]


def plan_rows(viewer: Person, plan_id: int, *, skipped: bool | None = None) -> Sequence[Any]:
    """The items without their texts, by name; only messages, only skips, or both."""
    require(viewer, Verb.READ)
    query = sa.select(
        PlanItem.application_id,
        PlanItem.candidate_id,
        PlanItem.name,
        PlanItem.address,
        PlanItem.group,
        PlanItem.action,
        PlanItem.skip_reason,
        PlanItem.remedy,
        PlanItem.warnings,
        PlanItem.personal_line,
    ).where(PlanItem.plan_id == plan_id)
    if skipped is not None:
        query = query.where(is_skipped(PlanItem) if skipped else PlanItem.action == PlanAction.MESSAGE)
    return db.session.execute(query.order_by(PlanItem.name, PlanItem.application_id)).all()


def plan_item(viewer: Person, plan_id: int, application_id: int) -> PlanItem:
    """One item with its text. Raises NotFound."""
    own(viewer, plan_id)
    item = db.session.get(PlanItem, (plan_id, application_id))
    if item is None:
        raise NotFound("This person is not in the send list.")
    return item


def batch_head(viewer: Person, batch_id: int) -> BatchHead:
    """Raises NotFound."""
    require(viewer, Verb.READ)
    row = db.session.execute(_heads().where(Batch.id == batch_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such send list.")
    return _head(*row)


def recent_batches(viewer: Person, limit: int = 10) -> list[BatchRow]:
    """The latest send lists, newest first, with where their messages stand."""
    require(viewer, Verb.READ)
    heads = [_head(*row) for row in db.session.execute(_heads().order_by(Batch.id.desc()).limit(limit))]
    query = (
        sa.select(Message.batch_id, Message.status, sa.func.count())
        .where(Message.batch_id.in_([head.id for head in heads]))
        .group_by(Message.batch_id, Message.status)
    )
    counts: dict[int | None, dict[MessageStatus, int]] = defaultdict(dict)
    for batch_id, status, count in db.session.execute(query):
        counts[batch_id][status] = count
    return [BatchRow(head, counts[head.id]) for head in heads]


_Pauser = aliased(User)


def _heads() -> sa.Select[Batch, str, str | None, str | None, Any]:
    return (
        sa.select(Batch, Job.public_title, User.name, _Pauser.name, Plan.choices)
        .join(Job, Batch.job_id == Job.id)
        .join(Plan, Batch.plan_id == Plan.id)
        .outerjoin(User, Batch.confirmed_by == User.id)
        .outerjoin(_Pauser, Batch.paused_by == _Pauser.id)
    )


def _head(
    batch: Batch, title: str, name: str | None, pauser: str | None, choices: Mapping[str, Any]
) -> BatchHead:
    return BatchHead(
        id=batch.id,
        plan_id=batch.plan_id,
        job_id=batch.job_id,
        job_title=title,
        purpose=Purpose(choices["purpose"]),
        confirmed_by=batch.confirmed_by,
        confirmed_by_name=name or "",
        confirmed_at=batch.confirmed_at,
        due_at=batch.due_at,
        chosen=batch.chosen,
        messages=batch.messages,
        joined=batch.joined,
        skipped=batch.skipped,
        paused_at=batch.paused_at,
        paused_by_name=pauser or "",
        paused_because=batch.paused_because,
        rest_waits=batch.pilot_last_id is not None and batch.rest_let_go_at is None,
    )
