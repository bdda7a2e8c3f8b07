"""A second person releases a large list of decisions: ask, approve, refuse, withdraw.

Law: until somebody else approves exactly the list that its author reviewed, nothing is decided and nothing is
queued. The author never approves their own. However often and by however many it is approved, it is one list.
Locks: the plan, then the request, then the organisation.
"""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions import batches
from employer_app.actions.confirming import (
    check,
    chosen_of,
    lock_unchanged,
    locked_plan,
    messages_in,
    one_at_a_time,
)
from employer_app.actions.plans import own_plan
from employer_app.actions.settings import locked_organisation
from employer_app.actions.terms import terms_of
from employer_app.domain import business_time
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.event import ORGANISATION_SUBJECT, EventKind
from employer_app.domain.release import EXPIRES_AFTER, Released, RequestStatus, may_move
from employer_app.domain.role import Person, Role, Verb, may, require
from employer_app.extensions import db, transaction
from employer_app.ledger.history import calendar_of
from employer_app.ledger.record import NewFact
from employer_app.ledger.subject import record_on
from employer_app.models import Job, Plan, ReleaseRequest, User

LONGEST_REASON = 500
_NOT_THERE = "There is no such request."


def ask(*, plan_id: int, digest: str, actor: Person, typed_count: int | None = None) -> int:
    """Ask that somebody else release the plan; returns the request. Asking again returns the same one.

    Raises what `batches.confirm` would raise: a list is looked at before anybody is bothered with it.
    """
    _require_both(actor)
    choices = Choices.from_json(own_plan(plan_id, actor).choices)
    with transaction() as session:
        one_at_a_time(session, actor.user_id)
        plan = locked_plan(session, plan_id)
        if batches.batch_of(plan.token):
            raise Refused("This send list was confirmed before.", "Nothing was changed in it.")
        people = chosen_of(session, plan_id)[1]
        moment, messages = now(), messages_in(people)
        check(plan, digest, choices, messages, typed_count, moment)
        terms = terms_of(session, choices.purpose, messages, actor)
        if terms.released is not Released.SECOND_PERSON:
            raise Refused("Nobody else has to release this list.", "You can confirm it yourself.")
        if standing := _standing(session, plan, moment):
            return standing.id
        lock_unchanged(session, people, choices.purpose)
        job = session.get_one(Job, plan.job_id)
        request = ReleaseRequest(
            plan_id=plan.id,
            plan_digest=plan.digest,
            author_id=actor.user_id,
            messages=messages,
            seed=secrets.token_hex(16),
            asked_at=moment,
            expires_at=business_time.add_business_days(calendar_of(job.place), moment, EXPIRES_AFTER),
        )
        session.add(request)
        # the list lives as long as the question about it
        plan.expires_at = max(plan.expires_at, request.expires_at)
        session.flush()
        return request.id


def approve(*, request_id: int, actor: Person) -> int:
    """Confirm the list in its author's name; returns the batch. Approving again returns the same batch.

    Raises Refused (own list, answered, expired, author shut out) or Changed (the list or somebody on it is
    another one now); then nothing is kept and nothing leaves.
    """
    _require_both(actor)
    found = _request(request_id)
    token = db.session.get_one(Plan, found.plan_id).token
    with batches.once(token) as made, transaction() as session:
        made.append(_approve(session, found.plan_id, found.author_id, request_id, actor))
    return made[0]


def _approve(session: Session, plan_id: int, author_id: int, request_id: int, actor: Person) -> int:
    one_at_a_time(session, author_id)
    plan, request = _locked(session, plan_id, request_id)
    if request.status is RequestStatus.APPROVED and request.batch_id:
        return request.batch_id
    if request.author_id == actor.user_id:
        raise NotAllowed("You asked for this yourself.", "Somebody else has to look at it.")
    author = _author(session, request.author_id)
    _must_stand(plan, request, author.name)
    review = batches.Review(plan.id, request.plan_digest, Choices.from_json(plan.choices), request.messages)
    try:
        batch_id = batches.confirm_in(session, review, author, released_by=actor.user_id)
    except Changed as changed:
        again = f"Nothing was sent. {author.name} has to look at the list again and ask anew."
        raise Changed(changed.message, again) from None
    _answer(request, RequestStatus.APPROVED, actor)
    request.batch_id = batch_id
    return batch_id


