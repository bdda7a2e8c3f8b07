"""Create a job, change it, open, close, reopen and finish it.

Law: the row of the job is locked first, its applications after it. What the clocks of its people read (the
closing date, the place, whether it is closed) changes in one transaction with all their deadlines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.job_fields import JobFields, checked
from employer_app.actions.stages import rows_of
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.event import EventKind, job_subject
from employer_app.domain.role import Person, Role, Verb, require
from employer_app.domain.stage import DEFAULT_STAGES, StagePlan
from employer_app.domain.status import JobStatus, job_may_move
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact, lock, refold
from employer_app.ledger.subject import record_on, record_on_each
from employer_app.models import Application, Job, OwedAnswer, Place, RoleRow, User

#: the clocks of a job's people read these
_CLOCKS_READ = frozenset({"closing_on", "place_id"})


class StillOwed(Refused):
    """The job cannot be finished: `people` in it are owed an answer."""

    def __init__(self, people: int) -> None:
        who = "1 person in it is" if people == 1 else f"{people} people in it are"
        super().__init__(
            f"This job cannot be finished yet: {who} owed an answer.",
            "Close them out, or say for each of them why no answer is needed.",
        )
        self.people = people


def create_job(
    *,
    actor: Person,
    fields: JobFields,
    stages: Sequence[StagePlan] = DEFAULT_STAGES,
    draft: bool = False,
    demo: bool = False,
) -> int:
    """Returns the id of the new job, open unless `draft`. Raises Refused, naming the field."""
    require(actor, Verb.EDIT)
    with transaction() as session:
        return insert_job(session, actor=actor, fields=fields, stages=stages, draft=draft, demo=demo).id


def insert_job(
    session: Session,
    *,
    actor: Person,
    fields: JobFields,
    stages: Sequence[StagePlan] = DEFAULT_STAGES,
    draft: bool = False,
    demo: bool = False,
) -> Job:
    """`create_job` inside the transaction of a verb that needs a job."""
    return insert_jobs(session, [(fields, stages)], actor=actor, draft=draft, demo=demo)[0]


def insert_jobs(
    session: Session,
    jobs: Sequence[tuple[JobFields, Sequence[StagePlan]]],
    *,
    actor: Person,
    draft: bool = False,
    demo: bool = False,
) -> list[Job]:
    """`insert_job` for all that an import needs, in a few statements."""
    require(actor, Verb.EDIT)
    if any(fields.acknowledges for fields, _ in jobs):
        require(actor, Verb.MAIL)
    for place_id, owner_id in {(fields.place_id, fields.owner_id): None for fields, _ in jobs}:
        _check_rows(session, place_id, owner_id)
    status = JobStatus.DRAFT if draft else JobStatus.OPEN
    about = {"status": status, "demo": demo, "created_at": now(), "event_seq": 0, "last_hash": ""}
    rows = [Job(**checked(fields), **about, stages=rows_of(stages)) for fields, stages in jobs]
    session.add_all(rows)
    session.flush()
    record_on_each(
        session,
        [(job_subject(row.id), row, _status_fact(row, now())) for row in rows],
        actor_id=actor.user_id,
    )
    return rows


def edit_job(*, actor: Person, job_id: int, fields: JobFields, version: int) -> None:
    """Change what is different. `version` is the job's as it was looked at; raises Changed if it moved on."""
    require(actor, Verb.EDIT)
    values = checked(fields)
    with transaction() as session:
        job = lock_job(session, job_id, version)
        before = {name: getattr(job, name) for name in values if getattr(job, name) != values[name]}
        if not before:
            return
        if "acknowledges" in before and fields.acknowledges:
            require(actor, Verb.MAIL)
        if before.keys() & {"place_id", "owner_id"}:
            owner_id = fields.owner_id if "owner_id" in before else None
            _check_rows(session, fields.place_id, owner_id)
        for name in before:
            setattr(job, name, values[name])
        job.version += 1
        after = {name: values[name] for name in before}
        payload = {"before": _plain(before), "after": _plain(after)}
        note_edit(session, job, actor, sorted(before), payload)
        if before.keys() & _CLOCKS_READ:
            refold(session, applications_of(session, job.id))


def open_job(*, actor: Person, job_id: int, version: int) -> None:
    """From a draft: from now on people can be added to it."""
    _change_status(actor, job_id, version, JobStatus.DRAFT, JobStatus.OPEN)


def close_job(*, actor: Person, job_id: int, version: int) -> None:
    """It takes no more applications, and everybody who is still in it is owed a final answer from now on."""
    _change_status(actor, job_id, version, JobStatus.OPEN, JobStatus.CLOSED)


