"""What came of a call, a letter on paper or a short text to one person.

Law: only who was reached has had a word from us. A try that reached nobody, and a voicemail, are notes and
clear nothing.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from employer_app.actions import contacts
from employer_app.actions.channels import GAP, gap_refused
from employer_app.domain.role import Person
from employer_app.domain.words import t


class CallEnd(StrEnum):
    """How a call ended."""

    TOLD = "told"
    REACHED = "reached"
    VOICEMAIL = "voicemail"
    NOBODY = "nobody"

    @property
    def reached(self) -> bool:
        return self in (CallEnd.TOLD, CallEnd.REACHED)


def call_ended(
    *, actor: Person, application_id: int, end: CallEnd, note: str = "", promise_on: date | None = None
) -> None:
    """What came of a call that ended just now. `promise_on` counts only where somebody was reached."""
    summary = _with_note(t(f"channel.call.{end}"), note)
    if not end.reached:
        contacts.add_note(actor=actor, application_id=application_id, text=summary)
        return
    contacts.log_call(
        actor=actor,
        application_id=application_id,
        summary=summary,
        tells=end is CallEnd.TOLD,
        promise_on=promise_on,
    )


def posted(
    *,
    actor: Person,
    application_id: int,
    text: str,
    tells: bool,
    occurred_at: datetime,
    promise_on: date | None,
    says_no: bool = False,
) -> None:
    """The letter is on its way: its text stays in the record. `says_no`: see `contacts.log_letter`."""
    contacts.log_letter(
        actor=actor,
        application_id=application_id,
        summary=_whole(text),
        tells=tells,
        occurred_at=occurred_at,
        promise_on=promise_on,
        says_no=says_no,
    )


def short_text_sent(
    *, actor: Person, application_id: int, by: str, text: str, tells: bool, promise_on: date | None
) -> None:
    """Somebody sent it from a telephone of theirs. `by`: the way, in words."""
    contacts.log_letter(
        actor=actor,
        application_id=application_id,
        summary=f"{by}:\n{text}",
        tells=tells,
        promise_on=promise_on,
    )


def _with_note(said: str, note: str) -> str:
    return f"{said} {note.strip()}".strip()


def _whole(text: str) -> str:
    """Raises Refused for a text with a gap: it cannot have been sent like that."""
    if GAP in text:
        raise gap_refused()
    return text
