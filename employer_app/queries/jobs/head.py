"""What stands above the people of a job: its facts, the strip of stages, and what we owe in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from employer_app.domain.business_time import Calendar
from employer_app.domain.clock import now
from employer_app.domain.duty_profile import ReasonMode, reason_mode
from employer_app.domain.errors import NotFound
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE, JobStatus
from employer_app.extensions import db
from employer_app.ledger.history import calendar_of
from employer_app.models import Application, Job, OwedAnswer, Place, Stage, User
from employer_app.queries.jobs.filters import Owed, Standing, aged, last_word, standing, untold


@dataclass(frozen=True)
class StageCount:
    """`live` people stand there; half of them have waited at least `median_days` for a word from us."""

    id: int
    name: str
    kind: StageKind
    counts_as_interview: bool
    live: int
    median_days: int | None
    #: also those who ended there: such a stage cannot be removed
    ever: int


@dataclass(frozen=True)
class JobHead:
    """`people` is the sum of `standings`, and of live people over the stages and the rest."""

    id: int
    version: int
    title: str
    public_title: str
    status: JobStatus
    place: str
    timezone: str
    closing_on: date | None
    decide_by: date | None
    rolling: bool
    openings: int
    also_in: str
    contact_name: str
    owner_id: int | None
    owner: str
    demo: bool
    closed_at: datetime | None
    stages: Sequence[StageCount]
    standings: Mapping[Standing, int]
    #: whether letters may say why, at this place
    gives_reasons: bool
    first_received_at: datetime | None
    last_received_at: datetime | None
    #: people with any debt, with one that shows by now, and with one that is late
    owed: int
    waiting: int
    late: int
    due_at: datetime | None
    #: people who are owed a final answer: what a close-out would reach
    to_tell: int
    calendar: Calendar

    @property
    def people(self) -> int:
        return sum(self.standings.values())

    @property
    def live(self) -> int:
        return self.standings[Standing.ACTIVE] + self.standings[Standing.ON_HOLD]


@dataclass(frozen=True)
class JobForm:
    """The job as its form shows it."""

    id: int
    version: int
    values: Mapping[str, Any]


def job_head(viewer: Person, job_id: int) -> JobHead:
    """Raises NotFound, also for a job that this person may not see."""
    require(viewer, Verb.READ)
    query = (
        sa.select(Job, Place, User.name)
        .join(Place, Place.id == Job.place_id)
        .outerjoin(User, User.id == Job.owner_id)
        .where(Job.id == job_id)
    )
    found = db.session.execute(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound("There is no such job.", "It may have been removed.")
    job, place, owner = found
    standings, first, last = _standings(job_id)
    owed, waiting, late, due_at, to_tell = _owed(job_id)
    return JobHead(
        id=job.id,
        version=job.version,
        title=job.title,
        public_title=job.public_title,
        status=job.status,
        place=place.name,
        timezone=place.timezone,
        closing_on=job.closing_on,
        decide_by=job.decide_by,
        rolling=job.rolling,
        openings=job.openings,
        also_in=job.also_in,
        contact_name=job.contact_name,
        owner_id=job.owner_id,
        owner=owner or "",
        demo=job.demo,
        closed_at=job.closed_at,
        stages=_stages(job_id),
        standings=standings,
        first_received_at=first,
        last_received_at=last,
        owed=owed,
        waiting=waiting,
        late=late,
        due_at=due_at,
        to_tell=to_tell,
        calendar=calendar_of(place),
        gives_reasons=_mode(place) is not ReasonMode.NONE,
    )


def _mode(place: Place) -> ReasonMode:
    return reason_mode(place.country, place.subdivision, now().date(), met=True)


def job_form(viewer: Person, job_id: int) -> JobForm:
    """Raises NotFound."""
    require(viewer, Verb.EDIT)
    job = db.session.get(Job, job_id, populate_existing=True)
    if job is None:
        raise NotFound("There is no such job.", "It may have been removed.")
    names = (
        "title",
        "public_title",
        "place_id",
        "closing_on",
        "decide_by",
        "rolling",
        "openings",
        "also_in",
        "contact_name",
        "contact_title",
        "contact_address",
        "contact_phone",
        "language",
        "tone",
        "informal",
        "notice",
        "tells_score",
        "tells_reserve",
        "owner_id",
        "acknowledges",
    )
    return JobForm(job.id, job.version, {name: getattr(job, name) for name in names})


def _stages(job_id: int) -> list[StageCount]:
    """The median by hand, for SQLite has none: the middle row, or the mean of the middle two."""
    live = Application.status.in_(LIVE)
    numbered = (
        sa.select(
            Application.stage_id,
            last_word().label("since"),
            sa.func.row_number()
            .over(partition_by=Application.stage_id, order_by=last_word())
            .label("number"),
            sa.func.count().over(partition_by=Application.stage_id).label("size"),
        )
        .where(Application.job_id == job_id, live)
        .subquery()
    )
    middle = (2 * numbered.c.number).between(numbered.c.size, numbered.c.size + 2)
    waits: dict[int, list[datetime]] = {}
    sizes: dict[int, int] = {}
    for row in db.session.execute(sa.select(numbered).where(middle)):
        waits.setdefault(row.stage_id, []).append(row.since)
        sizes[row.stage_id] = row.size
    ever = (
        sa.select(sa.func.count()).where(Application.stage_id == Stage.id).correlate(Stage).scalar_subquery()
    )
    query = sa.select(Stage, ever).where(Stage.job_id == job_id).order_by(Stage.position)
    return [
        StageCount(
            stage.id,
            stage.name,
            stage.kind,
            stage.counts_as_interview,
            sizes.get(stage.id, 0),
            _mean_days(waits[stage.id]) if stage.id in waits else None,
            count,
        )
        for stage, count in db.session.execute(query.execution_options(populate_existing=True))
    ]


def _mean_days(moments: Sequence[datetime]) -> int:
    seconds = sum((now() - moment).total_seconds() for moment in moments) / len(moments)
    return int(seconds // 86400)


def _standings(job_id: int) -> tuple[Mapping[Standing, int], datetime | None, datetime | None]:
    each = (
        sa.select(standing().label("standing"), Application.received_at)
        .where(Application.job_id == job_id)
        .subquery()
    )
    query = sa.select(
        each.c.standing, sa.func.count(), sa.func.min(each.c.received_at), sa.func.max(each.c.received_at)
    ).group_by(each.c.standing)
    rows = db.session.execute(query).all()
    counts = {Standing(row[0]): row[1] for row in rows}
    first = min((row[2] for row in rows), default=None)
    last = max((row[3] for row in rows), default=None)
    return {one: counts.get(one, 0) for one in Standing}, first, last


def _owed(job_id: int) -> tuple[int, int, int, datetime | None, int]:
    people, waiting, late = (
        sa.func.count(sa.distinct(sa.case((sa.and_(sa.true(), *aged(age)), OwedAnswer.application_id))))
        for age in (Owed.ANY, Owed.WAITING, Owed.LATE)
    )
    to_tell = sa.func.count(
        sa.distinct(sa.case((sa.or_(Application.status.in_(LIVE), untold()), OwedAnswer.application_id)))
    )
    query = (
        sa.select(people, waiting, late, sa.func.min(OwedAnswer.target_at), to_tell)
        .join(Application, Application.id == OwedAnswer.application_id)
        .where(OwedAnswer.job_id == job_id)
    )
    row = db.session.execute(query).one()
    return row[0], row[1], row[2], row[3], row[4]
