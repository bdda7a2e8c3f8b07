"""The people of a job as table, board and selection; each filter finds exactly whom it means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import jobs as verbs
from employer_app.domain.duty import Reason
from employer_app.domain.event import EventKind
from employer_app.domain.person_name import search_key
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.extensions import db, transaction
from employer_app.models import Application, Candidate, OwedAnswer, Stage
from employer_app.queries.jobs import (
    After,
    Filters,
    Owed,
    PersonRow,
    Standing,
    board,
    every_row,
    matching,
    people,
)
from tests import factories

pytestmark = pytest.mark.both
DECISION = {"decision_id": 1, "disposition": "FILLED", "status": "rejected", "stage_kind": "applied"}


def decided(application_id: int, *, told: bool = False, owed: bool = True) -> None:
    factories.happened(application_id, EventKind.DECISION_MADE, owed=owed, **DECISION)
    if told:
        factories.happened(application_id, EventKind.CALL_LOGGED, tells=True)


def spoke(application_id: int, days: int) -> None:
    factories.happened(application_id, EventKind.CALL_LOGGED, ago=timedelta(days=days), tells=False)


def one_of_each(job: int) -> dict[Standing, int]:
    """A person of each standing."""
    made = {standing: factories.application(job, name=standing.value) for standing in Standing}
    factories.happened(made[Standing.ON_HOLD], EventKind.STATUS_CHANGED, status="on_hold")
    factories.happened(made[Standing.WITHDRAWN], EventKind.STATUS_CHANGED, status="withdrawn")
    hired = {**DECISION, "status": "hired", "owed": False}
    factories.happened(made[Standing.HIRED], EventKind.DECISION_MADE, **hired)
    decided(made[Standing.NOT_TOLD])
    decided(made[Standing.TOLD_NO], told=True)
    decided(made[Standing.NO_ANSWER], owed=False)
    return made


def fold_names() -> None:
    """Search keys as the app itself writes them."""
    with transaction() as session:
        for person in session.scalars(sa.select(Candidate)):
            person.search_key = search_key(person.name)


def ids(rows: object) -> list[int]:
    return [row.id for row in rows]


def test_rows_say_the_debt_that_presses_most_and_count_the_others(app: Flask, bob: Person) -> None:
    job = factories.job()
    someone = factories.application(job, name="Gül Demir", received=timedelta(days=3))
    verbs.close_job(actor=bob, job_id=job, version=1)
    [row] = people(bob, job, Filters()).rows
    debts = db.session.scalars(sa.select(OwedAnswer).where(OwedAnswer.application_id == someone)).all()
    assert {debt.reason for debt in debts} == {Reason.JOB_CLOSED, Reason.SILENT}
    closed = next(debt for debt in debts if debt.reason is Reason.JOB_CLOSED)
    assert row.debt is not None
    assert (row.debt.reason, row.debt.target_at, row.debts) == (Reason.JOB_CLOSED, closed.target_at, 2)
    assert (row.name, row.stage, row.reachable, row.open) == ("Gül Demir", "Applied", True, True)


def test_late_debt_presses_more_than_a_worse_reason_in_time(app: Flask, bob: Person) -> None:
    job = factories.job()
    factories.application(job, received=timedelta(days=60))
    verbs.close_job(actor=bob, job_id=job, version=1)
    [row] = people(bob, job, Filters()).rows
    assert row.debt is not None
    assert (row.debt.reason, row.debts, row.group) == (Reason.SILENT, 2, "late")


def test_owner_is_the_applications_else_the_jobs(app: Flask, bob: Person, alice: Person) -> None:
    job = factories.job(owner_id=alice.user_id)
    factories.application(job)
    [row] = people(bob, job, Filters()).rows
    assert row.owner == alice.name


def test_whoever_has_no_way_by_mail_is_marked(app: Flask, bob: Person) -> None:
    job = factories.job()
    for more in ({"address": None}, {"do_not_mail": True}, {}):
        factories.application(job, **more)
    assert [row.reachable for row in people(bob, job, Filters()).rows].count(False) == 2


def test_longest_wait_comes_first_and_pages_hold_everybody_once(app: Flask, bob: Person) -> None:
    job = factories.job()
    waits = [4, 30, 11, 11, 11, 2, 45, 17]
    made = [factories.application(job, received=timedelta(days=60)) for _ in waits]
    for application_id, days in zip(made, waits, strict=True):
        spoke(application_id, days)
    told = factories.application(job, received=timedelta(days=90))
    decided(told, told=True)
    seen: list[PersonRow] = []
    after: After | None = None
    for _ in range(6):
        page = people(bob, job, Filters(), after=after, limit=2)
        assert page.total == 9
        seen += page.rows
        after = page.after
        if after is None:
            break
    moments = [row.since for row in seen[:-1]]
    assert moments == sorted(moments)
    assert ids(seen)[-1] == told  # nothing is owed any more: last, however old
    assert sorted(ids(seen)) == sorted([*made, told])


def test_filters_find_exactly_whom_they_mean(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Purser")
    quiet = factories.application(job, name="Łucja Ożóg", received=timedelta(days=50))
    fresh = factories.application(job, name="Ana María", received=timedelta(days=40))
    spoke(fresh, 5)
    promised = factories.application(job, name="100%_sure", received=timedelta(days=40))
    spoke(promised, 9)
    factories.happened(promised, EventKind.PROMISE_MADE, due="2020-01-07")
    factories.application(other, name="Łucja Ożóg")
    fold_names()

    def found(**which: object) -> set[int]:
        filters = Filters(**which)
        assert list(matching(bob, job, filters, limit=100)) == sorted(ids(every_row(bob, job, filters)))
        page = people(bob, job, filters)
        assert (page.total, page.open) == (len(page.rows), len(page.rows))
        return set(ids(page.rows))

    assert found(silent_days=21) == {quiet}
    assert found(silent_days=7) == {quiet, promised}
    assert found(reason=Reason.PROMISE_DUE) == {promised}
    assert found(owed=Owed.LATE) == {quiet, promised}
    assert found(owed=Owed.ANY) == {quiet, fresh, promised}
    assert found(text="lucja ozog") == {quiet}
    assert found(text="OŻÓG") == {quiet}
    assert found(text="maria ana") == {fresh}
    # attack 74: what means something to the database is a plain character here
    assert found(text="%") == {promised}
    assert found(text="_s") == {promised}
    for hostile in ("'; DROP TABLE job; --", '"*', "\\", "\0x\0", "a" * 100_000, "x " * 10_000):
        assert found(text=hostile) == set()


def test_selection_holds_those_who_still_get_an_answer(app: Flask, bob: Person) -> None:
    job = factories.job()
    made = one_of_each(job)
    page = people(bob, job, Filters())
    chosen = matching(bob, job, Filters(), limit=100)
    assert set(chosen) == {made[Standing.ACTIVE], made[Standing.ON_HOLD], made[Standing.NOT_TOLD]}
    assert (page.total, page.open) == (7, 3)
    rows = db.session.execute(sa.select(Application.id, Application.version))
    stored = {row.id: row.version for row in rows}
    assert chosen == {one: stored[one] for one in chosen}
    assert len(matching(bob, job, Filters(), limit=2)) == 2


def test_board_shows_the_first_cards_of_each_stage_and_counts_the_rest(app: Flask, bob: Person) -> None:
    job = factories.job()
    waits = list(range(5, 12))
    for days in waits:
        spoke(factories.application(job, received=timedelta(days=60)), days)
    met = factories.application(job, stage=StageKind.INTERVIEW)
    gone = factories.application(job)
    factories.happened(gone, EventKind.STATUS_CHANGED, status="withdrawn")
    columns = board(bob, job, Filters(), cards=3)
    assert [column.name for column in columns] == ["Applied", "Phone screen", "Interview", "Final", "Offer"]
    applied, _, interview, *_ = columns
    assert (applied.total, len(applied.rows)) == (7, 3)
    assert ids(applied.rows) == ids(people(bob, job, Filters(stage_id=applied.stage_id)).rows)[:3]
    assert (interview.total, ids(interview.rows)) == (1, [met])


def test_foreign_stage_and_extreme_places_find_nobody(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Purser")
    factories.application(job)
    foreign = db.session.scalars(sa.select(Stage.id).where(Stage.job_id == other)).first()
    assert people(bob, job, Filters(stage_id=foreign)).total == 0
    for moment in (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)):
        people(bob, job, Filters(), after=After(True, moment, 2**31 - 1))
