"""A letter as the wording check reads it: its words beside what the records know of its reader.

What no record says stays unknown, so that a rule that needs it is silent and guesses nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from employer_app.actions.letter_values import Around
from employer_app.domain.address import takes_replies
from employer_app.domain.audience import Audience
from employer_app.domain.close_out import Choices, GroupText
from employer_app.domain.courtesy import (
    NOBODY,
    UNTUNED,
    Complaint,
    Draft,
    Others,
    Recipient,
    Rule,
    Severity,
    Tuning,
    check,
)
from employer_app.domain.mailtext import MailText
from employer_app.domain.message import Kind, Purpose
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE, Status
from employer_app.queries.recipients import RecipientRow

_AFTER_AN_APPLICATION = frozenset(
    {
        Kind.ACKNOWLEDGEMENT,
        Kind.HOLDING_NOTE,
        Kind.DELAY_APOLOGY,
        Kind.REJECT_APPLICATION,
        Kind.FILLED,
        Kind.CANCELLED_OR_ON_HOLD,
    }
)
"""Letters in which nothing but an application is behind us, unless the record says more."""


@dataclass(frozen=True)
class Among:
    """Whom a letter leaves together with."""

    others: Others = NOBODY
    bulk: bool = False
    #: how often each line of somebody's own is there, by `bare`
    lines: Mapping[str, int] = field(default_factory=dict)


ALONE = Among()


def same_lines(lines: Iterable[str]) -> Mapping[str, int]:
    return Counter(bare(line) for line in lines)


def bare(line: str) -> str:
    """What makes two lines the same: neither case nor blanks nor the sign at the end."""
    return " ".join(line.split()).casefold().rstrip(".!… ")


def said_of(
    draft: Draft, text: GroupText, among: Among = ALONE, tuning: Tuning = UNTUNED
) -> Iterator[Complaint]:
    """What the check says, and that a line of their own is nobody else's. Where somebody said that the text
    does say no, or has read it in a language that we do not know, the check does not know better."""
    for complaint in check(draft, tuning=tuning):
        stops = complaint.severity is Severity.STOPS
        if complaint.rule is not Rule.SAYS_NO or not (text.says_no if stops else text.pinned):
            yield complaint
        elif not text.pinned:
            yield _answered(complaint)
    if among.lines.get(bare(draft.personal_line or ""), 0) > 1:
        yield _repeated(draft)


def _answered(complaint: Complaint) -> Complaint:
    why = "The check finds no plain “no” in this text, and you said that it does say no."
    return replace(complaint, severity=Severity.HINT, why=why, fix="")


def _repeated(draft: Draft) -> Complaint:
    line = draft.personal_line or ""
    at = draft.text.find(line)
    place = (at, at + len(line)) if at >= 0 else (None, None)
    why = "The same line stands in the letter of somebody else on this list."
    fix = "Write what is true of this person alone."
    return Complaint(Rule.NOT_IN_BULK, Severity.WARNS, line, why, fix, *place)


def draft_of(
    row: RecipientRow,
    line: str,
    audience: Audience,
    mail: MailText,
    values: Mapping[str, str | None],
    choices: Choices,
    around: Around,
    among: Among,
) -> Draft:
    text = choices.groups[audience]
    return Draft(
        kind=text.kind,
        subject=mail.subject,
        text=mail.text,
        greeting_name=values["greeting_name"] or "",
        full_name=row.name,
        role_title=around.role_title,
        company=around.company,
        send_on=around.send_on,
        language=text.language,
        candidate_language=row.language or None,
        paused=text.paused,
        bulk=among.bulk and choices.purpose is Purpose.DECISION,
        depth=row.depth,
        personal_line=line or None,
        promised=(choices.next_update_by,) if choices.next_update_by else (),
        recipient=_recipient(row, text),
        others=among.others,
        also_named=_also_named(row, choices, around),
        met=_met(row, text.kind),
        sender_name=around.sender_name or None,
        reply_ok=takes_replies(around.reply_address) if around.reply_address else None,
        address_form="informal" if text.informal else "formal",
        late=audience.late,
        house_text=text.letter if text.pinned else None,
        previous_date=_typed_day(choices, "previous_date"),
        consent_until=_consent_until(choices),
        # a letter that comes late says why it does, and that is no reason of a decision
        reason_mode=None if audience.late else around.reason_mode.value,
        reason_on_record=None if audience.late else _gives_recorded_reason(text, values),
        tells_score=around.tells_score,
        tells_reserve=around.tells_reserve,
        pay_range=choices.fields.get("pay_range"),
        retention_months=around.retention_months,
        statutory_texts=(around.notice,) if around.notice and text.kind is Kind.NEXT_STEP else (),
    )


def _met(row: RecipientRow, kind: Kind) -> bool | None:
    """Whoever writes after a screening says that they talked, and nobody wrote that down: it is believed."""
    if row.talked or row.depth.depth >= StageKind.INTERVIEW.depth:
        return True
    return False if row.depth is StageKind.APPLIED and kind in _AFTER_AN_APPLICATION else None


def _typed_day(choices: Choices, field: str) -> date | None:
    said = choices.fields.get(field)
    return date.fromisoformat(said) if said else None


def _consent_until(choices: Choices) -> date | None:
    """One day typed for many is nobody's consent."""
    return _typed_day(choices, "consent_until") if len(choices.application_ids) == 1 else None


def _gives_recorded_reason(text: GroupText, values: Mapping[str, str | None]) -> bool | None:
    """Of a text that says no: whether a reason in it is the recorded one, by the field that prints that."""
    if not text.disposition:
        return None
    return "reason_sentence" in text.body and bool(values["reason_sentence"])


def _recipient(row: RecipientRow, text: GroupText) -> Recipient:
    live = [other for other in row.elsewhere if other.status in LIVE]
    return Recipient(
        hired=any(other.status is Status.HIRED for other in row.elsewhere),
        offer_live=row.depth.depth >= StageKind.OFFER.depth
        or any(other.depth.depth >= StageKind.OFFER.depth for other in live),
        withdrawn=row.status is Status.WITHDRAWN,
        already_told=row.told and not text.confirms,
        untold=row.status is Status.REJECTED and not row.told,
        active_elsewhere=tuple(other.title for other in live),
    )


def _also_named(row: RecipientRow, choices: Choices, around: Around) -> tuple[str, ...]:
    people = row.interview.interviewers if row.interview else ()
    typed = choices.fields.get("other_role_title", "")
    named = [around.sender_name, around.contact_name, around.place, typed, *around.titles]
    named += [each.name for each in people]
    return tuple(name for name in named if name)
