"""What stands above a job's people: numbers that add up."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.domain.errors import NotFound
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.extensions import db
from employer_app.models import OwedAnswer
from employer_app.queries.jobs import (
    Filters,
    Standing,
    job_form,
    job_head,
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


def ids(rows: object) -> list[int]:
    return [row.id for row in rows]


def test_every_person_has_one_standing_and_the_strip_adds_up(app: Flask, bob: Person) -> None:
    job = factories.job()
    made = one_of_each(job)
    factories.application(job, stage=StageKind.INTERVIEW)
    head = job_head(bob, job)
    assert head.standings == {**dict.fromkeys(Standing, 1), Standing.ACTIVE: 2}
    ended = sum(head.standings[one] for one in Standing if one not in {Standing.ACTIVE, Standing.ON_HOLD})
    assert head.people == sum(stage.live for stage in head.stages) + ended == 8
    for standing, application_id in made.items():
        found = people(bob, job, Filters(standing=standing))
        assert len(found.rows) == found.total == head.standings[standing]
        assert application_id in ids(found.rows)
        assert {row.standing for row in found.rows} == {standing}


def test_stage_alone_means_those_still_in_the_running(app: Flask, bob: Person) -> None:
    job = factories.job()
    made = one_of_each(job)
    head = job_head(bob, job)
    applied = head.stages[0]
    found = people(bob, job, Filters(stage_id=applied.id))
    assert sorted(ids(found.rows)) == sorted([made[Standing.ACTIVE], made[Standing.ON_HOLD]])
    assert (applied.live, applied.ever) == (2, 7)
    ended = people(bob, job, Filters(stage_id=applied.id, standing=Standing.WITHDRAWN))
    assert ids(ended.rows) == [made[Standing.WITHDRAWN]]


@pytest.mark.parametrize(
    ("days", "median"), [([3], 3), ([3, 9], 6), ([30, 3, 9], 9), ([1, 2, 3, 40], 2), ([], None)]
)
def test_median_of_days_since_our_last_word(
    app: Flask, bob: Person, days: list[int], median: int | None
) -> None:
    job = factories.job()
    for one in days:
        spoke(factories.application(job, received=timedelta(days=60)), one)
    gone = factories.application(job, received=timedelta(days=300))
    factories.happened(gone, EventKind.STATUS_CHANGED, status="withdrawn")
    stage = job_head(bob, job).stages[0]
    assert (stage.live, stage.median_days) == (len(days), median)


def test_head_counts_what_we_owe_and_when_the_first_is_due(app: Flask, bob: Person) -> None:
    job = factories.job()
    for received in (timedelta(days=60), timedelta(hours=1)):
        factories.application(job, received=received)
    told_but_failed = factories.application(job)
    decided(told_but_failed, told=True)
    head = job_head(bob, job)
    assert (head.owed, head.waiting, head.late, head.to_tell) == (2, 1, 1, 2)
    assert head.due_at == db.session.scalar(sa.select(sa.func.min(OwedAnswer.target_at)))
    untold = factories.application(job)
    decided(untold)
    assert (job_head(bob, job).owed, job_head(bob, job).to_tell) == (3, 3)
    factories.happened(told_but_failed, EventKind.MESSAGE_FAILED, message_id=7)
    head = job_head(bob, job)
    assert (head.owed, head.to_tell) == (4, 3)  # knows the decision, yet a message to them failed


def test_job_that_is_not_there_is_not_found(app: Flask, bob: Person) -> None:  # attack 14
    for read in (job_head, job_form):
        with pytest.raises(NotFound):
            read(bob, 2**31 - 1)
