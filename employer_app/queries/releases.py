"""Requests for a second person's release, as the author and whoever may release read them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound
from employer_app.domain.message import Purpose
from employer_app.domain.release import AT_RANDOM, RequestStatus
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Batch, Job, Place, Plan, PlanItem, ReleaseRequest, User
from employer_app.queries.plans.own import messages

#: rows of a list on one page
PAGE = 50
_FLAGGED = sa.cast(PlanItem.warnings, sa.Text) != "[]"
_LISTED = (PlanItem.application_id, PlanItem.name, PlanItem.group, PlanItem.warnings)
_Answerer = aliased(User)


@dataclass(frozen=True)
class RequestHead:
    """`status` is as of now: one that nobody answered has expired, one about a changed list is void."""

    id: int
    plan_id: int
    job_id: int
    job_title: str
    place: str
    purpose: Purpose
    author_id: int
    author: str
    messages: int
    asked_at: datetime
    expires_at: datetime
    status: RequestStatus
    answered_by: str
    answered_at: datetime | None
    because: str
    batch_id: int | None
    seed: str

    @property
    def open(self) -> bool:
        return self.status is RequestStatus.ASKED

    @property
    def word(self) -> str:
        """Of its state on screen. Confirmed without an answer: once there were few enough for one person."""
        gone = self.status is RequestStatus.VOID and self.batch_id is not None
        return "confirmed" if gone else self.status.value

    @property
    def readable(self) -> bool:
        """Its messages are those that were asked about."""
        return self.status in {RequestStatus.ASKED, RequestStatus.APPROVED}


@dataclass(frozen=True)
class Rows:
    rows: Sequence[Any]
    total: int
    next_after: int | None


def request_head(viewer: Person, request_id: int) -> RequestHead:
    """Raises NotFound."""
    _may_look(viewer)
    found = db.session.execute(_heads().where(ReleaseRequest.id == request_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such request.")
    return _head(found)


def latest_of(viewer: Person, plan_id: int) -> RequestHead | None:
    """What was last asked about this list."""
    require(viewer, Verb.READ)
    query = _heads().where(ReleaseRequest.plan_id == plan_id).order_by(ReleaseRequest.id.desc()).limit(1)
    found = db.session.execute(query).one_or_none()
    return _head(found) if found else None


def open_requests(viewer: Person) -> list[RequestHead]:
    """All that wait for an answer, the oldest first: for others to answer, and one's own."""
    _may_look(viewer)
    asked = ReleaseRequest.status == RequestStatus.ASKED, ReleaseRequest.expires_at > now()
    query = _heads().where(*asked).order_by(ReleaseRequest.id)
    heads = [_head(row) for row in db.session.execute(query)]
    return [head for head in heads if head.open]


def latest_requests(viewer: Person, limit: int = 20) -> list[RequestHead]:
    """Those that are over, the newest first."""
    _may_look(viewer)
    query = _heads().order_by(ReleaseRequest.id.desc()).limit(limit)
    heads = [_head(row) for row in db.session.execute(query)]
    return [head for head in heads if not head.open]


def waits_for(viewer: Person) -> int:
    """How many lists wait for this person's word: asked by others."""
    return sum(1 for head in open_requests(viewer) if head.author_id != viewer.user_id)


def flagged(viewer: Person, head: RequestHead, after: int | None = None) -> Rows:
    """Every message that something was said about, by name."""
    return _page(viewer, head, _FLAGGED, after)


def clear(viewer: Person, head: RequestHead, after: int | None = None) -> Rows:
    """All others, by name."""
    return _page(viewer, head, ~_FLAGGED, after)


def at_random(viewer: Person, head: RequestHead) -> Sequence[Any]:
    """Ten of the others, the same at each look."""
    _may_look(viewer, head)
    query = sa.select(PlanItem.application_id).where(*messages(head.plan_id), ~_FLAGGED)
    ids = db.session.scalars(query.order_by(PlanItem.application_id)).all()
    chosen = random.Random(head.seed).sample(ids, min(AT_RANDOM, len(ids)))  # noqa: S311 - a fair draw
    listed = sa.select(*_LISTED).where(PlanItem.plan_id == head.plan_id, PlanItem.application_id.in_(chosen))
    return db.session.execute(listed.order_by(PlanItem.name, PlanItem.application_id)).all()


def message_of(viewer: Person, head: RequestHead, application_id: int) -> PlanItem:
    """One message as it would leave. Raises NotFound."""
    _may_look(viewer, head)
    query = sa.select(PlanItem).where(*messages(head.plan_id), PlanItem.application_id == application_id)
    item = db.session.scalars(query).one_or_none()
    if item is None:
        raise NotFound("This person gets no message.")
    return item


def _may_look(viewer: Person, head: RequestHead | None = None) -> None:
    """Whoever could have sent these messages may read them while they are asked to; what becomes of a list
    that was sent back is its author's own. Raises NotFound."""
    require(viewer, Verb.MAIL)
    require(viewer, Verb.DECIDE)
    if head is not None and not head.readable:
        raise NotFound("Nobody asks for this list any more.")


def _page(viewer: Person, head: RequestHead, wanted: sa.ColumnElement[bool], after: int | None) -> Rows:
    _may_look(viewer, head)
    here = (*messages(head.plan_id), wanted)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(PlanItem).where(*here)) or 0
    query = sa.select(*_LISTED).where(*here).order_by(PlanItem.name, PlanItem.application_id)
    if after is not None:
        name = sa.select(PlanItem.name).where(
            PlanItem.plan_id == head.plan_id, PlanItem.application_id == after
        )
        last = sa.tuple_(sa.literal(db.session.scalar(name) or ""), sa.literal(after))
        query = query.where(sa.tuple_(PlanItem.name, PlanItem.application_id) > last)
    rows = db.session.execute(query.limit(PAGE + 1)).all()
    return Rows(rows[:PAGE], total, rows[PAGE - 1].application_id if len(rows) > PAGE else None)


def _heads() -> sa.Select[Any]:
    return (
        sa.select(
            ReleaseRequest, Plan.digest, Plan.choices, Plan.job_id, Job.public_title,
            Place.name.label("place"), User.name.label("author"), _Answerer.name.label("answerer"),
            Batch.id.label("batch_id"),
        )
        .join(Plan, Plan.id == ReleaseRequest.plan_id)
        .join(Job, Job.id == Plan.job_id)
        .join(Place, Place.id == Job.place_id)
        .join(User, User.id == ReleaseRequest.author_id)
        .outerjoin(_Answerer, _Answerer.id == ReleaseRequest.answered_by)
        .outerjoin(Batch, Batch.token == Plan.token)
    )  # fmt: skip


def _head(row: Any) -> RequestHead:
    request: ReleaseRequest = row.ReleaseRequest
    status = request.status
    if status is RequestStatus.ASKED:
        if request.plan_digest != row.digest or row.batch_id is not None:
            status = RequestStatus.VOID
        elif request.expires_at <= now():
            status = RequestStatus.EXPIRED
    return RequestHead(
        id=request.id,
        plan_id=request.plan_id,
        job_id=row.job_id,
        job_title=row.public_title,
        place=row.place,
        purpose=Purpose(row.choices["purpose"]),
        author_id=request.author_id,
        author=row.author,
        messages=request.messages,
        asked_at=request.asked_at,
        expires_at=request.expires_at,
        status=status,
        answered_by=row.answerer or "",
        answered_at=request.answered_at,
        because=request.because,
        batch_id=row.batch_id,
        seed=request.seed,
    )
