"""What the wording check looks at: one text for one person, and the facts it must agree with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from employer_app.domain.courtesy.others import NOBODY, Others
from employer_app.domain.message import Kind
from employer_app.domain.stage import StageKind


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where this person stands now, in the whole organisation."""

    hired: bool = False
    offer_live: bool = False
    withdrawn: bool = False
    already_told: bool = False
    duplicate: bool = False
    active_elsewhere: tuple[str, ...] = ()
    """Titles of the other roles in which the same person is still in the running."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    kind: Kind
    subject: str
    text: str
    """The plain text part, as the reader gets it."""
    greeting_name: str
    full_name: str
    role_title: str
    company: str
    send_on: date
    """The day on which it is to leave, where the reader lives."""
    language: str = "en"
    candidate_language: str | None = None
    paused: bool = False
    bulk: bool = False
    depth: StageKind = StageKind.APPLIED
    """The deepest stage this person ever reached in this job."""
    personal_line: str | None = None
    """What was written for this person alone. After a group or one-way interview, its date or place."""
    promised: tuple[date, ...] = ()
    """The days of the next word that were merged into the text."""
    limit: date | None = None
    """The last day on which an answer is in time."""
    recipient: Recipient = Recipient()
    others: Others = NOBODY
    """Who else is in these jobs, and the other jobs. Make one and share it over all drafts."""
    also_named: tuple[str, ...] = ()
    """Names that may stand in the text: sender, contact, interviewers."""
