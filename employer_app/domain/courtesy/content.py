"""What a letter must say: the decision, early; the role; thanks; who writes and how to answer."""

from __future__ import annotations

from collections.abc import Iterator

from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.lexicon import Hit, Lexicon, Statement, hits
from employer_app.domain.courtesy.phrase import TO_DECLINED, Phrase, applies, complaints, found, said
from employer_app.domain.courtesy.reading import Reading, names, normal, sentence_spans
from employer_app.domain.message import Kind, states_no
from employer_app.domain.stage import StageKind

_LATEST_SENTENCE = 3
_LATEST_WORD = 60
_THANKFUL = TO_DECLINED | {Kind.ACKNOWLEDGEMENT, Kind.WITHDRAWAL_CONFIRMED}

_NO_REPLY = Phrase(
    Statement.NO_REPLY,
    Rule.TAKES_REPLIES,
    Severity.WARNS,
    "It shuts the door on the reader's questions.",
    "Let them reply to this message.",
)
_STILL_OPEN = Phrase(
    Statement.STILL_OPEN,
    Rule.NO_OPEN_END,
    Severity.WARNS,
    "Beside a “no” this sounds as if it were still open.",
    "Leave it out, or say that the application is closed.",
    TO_DECLINED,
)


def says_no(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    if draft.kind is Kind.CANCELLED_OR_ON_HOLD and draft.paused:
        if not found(draft, reading, Statement.ON_HOLD):
            why = "Nothing in the text says that the role is on hold."
            fix = "Say it in one plain sentence near the start."
            yield Complaint(Rule.SAYS_NO, Severity.STOPS, "", why, fix)
        return
    if not states_no(draft.kind, paused=draft.paused):
        return
    decision = _decision(draft, reading)
    if decision is None:
        why = "Nothing in the text says no, so the reader would go on hoping."
        fix = "Say it in one plain sentence: “We have decided not to take your application forward.”"
        yield Complaint(Rule.SAYS_NO, Severity.STOPS, "", why, fix)


def tells_no_secret(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    """A decision is told by a letter that says no and counts as that, never in passing."""
    if not draft.recipient.untold or states_no(draft.kind, paused=draft.paused):
        return
    decision = _decision(draft, reading, Statement.ROLE_ENDED)
    if decision:
        why = "This person does not know the decision yet, and this text gives it away without telling it."
        fix = "Take it out, or write to them with a text that says no."
        place = reading.place(0, decision.start, decision.end)
        words = draft.text[place[0] : place[1]] if place else decision.words
        yield Complaint(Rule.TRUE_TO_RECORD, Severity.STOPS, words, why, fix, *(place or (None, None)))


def says_no_early(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    """Of a letter that says it at all."""
    if not applies(draft, TO_DECLINED) or not (decision := _decision(draft, reading)):
        return
    text = reading.parts[0]
    first = next((end for _, end in sentence_spans(text)), 0)
    before = text[first : decision.start]
    sentences = sum(1 for start, end in sentence_spans(text) if first <= start and end <= decision.start)
    if sentences >= _LATEST_SENTENCE or len(before.split()) > _LATEST_WORD:
        why, fix = "The decision comes late; the reader looks for it first.", "Say it in the second sentence."
        place = reading.place(0, decision.start, decision.end)
        words = draft.text[place[0] : place[1]] if place else decision.words
        yield Complaint(Rule.SAYS_NO_EARLY, Severity.WARNS, words, why, fix, *(place or (None, None)))


def _decision(draft: Draft, reading: Reading, *more: Statement) -> Hit | None:
    """In the part that all get, if it is there."""
    wanted = [Statement.DECISION_NO, *more]
    if draft.kind is Kind.CANCELLED_OR_ON_HOLD:
        wanted.append(Statement.ROLE_ENDED)
    for part in reading.parts:
        stated = hits(draft.language, part)
        every = [hit for statement in wanted for hit in stated.get(statement, ())]
        if every:
            return min(every, key=lambda hit: hit.start)
    return None


def names_role(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    if not draft.knows("role_title") or names(reading.text, draft.role_title):
        return
    in_subject = names(normal(draft.subject), draft.role_title)
    yield Complaint(
        Rule.NAMES_ROLE,
        Severity.WARNS if in_subject else Severity.STOPS,
        "",
        "Only the subject names the role." if in_subject else "The role is not named; people apply to many.",
        "Name the role in the first sentence.",
    )


def thanks(draft: Draft, reading: Reading, words: Lexicon) -> Iterator[Complaint]:
    if not words.knows(Statement.THANKS) or not applies(draft, _THANKFUL):
        return
    if not found(draft, reading, Statement.THANKS):
        why, fix = "The text does not thank the reader.", "Thank them once for what they did."
        yield Complaint(Rule.THANKS, Severity.WARNS, "", why, fix)


def shuts_no_door(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    yield from complaints(draft, reading, (_NO_REPLY, _STILL_OPEN))


def takes_replies(draft: Draft, reading: Reading, words: Lexicon) -> Iterator[Complaint]:
    if draft.reply_ok is False:
        why, fix = "A reply to this message would reach nobody.", "Send it from an address that people read."
        yield Complaint(Rule.TAKES_REPLIES, Severity.WARNS, "", why, fix)
    elif words.knows(Statement.REPLY_ROUTE) and not found(draft, reading, Statement.REPLY_ROUTE):
        why, fix = "The text does not say how to ask a question.", "Say that a reply reaches you."
        yield Complaint(Rule.TAKES_REPLIES, Severity.WARNS, "", why, fix)


def signed_by_name(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    if draft.sender_name is not None and not names(reading.text, draft.sender_name):
        why, fix = "No person has signed this.", "End with the name of whoever sends it."
        yield Complaint(Rule.SIGNED_BY_NAME, Severity.WARNS, "", why, fix)


def true_to_record(draft: Draft, reading: Reading, *, fragment: bool) -> Iterator[Complaint]:
    """No talk and no reading that did not take place."""
    met = draft.met
    if met is None and draft.depth is not StageKind.APPLIED:
        met = True
    if met is not True:
        unsure = met is None
        if not unsure or (draft.kind is Kind.REJECT_APPLICATION and not fragment):
            why = "The record knows of no talk with this person."
            fix = "Take it out, or enter the talk into the record."
            severity = Severity.WARNS if unsure else Severity.STOPS
            for one in found(draft, reading, Statement.CLAIMS_MEETING):
                if unsure and one.part:
                    continue  # whoever wrote a line for this person alone knows whether they talked
                yield said(draft, reading, one, Rule.TRUE_TO_RECORD, severity, why, fix)
    if draft.reviewed is False:
        why = "The record does not show that anybody read this application."
        fix = "Take it out, or enter who read it."
        for one in found(draft, reading, Statement.CLAIMS_REVIEW):
            yield said(draft, reading, one, Rule.TRUE_TO_RECORD, Severity.STOPS, why, fix)
