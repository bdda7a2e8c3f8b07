"""What the mail server said is in the message at once; the ledger hears it once, whoever died in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions.applications import change_status
from employer_app.actions.decisions import decide
from employer_app.domain.clock import now
from employer_app.domain.delivery import Outcome, SmtpStage
from employer_app.domain.duty import Reason
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from employer_app.extensions import db, kept_connection, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Delivery, Event, Message
from employer_app.outbox import keeper
from employer_app.outbox.claim import claim
from employer_app.outbox.fence import fence
from employer_app.outbox.look import look
from employer_app.outbox.settle import Answer, arrived, settle, settle_in
from employer_app.outbox.sweep import sweep
from employer_app.smtp.line import Reply
from tests.outbox.driving import drain, queue, reasons, statuses

pytestmark = pytest.mark.both

ACCEPTED = Reply(Outcome.ACCEPTED, 250, "2.0.0 Taken", SmtpStage.DOT)
SILENT = Reply(Outcome.UNCERTAIN, None, "No answer came.", SmtpStage.DOT)


def _heard(kind: EventKind) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).where(Event.kind == kind)) or 0


def _deliveries() -> list[tuple[int, Outcome]]:
    db.session.rollback()
    query = sa.select(Delivery.attempt, Delivery.outcome).order_by(Delivery.id)
    return [(row.attempt, row.outcome) for row in db.session.execute(query)]


def _kept_only(reply: Reply) -> int:
    """A message whose answer was kept by a worker that died before it told the ledger."""
    taken = claim("worker")
    (message_id,) = taken.message_ids
    assert fence(message_id, taken.token)
    with kept_connection() as connection, connection.begin():
        answer = Answer(message_id, taken.token, reply, "mail.example")
        settle_in(connection, [answer], look(connection, [], [message_id], now()), now())
    return message_id


def test_answer_that_a_dead_worker_kept_is_told_by_the_sweep_once(
    app: Flask, bob: Person
) -> None:  # fault 10
    queue(bob)
    _kept_only(ACCEPTED)
    assert statuses() == [MessageStatus.ACCEPTED]
    assert reasons() == {Reason.DECIDED_NOT_TOLD}
    sweep()
    sweep()
    assert (_deliveries(), _heard(EventKind.MESSAGE_ACCEPTED)) == ([(1, Outcome.ACCEPTED)], 1)
    assert reasons() == set()
    assert verify(db.session()).differences == []


def test_answer_that_cannot_be_told_now_is_told_later(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_ids: object) -> None:
        raise RuntimeError("nobody thought of this")

    queue(bob, 3)
    monkeypatch.setattr(keeper, "write_up", broken)
    assert len(drain(app).recipients()) == 3
    assert statuses() == [MessageStatus.ACCEPTED] * 3
    sweep()
    assert _heard(EventKind.MESSAGE_ACCEPTED) == 3
    assert reasons() == set()


def test_doubt_is_told_before_a_person_settles_it(app: Flask, bob: Person) -> None:
    queue(bob)
    message_id = _kept_only(SILENT)
    arrived(message_id, actor_id=bob.user_id)
    sweep()
    query = sa.select(Event.kind).where(Event.subject.like("application:%")).order_by(Event.seq)
    assert db.session.scalars(query).all()[-2:] == [EventKind.MESSAGE_UNCERTAIN, EventKind.MESSAGE_ACCEPTED]
    assert reasons() == set()


def test_message_whose_answer_was_not_told_is_not_taken_again(app: Flask, bob: Person) -> None:
    queue(bob)
    _kept_only(Reply(Outcome.TRY_LATER, 451, "4.3.0 Later", SmtpStage.RCPT))
    with time_machine.travel(now() + timedelta(hours=1)):
        assert claim("worker").message_ids == []
        sweep()
        assert len(claim("worker").message_ids) == 1


def _decided_again(bob: Person) -> None:
    """Reopened while the first letter was under way, and turned down for another reason."""
    row = db.session.scalars(sa.select(Application)).one()
    change_status(actor=bob, application_id=row.id, status=Status.ACTIVE, version=row.version, force=True)
    db.session.expire_all()
    decide(actor=bob, application_id=row.id, code="LESS-SCREEN", version=row.version, force=True)


def test_letter_under_way_does_not_tell_a_decision_that_came_after(app: Flask, bob: Person) -> None:
    queue(bob)
    taken = claim("worker")
    (message_id,) = taken.message_ids
    assert fence(message_id, taken.token)
    _decided_again(bob)
    settle(message_id, taken.token, ACCEPTED, "mail.example")
    assert reasons() == {Reason.DECIDED_NOT_TOLD}


def test_doubt_settled_days_later_does_not_tell_a_decision_that_came_after(app: Flask, bob: Person) -> None:
    queue(bob)
    message_id = _kept_only(SILENT)
    sweep()
    with time_machine.travel(now() + timedelta(days=2)):
        _decided_again(bob)
    with time_machine.travel(now() + timedelta(days=3)):
        arrived(message_id, actor_id=bob.user_id)
    assert Reason.DECIDED_NOT_TOLD in reasons()


def test_worker_with_a_slow_clock_still_tells_the_decision(app: Flask, bob: Person) -> None:  # fault 40
    queue(bob)
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(days=2)))
    with time_machine.travel(now() - timedelta(days=1)):
        taken = claim("worker")
        (message_id,) = taken.message_ids
        assert fence(message_id, taken.token)
        settle(message_id, taken.token, ACCEPTED, "mail.example")
    assert reasons() == set()
