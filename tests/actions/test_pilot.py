"""The first real list: a few go first, the rest waits for what must hold and for a person's word."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import batch_undo, messages, pilot, plans, settings
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus as S
from employer_app.domain.release import Gate
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Event, Message, Organisation, PlanItem
from employer_app.outbox import restore
from employer_app.outbox.claim import claim, release
from employer_app.queries.health import status
from employer_app.queries.pace import finish
from employer_app.queries.pilots import Part, part_ids, pilot_of
from tests import factories
from tests.actions.large_lists import at_once, batch, confirm, message_ids, plan_for, sent

pytestmark = pytest.mark.both
SIZE = 3


@pytest.fixture(autouse=True)
def _pilot(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PILOT_SIZE", SIZE)
    monkeypatch.setitem(app.config, "SEND_WINDOW", "always")


@pytest.fixture
def listed(app: Flask, bob: Person) -> int:
    """Eight people, of whom three go first."""
    return confirm(plan_for(bob, 8), bob)


def gates(viewer: Person, batch_id: int) -> dict[Gate, bool]:
    db.session.rollback()
    found = pilot_of(viewer, batch_id)
    assert found is not None
    return {one.gate: one.open for one in found.gates}


def all_due() -> None:
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(seconds=1)))


def taken() -> list[int]:
    """What a worker would hand over now; given back at once."""
    found = claim("worker", 100)
    release(found.token)
    return sorted(found.message_ids)


def statuses(batch_id: int) -> Counter[S]:
    db.session.rollback()
    query = sa.select(Message.status).where(Message.batch_id == batch_id)
    return Counter(db.session.scalars(query))


def test_only_the_first_few_are_claimed_however_due_the_others_are(bob: Person, listed: int) -> None:
    ids = message_ids(listed)
    all_due()
    assert taken() == ids[:SIZE]
    assert part_ids(bob, listed, Part.PILOT) == ids[:SIZE]
    assert part_ids(bob, listed, Part.REST) == ids[SIZE:]
    found = pilot_of(bob, listed)
    assert found is not None
    assert (found.size, found.accepted, found.waiting, found.rest, found.may_go) == (3, 0, 3, 5, False)
    assert status(bob).due == SIZE  # what waits for a word is not stuck
    with time_machine.travel(now() + timedelta(days=3)):
        assert restore.backlog(now() - timedelta(days=2)) == SIZE
    assert finish(bob, listed, batch_purpose()) is not None


def batch_purpose():
    db.session.rollback()
    return db.session.scalars(sa.select(Message.purpose)).first()


def test_the_rest_is_due_no_earlier_than_it_could_go(listed: int) -> None:
    row, ids = batch(listed), message_ids(listed)
    due = dict(db.session.execute(sa.select(Message.id, Message.due_at)).all())
    assert {due[one] for one in ids[:SIZE]} == {row.due_at}
    assert {due[one] for one in ids[SIZE:]} == {row.due_at + timedelta(hours=2)}


def test_each_text_is_tried_in_the_first_few(app: Flask, bob: Person) -> None:
    job = factories.job()
    for _ in range(6):
        factories.application(job)
    late = factories.application(job, received=timedelta(days=500))
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    groups = dict(db.session.execute(sa.select(PlanItem.application_id, PlanItem.group)).all())
    first = message_ids(confirm(plan, bob))[:SIZE]
    query = (
        sa.select(Application.id)
        .join(Application.candidate)
        .join(Message, Message.candidate_id == Application.candidate_id)
    )
    chosen = set(db.session.scalars(query.where(Message.id.in_(first))))
    assert {groups[one] for one in chosen} == set(groups.values())
    assert late in chosen or len(set(groups.values())) == 1


def test_a_small_list_an_update_and_the_second_list_have_none(bob: Person, listed: int) -> None:
    assert batch(confirm(plan_for(bob, SIZE), bob)).pilot_last_id is None
    job = factories.job()
    for _ in range(5):
        factories.application(job)
    assert batch(confirm(plans.start_update(job_id=job, actor=bob), bob)).pilot_last_id is None
    assert batch(confirm(plan_for(bob, 5), bob)).pilot_last_id  # the first has not shown anything yet
    for gate in Gate:
        pilot.waive(batch_id=listed, gate=gate, because="Tried elsewhere", actor=bob)
    pilot.let_rest_go(batch_id=listed, actor=bob)
    assert batch(confirm(plan_for(bob, 5), bob)).pilot_last_id is None


def test_where_large_lists_have_left_before_there_is_none(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PILOT_SIZE", 0)
    old = confirm(plan_for(bob, 5), bob)
    sent(message_ids(old)[:1])
    monkeypatch.setitem(app.config, "PILOT_SIZE", SIZE)
    assert batch(confirm(plan_for(bob, 5), bob)).pilot_last_id is None


def test_what_was_confirmed_in_safe_mode_has_its_pilot_when_it_leaves(
    app: Flask, alice: Person, bob: Person
) -> None:
    with transaction() as session:
        session.execute(sa.update(Organisation).values(safe_mode=True))
    listed = confirm(plan_for(bob, 8), bob)
    settings.set_safe_mode(actor=alice, on=False)
    ids = message_ids(listed)
    assert statuses(listed) == {S.HELD: 8}
    messages.release(message_ids=ids, actor=bob)
    all_due()
    assert taken() == ids[:SIZE]


def test_the_rest_goes_when_everything_holds_and_somebody_says_so(bob: Person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        listed = confirm(plan_for(bob, 8), bob)
        ids = message_ids(listed)
        sent(ids[: SIZE - 1])
        assert gates(bob, listed) == {Gate.TIME: False, Gate.ARRIVED: True, Gate.REPLIES: True}
        clock.shift(timedelta(hours=2))
        sent(ids[SIZE - 1 : SIZE])
        clock.shift(timedelta(hours=1, minutes=59))
        assert gates(bob, listed)[Gate.TIME] is False  # it is the last of them that counts
        with pytest.raises(Refused):
            pilot.let_rest_go(batch_id=listed, actor=bob)
        clock.shift(timedelta(minutes=1))
        assert gates(bob, listed) == dict.fromkeys(Gate, True)
        assert taken() == []
        assert pilot.let_rest_go(batch_id=listed, actor=bob) == 5
        assert pilot.let_rest_go(batch_id=listed, actor=bob) == 0
        assert taken() == []  # a slip can be undone
        clock.shift(timedelta(minutes=10))
        assert taken() == ids[SIZE:]
        row = batch(listed)
        assert row.rest_let_go_by == bob.user_id
        facts = db.session.scalars(
            sa.select(Event.facts).where(Event.kind == EventKind.SETTINGS_CHANGED)
        ).all()
        assert [one for one in facts if one["fields"] == ["pilot.let_go"]] == [
            {"fields": ["pilot.let_go"], "of_batch_id": listed}
        ]


@pytest.mark.parametrize("how", [S.FAILED, S.UNCERTAIN])
def test_one_that_failed_or_is_in_doubt_is_in_the_way(bob: Person, listed: int, how: S) -> None:
    ids = message_ids(listed)
    sent(ids[:2])
    sent(ids[2:SIZE], how)
    assert gates(bob, listed) == {Gate.TIME: False, Gate.ARRIVED: False, Gate.REPLIES: True}


def test_one_that_came_back_is_in_the_way(bob: Person, listed: int) -> None:
    ids = message_ids(listed)
    sent(ids[:SIZE])
    about = db.session.scalars(
        sa.select(Application.id)
        .join(Message, Message.candidate_id == Application.candidate_id)
        .where(Message.id == ids[0])
    ).one()
    factories.happened(about, EventKind.MESSAGE_BOUNCED, message_id=ids[0] + 900)
    assert gates(bob, listed)[Gate.ARRIVED] is True
    factories.happened(about, EventKind.MESSAGE_BOUNCED, message_id=ids[0])
    assert gates(bob, listed)[Gate.ARRIVED] is False


def test_an_answer_that_nobody_read_is_in_the_way_and_an_older_one_is_not(bob: Person, listed: int) -> None:
    ids = message_ids(listed)
    sent(ids[:SIZE])
    for wrote, holds in ((timedelta(hours=-1), True), (timedelta(minutes=1), False)):
        with transaction() as session:
            session.execute(sa.update(Application).values(unread_since=now() + wrote))
        assert gates(bob, listed)[Gate.REPLIES] is holds


def test_each_can_be_set_aside_by_name_with_a_reason_and_the_first_word_stays(
    alice: Person, bob: Person, listed: int
) -> None:
    for nothing in ("", "   ", "two\nlines", "x" * 121):
        with pytest.raises(Refused):
            pilot.waive(batch_id=listed, gate=Gate.TIME, because=nothing, actor=bob)
    pilot.waive(batch_id=listed, gate=Gate.TIME, because="Tried in another office", actor=bob)
    pilot.waive(batch_id=listed, gate=Gate.TIME, because="Something else", actor=alice)
    found = pilot_of(bob, listed)
    assert found is not None
    waiver = found.gates[0].waiver
    assert waiver is not None
    assert (waiver.by, waiver.because) == ("Bob Adeyemi", "Tried in another office")
    assert pilot.let_rest_go(batch_id=listed, actor=alice) == 5
    with pytest.raises(Refused):
        pilot.waive(batch_id=listed, gate=Gate.REPLIES, because="Too late", actor=bob)


def test_who_may_not_and_what_has_none(charlie: Person, bob: Person, listed: int) -> None:
    with pytest.raises(NotAllowed):
        pilot.let_rest_go(batch_id=listed, actor=charlie)
    with pytest.raises(NotAllowed):
        pilot.waive(batch_id=listed, gate=Gate.TIME, because="I say so", actor=charlie)
    with pytest.raises(NotFound):
        pilot.let_rest_go(batch_id=listed + 99, actor=bob)
    small = confirm(plan_for(bob, 1), bob)
    with pytest.raises(Refused):
        pilot.let_rest_go(batch_id=small, actor=bob)
    assert pilot_of(bob, small) is None
    assert part_ids(bob, small, Part.REST) == []


@pytest.mark.parametrize("part", [*Part, None])
def test_undo_of_one_of_the_first_few_or_of_the_rest_restores_exactly(bob: Person, part: Part | None) -> None:
    plan = plan_for(bob, 8)
    listed = confirm(plan, bob)
    ids = message_ids(listed)
    chosen = ids[:1] if part is None else list(part_ids(bob, listed, part))
    whom = sa.select(Message.candidate_id).where(Message.id.in_(chosen))
    undone = batch_undo.undo(batch_id=listed, actor=bob, message_ids=chosen)
    assert (undone.stopped, undone.too_late) == (len(chosen), 0)
    db.session.rollback()
    restored = sa.select(Application.status, Application.decided_at).where(Application.candidate_id.in_(whom))
    assert {tuple(row) for row in db.session.execute(restored)} == {(Status.ACTIVE, None)}
    others = sa.select(Application.status).where(Application.candidate_id.not_in(whom))
    assert set(db.session.scalars(others)) == {Status.REJECTED}
    assert statuses(listed) == {S.CANCELLED: len(chosen), S.QUEUED: 8 - len(chosen)}
    all_due()
    assert taken() == [one for one in ids[:SIZE] if one not in chosen]
    assert verify(db.session()).differences == []


def test_when_none_of_the_first_few_ever_left_only_a_word_lets_the_rest_go(bob: Person, listed: int) -> None:
    batch_undo.undo(batch_id=listed, actor=bob, message_ids=message_ids(listed)[:SIZE])
    assert gates(bob, listed)[Gate.TIME] is False
    pilot.waive(batch_id=listed, gate=Gate.TIME, because="They were told by phone", actor=bob)
    assert pilot.let_rest_go(batch_id=listed, actor=bob) == 5


def test_sent_and_undone_at_once_each_message_ends_in_one_way(
    alice: Person, bob: Person, listed: int
) -> None:
    for gate in Gate:
        pilot.waive(batch_id=listed, gate=gate, because="Tried elsewhere", actor=bob)
    rest = list(part_ids(bob, listed, Part.REST))
    db.session.rollback()
    given = at_once(
        lambda: pilot.let_rest_go(batch_id=listed, actor=bob),
        lambda: pilot.let_rest_go(batch_id=listed, actor=alice),
        lambda: batch_undo.undo(batch_id=listed, actor=alice, message_ids=rest),
    )
    assert not [one for one in given if isinstance(one, Exception)]
    assert statuses(listed) == {S.CANCELLED: 5, S.QUEUED: 3}
    assert 0 in given[:2]
