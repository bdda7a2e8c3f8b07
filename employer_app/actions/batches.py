"""Confirm a send list, and undo it. Deciding and queueing are one transaction; telling comes later, by mail.

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
from sqlalchemy.orm import Session, aliased

from employer_app.actions.decisions import MAY_HAVE_ARRIVED, decision_facts, reason_of
from employer_app.actions.leaving import due_at
from employer_app.actions.plans import own_plan
from employer_app.actions.stood_for import note_says_no
from employer_app.domain import business_time
from employer_app.domain.audience import Audience
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.message import Kind, Purpose
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import LIVE
from employer_app.extensions import db, setting, transaction
from employer_app.ledger.history import calendar_of
from employer_app.ledger.record import NewFact, lock, record
from employer_app.models import (
    Application,
    Batch,
    Candidate,
    Decision,
    Job,
    Message,
    MessageApplication,
    Organisation,
    Plan,
    PlanItem,
)
from employer_app.models.plan import PlanAction
from employer_app.outbox.cancel import cancel
from employer_app.outbox.enqueue import About, NewMessage, Sender, enqueue


@dataclass(frozen=True)
class Undone:
    """`stopped` messages never leave; `too_late` ones had been handed over."""

    stopped: int
    too_late: int


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
    items = session.scalars(
        sa.select(PlanItem).where(PlanItem.plan_id == plan_id).order_by(PlanItem.application_id)
    ).all()
    chosen = [item for item in items if item.action is PlanAction.MESSAGE]
    moment = now()
    _check(plan, digest, choices, chosen, typed_count, moment)
    applications = _lock_unchanged(session, chosen, choices.purpose)
    batch = Batch(
        token=plan.token,
        plan_id=plan.id,
        plan_digest=plan.digest,
        job_id=plan.job_id,
        confirmed_by=actor.user_id,
        confirmed_at=moment,
        due_at=due_at(moment, choices.purpose, len(chosen), job),
        chosen=len(items),
        messages=len(chosen),
        skipped=len(items) - len(chosen),
    )
    session.add(batch)
    session.flush()
    facts = []
    if choices.purpose is Purpose.DECISION:
        facts += _decide(session, chosen, applications, batch.id, actor, moment)
    note_says_no(session, batch.id, choices, {item.group for item in chosen}, actor)
    facts += enqueue(
        session,
        [_message(item, applications[item.application_id], choices, job) for item in chosen],
        sender=sender(session),
        due_at=batch.due_at,
        author_id=actor.user_id,
        batch_id=batch.id,
    )
    record(session, facts, actor_id=actor.user_id)
    return batch.id


def _check(
    plan: Plan,
    digest: str,
    choices: Choices,
    chosen: Sequence[PlanItem],
    typed_count: int | None,
    moment: datetime,
) -> None:
    if plan.digest != digest:
        raise Changed("This send list was changed after you looked at it.", "Look at it again.")
    if plan.expires_at < moment:
        raise Refused("This send list is older than a day.", "Refresh it and look at it again.")
    if not chosen:
        raise Refused("There is no message in this send list.", "Every person in it was skipped.")
    if needs_typed_count(choices.purpose, len(chosen)) and typed_count != len(chosen):
        raise Refused(
            f"Please type {len(chosen)} to confirm that many messages.", "Nothing was sent.", "typed_count"
        )


def _lock_unchanged(session: Session, chosen: Sequence[PlanItem], purpose: Purpose) -> dict[int, Application]:
    """Lock candidates, then applications; raise Changed when one is not as it was reviewed."""
    wanted = sorted({item.candidate_id for item in chosen})
    candidates = {
        row.id: row.version
        for row in session.execute(
            sa.select(Candidate.id, Candidate.version)
            .where(Candidate.id.in_(wanted))
            .order_by(Candidate.id)
            .with_for_update(key_share=True)
        )
    }
    applications = {row.id: row for row in lock(session, [item.application_id for item in chosen])}
    changed = [
        item.name
        for item in chosen
        if candidates.get(item.candidate_id) != item.candidate_version
        or applications[item.application_id].version != item.application_version
        or (purpose is Purpose.DECISION and applications[item.application_id].told_at)
    ]
    if changed:
        people = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
        raise Changed(f"Changed since you looked: {people}.", "Nothing was sent. Look at the list again.")
    return applications


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
        application.cycle = max(application.cycle, item.cycle)
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


def undo(*, batch_id: int, actor: Person, message_ids: Sequence[int] = ()) -> Undone:
    """Stop what has not left: all of it, or only these messages. Stage, status and debts are as before, and
    the history keeps both. What has been handed over cannot be undone."""
    require(actor, Verb.MAIL)
    with transaction() as session:
        if session.get(Batch, batch_id) is None:
            raise NotFound("There is no such send list.")
        query = sa.select(Message.id).where(Message.batch_id == batch_id)
        if message_ids:
            query = query.where(Message.id.in_(message_ids))
        ids = session.scalars(query.order_by(Message.id)).all()
        if message_ids and len(ids) != len(set(message_ids)):
            raise NotFound("One of these messages is not in this send list.", "Nothing was stopped.")
        links = session.execute(
            sa.select(MessageApplication.application_id, MessageApplication.message_id).where(
                MessageApplication.message_id.in_(ids)
            )
        ).all()
        applications = {row.id: row for row in lock(session, sorted({row.application_id for row in links}))}
        stopped, facts = cancel(session, ids)
        freed = {row.application_id for row in links if row.message_id in set(stopped)}
        facts += _undecide(session, batch_id, freed, applications)
        record(session, facts, actor_id=actor.user_id)
        gone = sa.select(sa.func.count()).where(Message.id.in_(ids), Message.status.in_(MAY_HAVE_ARRIVED))
        return Undone(len(stopped), session.scalar(gone) or 0)


def _undecide(
    session: Session, batch_id: int, freed: set[int], applications: Mapping[int, Application]
) -> list[NewFact]:
    """Take back what this list decided, where that still stands: a later word of somebody's wins."""
    decisions = session.scalars(
        sa.select(Decision).where(Decision.batch_id == batch_id, Decision.undone_at.is_(None))
    ).all()
    later = aliased(Decision)
    overtaken = set(
        session.scalars(
            sa.select(Decision.id)
            .join(later, sa.and_(later.application_id == Decision.application_id, later.id > Decision.id))
            .where(Decision.batch_id == batch_id, later.undone_at.is_(None))
        )
    )
    facts = []
    for decision in decisions:
        if decision.application_id not in freed or decision.id in overtaken:
            continue
        application = applications[decision.application_id]
        if application.decided_at is None:
            continue  # reopened since
        decision.undone_at = now()
        application.version += 1
        application.cycle += 1
        undone: dict[str, Any] = {"decision_id": decision.id, "status": decision.previous_status}
        facts.append(NewFact(application.id, EventKind.DECISION_UNDONE, undone))
    return facts
