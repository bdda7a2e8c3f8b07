"""Whom a letter is for: the right person, greeted by their name, and nobody else in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.lexicon import Lexicon
from employer_app.domain.courtesy.reading import Reading, names, normal
from employer_app.domain.message import KNOWS_THE_ANSWER, NEEDS_PERSONAL_LINE, states_no
from employer_app.domain.person_name import NameProblem, name_problem
from employer_app.domain.stage import interviewed

_cached_name_problem = lru_cache(maxsize=4096)(name_problem)


def right_person(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    """No "no" for somebody who must not get one now, and no talk of an answer that they have not had."""
    if draft.recipient.untold and draft.kind in KNOWS_THE_ANSWER:
        why = "This person does not know the decision yet, and this letter speaks as if they did."
        fix = "Tell them the decision first."
        yield Complaint(Rule.RIGHT_PERSON, Severity.STOPS, draft.full_name, why, fix)
    if not states_no(draft.kind, paused=draft.paused):
        return
    person = draft.recipient
    for is_so, why in (
        (person.hired, "This person has been hired."),
        (person.offer_live, "This person has an offer from us that still stands."),
        (person.withdrawn, "This person has withdrawn."),
        (person.already_told, "This person has already been told."),
        (person.duplicate, "This is a second copy of the same person's application."),
    ):
        if is_so:
            yield Complaint(Rule.RIGHT_PERSON, Severity.STOPS, draft.full_name, why, "Leave this person out.")
    if person.unread:
        why = "This person wrote something that nobody has read yet."
        yield Complaint(Rule.RIGHT_PERSON, Severity.STOPS, draft.full_name, why, "Read it first.")
    unnamed = [title for title in person.active_elsewhere if not names(reading.text, title)]
    if unnamed:
        yield Complaint(
            Rule.RIGHT_PERSON,
            Severity.STOPS,
            ", ".join(unnamed),
            "This person is still in the running for another role, and the text does not say which one ends.",
            "Say in the text that the other application goes on, or leave this person out.",
        )


def in_their_language(draft: Draft) -> Iterator[Complaint]:
    theirs = draft.candidate_language
    if theirs and theirs.split("-")[0] != draft.language.split("-")[0]:
        yield Complaint(
            Rule.NOT_IN_BULK,
            Severity.WARNS,
            "",
            "The text is not in the language in which this person writes to us.",
            "Choose the text in their language.",
        )


def has_line_of_their_own(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    """Whoever came to an interview gets one."""
    if not draft.knows("personal_line"):
        return
    met = draft.kind in NEEDS_PERSONAL_LINE or (draft.bulk and interviewed(draft.depth))
    if states_no(draft.kind, paused=draft.paused) and met:
        line = normal(draft.personal_line or "").strip()
        if not line or " ".join(line.split()) not in " ".join(reading.text.split()):
            yield Complaint(
                Rule.NOT_IN_BULK,
                Severity.STOPS,
                draft.full_name,
                "This person came to an interview, and the text has no line of their own.",
                "Write one true sentence for this person, or leave them out.",
            )


def no_stranger(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    found = {one: number for number, part in enumerate(reading.parts) for one in draft.others.found_in(part)}
    for stranger, number in found.items():
        if stranger.name in draft.recipient.active_elsewhere:
            continue
        at = reading.parts[number].find(normal(stranger.name))
        place = reading.place(number, at, at + len(normal(stranger.name))) if at >= 0 else None
        if stranger.is_title:
            why, fix = "This is the title of another role of ours.", "Check that the text is about this role."
            severity = Severity.WARNS
        else:
            why, fix = "This is the name of another applicant.", "Take the name out."
            severity = Severity.STOPS
        yield Complaint(Rule.NO_STRANGER, severity, stranger.name, why, fix, *(place or (None, None)))


def greets_by_name(draft: Draft, reading: Reading, words: Lexicon) -> Iterator[Complaint]:
    yield from _name_in_record(draft)
    greeted = _greeted(reading.text, words)
    if greeted is None:
        yield Complaint(
            Rule.GREETS_BY_NAME,
            Severity.STOPS,
            "",
            "The text greets nobody.",
            "Begin with a greeting and the name.",
        )
        return
    problem = _wrong_greeting(draft, words, greeted.name)
    if problem:
        yield _of_greeting(reading, greeted, *problem)


def greets_not_anyone(draft: Draft, reading: Reading, words: Lexicon) -> Iterator[Complaint]:
    """All that can be said of a greeting when nobody knows whom the text is for."""
    del draft
    greeted = _greeted(reading.text, words)
    if greeted is None:
        return
    name, *more = _GREETING_END.split(greeted.name, maxsplit=1)
    if (more or greeted.whole_line) and _is_generic(_without_title(name, words), words):
        why, fix = "The greeting could be to anyone.", "Greet by name."
        only = replace(greeted, name=name, end=greeted.start + len(name))
        yield _of_greeting(reading, only, Severity.STOPS, why, fix)


def greets_somebody(draft: Draft, reading: Reading, words: Lexicon) -> Iterator[Complaint]:
    """Of a whole letter to nobody knows whom."""
    if _greeted(reading.text, words) is None:
        why, fix = "The text greets nobody.", "Begin with a greeting and the name."
        yield Complaint(Rule.GREETS_BY_NAME, Severity.STOPS, "", why, fix)
    yield from greets_not_anyone(draft, reading, words)


def _name_in_record(draft: Draft) -> Iterator[Complaint]:
    for problem in dict.fromkeys(map(_cached_name_problem, (draft.greeting_name, draft.full_name))):
        if isinstance(problem, NameProblem):
            severity = Severity.STOPS if problem.blocks else Severity.WARNS
            fix = "Correct the name in the record, or leave this person out."
            yield Complaint(Rule.GREETS_BY_NAME, severity, draft.full_name, problem.message, fix)


def _wrong_greeting(draft: Draft, words: Lexicon, greeted: str) -> tuple[Severity, str, str] | None:
    bare = _without_title(greeted, words)
    own = [normal(draft.greeting_name).strip(), normal(draft.full_name).strip()]
    if {greeted, bare} & {*own, *(name.lstrip(" ,").rstrip(_AFTER_NAME) for name in own)}:
        return None
    if _is_generic(bare, words):
        return Severity.STOPS, "The greeting could be to anyone.", f"Greet by name: {draft.greeting_name}."
    if bare.casefold() in (name.casefold() for name in own):
        fix = f"Write it as there: {draft.greeting_name}."
        return Severity.WARNS, "The name is written differently in the record.", fix
    if not set(_NAME_WORD.findall(bare)) <= set(_NAME_WORD.findall(" ".join(own))):
        fix = f"Greet by the name in the record: {draft.greeting_name}."
        return Severity.STOPS, "The greeting is to somebody else.", fix
    if bare == greeted:  # with a title before it, a part is how people write
        why = "The greeting has only a part of the name, and nobody said that this person is called so."
        return (
            Severity.WARNS,
            why,
            f"Write {draft.greeting_name}, or put into the record what they are called.",
        )
    return None


def _is_generic(bare: str, words: Lexicon) -> bool:
    return not bare or bare.casefold() in words.generic_names


_GREETING_END = re.compile("[,:]")
_AFTER_NAME = " ,:;!.–—-"  # as Lexicon.greeting leaves out: "Jr." is "Jr" there
_NAME_WORD = re.compile(r"[\w'-]+")


@dataclass(frozen=True, slots=True)
class _Greeting:
    name: str
    """Empty if it greets but names nobody."""
    start: int
    end: int
    whole_line: bool
    """Whether the line ends as a greeting does, and not as a sentence."""


def _greeted(text: str, words: Lexicon) -> _Greeting | None:
    """Of the first line; None if it is no greeting."""
    start = 0
    for line in text.split("\n", 8)[:8]:
        bare = line.strip()
        if bare:
            found = words.greeting.match(bare)
            if not found:
                return None
            start += line.index(bare)
            name = found[1].strip()
            if name:
                at = start + found.start(1) + found[1].index(name)
                return _Greeting(name, at, at + len(name), bare[-1] not in ".?")
            return _Greeting("", start, start + len(bare), bare[-1] not in ".?")
        start += len(line) + 1
    return None


def _of_greeting(reading: Reading, greeted: _Greeting, severity: Severity, why: str, fix: str) -> Complaint:
    place = reading.place_in_text(greeted.start, greeted.end) or (None, None)
    return Complaint(Rule.GREETS_BY_NAME, severity, greeted.name, why, fix, *place)


def _without_title(greeted: str, words: Lexicon) -> str:
    parts = greeted.split()
    while len(parts) > 1 and parts[0].rstrip(".").casefold() in words.honorifics:
        parts = parts[1:]
    return " ".join(parts)
