"""Each line of docs/ledger.md by an example whose dates one can check on a Dutch calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from employer_app.domain.business_time import Calendar
from employer_app.domain.duty import ClockName, Reason
from employer_app.domain.event import EventKind, Fact
from employer_app.domain.owed import Folded, JobFacts, Owed, fold
from employer_app.domain.status import Status

K = EventKind
CALENDAR = Calendar("NL", None, "Europe/Amsterdam")
JOB = JobFacts(CALENDAR)
NO = {"decision_id": 1, "disposition": "X", "status": "rejected", "stage_kind": "applied", "owed": True}

Happening = tuple[EventKind, datetime, dict[str, Any]]


def on(day: int, hour: int = 9, month: int = 11) -> datetime:
    """A moment of November 2026; the 2nd is a Monday."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def local(day: int, hour: int = 18, month: int = 11) -> datetime:
    """That hour in Amsterdam, in winter time."""
    return datetime(2026, month, day, hour - 1, tzinfo=UTC)


def facts(happenings: Sequence[Happening], ack_expected: bool = False) -> list[Fact]:
    received = (K.APPLICATION_RECEIVED, on(2), {"stage_kind": "applied", "ack_expected": ack_expected})
    return [
        Fact(seq, seq, kind, moment, said)
        for seq, (kind, moment, said) in enumerate([received, *happenings], start=1)
    ]


def folded(*happenings: Happening, job: JobFacts = JOB, ack_expected: bool = False) -> Folded:
    return fold(facts(happenings, ack_expected), job)


def reasons(*happenings: Happening, job: JobFacts = JOB, ack_expected: bool = False) -> list[Reason]:
    return [debt.reason for debt in folded(*happenings, job=job, ack_expected=ack_expected).owed]


def only(*happenings: Happening, job: JobFacts = JOB) -> Owed:
    (debt,) = folded(*happenings, job=job).owed
    return debt


def dates(debt: Owed) -> tuple[datetime, datetime, datetime, datetime]:
    return debt.since, debt.opens_at, debt.target_at, debt.breach_at


def closed(at: datetime) -> JobFacts:
    return JobFacts(CALENDAR, closed=Fact(99, 0, K.JOB_STATUS_CHANGED, at))


def accepted(moment: datetime, message_id: int = 1, **said: bool) -> Happening:
    return K.MESSAGE_ACCEPTED, moment, {"message_id": message_id, "tells": False, "automatic": False, **said}


def call(moment: datetime, *, tells: bool = False) -> Happening:
    return K.CALL_LOGGED, moment, {"tells": tells}


def talk(moment: datetime, kind: str = "panel") -> Happening:
    return K.INTERVIEW_HELD, moment, {"interview_kind": kind}


def promise(moment: datetime, due: date, **said: int) -> Happening:
    return K.PROMISE_MADE, moment, {"due": due.isoformat(), **said}


def test_new_application_owes_a_first_word() -> None:
    debt = only()
    assert (debt.reason, debt.clock) == (Reason.SILENT, ClockName.FIRST_WORD)
    assert dates(debt) == (on(2), local(4), local(9), local(16))


def test_missing_acknowledgement_clears_by_any_contact() -> None:
    waiting = folded(ack_expected=True).owed
    assert [debt.reason for debt in waiting] == [Reason.SILENT, Reason.NOT_ACKNOWLEDGED]
    assert dates(waiting[1]) == (on(2), on(2), local(3), local(4))
    assert reasons(accepted(on(2, 10), automatic=True), ack_expected=True) == [Reason.SILENT]


def test_automatic_message_does_not_reset_the_silence() -> None:
    result = folded(accepted(on(3), automatic=True))
    assert result.owed[0].clock is ClockName.FIRST_WORD
    assert (result.first_word_at, result.last_contact_at) == (on(3), None)


def test_word_resets_the_silence_and_a_move_does_not() -> None:
    moved = K.STAGE_MOVED, on(4), {"stage_id": 2, "stage_kind": "screen"}
    debt = only(call(on(3)), moved)
    assert (debt.clock, debt.since, debt.target_at) == (ClockName.NEXT_WORD_EARLY, on(3), local(17))


@pytest.mark.parametrize("kind", [K.MESSAGE_QUEUED, K.MESSAGE_HELD, K.MESSAGE_CANCELLED, K.NOTE_ADDED])
def test_what_did_not_reach_the_person_is_no_word(kind: EventKind) -> None:
    assert dates(only((kind, on(5), {"message_id": 1}))) == dates(only())


def test_silence_after_an_interview_counts_shorter() -> None:
    debt = only(talk(on(3)), call(on(4)))
    assert (debt.clock, debt.target_at) == (ClockName.NEXT_WORD_INTERVIEWED, local(11))


