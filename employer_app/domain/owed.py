"""What we owe one applicant: a pure function of the facts, the clocks and the calendar.

A fact opens a debt; only proof clears it: a message the mail server took and that did not bounce, a call or
letter logged by a person, word that another system gave, or a waiver with a name. There is no "now" here:
a debt carries its dates, and whoever reads compares them with the clock.
docs/ledger.md is the table of which this file is the code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from employer_app.domain import business_time
from employer_app.domain.business_time import Calendar
from employer_app.domain.duty import (
    HOUSE,
    PROMISE_RESTS_AT_MOST,
    SHOWN_AHEAD,
    ClockName,
    Reason,
    tell_clock,
)
from employer_app.domain.event import Fact
from employer_app.domain.stage import InterviewKind, StageKind, interviewed
from employer_app.domain.status import LIVE, Status
from employer_app.domain.story import Story, later, read_story

#: These wait for their date before they show; the others show at once.
_SHOWN_WHEN_NEAR = frozenset(
    {Reason.SILENT, Reason.INTERVIEWED_NOT_TOLD, Reason.PROMISE_DUE, Reason.NOT_ACKNOWLEDGED}
)


@dataclass(frozen=True)
class JobFacts:
    """What the fold needs of the job. `closed` is the fact that closed it, unless it is open again."""

    calendar: Calendar
    closing_on: date | None = None
    closed: Fact | None = None


@dataclass(frozen=True)
class Owed:
    """One debt. `source` is the id of the fact that opened it; all moments are aware UTC."""

    reason: Reason
    clock: ClockName | None
    source: int
    since: datetime
    opens_at: datetime
    target_at: datetime
    breach_at: datetime


@dataclass(frozen=True)
class Folded:
    """Everything that the facts of one application say, ready to be stored."""

    status: Status
    stage_kind: StageKind
    depth: StageKind
    first_word_at: datetime | None
    last_contact_at: datetime | None
    decided_at: datetime | None
    told_at: datetime | None
    told_how: str | None
    #: when the final answer came to be owed: a decision to tell, or the job's closing; the audit counts by it
    final_owed_since: datetime | None
    waived: bool
    owed: tuple[Owed, ...]


def fold(history: Sequence[Fact], job: JobFacts) -> Folded:
    """Fold the facts of one application, in order of `seq`, into what we owe; worst reason first."""
    story = read_story(history)
    debts = [
        *_decision(story, job),
        *_failures(story, job),
        *_promises(story, job),
        *_next_word(story, job),
        *_job_closed(story, job),
        *_acknowledgement(story, job),
    ]
    owed = tuple(debt for source, debt in debts if not story.waived(source))
    told = story.told
    return Folded(
        status=story.status,
        stage_kind=story.stage_kind,
        depth=story.depth,
        first_word_at=min((fact.occurred_at for fact in story.contacts), default=None),
        last_contact_at=story.last_contact.occurred_at if story.last_contact else None,
        decided_at=story.decision.occurred_at if story.decision else None,
        told_at=told.occurred_at if told else None,
        told_how=told.kind.value if told else None,
        final_owed_since=_final_owed_since(story, job),
        waived=story.waiver is not None,
        owed=tuple(sorted(owed, key=lambda debt: (debt.reason.rank, debt.target_at, debt.source))),
    )


_Debt = tuple[Fact, Owed]


def _to_tell(story: Story) -> Fact | None:
    """The decision that a message, a call or a letter has to tell."""
    decision = story.decision
    if decision is None or story.status is not Status.REJECTED or not decision.facts["owed"]:
        return None
    return decision


def _closed_since(story: Story, job: JobFacts) -> datetime | None:
    """From when somebody has been left inside a closed job."""
    if job.closed is None or story.status not in LIVE:
        return None
    entered = [fact.occurred_at for fact in (story.received, story.reopened) if fact]
    return max(job.closed.occurred_at, *entered)


def _final_owed_since(story: Story, job: JobFacts) -> datetime | None:
    decision = _to_tell(story)
    return decision.occurred_at if decision else _closed_since(story, job)


def _decision(story: Story, job: JobFacts) -> list[_Debt]:
    decision = _to_tell(story)
    if decision is None or story.told:
        return []
    clock = tell_clock(story.depth)
    return [_debt(Reason.DECIDED_NOT_TOLD, clock, decision, decision.occurred_at, job)]


def _failures(story: Story, job: JobFacts) -> list[_Debt]:
    if story.ended_silently:
        return []
    return [
        _debt(Reason.MESSAGE_FAILED, ClockName.MESSAGE_FAILED, fact, fact.occurred_at, job)
        for fact in story.troubles.values()
        if not story.contacted_since(fact)
    ]


def _promises(story: Story, job: JobFacts) -> list[_Debt]:
    return [(fact, _promise(fact, job)) for fact in story.open_promises]


def _promise(fact: Fact, job: JobFacts) -> Owed:
    target, breach = _by(date.fromisoformat(fact.facts["due"]), job)
    return _owed(Reason.PROMISE_DUE, None, fact, fact.occurred_at, target, breach, job)


def _by(day: date, job: JobFacts) -> tuple[datetime, datetime]:
    """A day that we named: due at its end, late the next morning on which people work."""
    return business_time.end_of_day(job.calendar, day), business_time.morning_after(job.calendar, day)


def _next_word(story: Story, job: JobFacts) -> list[_Debt]:
    """Exactly one for every live application without a waiver."""
    if story.status not in LIVE:
        return []
    if talks := story.open_talks:
        return [_after_talk(talks, job)]
    return [_silence(story, job)]


def _after_talk(talks: Sequence[Fact], job: JobFacts) -> _Debt:
    """Whoever has talked with us waits for word about it, whatever the closing date; interviews first."""
    interviews = [fact for fact in talks if fact.facts["interview_kind"] != InterviewKind.SCREEN]
    source = min(interviews or talks, key=later)
    if interviews:
        return _debt(Reason.INTERVIEWED_NOT_TOLD, ClockName.INTERVIEW_STATUS, source, source.occurred_at, job)
    return _debt(Reason.SILENT, ClockName.SCREEN_OUTCOME, source, source.occurred_at, job)


def _silence(story: Story, job: JobFacts) -> _Debt:
    """Counts from our last word, before the closing date from that date; rests until a date we gave."""
    source = story.last_word
    clock = _silence_clock(story, source)
    start = source.occurred_at
    closing_on = story.closing_on(job.closing_on)
    if closing_on and not interviewed(story.depth):
        start = max(start, business_time.end_of_day(job.calendar, closing_on))
    _, debt = _debt(Reason.SILENT, clock, source, start, job)
    target, breach = debt.target_at, debt.breach_at
    for promise in story.open_promises:
        if story.reached(promise) and not story.waived(promise):
            until, over = _by(_rests_until(promise, job), job)
            target, breach = max(target, until), max(breach, over)
    return source, _owed(Reason.SILENT, clock, source, start, target, breach, job)


def _silence_clock(story: Story, source: Fact) -> ClockName:
    if source is story.received:
        return ClockName.FIRST_WORD
    return ClockName.NEXT_WORD_INTERVIEWED if interviewed(story.depth) else ClockName.NEXT_WORD_EARLY


def _rests_until(promise: Fact, job: JobFacts) -> date:
    given = promise.occurred_at.astimezone(ZoneInfo(job.calendar.timezone)).date()
    return min(date.fromisoformat(promise.facts["due"]), given + timedelta(days=PROMISE_RESTS_AT_MOST))


def _job_closed(story: Story, job: JobFacts) -> list[_Debt]:
    start = _closed_since(story, job)
    if job.closed is None or start is None:
        return []
    return [_debt(Reason.JOB_CLOSED, ClockName.JOB_CLOSED, job.closed, start, job)]


def _acknowledgement(story: Story, job: JobFacts) -> list[_Debt]:
    received = story.received
    if not received.facts.get("ack_expected") or story.status not in LIVE or story.contacts:
        return []
    return [_debt(Reason.NOT_ACKNOWLEDGED, ClockName.ACKNOWLEDGE, received, received.occurred_at, job)]


def _debt(reason: Reason, name: ClockName, source: Fact, start: datetime, job: JobFacts) -> _Debt:
    clock = HOUSE[name]
    target = business_time.add_business_days(job.calendar, start, clock.target)
    breach = business_time.add_business_days(job.calendar, start, clock.breach)
    return source, _owed(reason, name, source, start, target, breach, job)


def _owed(
    reason: Reason,
    clock: ClockName | None,
    source: Fact,
    since: datetime,
    target: datetime,
    breach: datetime,
    job: JobFacts,
) -> Owed:
    opens = since
    if reason in _SHOWN_WHEN_NEAR:
        opens = max(since, business_time.subtract_business_days(job.calendar, target, SHOWN_AHEAD))
    opens = min(opens, target)  # a date that had passed when it was written down
    return Owed(reason, clock, source.id, since, opens, target, breach)
