"""Confirm a send list. Deciding and queueing are one transaction; telling comes later, by mail.

Nothing is rendered here: the texts are those of the stored plan. Two confirms of one plan are one batch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from employer_app.actions.decisions import decision_facts, reason_of
from employer_app.actions.leaving import due_at
from employer_app.actions.plans import own_plan
from employer_app.actions.stood_for import note_says_no
from employer_app.domain import business_time
from employer_app.domain.audience import Audience
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices
from employer_app.domain.errors import Changed, Refused
from employer_app.domain.message import Kind, Purpose
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import LIVE
from employer_app.extensions import db, setting, transaction
from employer_app.ledger.history import calendar_of
from employer_app.ledger.record import SLICE, NewFact, lock, record
from employer_app.models import (
    Application,
    Batch,
    Candidate,
    Job,
    Organisation,
    Plan,
    PlanItem,
)
from employer_app.models.application import wanted
from employer_app.models.plan import PlanAction
from employer_app.outbox.enqueue import About, NewMessage, Sender, enqueue


def needs_typed_count(purpose: Purpose, messages: int) -> bool:
    """Above so many decisions a person types the number."""
    return purpose is Purpose.DECISION and messages > setting("TYPED_COUNT_FROM")


def confirm(*, plan_id: int, digest: str, actor: Person, typed_count: int | None = None) -> int:
    """Decide and queue everything in the plan; returns the batch. Confirming again returns the same batch.

    Raises Refused (expired, nothing to send, wrong count) or Changed (somebody moved since the review); then
    nothing is kept and nothing leaves.
    """
    require(actor, Verb.MAIL)
    plan = own_plan(plan_id, actor)
    if done := batch_of(plan.token):
        return done
    choices = Choices.from_json(plan.choices)
    if choices.purpose is Purpose.DECISION:
        require(actor, Verb.DECIDE)
    token = plan.token
    try:
        with transaction() as session:
            return _confirm(session, plan_id, digest, choices, actor, typed_count)
    except IntegrityError:
        if done := batch_of(token):
            return done
        raise Changed(
            "Somebody else has just written to one of these people.", "Look at the list again."
        ) from None


def batch_of(token: str) -> int | None:
    """The batch that a plan became."""
    return db.session.scalar(sa.select(Batch.id).where(Batch.token == token))


def _confirm(
    session: Session, plan_id: int, digest: str, choices: Choices, actor: Person, typed_count: int | None
) -> int:
    # Locked: nobody swaps the items between this look at the digest and the look at them.
    plan = session.scalars(sa.select(Plan).where(Plan.id == plan_id).with_for_update()).one()
    if done := batch_of(plan.token):
        return done  # the other press of a double click, which waited here for the first
    job = session.scalars(sa.select(Job).where(Job.id == plan.job_id).with_for_update(read=True)).one()
    people, chosen = _chosen(session, plan_id)
    moment = now()
    _check(plan, digest, choices, len(chosen), typed_count, moment)
    _lock_unchanged(session, chosen, choices.purpose)
    batch = Batch(
        token=plan.token,
        plan_id=plan.id,
        plan_digest=plan.digest,
        job_id=plan.job_id,
        confirmed_by=actor.user_id,
        confirmed_at=moment,
        due_at=due_at(moment, choices.purpose, len(chosen), job),
        chosen=people,
        messages=len(chosen),
        skipped=people - len(chosen),
    )
    session.add(batch)
    session.flush()
    note_says_no(session, batch.id, choices, {row.group for row in chosen}, actor)
    confirmed = _Confirmed(batch, choices, job, sender(session), actor)
    for start in range(0, len(chosen), SLICE):
        _queue(session, confirmed, [row.application_id for row in chosen[start : start + SLICE]])
    return batch.id


@dataclass(frozen=True)
class _Confirmed:
    """What all people of a list have in common."""

    batch: Batch
    choices: Choices
    job: Job
    sender: Sender
    actor: Person


def _chosen(session: Session, plan_id: int) -> tuple[int, Sequence[Any]]:
    """How many people the list holds, and without their texts those who get a message, by application."""
    of_plan = PlanItem.plan_id == plan_id
    people = session.scalar(sa.select(sa.func.count()).select_from(PlanItem).where(of_plan)) or 0
    light = sa.select(
        PlanItem.application_id,
        PlanItem.application_version,
        PlanItem.candidate_id,
        PlanItem.candidate_version,
        PlanItem.name,
        PlanItem.group,
    ).where(of_plan, PlanItem.action == PlanAction.MESSAGE)
    return people, session.execute(light.order_by(PlanItem.application_id)).all()


def _queue(session: Session, confirmed: _Confirmed, application_ids: Sequence[int]) -> None:
    """Decide and queue a part of the list. All of it is locked; in parts, so that memory stays flat."""
    batch, choices, actor = confirmed.batch, confirmed.choices, confirmed.actor
    of_part = PlanItem.plan_id == batch.plan_id, PlanItem.application_id.in_(application_ids)
    # nobody looks at the preview any more
    query = sa.select(PlanItem).options(defer(PlanItem.preview)).where(*of_part)
    items = session.scalars(query.order_by(PlanItem.application_id)).all()
    applications = {row.id: row for row in lock(session, application_ids)}
    facts = []
    if choices.purpose is Purpose.DECISION:
        facts += _decide(session, items, applications, batch.id, actor, batch.confirmed_at)
    facts += enqueue(
        session,
        [_message(item, applications[item.application_id], choices, confirmed.job) for item in items],
        sender=confirmed.sender,
        due_at=batch.due_at,
        author_id=actor.user_id,
        batch_id=batch.id,
    )
    record(session, facts, actor_id=actor.user_id)
    for row in (*items, *applications.values()):
        session.expunge(row)


def _check(
    plan: Plan,
    digest: str,
    choices: Choices,
    chosen: int,
    typed_count: int | None,
    moment: datetime,
) -> None:
    if plan.digest != digest:
        raise Changed("This send list was changed after you looked at it.", "Look at it again.")
    if plan.expires_at < moment:
        raise Refused("This send list is older than a day.", "Refresh it and look at it again.")
    if not chosen:
        raise Refused("There is no message in this send list.", "Every person in it was skipped.")
    if needs_typed_count(choices.purpose, chosen) and typed_count != chosen:
        raise Refused(
            f"Please type {chosen} to confirm that many messages.", "Nothing was sent.", "typed_count"
        )


def _lock_unchanged(session: Session, chosen: Sequence[Any], purpose: Purpose) -> None:
    """Lock candidates, then applications; raise Changed when one is not as it was reviewed."""
    people = sa.select(Candidate.id, Candidate.version, wanted(Candidate.id).label("wanted"))
    candidates = _locked(session, people, [row.candidate_id for row in chosen])
    standing = sa.select(Application.id, Application.version, Application.told_at)
    applications = _locked(session, standing, [row.application_id for row in chosen])

    def is_changed(item: Any) -> bool:
        candidate, row = candidates.get(item.candidate_id), applications.get(item.application_id)
        if candidate is None or row is None:
            return True
        reviewed = (item.candidate_version, item.application_version)
        needs_no_answer = purpose is Purpose.DECISION and (row.told_at is not None or candidate.wanted)
        return (candidate.version, row.version) != reviewed or needs_no_answer

    changed = [item.name for item in chosen if is_changed(item)]
    if changed:
        names = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
        raise Changed(f"Changed since you looked: {names}.", "Nothing was sent. Look at the list again.")


def _locked(session: Session, query: Any, ids: Sequence[int]) -> Mapping[int, Any]:
    """The rows by id, the first column of the query, locked in its order."""
    column = query.selected_columns[0]
    ascending, found = sorted(set(ids)), dict[int, Any]()
    for start in range(0, len(ascending), SLICE):
        part = query.where(column.in_(ascending[start : start + SLICE])).order_by(column)
        found |= {row.id: row for row in session.execute(part.with_for_update(key_share=True))}
    return found


def _decide(
    session: Session,
    chosen: Sequence[PlanItem],
    applications: Mapping[int, Application],
    batch_id: int,
    actor: Person,
    moment: datetime,
) -> list[NewFact]:
    undecided: defaultdict[str, list[Application]] = defaultdict(list)
    for item in chosen:
        application = applications[item.application_id]
        # one cycle on where an earlier message failed; a list of another window finds the cycle taken
        if item.cycle > application.cycle:
            application.cycle = item.cycle
        if application.status in LIVE:
            undecided[item.disposition].append(application)
    facts: list[NewFact] = []
    for code, rows in undecided.items():
        facts += decision_facts(
            session, rows, reason_of(code), actor_id=actor.user_id, batch_id=batch_id, made_at=moment
        )
    return facts


def _message(item: PlanItem, application: Application, choices: Choices, job: Job) -> NewMessage:
    expires_at = None
    if item.promise_on:
        expires_at = business_time.end_of_day(calendar_of(job.place), date.fromisoformat(item.promise_on))
    return NewMessage(
        candidate_id=item.candidate_id,
        candidate_version=item.candidate_version,
        name=item.name,
        address=item.address,
        kind=item.kind or Kind.HOLDING_NOTE,
        purpose=choices.purpose,
        letter=choices.groups[Audience.parse(item.group)].letter,
        subject=item.subject,
        text=item.text,
        html=item.html,
        about=(About(application.id, application.version, item.cycle, job.status.value),),
        promise_on=item.promise_on,
        expires_at=expires_at,
        corrects=choices.corrects.get(application.id),
    )


def sender(session: Session) -> Sender:
    """Who the mail is from. Raises Refused when nobody has set it."""
    organisation = session.get_one(Organisation, 1)
    if not organisation.sender_address:
        raise Refused(
            "No sender address is set, so no message can be prepared.", "Set it in Settings, Organisation."
        )
    return Sender(
        organisation.sender_name or organisation.name,
        organisation.sender_address,
        organisation.reply_to or organisation.sender_address,
    )
