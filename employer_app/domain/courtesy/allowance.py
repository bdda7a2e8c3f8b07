"""What a rule finds and what may stand all the same: the reader's own score and a place on a reserve list,
where the job tells them, and the promise of one more word on a day, which leaves no "no" open.

Law: only what is found word by word is let through. A score in a sentence that compares stays found, and so
does a reserve list without the day on which it ends.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources

from employer_app.domain.courtesy.dates import days
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.lexicon import Hit, Statement
from employer_app.domain.courtesy.reading import Span, sentence_spans

_NAMES_A_LIST = frozenset({Statement.FALSE_HOPE, Statement.FILE_PROMISE})
_AHEAD = timedelta(days=90)
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class _Words:
    """The keys of the data file."""

    own_score: re.Pattern[str] = _NEVER
    beside_others: re.Pattern[str] = _NEVER
    reserve_list: re.Pattern[str] = _NEVER
    falls_free: re.Pattern[str] = _NEVER
    further_word: re.Pattern[str] = _NEVER
    on_outcome: re.Pattern[str] = _NEVER
    on_feedback: re.Pattern[str] = _NEVER


@cache
def _words(language: str) -> _Words:
    source = resources.files("employer_app.domain").joinpath("data", "allowances", f"{language}.toml")
    if not source.is_file():
        return _Words()
    entry: Mapping[str, list[str]] = tomllib.loads(source.read_text(encoding="utf-8"))
    return _Words(**{key: re.compile("|".join(each), re.IGNORECASE) for key, each in entry.items()})


def allowed(draft: Draft, part: str, hit: Hit) -> bool:
    """Whether this place in a part of the text may stand, whatever its rule says."""
    if hit.statement is Statement.STILL_OPEN:
        return _is_a_dated_word(draft, part, hit) or _is_said_with_a_list(draft, part, hit)
    if hit.statement is Statement.ABOUT_OTHERS:
        on_a_list = [one for one in _lists_at(draft, part, hit) if _has_its_day(draft, part, one)]
        return bool(on_a_list) or _is_own_score(draft, part, hit)
    if hit.statement in _NAMES_A_LIST:
        # of one without its day `lists_without_a_day` says what is lacking
        return bool(_lists_at(draft, part, hit)) or _is_said_with_a_list(draft, part, hit)
    return False


def lists_without_a_day(draft: Draft, part: str) -> Iterator[Span]:
    """Where a part of the text puts the reader on a reserve list and does not say until when."""
    for one in _reserve_lists(draft, part):
        if not _has_its_day(draft, part, one):
            yield one


def _is_own_score(draft: Draft, part: str, hit: Hit) -> bool:
    """And is put beside nobody else's."""
    if not draft.tells_score:
        return False
    start, end = _sentence(part, hit.start)
    words, sentence = _words(draft.language), _flat(part[start:end])
    if words.beside_others.search(sentence):
        return False
    found = [(start + one.start(), start + one.end()) for one in words.own_score.finditer(sentence)]
    return any(_meet(one, (hit.start, hit.end)) for one in found)


def _is_a_dated_word(draft: Draft, part: str, hit: Hit) -> bool:
    start, end = _sentence(part, hit.start)
    words, sentence = _words(draft.language), _flat(part[start:end])
    if not words.further_word.search(sentence) or not _names_a_day_to_come(draft, sentence):
        return False
    return bool(words.on_feedback.search(sentence)) or not words.on_outcome.search(sentence)


def _is_said_with_a_list(draft: Draft, part: str, hit: Hit) -> bool:
    """That we write or call if a place becomes free: beside a reserve list that names its day."""
    words = _words(draft.language)
    hope = hit.statement is Statement.FALSE_HOPE
    if not (words.falls_free if hope else words.further_word).search(hit.words):
        return False
    return any(
        _meet(_passage(part, one), (hit.start, hit.end)) and _has_its_day(draft, part, one)
        for one in _reserve_lists(draft, part)
    )


def _lists_at(draft: Draft, part: str, hit: Hit) -> list[Span]:
    return [one for one in _reserve_lists(draft, part) if _meet(one, (hit.start, hit.end))]


def _reserve_lists(draft: Draft, part: str) -> list[Span]:
    """None where this job has none."""
    if not draft.tells_reserve:
        return []
    return [one.span() for one in _words(draft.language).reserve_list.finditer(_flat(part))]


def _has_its_day(draft: Draft, part: str, one: Span) -> bool:
    start, end = _passage(part, one)
    return _names_a_day_to_come(draft, _flat(part[start:end]))


def _names_a_day_to_come(draft: Draft, text: str) -> bool:
    """A day without a year that was three months ago is past; one further back is next year's."""
    return any(day.on >= draft.send_on for day in days(draft.language, text, draft.send_on + _AHEAD))


def _passage(part: str, one: Span) -> Span:
    """Its sentence and the next."""
    spans = sentence_spans(part)
    place = next((number for number, (_, end) in enumerate(spans) if one[0] < end), len(spans) - 1)
    return spans[place][0], spans[min(place + 1, len(spans) - 1)][1]


def _sentence(part: str, at: int) -> Span:
    return next((span for span in sentence_spans(part) if at < span[1]), (0, len(part)))


def _flat(text: str) -> str:
    """On one line, with every character where it was."""
    return text.replace("\n", " ")


def _meet(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]
