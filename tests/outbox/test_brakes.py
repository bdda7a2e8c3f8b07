"""A send list that goes wrong pauses itself, says why, and obeys whoever lets it go on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import sending
from employer_app.domain.clock import now
from employer_app.domain.delivery import Outcome
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Batch, Delivery, Message
from employer_app.outbox.brakes import brake
from employer_app.outbox.claim import claim
from tests.outbox.driving import queue

pytestmark = pytest.mark.both


def _batch(batch_id: int) -> Batch:
    db.session.rollback()
    return db.session.get_one(Batch, batch_id, populate_existing=True)


def _happens(
    ids: list[int], status: MessageStatus, code: int | None = 250, stage: str = "dot", ago: int = 0
) -> None:
    outcome = Outcome.ACCEPTED if status is MessageStatus.ACCEPTED else Outcome.REFUSED
    moment = now() - timedelta(seconds=ago)
    with transaction() as session:
        session.execute(sa.update(Message).where(Message.id.in_(ids)).values(status=status, fenced_at=moment))
        for one in ids:
            session.add(
                Delivery(message_id=one, attempt=1, outcome=outcome, code=code, at_stage=stage, at=moment)
            )


def _brake(message_id: int) -> Batch:
    with transaction() as session:
        batch_id = session.get_one(Message, message_id).batch_id or 0
        brake(session, [batch_id])
    return _batch(batch_id)


@pytest.mark.parametrize(("sent", "refused", "pauses"), [(20, 2, True), (20, 1, False), (19, 5, False)])
@pytest.mark.parametrize("stage", ["rcpt", "data", "dot"])
def test_more_than_one_in_twenty_after_twenty(
    app: Flask, bob: Person, sent: int, refused: int, pauses: bool, stage: str
) -> None:
    ids = queue(bob, sent + 1)
    _happens(ids[:refused], MessageStatus.FAILED, 550, stage)
    _happens(ids[refused:sent], MessageStatus.ACCEPTED)
    batch = _brake(ids[0])
    assert (batch.paused_at is not None, batch.paused_by) == (pauses, None)
    assert (f"{refused} of {sent} messages were refused for good" in batch.paused_because) == pauses
    assert len(claim("one.1").message_ids) == (0 if pauses else 1)


@pytest.mark.parametrize(("code", "stage"), [(None, "body"), (550, "mail"), (450, "rcpt")])
def test_what_is_not_about_an_address_pauses_nothing(bob: Person, code: int | None, stage: str) -> None:
    """No mail could be built of it; our sender is refused; it was put off for too long."""
    ids = queue(bob, 20)
    _happens(ids[:10], MessageStatus.FAILED, code, stage)
    _happens(ids[10:], MessageStatus.ACCEPTED)
    assert _brake(ids[0]).paused_at is None


def test_whoever_paused_it_keeps_their_word(bob: Person) -> None:
    ids = queue(bob, 20)
    batch_id = db.session.get_one(Message, ids[0]).batch_id or 0
    sending.pause_batch(batch_id=batch_id, actor=bob, because="Wrong date")
    _happens(ids, MessageStatus.FAILED, 550, "rcpt")
    batch = _brake(ids[0])
    assert (batch.paused_by, batch.paused_because) == (bob.user_id, "Wrong date")


def test_let_go_on_it_pauses_again_only_for_what_failed_since(bob: Person) -> None:
    ids = queue(bob, 60)
    _happens(ids[:5], MessageStatus.FAILED, 550, "rcpt", ago=60)
    _happens(ids[5:30], MessageStatus.ACCEPTED, ago=60)
    batch = _brake(ids[0])
    assert batch.paused_at is not None
    sending.resume_batch(batch_id=batch.id, actor=bob)
    with time_machine.travel(now() + timedelta(minutes=5)):
        _happens(ids[30:32], MessageStatus.FAILED, 550, "rcpt")
        assert _brake(ids[0]).paused_at is None
        _happens(ids[32:50], MessageStatus.ACCEPTED)
        again = _brake(ids[0])
    assert "2 of 20 messages since it was let go on" in again.paused_because
