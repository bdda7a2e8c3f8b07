"""The list of each day of a rescue: who is on it, who falls out, and what a day missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import batch_undo, batches, plans, rescue
from employer_app.actions.applications import move_stage
from employer_app.actions.rescue import day
from employer_app.domain.errors import Changed, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.rescue import HEAPS, Apart, Choice, Fate, Press
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Place, Rescue, RescueMember
from employer_app.outbox import worker
from employer_app.queries import rescue as found
from employer_app.queries.owed import Filters, owed_counts
from tests import factories
from tests.actions.backlog import (
    TODAY,
    confirm,
    drip,
    old_people,
    on_list,
    pile_of,
    planned,
    running,
    told_of,
)
from tests.queries.crowd import NOW, days, on_the_pile, random_world
from tests.smtp_sink import SmtpSink

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def clock(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_a_rescue_over_days_keeps_the_home_list_quiet_and_adds_up(
    bob: Person, clock: time_machine.Traveller
) -> None:
    ids = old_people(5)
    rescue_id = planned(bob)
    assert owed_counts(bob, Filters(old_pile=False)).all == 0
    assert found.pile(bob).apart[Apart.PLANNED] == 5
    now = running(bob)
    assert (now.people, now.left, now.finish_on) == (5, 5, date(2026, 11, 20))
    first = rescue.prepare(actor=bob, rescue_id=rescue_id)
    assert on_list(first) == ids[:2]
    assert rescue.prepare(actor=bob, rescue_id=rescue_id) == first
    now = running(bob)
    assert (now.fates[Fate.TODAY], now.fates[Fate.LEFT]) == (2, 3)
    confirm(bob, first)
    now = running(bob)
    assert now.fates[Fate.ON_THE_WAY] == 2
    assert pile_of(*ids) == [False, False, True, True, True]
    assert (now.room, now.finish_on) == (0, date(2026, 11, 20))
    with pytest.raises(Refused, match="list of today is confirmed"):
        rescue.prepare(actor=bob, rescue_id=rescue_id)
    clock.shift(timedelta(days=1))
    assert on_list(rescue.prepare(actor=bob, rescue_id=rescue_id)) == ids[2:4]
    assert sum(running(bob).fates.values()) == 5


def test_what_a_day_missed_comes_first_and_is_not_doubled(bob: Person, clock: time_machine.Traveller) -> None:
    ids = old_people(6)
    rescue_id = planned(bob)
    rescue.prepare(actor=bob, rescue_id=rescue_id)
    clock.shift(timedelta(days=2))
    now = running(bob)
    assert now.missed is not None
    assert (now.missed.people, now.missed.day, now.left) == (2, TODAY, 6)
    again = rescue.prepare(actor=bob, rescue_id=rescue_id)
    assert on_list(again) == ids[:2]


def test_a_late_confirmation_of_yesterdays_list_leaves_less_room_today(
    bob: Person, clock: time_machine.Traveller
) -> None:
    ids = old_people(6)
    rescue_id = planned(bob, 3)
    yesterday = rescue.prepare(actor=bob, rescue_id=rescue_id)
    clock.shift(timedelta(hours=23))
    confirm(bob, yesterday)
    assert running(bob).room == 0
    with pytest.raises(Refused):
        rescue.prepare(actor=bob, rescue_id=rescue_id)
    assert running(bob).fates[Fate.ON_THE_WAY] == 3
    assert pile_of(*ids) == [False] * 3 + [True] * 3


def test_who_is_answered_moved_decided_on_or_withdraws_falls_out_by_themselves(bob: Person) -> None:
    job = factories.job()
    ids = old_people(6, job_id=job)
    rescue_id = planned(bob, 10)
    answered, moved, withdrew, let_go, offered, left = ids
    factories.happened(answered, EventKind.DECISION_MADE, ago=days(1), decision_id=1, disposition="X",
                       status="rejected", stage_kind="applied", owed=True)  # fmt: skip
    factories.happened(answered, EventKind.CALL_LOGGED, tells=True)
    factories.happened(withdrew, EventKind.STATUS_CHANGED, status="withdrawn")
    factories.happened(let_go, EventKind.WAIVER_MADE)
    for one, kind in ((moved, StageKind.SCREEN), (offered, StageKind.OFFER)):
        row = db.session.get_one(Application, one)
        stages = {stage.kind: stage.id for stage in row.job.stages}
        move_stage(actor=bob, versions={one: row.version}, stage_id=stages[kind])
    now = running(bob)
    assert {fate: people for fate, people in now.fates.items() if people} == {
        Fate.ANSWERED: 1, Fate.ENDED: 2, Fate.TAKEN_UP: 1, Fate.SET_ASIDE: 1, Fate.LEFT: 1,
    }  # fmt: skip
    assert on_list(rescue.prepare(actor=bob, rescue_id=rescue_id)) == [left]


def test_interviewed_promised_and_legal_people_come_first(bob: Person) -> None:
    ontario = factories.place("CA", "America/Toronto")
    with transaction() as session:
        session.get_one(Place, ontario).subdivision = "ON"
    job, there = factories.job(), factories.job("Purser", place_id=ontario)
    applied = factories.application(job, received=days(300))
    met = factories.application(job, received=days(100), stage=StageKind.INTERVIEW)
    promised = factories.application(job, received=days(90))
    factories.happened(promised, EventKind.PROMISE_MADE, ago=days(60), due="2026-09-30")
    legal = factories.application(there, received=days(80), stage=StageKind.INTERVIEW)
    factories.happened(legal, EventKind.INTERVIEW_HELD, ago=days(50), interview_kind="panel")
    on_the_pile(applied, met, promised, legal)
    assert {name.press for name in found.pile(bob).heaps} == {
        Press.LEGAL, Press.PROMISED, Press.INTERVIEWED, Press.APPLIED,
    }  # fmt: skip
    rescue_id = planned(bob, 1)
    assert found.next_people(bob, rescue_id, 1) == [legal]
    assert found.next_people(bob, rescue_id, 2) == sorted([legal, promised])
    assert found.next_people(bob, rescue_id, 3) == sorted([legal, promised, met])


def test_a_colleague_takes_over_the_list_of_the_day_with_the_same_people(bob: Person, alice: Person) -> None:
    ids = old_people(4)
    rescue_id = planned(bob)
    his = rescue.prepare(actor=bob, rescue_id=rescue_id)
    hers = rescue.prepare(actor=alice, rescue_id=rescue_id)
    assert hers != his
    assert on_list(hers) == on_list(his) == ids[:2]
    confirm(alice, hers)
    with pytest.raises(Changed):
        confirm(bob, his)


def test_all_applications_of_a_person_come_on_one_list(bob: Person) -> None:
    twice = factories.candidate()
    first = factories.application(factories.job("Cook"), candidate_id=twice, received=days(300))
    other = old_people(1, ago=250)[0]
    second = factories.application(factories.job("Purser"), candidate_id=twice, received=days(120))
    on_the_pile(first, second)
    rescue_id = planned(bob, 1)
    assert found.next_people(bob, rescue_id, 1) == sorted([first, second])
    assert found.next_people(bob, rescue_id, 2) == sorted([first, second, other])


def test_whom_a_confirmed_list_left_out_is_put_on_the_home_list(
    bob: Person, clock: time_machine.Traveller
) -> None:
    job = factories.job()
    met = factories.application(job, received=days(300), stage=StageKind.INTERVIEW)
    on_the_pile(met)
    old_people(3, job_id=job)
    rescue_id = planned(bob)
    plan_id = rescue.prepare(actor=bob, rescue_id=rescue_id)
    plan = plans.own_plan(plan_id, bob)
    batches.confirm(plan_id=plan_id, digest=plan.digest, actor=bob, typed_count=1)
    now = running(bob)
    assert (now.fates[Fate.NEEDS_PERSON], now.fates[Fate.ON_THE_WAY], now.room) == (1, 1, 1)
    clock.shift(timedelta(days=1))
    assert met not in on_list(rescue.prepare(actor=bob, rescue_id=rescue_id))
    assert pile_of(met) == [False]


def test_an_undone_list_is_owed_again_and_comes_again(bob: Person) -> None:
    ids = old_people(3)
    rescue_id = planned(bob)
    batch_id = confirm(bob, rescue.prepare(actor=bob, rescue_id=rescue_id))
    batch_undo.undo(batch_id=batch_id, actor=bob)
    now = running(bob)
    assert (now.left, now.room) == (3, 2)
    assert on_list(rescue.prepare(actor=bob, rescue_id=rescue_id)) == ids[:2]


def test_no_list_on_a_day_off_before_the_first_day_or_while_it_is_paused(
    bob: Person, clock: time_machine.Traveller
) -> None:
    old_people(3)
    pile = found.pile(bob)
    done = rescue.plan(
        actor=bob,
        choices=dict.fromkeys(pile.heaps, Choice.WRITE),
        seen={},
        drip=drip(2, date(2026, 11, 20)),
    )
    assert done.rescue_id is not None
    with pytest.raises(Refused, match="Friday 20 November"):
        rescue.prepare(actor=bob, rescue_id=done.rescue_id)
    clock.move_to(datetime(2026, 11, 21, 10, tzinfo=UTC))
    with pytest.raises(Refused, match="Monday 23 November"):
        rescue.prepare(actor=bob, rescue_id=done.rescue_id)
    clock.move_to(datetime(2026, 11, 23, 10, tzinfo=UTC))
    rescue.pause(actor=bob, rescue_id=done.rescue_id)
    rescue.pause(actor=bob, rescue_id=done.rescue_id)
    with pytest.raises(Refused, match="paused"):
        rescue.prepare(actor=bob, rescue_id=done.rescue_id)
    rescue.resume(actor=bob, rescue_id=done.rescue_id)
    assert rescue.prepare(actor=bob, rescue_id=done.rescue_id)


@pytest.mark.parametrize("seed", range(4))
def test_in_any_world_nobody_is_on_two_lists_and_all_add_up(
    bob: Person, seed: int, clock: time_machine.Traveller
) -> None:
    random_world(seed, 40)
    everybody = db.session.scalar(sa.select(sa.func.count()).select_from(Application))
    pile = found.pile(bob)
    assert pile.people == everybody
    people = found.people_of(bob, HEAPS)
    assert len(people) == len({one.id for one in people}) == pile.in_heaps
    assert found.seen_of(people) == {name: heap.seen for name, heap in pile.heaps.items()}
    if not people:
        return
    rescue_id = planned(bob, 4)
    listed: set[int] = set()
    for turn in range(4):
        clock.move_to(NOW + timedelta(days=(0, 1, 2, 5)[turn]))
        now = running(bob)
        assert now.people == len(people)
        try:
            plan_id = rescue.prepare(actor=bob, rescue_id=rescue_id)
        except Refused:
            break
        ids = set(on_list(plan_id))
        assert not ids & listed
        assert not set(found.with_fate(bob, rescue_id, [Fate.ANSWERED, Fate.ENDED, Fate.TAKEN_UP])) & ids
        plan = plans.own_plan(plan_id, bob)
        messages = len({row.lead_id or row.application_id for row in told_of(plan_id)})
        if not messages:
            break
        batches.confirm(plan_id=plan_id, digest=plan.digest, actor=bob, typed_count=messages)
        listed |= ids
        db.session.rollback()
    assert found.pile(bob).people == everybody
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Rescue)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RescueMember)) == len(people)


def test_of_two_who_prepare_at_once_one_is_told(bob: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other presses while the first one's messages are being written."""
    ids = old_people(4)
    rescue_id = planned(bob)
    usual = day.start_close_out

    def slow(**values: Any) -> int:
        monkeypatch.setattr(day, "start_close_out", usual)
        rescue.prepare(actor=bob, rescue_id=rescue_id)
        db.session.rollback()
        return usual(**values)

    monkeypatch.setattr(day, "start_close_out", slow)
    with pytest.raises(Changed, match="Somebody else"):
        rescue.prepare(actor=bob, rescue_id=rescue_id)
    now = running(bob)
    assert (len(now.lists), now.fates[Fate.TODAY]) == (1, 2)
    assert on_list(now.lists[0].plan_id) == ids[:2]


def test_what_the_mail_server_took_is_answered_and_what_it_refused_needs_a_person(
    app: Flask, bob: Person, clock: time_machine.Traveller
) -> None:
    ids = old_people(5)
    rescue_id = planned(bob, 3)
    confirm(bob, rescue.prepare(actor=bob, rescue_id=rescue_id))
    clock.shift(timedelta(hours=2))
    with SmtpSink({"RCPT": [None, "550 5.1.1 No such mailbox here", None]}) as sink:
        app.config["MAIL_PORT"] = sink.port
        worker.drain()
        worker.leave()
    app.config["MAIL_PORT"] = 1
    now = running(bob)
    assert {fate: people for fate, people in now.fates.items() if people} == {
        Fate.ANSWERED: 2, Fate.NEEDS_PERSON: 1, Fate.LEFT: 2,
    }  # fmt: skip
    clock.shift(timedelta(days=1))
    assert on_list(rescue.prepare(actor=bob, rescue_id=rescue_id)) == ids[3:]
    assert verify(db.session()).differences == []
