"""One application as its page shows it: who, where, what is owed, what was decided, what else they want."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from employer_app.domain.business_time import Calendar
from employer_app.domain.disposition import disposition
from employer_app.domain.duty import ClockName, Reason
from employer_app.domain.errors import NotFound
from employer_app.domain.explain import Reckoned
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.stage import StageKind
from employer_app.domain.status import JobStatus, Status
from employer_app.extensions import db
from employer_app.ledger.history import calendar_of
from employer_app.models import (
    Application,
    Candidate,
    Decision,
    Event,
    Job,
    Message,
    MessageApplication,
    OwedAnswer,
    Place,
    Stage,
    User,
)
from employer_app.queries.choices import Choice, stages_of
from employer_app.queries.moves import Moves, moves_of
from employer_app.queries.recipients import confirmed_in_writing, told_by_phone_at


@dataclass(frozen=True)
class Debt:
    reason: Reason
    clock: ClockName | None
    source_event_id: int
    since: datetime
    opens_at: datetime
    target_at: datetime
    breach_at: datetime
    #: when the fact that opened it happened; `since` may be later (a closing date)
    happened_at: datetime | None

    @property
    def reckoned(self) -> Reckoned:
        return Reckoned(self.reason, self.clock, self.since, self.target_at, self.breach_at, self.happened_at)


@dataclass(frozen=True)
class StandingDecision:
    label: str
    status: Status
    by: str
    made_at: datetime


@dataclass(frozen=True)
class Other:
    """Another application of the same person."""

    id: int
    job: str
    stage: str
    status: Status
    waiting: bool


@dataclass(frozen=True)
class ApplicationPage:
    id: int
    version: int
    round: int
    status: Status
    depth: StageKind
    received_at: datetime
    source: str
    last_contact_at: datetime | None
    decided_at: datetime | None
    told_at: datetime | None
    told_how: str | None
    waived: bool
    stage_id: int
    stage: str
    #: named on the application itself; None leaves it to the owner of the job
    own_owner_id: int | None
    #: who owes the answer, by either way
    owner_id: int | None
    owner: str
    job_id: int
    job: str
    job_status: JobStatus
    place: str
    timezone: str
    calendar: Calendar
    person: PersonFacts
    stages: Sequence[Choice]
    owed: Sequence[Debt]
    decision: StandingDecision | None
    others: Sequence[Other]
    #: messages that can still be stopped or are just leaving
    underway: int
    #: they were told by phone, and no mail has put that in writing
    may_confirm: bool
    #: to another job and from one, and whether it is open again
    moves: Moves


@dataclass(frozen=True)
class PersonFacts:
    id: int
    version: int
    name: str
    call_name: str
    address: str
    second_address: str
    phone: str
    language: str
    country: str
    do_not_mail: bool
    erased: bool

    @property
    def greeting(self) -> str:
        return self.call_name or self.name


def application_page(viewer: Person, application_id: int) -> ApplicationPage:
    """Raises NotFound, also for an application that this person may not see."""
    require(viewer, Verb.READ)
    query = (
        sa.select(Application, Candidate, Job, Place, Stage, User.id, User.name)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Job, Job.id == Application.job_id)
        .join(Place, Place.id == Job.place_id)
        .join(Stage, Stage.id == Application.stage_id)
        .outerjoin(User, User.id == sa.func.coalesce(Application.owner_id, Job.owner_id))
        .where(Application.id == application_id)
    )
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound("There is no such application.", "It may have been removed.")
    row, person, job, place, stage, owner_id, owner = found
    return ApplicationPage(
        id=row.id,
        version=row.version,
        round=row.round,
        status=row.status,
        depth=row.depth,
        received_at=row.received_at,
        source=row.source,
        last_contact_at=row.last_contact_at,
        decided_at=row.decided_at,
        told_at=row.told_at,
        told_how=row.told_how,
        waived=row.waived,
        stage_id=stage.id,
        stage=stage.name,
        own_owner_id=row.owner_id,
        owner_id=owner_id,
        owner=owner or "",
        job_id=job.id,
        job=job.title,
        job_status=job.status,
        place=place.name,
        timezone=place.timezone,
        calendar=calendar_of(place),
        person=person_facts(person),
        stages=stages_of(job.id),
        owed=_owed(row.id),
        decision=_decision(row.id) if row.decided_at else None,
        others=_others(person.id, row.id),
        underway=_underway(row.id),
        may_confirm=told_by_phone_at(row) is not None and not confirmed_in_writing([row.id]),
        moves=moves_of(row),
    )


def person_facts(row: Candidate) -> PersonFacts:
    return PersonFacts(
        id=row.id,
        version=row.version,
        name=row.name,
        call_name=row.call_name,
        address=row.address or "",
        second_address=row.second_address or "",
        phone=row.phone,
        language=row.language,
        country=row.country,
        do_not_mail=row.do_not_mail,
        erased=row.erased_at is not None,
    )


def _owed(application_id: int) -> list[Debt]:
    query = (
        sa.select(OwedAnswer, Event.occurred_at)
        .outerjoin(Event, Event.id == OwedAnswer.source_event_id)
        .where(OwedAnswer.application_id == application_id)
        .order_by(OwedAnswer.rank, OwedAnswer.target_at, OwedAnswer.source_event_id)
    )
    return [
        Debt(
            row.reason,
            row.clock,
            row.source_event_id,
            row.since,
            row.opens_at,
            row.target_at,
            row.breach_at,
            happened_at,
        )
        for row, happened_at in db.session.execute(query)
    ]


def _decision(application_id: int) -> StandingDecision | None:
    query = (
        sa.select(Decision.disposition, Decision.status, Decision.made_at, User.name)
        .outerjoin(User, User.id == Decision.decided_by)
        .where(Decision.application_id == application_id, Decision.undone_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    return StandingDecision(disposition(row.disposition).label, row.status, row.name or "", row.made_at)


def _others(candidate_id: int, application_id: int) -> list[Other]:
    owed = sa.exists().where(OwedAnswer.application_id == Application.id)
    query = (
        sa.select(
            Application.id,
            Job.title,
            Stage.name.label("stage"),
            Application.status,
            owed.label("waiting"),
        )
        .join(Job, Job.id == Application.job_id)
        .join(Stage, Stage.id == Application.stage_id)
        .where(Application.candidate_id == candidate_id, Application.id != application_id)
        .order_by(Application.received_at.desc(), Application.id.desc())
    )
    return [
        Other(row.id, row.title, row.stage, row.status, bool(row.waiting))
        for row in db.session.execute(query)
    ]


def _underway(application_id: int) -> int:
    underway = (MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.HANDING_OVER)
    query = (
        sa.select(sa.func.count())
        .select_from(MessageApplication)
        .join(Message, Message.id == MessageApplication.message_id)
        .where(MessageApplication.application_id == application_id, Message.status.in_(underway))
    )
    return db.session.scalar(query) or 0
