"""Stop, let go, hurry, cancel, leave, answer for many: each message alone, nothing half done, races said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import messages
from employer_app.actions.messages import Answered
from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.role import Person
from employer_app.extensions import transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Event, Message
from employer_app.outbox.claim import claim
from employer_app.outbox.fence import fence
from employer_app.outbox.sweep import sweep
from employer_app.queries.messages import nobody_looked
from tests import factories
from tests.actions.mail import hand_over, queue, status_of
from tests.actions.test_messages import confirmed
from tests.actions.tries import LATER, LOST, REFUSED, TAKEN, due_now, tried, try_once

pytestmark = pytest.mark.both


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job()


def queued(job: int, count: int = 1) -> list[int]:
    return [queue(factories.application(job)) for _ in range(count)]


def row(message_id: int) -> Message:
    with transaction() as session:
        return session.get_one(Message, message_id, populate_existing=True)


def happened(kind: EventKind) -> list[int | None]:
    """Who did it, one entry for each such event."""
    with transaction() as session:
        return list(session.scalars(sa.select(Event.actor_id).where(Event.kind == kind).order_by(Event.id)))


def test_a_stopped_message_says_who_and_why_and_never_leaves(app: Flask, bob: Person, job: int) -> None:
    (one,) = queued(job)
    due_now(one)
    taken = claim("worker")  # in the hand of a worker, and not handed over yet
    answered = messages.hold(message_ids=[one], reason="  Ask  Maren first. ", actor=bob)
    assert answered == Answered([one], {})
    assert not fence(one, taken.token)
    assert row(one).held_because == "Bob Adeyemi stopped it: Ask Maren first."
    assert happened(EventKind.MESSAGE_HELD) == [bob.user_id]
    assert claim("worker").message_ids == []
    with transaction() as session:
        assert verify(session).differences == []


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 301])
def test_a_stop_needs_a_reason(app: Flask, bob: Person, job: int, reason: str) -> None:
    (one,) = queued(job)
    with pytest.raises(Refused) as refused:
        messages.hold(message_ids=[one], reason=reason, actor=bob)
    assert refused.value.field == "reason"
    assert status_of(one) is MessageStatus.QUEUED


def test_what_is_let_go_keeps_its_time(app: Flask, bob: Person, job: int) -> None:
    one = queue(factories.application(job), purpose=Purpose.UPDATE, due_in=timedelta(hours=3))
    due = row(one).due_at
    messages.hold(message_ids=[one], reason="Wait.", actor=bob)
    assert messages.release(message_ids=[one], actor=bob) == Answered([one], {})
    assert (row(one).due_at, row(one).held_because) == (due, "")


def test_a_no_that_is_let_go_at_the_weekend_waits_for_working_hours(
    app: Flask, bob: Person, job: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SEND_WINDOW", "business")
    _, (one,) = confirmed(bob)
    sunday = datetime(2031, 3, 2, 12, tzinfo=UTC)
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=sunday))
    messages.hold(message_ids=[one], reason="Wait.", actor=bob)
    messages.release(message_ids=[one], actor=bob)
    assert row(one).due_at == datetime(2031, 3, 3, 7, tzinfo=UTC)  # Monday, 08:00 in Rotterdam


def test_only_what_was_put_off_can_be_hurried(app: Flask, bob: Person, job: int) -> None:
    late, _ = tried(job, LATER)  # fault 15
    (fresh,) = queued(job)
    assert row(late).due_at > now()
    answered = messages.try_now(message_ids=[late, fresh], actor=bob)
    assert answered == Answered([late], {fresh: "It has not been tried yet, and leaves at its time."})
    assert claim("worker").message_ids == [late]


def test_nobody_looked_until_somebody_does_and_again_after_a_new_doubt(
    app: Flask, bob: Person, job: int
) -> None:
    doubt, _ = tried(job, LOST)
    failed, _ = tried(job, REFUSED)
    (calm,) = queued(job)
    assert nobody_looked(bob) == 2
    answered = messages.leave(message_ids=[doubt, failed, calm], actor=bob)
    assert answered == Answered([doubt, failed], {calm: "It is queued."})
    assert nobody_looked(bob) == 0
    assert row(doubt).looked_by == bob.user_id
    messages.send_again(message_ids=[doubt], actor=bob)
    try_once(doubt, LOST)
    assert nobody_looked(bob) == 1, "the new doubt is another one"


def test_a_failure_after_a_look_at_the_doubt_is_news(app: Flask, bob: Person, job: int) -> None:
    doubt, _ = tried(job, LOST)
    messages.leave(message_ids=[doubt], actor=bob)
    messages.send_again(message_ids=[doubt], actor=bob)
    try_once(doubt, REFUSED)  # before the dot, so that there is no moment of a hand-over to compare with
    assert status_of(doubt) is MessageStatus.FAILED
    assert nobody_looked(bob) == 1


def test_a_doubt_that_a_dead_worker_left_is_news(app: Flask, bob: Person, job: int) -> None:
    doubt, _ = tried(job, LOST)
    messages.leave(message_ids=[doubt], actor=bob)
    messages.send_again(message_ids=[doubt], actor=bob)
    assert hand_over(doubt)
    with transaction() as session:  # nobody heard an answer, so no try is written down either
        session.execute(sa.update(Message).values(lease_until=now() - timedelta(seconds=1)))
    sweep()
    assert status_of(doubt) is MessageStatus.UNCERTAIN
    assert nobody_looked(bob) == 1


def test_each_that_is_elsewhere_by_now_is_said(app: Flask, bob: Person, job: int) -> None:
    sent, _ = tried(job, TAKEN)
    doubt, _ = tried(job, LOST)
    (fresh,) = queued(job)
    assert messages.hold(message_ids=[sent, doubt, fresh], reason="Wait.", actor=bob) == Answered(
        [fresh], {sent: "It has been sent.", doubt: "It may have arrived."}
    )
    assert messages.call_off(message_ids=[sent, doubt, fresh], actor=bob) == Answered(
        [fresh], {sent: "It has been sent.", doubt: "It may have arrived."}
    )
    assert messages.arrived(message_ids=[sent, doubt, fresh], actor=bob) == Answered(
        [doubt], {sent: "It has been sent.", fresh: "It was cancelled."}
    )


MANY: dict[str, Callable[..., Answered]] = {
    "arrived": messages.arrived,
    "again": messages.send_again,
    "leave": messages.leave,
    "release": messages.release,
    "cancel": messages.call_off,
    "now": messages.try_now,
    "hold": lambda **said: messages.hold(reason="Wait.", **said),
}


@pytest.mark.parametrize("verb", MANY.values(), ids=MANY.keys())
def test_one_id_that_is_no_message_refuses_all(  # attack 15
    app: Flask, bob: Person, job: int, verb: Callable[..., Answered]
) -> None:
    ids = [tried(job, LOST)[0], tried(job, LATER)[0], *queued(job)]
    before = [status_of(one) for one in ids]
    with pytest.raises(NotFound):
        verb(message_ids=[*ids, 999_999], actor=bob)
    assert [status_of(one) for one in ids] == before


def test_a_slice_that_breaks_keeps_those_before_it_and_nothing_of_its_own(
    app: Flask, bob: Person, job: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = queued(job, 5)
    monkeypatch.setattr(messages, "SLICE", 2)
    real, calls = messages.record, iter([False, True])

    def record(*arguments: object, **more: object) -> None:
        real(*arguments, **more)  # type: ignore[arg-type]
        if next(calls):
            raise OSError("the disk is full")

    monkeypatch.setattr(messages, "record", record)
    with pytest.raises(OSError, match="disk"):
        messages.hold(message_ids=ids, reason="Wait.", actor=bob)
    assert [status_of(one) for one in ids] == [MessageStatus.HELD] * 2 + [MessageStatus.QUEUED] * 3
    assert len(happened(EventKind.MESSAGE_HELD)) == 2


def test_what_a_restore_stopped_is_neither_let_go_nor_written_again_here(
    app: Flask, bob: Person, job: int
) -> None:  # fault 48
    (one,) = queued(job)
    with transaction() as session:
        why = "This database was restored from an older copy."
        session.execute(sa.update(Message).values(status=MessageStatus.HELD, held_because=why))
    assert "may have left" in messages.release(message_ids=[one], actor=bob).missed[one]
    with pytest.raises(Refused, match="may have left"):
        messages.write_again(message_id=one, actor=bob)
    assert status_of(one) is MessageStatus.HELD
