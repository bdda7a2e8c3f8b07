"""Rules that a phrase in the text is enough for: what it is, in which kinds of letter, what to say of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from employer_app.domain.courtesy.allowance import allowed
from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.lexicon import Hit, Statement, hits
from employer_app.domain.courtesy.reading import Reading
from employer_app.domain.message import STATES_NO, Kind, states_no

TO_DECLINED = STATES_NO
DECLINED_OR_FEEDBACK = STATES_NO | {Kind.FEEDBACK_REPLY}
EVERY: frozenset[Kind] = frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Phrase:
    statement: Statement
    rule: Rule
    severity: Severity
    why: str
    fix: str
    kinds: Collection[Kind] = EVERY


@dataclass(frozen=True, slots=True)
class Found:
    """A hit in one of the parts of the text."""

    part: int
    hit: Hit


def found(draft: Draft, reading: Reading, statement: Statement) -> Sequence[Found]:
    every: list[Found] = []
    for number, part in enumerate(reading.parts):
        stated = hits(draft.language, part).get(statement)
        if stated:
            every += [Found(number, hit) for hit in stated if not allowed(draft, part, hit)]
    return every


def complaints(draft: Draft, reading: Reading, phrases: Collection[Phrase]) -> Iterator[Complaint]:
    stated = {statement for part in reading.parts for statement in hits(draft.language, part)}
    for phrase in phrases:
        if phrase.statement in stated and applies(draft, phrase.kinds):
            for one in found(draft, reading, phrase.statement):
                yield said(draft, reading, one, phrase.rule, phrase.severity, phrase.why, phrase.fix)


def applies(draft: Draft, kinds: Collection[Kind]) -> bool:
    """A pause is a kind of its own: it says no "no"."""
    if draft.kind not in kinds:
        return False
    return draft.kind not in STATES_NO or kinds is EVERY or states_no(draft.kind, paused=draft.paused)


def said(
    draft: Draft, reading: Reading, one: Found, rule: Rule, severity: Severity, why: str, fix: str
) -> Complaint:
    """A complaint that quotes the text as it was given."""
    place = reading.place(one.part, one.hit.start, one.hit.end)
    if place is None:
        return Complaint(rule, severity, one.hit.words, why, fix)
    start, end = place
    return Complaint(rule, severity, draft.text[start:end], why, fix, start, end)
