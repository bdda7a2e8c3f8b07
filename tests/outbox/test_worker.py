"""The straight line to a real mail server: each message once, and nothing silent when something breaks."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import (
    Application,
    Candidate,
    Delivery,
    Message,
    Organisation,
    RelayState,
)
from employer_app.outbox import settle, worker
from employer_app.outbox.claim import claim
from employer_app.outbox.fence import fence
from employer_app.outbox.presence import Presence
from employer_app.outbox.sweep import sweep
from tests.outbox.driving import drain, queue, reasons, statuses
from tests.smtp_faults import accept_then_drop, lose_then_drop
from tests.smtp_sink import Action

pytestmark = pytest.mark.both


def test_each_person_gets_one_mail_and_is_told(app: Flask, bob: Person) -> None:  # fault 1
    queue(bob, 25)
    sink = drain(app)
    addresses = db.session.scalars(sa.select(Candidate.address)).all()
    assert sorted(sink.recipients()) == sorted(addresses)
    assert set(statuses()) == {MessageStatus.ACCEPTED}
    assert reasons() == set()
    assert all(db.session.scalars(sa.select(Application.told_at)))
    assert verify(db.session()).differences == []
    assert drain(app).recipients() == []


def test_mail_is_the_reviewed_text_under_its_own_message_id(app: Flask, bob: Person) -> None:
    queue(bob, name="Zoë Ångström")
    sink = drain(app)
    message = db.session.scalars(sa.select(Message)).one()
    raw = sink.accepted[0].raw
    assert message.message_id.encode() in raw
    assert message.message_id.endswith("@brightwater.example>")
    assert b"Auto-Submitted" not in raw


def test_nothing_leaves_before_the_undo_window_ends(app: Flask, bob: Person) -> None:
    queue(bob)
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() + timedelta(minutes=5)))
    assert drain(app).recipients() == []
    with time_machine.travel(now() + timedelta(minutes=6)):
        assert len(drain(app).recipients()) == 1


def test_safe_mode_keeps_everything_here(app: Flask, bob: Person) -> None:
    queue(bob)
    with transaction() as session:
        session.execute(sa.update(Organisation).values(safe_mode=True))
    assert drain(app).recipients() == []
    assert statuses() == [MessageStatus.QUEUED]


def test_no_mail_server_keeps_everything_here(app: Flask, bob: Person) -> None:
    queue(bob)
    app.config["MAIL_SERVER"] = ""
    try:
        assert worker.drain() == 0
    finally:
        app.config["MAIL_SERVER"] = "127.0.0.1"
    assert statuses() == [MessageStatus.QUEUED]


def test_greylisted_is_delayed_then_accepted(app: Flask, bob: Person) -> None:  # fault 15
    queue(bob, 2)
    sink = drain(app, {"RCPT": ["450 4.2.0 Greylisted"]})
    assert sorted(statuses()) == [MessageStatus.ACCEPTED, MessageStatus.QUEUED]
    with time_machine.travel(now() + timedelta(minutes=10)):
        again = drain(app)
    assert len(sink.recipients() + again.recipients()) == 2
    assert set(statuses()) == {MessageStatus.ACCEPTED}


def test_refused_recipient_fails_alone(app: Flask, bob: Person) -> None:  # fault 18
    queue(bob, 5)
    sink = drain(app, {"RCPT": ["550 5.1.1 No such user"]})
    assert len(sink.recipients()) == 4
    assert sorted(statuses()) == [MessageStatus.ACCEPTED] * 4 + [MessageStatus.FAILED]
    assert reasons() == {Reason.DECIDED_NOT_TOLD, Reason.MESSAGE_FAILED}
    assert "5.1.1 No such user" in db.session.scalar(sa.select(Delivery.reply).where(Delivery.code == 550))


@pytest.mark.parametrize(("action", "copies"), [(accept_then_drop, 1), (lose_then_drop, 0)])
def test_no_answer_to_the_dot_is_uncertain_and_never_sent_again(
    app: Flask, bob: Person, action: Action, copies: int
) -> None:  # fault 22
    queue(bob)
    first = drain(app, {"dot": [action]})
    with time_machine.travel(now() + timedelta(hours=24)):
        sweep()
        second = drain(app)
    assert len(first.recipients() + second.recipients()) == copies
    assert statuses() == [MessageStatus.UNCERTAIN]
    assert reasons() == {Reason.DECIDED_NOT_TOLD, Reason.MESSAGE_FAILED}


def test_a_person_settles_what_nobody_can_know(app: Flask, bob: Person) -> None:  # fault 9
    (message_id,) = queue(bob)
    drain(app, {"dot": [lose_then_drop]})
    original = db.session.scalar(sa.select(Message.message_id))
    settle.send_again(message_id, actor_id=bob.user_id)
    sink = drain(app)
    assert original.encode() in sink.accepted[0].raw
    assert statuses() == [MessageStatus.ACCEPTED]
    assert reasons() == set()


def test_arrived_clears_the_debt(app: Flask, bob: Person) -> None:
    (message_id,) = queue(bob)
    drain(app, {"dot": [accept_then_drop]})
    settle.arrived(message_id, actor_id=bob.user_id)
    assert statuses() == [MessageStatus.ACCEPTED]
    assert reasons() == set()


def test_mail_server_trouble_costs_no_message_an_attempt(app: Flask, bob: Person) -> None:  # fault 28
    queue(bob, 3)
    app.config["MAIL_PORT"] = 1
    worker.drain()
    assert statuses() == [MessageStatus.QUEUED] * 3
    assert set(db.session.scalars(sa.select(Message.attempts))) == {0}
    assert db.session.get_one(RelayState, 1).trouble
    with time_machine.travel(now() + timedelta(minutes=10)):
        assert len(drain(app).recipients()) == 3


def test_closing_connection_is_reopened(app: Flask, bob: Person) -> None:  # fault 24
    queue(bob, 3)
    first = drain(app, {"MAIL": ["250 fine", "421 4.3.2 Closing"]})
    with time_machine.travel(now() + timedelta(minutes=10)):
        second = drain(app)
    assert len(first.recipients() + second.recipients()) == 3
    assert set(statuses()) == {MessageStatus.ACCEPTED}


def test_zombie_fails_the_fence(app: Flask, bob: Person) -> None:  # fault 13
    (message_id,) = queue(bob)
    old = claim("zombie")
    with time_machine.travel(now() + timedelta(minutes=12)):
        sweep()
        new = claim("other")
        assert list(new.message_ids) == [message_id]
        assert fence(message_id, old.token) is False
        assert fence(message_id, new.token) is True


def test_dead_worker_leaves_its_claims_to_the_next(app: Flask, bob: Person) -> None:  # fault 4
    queue(bob, 2)
    dead = Presence()
    dead.enter()
    claimed = claim(dead.id)
    fence(claimed.message_ids[0], claimed.token)
    sweep()
    assert statuses() == [MessageStatus.HANDING_OVER, MessageStatus.CLAIMED]
    import os

    os.close(dead._lock)  # what the kernel does when a process dies
    sweep()
    assert statuses() == [MessageStatus.UNCERTAIN, MessageStatus.QUEUED]


def test_poison_is_held_after_three_lapses_alone(app: Flask, bob: Person) -> None:  # fault 51
    (poison, *_rest) = queue(bob, 2)
    with transaction() as session:
        session.execute(
            sa.update(Message).where(Message.id != poison).values(due_at=now() + timedelta(days=9))
        )
    for minutes in (12, 24, 36, 48):
        claim("worker")
        with time_machine.travel(now() + timedelta(minutes=minutes)):
            sweep()
    assert statuses() == [MessageStatus.HELD, MessageStatus.QUEUED]


def test_a_machine_that_stops_again_and_again_charges_no_message_alone(app: Flask, bob: Person) -> None:
    """Fault 51, the other way round: each stop meets another message, so none of them looks like poison."""
    queue(bob, 3)
    claim("worker")
    for number in range(1, 7):
        with time_machine.travel(now() + timedelta(minutes=12 * number)):
            sweep()
            claim("worker")
    lapses = db.session.scalars(sa.select(Message.lapses).order_by(Message.lapses)).all()
    assert lapses == [2, 3, 3]
    assert MessageStatus.HELD not in statuses()


def test_expired_after_three_days_of_delays_is_failed_and_owed(app: Flask, bob: Person) -> None:  # fault 17
    queue(bob)
    start = now()
    later = {"RCPT": "450 4.2.0 Later"}
    drain(app, later)
    with time_machine.travel(start + timedelta(hours=73)):
        drain(app, later)
    assert statuses() == [MessageStatus.FAILED]
    assert reasons() == {Reason.DECIDED_NOT_TOLD, Reason.MESSAGE_FAILED}


def test_server_that_closes_at_the_dot_costs_no_attempt(app: Flask, bob: Person) -> None:  # fault 24
    queue(bob)
    drain(app, {"dot": ["421 4.3.2 Closing"]})
    assert statuses() == [MessageStatus.QUEUED]
    assert db.session.scalar(sa.select(Message.attempts)) == 0
    with time_machine.travel(now() + timedelta(minutes=10)):
        assert len(drain(app).recipients()) == 1
