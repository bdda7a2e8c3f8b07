"""Prepare a send list: choose, render, look, change. Nothing here decides, mails or changes an application.

A plan is stored whole, so that what is confirmed is byte for byte what was looked at, and going back loses
nothing. It belongs to whoever made it, for its letters carry that name; once confirmed it never changes.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.plan_items import Around, Item, render
from employer_app.domain import business_time
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause, Choices, close_out_choices, update_choices
from employer_app.domain.disposition import disposition
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.message import Kind, Purpose, states_no
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import Status
from employer_app.extensions import db, setting, transaction
from employer_app.ledger.history import calendar_of
from employer_app.models import Application, Batch, Job, Organisation, Plan, PlanItem, User
from employer_app.models.plan import PlanAction
from employer_app.queries.recipients import recipients, still_owed

#: the date a holding note offers first, in business days
NEXT_WORD_IN = 5
_SLICE = 500
_NOT_THERE = "There is no such send list."


def start_close_out(*, job_id: int, cause: Cause, actor: Person, application_ids: Sequence[int] = ()) -> int:
    """A plan of a final answer to these people, or to everybody in the job who is still owed one."""
    require(actor, Verb.DECIDE)
    ids = tuple(sorted(set(application_ids))) or tuple(still_owed(actor, job_id))
    return _start(job_id, close_out_choices(ids, cause), actor)


def start_update(
    *, job_id: int, actor: Person, application_ids: Sequence[int] = (), next_update_by: date | None = None
) -> int:
    """A plan of a holding note: no decision yet, and the date of the next word."""
    require(actor, Verb.MAIL)
    ids = tuple(sorted(set(application_ids))) or tuple(still_owed(actor, job_id))
    return _start(job_id, update_choices(ids, next_update_by or usual_date(job_id)), actor)


def start_like(*, plan_id: int, application_ids: Sequence[int], actor: Person) -> int:
    """A new plan for these people with the texts and lines of an earlier one, whoever made that."""
    require(actor, Verb.MAIL)
    plan = db.session.get(Plan, plan_id)
    if plan is None:
        raise NotFound(_NOT_THERE)
    choices = Choices.from_json(plan.choices)
    if choices.purpose is Purpose.DECISION:
        require(actor, Verb.DECIDE)
    elif choices.next_update_by and choices.next_update_by < now().date():
        choices = replace(choices, next_update_by=usual_date(plan.job_id))
    ids = tuple(sorted(set(application_ids)))
    return _start(plan.job_id, replace(choices, application_ids=ids, left_out=frozenset()), actor)


def usual_date(job_id: int) -> date:
    """The date that a holding note offers first. Raises NotFound."""
    job = db.session.get(Job, job_id)
    if job is None:
        raise NotFound("There is no such job.")
    due = business_time.add_business_days(calendar_of(job.place), now(), NEXT_WORD_IN)
    return due.date()


def _start(job_id: int, choices: Choices, actor: Person) -> int:
    if db.session.get(Job, job_id) is None:
        raise NotFound("There is no such job.")
    if not choices.application_ids:
        raise Refused("Nobody in this job is waiting for an answer.", "There is nothing to send.")
    _refuse_strangers(job_id, choices.application_ids)
    created_at = now()
    items, digest = _render(job_id, choices, actor)
    with transaction() as session:
        plan = Plan(
            token=secrets.token_urlsafe(24),
            job_id=job_id,
            author_id=actor.user_id,
            created_at=created_at,
            expires_at=created_at + timedelta(hours=setting("PLAN_HOURS")),
            choices=choices.to_json(),
            digest=digest,
        )
        session.add(plan)
        session.flush()
        _store(session, plan.id, items)
        return plan.id


def _refuse_strangers(job_id: int, application_ids: Collection[int]) -> None:
    """One id of another job, or of nobody, refuses the whole request: it was not made on our page."""
    ids, known = sorted(application_ids), 0
    for start in range(0, len(ids), _SLICE):
        query = sa.select(sa.func.count()).where(
            Application.job_id == job_id, Application.id.in_(ids[start : start + _SLICE])
        )
        known += db.session.scalar(query.select_from(Application)) or 0
    if known != len(ids):
        raise NotFound("One of these people is not in this job.", "Nothing was done. Choose them again.")


def change(*, plan_id: int, choices: Choices, actor: Person, digest: str | None = None) -> None:
    """Render the plan anew with other choices; it is good for another day.

    `digest` is of the list that was looked at. Raises TemplateProblem for a text that cannot be read, Refused
    for one that does not fit or a list that was confirmed, Changed when it is no longer the one looked at.
    """
    require(actor, Verb.MAIL)
    job_id = own_plan(plan_id, actor).job_id
    _check_texts(choices)
    items, new_digest = _render(job_id, choices, actor)
    with transaction() as session:
        _lock_open(session, plan_id, digest)
        session.execute(sa.delete(PlanItem).where(PlanItem.plan_id == plan_id))
        _keep(session, plan_id, choices, new_digest)
        _store(session, plan_id, items)


def refresh(*, plan_id: int, actor: Person) -> None:
    """Render it anew from the records as they are now, with the same choices."""
    plan = own_plan(plan_id, actor)
    change(plan_id=plan_id, choices=Choices.from_json(plan.choices), actor=actor)


def leave_out(*, plan_id: int, application_id: int, actor: Person, out: bool = True) -> None:
    """Leave one person out, or take them back. All other messages stay as they were looked at."""
    require(actor, Verb.MAIL)
    plan = own_plan(plan_id, actor)
    choices = Choices.from_json(plan.choices)
    if application_id not in choices.application_ids:
        raise NotFound("This person is not in the send list.")
    one = frozenset({application_id})
    choices = replace(choices, left_out=choices.left_out | one if out else choices.left_out - one)
    rendered, _ = _render(plan.job_id, choices, actor)
    new = [item for item in rendered if item["application_id"] == application_id]
    with transaction() as session:
        _lock_open(session, plan_id, None)
        this = sa.and_(PlanItem.plan_id == plan_id, PlanItem.application_id == application_id)
        session.execute(sa.delete(PlanItem).where(this))
        _store(session, plan_id, new)
        _keep(session, plan_id, choices, _digest(_stored(session, plan_id)))


def own_plan(plan_id: int, actor: Person) -> Plan:
    """Raises NotFound, the same for a plan that is not there and for one that is somebody else's."""
    plan = db.session.get(Plan, plan_id)
    if plan is None or plan.author_id != actor.user_id:
        raise NotFound(_NOT_THERE)
    return plan