def refuse(*, request_id: int, because: str, actor: Person) -> None:
    """Send it back with a reason that its author reads. Raises Refused without one."""
    _require_both(actor)
    because = " ".join(because.split())
    if not because or len(because) > LONGEST_REASON:
        raise Refused("Say what is to be put right.", f"{LONGEST_REASON} characters are enough.", "because")
    found = _request(request_id)
    with transaction() as session:
        _plan, request = _locked(session, found.plan_id, request_id)
        if request.author_id == actor.user_id:
            raise NotAllowed("You asked for this yourself.", "Take it back instead.")
        if request.status is RequestStatus.REFUSED and request.answered_by == actor.user_id:
            return
        _must_be_open(request)
        _answer(request, RequestStatus.REFUSED, actor)
        request.because = because
        organisation = locked_organisation(session)
        facts = {"fields": ["release.refused"], "request_id": request.id}
        fact = NewFact(0, EventKind.SETTINGS_CHANGED, facts, {"because": because})
        record_on(session, ORGANISATION_SUBJECT, organisation, fact, actor_id=actor.user_id)


def withdraw(*, request_id: int, actor: Person) -> None:
    """Take back one's own question. Doing it twice is harmless. Raises Refused once it was answered."""
    require(actor, Verb.MAIL)
    found = _request(request_id)
    if found.author_id != actor.user_id:
        raise NotAllowed("Somebody else asked for this.", "Only they can take it back; you can refuse it.")
    with transaction() as session:
        _plan, request = _locked(session, found.plan_id, request_id)
        if request.status is RequestStatus.WITHDRAWN:
            return
        _must_be_open(request)
        _answer(request, RequestStatus.WITHDRAWN, actor)


def _require_both(actor: Person) -> None:
    require(actor, Verb.MAIL)
    require(actor, Verb.DECIDE)
    if actor.user_id is None:
        raise NotAllowed("The command line has no account of its own.", "Sign in and do it there.")


def _request(request_id: int) -> ReleaseRequest:
    request = db.session.get(ReleaseRequest, request_id)
    if request is None:
        raise NotFound(_NOT_THERE)
    return request


def _locked(session: Session, plan_id: int, request_id: int) -> tuple[Plan, ReleaseRequest]:
    plan = locked_plan(session, plan_id)
    query = sa.select(ReleaseRequest).where(ReleaseRequest.id == request_id).with_for_update()
    return plan, session.scalars(query.execution_options(populate_existing=True)).one()


def _standing(session: Session, plan: Plan, moment: datetime) -> ReleaseRequest | None:
    """The question that is open; one that has expired or is about an older list makes room."""
    query = sa.select(ReleaseRequest).where(
        ReleaseRequest.plan_id == plan.id, ReleaseRequest.status == RequestStatus.ASKED
    )
    request = session.scalars(query.with_for_update()).one_or_none()
    if request is None:
        return None
    if request.plan_digest == plan.digest and request.expires_at > moment:
        return request
    void = request.plan_digest != plan.digest
    request.status = RequestStatus.VOID if void else RequestStatus.EXPIRED
    session.flush()
    return None


def _must_stand(plan: Plan, request: ReleaseRequest, author: str) -> None:
    _must_be_open(request)
    if request.plan_digest != plan.digest:
        raise Changed(f"{author} changed the list after asking.", "Nothing was sent. They have to ask again.")
    if request.expires_at <= now():
        raise Refused("This request has expired.", f"Nothing was sent. {author} can ask again.")
    if batches.batch_of(plan.token):
        raise Refused("This list was confirmed meanwhile.", "Nothing is left to release.")


def _must_be_open(request: ReleaseRequest) -> None:
    if request.status is not RequestStatus.ASKED:
        raise Refused("This request was answered or taken back meanwhile.", "Nothing was changed.")


def _answer(request: ReleaseRequest, status: RequestStatus, actor: Person) -> None:
    if not may_move(request.status, status):
        raise ValueError(f"{request.status} does not lead to {status}")
    request.status, request.answered_by, request.answered_at = status, actor.user_id, now()


def _author(session: Session, user_id: int) -> Person:
    """With the rights of now: whoever lost them sends nothing any more."""
    user = session.get_one(User, user_id, populate_existing=True)
    known = {role.value for role in Role}
    person = Person(user.id, user.name, frozenset(Role(row.name) for row in user.roles if row.name in known))
    if not user.active or not (may(person, Verb.MAIL) and may(person, Verb.DECIDE)):
        raise Refused(f"{user.name} may not send this any more.", "Nothing was sent.")
    return person
