"""All rules over one draft, the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from employer_app.domain.courtesy import (
    content,
    holes,
    impression,
    law,
    length,
    person,
    timing,
    tone,
)
from employer_app.domain.courtesy.complaint import RULES_OF_FACT, Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.lexicon import Lexicon, lexicon
from employer_app.domain.courtesy.reading import Reading, read
from employer_app.domain.courtesy.verdict import UNTUNED, Tuning

_ORDER = list(Severity)


def check(draft: Draft, *, fragment: bool = False, tuning: Tuning = UNTUNED) -> tuple[Complaint, ...]:
    """Empty when there is nothing to say. A fragment is a passage: nothing is asked of it that only a whole
    letter can have."""
    own = {draft.role_title, draft.company, draft.full_name, draft.greeting_name, *draft.also_named}
    if draft.sender_name:
        own.add(draft.sender_name)
    reading = read(draft.text, own, draft.personal_line or "")
    words = lexicon(draft.language)
    rules = _of_passage(draft, reading, words) if fragment else _of_letter(draft, reading, words, own)
    found = [one for one in rules if not draft.house_text or one.rule in RULES_OF_FACT]
    if tuning is not UNTUNED:
        found = list(_tuned(found, tuning))
    if len(found) > 1:
        found.sort(key=lambda one: _ORDER.index(one.severity))
    return tuple(found)


def gives_away(draft: Draft) -> tuple[Complaint, ...]:
    """Where the text tells a decision in passing to somebody who does not know it, and nothing else."""
    return tuple(content.tells_no_secret(draft, read(draft.text, set(), draft.personal_line or "")))


def _of_letter(draft: Draft, reading: Reading, words: Lexicon | None, own: set[str]) -> Iterator[Complaint]:
    yield from person.right_person(draft, reading)
    yield from person.has_line_of_their_own(draft, reading)
    yield from person.in_their_language(draft)
    yield from person.no_stranger(draft, reading)
    yield from timing.leaves_in_time(draft, reading)
    yield from holes.no_hole(draft, reading, own)
    yield from content.names_role(draft, reading)
    yield from content.signed_by_name(draft, reading)
    yield from law.keeps_the_steps(draft, reading)
    if words is None:
        yield _unknown_language()
        return
    if draft.knows("greeting_name") or draft.knows("full_name"):
        yield from person.greets_by_name(draft, reading, words)
    else:
        yield from person.greets_somebody(draft, reading, words)
    yield from content.says_no(draft, reading)
    yield from content.says_no_early(draft, reading)
    yield from content.thanks(draft, reading, words)
    yield from content.takes_replies(draft, reading, words)
    yield from timing.gives_date(draft, reading)
    yield from timing.names_missed_date(draft, reading)
    yield from law.gives_needed_reason(draft, reading)
    yield from length.right_length(draft, reading)
    yield from _of_wording(draft, reading, words, fragment=False)


def _of_passage(draft: Draft, reading: Reading, words: Lexicon | None) -> Iterator[Complaint]:
    yield from person.no_stranger(draft, reading)
    yield from holes.no_hole_in_passage(reading)
    if words is None:
        yield _unknown_language()
        return
    yield from person.greets_not_anyone(draft, reading, words)
    yield from _of_wording(draft, reading, words, fragment=True)


def _of_wording(draft: Draft, reading: Reading, words: Lexicon, *, fragment: bool) -> Iterator[Complaint]:
    listed = [
        *content.shuts_no_door(draft, reading),
        *content.true_to_record(draft, reading, fragment=fragment),
        *timing.breaks_no_silence(draft, reading),
        *timing.is_not_vague(draft, reading, fragment=fragment),
        *tone.sounds_right(draft, reading),
        *law.keeps_to_the_law(draft, reading),
    ]
    yield from content.tells_no_secret(draft, reading)
    yield from listed
    yield from impression.reads_like(draft, reading, listed)
    yield from tone.apologises(draft, reading, words, fragment=fragment)
    yield from tone.addresses_rightly(draft, reading, words)
    yield from length.short_sentences(draft, reading, fragment=fragment)


def _unknown_language() -> Complaint:
    why = "We cannot check the wording in this language."
    return Complaint(Rule.SAYS_NO, Severity.WARNS, "", why, "Let somebody who speaks it read the text.")


def _tuned(found: list[Complaint], tuning: Tuning) -> Iterator[Complaint]:
    for one in found:
        severity = one.severity if one.rule in RULES_OF_FACT else tuning.severity(one.rule, one.severity)
        if severity:
            yield one if severity is one.severity else replace(one, severity=severity)
