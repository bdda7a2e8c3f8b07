"""Merge fields and the templates that use them.

A template may name fields and ask whether they are there, nothing else: no filters, no loops, no includes, no
attributes. It is turned once per *shape* (the set of fields present) into text in which every value is
one opaque character; the values themselves go in last, so that no markup rule ever sees them.
"""

from employer_app.domain.merge.fields import (
    FIELD_OF,
    FIELDS,
    HOLES,
    SAMPLES,
    TOKENS,
    Field,
    clean,
    present,
    samples,
)
from employer_app.domain.merge.template import MAX_SOURCE, Template, TemplateProblem, compile_text, holes

__all__ = [
    "FIELDS",
    "FIELD_OF",
    "HOLES",
    "MAX_SOURCE",
    "SAMPLES",
    "TOKENS",
    "Field",
    "Template",
    "TemplateProblem",
    "clean",
    "compile_text",
    "holes",
    "present",
    "samples",
]
