"""The letters we ship, filled in: every text that the absence of optional fields can make, without the time
that making HTML takes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from employer_app.domain.courtesy import Draft
from employer_app.domain.courtesy.lexicon import lexicon
from employer_app.domain.mailtext import Composer
from employer_app.domain.merge import TOKENS, Template, compile_text, samples
from employer_app.domain.message import NEEDS_PERSONAL_LINE
from employer_app.domain.stage import StageKind
from employer_app.domain.starter import Starter, starters

COMPOSER = Composer((Path(__file__).parents[2] / "templates" / "mail" / "shell.html").read_text("utf-8"))
TODAY = date(2026, 11, 24)  # a Tuesday
NEXT_WORD = date(2026, 11, 27)  # what the samples name

MANY = 10
"""With more optional fields than these only up to two are there, or up to two are lacking."""

_FOLDERS = resources.files("employer_app.domain").joinpath("data", "starters")
LANGUAGES = sorted(folder.name for folder in _FOLDERS.iterdir() if starters(folder.name))
#: in a language that the wording check cannot read, a letter cannot be clean
LETTERS = [one for language in LANGUAGES if lexicon(language) for one in starters(language)]


def each(fits: Callable[[Starter], bool] = lambda one: True) -> pytest.MarkDecorator:
    chosen = [one for one in LETTERS if fits(one)]
    return pytest.mark.parametrize("one", chosen, ids=lambda one: f"{one.language}:{one.key}")


@dataclass(frozen=True)
class Filled:
    there: frozenset[str]
    """The fields that had a value."""
    subject: str
    text: str


def parts(one: Starter) -> tuple[Template, Template]:
    return compile_text(one.subject), compile_text(one.body)


def required(one: Starter) -> frozenset[str]:
    subject, body = parts(one)
    return subject.required | body.required


def optional(one: Starter) -> list[str]:
    subject, body = parts(one)
    return sorted((subject.optional | body.optional) - required(one))


@cache
def every(one: Starter) -> Sequence[Filled]:
    """With every subset of the optional fields."""
    return [fill(one, there=required(one) | set(some)) for some in _subsets(optional(one))]


@cache
def enough(one: Starter) -> Sequence[Filled]:
    """As `every` in English. In other languages every subset within each paragraph, all paragraphs at once:
    what stands in one paragraph never depends on a field of another."""
    if one.language == "en":
        return every(one)
    choices = [list(_subsets(sorted(group))) for group in _fields_by_paragraph(one)]
    rows = max(map(len, choices), default=1)
    some = {frozenset().union(*(each[row % len(each)] for each in choices)) for row in range(rows)}
    whole = {frozenset(), frozenset(optional(one))}
    return [fill(one, there=required(one) | names) for names in sorted(some | whole, key=sorted)]


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    count = len(names)
    sizes = range(count + 1) if count <= MANY else (0, 1, 2, count - 2, count - 1, count)
    for size in sizes:
        yield from itertools.combinations(names, size)


def _fields_by_paragraph(one: Starter) -> list[set[str]]:
    groups: list[set[str]] = []
    for paragraph in [one.subject, *one.body.split("\n\n")]:
        named = set(re.findall(r"\w+", paragraph)) & set(optional(one))
        for group in [group for group in groups if group & named]:
            named |= group
            groups.remove(group)
        groups += [named] if named else []
    return groups


def fill(
    one: Starter,
    *,
    there: frozenset[str] | None = None,
    body: str | None = None,
    values: Mapping[str, str] = {},
) -> Filled:
    """With the samples of its language for the fields that are there: all of them, unless said."""
    known = {**samples(one.language), **values}
    there = frozenset(known) if there is None else there
    subject, text = compile_text(one.subject), compile_text(one.body if body is None else body)
    named = there & {*subject.fields, *text.fields}
    return Filled(named, _merged(subject.shape(there), known), _plain(text, there, known))


def _plain(body: Template, there: frozenset[str], values: Mapping[str, str]) -> str:
    return _merged(_MARKS.sub("", body.shape(there)), values) + "\n"


#: what of our Markdown does not show in the plain text
_MARKS = re.compile(r"\*\*|^ +", re.MULTILINE)


def _merged(shape: str, values: Mapping[str, str]) -> str:
    return shape.translate({ord(TOKENS[name]): value for name, value in values.items()})


def draft_of(one: Starter, filled: Filled, **changes: Any) -> Draft:
    values = samples(one.language)
    met = one.kind in NEEDS_PERSONAL_LINE
    facts: dict[str, Any] = {
        "kind": one.kind,
        "paused": one.paused,
        "language": one.language,
        "candidate_language": one.language,
        "subject": filled.subject,
        "text": filled.text,
        "greeting_name": values["greeting_name"],
        "full_name": values["full_name"],
        "role_title": values["role_title"],
        "company": values["company"],
        "send_on": TODAY,
        "promised": (NEXT_WORD,),
        "bulk": True,
        "depth": StageKind.FINAL if met else StageKind.SCREEN,
        "personal_line": values["personal_line"] if met else None,
    }
    return Draft(**(facts | changes))
