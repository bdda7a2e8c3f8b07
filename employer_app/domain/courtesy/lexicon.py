"""Words and patterns per language, from data. A language without a file is not guessed at, and a key that a
file does not have finds nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from employer_app.domain.courtesy.reading import Span, sentence_spans


class Statement(StrEnum):
    """What a text can be found to state; the keys of the data file."""

    DECISION_NO = "decision_no"
    ROLE_ENDED = "role_ended"
    ON_HOLD = "on_hold"
    THANKS = "thanks"
    VAGUE_TIME = "vague_time"
    SILENCE_IS_NO = "silence_is_no"
    STILL_OPEN = "still_open"
    NO_REPLY = "no_reply"
    REPLY_ROUTE = "reply_route"
    CLAIMS_MEETING = "claims_meeting"
    CLAIMS_REVIEW = "claims_review"
    CLICHE = "cliche"
    REGRET_OPENING = "regret_opening"
    SELF_PITY = "self_pity"
    JOKES = "jokes"
    ADVICE = "advice"
    APOLOGY = "apology"
    MARKETING = "marketing"
    GENDERED_TITLES = "gendered_titles"
    FORMAL_YOU = "formal_you"
    INFORMAL_YOU = "informal_you"
    BELITTLE = "belittle"
    PROTECTED_GROUND = "protected_ground"
    AGE_PROXY = "age_proxy"
    CULTURE_FIT = "culture_fit"
    NATIVE_SPEAKER = "native_speaker"
    COMPARISON = "comparison"
    FILE_PROMISE = "file_promise"
    INVITE_AGAIN = "invite_again"
    MAY_APPLY = "may_apply"
    GUARANTEE = "guarantee"
    FALSE_HOPE = "false_hope"
    FOR_NOW = "for_now"
    REASON = "reason"
    SENSITIVE_BASIS = "sensitive_basis"
    ABOUT_OTHERS = "about_others"
    PAY_HISTORY = "pay_history"


_CASE_COUNTS = {Statement.FORMAL_YOU, Statement.INFORMAL_YOU}
#: "not", "if" and the like before these are a part of them, or change nothing about them
_STANDS_ANYWAY = _CASE_COUNTS | {
    Statement.VAGUE_TIME,
    Statement.SILENCE_IS_NO,
    Statement.NO_REPLY,
    Statement.CLICHE,
    Statement.REGRET_OPENING,
    Statement.SELF_PITY,
    Statement.JOKES,
    Statement.GENDERED_TITLES,
    Statement.FOR_NOW,
    Statement.CULTURE_FIT,
    Statement.NATIVE_SPEAKER,
    Statement.COMPARISON,
    Statement.MARKETING,
    Statement.MAY_APPLY,
}
#: what nothing is said of where it is denied: "your age played no part"
_DENIABLE = {
    Statement.BELITTLE,
    Statement.PROTECTED_GROUND,
    Statement.AGE_PROXY,
    Statement.CULTURE_FIT,
    Statement.NATIVE_SPEAKER,
    Statement.SENSITIVE_BASIS,
    Statement.PAY_HISTORY,
}
#: only a "not" takes these back: to ask whether somebody is pregnant is no better than to say so
_ONLY_NOT = {
    Statement.THANKS,
    Statement.APOLOGY,
    Statement.REPLY_ROUTE,
    Statement.STILL_OPEN,
    Statement.BELITTLE,
    Statement.ADVICE,
    Statement.PROTECTED_GROUND,
    Statement.AGE_PROXY,
    Statement.SENSITIVE_BASIS,
    Statement.ABOUT_OTHERS,
    Statement.PAY_HISTORY,
    Statement.FALSE_HOPE,
    Statement.GUARANTEE,
    Statement.INVITE_AGAIN,
    Statement.REASON,
}


@dataclass(frozen=True, slots=True)
class Lexicon:
    greeting: re.Pattern[str]
    """Matches a whole greeting line; group 1 is whom it greets."""
    honorifics: frozenset[str]
    generic_names: frozenset[str]
    months: Sequence[str]
    weekdays: Sequence[str]
    statements: Mapping[Statement, re.Pattern[str]]
    harmless: re.Pattern[str] | None
    clause: re.Pattern[str]
    takes_back: re.Pattern[str]
    takes_back_after: re.Pattern[str]
    negates: re.Pattern[str]
    """Of `takes_back` only the "not", without the "if"."""
    denies: re.Pattern[str]
    turns: re.Pattern[str]
    """Where the stretch ends that `denies` speaks of."""

    def knows(self, statement: Statement) -> bool:
        return statement in self.statements


_LONGEST_SENTENCE = 1_000
_NEVER = re.compile(r"(?!)")


@cache
def lexicon(language: str) -> Lexicon | None:
    source = resources.files("employer_app.domain").joinpath("data", "lexicon", f"{language}.toml")
    if not source.is_file():
        return None
    return lexicon_of(tomllib.loads(source.read_text(encoding="utf-8")))


def lexicon_of(entry: Mapping[str, Any]) -> Lexicon:
    def any_of(key: str, flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str] | None:
        if not entry.get(key):
            return None
        return re.compile("|".join(entry[key]).replace("NOT", entry.get("not", "(?!)")), flags)

    greetings = "|".join(map(re.escape, entry["greetings"]))
    clause_ends = "|".join(entry.get("clause_ends", ("and", "but", "so", "therefore")))
    statements = {
        statement: any_of(statement, re.NOFLAG if statement in _CASE_COUNTS else re.IGNORECASE)
        for statement in Statement
    }
    takes_back = any_of("takes_back") or _NEVER
    return Lexicon(
        greeting=re.compile(rf"(?:{greetings})\b[ ,]*(.*?)[\s,:;!.–—-]*\Z", re.IGNORECASE),
        honorifics=frozenset(entry.get("honorifics", ())),
        generic_names=frozenset(entry.get("generic_names", ())),
        months=tuple(entry.get("months", ())),
        weekdays=tuple(name.casefold() for name in entry.get("weekdays", ())),
        statements={statement: pattern for statement, pattern in statements.items() if pattern},
        harmless=any_of("harmless"),
        clause=re.compile(rf"[,;:–—]|\b(?:{clause_ends})\b", re.IGNORECASE),
        takes_back=takes_back,
        takes_back_after=any_of("takes_back_after") or _NEVER,
        negates=any_of("negates") or takes_back,
        denies=any_of("denies") or _NEVER,
        turns=any_of("turns") or _NEVER,
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a masked text."""

    statement: Statement
    words: str
    start: int
    end: int


