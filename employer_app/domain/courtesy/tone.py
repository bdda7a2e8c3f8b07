"""How a letter sounds to the person who reads it. All of it warns or hints; none of it stops a message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.lexicon import Lexicon, Statement
from employer_app.domain.courtesy.phrase import TO_DECLINED, Found, Phrase, applies, complaints, found, said
from employer_app.domain.courtesy.reading import Reading
from employer_app.domain.message import Kind

_WARNS, _HINT = Severity.WARNS, Severity.HINT

PHRASES = (
    Phrase(
        Statement.BELITTLE,
        Rule.NOT_BELITTLING,
        _WARNS,
        "This runs the reader down.",
        "Say what the role needs, not what is wrong with the person.",
    ),
    Phrase(
        Statement.SELF_PITY,
        Rule.NO_SELF_PITY,
        _WARNS,
        "This is about how you feel; it is the reader who got the bad news.",
        "Leave it out.",
        TO_DECLINED,
    ),
    Phrase(
        Statement.JOKES,
        Rule.NO_JOKES,
        _WARNS,
        "A joke or an easy comfort hurts somebody who was just turned down.",
        "Leave it out.",
        TO_DECLINED,
    ),
    Phrase(
        Statement.ADVICE,
        Rule.NO_ADVICE,
        _WARNS,
        "The reader did not ask for advice.",
        "Leave it out, or offer feedback to those who want it.",
        TO_DECLINED,
    ),
    Phrase(
        Statement.MARKETING,
        Rule.NO_MARKETING,
        _WARNS,
        "This letter is not the place to advertise or to ask for a favour.",
        "Leave it out; a survey can follow a week later.",
        TO_DECLINED | {Kind.ACKNOWLEDGEMENT},
    ),
)

_CALLED = re.compile(r"\.?(?: [\w'-]+){1,3}[,:]\s(?!who\b)")
"""The name after a title with which somebody is spoken to: "Mr Khoury, we …"."""
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]+|(?<!\\S)[:;]-?[)D(]")
_SHOUT = re.compile(r"!+")


def sounds_right(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    yield from complaints(draft, reading, PHRASES)
    if applies(draft, TO_DECLINED):
        yield from _cliches(draft, reading)
        yield from _regrets(draft, reading)
        yield from _marks(reading)


def _cliches(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    every = found(draft, reading, Statement.CLICHE)
    severity = _WARNS if len(every) > 1 else _HINT
    why = "Everybody has read this phrase before, and it says that nobody wrote to them."
    for one in every:
        yield said(draft, reading, one, Rule.NO_CLICHE, severity, why, "Say plainly what is so.")


def _regrets(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    why, fix = (
        "Said at the start or twice, this prepares the reader for a blow.",
        "State the decision plainly.",
    )
    for one in found(draft, reading, Statement.REGRET_OPENING):
        yield said(draft, reading, one, Rule.NO_REGRET_OPENING, _HINT, why, fix)


def _marks(reading: Reading) -> Iterator[Complaint]:
    why, fix = "It sounds cheerful where nothing is.", "Write a full stop, or nothing."
    for number, part in enumerate(reading.parts):
        for words, start, end in _marks_in(part):
            place = reading.place(number, start, end) or (None, None)
            yield Complaint(Rule.NO_JOKES, _WARNS, words, why, fix, *place)


@lru_cache(maxsize=1024)
def _marks_in(text: str) -> Sequence[tuple[str, int, int]]:
    return [(mark[0], *mark.span()) for pattern in (_EMOJI, _SHOUT) for mark in pattern.finditer(text)]


def apologises(draft: Draft, reading: Reading, words: Lexicon, *, fragment: bool) -> Iterator[Complaint]:
    """Once where a date was missed, and never more than once."""
    every = found(draft, reading, Statement.APOLOGY)
    for one in every[1:]:
        why, fix = "One apology is believed; a second one sounds empty.", "Leave one of them out."
        yield said(draft, reading, one, Rule.APOLOGISES_ONCE, _WARNS, why, fix)
    if fragment or not words.knows(Statement.APOLOGY):
        return
    if not every and (draft.kind is Kind.DELAY_APOLOGY or draft.late):
        why, fix = "We are late, and the text does not say sorry.", "Apologise once, near the start."
        yield Complaint(Rule.APOLOGISES_ONCE, _WARNS, "", why, fix)


def addresses_rightly(draft: Draft, reading: Reading, words: Lexicon) -> Iterator[Complaint]:
    """One form of address throughout, the one that was chosen, and no guess at what somebody is."""
    formal = found(draft, reading, Statement.FORMAL_YOU)
    familiar = found(draft, reading, Statement.INFORMAL_YOU)
    if formal and familiar:
        rare = min(formal, familiar, key=len)
        why, fix = "The text uses two forms of address.", "Use one of them throughout."
        yield said(draft, reading, rare[0], Rule.ADDRESSES_RIGHTLY, _WARNS, why, fix)
    else:
        wrong = {"formal": familiar, "informal": formal}.get(draft.address_form or "", [])
        if wrong:
            why, fix = "This role writes to people in the other form of address.", "Change it throughout."
            yield said(draft, reading, wrong[0], Rule.ADDRESSES_RIGHTLY, _WARNS, why, fix)
    severity = _WARNS if draft.knows("full_name") else _HINT
    for one in found(draft, reading, Statement.GENDERED_TITLES):
        if _is_about_reader(draft, reading, words, one):
            why, fix = "Nobody told us that this person is addressed so.", "Greet by the full name alone."
            yield said(draft, reading, one, Rule.ADDRESSES_RIGHTLY, severity, why, fix)


def _is_about_reader(draft: Draft, reading: Reading, words: Lexicon, one: Found) -> bool:
    title = one.hit.words.split()[0].rstrip(".").casefold()
    if draft.honorific and title == draft.honorific.rstrip(".").casefold():
        return False
    if not any(word.rstrip(".").casefold() in words.honorifics for word in one.hit.words.split()):
        return True
    text = reading.parts[one.part]
    before = text[: one.hit.start].strip()
    if not before:
        return _CALLED.match(text, one.hit.end) is not None
    line = text.strip().split("\n", 1)[0]
    return one.part == 0 and "\n" not in before and words.greeting.match(line) is not None
