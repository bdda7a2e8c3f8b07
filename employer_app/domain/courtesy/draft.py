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
    untold: bool = False
    """There is a decision that nobody has told them."""
    duplicate: bool = False
    active_elsewhere: tuple[str, ...] = ()
    """Titles of the other roles in which the same person is still in the running."""
    unread: bool = False
    """They wrote something that nobody has read yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """None stands for what nobody knows: a rule that needs it warns or is silent, and does not guess."""

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
    unknown: frozenset[str] = frozenset()
    """Which of subject, greeting_name, full_name, role_title, company and personal_line were not given."""

    met: bool | None = None
    """Whether the record has a talk or an interview with this person."""
    reviewed: bool | None = None
    """Whether the record shows that somebody read the application."""
    sender_name: str | None = None
    """Empty: known to have none."""
    reply_ok: bool | None = None
    """Whether a reply to the sending address reaches somebody."""
    honorific: str | None = None
    """As this person wants to be addressed: "Ms"."""
    address_form: str | None = None
    """Of the role: "formal" or "informal"."""
    late: bool | None = None
    """Later than we said, or than is decent."""
    previous_date: date | None = None
    """The day that we named and missed."""
    consent_until: date | None = None
    """Until when this person let us keep their documents for other roles. None: they did not."""
    reapply_ok: bool | None = None
    """Whether we want them to apply again."""
    reason_mode: str | None = None
    """What may be told as a reason: "none", "neutral-process", "role-criterion" or "individual"."""
    reason_on_record: bool | None = None
    """Whether the reason in the text is one that was recorded and may be told."""
    reason_needed: bool = False
    """The law asks for the reason."""
    tells_score: bool = False
    """Whether this job lets people know their own score."""
    tells_reserve: bool = False
    """Whether this job lets people know their place on a reserve list, with the day on which it ends."""
    comparison_strict: bool = False
    """Where the text is read by lawyers, a comparison is said with more weight."""
    pay_range_needed: bool | None = None
    pay_range: str | None = None
    """As it must stand in the text."""
    retention_months: int | None = None
    """How long documents are kept by our own rule."""
    statutory_missing: tuple[str, ...] = ()
    """What the law asks to be done before this message and is not done, in plain words."""
    statutory_texts: tuple[str, ...] = ()
    """What the law asks to stand in the text, word by word."""
    legal_deadline: date | None = None
    """The last day by law or by our promise for this message itself."""
    written_on: date | None = None
    """Today, to tell a deadline that can still be kept."""
    house_text: str | None = None
    """The name under which somebody reviewed and pinned this wording: no complaints of style about it."""

    def knows(self, fact: str) -> bool:
        return fact not in self.unknown
