"""A new send list begins with the organisation's own letters, where it has one for that kind and occasion."""

from __future__ import annotations

from dataclasses import replace

from employer_app.domain.audience import Audience
from employer_app.domain.close_out import Choices, GroupText
from employer_app.domain.letter_choice import fits
from employer_app.domain.own_letter import OwnLetter, first_choice
from employer_app.domain.role import Person
from employer_app.domain.starter import languages, shipped
from employer_app.queries.chosen import languages_read
from employer_app.queries.message_templates import letters_in


def with_own_texts(choices: Choices, job_id: int, actor: Person) -> Choices:
    """The choices with our own letters in place of shipped ones of the same kind, variant and language.

    Whoever reads a language that we ship no letters in gets ours in it, where there is one.
    """
    own = letters_in(actor, job_id)
    if not own:
        return choices
    groups = dict(choices.groups)
    for audience, text in choices.groups.items():
        groups[audience] = _in_place_of(text, audience, text.language, own, job_id) or text
    written = {one.language for one in own} - set(languages())
    for language in sorted(written & languages_read(actor, choices.application_ids)):
        for audience, text in choices.groups.items():
            theirs = replace(audience, language=language)
            found = None if audience.language else _in_place_of(text, theirs, language, own, job_id)
            if found:
                groups[theirs] = found
    return replace(choices, groups=groups)


def _in_place_of(
    text: GroupText, audience: Audience, language: str, own: list[OwnLetter], job_id: int
) -> GroupText | None:
    like = shipped(text.letter)
    if like is None:
        return None
    right = [one for one in own if fits(one, audience.group)]
    found = first_choice(right, like, language=language, job_id=job_id, disposition=text.disposition)
    return GroupText.from_letter(found, text.disposition, met=audience.met) if found else None
