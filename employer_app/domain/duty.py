"""The clocks: how long we may take for each word we owe. The house profile "courteous".

Business days unless said otherwise; the place of the job gives holidays and time zone. `target` is when the
word is due, `breach` when it is late. The figures follow what candidates expect after an application or an
interview (most expect word within four days) and what teams that answer everybody manage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from employer_app.domain.stage import StageKind


class Reason(StrEnum):
    """Why we owe somebody a word. Order is urgency: the first of several is shown."""

    DECIDED_NOT_TOLD = "decided_not_told"
    MESSAGE_FAILED = "message_failed"
    PROMISE_DUE = "promise_due"
    INTERVIEWED_NOT_TOLD = "interviewed_not_told"
    JOB_CLOSED = "job_closed"
    SILENT = "silent"
    NOT_ACKNOWLEDGED = "not_acknowledged"

    @property
    def rank(self) -> int:
        return _RANK[self]


_RANK = {reason: position for position, reason in enumerate(Reason)}

#: The next word: every live application owes exactly one of these.
NEXT_WORD = frozenset({Reason.SILENT, Reason.INTERVIEWED_NOT_TOLD})


class ClockName(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    FIRST_WORD = "first_word"
    SCREEN_OUTCOME = "screen_outcome"
    INTERVIEW_STATUS = "interview_status"
    NEXT_WORD_EARLY = "next_word_early"
    NEXT_WORD_INTERVIEWED = "next_word_interviewed"
    TELL_APPLICATION = "tell_application"
    TELL_INTERVIEW = "tell_interview"
    TELL_FINAL = "tell_final"
    JOB_CLOSED = "job_closed"
    MESSAGE_FAILED = "message_failed"


@dataclass(frozen=True)
class Clock:
    """Business days from the fact to `target` and to `breach`."""

    target: int
    breach: int


HOUSE: Mapping[ClockName, Clock] = {
    ClockName.ACKNOWLEDGE: Clock(1, 2),
    ClockName.FIRST_WORD: Clock(5, 10),
    ClockName.SCREEN_OUTCOME: Clock(3, 5),
    ClockName.INTERVIEW_STATUS: Clock(3, 5),
    ClockName.NEXT_WORD_EARLY: Clock(10, 20),
    ClockName.NEXT_WORD_INTERVIEWED: Clock(5, 20),
    ClockName.TELL_APPLICATION: Clock(3, 5),
    ClockName.TELL_INTERVIEW: Clock(2, 5),
    ClockName.TELL_FINAL: Clock(1, 5),
    ClockName.JOB_CLOSED: Clock(2, 5),
    ClockName.MESSAGE_FAILED: Clock(0, 1),
}

#: A debt shows on the home page this many business days before it is due.
SHOWN_AHEAD = 3
#: A date we gave rests the silence clock for at most so many calendar days.
PROMISE_RESTS_AT_MOST = 30

#: Rises with every change of HOUSE or of the fold; `employer-app ledger verify --rebuild` folds anew.
RULES_VERSION = 2


def tell_clock(depth: StageKind) -> ClockName:
    """The further somebody came, the sooner the decision is told."""
    if depth.depth >= StageKind.FINAL.depth:
        return ClockName.TELL_FINAL
    if depth.depth >= StageKind.INTERVIEW.depth:
        return ClockName.TELL_INTERVIEW
    return ClockName.TELL_APPLICATION
