"""Whom a letter is for: the right person, greeted by their name, and nobody else in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.lexicon import Lexicon
from employer_app.domain.courtesy.reading import Reading, names, normal
from employer_app.domain.message import NEEDS_PERSONAL_LINE, states_no
from employer_app.domain.person_name import NameProblem, name_problem
from employer_app.domain.stage import interviewed

_cached_name_problem = lru_cache(maxsize=4096)(name_problem)


def right_person(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    """No "no" for somebody who must not get one now."""
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
    unnamed = [title for title in person.active_elsewhere if not names(reading.text, title)]
    if unnamed:
        yield Complaint(
            Rule.RIGHT_PERSON,
            Severity.STOPS,
            ", ".join(unnamed),
            "This person is still in the running for another role, and the text does not say which one ends.",
            "Say in the text that the other application goes on, or leave this person out.",
        )


def not_in_bulk(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    """Whoever came to an interview gets a line of their own; and everyone their own language."""
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
    theirs = draft.candidate_language
    if theirs and theirs.split("-")[0] != draft.language.split("-")[0]:
        yield Complaint(
            Rule.NOT_IN_BULK,
            Severity.WARNS,
            "",
            "The text is not in the language in which this person writes to us.",
            "Choose the text in their language.",
        )


def no_stranger(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    found = (stranger for part in reading.parts for stranger in draft.others.found_in(part))
    for stranger in dict.fromkeys(found):
        if stranger.name in draft.recipient.active_elsewhere:
            continue
        if stranger.is_title:
            why, fix = "This is the title of another role of ours.", "Check that the text is about this role."
            yield Complaint(Rule.NO_STRANGER, Severity.WARNS, stranger.name, why, fix)
        else:
            why, fix = "This is the name of another applicant.", "Take the name out."
            yield Complaint(Rule.NO_STRANGER, Severity.STOPS, stranger.name, why, fix)


def greets_by_name(draft: Draft, reading: Reading, words: Lexicon) -> Iterator[Complaint]:
    for problem in dict.fromkeys(map(_cached_name_problem, (draft.greeting_name, draft.full_name))):
        if isinstance(problem, NameProblem):
            severity = Severity.STOPS if problem.blocks else Severity.WARNS
            fix = "Correct the name in the record, or leave this person out."
            yield Complaint(Rule.GREETS_BY_NAME, severity, draft.full_name, problem.message, fix)
    greeted = _greeted(reading.text, words)
    if greeted is None:
        yield _stop("", "The text greets nobody.", "Begin with a greeting and the name.")
        return
    bare = _without_title(greeted, words)
    own = [normal(draft.greeting_name).strip(), normal(draft.full_name).strip()]
    if {greeted, bare} & {*own, *(name.lstrip(" ,").rstrip(_AFTER_NAME) for name in own)}:
        return
    if not bare or bare.casefold() in words.generic_names:
        why, fix = "The greeting could be to anyone.", f"Greet by name: {draft.greeting_name}."
        yield _stop(greeted, why, fix)
    elif bare.casefold() in (name.casefold() for name in own):
        why, fix = (
            "The name is written differently in the record.",
            f"Write it as there: {draft.greeting_name}.",
        )
        yield Complaint(Rule.GREETS_BY_NAME, Severity.WARNS, greeted, why, fix)
    elif not set(_NAME_WORD.findall(bare)) <= set(_NAME_WORD.findall(" ".join(own))):
        why, fix = (
            "The greeting is to somebody else.",
            f"Greet by the name in the record: {draft.greeting_name}.",
        )
        yield _stop(greeted, why, fix)
    elif bare == greeted:  # with a title before it, a part is how people write
        why = "The greeting has only a part of the name, and nobody said that this person is called so."
        fix = f"Write {draft.greeting_name}, or put into the record what they are called."
        yield Complaint(Rule.GREETS_BY_NAME, Severity.WARNS, greeted, why, fix)


_AFTER_NAME = " ,:;!.–—-"  # as Lexicon.greeting leaves out: "Jr." is "Jr" there
_NAME_WORD = re.compile(r"[\w'-]+")


def _greeted(text: str, words: Lexicon) -> str | None:
    """Whom the first line greets: "" if it greets but names nobody, None if it is no greeting."""
    for line in text.split("\n", 8)[:8]:
        if line.strip():
            found = words.greeting.match(line.strip())
            return found[1].strip() if found else None
    return None


def _without_title(greeted: str, words: Lexicon) -> str:
    parts = greeted.split()
    while len(parts) > 1 and parts[0].rstrip(".").casefold() in words.honorifics:
        parts = parts[1:]
    return " ".join(parts)


def _stop(words: str, why: str, fix: str) -> Complaint:
    return Complaint(Rule.GREETS_BY_NAME, Severity.STOPS, words, why, fix)
