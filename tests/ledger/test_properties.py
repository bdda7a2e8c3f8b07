"""The fold equals a second implementation on every history that hypothesis finds, and keeps its laws."""

from __future__ import annotations

from datetime import UTC, datetime

import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from employer_app.domain.duty import NEXT_WORD, Reason
from employer_app.domain.event import EventKind, Fact
from employer_app.domain.owed import Folded, JobFacts, fold
from employer_app.domain.status import LIVE, Status
from tests.ledger import oracle
from tests.ledger.histories import CALENDARS, STARTS, Life, Step, lives, moments, steps
from tests.ledger.oracle import Debt, World

#: what a debt may end by, beside a word: a person let go of it, or there is nothing more to say
ENDS = {
    EventKind.TAKEN_BACK,
    EventKind.WAIVER_MADE,
    EventKind.DECISION_MADE,
    EventKind.DECISION_UNDONE,
    EventKind.STATUS_CHANGED,
    EventKind.REOPENED,
}


def job_of(world: World) -> JobFacts:
    closed = None
    if world.closed:
        event_id, at = world.closed
        closed = Fact(event_id, 0, EventKind.JOB_STATUS_CHANGED, at)
    return JobFacts(world.calendar, world.closing_on, closed)


def debts(folded: Folded) -> list[Debt]:
    return sorted(
        Debt(d.reason.value, d.source, d.since, d.opens_at, d.target_at, d.breach_at) for d in folded.owed
    )


@given(lives())
@settings(max_examples=600, deadline=None)
def test_fold_equals_the_oracle(life: Life) -> None:
    folded = fold(life.facts, job_of(life.world))
    assert debts(folded) == oracle.owed(life.facts, life.world)
    expected = oracle.standing(life.facts, life.world)
    assert {name: getattr(folded, name) for name in vars(expected)} == vars(expected)


@given(lives())
@settings(deadline=None)
def test_everybody_in_the_running_is_owed_exactly_one_next_word(life: Life) -> None:
    folded = fold(life.facts, job_of(life.world))
    next_words = [debt for debt in folded.owed if debt.reason in NEXT_WORD]
    if folded.status in LIVE and not folded.waived:
        assert len(next_words) == 1
    else:
        assert len(next_words) <= (folded.status in LIVE)


@given(lives())
@settings(deadline=None)
def test_nothing_is_owed_to_those_who_withdrew_or_were_hired(life: Life) -> None:
    folded = fold(life.facts, job_of(life.world))
    if folded.status in {Status.WITHDRAWN, Status.HIRED}:
        assert folded.owed == ()
        assert folded.final_owed_since is None


@given(lives())
@settings(deadline=None)
def test_dates_of_a_debt_run_forward_and_the_worst_comes_first(life: Life) -> None:
    owed = fold(life.facts, job_of(life.world)).owed
    assert all(debt.opens_at <= debt.target_at <= debt.breach_at for debt in owed)
    assert [debt.reason.rank for debt in owed] == sorted(debt.reason.rank for debt in owed)
    assert len({(debt.reason, debt.source) for debt in owed}) == len(owed)


@given(lives(), st.sampled_from(STARTS))
@settings(max_examples=50, deadline=None)
def test_fold_does_not_look_at_the_clock(life: Life, other: datetime) -> None:
    with time_machine.travel(datetime(1999, 12, 31, tzinfo=UTC), tick=False):
        then = fold(life.facts, job_of(life.world))
    with time_machine.travel(other, tick=False):
        assert fold(life.facts, job_of(life.world)) == then


@given(st.sampled_from(CALENDARS), st.sampled_from(STARTS), steps)
@settings(max_examples=300, deadline=None)
def test_no_debt_clears_without_a_word_a_waiver_or_an_end(
    calendar: object, start: datetime, taken: list[Step]
) -> None:
    before: Folded | None = None
    seen = 0
    for history, world in moments(Life(calendar, start, ack_expected=True), taken):  # type: ignore[arg-type]
        after = fold(history, job_of(world))
        new, seen = history[seen:], len(history)
        if before is not None:
            kinds = {fact.kind for fact in new}
            if not kinds & (oracle.WORDS | ENDS):
                lost = _kept(before) - _kept(after)
                if after.waived and EventKind.MESSAGE_BOUNCED in kinds:
                    lost -= {(Reason.SILENT, None)}  # back to the silence that was let go of
                assert not lost, f"{new} cleared {lost}"
                assert bool(after.owed) >= bool(before.owed)
            if before.owed and not after.owed:
                proven = kinds & oracle.WORDS and after.told_at
                ended = after.waived or after.status in {Status.WITHDRAWN, Status.HIRED, Status.REJECTED}
                assert proven or ended
        before = after


def _kept(folded: Folded) -> set[tuple[Reason, object]]:
    """Debts that may only go by a word, a waiver or an end.

    The next word may change its reason, but there always is one; of a failed message the newest word counts.
    """
    kept: set[tuple[Reason, object]] = set()
    for debt in folded.owed:
        if debt.reason in NEXT_WORD:
            kept.add((Reason.SILENT, None))
        elif debt.reason is Reason.MESSAGE_FAILED:
            kept.add((debt.reason, None))
        elif debt.reason is not Reason.JOB_CLOSED:
            kept.add((debt.reason, debt.source))
    return kept
