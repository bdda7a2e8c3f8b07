"""The same letter once more in a second language: for readers who may know only one of the two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from employer_app.actions.letter_draft import Among, said_of
from employer_app.actions.letter_values import Around, values_of
from employer_app.domain.audience import group_of
from employer_app.domain.close_out import Choices, GroupText, second_text
from employer_app.domain.courtesy import Complaint, Draft
from employer_app.domain.language import language_name
from employer_app.domain.mailtext import Composer, Second
from employer_app.domain.merge import Template, compile_text
from employer_app.queries.recipients import RecipientRow


def second_of(
    row: RecipientRow, line: str, text: GroupText, choices: Choices, around: Around
) -> Second | None:
    """The letter that we ship in the second language, with this person's values in it; None where none was
    asked for."""
    other = second_text(text, met=group_of(row.depth).met)
    if other is None:
        return None
    return Second(compile_text(other.body), values_of(row, line, other, choices, around), other.language)


def both_said(
    draft: Draft,
    text: GroupText,
    among: Among,
    around: Around,
    composer: Composer,
    subject: Template,
    second: Second | None,
) -> Iterator[Complaint]:
    """What the check says of the first part, and then of the second. Raises Refused for a second part that
    lacks a value."""
    if second is None:
        yield from said_of(draft, text, among, around.tuning)
        return
    if (draft.candidate_language or "").split("-")[0] == second.language:
        draft = replace(draft, candidate_language=None)  # they find their own language below
    yield from said_of(draft, text, among, around.tuning)
    below = composer.compose(subject, second.body, second.values, language=second.language)
    other = replace(
        draft, text=below.text, language=second.language, candidate_language=None, house_text=None
    )
    for one in said_of(other, text, among, around.tuning):
        why = f"In {language_name(second.language)}: {one.why}"
        yield replace(one, why=why, start=None, end=None)
