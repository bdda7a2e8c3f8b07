"""What must not be a reason, what must not be promised, and what is nobody else's business.

A protected ground, a promise without the person's consent, a check that the law hedges about and data of
other people stop a message: they are facts about the text. Everything that only carries a risk warns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from employer_app.domain.courtesy.allowance import lists_without_a_day
from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.lexicon import Statement
from employer_app.domain.courtesy.phrase import (
    DECLINED_OR_FEEDBACK,
    TO_DECLINED,
    Found,
    Phrase,
    applies,
    complaints,
    found,
    said,
)
from employer_app.domain.courtesy.reading import Reading, names
from employer_app.domain.message import Kind

_STOPS, _WARNS, _HINT = Severity.STOPS, Severity.WARNS, Severity.HINT
_JOB_ALONE = "Speak only of what the advertised role needs."

PHRASES = (
    Phrase(
        Statement.PROTECTED_GROUND,
        Rule.NO_PROTECTED_GROUND,
        _STOPS,
        "This touches something that the law protects, such as age, sex, family, origin, belief or health.",
        _JOB_ALONE,
    ),
    Phrase(
        Statement.AGE_PROXY,
        Rule.NO_AGE_PROXY,
        _WARNS,
        "This can be read as a word about age.",
        _JOB_ALONE,
        DECLINED_OR_FEEDBACK,
    ),
    Phrase(
        Statement.CULTURE_FIT,
        Rule.NO_CULTURE_FIT,
        _WARNS,
        "Nobody can check a fit with people, and it can hide anything.",
        _JOB_ALONE,
        DECLINED_OR_FEEDBACK,
    ),
    Phrase(
        Statement.NATIVE_SPEAKER,
        Rule.NO_ORIGIN_REMARK,
        _WARNS,
        "This can be read as a word about where somebody comes from.",
        "Name the level of the language or the qualification that the role asks for.",
    ),
    Phrase(
        Statement.COMPARISON,
        Rule.NO_COMPARISON,
        _WARNS,
        "This sets the reader below other people, which hurts most and binds us to the comparison.",
        "Say what the role needs, and nothing of the others.",
        DECLINED_OR_FEEDBACK,
    ),
    Phrase(
        Statement.GUARANTEE,
        Rule.NO_EMPTY_INVITATION,
        _WARNS,
        "Nobody can promise this.",
        "Leave it out.",
        TO_DECLINED,
    ),
    Phrase(
        Statement.FALSE_HOPE,
        Rule.NO_FALSE_HOPE,
        _WARNS,
        "This keeps a hope alive that the decision has ended.",
        "Leave it out.",
        TO_DECLINED,
    ),
    Phrase(
        Statement.FOR_NOW,
        Rule.NO_FALSE_HOPE,
        _HINT,
        "The reader may take it that the answer could still change.",
        "Leave these words out if the decision is final.",
        TO_DECLINED,
    ),
    Phrase(
        Statement.ABOUT_OTHERS,
        Rule.NOTHING_ABOUT_OTHERS,
        _STOPS,
        "Scores, places, what interviewers said and facts about other people are not for this letter.",
        "Leave it out.",
    ),
    Phrase(
        Statement.PAY_HISTORY,
        Rule.OPEN_ABOUT_PAY,
        _WARNS,
        "In many places an employer may not ask what somebody earned before.",
        "Ask what pay they hope for, or name the range.",
    ),
)
_MONTHS_KEPT = re.compile(r"\b(\d{1,2}) (?:months?|monate?n?|mois|meses|mes|maanden|maand)\b", re.IGNORECASE)


def keeps_to_the_law(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    yield from complaints(draft, reading, PHRASES)
    yield from _promises(draft, reading)
    yield from _reserve_list(draft, reading)
    yield from _sensitive(draft, reading)
    yield from _reason(draft, reading)


def _promises(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    if not applies(draft, TO_DECLINED):
        return
    if draft.consent_until is None or draft.consent_until < draft.send_on:
        why = "It promises to keep documents, and this person has not agreed to that."
        fix = "Take the sentence out, or ask for their consent in a letter of its own."
        for one in found(draft, reading, Statement.FILE_PROMISE):
            yield said(draft, reading, one, Rule.NO_FILE_PROMISE, _STOPS, why, fix)
    if draft.reapply_ok is not True:
        why = "It invites a new application, and nobody noted that you want one from this person."
        fix = "Leave it out, or note in the record that you mean it."
        permissions = found(draft, reading, Statement.MAY_APPLY)
        for one in found(draft, reading, Statement.INVITE_AGAIN):
            severity = _HINT if any(_is_within(one, other) for other in permissions) else _WARNS
            yield said(draft, reading, one, Rule.NO_EMPTY_INVITATION, severity, why, fix)


def _is_within(one: Found, other: Found) -> bool:
    return one.part == other.part and other.hit.start <= one.hit.start < other.hit.end


def _reserve_list(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    """Where the job has one: a place on it is told with the day until which the list holds."""
    if not draft.tells_reserve or not applies(draft, TO_DECLINED):
        return
    why = (
        "It names a reserve list and not the day until which that holds, so the reader waits without an end."
    )
    fix = "Name that day."
    for number, part in enumerate(reading.parts):
        for start, end in lists_without_a_day(draft, part):
            place = reading.place(number, start, end) or (None, None)
            yield Complaint(Rule.NO_FALSE_HOPE, _WARNS, part[start:end], why, fix, *place)


def _sensitive(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    """A letter about the next step may say that a check is to come."""
    declined = applies(draft, DECLINED_OR_FEEDBACK)
    severity = _STOPS if declined else _HINT if draft.kind is Kind.NEXT_STEP else _WARNS
    if not draft.statutory_texts:
        why = "Records, credit, health and references belong only into the notice that the law sets out."
        fix = "Leave it out, or send that notice first."
        for one in found(draft, reading, Statement.SENSITIVE_BASIS):
            yield said(draft, reading, one, Rule.NO_SENSITIVE_BASIS, severity, why, fix)


def keeps_the_steps(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    """What the law wants done before this letter, or written in it. Of a whole letter."""
    if applies(draft, TO_DECLINED):
        for step in draft.statutory_missing:
            why, fix = "A step that the law asks for is missing.", "Do it first, and wait as long as it says."
            yield Complaint(Rule.NO_SENSITIVE_BASIS, _STOPS, step, why, fix)
    for text in draft.statutory_texts:
        if not names(reading.text, text):
            why, fix = "The text lacks words that the law asks for.", "Put them in as they are."
            yield Complaint(Rule.NO_SENSITIVE_BASIS, _STOPS, text, why, fix)
    if draft.pay_range_needed and not (draft.pay_range and names(reading.text, draft.pay_range)):
        why, fix = "The law asks for the pay or its range before the talk.", "Name the pay range of the role."
        yield Complaint(Rule.OPEN_ABOUT_PAY, _STOPS, "", why, fix)
    months = _MONTHS_KEPT.search(reading.text) if draft.retention_months else None
    if months and int(months[1]) != draft.retention_months:
        place = reading.place_in_text(*months.span()) or (None, None)
        why = "Our own rule for keeping documents names another time."
        fix = f"Write {draft.retention_months} months."
        yield Complaint(Rule.OPEN_ABOUT_PAY, _WARNS, months[0], why, fix, *place)


def _reason(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    if not applies(draft, DECLINED_OR_FEEDBACK):
        return
    given = found(draft, reading, Statement.REASON)
    if draft.reason_mode == "none":
        why, fix = "Where this job is, we give no reason in the letter.", "Leave the reason out."
    elif draft.reason_on_record is False:
        why, fix = "This reason is not the one on record.", "Give the recorded reason, or none."
    else:
        return
    for one in given:
        yield said(draft, reading, one, Rule.REASON_ON_RECORD, _WARNS, why, fix)


def gives_needed_reason(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    wanted = draft.reason_needed and draft.reason_on_record is not True and applies(draft, TO_DECLINED)
    if wanted and not found(draft, reading, Statement.REASON):
        why = "The law wants the reason in this person's letter, and there is none."
        yield Complaint(Rule.REASON_ON_RECORD, _WARNS, "", why, "Add the recorded reason.")
