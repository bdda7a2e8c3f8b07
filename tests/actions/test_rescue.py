"""A rescue from the plan to its end: the list of each day, who falls out, and what is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import batch_undo, batches, plans, rescue
from employer_app.actions.applications import move_stage
from employer_app.actions.rescue import Drip
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.rescue import HEAPS, Apart, Choice, Fate, HeapName, Press, Span
from employer_app.domain.role import Person, Role
from employer_app.domain.stage import StageKind
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Organisation, Place, PlanItem, Rescue, RescueMember
from employer_app.models.plan import told
from employer_app.queries import rescue as found
from employer_app.queries.owed import owed_counts
from employer_app.queries.rescue import Progress
from tests import factories
from tests.queries.crowd import NOW, days, on_the_pile, random_world

pytestmark = pytest.mark.both

OLD = HeapName(Press.APPLIED, Span.LONGER)
HALF_YEAR = HeapName(Press.APPLIED, Span.UNDER_12)
LEGAL = HeapName(Press.LEGAL, Span.UNDER_3)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def clock(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def drip(per_day: int = 2, starts_on: date = TODAY) -> Drip:
    return Drip(per_day, starts_on, Cause.FILLED)


def old_people(number: int, *, ago: float = 200, job_id: int | None = None) -> list[int]:
    """On the old pile; the later ones wait a day less each."""
    job_id = job_id or factories.job()
    ids = [factories.application(job_id, received=days(ago - n)) for n in range(number)]
    on_the_pile(*ids)
    db.session.rollback()
    return ids


def planned(actor: Person, per_day: int = 2, **more: object) -> int:
    """Everybody in every heap."""
    pile = found.pile(actor)
    done = rescue.plan(
        actor=actor, choices=dict.fromkeys(pile.heaps, Choice.WRITE), seen={}, drip=drip(per_day), **more
    )
    assert done.rescue_id is not None
    return done.rescue_id


def running(viewer: Person) -> Progress:
    db.session.rollback()
    now_running = found.running(viewer)
    assert now_running is not None
    return now_running


def on_list(plan_id: int) -> list[int]:
    db.session.rollback()
    query = sa.select(PlanItem.application_id).where(PlanItem.plan_id == plan_id)
    return list(db.session.scalars(query.order_by(PlanItem.application_id)))


def confirm(actor: Person, plan_id: int) -> int:
    plan = plans.own_plan(plan_id, actor)
    people = len(on_list(plan_id))
    return batches.confirm(plan_id=plan_id, digest=plan.digest, actor=actor, typed_count=people)


def pile_of(*ids: int) -> list[bool]:
    db.session.rollback()
    query = sa.select(Application.old_pile).where(Application.id.in_(ids)).order_by(Application.id)
    return list(db.session.scalars(query))


def test_a_rescue_over_days_keeps_the_home_list_quiet_and_adds_up(
    bob: Person, clock: time_machine.Traveller
) -> None:
    ids = old_people(5)
    rescue_id = planned(bob)
    assert owed_counts(bob, old_pile=False).all == 0
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


def test_at_its_end_those_left_are_on_the_pile_or_on_the_home_list(bob: Person) -> None:
    ids = old_people(3)
    first = planned(bob)
    assert rescue.end(actor=bob, rescue_id=first) == 3
    assert found.running(bob) is None
    assert pile_of(*ids) == [True] * 3
    with pytest.raises(Refused, match="has ended"):
        rescue.end(actor=bob, rescue_id=first)
    second = planned(bob)
    rescue.end(actor=bob, rescue_id=second, to_home=True)
    assert pile_of(*ids) == [False] * 3
    assert owed_counts(bob, old_pile=False).late == 3


def test_newly_late_people_are_offered_and_added(bob: Person) -> None:
    old_people(2)
    rescue_id = planned(bob)
    newly = factories.application(factories.job("Cook"), received=days(60))
    pile = found.pile(bob)
    assert (pile.in_heaps, pile.apart[Apart.PLANNED]) == (1, 2)
    assert planned(bob, 500) == rescue_id
    assert (running(bob).people, running(bob).per_day) == (3, 2)
    assert pile_of(newly) == [False]


def test_letting_go_of_a_group_is_by_name_with_a_reason_and_taken_back(bob: Person, alice: Person) -> None:
    ids = old_people(3, ago=500)
    seen = {name: heap.seen for name, heap in found.pile(bob).heaps.items()}
    done = rescue.plan(
        actor=bob, choices={OLD: Choice.NOT_NEEDED}, seen=seen, drip=drip(), reason="Older than two seasons"
    )
    assert (done.rescue_id, done.people, done.let_go) == (None, 0, 3)
    assert found.pile(bob).apart[Apart.NO_ANSWER_NEEDED] == 3
    assert done.let_go_id is not None
    with pytest.raises(NotFound):
        rescue.take_back(
            actor=factories.person("Dora", "dora@team.example", Role.RECRUITER), let_go_id=done.let_go_id
        )
    factories.happened(ids[0], EventKind.WAIVER_WITHDRAWN)
    assert rescue.take_back(actor=alice, let_go_id=done.let_go_id) == (2, 1)
    assert found.pile(bob).heaps[OLD].people == 3
    assert pile_of(*ids) == [False, True, True]
    with pytest.raises(Refused, match="already"):
        rescue.take_back(actor=bob, let_go_id=done.let_go_id)
    assert verify(db.session()).differences == []


def test_nobody_is_let_go_of_unseen_without_a_reason_or_against_a_date(bob: Person) -> None:
    old_people(2, ago=500)
    old_people(2, ago=200)
    seen = {name: heap.seen for name, heap in found.pile(bob).heaps.items()}
    old_people(1, ago=450)
    choices = {OLD: Choice.NOT_NEEDED, HALF_YEAR: Choice.WRITE}
    with pytest.raises(Refused, match="Say why"):
        rescue.plan(actor=bob, choices=choices, seen=seen, drip=drip(), reason=" \0 ")
    with pytest.raises(Refused, match="longer"):
        rescue.plan(actor=bob, choices=choices, seen=seen, drip=drip(), reason="x" * 1001)
    with pytest.raises(Changed):
        rescue.plan(actor=bob, choices=choices, seen=seen, drip=drip(), reason="Old")
    with pytest.raises(Refused, match="law"):
        rescue.plan(actor=bob, choices={LEGAL: Choice.NOT_NEEDED}, seen=seen, drip=drip(), reason="Old")
    with pytest.raises(Refused, match="Nobody is chosen"):
        rescue.plan(actor=bob, choices={OLD: Choice.LATER}, seen=seen, drip=drip())
    assert found.running(bob) is None
    assert found.pile(bob).in_heaps == 5


@pytest.mark.parametrize("per_day", [0, -1, 5001, 10**12])
def test_an_odd_number_a_day_is_refused(bob: Person, per_day: int) -> None:
    old_people(2)
    with pytest.raises(Refused, match="from 1 to 5,000"):
        planned(bob, per_day)
    rescue_id = planned(bob)
    with pytest.raises(Refused, match="from 1 to 5,000"):
        rescue.change(actor=bob, rescue_id=rescue_id, per_day=per_day)
    assert running(bob).per_day == 2


def test_the_quota_of_the_mailbox_is_the_most_a_day(bob: Person) -> None:
    with transaction() as session:
        session.get_one(Organisation, 1).pace_day = 100
    old_people(2)
    with pytest.raises(Refused, match="takes 100 messages a day"):
        planned(bob, 101)
    assert planned(bob, 100)


def test_a_first_day_in_the_past_or_in_years_is_refused(bob: Person) -> None:
    old_people(1)
    for day in (date(2026, 11, 17), date(2028, 1, 1), date.max):
        with pytest.raises(Refused, match="Begin today or later"):
            rescue.plan(
                actor=bob,
                choices=dict.fromkeys(found.pile(bob).heaps, Choice.WRITE),
                seen={},
                drip=drip(2, day),
            )
    assert found.running(bob) is None


def test_who_may_not_does_nothing(bob: Person, charlie: Person) -> None:
    old_people(1)
    rescue_id = planned(bob)
    for verb in (
        lambda: planned(charlie),
        lambda: rescue.prepare(actor=charlie, rescue_id=rescue_id),
        lambda: rescue.change(actor=charlie, rescue_id=rescue_id, per_day=3),
        lambda: rescue.pause(actor=charlie, rescue_id=rescue_id),
        lambda: rescue.resume(actor=charlie, rescue_id=rescue_id),
        lambda: rescue.end(actor=charlie, rescue_id=rescue_id),
        lambda: rescue.take_back(actor=charlie, let_go_id=1),
        lambda: found.running(charlie),
    ):
        with pytest.raises(NotAllowed):
            verb()
    for verb in (rescue.prepare, rescue.pause, rescue.resume, rescue.end):
        with pytest.raises(NotFound):
            verb(actor=bob, rescue_id=rescue_id + 1)
    now = running(bob)
    assert (now.per_day, now.left, now.paused_at) == (2, 1, None)


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
    for day in range(4):
        clock.move_to(NOW + timedelta(days=(0, 1, 2, 5)[day]))
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
        messages = len({row.lead_id or row.application_id for row in _told(plan_id)})
        if not messages:
            break
        batches.confirm(plan_id=plan_id, digest=plan.digest, actor=bob, typed_count=messages)
        listed |= ids
        db.session.rollback()
    assert found.pile(bob).people == everybody
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Rescue)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RescueMember)) == len(people)


def _told(plan_id: int) -> list[PlanItem]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(PlanItem).where(PlanItem.plan_id == plan_id, told(PlanItem))))
