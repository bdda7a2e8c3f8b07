"""What a sentence sounds like to a model, where the word lists say nothing of it.

Law: an impression is a guess. It warns and never stops, and is silent about a text that somebody reviewed and
about a sentence of which a word list has spoken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from employer_app.domain.courtesy.allowance import allowed
from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.lexicon import (
    Hit,
    Statement,
    hits,
    lexicon,
    pieces,
    without_denied,
    without_harmless,
)
from employer_app.domain.courtesy.model import sounds_like
from employer_app.domain.courtesy.phrase import DECLINED_OR_FEEDBACK, EVERY, TO_DECLINED, Found, applies, said
from employer_app.domain.courtesy.reading import Reading
from employer_app.domain.message import Kind


@dataclass(frozen=True, slots=True)
class Impression:
    rule: Rule
    why: str
    fix: str = "Look at it once more, and leave it out if it does."
    kinds: Collection[Kind] = EVERY


_L = "Look at it once more"
IMPRESSIONS: Mapping[str, Impression] = {
    "belittling": Impression(
        Rule.NOT_BELITTLING,
        "This reads as if it ran the reader down or lectured them.",
        f"{_L}; say what the role needs, not what is wrong with the person.",
    ),
    "comparison": Impression(
        Rule.NO_COMPARISON,
        "This reads as if it set the reader below other people.",
        f"{_L}; say what the role needs, and nothing of the others.",
        DECLINED_OR_FEEDBACK,
    ),
    "self_pity": Impression(
        Rule.NO_SELF_PITY,
        "This reads as if it were about how you feel, and it is the reader who got the bad news.",
        f"{_L}, and leave it out if it is.",
        TO_DECLINED,
    ),
    "joke": Impression(
        Rule.NO_JOKES,
        "This reads like a joke or an easy comfort.",
        f"{_L}, and leave it out if it is one.",
        TO_DECLINED,
    ),
    "advice": Impression(
        Rule.NO_ADVICE,
        "This reads like advice that nobody asked for.",
        f"{_L}; leave it out, or offer feedback to those who want it.",
        TO_DECLINED,
    ),
    "marketing": Impression(
        Rule.NO_MARKETING,
        "This reads like advertising, or as if it asked the reader for a favour.",
        f"{_L}, and leave it out if it does.",
        TO_DECLINED | {Kind.ACKNOWLEDGEMENT},
    ),
    "hollow": Impression(
        Rule.NO_CLICHE,
        "This reads like praise that the rest of the letter takes back.",
        f"{_L}, and say only what is so.",
        TO_DECLINED,
    ),
    "silence": Impression(
        Rule.NO_SILENCE,
        "This reads as if the reader were to get no answer.",
        f"{_L}; say how and by when they hear from you.",
    ),
    "hides": Impression(
        Rule.NO_SILENCE,
        "This reads as if it avoided saying what is so.",
        f"{_L}, and say plainly what was decided or when it will be.",
    ),
    "open": Impression(
        Rule.NO_OPEN_END,
        "Beside a “no” this reads as if it were still open.",
        f"{_L}; leave it out, or say that the application is closed.",
        TO_DECLINED,
    ),
    "vague": Impression(
        Rule.NO_SILENCE,
        "This reads as if nobody could say until when the reader has to wait.",
        f"{_L}, and name the day of the next word.",
    ),
    "promise": Impression(
        Rule.NO_EMPTY_INVITATION,
        "This reads like a promise that you may not be able to keep.",
        f"{_L}; promise only what is sure, with its day.",
        TO_DECLINED,
    ),
    "hope": Impression(
        Rule.NO_FALSE_HOPE,
        "This reads as if it kept a hope alive that the decision has ended.",
        f"{_L}, and leave it out if it does.",
        TO_DECLINED,
    ),
    "again": Impression(
        Rule.NO_EMPTY_INVITATION,
        "This reads like an invitation or a promise for another time.",
        f"{_L}; leave it out, or note in the record that you mean it.",
        TO_DECLINED,
    ),
    "trait": Impression(
        Rule.NO_PROTECTED_GROUND,
        "This reads as if it touched something that the law protects, such as age, family, origin or health.",
        f"{_L}; speak only of what the advertised role needs.",
    ),
    "age": Impression(
        Rule.NO_AGE_PROXY,
        "This reads like a word about age.",
        f"{_L}; speak only of what the advertised role needs.",
        DECLINED_OR_FEEDBACK,
    ),
    "fit": Impression(
        Rule.NO_CULTURE_FIT,
        "This reads as if it judged whether somebody is one of you.",
        f"{_L}; speak only of what the advertised role needs.",
        DECLINED_OR_FEEDBACK,
    ),
    "origin": Impression(
        Rule.NO_ORIGIN_REMARK,
        "This reads like a word about where somebody comes from.",
        f"{_L}; name the level or the qualification that the role asks for.",
    ),
    "legal": Impression(
        Rule.REASON_ON_RECORD,
        "This reads like something that could be held against you.",
        f"{_L}; give the recorded reason, or none.",
    ),
    "keeping": Impression(
        Rule.NO_FILE_PROMISE,
        "This reads as if it promised to keep documents.",
        f"{_L}; keep them only with this person's consent.",
        TO_DECLINED,
    ),
    "checks": Impression(
        Rule.NO_SENSITIVE_BASIS,
        "This reads as if records, credit, health or references had decided.",
        f"{_L}; that belongs only into the notice that the law sets out.",
        DECLINED_OR_FEEDBACK,
    ),
    "others": Impression(
        Rule.NOTHING_ABOUT_OTHERS,
        "This reads like something about other people that is not for this letter.",
        f"{_L}, and leave it out if it is.",
        DECLINED_OR_FEEDBACK,
    ),
    "pay": Impression(
        Rule.OPEN_ABOUT_PAY,
        "This reads as if it asked what somebody earned before.",
        f"{_L}; ask what pay they hope for, or name the range.",
    ),
}
"""By the label of the model: the rule of which it is a guess, in the kinds of letter where it counts."""


def reads_like(draft: Draft, reading: Reading, spoken: Collection[Complaint]) -> Iterator[Complaint]:
    """At most one a sentence, and none where `spoken`, what the word lists found, holds more than a hint."""
    if draft.house_text:
        return
    for number, part in enumerate(reading.parts):
        for start, end, labels in _impressions(draft.language, part):
            label = next((one for one in labels if _counts(draft, one)), None)
            if label is None or _is_for_the_record(draft, part, start, end):
                continue
            sentence = Found(number, Hit(Statement.CLICHE, part[start:end], start, end))
            one = IMPRESSIONS[label]
            guess = said(draft, reading, sentence, one.rule, Severity.WARNS, one.why, one.fix)
            if not any(_meets(guess, other) for other in spoken):
                yield guess


def _counts(draft: Draft, label: str) -> bool:
    """In this kind of letter, and as far as the record does not allow it."""
    if label not in IMPRESSIONS or not applies(draft, IMPRESSIONS[label].kinds):
        return False
    if label in ("again", "promise", "hope") and draft.reapply_ok:
        return False
    return not (label == "checks" and draft.statutory_texts)


_FOR_THE_RECORD = (Statement.FILE_PROMISE, Statement.INVITE_AGAIN, Statement.SENSITIVE_BASIS)


def _is_for_the_record(draft: Draft, part: str, start: int, end: int) -> bool:
    """The lists know what this sentence says, and whether it may be said is no question of its sound."""
    return any(
        start <= hit.start < end and (statement in _FOR_THE_RECORD or allowed(draft, part, hit))
        for statement, stated in hits(draft.language, part).items()
        for hit in stated
    )


def _meets(guess: Complaint, other: Complaint) -> bool:
    if other.severity is Severity.HINT or None in (guess.start, guess.end, other.start, other.end):
        return False
    return guess.start < other.end and other.start < guess.end  # type: ignore[operator]


@lru_cache(maxsize=2048)
def _impressions(language: str, text: str) -> Sequence[tuple[int, int, tuple[str, ...]]]:
    """Start, end and labels of each sentence that sounds like something."""
    words = lexicon(language)
    if words is None:
        return ()
    text = without_harmless(words, text)
    read = [
        (start, end, sounds_like(language, without_denied(words, text[start:end])))
        for start, end in pieces(text)
    ]
    return tuple(one for one in read if one[2])
