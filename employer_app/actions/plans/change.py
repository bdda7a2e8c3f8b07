"""Change a send list before it is confirmed; after that it never changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.plans.render import digest_of, rendered, store, stored
from employer_app.domain.clock import now
from employer_app.domain.close_out import (
    Choices,
)
from employer_app.domain.disposition import disposition
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.message import Purpose, purpose_of
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import Status
from employer_app.extensions import db, setting, transaction
from employer_app.models import Batch, Plan, PlanItem

NOT_THERE = "There is no such send list."


def change(*, plan_id: int, choices: Choices, actor: Person, digest: str | None = None) -> None:
    """Render the plan anew with other choices; it is good for another day.

    `digest` is of the list that was looked at. Raises TemplateProblem for a text that cannot be read, Refused
    for one that does not fit or a list that was confirmed, Changed when it is no longer the one looked at.
    """
    require(actor, Verb.MAIL)
    job_id = own_plan(plan_id, actor).job_id
    _check_texts(choices)
    items, new_digest = rendered(job_id, choices, actor)
    with transaction() as session:
        _lock_open(session, plan_id, digest)
        session.execute(sa.delete(PlanItem).where(PlanItem.plan_id == plan_id))
        _keep(session, plan_id, choices, new_digest)
        store(session, plan_id, items)


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
    items, _ = rendered(plan.job_id, choices, actor)
    person = next(item["candidate_id"] for item in items if item["application_id"] == application_id)
    new = [item for item in items if item["candidate_id"] == person]  # one message may speak of several
    with transaction() as session:
        _lock_open(session, plan_id, None)
        theirs = PlanItem.application_id.in_([item["application_id"] for item in new])
        session.execute(sa.delete(PlanItem).where(PlanItem.plan_id == plan_id, theirs))
        store(session, plan_id, new)
        _keep(session, plan_id, choices, digest_of(stored(session, plan_id)))


def own_plan(plan_id: int, actor: Person) -> Plan:
    """Raises NotFound, the same for a plan that is not there and for one that is somebody else's."""
    plan = db.session.get(Plan, plan_id)
    if plan is None or plan.author_id != actor.user_id:
        raise NotFound(NOT_THERE)
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
    for audience, text in choices.groups.items():
        decides = choices.purpose is Purpose.DECISION
        purpose = purpose_of(text.kind, paused=text.paused, confirms=text.confirms)
        if (purpose is Purpose.DECISION) is not decides:
            raise Refused(
                "This text is not for this step.", "Choose one from the list.", f"{audience}-starter"
            )
        if text.confirms and len(choices.application_ids) > 1:
            raise Refused("This text is for one person.", "Choose one from the list.", f"{audience}-starter")
        if decides and not _rejects(text.disposition):
            raise Refused(
                "This is not a reason to say no.", "Choose one from the list.", f"{audience}-reason"
            )


def _rejects(code: str) -> bool:
    try:
        reason = disposition(code)
    except KeyError:
        return False
    return reason.status is Status.REJECTED and reason.sends_message
