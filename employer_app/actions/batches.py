"""Confirm a send list. Deciding and queueing are one transaction; telling comes later, by mail.

Nothing is rendered here: the texts are those of the stored plan. Two confirms of one plan are one batch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from employer_app.actions.confirming import check, chosen_of, lock_unchanged, locked_plan, one_at_a_time
from employer_app.actions.decisions import decision_facts, reason_of
from employer_app.actions.leaving import due_at, within_hours
from employer_app.actions.pilot import first_few, last_message
from employer_app.actions.plans import own_plan
from employer_app.actions.settings import locked_organisation
from employer_app.actions.stood_for import note_says_no, note_terms
from employer_app.actions.terms import terms_of
from employer_app.domain import business_time
from employer_app.domain.audience import Audience
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices
from employer_app.domain.errors import Changed, NeedsRelease, Refused
from employer_app.domain.message import Kind, Purpose
from employer_app.domain.release import PILOT_WAIT, Released
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import LIVE
from employer_app.extensions import db, transaction
from employer_app.ledger.history import calendar_of
from employer_app.ledger.record import SLICE, NewFact, lock, record
from employer_app.models import Application, Batch, Job, Organisation, PlanItem
from employer_app.outbox.enqueue import About, NewMessage, Sender, enqueue


def confirm(*, plan_id: int, digest: str, actor: Person, typed_count: int | None = None) -> int:
    """Decide and queue everything in the plan; returns the batch. Confirming again returns the same batch.

    Raises Refused (expired, nothing to send, wrong count), NeedsRelease (only with a second person's word) or
    Changed (somebody moved since the review); then nothing is kept and nothing leaves.
    """
    require(actor, Verb.MAIL)
    plan = own_plan(plan_id, actor)
    if done := batch_of(plan.token):
        return done
    choices = Choices.from_json(plan.choices)
    if choices.purpose is Purpose.DECISION:
        require(actor, Verb.DECIDE)
    review = Review(plan_id, digest, choices, typed_count)
    with once(plan.token) as found, transaction() as session:
        found.append(confirm_in(session, review, actor))
    return found[0]


@contextmanager
def once(token: str) -> Iterator[list[int]]:
    """Around the transaction that makes a batch of this token: gives the batch, also where another press or
    another approver was faster. Raises Changed where somebody wrote to one of the people meanwhile."""
    found: list[int] = []
    try:
        yield found
    except IntegrityError:
        if done := batch_of(token):
            found.append(done)
        else:
            raise Changed(
                "Somebody else has just written to one of these people.", "Look at the list again."
            ) from None


def batch_of(token: str) -> int | None:
    """The batch that a plan became."""
    return db.session.scalar(sa.select(Batch.id).where(Batch.token == token))


@dataclass(frozen=True)
class Review:
    """What somebody looked at and stands for."""

    plan_id: int
    digest: str
    choices: Choices
    typed_count: int | None


def confirm_in(session: Session, review: Review, actor: Person, *, released_by: int | None = None) -> int:
    """The same inside `transaction()`; `released_by` is the second person, whose word it then has."""
    choices = review.choices
    if choices.purpose is Purpose.DECISION:
        one_at_a_time(session, actor.user_id)
    plan = locked_plan(session, review.plan_id)
    if done := batch_of(plan.token):
        return done  # the other press of a double click, which waited here for the first
    people, chosen = chosen_of(session, plan.id)
    moment = now()
    check(plan, review.digest, choices, len(chosen), review.typed_count, moment)
    terms = terms_of(session, choices.purpose, len(chosen), actor)
    if released_by is not None:
        terms = replace(terms, released=Released.SECOND_PERSON)
    elif terms.released is Released.SECOND_PERSON:
        raise NeedsRelease("A second person releases a list like this one.", "Ask for it; nothing was sent.")
    to_note = terms.released is not Released.NOT_NEEDED or terms.waived
    organisation = locked_organisation(session) if to_note else None
    job = session.scalars(sa.select(Job).where(Job.id == plan.job_id).with_for_update(read=True)).one()
    lock_unchanged(session, chosen, choices.purpose)
    batch = Batch(
        token=plan.token,
        plan_id=plan.id,
        plan_digest=plan.digest,
        job_id=plan.job_id,
        confirmed_by=actor.user_id,
        confirmed_at=moment,
        due_at=due_at(moment, choices.purpose, len(chosen), job, slow=terms.slow),
        chosen=people,
        messages=len(chosen),
        skipped=people - len(chosen),
        released=terms.released,
        released_by=released_by,
    )
    session.add(batch)
    session.flush()
    note_says_no(session, batch.id, choices, {row.group for row in chosen}, actor)
    if organisation:
        note_terms(session, organisation, batch, terms, actor)
    _queue_all(session, _Confirmed(batch, choices, job, sender(session), actor), chosen, terms.pilot)
    return batch.id


@dataclass(frozen=True)
class _Confirmed:
    """What all people of a list have in common."""

    batch: Batch
    choices: Choices
    job: Job
    sender: Sender
    actor: Person


def _queue_all(session: Session, confirmed: _Confirmed, chosen: Sequence[Any], pilot: int) -> None:
    """Those of the pilot before all others, so that the ids of messages say which they are."""
    batch, first = confirmed.batch, first_few(chosen, pilot)
    due = batch.due_at
    if first:
        _queue(session, confirmed, sorted(first), due)
        batch.pilot_last_id = last_message(session, batch.id)
        due = within_hours(due + PILOT_WAIT, confirmed.choices.purpose, confirmed.job)
    ids = [row.application_id for row in chosen if row.application_id not in first]
    for start in range(0, len(ids), SLICE):
        _queue(session, confirmed, ids[start : start + SLICE], due)


def _queue(session: Session, confirmed: _Confirmed, application_ids: Sequence[int], due: datetime) -> None:
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
        due_at=due,
        author_id=actor.user_id,
        batch_id=batch.id,
    )
    record(session, facts, actor_id=actor.user_id)
    for row in (*items, *applications.values()):
        session.expunge(row)


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
