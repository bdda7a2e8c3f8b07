"""The names of columns in all languages, kept as data and turned round for looking up.

Law: a name means one thing. Where two languages disagree about a word, a test fails until one gives it up.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from employer_app.domain.applicant_list.field import Field
from employer_app.domain.person_name import search_key

FOLDER = Path(__file__).parent.parent / "data" / "columns"
LONGEST_HEADER = 300  # characters; what is longer is a question of a form, and read so far
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[\W_]+")
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "æ": "ae", "å": "aa"})

#: Why a column is private, by its code in the data; in the middle of "is private (…) and …".
WHY_PRIVATE: Mapping[str, str] = {
    "birth": "date of birth or age",
    "gender": "gender or form of address",
    "health": "health",
    "identity": "number of an identity, tax or bank document",
    "origin": "nationality or origin",
    "belief": "belief or membership",
    "family": "family",
    "pay": "pay",
    "record": "criminal or credit record",
    "equality": "equality monitoring or military service",
    "photo": "picture",
}


@dataclass(frozen=True, slots=True)
class Interviews:
    """How one language says "date of the second interview"."""

    date: frozenset[str]
    interview: frozenset[str]
    telling: frozenset[str]
    kinds: frozenset[str]
    frame: frozenset[str]


@dataclass(frozen=True, slots=True)
class Names:
    """Keys are folded and run together: "E-Mail" and "email" are one. A rank of 0 is the best name."""

    fields: Mapping[str, tuple[Field, int]]
    by_content: Mapping[str, Field]
    status: Mapping[str, int]
    state_by_content: frozenset[str]
    bare_name: frozenset[str]
    whose: frozenset[str]
    first: frozenset[str]
    joints: frozenset[str]
    path: frozenset[str]
    in_brackets: frozenset[str]
    interviews: Sequence[Interviews]
    private: Mapping[str, re.Pattern[str]]
    public: frozenset[str]
    private_whole: Mapping[str, str]


def fold_header(text: str) -> str:
    """Small letters and digits, no accents and signs, single blanks, camelCase parted."""
    return " ".join(_NOT_WORD.sub(" ", search_key(CAMEL.sub(" ", text[:LONGEST_HEADER]))).split())


def glued(form: str) -> str:
    return form.replace(" ", "")


@cache
def all_names() -> Names:
    languages = [_read(path) for path in _files()]
    sections: dict[str, list[dict[str, Any]]] = {
        section: [one.get(section, {}) for one in languages] for section in _sections()
    }
    return Names(
        fields=_ranked(
            [
                *((Field(field), known) for one in sections["fields"] for field, known in one.items()),
                *((Field.NAME, one.get("names", ())) for one in sections["bare_name"]),
            ]
        ),
        by_content={
            key: Field(field)
            for one in sections["fits_by_content"]
            for field, known in one.items()
            for name in known
            for key in keys(name)
        },
        status={
            key: rank
            for key, (_, rank) in _ranked(
                (Field.STATE, one.get("names", ())) for one in sections["state_or_stage"]
            ).items()
        },
        state_by_content=_keys_of(sections["state_by_content"], "names"),
        bare_name=_keys_of(sections["bare_name"], "names"),
        whose=_words_of(sections["whose"], "words"),
        first=_words_of(sections["whose"], "first"),
        joints=_words_of(sections["whose"], "joints"),
        path=_words_of(sections["whose"], "path"),
        in_brackets=_words_of(sections["in_brackets"], "words"),
        interviews=[
            Interviews(**{part: _words_of([one], part) for part in Interviews.__slots__})
            for one in sections["several_interviews"]
            if one
        ],
        private={
            why: _private([one[why] for one in sections["sensitive"] if why in one]) for why in WHY_PRIVATE
        },
        public=_keys_of(sections["public"], "names"),
        private_whole={
            key: why
            for one in sections["sensitive"]
            for why, group in one.items()
            for name in group.get("whole", ())
            for key in keys(name)
        },
    )


def keys(name: str) -> set[str]:
    """A name of the data in its spellings: "Größe" is found as "grosse" and "groesse"."""
    return {glued(form) for form in spellings(name)}


def spellings(name: str) -> set[str]:
    return {fold_header(name), fold_header(name.lower().translate(_SPELLED_OUT))}


def _files() -> list[Path]:
    """English first: where ranks are equal its names win, being those of most systems."""
    return sorted(FOLDER.glob("*.toml"), key=lambda path: (path.stem != "en", path.stem))


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _sections() -> tuple[str, ...]:
    return (
        *("fields", "fits_by_content", "state_or_stage", "state_by_content", "bare_name", "whose"),
        *("in_brackets", "several_interviews", "sensitive", "public"),
    )


def _ranked(known: Iterable[tuple[Field, Sequence[str]]]) -> dict[str, tuple[Field, int]]:
    found: dict[str, tuple[Field, int]] = {}
    for field, names in known:
        for rank, name in enumerate(names):
            for key in keys(name):
                if key not in found or (found[key][0] is field and rank < found[key][1]):
                    found[key] = field, rank
    return found


def _keys_of(sections: Iterable[Mapping[str, Sequence[str]]], part: str) -> frozenset[str]:
    return frozenset(key for one in sections for name in one.get(part, ()) for key in keys(name))


def _words_of(sections: Iterable[Mapping[str, Sequence[str]]], part: str) -> frozenset[str]:
    return frozenset(
        word
        for one in sections
        for name in one.get(part, ())
        for form in spellings(name)
        for word in form.split()
    )


def _private(groups: Sequence[Mapping[str, Sequence[str]]]) -> re.Pattern[str]:
    words = {re.escape(form) for one in groups for name in one.get("words", ()) for form in spellings(name)}
    stems = {re.escape(form) for one in groups for name in one.get("stems", ()) for form in spellings(name)}
    return re.compile("|".join([rf"\b(?:{'|'.join(sorted(words))})\b", *sorted(stems)]))
