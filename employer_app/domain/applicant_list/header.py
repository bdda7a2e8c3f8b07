"""What the header of a column says it holds, in any of the languages of the data.

Law: a header is read with and without what surrounds its words, and never guessed from a part of them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from employer_app.domain.applicant_list.field import Field
from employer_app.domain.applicant_list.header_names import (
    CAMEL,
    Interviews,
    Names,
    all_names,
    fold_header,
    glued,
)

_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}")
_DOTTED = re.compile(r"\s*[^\W_][\w\[\]-]*(?:(?:\.|/|__|->|::)[\w\[\]-]+)+\s*")
_VALUE_ENDS = frozenset({"value", "text", "label"})
#: "job.title", "source.name": a name of a thing that is named itself, and never of a person
_NAME_ENDS = frozenset({"name", "title"})
_NAMED = frozenset(
    {
        Field.STAGE,
        Field.REASON,
        Field.SOURCE,
        Field.JOB,
        Field.STATE,
        Field.RECRUITER,
        Field.LOCATION,
        Field.COUNTRY,
    }
)


@lru_cache(maxsize=4096)
def forms(header: str) -> tuple[str, ...]:
    """The header folded, then without what says whose it is, where it stands or in what unit; best first."""
    names = all_names()
    found = dict.fromkeys(_without_person(fold_header(header), names))
    plain = _BRACKETS.sub(lambda part: "" if _is_remark(part, names) else part[0], header)
    if plain != header:
        found |= dict.fromkeys(_without_person(fold_header(plain), names))
    if _DOTTED.fullmatch(header):
        for form in list(found):
            found |= dict.fromkeys(_along_path(form.split(), names))
    return tuple(form for form in found if form)


def meaning(header: str) -> tuple[Field, int] | None:
    """The field that the header names and how good a name it is."""
    names = all_names()
    for form in forms(header):
        claim = names.fields.get(glued(form))
        if claim:
            return claim
    for form in forms(header):
        thing, _, end = form.rpartition(" ")
        claim = names.fields.get(glued(thing)) if end in _VALUE_ENDS | _NAME_ENDS else None
        if claim and (end in _VALUE_ENDS or claim[0] in _NAMED):
            return claim
    return None


def status_rank(header: str) -> int | None:
    """How good a name of a status it is, which may be a stage or a state; None if it is none."""
    names = all_names()
    return next((names.status[key] for form in forms(header) if (key := glued(form)) in names.status), None)


def why_private(header: str) -> str | None:
    """The code of the reason why the column is left out, or None."""
    names = all_names()
    if any(glued(form) in names.public for form in forms(header)):
        return None
    folded = fold_header(header)
    for form in (folded, folded.replace(" s ", " ")):
        for why, pattern in names.private.items():
            if pattern.search(form):
                return why
    return next(
        (names.private_whole[key] for form in forms(header) if (key := glued(form)) in names.private_whole),
        None,
    )


def interview_words(header: str) -> Interviews | None:
    """The language in which the header names the date of an interview, or None."""
    words = set(fold_header(header).split())
    for spoken in all_names().interviews:
        about = words & (spoken.interview | spoken.telling)
        if about and words & spoken.date and words <= about | spoken.date | spoken.kinds | spoken.frame:
            return spoken
    return None


def interview_kind(header: str) -> str:
    """What an interview date's own header says of it: "Date First Interview" is a "First interview"."""
    spoken = interview_words(header)
    if spoken is None:
        return ""
    words = [word for word in re.split(r"[\s_]+", CAMEL.sub(" ", header)) if fold_header(word)]
    left = [word for word in words if fold_header(word) not in spoken.frame | spoken.date]
    telling = any(fold_header(word) not in spoken.interview for word in left)
    return " ".join(left).strip(" :–—-").capitalize() if telling else ""


def _is_remark(part: re.Match[str], names: Names) -> bool:
    return set(fold_header(part[0]).split()) <= names.in_brackets


def _without_person(form: str, names: Names) -> Iterator[str]:
    """Of "candidate email", "email of the candidate": the words for the person fall away at either end."""
    yield form
    words = form.split()
    front = next(
        (i for i, word in enumerate(words) if word not in names.whose | names.first | names.joints),
        len(words),
    )
    back = next(
        (i for i, word in enumerate(reversed(words)) if word not in names.whose | names.joints), len(words)
    )
    for start in range(1, min(front, len(words) - 1) + 1):
        if set(words[:start]) & (names.whose | names.first):
            yield " ".join(words[start:])
    for end in range(1, min(back, len(words) - 1) + 1):
        if set(words[-end:]) & names.whose:
            yield " ".join(words[:-end])


def _along_path(words: list[str], names: Names) -> Iterator[str]:
    """Of "data.attributes.first_name", "emails.0.value": without the way, numbers and "value"."""
    words = [word for word in words if not word.isdigit()]
    if len(words) > 1 and words[-1] in _VALUE_ENDS:
        yield from _along_path(words[:-1], names)
    while words:
        yield from _without_person(" ".join(words), names)
        if words[0] not in names.path:
            return
        words = words[1:]
