"""What a person decides about messages: it arrived, send it again, stop it, let it go, cancel it, write anew.

The machine never decides these. Every verb takes one message or many and looks at each under its lock: what
is no longer where the person saw it is left as it is, and said. Nothing is half done: a slice is one
transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from employer_app.actions import batch_undo, plans
from employer_app.actions.around import Around, around, as_it_stands
from employer_app.actions.leaving import within_hours
from employer_app.actions.stale import AFTER_RESTORE, stopped_by_restore, why_stale
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.message import Kind, MessageStatus, Purpose, may_move
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.words import t
from employer_app.extensions import db, setting, transaction
from employer_app.ledger.record import NewFact, record
from employer_app.models import Application, Batch, Job, Message, MessageApplication
from employer_app.outbox.cancel import CANCELLABLE, cancel
from employer_app.outbox.rows import facts_about
from employer_app.outbox.write_up import accepted_facts

_CAUSES = {Kind.FILLED: Cause.FILLED, Kind.CANCELLED_OR_ON_HOLD: Cause.CANCELLED}
#: messages in one transaction, and most that one request may touch
SLICE, MOST_AT_ONCE = 100, 2000
LONGEST_REASON = 300

#: looks at one locked message, changes it or raises Refused, and gives the facts
Act = Callable[[Message, Around], Sequence[NewFact]]


@dataclass(frozen=True)
class Answered:
    """`done`: message ids. `missed`: why nothing was done to the others, by id."""

    done: Sequence[int]
    missed: Mapping[int, str]


def needs_typed_count(messages: int) -> bool:
    """Above so many messages a person types the number before they are answered for."""
    return bool(messages > setting("TYPED_COUNT_FROM"))


def arrived(*, message_ids: Sequence[int], actor: Person) -> Answered:
    """These messages, which may have arrived, did."""
    require(actor, Verb.MAIL)

    def count(message: Message, found: Around) -> Sequence[NewFact]:
        _must_be(message, MessageStatus.UNCERTAIN)
        _move(message, MessageStatus.ACCEPTED)
        return accepted_facts(db.session(), [message], {message.id: found.speaks_of(message.id)})

    return _each(message_ids, actor, count)


def send_again(*, message_ids: Sequence[int], actor: Person) -> Answered:
    """Let them go once more under the same Message-ID, knowing that the person may read it twice."""
    require(actor, Verb.MAIL)

    def again(message: Message, found: Around) -> Sequence[NewFact]:
        _must_be(message, MessageStatus.UNCERTAIN)
        message.fenced_at, message.due_at = None, now()
        return _back_to_queue(message, found)

    return _each(message_ids, actor, again)


def leave(*, message_ids: Sequence[int], actor: Person) -> Answered:
    """Somebody looked at these failures and doubts, and leaves them as they are."""
    require(actor, Verb.MAIL)

    def look(message: Message, _found: Around) -> Sequence[NewFact]:
        _must_be(message, MessageStatus.UNCERTAIN, MessageStatus.FAILED)
        message.looked_at, message.looked_by = now(), actor.user_id
        return ()

    return _each(message_ids, actor, look)


def hold(*, message_ids: Sequence[int], reason: str, actor: Person) -> Answered:
    """Stop them before they leave, until somebody lets them go. Raises Refused without a reason."""
    require(actor, Verb.MAIL)
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(
            "Say in a few words why it is stopped.", f"{LONGEST_REASON} characters are enough.", "reason"
        )

    def stop(message: Message, found: Around) -> Sequence[NewFact]:
        _must_be(message, MessageStatus.QUEUED, MessageStatus.CLAIMED)
        _move(message, MessageStatus.HELD)
        message.held_because = f"{actor.name} stopped it: {reason}"
        return facts_about(found.speaks_of(message.id), message.id, EventKind.MESSAGE_HELD)

    return _each(message_ids, actor, stop)


def release(*, message_ids: Sequence[int], actor: Person) -> Answered:
    """Let stopped messages go as they are; those whose text may not be right any more need a new review."""
    require(actor, Verb.MAIL)

    def let_go(message: Message, found: Around) -> Sequence[NewFact]:
        _must_be(message, MessageStatus.HELD)
        if stale := why_stale(db.session(), message, found):
            raise Refused(stale, "" if stopped_by_restore(message) else "Write it again, or cancel it.")
        message.held_because, message.lapses = "", 0
        job = db.session.get_one(Job, found.applications[found.speaks_of(message.id)[0]].job_id)
        message.due_at = within_hours(max(message.due_at, now()), message.purpose, job)
        return _back_to_queue(message, found)

    return _each(message_ids, actor, let_go)


def release_refusal(*, message_id: int, actor: Person) -> str:
    """Why a stopped message cannot be let go as it is; empty when it can. A look, not a promise."""
    require(actor, Verb.READ)
    session = db.session()
    found = as_it_stands(session, message_id)
    return why_stale(session, found.messages[message_id], found)


def try_now(*, message_ids: Sequence[int], actor: Person) -> Answered:
    """Do not wait for the next try of messages that the mail server put off."""
    require(actor, Verb.MAIL)

    def hurry(message: Message, _found: Around) -> Sequence[NewFact]:
        _must_be(message, MessageStatus.QUEUED)
        if not message.attempts:
            raise Changed(t("message.now.not_tried"))
        message.due_at = min(message.due_at, now())
        return ()

    return _each(message_ids, actor, hurry)


def call_off(*, message_ids: Sequence[int], actor: Person) -> Answered:
    """Cancel messages before they leave; a decision of their send list is undone with them."""
    require(actor, Verb.MAIL)
    ids = _all_there(message_ids)
    before = _where(ids)
    by_batch: defaultdict[int | None, list[int]] = defaultdict(list)
    for message_id, batch_id in db.session.execute(
        sa.select(Message.id, Message.batch_id).where(Message.id.in_(ids)).order_by(Message.id)
    ):
        by_batch[batch_id].append(message_id)
    for batch_id, part in by_batch.items():
        if batch_id is None:
            _cancel(part, actor)
        else:
            batch_undo.undo(batch_id=batch_id, actor=actor, message_ids=part)
    after = _where(ids)
    done = [one for one in ids if before[one] is not after[one] is MessageStatus.CANCELLED]
    return Answered(done, {one: _is_now(after[one]) for one in ids if one not in set(done)})


def _cancel(message_ids: Sequence[int], actor: Person) -> None:
    for part in _slices(message_ids):
        with transaction() as session:
            around(session, part)
            _stopped, facts = cancel(session, part)
            record(session, facts, actor_id=actor.user_id)


def _where(message_ids: Sequence[int]) -> dict[int, MessageStatus]:
    db.session.rollback()
    rows = db.session.execute(sa.select(Message.id, Message.status).where(Message.id.in_(message_ids)))
    return {row.id: row.status for row in rows}


def _all_there(message_ids: Sequence[int]) -> list[int]:
    """One id that is no message refuses the whole request."""
    ids = sorted(set(message_ids))
    known = db.session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.id.in_(ids)))
    db.session.rollback()
    if not ids or known != len(ids):
        raise NotFound("There is no such message.", "Nothing was done.")
    if len(ids) > MOST_AT_ONCE:
        raise Refused(f"These are more than {MOST_AT_ONCE:,} messages at once.", "Do it in parts.")
    return ids


def _slices(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + SLICE] for start in range(0, len(ids), SLICE))


def _each(message_ids: Sequence[int], actor: Person, act: Act) -> Answered:
    """Slice by slice, each in one transaction, with the person and the applications locked."""
    done: list[int] = []
    missed: dict[int, str] = {}
    for part in _slices(_all_there(message_ids)):
        with transaction() as session:
            found = around(session, part)
            facts: list[NewFact] = []
            acted = []
            for message_id in part:
                try:
                    facts += act(found.messages[message_id], found)
                except Refused as refused:
                    missed[message_id] = str(refused)
                else:
                    acted.append(message_id)
            session.flush()
            record(session, facts, actor_id=actor.user_id)
        done += acted
    return Answered(done, missed)


def _must_be(message: Message, *statuses: MessageStatus) -> None:
    if message.status not in statuses:
        raise Changed(_is_now(message.status))


def _is_now(status: MessageStatus) -> str:
    return t(f"message.now.{status}")


def _move(message: Message, status: MessageStatus) -> None:
    if not may_move(message.status, status):
        raise Changed(_is_now(message.status))
    message.status, message.claim_token, message.lease_until = status, None, None


def _back_to_queue(message: Message, found: Around) -> Sequence[NewFact]:
    _move(message, MessageStatus.QUEUED)
    said = {"kind": message.kind.value, "purpose": message.purpose.value}
    return facts_about(found.speaks_of(message.id), message.id, EventKind.MESSAGE_QUEUED, **said)


def write_again(*, message_id: int, actor: Person) -> int:
    """A send list for the people of a message that was stopped, failed or cancelled; returns the plan.

    A stopped message is called off first, and that stands even when no new list can be made: the person
    then stays owed. The decision stays as it is.
    """
    require(actor, Verb.MAIL)
    message = _there(message_id)
    if message.status not in {MessageStatus.HELD, MessageStatus.FAILED, MessageStatus.CANCELLED}:
        raise Refused("This message is on its way, or may have arrived.", "Answer that first.")
    if stopped_by_restore(message):
        raise Refused(AFTER_RESTORE, "Answer for that first.")
    if message.status in CANCELLABLE:
        _cancel([message_id], actor)
    return _plan_like(_there(message_id), actor)


def _plan_like(message: Message, actor: Person) -> int:
    """With the texts of the list it came from, else with those that fit its kind."""
    query = (
        sa.select(Application.id, Application.job_id)
        .join(MessageApplication, MessageApplication.application_id == Application.id)
        .where(MessageApplication.message_id == message.id)
        .order_by(Application.id)
    )
    rows = db.session.execute(query).all()
    job_id = rows[0].job_id
    ids = [row.id for row in rows if row.job_id == job_id]
    plan_id = db.session.scalar(sa.select(Batch.plan_id).where(Batch.id == message.batch_id))
    if plan_id is not None:
        return plans.start_like(plan_id=plan_id, application_ids=ids, actor=actor)
    if message.purpose is Purpose.DECISION:
        cause = _CAUSES.get(message.kind, Cause.NOT_CHOSEN)
        return plans.start_close_out(job_id=job_id, cause=cause, actor=actor, application_ids=ids)
    return plans.start_update(job_id=job_id, actor=actor, application_ids=ids)


def _there(message_id: int) -> Message:
    message = db.session.get(Message, message_id, populate_existing=True)
    if message is None:
        raise NotFound("There is no such message.")
    return message
