"""Stop, pause and pace as verbs: who may, what is recorded, and the way back of each."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import sending
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.message import MessageStatus
from employer_app.domain.pace import Limits, Preset, limits_of
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Batch, Event, Message, Organisation
from employer_app.outbox import relay
from employer_app.outbox.claim import claim
from tests.outbox.driving import drain, queue, statuses

pytestmark = pytest.mark.both


def _row() -> Organisation:
    db.session.rollback()
    return db.session.get_one(Organisation, 1, populate_existing=True)


def _batch_of(message_id: int) -> int:
    return db.session.scalars(sa.select(Message.batch_id).where(Message.id == message_id)).one() or 0


def test_stop_keeps_all_here_and_go_on_lets_each_leave_once(app: Flask, bob: Person) -> None:
    queue(bob, 3)
    sending.stop_everything(actor=bob)
    assert not relay.may_send()
    assert drain(app).recipients() == []
    assert statuses() == [MessageStatus.QUEUED] * 3
    sending.go_on(actor=bob)
    assert relay.may_send()
    assert len(set(drain(app).recipients())) == 3
    assert verify(db.session()).differences == []


def test_a_stop_in_the_middle_acts_on_the_next_claim(app: Flask, bob: Person) -> None:
    queue(bob, 3)
    with app.app_context():
        one = claim("other.1", limit=1)  # is in hand; its last look says no
    sending.stop_everything(actor=bob)
    assert len(one.message_ids) == 1
    assert list(claim("one.1").message_ids) == []


def test_a_paused_list_waits_and_goes_on(app: Flask, bob: Person) -> None:
    batch_id = _batch_of(queue(bob, 2)[0])
    sending.pause_batch(batch_id=batch_id, actor=bob, because="Wait for the panel")
    assert drain(app).recipients() == []
    batch = db.session.get_one(Batch, batch_id, populate_existing=True)
    assert (batch.paused_by, batch.paused_because) == (bob.user_id, "Wait for the panel")
    sending.resume_batch(batch_id=batch_id, actor=bob)
    assert len(drain(app).recipients()) == 2


def test_pausing_twice_is_pausing_once(bob: Person, alice: Person) -> None:
    batch_id = _batch_of(queue(bob, 1)[0])
    sending.pause_batch(batch_id=batch_id, actor=bob, because="first")
    sending.pause_batch(batch_id=batch_id, actor=alice, because="second")
    sending.resume_batch(batch_id=batch_id, actor=alice)
    sending.resume_batch(batch_id=batch_id, actor=alice)
    said = db.session.scalars(sa.select(Event.facts).where(Event.subject == "organisation:1"))
    assert [one for one in said if "batch_id" in one] == [
        {"fields": ["sending.list_paused"], "batch_id": batch_id},
        {"fields": ["sending.list_resumed"], "batch_id": batch_id},
    ]


def test_no_such_list(bob: Person) -> None:
    for verb in (sending.pause_batch, sending.resume_batch):
        with pytest.raises(NotFound):
            verb(batch_id=77, actor=bob)


def test_a_preset_gives_its_figures_and_own_ones_replace_them(alice: Person) -> None:
    sending.set_pace(actor=alice, preset=Preset.MICROSOFT_365)
    assert limits_of(_row()) == Limits(minute=30, day=10_000)
    own = Limits(second=3, domain_minute=20)
    sending.set_pace(actor=alice, preset=Preset.OWN, own=own)
    assert (limits_of(_row()), _row().pace_preset) == (own, "own")
    sending.set_pace(actor=alice, preset=Preset.NO_LIMIT)
    assert not limits_of(_row())


@pytest.mark.parametrize(
    ("own", "field"),
    [
        (Limits(), "pace_minute"),
        (Limits(second=0), "pace_second"),
        (Limits(minute=-1), "pace_minute"),
        (Limits(day=10**9), "pace_day"),
        (Limits(domain_minute=10**9), "pace_domain_minute"),
    ],
)
def test_a_pace_that_is_none_is_refused(alice: Person, own: Limits, field: str) -> None:
    with pytest.raises(Refused) as refused:
        sending.set_pace(actor=alice, preset=Preset.OWN, own=own)
    assert refused.value.field == field
    assert not limits_of(_row())


def test_who_may(bob: Person, charlie: Person) -> None:
    with pytest.raises(NotAllowed):
        sending.set_pace(actor=bob, preset=Preset.GMAIL)
    for verb in (sending.stop_everything, sending.go_on):
        with pytest.raises(NotAllowed):
            verb(actor=charlie)
    for change in (sending.pause_batch, sending.resume_batch):
        with pytest.raises(NotAllowed):
            change(batch_id=1, actor=charlie)
