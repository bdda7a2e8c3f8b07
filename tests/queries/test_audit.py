"""The ledger counted: each number equals the length of its list, and the sums are right by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.domain.duty import Reason
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.status import JobStatus
from employer_app.extensions import db, transaction
from employer_app.ledger.record import refold
from employer_app.models import Application, Event, Job
from employer_app.queries.audit import (
    By,
    Figure,
    Filters,
    Spread,
    audit,
    audit_list,
    breakdown,
    by_reason,
)
from tests import factories

pytestmark = pytest.mark.both
K = EventKind
#: a Wednesday morning
NOW = datetime(2026, 11, 18, 9, 42, tzinfo=UTC)
NO = {"decision_id": 1, "disposition": "X", "status": "rejected", "stage_kind": "applied", "owed": True}


@pytest.fixture(autouse=True)
def _wednesday(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def days(number: float) -> timedelta:
    return timedelta(days=number)


def person(job: int, name: str, *happened: tuple[EventKind, float, dict[str, object]]) -> int:
    """Somebody who applied 30 days ago, and what happened so many days ago."""
    someone = factories.application(job, name=name, received=days(30))
    for kind, ago, facts in happened:
        factories.happened(someone, kind, ago=days(ago), **facts)
    return someone


def accepted(message_id: int, *, tells: bool = True, automatic: bool = False) -> dict[str, object]:
    return {"message_id": message_id, "tells": tells, "automatic": automatic}


def seed() -> int:
    """One job with a person for each way it can go."""
    job = factories.job("Deck Officer", place_id=factories.place("GB", "Europe/London"))
    decided = (K.DECISION_MADE, 10, NO)
    person(job, "told by mail", decided, (K.MESSAGE_ACCEPTED, 8, accepted(1)))
    person(job, "told by call", decided, (K.CALL_LOGGED, 9, {"tells": True}))
    person(
        job,
        "told, came back",
        decided,
        (K.MESSAGE_ACCEPTED, 9, accepted(2)),
        (K.MESSAGE_BOUNCED, 8, {"message_id": 2}),
    )
    person(job, "decided only", decided)
    person(job, "told elsewhere", decided, (K.TOLD_ELSEWHERE, 9, {"tells": True}))
    person(job, "let go", decided, (K.WAIVER_MADE, 9, {}))
    person(job, "copy", (K.DECISION_MADE, 10, {**NO, "owed": False}))
    person(job, "withdrew", (K.STATUS_CHANGED, 10, {"status": "withdrawn"}))
    person(job, "acknowledged", (K.MESSAGE_ACCEPTED, 29, accepted(3, tells=False, automatic=True)))
    person(job, "nothing")
    person(
        job, "date kept", (K.PROMISE_MADE, 20, {"due": "2026-11-10"}), (K.CALL_LOGGED, 8.3, {"tells": False})
    )
    person(job, "date broken", (K.PROMISE_MADE, 20, {"due": "2026-11-10"}))
    person(
        job,
        "date answered late",
        (K.PROMISE_MADE, 20, {"due": "2026-11-10"}),
        (K.CALL_LOGGED, 7, {"tells": False}),
    )
    db.session.rollback()
    return job


EXPECTED = {
    Figure.APPLICATIONS: None,
    Figure.OWED: {"told, came back", "decided only", "acknowledged", "nothing", "date broken", "date kept",
                  "date answered late"},
    Figure.DUE: {"told, came back", "decided only", "acknowledged", "nothing", "date broken"},
    Figure.LATE: {"told, came back", "decided only", "acknowledged", "nothing", "date broken"},
    Figure.FELL_DUE: {"told by mail", "told by call", "told, came back", "decided only"},
    Figure.ANSWERED: {"told by mail", "told by call"},
    Figure.UNANSWERED: {"told, came back", "decided only"},
    Figure.TOLD_ELSEWHERE: {"told elsewhere"},
    Figure.WAIVED: {"let go"},
    Figure.WITHDRAWN: {"withdrew"},
    Figure.NOT_CONTACTED: {"told, came back", "decided only", "nothing", "date broken"},
    Figure.ACKNOWLEDGED_ONLY: {"acknowledged"},
    Figure.DECIDED_NOT_TOLD: {"told, came back", "decided only"},
    Figure.PROMISES_KEPT: {"date kept"},
    Figure.PROMISES_BROKEN: {"date broken", "date answered late"},
    Figure.HELD: set(),
    Figure.QUEUED: set(),
    Figure.ACCEPTED: set(),
    Figure.FAILED: set(),
    Figure.UNCERTAIN: set(),
}  # fmt: skip


def names(bob: Person, figure: Figure, filters: Filters | None = None) -> list[str]:
    return [row.name for row in audit_list(bob, figure, filters).rows]


def test_every_figure_is_a_list_of_people(bob: Person) -> None:
    seed()
    found = audit(bob)
    for figure, expected in EXPECTED.items():
        listed = names(bob, figure)
        assert found.counts[figure] == len(listed) == audit_list(bob, figure).total, figure
        if expected is not None:
            assert set(listed) == expected, figure
    assert found.counts[Figure.APPLICATIONS] == 13


def test_answer_rate_is_proof_by_what_fell_due(bob: Person) -> None:
    assert audit(bob).answer_rate is None
    seed()
    assert audit(bob).answer_rate == 2 / 4


def test_closed_job_asks_for_a_final_answer_of_everybody_in_it(bob: Person) -> None:
    job = seed()
    with transaction() as session:
        row = session.get_one(Job, job)
        some_event = session.scalar(sa.select(sa.func.min(Event.id)))
        row.status, row.closed_at, row.closed_event_id = JobStatus.CLOSED, NOW - days(5), some_event
        session.flush()
        refold(session, session.scalars(sa.select(Application.id)))
    found = audit(bob).counts
    live = {"acknowledged", "nothing", "date kept", "date broken", "date answered late"}
    assert set(names(bob, Figure.UNANSWERED)) == EXPECTED[Figure.UNANSWERED] | live  # type: ignore[operator]
    assert (found[Figure.FELL_DUE], found[Figure.ANSWERED]) == (9, 2)


def test_times_are_medians_and_nine_in_ten(bob: Person) -> None:
    seed()
    found = audit(bob)
    assert found.decided_to_told == Spread(2, 1.5, 2.0)
    assert found.first_word.count == 6
    assert found.first_word.median == pytest.approx(21.5, abs=0.3)
    assert audit(bob, Filters(from_day=date(2026, 11, 17))).decided_to_told == Spread(0, None, None)


def test_period_counts_final_answers_by_the_day_they_came_to_be_owed(bob: Person) -> None:
    seed()
    tenth_day_back = Filters(from_day=date(2026, 11, 8), to_day=date(2026, 11, 8))
    assert audit(bob, tenth_day_back).counts[Figure.FELL_DUE] == 4
    assert audit(bob, tenth_day_back).counts[Figure.APPLICATIONS] == 0
    before = replace(tenth_day_back, from_day=None, to_day=date(2026, 11, 7))
    assert audit(bob, before).counts[Figure.FELL_DUE] == 0
    assert audit(bob, before).counts[Figure.APPLICATIONS] == 13
    assert audit(bob, before).counts[Figure.PROMISES_BROKEN] == 0


def test_breakdowns_add_up_and_open_their_people(bob: Person) -> None:
    seed()
    other = factories.job("Cook")
    person(
        other, "cook", (K.STAGE_MOVED, 15, {"stage_id": 1, "stage_kind": "final"}), (K.DECISION_MADE, 10, NO)
    )
    whole = audit(bob).counts
    for by in By:
        lines = breakdown(bob, by).lines
        for figure in (Figure.FELL_DUE, Figure.ANSWERED, Figure.UNANSWERED):
            assert sum(getattr(line, figure.value) for line in lines) == whole[figure], (by, figure)
            for line in lines:
                assert audit_list(bob, figure, line.filters).total == getattr(line, figure.value)
    assert [line.label for line in breakdown(bob, By.JOB).lines] == ["Deck Officer", "Cook"]
    assert [line.label for line in breakdown(bob, By.STAGE).lines] == ["applied", "final"]
    assert [line.label for line in breakdown(bob, By.MONTH).lines] == ["2026-11"]


def test_colleagues_are_not_compared_where_that_needs_consent(alice: Person, bob: Person) -> None:
    """By owner is off for Germany, Austria and the Netherlands."""
    british = factories.job(place_id=factories.place("GB", "Europe/London"), owner_id=alice.user_id)
    unowned = factories.job(place_id=factories.place("GB", "Europe/London"))
    german = factories.job(place_id=factories.place("DE", "Europe/Berlin"), owner_id=bob.user_id)
    for job in (british, unowned, german):
        person(job, "someone", (K.DECISION_MADE, 10, NO))
    lines = breakdown(bob, By.OWNER).lines
    assert {line.label: line.unanswered for line in lines} == {"Alice Moreau": 1, "": 1, "-": 1}
    assert audit(bob, Filters(owner=bob.user_id)).counts[Figure.APPLICATIONS] == 0


def test_reasons_count_everybody_past_their_date_once(bob: Person) -> None:
    seed()
    why = by_reason(bob)
    assert [(line.reason, line.people) for line in why] == [
        (Reason.DECIDED_NOT_TOLD, 2),
        (Reason.PROMISE_DUE, 1),
        (Reason.SILENT, 2),
    ]
    for line in why:
        assert audit_list(bob, Figure.DUE, Filters(reason=line.reason)).total == line.people


def test_stage_is_the_furthest_that_somebody_reached(bob: Person) -> None:
    job = factories.job()
    person(job, "far", (K.STAGE_MOVED, 15, {"stage_id": 1, "stage_kind": "final"}))
    person(job, "near")
    assert names(bob, Figure.OWED, Filters(stage=StageKind.FINAL)) == ["far"]
