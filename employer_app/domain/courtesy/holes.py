"""A text with a hole in it: a field that was not filled, or what is left around one that was empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.reading import Reading, Span, read
from employer_app.domain.mailtext import MAX_SUBJECT

_HOLE = re.compile(
    r"""
      {{ .{0,40} | }} | {% .{0,40} | %}          # a field or condition that was never read
    | {\w[\w .]{0,40}} | \$\{ | %\(\w+\)s | %\w+%  # fields of other programs
    | \[ (?=[^]\n]*[^\W\d_]) [^]\n]{1,40} \]       # [Name]
    | << [^>\n]{0,40} >>? | <\w[\w ]{0,30}>        # <<name>>, <name>
    | _{3,} | \b[Xx]{3,}\b
    | \(\s*\) | \[\s*\] | ,\s*, | [ \t][,.](?=\s|\Z)  # what stands around an empty value
    | (?<=\w[ ]) (?:None|NaN|N/A) \b (?![ ]of\b)
    | (?<=\w[ ]) (?:nan|null|undefined) (?=[,.!?:;])
    | [\ufffd\ue000-\uf8ff\u202a-\u202e\u2066-\u2069]  # lost letters, and signs that turn the writing round
    """,
    re.VERBOSE,
)
_WIDE = re.compile(r"\w[ \t]{2,}\w")
_SEEN = re.compile(r"[^\s\u00ad\u200b-\u200f\u2060\ufeff]")


_NAME = r"(?:(?:first|last|full|given|family|preferred|candidate|applicant|recipient|your)(?:'s)?[ _-]?)*name"
_NAME_ELSEWHERE = r"(?:vor|nach)name|(?:pr[ée])?nom|nombre|apellidos?|(?:voor|achter)?naam"
_TEMPLATE_FIELD = re.compile(rf"\[(?!(?:{_NAME}|{_NAME_ELSEWHERE})\])[^]]+\]\Z", re.IGNORECASE)


def no_hole(draft: Draft, reading: Reading, own: Iterable[str]) -> Iterator[Complaint]:
    if draft.knows("subject"):
        for (words, _, _), wide in _holes(read(draft.subject, own).parts[0]):
            yield _complaint("subject", words, wide, None)
        yield from _subject(draft)
    for number, part in enumerate(reading.parts):
        for (words, start, end), wide in _holes(part):
            yield _complaint("text", words, wide, reading.place(number, start, end))
    if not _SEEN.search(draft.text):
        yield _stop("", "The text is empty.", "Write the letter.")


def no_hole_in_passage(reading: Reading) -> Iterator[Complaint]:
    """A passage of a template may still have its fields, "[Job title]", but never where a name belongs."""
    for number, part in enumerate(reading.parts):
        for (words, start, end), wide in _holes(part):
            place = reading.place(number, start, end)
            if _TEMPLATE_FIELD.match(words):
                why, fix = "This still has to be filled in.", "Fill it in before the text is sent."
                yield Complaint(Rule.NO_HOLE, Severity.HINT, words, why, fix, *(place or (None, None)))
            else:
                yield _complaint("text", words, wide, place)


@lru_cache(maxsize=1024)
def _holes(text: str) -> Sequence[tuple[tuple[str, int, int], bool]]:
    """((words, start, end), whether it is only a wide gap)."""
    found: dict[str, tuple[str, int, int]] = {}
    for hole in _HOLE.finditer(text):
        words = hole[0].strip()
        start = hole.start() + hole[0].index(words)
        found.setdefault(words, (words, start, start + len(words)))
    wide = _WIDE.search(text)
    return tuple(
        [(one, False) for one in found.values()] + ([((wide[0], *wide.span()), True)] if wide else [])
    )


def _complaint(where: str, words: str, wide: bool, place: Span | None) -> Complaint:
    severity, why, fix = (
        Severity.STOPS,
        f"The {where} has a hole where something should have been filled in.",
        "Fill it in or take the sentence out.",
    )
    if wide:
        severity = Severity.WARNS
        why = f"The {where} has a wide gap between two words, as if one were lacking."
        fix = "Close the gap or add the word."
    return Complaint(Rule.NO_HOLE, severity, words, why, fix, *(place or (None, None)))


def _subject(draft: Draft) -> Iterator[Complaint]:
    if not _SEEN.search(draft.subject):
        yield _stop("", "The subject is empty.", "Write one that names the role.")
    elif len(draft.subject) > MAX_SUBJECT:
        words = draft.subject[:40] + "…"
        yield _stop(words, "The subject is far too long.", f"Keep it below {MAX_SUBJECT} characters.")
    elif any(char in draft.subject for char in "\r\n\x00\x0b\x0c\x85\u2028\u2029"):
        yield _stop("", "The subject has a line break in it.", "Write it on one line.")


def _stop(words: str, why: str, fix: str) -> Complaint:
    return Complaint(Rule.NO_HOLE, Severity.STOPS, words, why, fix)
