"""On what terms a list is confirmed: the first waits longer, and above a number somebody else looks."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import batch_undo, batches, leaving, plans
from employer_app.domain.clock import now
from employer_app.domain.errors import NeedsRelease
from employer_app.domain.event import EventKind
from employer_app.domain.release import Released
from employer_app.domain.role import OPERATOR, Person, Role
from employer_app.extensions import db, transaction
from employer_app.models import Application, Batch, Event, Message, User
from tests import factories
from tests.actions.large_lists import at_once, batch, confirm, digest_of, how_many, plan_for

pytestmark = pytest.mark.both
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three decisions are many."""
    monkeypatch.setitem(app.config, "SECOND_PERSON_FROM", 3)
    monkeypatch.setitem(app.config, "SEND_WINDOW", "always")


def waits(batch_id: int) -> timedelta:
    row = batch(batch_id)
    return row.due_at - row.confirmed_at


def test_the_first_list_of_decisions_waits_an_hour_whatever_its_size(app: Flask, alice: Person) -> None:
    job = factories.job()
    factories.application(job)
    update = plans.start_update(job_id=job, actor=alice)
    assert waits(confirm(update, alice)) == timedelta(minutes=1)  # and an update is no first list
    first, second = plan_for(alice, 1), plan_for(alice, 1)
    said = leaving.leaving(plan_id=first, messages=1, actor=alice)
    assert (said.window, said.terms.first) == (3600, True)
    assert waits(confirm(first, alice)) == HOUR
    assert leaving.leaving(plan_id=second, messages=1, actor=alice).window == 600
    assert waits(confirm(second, alice)) == timedelta(minutes=10)


def test_the_first_list_waits_as_long_as_the_settings_say(
    app: Flask, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "UNDO_SECONDS_LARGE", 2)
    assert waits(confirm(plan_for(alice, 1), alice)) == timedelta(seconds=2)


def test_above_the_number_nothing_is_decided_without_a_second_person(
    app: Flask, alice: Person, bob: Person
) -> None:
    plan = plan_for(bob, 4)
    with pytest.raises(NeedsRelease):
        confirm(plan, bob)
    assert (how_many(Batch), how_many(Message)) == (0, 0)
    assert set(db.session.scalars(sa.select(Application.version))) == {1}
    assert batch(confirm(plan_for(bob, 3), bob)).released is Released.NOT_NEEDED


def test_decisions_of_24_hours_are_counted_together_and_each_sender_apart(
    app: Flask, alice: Person, bob: Person
) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        confirm(plan_for(bob, 2), bob)
        late, alices = plan_for(bob, 2), plan_for(alice, 2)
        with pytest.raises(NeedsRelease):
            confirm(late, bob)
        confirm(alices, alice)
        single = plan_for(bob, 1)
        assert confirm(single, bob)  # one decision is no list
        clock.shift(timedelta(hours=23))
        plans.refresh(plan_id=late, actor=bob)
        with pytest.raises(NeedsRelease):
            confirm(late, bob)
        clock.shift(timedelta(hours=1, seconds=1))
        plans.refresh(plan_id=late, actor=bob)
        assert confirm(late, bob)


def test_what_was_undone_and_what_decides_nothing_does_not_count(
    app: Flask, alice: Person, bob: Person
) -> None:
    first = confirm(plan_for(bob, 3), bob)
    batch_undo.undo(batch_id=first, actor=bob)
    job = factories.job()
    for _ in range(5):
        factories.application(job)
    assert batch(confirm(plans.start_update(job_id=job, actor=bob), bob)).released is Released.NOT_NEEDED
    assert batch(confirm(plan_for(bob, 3), bob)).released is Released.NOT_NEEDED


def test_with_one_user_a_large_list_waits_an_hour_and_it_is_recorded(app: Flask, bob: Person) -> None:
    confirm(plan_for(bob, 1), bob)
    row = batch(confirm(plan_for(bob, 4), bob))
    assert (row.released, row.released_by) == (Released.ALONE, None)
    assert row.due_at - row.confirmed_at == HOUR
    fact = db.session.scalars(sa.select(Event).where(Event.kind == EventKind.SETTINGS_CHANGED)).all()[-1]
    assert fact.facts == {"fields": ["release.alone"], "of_batch_id": row.id, "messages": 4}
    assert fact.actor_id == bob.user_id


@pytest.mark.parametrize("other", ["shut out", "no role"])
def test_whoever_could_not_release_is_no_second_person(app: Flask, bob: Person, other: str) -> None:
    roles = [Role.RECRUITER] if other == "shut out" else []
    someone = factories.person("Dana Ortiz", "dana@team.example", *roles)
    if other == "shut out":
        with transaction() as session:
            session.execute(sa.update(User).where(User.id == someone.user_id).values(active=False))
    assert batch(confirm(plan_for(bob, 4), bob)).released is Released.ALONE


def test_the_command_line_stands_for_it_alone_and_it_is_recorded(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PILOT_SIZE", 2)
    row = batch(confirm(plan_for(OPERATOR, 4), OPERATOR))
    assert (row.released, row.pilot_last_id) == (Released.COMMAND_LINE, None)
    fact = db.session.scalars(sa.select(Event).where(Event.kind == EventKind.SETTINGS_CHANGED)).all()[-1]
    assert fact.facts["fields"] == ["second_person.waived", "pilot.waived"]
    assert fact.actor_id is None


def test_a_zero_switches_the_second_person_off(
    app: Flask, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SECOND_PERSON_FROM", 0)
    assert batch(confirm(plan_for(bob, 4), bob)).released is Released.NOT_NEEDED


def test_two_halves_at_once_are_not_each_found_small(app: Flask, alice: Person, bob: Person) -> None:
    for _ in range(3):
        db.session.rollback()
        pair = [plan_for(bob, 2), plan_for(bob, 2)]
        digests = [digest_of(plan) for plan in pair]
        db.session.rollback()
        given = at_once(
            *(
                lambda plan=plan, digest=digest: batches.confirm(plan_id=plan, digest=digest, actor=bob)
                for plan, digest in zip(pair, digests, strict=True)
            )
        )
        assert sorted(type(one).__name__ for one in given) == ["NeedsRelease", "int"]
        done = next(one for one in given if isinstance(one, int))
        batch_undo.undo(batch_id=done, actor=bob)
