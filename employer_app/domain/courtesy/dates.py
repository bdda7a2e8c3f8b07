"""The days that a text names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from employer_app.domain.courtesy.lexicon import Lexicon, lexicon


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    said: str
    start: int
    end: int
    weekday: int | None
    """As the text has it, Monday 0."""


@lru_cache(maxsize=1024)
def days(language: str, text: str, near: date) -> Sequence[Day]:
    """A day without a year is the one nearest to `near`."""
    words = lexicon(language)
    return tuple(_days_in(text, language, words, near)) if words else ()


def _days_in(text: str, language: str, words: Lexicon, near: date) -> Iterator[Day]:
    for found in _date_pattern(language, tuple(words.months)).finditer(text):
        real = [one for one in map(_date, _candidates(found, words, near)) if one]
        if real:
            on = min(real, key=lambda one: abs(one - near))
            yield Day(on, found[0], *found.span(), _weekday(text[: found.start()], words))


def _candidates(found: re.Match[str], words: Lexicon, near: date) -> list[tuple[int, int, int]]:
    if found["iso"]:
        year, month, day = map(int, found["iso"].split("-"))
        return [(year, month, day)]
    if found["numbers"]:
        day, month, year = map(int, re.split(r"[./-]", found["numbers"]))
        return [(year, month, day)]
    month = 1 + _month((found["month"] or found["month_first"]).casefold(), words.months)
    day = int(found["day"] or found["day_after"])
    given = found["year"] or found["year_after"]
    return [(year, month, day) for year in ([int(given)] if given else range(near.year - 1, near.year + 2))]


def _month(said: str, months: Sequence[str]) -> int:
    return months.index(said) if said in months else [name[: len(said)] for name in months].index(said)


def _weekday(before: str, words: Lexicon) -> int | None:
    found = re.search(r"(\w+)[.,]? (?:(?:the|den|dem|le|el|de) )?$", before)
    said = found[1].casefold() if found else ""
    return words.weekdays.index(said) if said in words.weekdays else None


def _date(parts: tuple[int, int, int]) -> date | None:
    try:
        return date(*parts)
    except ValueError:
        return None


@cache
def _date_pattern(language: str, months: tuple[str, ...]) -> re.Pattern[str]:
    """12 March (2027), 12th of March, March 12(, 2027), 2027-03-12; months also by three letters."""
    month = "|".join(f"{name}|{name[:4]}|{name[:3]}" for name in months)
    # in English nobody knows which number is the day
    numbers = r"(?P<mark>(?!))" if language == "en" else r"\d\d?(?P<mark>[./-])\d\d?(?P=mark)20\d\d"
    return re.compile(
        r"\b(?P<iso>\d{4}-\d\d-\d\d)\b"
        rf"|\b(?P<numbers>{numbers})\b"
        rf"|\b(?P<day>\d\d?)(?:st|nd|rd|th|er|º|°)?\.?(?: of| de)? (?P<month>{month})\b"
        r"\.?,?(?: (?:del? )?(?P<year>20\d\d)\b)?"
        rf"|\b(?P<month_first>{month})\.? (?P<day_after>\d\d?)(?:st|nd|rd|th)?\b"
        r"(?:,? (?P<year_after>20\d\d)\b)?",
        re.IGNORECASE,
    )
