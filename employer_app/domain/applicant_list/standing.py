"""How somebody stands by the word of a list: the facts to record, the same for an import and for a check.

Law: a date is never later than now, and no end earlier than the application. What the old system sent is
weaker proof than ours: it is recorded as told elsewhere, with whose word it rests on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.outcome import OPEN, Outcome, outcome_of
from employer_app.domain.applicant_list.verdict import Applicant
from employer_app.domain.disposition import disposition
from employer_app.domain.event import EventKind
from employer_app.domain.interviewer import read_interviewers, stored
from employer_app.domain.stage import InterviewKind, StageKind, deepest
from employer_app.domain.stage_label import recognise_interview
from employer_app.domain.status import Status

#: a date without an hour is taken as this local time
_MORNING = time(9)
#: the reason that stands for one which was given in another system
_CODES = {Outcome.REJECTED: "EARLIER", Outcome.WITHDRAWN: "WD-SELF", Outcome.HIRED: "HIRED"}
#: whom a word of the old system spares ours; the others wait for none
TOLD_OF = frozenset({Outcome.REJECTED, *OPEN})
_HOW = {
    "column": "The list says when they were told",
    "rule": "Everybody who stood there was told on that day, says whoever imported the list",
    "log": "A mail to their address stands in the mail log",
}


@dataclass(frozen=True)
class ListFact:
    """One fact that a list states. `code` is the disposition of a decision, which has a row of its own."""

    kind: EventKind
    occurred_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""


@dataclass(frozen=True)
class Standing:
    """What a row says of one application. Moments are aware UTC."""

    outcome: Outcome
    depth: StageKind
    received_at: datetime
    ended_at: datetime
    told_at: datetime | None = None
    told_how: str = ""
    #: it said the outcome; a mail from before the end cannot have
    tells: bool = True


def outcome(applicant: Applicant, choices: ListChoices) -> Outcome:
    """The person's own words for a stage or a state first; whoever was told of the end was turned down.

    A mail log alone does not say so: any mail may stand in it.
    """
    said = choices.endings.get(applicant.stage_label)
    found = said or outcome_of(applicant.ending, choices.states)
    if found is Outcome.CLOSED and (applicant.told_at or _ruled(applicant, choices, found)):
        return Outcome.REJECTED
    return found


def standing(
    applicant: Applicant, choices: ListChoices, stage: StageKind, zone: ZoneInfo, latest: datetime
) -> Standing:
    """`stage`: the kind of the stage that the list names. `latest`: now."""
    received = _received(applicant, zone, latest)
    ended = max(received, moment(applicant.ended_at, zone, latest))
    found = outcome(applicant, choices)
    told, how = told_by(applicant, choices, found)
    if told and found not in OPEN and applicant.ended_at is None:
        ended = max(received, moment(told, zone, latest))  # whoever was told had been decided on
    told_at = moment(told, zone, latest) if told else None
    if told_at and how == "log" and applicant.ended_at and told_at.date() < ended.date():
        return Standing(found, stage, received, ended, max(told_at, received), how, tells=False)
    if told_at and found not in OPEN:
        told_at = max(told_at, ended)
    return Standing(found, stage, received, ended, told_at, how)


def _received(applicant: Applicant, zone: ZoneInfo, latest: datetime) -> datetime:
    """Without a day of its own, an application came no later than the first thing that came of it."""
    if applicant.applied_at:
        return moment(applicant.applied_at, zone, latest)
    later = [applicant.ended_at, *(interview.on for interview in applicant.interviews)]
    return min((moment(one, zone, latest) for one in later if one), default=latest)


def list_facts(
    applicant: Applicant, stands: Standing, zone: ZoneInfo, latest: datetime, *, ack: bool
) -> Iterator[ListFact]:
    """Everything that the row says happened, in the order in which it is to be recorded."""
    received = {"stage_kind": stands.depth.value, "ack_expected": ack and stands.outcome in OPEN}
    yield ListFact(EventKind.APPLICATION_RECEIVED, stands.received_at, received)
    yield from interview_facts(applicant, zone, latest)
    yield from ending_facts(applicant, stands)
    if applicant.note:
        yield ListFact(EventKind.NOTE_ADDED, latest, {}, {"text": applicant.note})


def interview_facts(applicant: Applicant, zone: ZoneInfo, latest: datetime) -> Iterator[ListFact]:
    for interview in applicant.interviews:
        kind = EventKind.INTERVIEW_MISSED if interview.no_show else EventKind.INTERVIEW_HELD
        payload = stored(read_interviewers(interview.interviewers))
        facts = {"interview_kind": recognise_interview(interview.kind).value}
        yield ListFact(kind, moment(interview.on, zone, latest), facts, payload)


def ending_facts(applicant: Applicant, stands: Standing) -> Iterator[ListFact]:
    """The decision if there was one, and what the old system told."""
    if stands.outcome is Outcome.ON_HOLD:
        yield ListFact(EventKind.STATUS_CHANGED, stands.ended_at, {"status": Status.ON_HOLD.value})
    code = _CODES.get(stands.outcome, "")
    if code:
        reason = {"reason": applicant.ending.reason} if applicant.ending.reason else {}
        yield ListFact(EventKind.DECISION_MADE, stands.ended_at, decision(code, stands.depth), reason, code)
    if stands.told_at and stands.outcome in TOLD_OF:
        yield told_fact(stands, stands.told_at, rejected=stands.outcome is Outcome.REJECTED)


def told_fact(stands: Standing, told_at: datetime, *, rejected: bool) -> ListFact:
    """What the old system wrote; it said the outcome if there was one to say."""
    tells = {"tells": stands.tells and rejected}
    return ListFact(EventKind.TOLD_ELSEWHERE, told_at, tells, {"how": _HOW[stands.told_how]})


def decision(code: str, depth: StageKind) -> dict[str, Any]:
    """The facts of a decision made elsewhere; whoever stores it adds the number of its row."""
    reason = disposition(code)
    return {
        "disposition": code,
        "status": reason.status.value,
        "stage_kind": depth.value,
        "owed": reason.sends_message,
    }


def depth_of(applicant: Applicant, stage: StageKind) -> StageKind:
    """The deepest kind that the stage and the talks prove."""
    found = stage
    for interview in applicant.interviews:
        if not interview.no_show:
            kind: InterviewKind = recognise_interview(interview.kind)
            found = deepest(found, kind.stage_kind)
    return found


def moment(value: date | datetime | None, zone: ZoneInfo, latest: datetime) -> datetime:
    """In UTC, never after `latest`; a bare date means that morning where the job is."""
    if value is None:
        return latest
    if not isinstance(value, datetime):
        value = datetime.combine(value, _MORNING, zone)
    elif value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return min(value.astimezone(UTC), latest)


def told_on(applicant: Applicant, choices: ListChoices, found: Outcome) -> date | datetime | None:
    """When the old system wrote to somebody to whom it matters; None where nobody says so."""
    return told_by(applicant, choices, found)[0] if found in TOLD_OF else None


def told_by(applicant: Applicant, choices: ListChoices, found: Outcome) -> tuple[date | datetime | None, str]:
    """When and by whose word: the list's own first, then the mail log, then the rule for all."""
    if applicant.told_at:
        return applicant.told_at, "column"
    told = choices.told
    keys = [address.key for address in (applicant.address, applicant.second_address) if address]
    mailed = next((told.log[key] for key in keys if key in told.log), "")
    if mailed:
        return datetime.fromisoformat(mailed) if "T" in mailed else date.fromisoformat(mailed), "log"
    ruled = _ruled(applicant, choices, found)
    return (date.fromisoformat(ruled), "rule") if ruled else (None, "")


def _ruled(applicant: Applicant, choices: ListChoices, found: Outcome) -> str:
    """The day that a person gave for all who stood there, else for all who were turned down; "" for none."""
    told = choices.told
    ruled = told.states.get(applicant.ending.state, "") or told.stages.get(applicant.stage_label, "")
    return ruled or (told.everybody if found in {Outcome.REJECTED, Outcome.CLOSED} else "")
