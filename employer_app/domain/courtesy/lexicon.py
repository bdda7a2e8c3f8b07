"""Words and patterns per language, from data. A language without a file is not guessed at."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources

from employer_app.domain.courtesy.reading import sentences


class Statement(StrEnum):
    """What a text can be found to state; the keys of the data file."""

    DECISION_NO = "decision_no"
    ROLE_ENDED = "role_ended"
    ON_HOLD = "on_hold"


@dataclass(frozen=True, slots=True)
class Lexicon:
    greeting: re.Pattern[str]
    """Matches a whole greeting line; group 1 is whom it greets."""
    honorifics: frozenset[str]
    generic_names: frozenset[str]
    months: Sequence[str]
    statements: Mapping[Statement, re.Pattern[str]]
    takes_back: re.Pattern[str]
    takes_back_after: re.Pattern[str]


_CLAUSE = re.compile(r"[,;:–—]|\b(?:and|but|so|therefore)\b", re.IGNORECASE)


@cache
def lexicon(language: str) -> Lexicon | None:
    source = resources.files("employer_app.domain").joinpath("data", "lexicon", f"{language}.toml")
    if not source.is_file():
        return None
    entry = tomllib.loads(source.read_text(encoding="utf-8"))
    greetings = "|".join(map(re.escape, entry["greetings"]))

    def any_of(key: str) -> re.Pattern[str]:
        return re.compile("|".join(entry[key]).replace("NOT", entry["not"]), re.IGNORECASE)

    return Lexicon(
        greeting=re.compile(rf"(?:{greetings})\b[ ,]*(.*?)[\s,:;!.–—-]*\Z", re.IGNORECASE),
        honorifics=frozenset(entry["honorifics"]),
        generic_names=frozenset(entry["generic_names"]),
        months=tuple(entry["months"]),
        statements={statement: any_of(statement) for statement in Statement},
        takes_back=any_of("takes_back"),
        takes_back_after=any_of("takes_back_after"),
    )


@lru_cache(maxsize=1024)
def stated(language: str, statement: Statement, text: str) -> str | None:
    """The first words in `text` that state it and do not take it back with a "not" or an "if"."""
    words = lexicon(language)
    if words is None or words.statements[statement].search(text) is None:
        return None
    for sentence in sentences(text):
        for found in words.statements[statement].finditer(sentence):
            clause = _CLAUSE.split(sentence[: found.start()])[-1]
            rest = sentence[found.end() :]
            if not (words.takes_back.search(clause) or words.takes_back_after.search(rest)):
                return found[0]
    return None
