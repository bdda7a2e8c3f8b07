"""What the pages of texts share: their blueprint, and how a letter reads before anybody gets it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint

from employer_app.actions.letter_reading import Reading, read_letter
from employer_app.domain.errors import Refused
from employer_app.domain.merge import FIELDS, Field, Template, TemplateProblem
from employer_app.domain.starter import Letter
from employer_app.web.letter_problem import place_of
from employer_app.web.viewer import viewer

blueprint = Blueprint("templates", __name__)

ID = "int(max=2147483647)"


@dataclass
class Look:
    """A text as it reads, or what keeps it from being read; neither, while there is none."""

    reading: Reading | None = None
    trouble: str = ""


def look_at(letter: Letter, application_id: int | None = None) -> Look:
    """Nothing is written."""
    try:
        return Look(read_letter(letter, actor=viewer(), application_id=application_id))
    except TemplateProblem as problem:
        return Look(trouble=place_of(problem))
    except Refused as refused:
        return Look(trouble=str(refused))


def fields_of(subject: Template, body: Template) -> list[tuple[Field, bool]]:
    """The fields that a text names, and whether it cannot do without."""
    required, named = subject.required | body.required, {*subject.fields, *body.fields}
    return [(field, field.name in required) for field in FIELDS.values() if field.name in named]
