"""Where a text goes wrong, in words, and which letters of our own no message can be made of."""

from __future__ import annotations

from employer_app.domain.merge import TemplateProblem
from employer_app.domain.own_letter import OwnLetter
from employer_app.domain.words import t
from employer_app.queries.message_templates import unusable_in
from employer_app.web.viewer import viewer


def placed(problem: TemplateProblem) -> str:
    """ "line 3, column 7: There is no field …"."""
    return t("letter.place", line=problem.line, column=problem.column, why=str(problem))


def place_of(problem: TemplateProblem) -> str:
    """ "In the message, line 3, column 7: There is no field …"."""
    where = t("letter.in_subject" if problem.field == "subject" else "letter.in_message")
    return f"{where}, {placed(problem)}"


def unusable(job_id: int, language: str = "") -> list[tuple[OwnLetter, str]]:
    """Of this job, in one language or in all, each with where it goes wrong."""
    return [(one, place_of(problem)) for one, problem in unusable_in(viewer(), job_id, language)]
