"""The list of those we owe an answer: everybody once, most urgent first, and its numbers add up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.errors import NotAllowed, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.extensions import db, transaction
from employer_app.ledger.record import refold
from employer_app.models import Application, Job
from employer_app.queries.owed import (
    After,
    Filters,
    Group,
    OwedCounts,
    due,
    explain,
    owed_counts,
    owed_page,
    owed_piles,
)
from tests import factories

pytestmark = pytest.mark.both
#: a Wednesday morning
NOW = datetime(2026, 11, 18, 9, 42, tzinfo=UTC)
DECIDED = {"decision_id": 1, "disposition": "X", "status": "rejected", "stage_kind": "applied", "owed": True}


@pytest.fixture(autouse=True)
def _wednesday(app: Flask) -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def days(number: float) -> timedelta:
    return timedelta(days=number)


def seed() -> dict[str, int]:
    """One person in each group, and two whom nobody owes anything."""
    job = factories.job("Deck Officer")
    made = {
        name: factories.application(job, name=name, received=days(ago))
        for name, ago in [("late", 30), ("today", 7), ("soon", 6), ("later", 0), ("told", 30), ("gone", 30)]
    }
    factories.happened(made["told"], EventKind.DECISION_MADE, ago=days(2), **DECIDED)
    factories.happened(made["told"], EventKind.CALL_LOGGED, tells=True)
    factories.happened(made["gone"], EventKind.STATUS_CHANGED, status="withdrawn")
    db.session.rollback()
    return made


def test_everybody_is_in_one_group_and_the_counts_add_up(bob: Person) -> None:
    made = seed()
    page = owed_page(bob, later=True)
    assert [(row.name, row.group) for row in page.rows] == [(group.value, group) for group in Group]
    assert [row.application_id for row in page.rows] == [made[group.value] for group in Group]
    counts = owed_counts(bob)
    assert counts == OwedCounts(1, 1, 1, 1)
    assert (counts.shown, counts.all) == (3, 4)
    assert [row.name for row in owed_page(bob).rows] == ["late", "today", "soon"]


def test_groups_follow_the_moment_that_is_passed_in(bob: Person) -> None:
    seed()
    assert owed_counts(bob, at=NOW + days(60)) == OwedCounts(4, 0, 0, 0)
    assert owed_counts(bob, at=NOW - days(60)) == OwedCounts(0, 0, 0, 4)


def test_worst_debt_stands_for_the_person_and_the_rest_is_counted(bob: Person) -> None:
    job = factories.job()
    someone = factories.application(job, received=days(1), ack_expected=True)
    factories.happened(someone, EventKind.PROMISE_MADE, due="2026-11-19")
    factories.happened(someone, EventKind.MESSAGE_FAILED, message_id=1)
    (row,) = owed_page(bob).rows
    assert (row.reason, row.more, row.group) == (Reason.MESSAGE_FAILED, 2, Group.TODAY)
    assert (row.has_address, row.stage, row.last_contact_at) == (True, "Applied", None)


def test_late_debt_comes_before_a_graver_one_that_is_not_due(bob: Person) -> None:
    someone = factories.application(factories.job(), received=days(60))
    factories.happened(someone, EventKind.PROMISE_MADE, ago=days(20), due="2026-11-20")
    with transaction() as session:
        refold(session, [someone])
    (row,) = owed_page(bob).rows
    assert row.reason is Reason.PROMISE_DUE
    factories.happened(someone, EventKind.INTERVIEW_HELD, ago=days(20), interview_kind="panel")
    (row,) = owed_page(bob).rows
    assert (row.reason, row.group, row.more) == (Reason.INTERVIEWED_NOT_TOLD, Group.LATE, 1)


def test_why_and_how_late(bob: Person) -> None:
    someone = factories.application(factories.job(), received=days(30), stage=StageKind.INTERVIEW)
    moment = datetime(2026, 11, 10, 13, tzinfo=UTC)
    factories.happened(someone, EventKind.INTERVIEW_HELD, ago=NOW - moment, interview_kind="panel")
    (row,) = owed_page(bob).rows
    assert explain(row)[0] == "Interview Tue 10 Nov + 3 business days = Fri 13 Nov."
    assert due(row) == ("3 business days late", "was due Fri 13 Nov")


def test_closing_date_is_explained_as_such(bob: Person) -> None:
    factories.application(factories.job(closing_on=date(2026, 11, 13)), received=days(30))
    (row,) = owed_page(bob).rows
    assert explain(row)[0] == "Closing date Fri 13 Nov + 5 business days = Fri 20 Nov."


def test_owner_of_the_job_owes_unless_the_application_has_its_own(alice: Person, bob: Person) -> None:
    hers, nobodys = factories.job(owner_id=alice.user_id), factories.job()
    first, second = factories.application(hers, name="first"), factories.application(hers, name="second")
    factories.application(nobodys, name="third")
    with transaction() as session:
        session.get_one(Application, second).owner_id = bob.user_id
        refold(session, [second])
    assert [row.application_id for row in owed_page(alice, Filters(mine=True)).rows] == [first]
    assert [row.application_id for row in owed_page(alice, Filters(owner_id=bob.user_id)).rows] == [second]
    assert {row.name: row.owner for row in owed_page(bob).rows} == {
        "first": "Alice Moreau",
        "second": "Bob Adeyemi",
        "third": "",
    }
    assert owed_counts(bob, Filters(mine=True)).all == 1


def test_filters_by_job_and_reason(bob: Person) -> None:
    made = seed()
    other = factories.application(factories.job("Cook"), received=days(30), name="cook")
    factories.happened(other, EventKind.DECISION_MADE, ago=days(20), **DECIDED)
    job_id = db.session.scalar(sa.select(Application.job_id).where(Application.id == other))
    assert [row.name for row in owed_page(bob, Filters(job_id=job_id)).rows] == ["cook"]
    assert [row.name for row in owed_page(bob, Filters(reason=Reason.DECIDED_NOT_TOLD)).rows] == ["cook"]
    assert owed_counts(bob, Filters(reason=Reason.SILENT)).all == len(made) - 2


def test_pages_follow_each_other_without_a_gap(bob: Person) -> None:
    job = factories.job()
    made = {factories.application(job, received=days(20 + number % 3)) for number in range(7)}
    seen: list[int] = []
    after: After | None = None
    while True:
        page = owed_page(bob, after=after, limit=3)
        seen += [row.application_id for row in page.rows]
        if page.after is None:
            break
        after = After.parse(str(page.after))
    assert len(seen) == 7
    assert set(seen) == made


@pytest.mark.parametrize("text", ["", "late", "late~1~x~2", "never~1~1.0~2", "late~1~1e300~2"])
def test_broken_address_of_a_page_is_refused(app: Flask, text: str) -> None:
    with pytest.raises(Refused):
        After.parse(text)


def test_ten_with_one_reason_in_one_job_are_a_pile(bob: Person) -> None:
    many, few = factories.job("Cook"), factories.job("Pilot")
    for _ in range(10):
        factories.application(many, received=days(30))
    factories.application(few, name="alone", received=days(30))
    (pile,) = owed_piles(bob)
    assert (pile.job_title, pile.reason, pile.group, pile.people) == ("Cook", Reason.SILENT, Group.LATE, 10)
    assert [row.name for row in owed_page(bob, without=[pile]).rows] == ["alone"]
    assert owed_piles(bob, least=11) == []


def test_nobody_without_a_role_sees_anybody(charlie: Person) -> None:
    for read in (owed_page, owed_counts, owed_piles):
        with pytest.raises(NotAllowed):
            read(charlie)


def test_nobody_is_owed(bob: Person) -> None:
    assert (owed_page(bob).rows, owed_counts(bob).all, owed_piles(bob)) == ([], 0, [])
    assert now() == NOW
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0
