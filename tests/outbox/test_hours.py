"""A "no" that the pace delayed leaves within the hours of its reader, and nothing else waits for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import sending
from employer_app.domain.message import Purpose
from employer_app.domain.pace import Limits, Preset
from employer_app.domain.role import OPERATOR, Person
from employer_app.extensions import db, transaction
from employer_app.models import Message
from employer_app.outbox.claim import claim
from tests.outbox.driving import queue

pytestmark = pytest.mark.both

#: a Friday, 14:30 in Rotterdam: no "no" leaves any more
FRIDAY = datetime(2026, 11, 27, 13, 30, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 7, tzinfo=UTC)


def _due(ids: list[int], ago: timedelta, **values: object) -> None:
    with transaction() as session:
        due = sa.update(Message).where(Message.id.in_(ids))
        session.execute(due.values(due_at=FRIDAY - ago, **values))


def _pace() -> None:
    sending.set_pace(actor=OPERATOR, preset=Preset.OWN, own=Limits(second=50))


def test_a_no_that_comes_too_late_waits_for_the_next_hours(bob: Person) -> None:
    late, update, in_time = queue(bob, 3)
    _due([late], timedelta(hours=2))
    _due([update], timedelta(hours=2), purpose=Purpose.UPDATE)
    _due([in_time], timedelta(minutes=5))
    _pace()
    with time_machine.travel(FRIDAY, tick=False):
        assert list(claim("one.1").message_ids) == [update, in_time]
    db.session.rollback()
    assert db.session.scalar(sa.select(Message.due_at).where(Message.id == late)) == MONDAY
    with time_machine.travel(MONDAY, tick=False):
        assert list(claim("one.1").message_ids) == [late]


def test_those_behind_it_are_looked_at_again_at_once(bob: Person) -> None:
    ids = queue(bob, 3)
    _due(ids, timedelta(hours=2))
    _pace()
    with time_machine.travel(FRIDAY, tick=False):
        first = claim("one.1", limit=2)
        assert (first.message_ids, first.again_at) == ((), FRIDAY)
        assert claim("one.1", limit=2).message_ids == ()
        assert claim("one.1", limit=2).again_at is None


def test_without_a_window_or_a_pace_nothing_is_put_off(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = queue(bob, 2)
    _due(ids, timedelta(hours=2))
    with time_machine.travel(FRIDAY, tick=False):
        assert list(claim("one.1", limit=1).message_ids) == ids[:1]
    _pace()
    monkeypatch.setitem(app.config, "SEND_WINDOW", "always")
    with time_machine.travel(FRIDAY, tick=False):
        assert list(claim("one.1").message_ids) == ids[1:]
