"""What people tell the app about a contact outside it: calls, letters, talks, notes, word from elsewhere.

Law: only a named person's word counts as proof here, with the moment at which it happened. A call of Tuesday
that is written down on Thursday answers nothing that happened on Wednesday.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from employer_app.actions.applications import lock_one
from employer_app.actions.promises import promise_fact
from employer_app.domain.clock import now
from employer_app.domain.errors import Refused
from employer_app.domain.event import EventKind
from employer_app.domain.interviewer import Interviewer, stored
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.stage import InterviewKind, deepest
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact, record
from employer_app.models import Application

LONGEST_TEXT = 20_000


def log_call(
    *,
    actor: Person,
    application_id: int,
    summary: str,
    tells: bool,
    occurred_at: datetime | None = None,
    promise_on: date | None = None,
) -> None:
    """`tells`: the decision was said in it. `promise_on`: the day by which we said there will be word."""
    _log(EventKind.CALL_LOGGED, actor, application_id, summary, tells, occurred_at, promise_on)


def log_letter(
    *,
    actor: Person,
    application_id: int,
    summary: str,
    tells: bool,
    occurred_at: datetime | None = None,
    promise_on: date | None = None,
    says_no: bool = False,
) -> None:
    """As `log_call`; `occurred_at` is when it was posted or handed over. `says_no`: this actor stands for it
    that the letter says no, where the wording check found none."""
    stood_for = {"says_no": True} if says_no else {}
    _log(EventKind.LETTER_LOGGED, actor, application_id, summary, tells, occurred_at, promise_on, stood_for)


def told_elsewhere(*, actor: Person, application_id: int, occurred_at: datetime, how: str) -> None:
    """The person learned the decision by a way that this app does not see; weaker proof than our own."""
    require(actor, Verb.EDIT)
    how = _text(how, "how", "Say how the person learned it.")
    with transaction() as session:
        row = lock_one(session, application_id)
        moment = _past(occurred_at)
        _refuse_untellable(row, moment)
        fact = NewFact(row.id, EventKind.TOLD_ELSEWHERE, {"tells": True}, {"how": how}, moment)
        record(session, [fact], actor_id=actor.user_id)


def log_interview(
    *,
    actor: Person,
    application_id: int,
    kind: InterviewKind,
    held_at: datetime,
    interviewers: Sequence[Interviewer] = (),
) -> None:
    """A talk that took place. From now on we owe this person word about it.

    Whoever was met gets no letter for strangers: a first talk stops what was reviewed before it was known.
    """
    require(actor, Verb.EDIT)
    with transaction() as session:
        row = lock_one(session, application_id)
        facts = {"interview_kind": kind.value}
        held = _past(held_at, "held_on")
        fact = NewFact(row.id, EventKind.INTERVIEW_HELD, facts, stored(interviewers), held)
        if deepest(row.depth, kind.stage_kind) is not row.depth:
            row.version += 1
        record(session, [fact], actor_id=actor.user_id)


def add_note(*, actor: Person, application_id: int, text: str) -> None:
    """For the team; clears nothing and stops no message. The person may ask to read it."""
    require(actor, Verb.EDIT)
    text = _text(text, "text", "Write the note first.")
    with transaction() as session:
        row = lock_one(session, application_id)
        fact = NewFact(row.id, EventKind.NOTE_ADDED, payload={"text": text})
        record(session, [fact], actor_id=actor.user_id)


def _log(
    kind: EventKind,
    actor: Person,
    application_id: int,
    summary: str,
    tells: bool,
    occurred_at: datetime | None,
    promise_on: date | None,
    more: Mapping[str, bool] = MappingProxyType({}),
) -> None:
    require(actor, Verb.EDIT)
    summary = _text(summary, "summary", "Say in a few words what was said.")
    moment = _past(occurred_at) if occurred_at else now()
    with transaction() as session:
        row = lock_one(session, application_id)
        if tells:
            _refuse_untellable(row, moment)
        facts = [NewFact(row.id, kind, {"tells": tells, **more}, {"summary": summary}, moment)]
        facts += _promise(session, row, promise_on, moment)
        record(session, facts, actor_id=actor.user_id)


def _promise(session: Session, row: Application, on: date | None, moment: datetime) -> list[NewFact]:
    return [promise_fact(session, row, on, moment)] if on else []


def _refuse_untellable(row: Application, moment: datetime) -> None:
    if row.decided_at is None:
        raise Refused("There is no decision yet that this could tell.", "Record the decision first.", "tells")
    if moment < row.decided_at:
        raise Refused(
            "This was before the decision was made, so it cannot have told it.",
            "If the decision is older than it says, take it back and record it with its own day.",
            "tells",
        )


def _past(moment: datetime, field: str = "occurred_on") -> datetime:
    if moment > now():
        raise Refused("This is in the future.", "Give the time at which it happened.", field)
    return moment


def _text(text: str, field: str, missing: str) -> str:
    text = text.replace("\0", "").strip()
    if not text:
        raise Refused(missing, field=field)
    if len(text) > LONGEST_TEXT:
        raise Refused(f"This is longer than {LONGEST_TEXT} characters.", "Shorten it.", field)
    return text