def test_interview_asks_for_word_from_the_first_that_got_none() -> None:
    debt = only(call(on(3)), talk(on(5)), talk(on(6)), talk(on(2)))
    assert (debt.reason, debt.since, debt.target_at) == (Reason.INTERVIEWED_NOT_TOLD, on(5), local(10))
    assert dates(debt) == (on(5), local(5), local(10), local(12))


def test_phone_screen_is_no_interview_and_yields_to_one() -> None:
    screen = only(talk(on(3), "screen"))
    assert (screen.reason, screen.clock, screen.target_at) == (
        Reason.SILENT,
        ClockName.SCREEN_OUTCOME,
        local(6),
    )
    assert only(talk(on(3), "screen"), talk(on(4))).since == on(4)


def test_call_of_tuesday_logged_on_thursday_does_not_answer_wednesday() -> None:
    assert reasons(talk(on(4)), call(on(3))) == [Reason.INTERVIEWED_NOT_TOLD]


def test_closing_date_starts_the_silence_clock_but_not_that_after_a_talk() -> None:
    job = JobFacts(CALENDAR, closing_on=date(2026, 11, 13))
    assert dates(only(job=job)) == (local(13), local(17), local(20), local(27))
    assert only(talk(on(3), "screen"), job=job).target_at == local(6)
    assert only(talk(on(3)), job=job).target_at == local(6)
    moved = K.STAGE_MOVED, on(3), {"stage_id": 3, "stage_kind": "interview"}
    assert only(moved, job=job).since == on(2)


def test_date_we_gave_is_owed_and_rests_the_silence() -> None:
    debts = folded(accepted(on(3)), promise(on(3), date(2026, 11, 27))).owed
    assert [debt.reason for debt in debts] == [Reason.PROMISE_DUE, Reason.SILENT]
    assert dates(debts[0]) == (on(3), local(24), local(27), local(30, 9))
    assert (debts[1].target_at, debts[1].breach_at) == (local(27), local(1, month=12))


def test_date_far_away_rests_the_silence_for_thirty_days() -> None:
    silent = folded(call(on(3)), promise(on(3), date(2027, 3, 1))).owed[1]
    assert (silent.target_at, silent.breach_at) == (local(3, month=12), local(4, 9, month=12))


def test_date_in_a_message_that_came_back_rests_nothing() -> None:
    bounced = K.MESSAGE_BOUNCED, on(4), {"message_id": 1}
    debts = folded(accepted(on(3)), promise(on(3), date(2026, 11, 27), message_id=1), bounced).owed
    assert [debt.reason for debt in debts] == [Reason.MESSAGE_FAILED, Reason.PROMISE_DUE, Reason.SILENT]
    assert dates(debts[2]) == dates(only())


def test_date_that_had_passed_when_given_is_due_at_once() -> None:
    debt = folded(promise(on(10), date(2026, 11, 9))).owed[0]
    assert dates(debt) == (on(10), local(9), local(9), local(10, 9))


def test_only_a_word_after_the_date_was_given_keeps_it() -> None:
    assert Reason.PROMISE_DUE in reasons(promise(on(4), date(2026, 11, 20)), call(on(3)))
    assert reasons(promise(on(4), date(2026, 11, 20)), call(on(5))) == [Reason.SILENT]


@pytest.mark.parametrize(
    ("depth", "target"), [("applied", 5), ("screen", 5), ("interview", 4), ("final", 3), ("offer", 3)]
)
def test_decision_is_told_sooner_the_further_somebody_came(depth: str, target: int) -> None:
    debt = only((K.STAGE_MOVED, on(2), {"stage_id": 1, "stage_kind": depth}), (K.DECISION_MADE, on(2), NO))
    assert debt.reason is Reason.DECIDED_NOT_TOLD
    assert dates(debt) == (on(2), on(2), local(target), local(9))


def test_decision_is_told_only_by_what_states_it_and_came_after() -> None:
    decided = K.DECISION_MADE, on(4), NO
    assert reasons(decided, call(on(5))) == [Reason.DECIDED_NOT_TOLD]
    assert reasons(decided, call(on(3), tells=True)) == [Reason.DECIDED_NOT_TOLD]
    told = folded(decided, call(on(5), tells=True))
    assert (told.owed, told.told_at, told.told_how) == ((), on(5), "call.logged")
    assert (told.decided_at, told.final_owed_since) == (on(4), on(4))


def test_decision_that_needs_no_message_owes_nothing() -> None:
    silent = {**NO, "owed": False}
    failed = K.MESSAGE_FAILED, on(3), {"message_id": 1}
    result = folded(failed, promise(on(3), date(2026, 11, 20)), (K.DECISION_MADE, on(4), silent))
    assert (result.owed, result.final_owed_since) == ((), None)


