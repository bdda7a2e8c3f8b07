"""Every message of a send list, made from its choices and the records as they are now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.letter_values import Around
from employer_app.actions.plan_items import Item, render
from employer_app.actions.plans.corrected import as_corrected
from employer_app.actions.wording import tuning_of
from employer_app.domain.clock import now
from employer_app.domain.close_out import (
    Choices,
)
from employer_app.domain.duty_profile import reason_mode
from employer_app.domain.errors import NotFound
from employer_app.domain.message import Kind
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Job, Organisation, PlanItem, User
from employer_app.models.plan import PlanAction
from employer_app.queries.preflight import surroundings
from employer_app.queries.recipients import recipients


def digest_of(items: Sequence[Mapping[str, Any]]) -> str:
    ordered = sorted(items, key=lambda item: int(item["application_id"]))
    return hashlib.sha256(json.dumps(ordered, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def stored(session: Session, plan_id: int) -> list[dict[str, Any]]:
    """The items as `_row` made them."""
    columns = [column for column in PlanItem.__table__.c if column.name != "plan_id"]
    rows = session.execute(sa.select(*columns).where(PlanItem.plan_id == plan_id)).mappings()
    return [
        {**row, "action": row["action"].value, "kind": row["kind"].value if row["kind"] else None}
        for row in rows
    ]


def rendered(job_id: int, choices: Choices, actor: Person) -> tuple[list[dict[str, Any]], str]:
    """`job_id` gives its name to the list; the letters are each about the jobs of their readers."""
    rows = as_corrected(recipients(actor, choices.application_ids, choices.purpose), choices)
    jobs = sorted({row.job_id for row in rows}, key=lambda one: (one != job_id, one))
    arounds = {one: around_job(one, actor) for one in jobs}
    items = [_row(item) for item in render(rows, choices, arounds, surroundings(rows))]
    return items, digest_of(items)


def around_job(job_id: int, actor: Person) -> Around:
    job = db.session.get(Job, job_id)
    organisation = db.session.get(Organisation, 1)
    if job is None or organisation is None:
        raise NotFound("There is no such job.")
    place, today = job.place, now().date()
    user = db.session.get(User, actor.user_id) if actor.user_id else None
    titles = db.session.scalars(sa.select(Job.public_title).where(Job.id != job_id)).all()
    return Around(
        role_title=job.public_title,
        company=organisation.name,
        place=place.name,
        timezone=place.timezone,
        send_on=today,
        reason_mode=reason_mode(place.country, place.subdivision, today, met=True),
        sender_name=user.name if user else (job.contact_name or organisation.sender_name),
        sender_title=user.title if user else job.contact_title,
        contact_name=job.contact_name,
        contact_phone=job.contact_phone,
        contact_address=job.contact_address,
        closing_on=job.closing_on,
        decide_by=job.decide_by,
        notice=job.notice,
        tells_score=job.tells_score,
        tells_reserve=job.tells_reserve,
        retention_months=organisation.retention_months,
        reply_address=organisation.reply_to or organisation.sender_address,
        signature=organisation.signature,
        tuning=tuning_of(organisation.wording),
        other_titles=tuple(title for title in titles if title != job.public_title),
    )


def _row(item: Item) -> dict[str, Any]:
    return {
        "application_id": item.row.application_id,
        "candidate_id": item.row.candidate_id,
        "group": item.audience.value,
        "action": item.action.value,
        "skip_reason": item.skip_reason,
        "remedy": item.remedy,
        "lead_id": item.lead_id,
        "warnings": [finding.to_json() for finding in item.findings],
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


def store(session: Session, plan_id: int, items: Sequence[dict[str, Any]]) -> None:
    rows = [
        {**item, "plan_id": plan_id, "action": PlanAction(item["action"]), "kind": Kind(item["kind"])}
        for item in items
    ]
    if rows:
        session.execute(sa.insert(PlanItem), rows)
