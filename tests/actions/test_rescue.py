"""A rescue is planned, changed and ended; people are let go of, and that is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy.exc import IntegrityError

from employer_app.actions import rescue
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.rescue import Apart, Choice, Fate, HeapName, Press, Span
from employer_app.domain.role import Person, Role
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.ledger.removal import remove_applications
from employer_app.models import Organisation, Rescue
from employer_app.queries import rescue as found
from employer_app.queries.owed import Filters, owed_counts
from tests import factories
from tests.actions.backlog import TODAY, drip, old_people, pile_of, planned, running
from tests.queries.crowd import NOW, days

pytestmark = pytest.mark.both

OLD = HeapName(Press.APPLIED, Span.LONGER)
HALF_YEAR = HeapName(Press.APPLIED, Span.UNDER_12)
LEGAL = HeapName(Press.LEGAL, Span.UNDER_3)


@pytest.fixture(autouse=True)
def clock(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


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
    assert owed_counts(bob, Filters(old_pile=False)).late == 3


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


def test_an_import_that_is_undone_takes_its_people_out_of_the_rescue(bob: Person) -> None:
    ids = old_people(3)
    rescue_id = planned(bob)
    rescue.prepare(actor=bob, rescue_id=rescue_id)
    with transaction() as session:
        remove_applications(session, ids[:1])
    now = running(bob)
    assert (now.people, now.fates[Fate.TODAY], now.fates[Fate.LEFT]) == (2, 1, 1)


def test_two_rescues_never_run_at_once(bob: Person) -> None:
    old_people(2)
    planned(bob)
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(Rescue(made_at=NOW, heaps=[], cause=Cause.FILLED, per_day=1, starts_on=TODAY))
    assert running(bob).people == 2
