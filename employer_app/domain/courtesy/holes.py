"""A text with a hole in it: a field that was not filled, or what is left around one that was empty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.reading import Reading, read
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


def no_hole(draft: Draft, reading: Reading, own: Iterable[str]) -> Iterator[Complaint]:
    yield from _holes("subject", *read(draft.subject, own).parts)
    yield from _subject(draft)
    for part in reading.parts:
        yield from _holes("text", part)
    if not _SEEN.search(draft.text):
        yield _stop("", "The text is empty.", "Write the letter.")


@lru_cache(maxsize=1024)
def _holes(where: str, text: str) -> Sequence[Complaint]:
    why = f"The {where} has a hole where something should have been filled in."
    found = [
        _stop(words, why, "Fill it in or take the sentence out.")
        for words in dict.fromkeys(hole[0].strip() for hole in _HOLE.finditer(text))
    ]
    wide = _WIDE.search(text)
    if wide:
        why = f"The {where} has a wide gap between two words, as if one were lacking."
        fix = "Close the gap or add the word."
        found.append(Complaint(Rule.NO_HOLE, Severity.WARNS, wide[0], why, fix))
    return tuple(found)


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