@lru_cache(maxsize=8192)
def _in_sentence(language: str, sentence: str) -> Mapping[Statement, Sequence[Hit]]:
    """What a masked sentence states, at its places in it: letters of one list share nearly all of theirs."""
    words = lexicon(language)
    if words is None:
        return {}
    found = {}
    for statement, pattern in words.statements.items():
        kept = tuple(
            Hit(statement, one[0], one.start(), one.end())
            for one in pattern.finditer(sentence)
            if one[0] and not _means_nothing(words, statement, sentence, one)
        )
        if kept:
            found[statement] = kept
    return found


@lru_cache(maxsize=2048)
def hits(language: str, text: str) -> Mapping[Statement, Sequence[Hit]]:
    """All that a masked text states, by statement; what it does not state is not in it."""
    words = lexicon(language)
    if words is None:
        return {}
    text = without_harmless(words, text)
    spans = pieces(text)
    text = text.replace("\n", " ")
    found = {}
    for statement in words.statements:
        kept = tuple(
            Hit(statement, one.words, start + one.start, start + one.end)
            for start, end in spans
            for one in _in_sentence(language, text[start:end]).get(statement, ())
        )
        if kept:
            found[statement] = kept
    return found


def without_harmless(words: Lexicon, text: str) -> str:
    """With phrases masked in which bad words mean nothing bad; as long as before."""
    return words.harmless.sub(lambda found: "q" * len(found[0]), text) if words.harmless else text


def without_denied(words: Lexicon, sentence: str) -> str:
    """With what it denies masked; as long as before."""
    for start, end in _denied(words, sentence):
        sentence = sentence[:start] + "q" * (end - start) + sentence[end:]
    return sentence


def pieces(text: str) -> Sequence[Span]:
    """The sentences, and of what only has no full stop as much at a time as can be looked through."""
    return [piece for span in sentence_spans(text) for piece in _cut(text, *span)]


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    while end - start > _LONGEST_SENTENCE:
        cut = text.rfind(" ", start, start + _LONGEST_SENTENCE)
        cut = cut + 1 if cut > start else start + _LONGEST_SENTENCE
        yield start, cut
        start = cut
    yield start, end


def _means_nothing(words: Lexicon, statement: Statement, sentence: str, found: re.Match[str]) -> bool:
    """Because it is taken back, denied, or a word that is only spoken of."""
    if statement in _DENIABLE:
        if any(start <= found.start() < end for start, end in _denied(words, sentence)):
            return True
    elif statement is Statement.VAGUE_TIME and sentence[: found.end()].count('"') % 2:
        return True
    return _taken_back(words, statement, sentence, found)


def _denied(words: Lexicon, sentence: str) -> Sequence[Span]:
    """The stretches of a sentence that one of its words denies, from turn to turn."""
    denials = [found.span() for found in words.denies.finditer(sentence)]
    turns = [found.span() for found in words.turns.finditer(sentence)] if denials else []
    return [
        (
            max((over for _, over in turns if over <= start), default=0),
            min((begins for begins, _ in turns if begins >= end), default=len(sentence)),
        )
        for start, end in denials
    ]


def _taken_back(words: Lexicon, statement: Statement, sentence: str, found: re.Match[str]) -> bool:
    """By a "not" or an "if" in the same clause."""
    if statement in _STANDS_ANYWAY:
        return False
    clause = words.clause.split(sentence[: found.start()])[-1]
    if statement in _ONLY_NOT:
        return words.negates.search(clause) is not None
    rest = sentence[found.end() :]
    return bool(words.takes_back.search(clause) or words.takes_back_after.search(rest))


def stated(language: str, statement: Statement, text: str) -> str | None:
    """The first words in a masked `text` that state it and do not take it back."""
    found = hits(language, text).get(statement)
    return found[0].words if found else None
