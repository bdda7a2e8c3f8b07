"""All rules over one draft, the worst first."""

from __future__ import annotations

from collections.abc import Iterator

from employer_app.domain.courtesy import content, holes, person
from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.lexicon import lexicon
from employer_app.domain.courtesy.reading import read

_ORDER = list(Severity)


def check(draft: Draft) -> tuple[Complaint, ...]:
    """Empty when there is nothing to say."""
    found = list(_complaints(draft))
    if len(found) > 1:
        found.sort(key=lambda one: _ORDER.index(one.severity))
    return tuple(found)


def _complaints(draft: Draft) -> Iterator[Complaint]:
    own = {draft.role_title, draft.company, draft.full_name, draft.greeting_name, *draft.also_named}
    reading = read(draft.text, own, draft.personal_line or "")
    words = lexicon(draft.language)
    yield from person.right_person(draft, reading)
    yield from person.not_in_bulk(draft, reading)
    yield from person.no_stranger(draft, reading)
    yield from holes.no_hole(draft, reading, own)
    yield from content.names_role(draft, reading)
    if words is None:
        yield Complaint(
            Rule.SAYS_NO,
            Severity.WARNS,
            "",
            "We cannot check the wording in this language.",
            "Let somebody who speaks it read the text.",
        )
        return
    yield from person.greets_by_name(draft, reading, words)
    yield from content.says_no(draft, reading)
    yield from content.gives_date(draft, reading)
