"""What may stand in a letter of our own: what can be read as a template, and what can be seen."""

from __future__ import annotations

import re
import unicodedata

from employer_app.actions.plan_items import composer
from employer_app.actions.settings import one_line
from employer_app.domain.errors import Refused
from employer_app.domain.merge import SAMPLES, TemplateProblem, compile_text

LONGEST_SUBJECT = 300
"""Characters, with the names of its fields."""

#: characters that show nothing, or turn the direction in which what follows is read
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def checked_name(text: str) -> str:
    name = one_line(text, "name")
    if not name:
        raise Refused("The text has no name.", "Give it one that the team will know.", "name")
    return name


def checked_words(subject: str, body: str) -> dict[str, str]:
    """Subject and body as they are kept. Raises Refused or TemplateProblem, naming the field."""
    title = _tidy(subject).strip()
    text = _tidy(body).lstrip("\n").rstrip() + "\n"
    if not title:
        raise Refused("The subject is empty.", "Write one that names the role.", "subject")
    if not text.strip():
        raise Refused("The message is empty.", "Write it.", "body")
    if len(title) > LONGEST_SUBJECT:
        raise Refused("The subject is too long.", f"Use at most {LONGEST_SUBJECT} characters.", "subject")
    for field, source in (("subject", title), ("body", text)):
        _check_source(field, source)
    composer().preview(compile_text(title), compile_text(text), SAMPLES)
    return {"subject": title, "body": text}


def _check_source(field: str, source: str) -> None:
    try:
        unseen = _UNSEEN.search(source if field == "body" else source.replace("\n", "\x00"))
        if unseen:
            before = source[: unseen.start()]
            column = unseen.start() - before.rfind("\n")
            raise TemplateProblem(
                before.count("\n") + 1, column, "There is a line break or an invisible character here."
            )
        compile_text(source)
    except TemplateProblem as problem:
        problem.field = field
        raise


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
