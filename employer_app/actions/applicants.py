"""Take in one applicant by hand.

Law: a person is known by their address and a name that fits; nobody is in a job twice at once. Where the app
cannot know whether two are one person, it asks, and keeps nothing until somebody has said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.candidates import Details, checked, columns, lock_candidate
from employer_app.actions.same_person import one_at_a_time
from employer_app.domain.address import check_address
from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.person_name import compatible_names, search_key
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import LIVE, JobStatus
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact, record
from employer_app.models import Application, Candidate, Job, Stage


@dataclass(frozen=True)
class Known:
    """Somebody who may be the same person."""

    candidate_id: int
    name: str
    address: str


class MayBeKnown(Refused):
    """Nothing was saved: say whether the applicant is one of `people` or somebody else."""

    def __init__(self, message: str, people: Sequence[Known]) -> None:
        super().__init__(message, "Say whether this is the same person or somebody else.", "who")
        self.people = tuple(people)


class AlreadyThere(Refused):
    """Nothing was saved: this person is in the job already, with `application_id`."""

    def __init__(self, name: str, application_id: int) -> None:
        super().__init__(
            f"{name} is in this job already.", "Open that application instead of a second one.", "address"
        )
        self.application_id = application_id


@dataclass(frozen=True)
class Arrival:
    """How and when the application came in. `received_at` None: just now; `stage_id` None: the first."""

    received_at: datetime | None = None
    ack_expected: bool = True
    source: str = ""
    stage_id: int | None = None


def add_applicant(
    *,
    actor: Person,
    job_id: int,
    details: Details,
    arrival: Arrival,
    same_as: int | None = None,
    somebody_else: bool = False,
) -> int:
    """Returns the id of the new application. A known person keeps the name and address that we have.

    `same_as` (a candidate's id) and `somebody_else` answer a `MayBeKnown`. Raises also AlreadyThere.
    """
    require(actor, Verb.EDIT)
    details = checked(details)
    with transaction() as session:
        job = open_job(session, job_id)
        stage = _stage(session, job, arrival.stage_id)
        received = arrival.received_at or now()
        if received > now():
            raise Refused("This is in the future.", "Give the day on which it came.", "received_on")
        one_at_a_time(
            session, [check_address(details.address).key if details.address else search_key(details.name)]
        )
        candidate = _candidate(session, job, details, same_as, somebody_else)
        row = Application(
            job_id=job.id,
            candidate_id=candidate.id,
            round=next_round(session, job, candidate),
            stage_id=stage.id,
            owner_id=job.owner_id or actor.user_id,
            source=" ".join(arrival.source.replace("\0", "").split())[:200],
            received_at=received,
        )
        session.add(row)
        session.flush()
        facts = {"stage_kind": stage.kind.value, "ack_expected": arrival.ack_expected}
        fact = NewFact(row.id, EventKind.APPLICATION_RECEIVED, facts, occurred_at=received)
        record(session, [fact], actor_id=actor.user_id)
        return row.id


def open_job(session: Session, job_id: int) -> Job:
    """Locked so that it cannot be closed meanwhile; others may add to it at the same time."""
    query = (
        sa.select(Job)
        .where(Job.id == job_id)
        .with_for_update(read=True, of=Job)
        .execution_options(populate_existing=True)
    )
    job = session.scalar(query)
    if job is None:
        raise NotFound("There is no such job.", "It may have been removed.")
    if job.status is not JobStatus.OPEN:
        raise Refused("This job takes no applications now.", "Open the job first.")
    return job


def _stage(session: Session, job: Job, stage_id: int | None) -> Stage:
    query = sa.select(Stage).where(Stage.job_id == job.id).order_by(Stage.position)
    stage = session.scalars(query.where(Stage.id == stage_id) if stage_id else query).first()
    if stage is None:
        raise NotFound("This job has no such stage.", "Choose a stage of the job.", "stage_id")
    return stage


def _candidate(
    session: Session, job: Job, details: Details, same_as: int | None, somebody_else: bool
) -> Candidate:
    if same_as is not None:
        return lock_candidate(session, same_as)
    if not somebody_else:
        if details.address:
            found = _at_address(session, details)
            fitting = [row for row in found if compatible_names(row.name, details.name)]
            if len(fitting) == 1:
                return lock_candidate(session, fitting[0].id)
            if found:
                raise MayBeKnown(f"Somebody with the address {details.address} is known.", _known(found))
        elif found := _namesakes(session, job, details):
            raise MayBeKnown(f"{details.name} may be in this job already.", _known(found))
    candidate = Candidate(**columns(details), created_at=now())
    session.add(candidate)
    session.flush()
    return candidate


def _at_address(session: Session, details: Details) -> Sequence[Candidate]:
    """Also by an address of a record that was merged into theirs."""
    key = check_address(details.address).key
    theirs = sa.select(sa.func.coalesce(Candidate.merged_into_id, Candidate.id)).where(
        sa.or_(Candidate.address_key == key, Candidate.second_address_key == key),
        Candidate.erased_at.is_(None),
    )
    query = (
        sa.select(Candidate)
        .where(Candidate.id.in_(theirs), Candidate.erased_at.is_(None))
        .order_by(Candidate.id)
    )
    return session.scalars(query).all()


def _namesakes(session: Session, job: Job, details: Details) -> Sequence[Candidate]:
    """Without an address only the name is left to go by, and a double click must not make two people."""
    query = (
        sa.select(Candidate)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.job_id == job.id, Candidate.address.is_(None), Candidate.erased_at.is_(None))
        .order_by(Candidate.id)
    )
    key = search_key(details.name)
    return [row for row in session.scalars(query) if search_key(row.name) == key]


def _known(rows: Sequence[Candidate]) -> list[Known]:
    return [Known(row.id, row.name, row.address or "") for row in rows]


def next_round(session: Session, job: Job, candidate: Candidate) -> int:
    query = (
        sa.select(Application.id, Application.round, Application.status)
        .where(Application.job_id == job.id, Application.candidate_id == candidate.id)
        .order_by(Application.round.desc())
    )
    rows = session.execute(query).all()
    for row in rows:
        if row.status in LIVE:
            raise AlreadyThere(candidate.name, row.id)
    return rows[0].round + 1 if rows else 1
