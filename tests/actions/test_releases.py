"""A second person releases exactly what its author reviewed, once; until then nothing happens at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import plans, releases
from employer_app.domain.close_out import Cause, Choices
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.release import Released, RequestStatus
from employer_app.domain.role import OPERATOR, Person
from employer_app.domain.status import Status
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Batch, Event, Message, Plan, ReleaseRequest, User
from employer_app.queries.releases import (
    at_random,
    clear,
    flagged,
    latest_of,
    message_of,
    open_requests,
    request_head,
    waits_for,
)
from tests import factories
from tests.actions.large_lists import batch, confirm, digest_of, how_many, plan_for

pytestmark = pytest.mark.both
#: a Tuesday in Rotterdam, with no holiday near
TUESDAY = datetime(2026, 9, 15, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three decisions are many."""
    monkeypatch.setitem(app.config, "SECOND_PERSON_FROM", 3)


@pytest.fixture
def plan(app: Flask, alice: Person, bob: Person) -> int:
    """Bob's, with a colleague who could release it."""
    return plan_for(bob, 4)


def ask(plan: int, bob: Person) -> int:
    return releases.ask(plan_id=plan, digest=digest_of(plan), actor=bob)


def nothing_happened() -> bool:
    undecided = set(db.session.scalars(sa.select(Application.status))) == {Status.ACTIVE}
    return (how_many(Batch), how_many(Message)) == (0, 0) and undecided


def state(viewer: Person, request: int) -> RequestStatus:
    db.session.rollback()
    db.session.expire_all()
    return request_head(viewer, request).status


def test_asking_does_nothing_but_ask_and_twice_is_once(alice: Person, bob: Person, plan: int) -> None:
    request = ask(plan, bob)
    assert ask(plan, bob) == request
    assert how_many(ReleaseRequest) == 1
    assert nothing_happened()
    assert [head.id for head in open_requests(alice)] == [request]
    assert (waits_for(alice), waits_for(bob)) == (1, 0)


def test_approved_it_is_confirmed_in_the_name_of_its_author(alice: Person, bob: Person, plan: int) -> None:
    request = ask(plan, bob)
    row = batch(releases.approve(request_id=request, actor=alice))
    assert (row.confirmed_by, row.released_by) == (bob.user_id, alice.user_id)
    assert (row.released, row.messages) == (Released.SECOND_PERSON, 4)
    assert set(db.session.scalars(sa.select(Message.author_id))) == {bob.user_id}
    assert set(db.session.scalars(sa.select(Application.status))) == {Status.REJECTED}
    note = db.session.scalars(sa.select(Event).where(Event.kind == EventKind.SETTINGS_CHANGED)).all()[-1]
    assert note.facts["fields"] == ["release.second_person"]
    assert note.actor_id == alice.user_id
    assert state(alice, request) is RequestStatus.APPROVED
    assert releases.approve(request_id=request, actor=alice) == row.id
    assert how_many(Batch) == 1
    assert verify(db.session()).differences == []


def test_nobody_approves_or_refuses_their_own(alice: Person, bob: Person, plan: int) -> None:
    request = ask(plan, bob)
    with pytest.raises(NotAllowed):
        releases.approve(request_id=request, actor=bob)
    with pytest.raises(NotAllowed):
        releases.refuse(request_id=request, because="Too many", actor=bob)
    assert nothing_happened()
    assert state(bob, request) is RequestStatus.ASKED


