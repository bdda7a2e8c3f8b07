"""The only deletion of events there is, and it takes whole subjects: the demo, and an import or a move to
another job that is undone.

Call inside `transaction()`, with the jobs and applications locked, and only for people whom nothing reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.event import application_subject, job_subject
from employer_app.models import (
    ApplicantList,
    Application,
    Batch,
    Decision,
    Delivery,
    Event,
    EventPayload,
    ImportItem,
    ImportSource,
    Job,
    ManagerAsk,
    ManagerAskItem,
    Message,
    MessageApplication,
    MessageTemplate,
    OwedAnswer,
    Plan,
    PlanItem,
    Stage,
)


def remove_applications(session: Session, ids: Sequence[int]) -> None:
    """With everything that was recorded of them, their messages included."""
    linked = sa.select(MessageApplication.message_id).where(MessageApplication.application_id.in_(ids))
    messages = session.scalars(linked.distinct()).all()
    for statement in (
        sa.delete(Delivery).where(Delivery.message_id.in_(messages)),
        sa.delete(MessageApplication).where(MessageApplication.message_id.in_(messages)),
        sa.delete(Message).where(Message.id.in_(messages)),
        sa.delete(PlanItem).where(PlanItem.application_id.in_(ids)),
        sa.delete(ManagerAskItem).where(ManagerAskItem.application_id.in_(ids)),
        sa.delete(ImportItem).where(ImportItem.application_id.in_(ids)),
        sa.delete(Decision).where(Decision.application_id.in_(ids)),
        sa.delete(OwedAnswer).where(OwedAnswer.application_id.in_(ids)),
        sa.update(Application).where(Application.moved_to_id.in_(ids)).values(moved_to_id=None),
        sa.update(Application).where(Application.moved_from_id.in_(ids)).values(moved_from_id=None),
    ):
        session.execute(statement)
    _remove_events(session, [application_subject(row) for row in ids])
    session.execute(sa.delete(Application).where(Application.id.in_(ids)))


def remove_jobs(session: Session, jobs: Sequence[int]) -> None:
    """Jobs that nobody is in any more. A letter that was for one of them alone is offered no more."""
    retired_at = sa.func.coalesce(MessageTemplate.retired_at, now())
    letters = sa.update(MessageTemplate).where(MessageTemplate.job_id.in_(jobs))
    session.execute(letters.values(job_id=None, retired_at=retired_at))
    plans = sa.select(Plan.id).where(Plan.job_id.in_(jobs))
    for statement in (
        sa.delete(Batch).where(Batch.job_id.in_(jobs)),
        sa.delete(ManagerAsk).where(ManagerAsk.job_id.in_(jobs)),
        sa.delete(PlanItem).where(PlanItem.plan_id.in_(plans)),
        sa.delete(Plan).where(Plan.job_id.in_(jobs)),
        sa.delete(ApplicantList).where(ApplicantList.job_id.in_(jobs)),
        sa.delete(Stage).where(Stage.job_id.in_(jobs)),
    ):
        session.execute(statement)
    _remove_events(session, [job_subject(row) for row in jobs])
    _forget(session, set(jobs))
    session.execute(sa.delete(Job).where(Job.id.in_(jobs)))


def remove_empty_jobs(session: Session, jobs: Sequence[int]) -> None:
    """Of `jobs`, those that an import made, that are as it made them, and empty now."""
    untouched = (
        sa.select(Job.id)
        .where(Job.id.in_(jobs), Job.version == 1, Job.source_id.is_not(None), Job.event_seq == 1)
        .where(~sa.exists().where(Application.job_id == Job.id))
        .where(~sa.exists().where(Plan.job_id == Job.id))
    )
    ids = list(session.scalars(untouched))
    session.execute(sa.update(ApplicantList).where(ApplicantList.job_id.in_(ids)).values(job_id=None))
    remove_jobs(session, ids)


def _forget(session: Session, jobs: set[int]) -> None:
    """No list may be led into a job that is gone, still less into one that gets its number later."""
    for source in session.scalars(sa.select(ImportSource).with_for_update()):
        source.remembered = _without(source.remembered, jobs)
    for row in session.scalars(sa.select(ApplicantList).where(ApplicantList.imported_at.is_(None))):
        row.mapping = _without(row.mapping, jobs)


def _without(said: Mapping[str, Any], jobs: set[int]) -> dict[str, Any]:
    left = {key: one for key, one in said.get("jobs", {}).items() if one.get("job_id") not in jobs}
    job_id = said.get("job_id")
    own = {"job_id": None if job_id in jobs else job_id} if "job_id" in said else {}
    return {**said, **own, **({"jobs": left} if "jobs" in said else {})}


def _remove_events(session: Session, subjects: list[str]) -> None:
    events = sa.select(Event.id).where(Event.subject.in_(subjects))
    session.execute(sa.delete(EventPayload).where(EventPayload.event_id.in_(events)))
    session.execute(sa.delete(Event).where(Event.subject.in_(subjects)))