@pytest.mark.parametrize("status", ["withdrawn", "hired"])
def test_nothing_is_owed_after_the_end(status: str) -> None:
    ended = K.STATUS_CHANGED, on(5), {"status": status}
    failed = K.MESSAGE_FAILED, on(4), {"message_id": 1}
    result = folded(talk(on(3)), failed, promise(on(4), date(2026, 11, 20)), ended, job=closed(on(6)))
    assert (result.status, result.owed) == (Status(status), ())


def test_reopening_starts_the_silence_anew() -> None:
    reopened = K.STATUS_CHANGED, on(10), {"status": "active"}
    debt = only((K.DECISION_MADE, on(4), NO), call(on(5), tells=True), reopened)
    assert (debt.reason, debt.since) == (Reason.SILENT, on(10))
    on_hold = K.STATUS_CHANGED, on(10), {"status": "on_hold"}
    assert only(on_hold).since == on(2)


def test_closed_job_owes_a_final_answer_that_a_holding_note_does_not_give() -> None:
    debts = folded(call(on(5)), job=closed(on(4))).owed
    assert [debt.reason for debt in debts] == [Reason.JOB_CLOSED, Reason.SILENT]
    assert dates(debts[0]) == (on(4), on(4), local(6), local(11))
    assert reasons((K.DECISION_MADE, on(5), NO), job=closed(on(4))) == [Reason.DECIDED_NOT_TOLD]


def test_closed_job_counts_from_whoever_came_in_later() -> None:
    withdrawn, again = (
        (K.STATUS_CHANGED, on(d), {"status": s}) for d, s in ((3, "withdrawn"), (11, "active"))
    )
    debt = folded(withdrawn, again, job=closed(on(4))).owed[0]
    assert (debt.reason, debt.since) == (Reason.JOB_CLOSED, on(11))
    assert folded(job=closed(on(1))).final_owed_since == on(2)


@pytest.mark.parametrize("kind", [K.MESSAGE_FAILED, K.MESSAGE_UNCERTAIN, K.MESSAGE_BOUNCED])
def test_failed_message_is_owed_until_a_word(kind: EventKind) -> None:
    trouble = kind, on(4), {"message_id": 1}
    debt = folded(trouble).owed[0]
    assert debt.reason is Reason.MESSAGE_FAILED
    assert dates(debt) == (on(4), on(4), local(4), local(5))
    for no_word in (K.MESSAGE_QUEUED, K.MESSAGE_CANCELLED):
        assert reasons(trouble, (no_word, on(5), {"message_id": 1}))[0] is Reason.MESSAGE_FAILED
    assert reasons(trouble, accepted(on(5), message_id=2)) == [Reason.SILENT]


def test_message_that_arrived_after_all_is_no_longer_in_doubt() -> None:
    doubt = K.MESSAGE_UNCERTAIN, on(4), {"message_id": 1}
    assert reasons(doubt, accepted(on(5), automatic=True)) == [Reason.SILENT]


def test_waiver_lets_go_of_what_had_happened_and_its_withdrawal_brings_it_back() -> None:
    waiver = K.WAIVER_MADE, on(6), {}
    result = folded(talk(on(5)), promise(on(5), date(2026, 11, 20)), waiver)
    assert (result.owed, result.waived) == ((), True)
    assert reasons(waiver, talk(on(7))) == [Reason.INTERVIEWED_NOT_TOLD]
    assert reasons(waiver, job=closed(on(9))) == [Reason.JOB_CLOSED]
    withdrawn = K.WAIVER_WITHDRAWN, on(10), {}
    assert only(talk(on(5)), waiver, withdrawn).since == on(5)


def test_what_happens_after_a_waiver_is_owed_beside_a_talk_that_was_let_go_of() -> None:
    waiver = K.WAIVER_MADE, on(6), {}
    assert only(talk(on(5)), waiver, talk(on(9))).since == on(9)
    again = [
        (K.STATUS_CHANGED, on(day), {"status": status}) for day, status in ((7, "withdrawn"), (8, "active"))
    ]
    debt = only(waiver, *again, talk(on(5)))  # logged afterwards, about a day before it
    assert (debt.reason, debt.since) == (Reason.SILENT, on(8))


def test_waived_date_rests_nothing() -> None:
    given, waiver = promise(on(3), date(2026, 11, 27)), (K.WAIVER_MADE, on(4), {})
    again = [(K.STATUS_CHANGED, on(5), {"status": s}) for s in ("withdrawn", "active")]
    assert only(given, waiver, *again).target_at == local(19)


def test_holidays_and_weekends_are_nobodys_fault() -> None:
    """Christmas Eve is worked in the Netherlands; both days of Christmas are not."""
    late = K.STATUS_CHANGED, on(24, month=12), {"status": "withdrawn"}
    again = K.STATUS_CHANGED, on(24, 10, month=12), {"status": "active"}
    job = closed(on(24, 10, month=12))
    debt = folded(late, again, job=job).owed[0]
    assert debt.target_at - debt.since > timedelta(days=4)
    assert debt.target_at == local(29, month=12)