def test_who_may_not_decide_or_mail_has_no_say(bob: Person, charlie: Person, plan: int) -> None:
    request = ask(plan, bob)
    acts: list[Callable[[], object]] = [
        lambda: releases.approve(request_id=request, actor=charlie),
        lambda: releases.refuse(request_id=request, because="No", actor=charlie),
        lambda: releases.withdraw(request_id=request, actor=charlie),
        lambda: releases.ask(plan_id=plan, digest=digest_of(plan), actor=charlie),
        lambda: releases.approve(request_id=request, actor=OPERATOR),
        lambda: request_head(charlie, request),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert nothing_happened()
    with pytest.raises(NotFound):
        releases.approve(request_id=request + 99, actor=bob)


def test_refused_with_a_reason_that_the_author_reads(alice: Person, bob: Person, plan: int) -> None:
    request = ask(plan, bob)
    for nothing in ("", "  \n", "x" * 501):
        with pytest.raises(Refused):
            releases.refuse(request_id=request, because=nothing, actor=alice)
    releases.refuse(request_id=request, because="The second name\nis a colleague.", actor=alice)
    releases.refuse(request_id=request, because="Again", actor=alice)
    head = latest_of(bob, plan)
    assert head is not None
    assert (head.status, head.because) == (RequestStatus.REFUSED, "The second name is a colleague.")
    assert head.answered_by == "Alice Moreau"
    with pytest.raises(Refused):
        releases.approve(request_id=request, actor=alice)
    assert nothing_happened()
    assert ask(plan, bob) != request


def test_taken_back_by_its_author_alone_and_twice_is_once(alice: Person, bob: Person, plan: int) -> None:
    request = ask(plan, bob)
    with pytest.raises(NotAllowed):
        releases.withdraw(request_id=request, actor=alice)
    releases.withdraw(request_id=request, actor=bob)
    releases.withdraw(request_id=request, actor=bob)
    assert state(bob, request) is RequestStatus.WITHDRAWN
    with pytest.raises(Refused):
        releases.approve(request_id=request, actor=alice)
    assert nothing_happened()


def test_a_list_that_was_changed_voids_the_request(alice: Person, bob: Person, plan: int) -> None:
    request = ask(plan, bob)
    one = Choices.from_json(db.session.get_one(Plan, plan).choices).application_ids[0]
    plans.leave_out(plan_id=plan, application_id=one, actor=bob)
    with pytest.raises(Changed, match="Bob Adeyemi changed the list"):
        releases.approve(request_id=request, actor=alice)
    assert state(alice, request) is RequestStatus.VOID
    with pytest.raises(NotFound):
        flagged(alice, request_head(alice, request))
    assert nothing_happened()
    plans.leave_out(plan_id=plan, application_id=one, actor=bob, out=False)
    assert releases.approve(request_id=ask(plan, bob), actor=alice)


def test_somebody_on_the_list_who_changed_stops_the_approval(alice: Person, bob: Person, plan: int) -> None:
    request = ask(plan, bob)
    with transaction() as session:
        session.execute(sa.update(Application).values(version=Application.version + 1))
    with pytest.raises(Changed, match="Bob Adeyemi has to look at the list again"):
        releases.approve(request_id=request, actor=alice)
    assert nothing_happened()
    releases.withdraw(request_id=request, actor=bob)
    with pytest.raises(Changed):  # nor is anybody bothered with it once more before its author looked
        ask(plan, bob)


def test_it_expires_after_a_business_day_and_can_be_asked_again(alice: Person, bob: Person) -> None:
    with time_machine.travel(TUESDAY, tick=False) as clock:
        plan = plan_for(bob, 4)
        request = ask(plan, bob)
        clock.move_to(TUESDAY + timedelta(days=1, hours=6))
        assert state(alice, request) is RequestStatus.ASKED  # and the list itself is older than a day
        clock.move_to(TUESDAY + timedelta(days=1, hours=8))  # 19:00 in Rotterdam
        with pytest.raises(Refused, match="expired"):
            releases.approve(request_id=request, actor=alice)
        assert state(alice, request) is RequestStatus.EXPIRED
        assert nothing_happened()
        plans.refresh(plan_id=plan, actor=bob)
        again = ask(plan, bob)
        assert again != request
        assert releases.approve(request_id=again, actor=alice)


def test_once_few_enough_it_is_confirmed_alone_and_the_question_says_so(alice: Person, bob: Person) -> None:
    with time_machine.travel(TUESDAY, tick=False) as clock:
        confirm(plan_for(bob, 2), bob)
        clock.shift(timedelta(hours=1))
        plan = plan_for(bob, 2)
        request = ask(plan, bob)
        clock.shift(timedelta(hours=23, seconds=1))
        made = confirm(plan, bob)
        head = request_head(alice, request)
        assert (head.status, head.word, head.batch_id) == (RequestStatus.VOID, "confirmed", made)
        assert head.readable is False
        with pytest.raises(Refused, match="confirmed meanwhile"):
            releases.approve(request_id=request, actor=alice)
        assert how_many(Batch) == 2


def test_over_the_weekend_the_list_lives_as_long_as_the_question(alice: Person, bob: Person) -> None:
    with time_machine.travel(TUESDAY + timedelta(days=3), tick=False) as clock:  # Friday
        plan = plan_for(bob, 4)
        request = ask(plan, bob)
        clock.move_to(TUESDAY + timedelta(days=6))  # Monday
        assert releases.approve(request_id=request, actor=alice)


@pytest.mark.parametrize("lost", ["account", "role"])
def test_an_author_who_may_no_more_sends_nothing(alice: Person, bob: Person, plan: int, lost: str) -> None:
    request = ask(plan, bob)
    with transaction() as session:
        user = session.get_one(User, bob.user_id)
        if lost == "account":
            user.active = False
        else:
            user.roles = []
    with pytest.raises(Refused, match="Bob Adeyemi may not"):
        releases.approve(request_id=request, actor=alice)
    assert nothing_happened()


def test_the_typed_number_is_asked_of_the_author(
    app: Flask, alice: Person, bob: Person, plan: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TYPED_COUNT_FROM", 3)
    for wrong in (None, 5):
        with pytest.raises(Refused, match="type 4"):
            releases.ask(plan_id=plan, digest=digest_of(plan), actor=bob, typed_count=wrong)
    assert how_many(ReleaseRequest) == 0
    request = releases.ask(plan_id=plan, digest=digest_of(plan), actor=bob, typed_count=4)
    assert releases.approve(request_id=request, actor=alice)


def test_there_is_nothing_to_ask_for_a_small_list_an_update_or_another_ones_list(
    alice: Person, bob: Person, plan: int
) -> None:
    with pytest.raises(Refused, match="Nobody else"):
        ask(plan_for(bob, 3), bob)
    job = factories.job()
    for _ in range(5):
        factories.application(job)
    with pytest.raises(Refused, match="Nobody else"):
        ask(plans.start_update(job_id=job, actor=bob), bob)
    with pytest.raises(NotFound):
        ask(plan, alice)
    with pytest.raises(Changed):
        releases.ask(plan_id=plan, digest="0" * 64, actor=bob)
    assert how_many(ReleaseRequest) == 0


def test_the_second_person_sees_the_flagged_and_ten_that_stay_the_same(alice: Person, bob: Person) -> None:
    job = factories.job()
    for _ in range(25):
        factories.application(job)
    odd = factories.application(job, name="MARTA KLEIN")
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    request = releases.ask(plan_id=plan, digest=digest_of(plan), actor=bob, typed_count=26)
    head = request_head(alice, request)
    assert [row.application_id for row in flagged(alice, head).rows] == [odd]
    drawn = [row.application_id for row in at_random(alice, head)]
    assert len(drawn) == 10
    assert odd not in drawn
    assert [row.application_id for row in at_random(alice, head)] == drawn
    others = [row.application_id for row in clear(alice, head).rows]
    assert len(others) == 25
    assert message_of(alice, head, others[-1]).text
    with pytest.raises(NotFound):
        message_of(alice, head, odd + 999)