def _lock_open(session: Session, plan_id: int, digest: str | None) -> None:
    plan = session.scalars(
        sa.select(Plan).where(Plan.id == plan_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if session.scalar(sa.select(Batch.id).where(Batch.token == plan.token)):
        raise Refused("This send list was confirmed.", "Nothing was changed in it.")
    if digest is not None and plan.digest != digest:
        raise Changed(
            "This send list was changed in another window since you opened it.",
            "Your text is still here. Save again to put it in place of the other.",
        )


def _keep(session: Session, plan_id: int, choices: Choices, digest: str) -> None:
    expires_at = now() + timedelta(hours=setting("PLAN_HOURS"))
    session.execute(
        sa.update(Plan)
        .where(Plan.id == plan_id)
        .values(choices=choices.to_json(), digest=digest, expires_at=expires_at)
    )


def _check_texts(choices: Choices) -> None:
    for group, text in choices.groups.items():
        decides = choices.purpose is Purpose.DECISION
        if states_no(text.kind, paused=text.paused) is not decides:
            raise Refused("This text is not for this step.", "Choose one from the list.", f"{group}-starter")
        if decides and not _rejects(text.disposition):
            raise Refused("This is not a reason to say no.", "Choose one from the list.", f"{group}-reason")


def _rejects(code: str) -> bool:
    try:
        reason = disposition(code)
    except KeyError:
        return False
    return reason.status is Status.REJECTED and reason.sends_message


def _digest(items: Sequence[Mapping[str, Any]]) -> str:
    ordered = sorted(items, key=lambda item: int(item["application_id"]))
    return hashlib.sha256(json.dumps(ordered, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _stored(session: Session, plan_id: int) -> list[dict[str, Any]]:
    """The items as `_row` made them."""
    columns = [column for column in PlanItem.__table__.c if column.name != "plan_id"]
    rows = session.execute(sa.select(*columns).where(PlanItem.plan_id == plan_id)).mappings()
    return [
        {**row, "action": row["action"].value, "kind": row["kind"].value if row["kind"] else None}
        for row in rows
    ]


def _render(job_id: int, choices: Choices, actor: Person) -> tuple[list[dict[str, Any]], str]:
    rows = recipients(actor, choices.application_ids, choices.purpose)
    items = [_row(item) for item in render(rows, choices, around_job(job_id, actor))]
    return items, _digest(items)


def around_job(job_id: int, actor: Person) -> Around:
    job = db.session.get(Job, job_id)
    organisation = db.session.get(Organisation, 1)
    if job is None or organisation is None:
        raise NotFound("There is no such job.")
    user = db.session.get(User, actor.user_id) if actor.user_id else None
    titles = db.session.scalars(sa.select(Job.public_title).where(Job.id != job_id)).all()
    return Around(
        role_title=job.public_title,
        company=organisation.name,
        place=job.place.name,
        timezone=job.place.timezone,
        send_on=now().date(),
        sender_name=user.name if user else (job.contact_name or organisation.sender_name),
        sender_title=user.title if user else job.contact_title,
        contact_name=job.contact_name,
        contact_phone=job.contact_phone,
        closing_on=job.closing_on,
        retention_months=organisation.retention_months,
        signature=organisation.signature,
        other_titles=tuple(title for title in titles if title != job.public_title),
    )


def _row(item: Item) -> dict[str, Any]:
    return {
        "application_id": item.row.application_id,
        "candidate_id": item.row.candidate_id,
        "group": item.group.value,
        "action": item.action.value,
        "skip_reason": item.skip_reason,
        "remedy": item.remedy,
        "warnings": item.warnings,
        "kind": item.text.kind.value if item.text else None,
        "disposition": item.text.disposition if item.text else "",
        "name": item.row.name,
        "address": item.row.address or "",
        "language": item.row.language,
        "subject": item.subject,
        "text": item.body,
        "html": item.html,
        "preview": item.preview,
        "personal_line": item.line,
        "promise_on": item.promise_on,
        "application_version": item.row.version,
        "candidate_version": item.row.candidate_version,
        "cycle": item.cycle,
    }


def _store(session: Session, plan_id: int, items: Sequence[dict[str, Any]]) -> None:
    rows = [
        {**item, "plan_id": plan_id, "action": PlanAction(item["action"]), "kind": Kind(item["kind"])}
        for item in items
    ]
    if rows:
        session.execute(sa.insert(PlanItem), rows)
