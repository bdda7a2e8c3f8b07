"""A job for trials, in a database that holds nothing else: its people are invented and none can be reached.

What is made is demo data, so removing the demo removes it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.imports.judging import read
from employer_app.actions.imports.lists import keep_look
from employer_app.actions.imports.look import look_at
from employer_app.actions.job_fields import JobFields
from employer_app.actions.jobs import create_job
from employer_app.actions.settings import ensure_organisation
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.errors import Refused
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.sample import SampleJob, sample_job
from employer_app.domain.trial import trial_list
from employer_app.extensions import setting, transaction
from employer_app.models import Candidate, Job, Organisation, Place

_TITLE = "Deck Officer"


@dataclass(frozen=True)
class Trial:
    job_id: int
    title: str
    people: int


def seed(*, people: int, today: date, actor: Person) -> Trial:
    """Make a job with so many people, each owed an answer; again makes another job with others.

    Raises Refused on a database that holds anything real.
    """
    require(actor, Verb.ADMINISTER)
    sample = sample_job(today)
    ensure_organisation(
        name=sample.company, country=sample.country, timezone=sample.timezone, place=sample.place
    )
    with transaction() as session:
        place_id, number = _employer(session, sample)
    title = _TITLE if number == 1 else f"{_TITLE} {number}"
    fields = JobFields(
        title=title,
        place_id=place_id,
        closing_on=today - timedelta(days=4),
        contact_name=sample.contact_name,
        contact_title=sample.contact_title,
        contact_address=sample.contact_email,
    )
    job_id = create_job(actor=actor, fields=fields, demo=True)
    sheet = read(trial_list(people, today=today, job=number), f"trial{number}.csv")
    found = look_at(sheet, ListChoices(job_id=job_id, late_at_home=True), actor=actor)
    return Trial(job_id, title, keep_look(found, actor=actor, good_only=False).created)


def _employer(session: Session, sample: SampleJob) -> tuple[int, int]:
    """The place of the job, and which job of this kind it is."""
    organisation = session.get_one(Organisation, 1, with_for_update=True)
    real = [sa.select(table.id).where(~table.demo).limit(1) for table in (Job, Candidate)]
    if organisation.name not in {"", sample.company} or any(map(session.scalar, real)):
        raise Refused(
            "This database holds more than a demo, so nothing was added to it.",
            "Name an empty one in EMPLOYER_DATABASE_URL, or another folder in EMPLOYER_INSTANCE.",
        )
    organisation.name = sample.company
    organisation.sender_name = f"{sample.contact_name}, {sample.company}"
    organisation.sender_address = organisation.reply_to = sample.contact_email
    organisation.safe_mode = setting("SAFE_MODE") is not False
    jobs = session.scalar(sa.select(sa.func.count()).select_from(Job)) or 0
    return session.scalars(sa.select(Place.id).order_by(Place.id)).first() or 0, jobs + 1
