"""The sum behind a date can be checked on a calendar, and comes out as the date that is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from employer_app.domain import business_time
from employer_app.domain.business_time import Calendar
from employer_app.domain.duty import HOUSE, ClockName, Reason
from employer_app.domain.explain import Reckoned, due, explain
from employer_app.domain.words import code_words_in

NL = Calendar("NL", None, "Europe/Amsterdam", frozenset({date(2026, 11, 11)}))


def reckoned(clock: ClockName, since: datetime, reason: Reason = Reason.SILENT, **more: datetime) -> Reckoned:
    target, breach = (
        business_time.add_business_days(NL, since, n) for n in (HOUSE[clock].target, HOUSE[clock].breach)
    )
    return Reckoned(
        reason,
        clock,
        since,
        more.get("target_at", target),
        more.get("breach_at", breach),
        more.get("happened_at"),
    )


def test_interview_plus_business_days() -> None:
    interview = datetime(2026, 11, 17, 13, tzinfo=UTC)
    assert explain(reckoned(ClockName.INTERVIEW_STATUS, interview, Reason.INTERVIEWED_NOT_TOLD), NL) == [
        "Interview Tue 17 Nov + 3 business days = Fri 20 Nov.",
        "Late from Tue 24 Nov, 18:00.",
    ]


def test_days_off_are_named() -> None:
    decided = datetime(2026, 11, 10, 13, tzinfo=UTC)
    assert explain(reckoned(ClockName.TELL_FINAL, decided, Reason.DECIDED_NOT_TOLD), NL) == [
        "Decision Tue 10 Nov, for a finalist + 1 business day = Thu 12 Nov.",
        "Wed 11 Nov is a day off and does not count.",
        "Late from Wed 18 Nov, 18:00.",
    ]
    christmas = explain(reckoned(ClockName.FIRST_WORD, datetime(2025, 12, 23, 9, tzinfo=UTC)), NL)
    assert christmas[1] == "Thu 25 Dec, Fri 26 Dec and Thu 1 Jan are days off and do not count."


def test_date_we_gave() -> None:
    promise = Reckoned(
        Reason.PROMISE_DUE,
        None,
        datetime(2026, 11, 2, tzinfo=UTC),
        business_time.end_of_day(NL, date(2026, 11, 20)),
        business_time.morning_after(NL, date(2026, 11, 20)),
    )
    assert explain(promise, NL) == ["We gave the date Fri 20 Nov.", "Late from Mon 23 Nov, 09:00."]


def test_silence_that_waits_says_for_what() -> None:
    word = datetime(2026, 11, 2, 9, tzinfo=UTC)
    resting = reckoned(
        ClockName.NEXT_WORD_EARLY,
        word,
        happened_at=word,
        target_at=business_time.end_of_day(NL, date(2026, 11, 27)),
    )
    assert explain(resting, NL)[:2] == [
        "Last word Mon 2 Nov + 10 business days = Tue 17 Nov.",
        "We gave a date that comes later, so this waits until Fri 27 Nov.",
    ]
    closing = business_time.end_of_day(NL, date(2026, 11, 13))
    assert explain(reckoned(ClockName.FIRST_WORD, closing, happened_at=word), NL)[0] == (
        "Closing date Fri 13 Nov + 5 business days = Fri 20 Nov."
    )


@pytest.mark.parametrize("clock", list(ClockName))
def test_every_clock_has_its_words(clock: ClockName) -> None:
    sentences = explain(reckoned(clock, datetime(2026, 11, 17, 9, tzinfo=UTC)), NL)
    assert code_words_in(" ".join(sentences)) == []


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-6, ("4 business days late", "was due Thu 12 Nov")),
        (-1, ("1 business day late", "was due Tue 17 Nov")),
        (0, ("Today", "Wed 18 Nov")),
        (1, ("Tomorrow", "Thu 19 Nov")),
        (5, ("In 3 business days", "Mon 23 Nov")),
    ],
)
def test_due_counts_business_days(days: int, said: tuple[str, str]) -> None:
    at = datetime(2026, 11, 18, 9, tzinfo=UTC)
    assert due(business_time.end_of_day(NL, (at + timedelta(days=days)).date()), NL, at) == said


def test_late_over_a_weekend_is_late_by_a_day_at_least() -> None:
    friday = business_time.end_of_day(NL, date(2026, 11, 20))
    assert due(friday, NL, datetime(2026, 11, 21, 9, tzinfo=UTC))[0] == "1 business day late"
