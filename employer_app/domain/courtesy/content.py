"""What a letter must say: the decision, the role, the day of the next word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache, lru_cache

from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.lexicon import Lexicon, Statement, lexicon, stated
from employer_app.domain.courtesy.reading import Reading, names, normal
from employer_app.domain.message import Kind, needs_date, states_no


def says_no(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    if draft.kind is Kind.CANCELLED_OR_ON_HOLD and draft.paused:
        if not _states(draft, reading, Statement.ON_HOLD):
            yield Complaint(
                Rule.SAYS_NO,
                Severity.STOPS,
                "",
                "Nothing in the text says that the role is on hold.",
                "Say it in one plain sentence near the start.",
            )
        return
    if not states_no(draft.kind, paused=draft.paused):
        return
    said = _states(draft, reading, Statement.DECISION_NO)
    if not said and draft.kind is Kind.CANCELLED_OR_ON_HOLD:
        said = _states(draft, reading, Statement.ROLE_ENDED)
    if not said:
        yield Complaint(
            Rule.SAYS_NO,
            Severity.STOPS,
            "",
            "Nothing in the text says no, so the reader would go on hoping.",
            "Say it in one plain sentence: “We have decided not to take your application forward.”",
        )


def _states(draft: Draft, reading: Reading, statement: Statement) -> bool:
    return any(stated(draft.language, statement, part) for part in reading.parts)


def names_role(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    if names(reading.text, draft.role_title):
        return
    in_subject = names(normal(draft.subject), draft.role_title)
    yield Complaint(
        Rule.NAMES_ROLE,
        Severity.WARNS if in_subject else Severity.STOPS,
        "",
        "Only the subject names the role." if in_subject else "The role is not named; people apply to many.",
        "Name the role in the first sentence.",
    )


def gives_date(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    if not needs_date(draft.kind, paused=draft.paused):
        return
    given = dict(_dates(draft.language, reading.parts[0], draft.send_on))
    promised = {day: said for day, said in given.items() if day in draft.promised}
    if not promised:  # written by hand: the first day that is still to come
        promised = {day: given[day] for day in sorted(given) if day >= draft.send_on}
        promised = dict(list(promised.items())[:1])
    if not promised:
        yield _no_date(given)
    for day, said in promised.items():
        yield from _judge(draft, day, said)


def _no_date(given: dict[date, str]) -> Complaint:
    return Complaint(
        Rule.GIVES_DATE,
        Severity.STOPS,
        next(iter(given.values()), ""),
        "The only day in the text is past." if given else "The text names no day for the next word.",
        "Name the day by which this person hears from you again.",
    )


def _judge(draft: Draft, day: date, said: str) -> Iterator[Complaint]:
    if day < draft.send_on:
        why, fix = "The day that is promised will be past when this is sent.", "Give a later day."
        yield Complaint(Rule.GIVES_DATE, Severity.STOPS, said, why, fix)
        return
    if draft.limit and day > draft.limit:
        why, fix = "An answer on that day would come too late.", f"Give a day up to {_long(draft.limit)}."
        yield Complaint(Rule.GIVES_DATE, Severity.WARNS, said, why, fix)
    if day.weekday() > 4:
        why, fix = "That day falls on a weekend.", "Give a working day."
        yield Complaint(Rule.GIVES_DATE, Severity.WARNS, said, why, fix)


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


@lru_cache(maxsize=1024)
def _dates(language: str, text: str, near: date) -> Sequence[tuple[date, str]]:
    """(day, as written). A day without a year is the one nearest to `near`."""
    words = lexicon(language)
    return tuple(_dates_in(text, words, near)) if words else ()


def _dates_in(text: str, words: Lexicon, near: date) -> Iterator[tuple[date, str]]:
    for found in _date_pattern(tuple(words.months)).finditer(text):
        if found["iso"]:
            year, month, day = map(int, found["iso"].split("-"))
            candidates = [(year, month, day)]
        else:
            month_word = (found["month"] or found["month_first"]).casefold()
            month = 1 + next(i for i, name in enumerate(words.months) if name.startswith(month_word[:3]))
            day = int(found["day"] or found["day_after"])
            given = found["year"] or found["year_after"]
            years = [int(given)] if given else [near.year - 1, near.year, near.year + 1]
            candidates = [(year, month, day) for year in years]
        real = [one for one in map(_date, candidates) if one]
        if real:
            yield min(real, key=lambda one: abs(one - near)), found[0]


def _date(parts: tuple[int, int, int]) -> date | None:
    try:
        return date(*parts)
    except ValueError:
        return None


@cache
def _date_pattern(months: tuple[str, ...]) -> re.Pattern[str]:
    """12 March (2027), 12th of March, March 12(, 2027), 2027-03-12; months also by three letters."""
    month = "|".join(f"{name}|{name[:3]}" for name in months)
    return re.compile(
        rf"\b(?P<iso>\d{{4}}-\d\d-\d\d)\b"
        rf"|\b(?P<day>\d\d?)(?:st|nd|rd|th)?\.?(?: of)? (?P<month>{month})\b\.?,?(?: (?P<year>20\d\d)\b)?"
        rf"|\b(?P<month_first>{month})\.? (?P<day_after>\d\d?)(?:st|nd|rd|th)?\b"
        r"(?:,? (?P<year_after>20\d\d)\b)?",
        re.IGNORECASE,
    )
