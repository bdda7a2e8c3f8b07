"""Every message is in exactly one view, whatever moved: the parts of a page add up to its total."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound
from employer_app.domain.event import EventKind
from employer_app.domain.message import MOVES, MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import transaction
from employer_app.models import Message
from employer_app.queries.boxes import ON_THEIR_WAY, STATES, Box, Filters, box_counts
from employer_app.queries.messages import PAGE, matching, messages, picked
from tests import factories
from tests.actions.mail import queue

pytestmark = pytest.mark.both

FREE: dict[str, object] = {"claim_token": None, "lease_until": None}
#: what a row of each state must hold besides
WITH: dict[MessageStatus, dict[str, object]] = {
    MessageStatus.HELD: {**FREE, "held_because": "The name was changed."},
    MessageStatus.QUEUED: {**FREE, "fenced_at": None},
    MessageStatus.CLAIMED: {"claim_token": "x.y", "lease_until": now()},
    MessageStatus.HANDING_OVER: {"claim_token": "x.y", "lease_until": now(), "fenced_at": now()},
    MessageStatus.ACCEPTED: FREE,
    MessageStatus.FAILED: FREE,
    MessageStatus.UNCERTAIN: {**FREE, "fenced_at": now()},
    MessageStatus.CANCELLED: FREE,
}


def move(dice: random.Random, message_id: int) -> None:
    """One move that the table of moves allows, as whoever makes it would leave the row."""
    with transaction() as session:
        row = session.get_one(Message, message_id)
        if not MOVES[row.status]:
            return
        row.status = dice.choice(sorted(MOVES[row.status]))
        for name, value in WITH[row.status].items():
            setattr(row, name, value)
        row.attempts += dice.randrange(2)
        failed = row.status is MessageStatus.FAILED
    if failed:
        fail(message_id, made_good=dice.random() < 0.5)


def fail(message_id: int, *, made_good: bool) -> None:
    with transaction() as session:
        values = {**FREE, "status": MessageStatus.FAILED}
        session.execute(sa.update(Message).where(Message.id == message_id).values(**values))
    about = messages_about(message_id)
    factories.happened(about, EventKind.MESSAGE_FAILED, ago=timedelta(0), message_id=message_id)
    if made_good:
        factories.happened(about, EventKind.CALL_LOGGED, ago=timedelta(0), tells=False)


def messages_about(message_id: int) -> int:
    with transaction() as session:
        return session.scalars(
            sa.text("SELECT application_id FROM message_application WHERE message_id = :one"),
            {"one": message_id},
        ).one()


def adds_up(bob: Person, filters: Filters) -> int:
    """The numbers of all views against the lists behind them; returns the total."""
    counts = box_counts(bob, filters)
    lists = {box: matching(bob, box, filters, limit=100) for box in Box}
    assert {box: counts.of(box) for box in Box} == {box: len(ids) for box, ids in lists.items()}
    assert sum(counts.parts.values()) == counts.total
    assert sorted(one for box in STATES for one in lists[box]) == sorted(lists[Box.ALL])
    assert sorted(one for box in ON_THEIR_WAY for one in lists[box]) == sorted(lists[Box.OPEN])
    return counts.total


@pytest.mark.parametrize("seed", range(3))
def test_parts_add_up_under_random_moves(app: Flask, bob: Person, seed: int) -> None:
    dice = random.Random(seed)
    jobs = [factories.job(), factories.job()]
    ids = [queue(factories.application(jobs[number % 2])) for number in range(6)]
    for _ in range(20):
        move(dice, dice.choice(ids))
        assert adds_up(bob, Filters()) == len(ids)
    for number, message_id in enumerate(
        ids[:2]
    ):  # whatever became of them: one failed, one was made good since
        fail(message_id, made_good=bool(number))
    counts = box_counts(bob).parts
    assert min(counts[Box.FAILED], counts[Box.MADE_GOOD]) > 0
    assert adds_up(bob, Filters()) == len(ids)
    assert [adds_up(bob, Filters(job_id=job)) for job in jobs] == [3, 3]
    assert (adds_up(bob, Filters(text="person")), adds_up(bob, Filters(text="@no"))) == (len(ids), 0)


def test_filters_take_what_is_typed_word_for_word(app: Flask, bob: Person) -> None:  # attack 74
    job = factories.job()
    odd = queue(factories.application(job, name="Ann 100% Sure", address="a_b@post.example"))
    plain = queue(factories.application(job, name="Bea", address="axb@post.example"))
    wanted = {"a_b@": [odd], "A_B@POST": [odd], "%": [odd], "100%": [odd], "post": [plain, odd], "\\": []}
    for text, ids in wanted.items():
        assert [row.id for row in messages(bob, Box.ALL, filters=Filters(text=text)).rows] == ids, text


def test_filter_by_send_list_takes_no_other(app: Flask, bob: Person) -> None:
    queue(factories.application(factories.job()))
    assert box_counts(bob, Filters(batch_id=7)).total == 0
    assert messages(bob, Box.ALL, filters=Filters(batch_id=7)).total == 0


def test_all_that_match_are_the_view_and_its_filters(app: Flask, bob: Person) -> None:
    here, there = factories.job(), factories.job()
    ids = [queue(factories.application(here)) for _ in range(PAGE + 3)]
    queue(factories.application(there))
    assert sorted(matching(bob, Box.QUEUED, Filters(job_id=here), limit=500)) == ids
    assert len(matching(bob, Box.QUEUED, Filters(job_id=here), limit=10)) == 11
    assert matching(bob, Box.SENT, Filters(), limit=10) == []


def test_picked_are_those_and_one_that_is_none_refuses_all(app: Flask, bob: Person) -> None:
    ids = [queue(factories.application(factories.job())) for _ in range(2)]
    assert [row.id for row in picked(bob, ids)] == ids[::-1]
    for wrong in ([], [*ids, 999_999]):
        with pytest.raises(NotFound):
            picked(bob, wrong)