def reopen_job(*, actor: Person, job_id: int, version: int) -> None:
    """One step back: a finished job is closed again, a closed one takes applications again."""
    require(actor, Verb.EDIT)
    with transaction() as session:
        job = lock_job(session, job_id, version)
        if job.status not in {JobStatus.CLOSED, JobStatus.FINISHED}:
            raise Refused("This job is not closed.", "Look at how it stands now.")
        back = JobStatus.OPEN if job.status is JobStatus.CLOSED else JobStatus.CLOSED
        _move(session, job, back, actor)


def finish_job(*, actor: Person, job_id: int, version: int) -> None:
    """The job is done: closed, and nobody in it is owed an answer. Raises StillOwed while somebody is."""
    require(actor, Verb.EDIT)
    with transaction() as session:
        job = lock_job(session, job_id, version)
        if job.status is not JobStatus.CLOSED:
            raise Refused("Only a closed job can be finished.", "Close it first.")
        # Locked, so that no bounce or undo opens a debt between the count and the commit.
        lock(session, applications_of(session, job.id))
        owed = sa.select(sa.func.count(sa.distinct(OwedAnswer.application_id)))
        if people := session.scalar(owed.where(OwedAnswer.job_id == job.id)):
            raise StillOwed(people)
        _move(session, job, JobStatus.FINISHED, actor)


def lock_job(session: Session, job_id: int, version: int | None = None) -> Job:
    """The row, locked. Raises NotFound, or Changed when it is not as it was looked at."""
    # Not against mere references: whoever writes an owed answer holds an application already, and would wait
    # for us here while we wait for them.
    job = session.get(Job, job_id, with_for_update={"key_share": True}, populate_existing=True)
    if job is None:
        raise NotFound("There is no such job.", "It may have been removed.")
    if version is not None and job.version != version:
        raise Changed(
            "This job was changed while you were looking.", "Nothing was saved. Look at it as it is now."
        )
    return job


def note_edit(
    session: Session, job: Job, actor: Person, fields: Sequence[str], payload: dict[str, Any]
) -> None:
    """Record on the job's chain what was changed, by whom. The caller holds the row's lock."""
    fact = NewFact(0, EventKind.JOB_EDITED, {"fields": list(fields)}, payload)
    record_on(session, job_subject(job.id), job, fact, actor_id=actor.user_id)


def applications_of(session: Session, job_id: int) -> list[int]:
    """All ids in the job, ascending. The caller holds the job's lock, so none is added meanwhile."""
    query = sa.select(Application.id).where(Application.job_id == job_id).order_by(Application.id)
    return list(session.scalars(query))


def _change_status(actor: Person, job_id: int, version: int, old: JobStatus, new: JobStatus) -> None:
    require(actor, Verb.EDIT)
    with transaction() as session:
        job = lock_job(session, job_id, version)
        if job.status is not old:
            raise Refused("This job cannot change like that now.", "Look at how it stands.")
        _move(session, job, new, actor)


def _move(session: Session, job: Job, new: JobStatus, actor: Person) -> None:
    """Compare-and-set has happened under the lock; here the move is made and everybody counted anew."""
    old = job.status
    if not job_may_move(old, new):
        raise Refused("This job cannot change like that now.", "Look at how it stands.")
    job.status = new
    job.version += 1
    moment, event_id = _record_status(session, job, actor)
    if new is JobStatus.CLOSED and old is JobStatus.OPEN:
        job.closed_at, job.closed_event_id = moment, event_id
    elif new is JobStatus.OPEN:
        job.closed_at = job.closed_event_id = None
    refold(session, applications_of(session, job.id))


def _record_status(session: Session, job: Job, actor: Person) -> tuple[datetime, int]:
    moment = now()
    fact = _status_fact(job, moment)
    return moment, record_on(session, job_subject(job.id), job, fact, actor_id=actor.user_id)


def _status_fact(job: Job, moment: datetime) -> NewFact:
    return NewFact(0, EventKind.JOB_STATUS_CHANGED, {"status": job.status.value}, {}, moment)


def _check_rows(session: Session, place_id: int, owner_id: int | None) -> None:
    if session.get(Place, place_id) is None:
        raise Refused("There is no such place.", "Choose one of the list.", "place_id")
    if owner_id is None:
        return
    team = (
        sa.select(User.id)
        .where(User.id == owner_id, User.active)
        .where(User.roles.any(RoleRow.name.in_([role.value for role in Role])))
    )
    if session.scalar(team) is None:
        raise Refused("This person is not on the team.", "Choose somebody who can sign in.", "owner_id")


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
