"""Confirm a send list. Deciding and queueing are one transaction; telling comes later, by mail.

Nothing is rendered here: the texts are those of the stored plan. Two confirms of one plan are one batch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from employer_app.actions.batch_messages import Timing, messages_of, sender
from employer_app.actions.confirming import (
    check,
    chosen_of,
    lock_unchanged,
    locked_plan,
    messages_in,
    one_at_a_time,
)
from employer_app.actions.decisions import decision_facts, reason_of
from employer_app.actions.leaving import wishes_of
from employer_app.actions.pilot import first_few, last_message
from employer_app.actions.plans import own_plan
from employer_app.actions.settings import locked_organisation
from employer_app.actions.stood_for import note_says_no, note_terms
from employer_app.actions.terms import Terms, terms_of
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices
from employer_app.domain.errors import Changed, NeedsRelease
from employer_app.domain.message import Purpose
from employer_app.domain.release import PILOT_WAIT, Released
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.send_time import Wishes
from employer_app.domain.status import LIVE
from employer_app.extensions import db, transaction
from employer_app.ledger.record import SLICE, NewFact, lock, record
from employer_app.models import Application, Batch, Job, Message, Plan, PlanItem
from employer_app.outbox.enqueue import Sender, enqueue


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
    moment, messages = now(), messages_in(chosen)
    check(plan, review.digest, choices, messages, review.typed_count, moment)
    terms = terms_of(session, choices.purpose, messages, actor)
    if released_by is not None:
        terms = replace(terms, released=Released.SECOND_PERSON)
    elif terms.released is Released.SECOND_PERSON:
        raise NeedsRelease("A second person releases a list like this one.", "Ask for it; nothing was sent.")
    to_note = terms.released is not Released.NOT_NEEDED or terms.waived
    organisation = locked_organisation(session) if to_note else None
    jobs = _lock_jobs(session, plan)
    lock_unchanged(session, chosen, choices.purpose)
    batch = Batch(
        token=plan.token,
        plan_id=plan.id,
        plan_digest=plan.digest,
        job_id=plan.job_id,
        confirmed_by=actor.user_id,
        confirmed_at=moment,
        due_at=moment,  # until its messages have theirs
        chosen=people,
        messages=messages,
        joined=len(chosen) - messages,
        skipped=people - len(chosen),
        released=terms.released,
        released_by=released_by,
    )
    session.add(batch)
    session.flush()
    note_says_no(session, batch.id, choices, {row.group for row in chosen}, actor)
    if organisation:
        note_terms(session, organisation, batch, terms, actor)
    _queue_all(session, _Confirmed(batch, choices, jobs, sender(session), actor, terms), chosen)
    first = sa.select(sa.func.min(Message.due_at)).where(Message.batch_id == batch.id)
    batch.due_at = session.execute(first).scalar_one()
    return batch.id


def _lock_jobs(session: Session, plan: Plan) -> Mapping[int, Job]:
    """All whose people are on the list, by id."""
    of_list = (
        sa.select(Application.job_id)
        .join(PlanItem, PlanItem.application_id == Application.id)
        .where(PlanItem.plan_id == plan.id)
    )
    query = sa.select(Job).where(sa.or_(Job.id == plan.job_id, Job.id.in_(of_list))).order_by(Job.id)
    return {job.id: job for job in session.scalars(query.with_for_update(read=True))}


def _together(chosen: Sequence[Any]) -> Iterator[list[int]]:
    """The applications in parts of about `SLICE`; all of which one message speaks are in one part."""
    part: list[int] = []
    for _, rows in groupby(chosen, key=lambda row: row.lead_id or row.application_id):
        if len(part) >= SLICE:
            yield part
            part = []
        part += [row.application_id for row in rows]
    if part:
        yield part


@dataclass(frozen=True)
class _Confirmed:
    """What all people of a list have in common."""

    batch: Batch
    choices: Choices
    jobs: Mapping[int, Job]
    sender: Sender
    actor: Person
    terms: Terms


def _queue_all(session: Session, confirmed: _Confirmed, chosen: Sequence[Any]) -> None:
    """Those of the pilot before all others, so that the ids of messages say which they are."""
    batch, first = confirmed.batch, first_few(chosen, confirmed.terms.pilot)
    later = timedelta(0)
    if first:
        ahead = [row for row in chosen if (row.lead_id or row.application_id) in first]
        _queue(session, confirmed, [row.application_id for row in ahead], later)
        batch.pilot_last_id = last_message(session, batch.id)
        chosen = [row for row in chosen if (row.lead_id or row.application_id) not in first]
        later = PILOT_WAIT
    for part in _together(chosen):
        _queue(session, confirmed, part, later)


def _queue(session: Session, confirmed: _Confirmed, application_ids: Sequence[int], later: timedelta) -> None:
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
    wishes: Mapping[int, Wishes] = {}
    if choices.purpose is Purpose.DECISION:
        wishes = wishes_of(session, {row.id: row.received_at for row in applications.values()})
    timing = Timing(confirmed.terms.slow, later, wishes)
    facts += enqueue(
        session,
        list(messages_of(items, applications, batch, choices, confirmed.jobs, timing)),
        sender=confirmed.sender,
        due_at=batch.due_at,
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
