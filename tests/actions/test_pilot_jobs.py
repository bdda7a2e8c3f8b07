"""The first few of a list over several jobs: one person in one message, each job with its own hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import batch_undo, pilot, plans
from employer_app.domain.close_out import Cause
from employer_app.domain.release import Gate
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Message, MessageApplication
from employer_app.queries.pilots import Part, part_ids
from tests import factories
from tests.actions.large_lists import batch, confirm, message_ids

pytestmark = pytest.mark.both
#: a Tuesday; 07:00 in New York, 13:00 in Amsterdam
MORNING = datetime(2026, 9, 15, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _pilot(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PILOT_SIZE", 2)


def spoken_of(message_id: int) -> list[int]:
    query = sa.select(MessageApplication.application_id).where(MessageApplication.message_id == message_id)
    return sorted(db.session.scalars(query))


def test_one_persons_applications_go_in_one_message_and_it_counts_once(bob: Person) -> None:
    one, other = factories.job("Store Colleague"), factories.job("Night Porter")
    person = factories.candidate("Sofia Papadaki")
    both = [factories.application(job, candidate_id=person) for job in (one, other)]
    rest = [factories.application(one) for _ in range(3)]
    ids = [*both, *rest]
    listed = confirm(plans.start_close_out(cause=Cause.FILLED, actor=bob, application_ids=ids), bob)
    row, found = batch(listed), message_ids(listed)
    assert (row.messages, row.joined, row.pilot_last_id) == (4, 1, found[1])
    assert [spoken_of(each) for each in found] == [both, [rest[0]], [rest[1]], [rest[2]]]
    first = part_ids(bob, listed, Part.PILOT)
    db.session.rollback()
    assert batch_undo.undo(batch_id=listed, actor=bob, message_ids=first).stopped == 2
    db.session.rollback()
    status = dict(db.session.execute(sa.select(Application.id, Application.status)).all())
    assert {one for one in ids if status[one] is Status.ACTIVE} == {*both, rest[0]}
    assert verify(db.session()).differences == []


def test_the_rest_leaves_in_the_hours_of_each_readers_job(bob: Person) -> None:
    with time_machine.travel(MORNING, tick=False):
        here = factories.job("Store Colleague")
        there = factories.job("Night Porter", place_id=factories.place("US", "America/New_York"))
        ids = [factories.application(here) for _ in range(3)] + [factories.application(there)]
        listed = confirm(plans.start_close_out(cause=Cause.FILLED, actor=bob, application_ids=ids), bob)
        for gate in Gate:
            pilot.waive(batch_id=listed, gate=gate, because="Tried elsewhere", actor=bob)
        assert pilot.let_rest_go(batch_id=listed, actor=bob) == 2
        rest = part_ids(bob, listed, Part.REST)
        db.session.rollback()
        due = dict(db.session.execute(sa.select(Message.id, Message.due_at)).all())
        assert [due[one] for one in rest] == [MORNING + timedelta(minutes=10), MORNING + timedelta(hours=1)]
