"""Switching safe mode off lets nothing go that was prepared in it: all that waits is held, in one write."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import messages, settings
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.role import OPERATOR, Person
from employer_app.extensions import db
from employer_app.models import Event, Message, Organisation
from employer_app.outbox import relay
from employer_app.outbox.claim import claim
from employer_app.queries.next_hour import in_next_hour
from tests import factories
from tests.actions.mail import hand_over, queue, status_of

pytestmark = pytest.mark.both


def _waiting(due_in: timedelta = timedelta(minutes=10)) -> int:
    return queue(
        factories.application(factories.job(), received=timedelta(days=3)),
        purpose=Purpose.UPDATE,
        due_in=due_in,
    )


def _held() -> dict[int, str]:
    db.session.rollback()
    query = sa.select(Message.id, Message.held_because).where(Message.status == MessageStatus.HELD)
    return {row.id: row.held_because for row in db.session.execute(query)}


def test_what_waits_is_held_and_a_person_lets_it_go(alice: Person) -> None:
    settings.set_safe_mode(actor=alice, on=True)
    waiting = [_waiting(), _waiting(timedelta(days=3)), _waiting(-timedelta(minutes=1))]
    assert settings.set_safe_mode(actor=alice, on=False) == 3
    assert _held() == dict.fromkeys(waiting, "It was prepared in safe mode.")
    assert relay.may_send()
    assert claim("worker").message_ids == []
    told = sa.select(sa.func.count()).where(
        Event.kind == EventKind.MESSAGE_HELD, Event.actor_id == alice.user_id
    )
    assert db.session.scalar(told) == 3
    answered = messages.release(message_ids=waiting, actor=alice)
    assert (answered.done, answered.missed) == (waiting, {})
    assert {status_of(one) for one in waiting} == {MessageStatus.QUEUED}


def test_one_that_a_dead_worker_had_in_hand_is_held_with_the_others(alice: Person) -> None:
    in_hand, gone = _waiting(-timedelta(minutes=1)), _waiting()
    assert hand_over(gone)
    assert status_of(in_hand) is MessageStatus.CLAIMED
    settings.set_safe_mode(actor=alice, on=True)
    settings.set_safe_mode(actor=alice, on=False)
    assert in_hand in _held()
    assert status_of(gone) is MessageStatus.HANDING_OVER


def test_off_when_it_is_off_holds_nothing(alice: Person) -> None:
    waiting = _waiting()
    assert settings.set_safe_mode(actor=alice, on=False) == 0
    assert status_of(waiting) is MessageStatus.QUEUED


def test_off_from_outside_holds_nothing(app: Flask, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.set_safe_mode(actor=alice, on=True)
    waiting = _waiting(-timedelta(minutes=1))
    monkeypatch.setitem(app.config, "SAFE_MODE", False)
    assert relay.may_send()
    assert status_of(waiting) is MessageStatus.QUEUED


def test_a_switch_that_fails_holds_nothing(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.set_safe_mode(actor=alice, on=True)
    waiting = _waiting()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(settings, "record", broken)
    with pytest.raises(RuntimeError):
        settings.set_safe_mode(actor=alice, on=False)
    db.session.rollback()
    assert (status_of(waiting), db.session.scalar(sa.select(Organisation.safe_mode))) == (
        MessageStatus.QUEUED,
        True,
    )


def test_the_next_hour_is_counted_and_the_rest_is_a_number(app: Flask) -> None:
    for due_in in (timedelta(minutes=59), -timedelta(days=1), timedelta(minutes=61)):
        _waiting(due_in)
    found = in_next_hour(OPERATOR)
    assert (found.within_hour, found.total, found.more_lists) == (2, 3, 0)
    assert [(row.batch_id, row.messages) for row in found.lists] == [(None, 2)]
