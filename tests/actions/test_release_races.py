"""Two who approve, an author who takes back or changes, a second press, all at once: one outcome."""

from __future__ import annotations

import pytest
from flask import Flask

from employer_app.actions import batches, plans, releases
from employer_app.domain.close_out import Choices
from employer_app.domain.errors import Changed, Refused
from employer_app.domain.release import RequestStatus
from employer_app.domain.role import Person, Role
from employer_app.extensions import db
from employer_app.models import Batch, Message, Plan, ReleaseRequest
from tests import factories
from tests.actions.large_lists import at_once, batch, digest_of, how_many, plan_for
from tests.actions.test_releases import ask, nothing_happened, state

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three decisions are many."""
    monkeypatch.setitem(app.config, "SECOND_PERSON_FROM", 3)


@pytest.fixture
def plan(app: Flask, alice: Person, bob: Person) -> int:
    """Bob's, with a colleague who could release it."""
    return plan_for(bob, 4)


def test_two_who_approve_at_once_make_one_list(alice: Person, bob: Person, plan: int) -> None:
    dana = factories.person("Dana Ortiz", "dana@team.example", Role.RECRUITER)
    request = ask(plan, bob)
    db.session.rollback()
    given = at_once(
        lambda: releases.approve(request_id=request, actor=alice),
        lambda: releases.approve(request_id=request, actor=dana),
        lambda: releases.approve(request_id=request, actor=alice),
    )
    assert len(set(given)) == 1
    assert isinstance(given[0], int)
    assert (how_many(Batch), how_many(Message)) == (1, 4)


def test_approved_and_taken_back_at_once_ends_in_one_of_two_ways(alice: Person, bob: Person) -> None:
    for _ in range(4):
        plan = plan_for(bob, 4)
        request = ask(plan, bob)
        before = how_many(Batch)
        db.session.rollback()
        given = at_once(
            lambda request=request: releases.approve(request_id=request, actor=alice),
            lambda request=request: releases.withdraw(request_id=request, actor=bob),
        )
        made = how_many(Batch) - before
        expected = RequestStatus.APPROVED if made else RequestStatus.WITHDRAWN
        assert state(alice, request) is expected
        assert [isinstance(one, Refused) for one in given] == [not made, bool(made)]


def test_asked_twice_and_confirmed_at_once_is_one_question_and_no_list(
    alice: Person, bob: Person, plan: int
) -> None:
    digest = digest_of(plan)
    db.session.rollback()
    given = at_once(
        lambda: releases.ask(plan_id=plan, digest=digest, actor=bob),
        lambda: batches.confirm(plan_id=plan, digest=digest, actor=bob),
        lambda: releases.ask(plan_id=plan, digest=digest, actor=bob),
    )
    assert given[0] == given[2]
    assert type(given[1]).__name__ == "NeedsRelease"
    assert how_many(ReleaseRequest) == 1
    assert nothing_happened()


def test_approved_while_its_author_changes_it_is_either_the_list_that_was_asked_for_or_none(
    alice: Person, bob: Person
) -> None:
    for _ in range(4):
        plan = plan_for(bob, 4)
        request, asked = ask(plan, bob), digest_of(plan)
        one = Choices.from_json(db.session.get_one(Plan, plan).choices).application_ids[0]
        db.session.rollback()
        given = at_once(
            lambda request=request: releases.approve(request_id=request, actor=alice),
            lambda plan=plan, one=one: plans.leave_out(plan_id=plan, application_id=one, actor=bob),
        )
        if isinstance(given[0], int):
            assert isinstance(given[1], Refused)
            assert batch(given[0]).plan_digest == asked == digest_of(plan)
        else:
            assert isinstance(given[0], Changed)
            assert given[1] is None
