"""The demo: a sample job to try everything on, and its removal without a trace.

Demo rows carry a mark. Removing them is the only deletion of events there is, and it takes whole subjects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.job_fields import JobFields
from employer_app.actions.jobs import create_job
from employer_app.actions.settings import ensure_organisation
from employer_app.actions.users import create_user, edit_own_account
from employer_app.domain.errors import Refused
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person, Role, Verb, require
from employer_app.domain.sample import SampleJob, sample_job
from employer_app.extensions import transaction
from employer_app.ledger.removal import remove_applications, remove_jobs
from employer_app.models import (
    ApplicantList,
    Application,
    Batch,
    Candidate,
    CandidateMerge,
    ImportSource,
    Job,
    Message,
    Organisation,
    Place,
)

_SLICE = 500


@dataclass(frozen=True)
class Seeded:
    """The job, and the person who works on it."""

    job_id: int
    recruiter: Person


def seed(*, today: date, actor: Person) -> Seeded:
    """Make the organisation of the sample, its place, its recruiter and its job, on an empty database.

    Safe mode is off: the only mail server that the demo knows takes every message and delivers none.
    """
    require(actor, Verb.ADMINISTER)
    sample = sample_job(today)
    ensure_organisation(
        name=sample.company, country=sample.country, timezone=sample.timezone, place=sample.place
    )
    place_id = _employer(sample)
    recruiter = _recruiter(sample, actor)
    fields = JobFields(
        title=sample.title,
        public_title=sample.public_title,
        place_id=place_id,
        closing_on=sample.closes_on,
        decide_by=sample.decide_by,
        contact_name=sample.contact_name,
        contact_title=sample.contact_title,
        contact_address=sample.contact_email,
        contact_phone=sample.contact_phone,
        owner_id=recruiter.user_id,
    )
    return Seeded(create_job(actor=recruiter, fields=fields, demo=True), recruiter)


def _employer(sample: SampleJob) -> int:
    with transaction() as session:
        organisation = session.get_one(Organisation, 1)
        organisation.sender_name = f"{sample.contact_name}, {sample.company}"
        organisation.sender_address = organisation.reply_to = sample.contact_email
        organisation.retention_months = 6
        organisation.safe_mode = False
        return session.scalars(sa.select(Place.id)).one()


def _recruiter(sample: SampleJob, actor: Person) -> Person:
    name, role = sample.contact_name, Role.ADMINISTRATOR
    user_id = create_user(actor=actor, email=sample.contact_email, name=name, role=role)
    recruiter = Person(user_id, name, frozenset({role}))
    edit_own_account(actor=recruiter, name=name, title=sample.contact_title, phone=sample.contact_phone)
    return recruiter


def remove(*, actor: Person) -> int:
    """Delete the demo jobs, their people and all that was recorded of them; returns how many applications."""
    require(actor, Verb.ADMINISTER)
    with transaction() as session:
        jobs = session.scalars(sa.select(Job.id).where(Job.demo).order_by(Job.id).with_for_update()).all()
        applications = session.scalars(
            sa.select(Application.id).where(Application.job_id.in_(jobs)).order_by(Application.id)
        ).all()
        _refuse_while_leaving(session, jobs)
        for start in range(0, len(applications), _SLICE):
            remove_applications(session, applications[start : start + _SLICE])
        remove_jobs(session, jobs)
        _remove_people(session)
        _forget_sources(session)
    return len(applications)


def _forget_sources(session: Session) -> None:
    """Systems that nothing came from any more."""
    unused = [
        ~sa.exists().where(table.source_id == ImportSource.id) for table in (ApplicantList, Application, Job)
    ]
    session.execute(sa.delete(ImportSource).where(*unused).execution_options(synchronize_session=False))


def _refuse_while_leaving(session: Session, jobs: Sequence[int]) -> None:
    in_hand = sa.select(sa.func.count()).select_from(Message).join(Batch, Message.batch_id == Batch.id)
    hand_over = (MessageStatus.CLAIMED, MessageStatus.HANDING_OVER)
    if session.scalar(in_hand.where(Batch.job_id.in_(jobs), Message.status.in_(hand_over))):
        raise Refused("Messages of the demo are leaving at this moment.", "Try again in a minute.")


def _remove_people(session: Session) -> None:
    """Those whom no application holds, with what says which of them are one person."""
    used = sa.select(Application.candidate_id)
    gone = sa.select(Candidate.id).where(Candidate.demo, Candidate.id.not_in(used))
    session.execute(
        sa.delete(CandidateMerge).where(
            sa.or_(CandidateMerge.kept_id.in_(gone), CandidateMerge.merged_id.in_(gone))
        )
    )
    session.execute(sa.delete(Candidate).where(Candidate.id.in_(gone)))
