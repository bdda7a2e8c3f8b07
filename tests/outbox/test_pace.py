"""Claims at a pace, on both databases: slots that all workers share, quotas, and what must not starve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.domain.delivery import Outcome
from employer_app.domain.message import MessageStatus
from employer_app.domain.pace import HORIZON
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Batch, Delivery, Message, Organisation
from employer_app.outbox import worker
from employer_app.outbox.claim import claim, claim_more, release
from employer_app.outbox.pace import slots_again
from tests.outbox.driving import drain, queue, statuses

pytestmark = pytest.mark.both

START = datetime(2026, 11, 26, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(START, tick=False) as frozen:
        yield frozen


def _pace(**figures: int | None) -> None:
    with transaction() as session:
        session.execute(sa.update(Organisation).values({f"pace_{name}": n for name, n in figures.items()}))


def _domain(ids: list[int], domain: str) -> None:
    with transaction() as session:
        session.execute(sa.update(Message).where(Message.id.in_(ids)).values(domain=domain))


def _sent(message_id: int, at: datetime, outcome: Outcome = Outcome.ACCEPTED, attempt: int = 1) -> None:
    with transaction() as session:
        session.add(Delivery(message_id=message_id, attempt=attempt, outcome=outcome, at=at))


def test_only_what_has_a_slot_soon_is_taken(bob: Person, clock: time_machine.Coordinates) -> None:  # fault 40
    ids = queue(bob, 40)
    _pace(second=14)
    claimed = claim("one.1")
    within = 1 + int(HORIZON / timedelta(microseconds=71_429))
    assert list(claimed.message_ids) == ids[:within]
    assert [claimed.slots[one] for one in ids[:2]] == [START, START + timedelta(microseconds=71_429)]
    assert statuses().count(MessageStatus.QUEUED) == 40 - within
    left = sa.select(Message.lease_until).where(Message.status == MessageStatus.QUEUED)
    assert set(db.session.scalars(left)) == {None}


def test_workers_share_the_slots_and_lose_none(
    bob: Person, clock: time_machine.Coordinates
) -> None:  # fault 40
    queue(bob, 90)
    _pace(second=10)
    slots: list[datetime] = []
    for _ in range(4):
        for host in ("one.1", "two.1", "three.1"):
            slots += claim(host).slots.values()
        clock.shift(SECOND)
    assert slots == [START + timedelta(milliseconds=100) * number for number in range(len(slots))]
    assert len(slots) == 51  # the horizon at first, and what each second added


def test_slots_that_passed_while_nobody_looked_are_gone(
    bob: Person, clock: time_machine.Coordinates
) -> None:  # fault 41
    queue(bob, 90)
    _pace(second=10)
    release(claim("one.1").token)
    clock.shift(timedelta(hours=3))
    slots = sorted(claim("one.1").slots.values())
    assert slots[0] == START + timedelta(hours=3)
    assert len(slots) == 21


def test_a_clock_that_was_put_back_stops_nothing_for_long(
    bob: Person, clock: time_machine.Coordinates
) -> None:  # fault 41
    queue(bob, 3)
    _pace(second=10, domain_minute=60)
    clock.shift(timedelta(hours=1))
    release(claim("one.1").token)
    clock.move_to(START + SECOND)
    claim("one.1")
    clock.shift(6 * SECOND)
    assert len(claim("one.1").message_ids) == 3


def test_who_waits_behind_a_full_domain_is_taken(bob: Person, clock: time_machine.Coordinates) -> None:
    ids = queue(bob, 130)
    _domain(ids[:125], "big.example")
    for one in ids[125:]:
        _domain([one], f"small{one}.example")
    _pace(domain_minute=30)
    claimed = claim("one.1", limit=10)
    taken = {one: claimed.slots[one] - START for one in claimed.message_ids}
    assert taken == {ids[0]: 0 * SECOND, **dict.fromkeys(ids[125:], 0 * SECOND), ids[1]: 2 * SECOND}
    again = claim("two.1", limit=10)
    assert (again.message_ids, again.again_at) == ((), START + 4 * SECOND - HORIZON)


def test_a_day_holds_what_left_and_what_is_in_hand(bob: Person, clock: time_machine.Coordinates) -> None:
    ids = queue(bob, 10)
    gone = ids[:3]
    with transaction() as session:
        session.execute(
            sa.update(Message)
            .where(Message.id.in_(gone))
            .values(status=MessageStatus.ACCEPTED, fenced_at=START - timedelta(hours=2))
        )
    _sent(gone[0], START - timedelta(hours=25))
    _sent(gone[1], START - timedelta(hours=23))
    _sent(gone[2], START - timedelta(hours=22))
    _sent(ids[5], START - timedelta(hours=1), Outcome.TRY_LATER)  # the server does not have it
    _pace(day=5)
    first = claim("one.1", limit=2)
    assert len(first.message_ids) == 2
    assert len(claim("two.1").message_ids) == 1
    assert claim("two.1").message_ids == ()
    clock.shift(timedelta(hours=1, seconds=1))
    assert len(claim("two.1").message_ids) == 1  # the one of 23 hours ago counts no more


def test_what_may_have_arrived_counts_against_the_day(bob: Person, clock: time_machine.Coordinates) -> None:
    ids = queue(bob, 4)
    with transaction() as session:  # a worker died after the dot: no attempt was written down
        session.execute(
            sa.update(Message)
            .where(Message.id == ids[0])
            .values(status=MessageStatus.UNCERTAIN, fenced_at=START - SECOND)
        )
    _pace(day=2)
    assert len(claim("one.1").message_ids) == 1


def test_more_joins_what_is_in_hand_but_never_what_lapsed(
    bob: Person, clock: time_machine.Coordinates
) -> None:
    ids = queue(bob, 30)
    _pace(second=10)
    with transaction() as session:
        session.execute(sa.update(Message).where(Message.id == ids[22]).values(lapses=1))
    first = claim("one.1")
    clock.shift(SECOND)
    more = claim_more(first.token)
    assert (more.token, len(more.message_ids)) == (first.token, 8)
    assert ids[22] not in more.message_ids
    alone = claim("two.1")
    assert (alone.message_ids, alone.lapsed) == ((ids[22],), True)


def test_nothing_is_taken_while_everything_is_stopped(bob: Person) -> None:
    queue(bob, 2)
    with transaction() as session:
        session.execute(sa.update(Organisation).values(stopped_at=START))
    assert list(claim("one.1").message_ids) == []
    with transaction() as session:
        session.execute(sa.update(Organisation).values(stopped_at=None))
    assert len(claim("one.1").message_ids) == 2


@pytest.mark.parametrize("figures", [{"second": None}, {"second": 50}])
def test_nothing_of_a_paused_list_is_taken_and_the_others_go_on(
    bob: Person, figures: dict[str, int | None]
) -> None:
    first = queue(bob, 2)
    both = queue(bob, 2)
    _pace(**figures)
    with transaction() as session:
        of_first = sa.select(Message.batch_id).where(Message.id == first[0]).scalar_subquery()
        session.execute(sa.update(Batch).where(Batch.id == of_first).values(paused_at=START))
    assert list(claim("one.1").message_ids) == both[2:]


def test_a_missed_slot_is_replaced_by_the_next_free_one(
    bob: Person, clock: time_machine.Coordinates
) -> None:  # fault 41
    queue(bob, 3)
    _pace(second=2, domain_minute=20)
    last = max(claim("one.1").slots.values())
    clock.shift(SECOND * 10)
    assert last < START + SECOND * 10
    again = slots_again(["post.example"]) + slots_again(["post.example", "post.example"])
    assert again == [START + SECOND * 10 + SECOND * 3 * number for number in range(3)]


def test_everybody_gets_one_letter_and_the_slots_are_kept(app: Flask, bob: Person) -> None:  # fault 1
    queue(bob, 20)
    _pace(second=100)
    sink = drain(app)
    assert len(set(sink.recipients())) == len(sink.recipients()) == 20
    assert set(statuses()) == {MessageStatus.ACCEPTED}


def test_a_worker_that_has_no_slot_soon_comes_back_later(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "stopping", Event())
    queue(bob, 2)
    _pace(minute=1)
    with time_machine.travel(START, tick=False):
        with transaction() as session:
            session.execute(sa.update(Message).values(due_at=START - SECOND))
        assert len(drain(app).recipients()) == 1
        assert worker.look_again_at() == START + timedelta(minutes=1) - HORIZON
    with time_machine.travel(START + timedelta(minutes=1), tick=False):
        assert len(drain(app).recipients()) == 1
    with time_machine.travel(START + timedelta(minutes=2), tick=False):
        assert drain(app).recipients() == []
    assert worker.look_again_at() is None
