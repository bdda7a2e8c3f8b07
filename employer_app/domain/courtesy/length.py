"""Whether a letter is as long as its kind needs, in sentences that can be read in one go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.phrase import TO_DECLINED, applies
from employer_app.domain.courtesy.reading import Reading, Span, sentence_spans
from employer_app.domain.message import Kind

WORDS: dict[Kind, tuple[int, int]] = {
    Kind.ACKNOWLEDGEMENT: (50, 120),
    Kind.HOLDING_NOTE: (40, 100),
    Kind.DELAY_APOLOGY: (60, 130),
    Kind.NEXT_STEP: (90, 200),
    Kind.REJECT_APPLICATION: (60, 130),
    Kind.REJECT_SCREEN: (80, 150),
    Kind.REJECT_INTERVIEW: (100, 200),
    Kind.REJECT_FINAL: (130, 240),
    Kind.FILLED: (60, 130),
    Kind.CANCELLED_OR_ON_HOLD: (70, 150),
    Kind.WITHDRAWAL_CONFIRMED: (40, 90),
    Kind.ANOTHER_ACCEPTED: (100, 200),
    Kind.REOPENED: (60, 140),
    Kind.FEEDBACK_REPLY: (90, 220),
    Kind.ENQUIRY_ANSWER: (40, 120),
    Kind.KEEP_IN_TOUCH: (60, 140),
    Kind.DATA_NOTICE: (60, 160),
    Kind.CORRECTION: (50, 130),
}
"""How long the English body of a kind is; other languages may be a quarter longer or shorter."""

_FEWEST = 25
_LONG_SENTENCE = 35
_LONG_ON_AVERAGE = 22


def right_length(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    words = sum(map(_words, reading.parts))
    least, most = WORDS[draft.kind]
    if draft.language != "en":
        least, most = least * 3 // 4, most * 5 // 4
    if words < _FEWEST and applies(draft, TO_DECLINED):
        why = f"A “no” in {words} words is a slap."
        yield Complaint(
            Rule.RIGHT_LENGTH, Severity.WARNS, "", why, "Thank, decide, say why, offer to answer."
        )
    elif not least <= words <= most:
        why = f"This kind of letter usually has {least} to {most} words; this one has {words}."
        fix = "Say more." if words < least else "Say less."
        yield Complaint(Rule.RIGHT_LENGTH, Severity.HINT, "", why, fix)
    if _on_average(reading.parts[0]) > _LONG_ON_AVERAGE:
        why, fix = "The sentences are long on average.", "Make two of one, here and there."
        yield Complaint(Rule.RIGHT_LENGTH, Severity.HINT, "", why, fix)


def short_sentences(draft: Draft, reading: Reading, *, fragment: bool) -> Iterator[Complaint]:
    severity = Severity.HINT if fragment else Severity.WARNS
    for number, part in enumerate(reading.parts):
        for start, end in _long(part):
            words = len(part[start:end].split())
            place = reading.place(number, start, end) or (None, None)
            quoted = draft.text[place[0] : place[1]] if place[0] is not None else part[start:end]
            why, fix = f"This sentence has {words} words.", "Make two of it."
            yield Complaint(Rule.RIGHT_LENGTH, severity, quoted, why, fix, *place)


@lru_cache(maxsize=1024)
def _words(text: str) -> int:
    return len(text.split())


@lru_cache(maxsize=1024)
def _on_average(text: str) -> float:
    """Without greeting, signature and the like."""
    lengths = [len(text[start:end].split()) for start, end in sentence_spans(text) if text[end - 1] in ".?!"]
    return sum(lengths) / len(lengths) if lengths else 0


@lru_cache(maxsize=1024)
def _long(text: str) -> Sequence[Span]:
    return [
        (start, end) for start, end in sentence_spans(text) if len(text[start:end].split()) > _LONG_SENTENCE
    ]
