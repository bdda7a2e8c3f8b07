"""What goes along into another job opens there what was owed before, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings

from employer_app.domain.carry import carry, closing_on_of
from employer_app.domain.duty import Reason
from employer_app.domain.event import EventKind, Fact
from employer_app.domain.owed import Folded, JobFacts, fold
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE
from tests.ledger.histories import CALENDARS, Life, lives
from tests.ledger.test_properties import job_of

MOVED_AT = datetime(2027, 8, 2, 9, tzinfo=UTC)


def moved(life: Life) -> list[Fact]:
    """Its facts in the other job, as they are numbered there."""
    found = [
        Fact(seq, seq, one.kind, one.occurred_at, one.facts)
        for seq, one in enumerate(carry(life.facts, 7), start=1)
    ]
    came = {"application_id": 7, "job_id": 7, "closing_on": closing_on_of(life.facts, life.closing_on)}
    seq = len(found) + 1
    return [*found, Fact(seq, seq, EventKind.MOVED_HERE, MOVED_AT, came)]


def debts(folded: Folded) -> list[tuple[object, ...]]:
    return sorted(
        (one.reason.value, one.since, one.opens_at, one.target_at, one.breach_at)
        for one in folded.owed
        if one.reason is not Reason.JOB_CLOSED
    )


@given(lives())
@settings(max_examples=300, deadline=None)
def test_what_is_owed_stays_owed_since_the_same_moment_whatever_the_other_job(life: Life) -> None:
    before = fold(life.facts, job_of(life.world))
    if before.status not in LIVE:
        return
    later = date(2027, 12, 1)
    after = fold(moved(life), JobFacts(life.calendar, closing_on=later))
    assert debts(after) == debts(before)
    assert (after.last_contact_at, after.waived) == (before.last_contact_at, before.waived)
    assert after.first_word_at == before.first_word_at
    assert after.decided_at is after.told_at is None


@given(lives())
@settings(max_examples=100, deadline=None)
def test_a_second_move_owes_the_same_again(life: Life) -> None:
    if fold(life.facts, job_of(life.world)).status not in LIVE:
        return
    once = moved(life)
    twice = [
        Fact(n, n, one.kind, one.occurred_at, one.facts) for n, one in enumerate(carry(once, 8), start=1)
    ]
    began = closing_on_of(once, date(2029, 1, 1))
    twice.append(Fact(len(twice) + 1, len(twice) + 1, EventKind.MOVED_HERE, MOVED_AT, {"closing_on": began}))
    elsewhere = JobFacts(life.calendar, closing_on=date(2030, 1, 1))
    assert debts(fold(twice, elsewhere)) == debts(fold(once, elsewhere))


def test_an_offer_of_the_old_job_is_none_here_and_a_told_no_tells_nothing() -> None:
    life = Life(CALENDARS[0], datetime(2026, 11, 2, 9, tzinfo=UTC))
    life._happened(EventKind.STAGE_MOVED, {"stage_id": 1, "stage_kind": "offer"})
    life.now += timedelta(days=1)
    life._happened(EventKind.CALL_LOGGED, {"tells": True})
    there = carry(life.facts, 7)
    assert [(one.kind, one.facts.get("stage_kind"), one.facts.get("tells")) for one in there] == [
        (EventKind.APPLICATION_RECEIVED, StageKind.FINAL, None),
        (EventKind.CALL_LOGGED, None, False),
    ]
    assert {one.facts["carried"] for one in there} == {7}
