"""The words on screen: one file per language, one meaning each; code words stay in the code.

`t("owed.reason.decided_not_told")` finds a word; an unknown key is a KeyError, so a page with one fails in
its test. `code_words_in(text)` finds what slipped through.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from employer_app.domain.disposition import dispositions
from employer_app.domain.duty import Reason
from employer_app.domain.message import Kind, MessageStatus
from employer_app.domain.status import Status


class Words(Mapping[str, Any]):
    """A read-only table of words: `words().owed.reason.silent` and `words()["owed"]["reason"]["silent"]`."""

    def __init__(self, entries: Mapping[str, Any], path: str = "") -> None:
        self._entries = MappingProxyType(
            {key: _frozen(value, f"{path}{key}.") for key, value in entries.items()}
        )
        self._path = path

    def __getitem__(self, key: str) -> Any:
        try:
            return self._entries[str(key)]
        except KeyError:
            raise KeyError(f"no word for {self._path}{key}") from None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._entries:
            raise AttributeError(f"no word for {self._path}{name}")
        return self._entries[name]

    def __iter__(self) -> Any:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def _frozen(value: Any, path: str) -> Any:
    if isinstance(value, dict):
        return Words(value, path)
    return tuple(value) if isinstance(value, list) else value


@cache
def words(language: str = "en") -> Words:
    """Every word of one language. Raises FileNotFoundError for a language that has no file."""
    source = resources.files("employer_app.domain").joinpath("data", "words", f"{language}.toml")
    return Words(tomllib.loads(source.read_text(encoding="utf-8")))


def t(key: str, *, language: str = "en", **values: object) -> str:
    """The word of a dotted key, with its {slots} filled.

    A key with a `one` and an `other` form takes the one that fits `n`; numbers are grouped ("1,284").
    Raises KeyError for an unknown key, a missing slot, or a key that names a table.
    """
    found: Any = words(language)
    for part in str(key).split("."):
        if not isinstance(found, Mapping):
            raise KeyError(f"no word for {key}")
        found = found[part]
    if isinstance(found, Mapping) and "n" in values:
        found = found["one" if values["n"] == 1 else "other"]
    if not isinstance(found, str):
        raise KeyError(f"{key} is a table of words, not a word")
    return found.format(**{name: _said(value) for name, value in values.items()}) if values else found


def _said(value: object) -> object:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value


#: Words of the code, in any form; written in lower case, met in any case.
CODE_WORDS: tuple[str, ...] = (
    "preflight",
    "embargo",
    "fence",
    "fenced",
    "lease",
    "leased",
    "settle",
    "settled",
    "disposition",
    "ledger",
    "batch",
    "batches",
    "relay",
    "waiver",
    "waived",
    "uncertain",
    "claimed",
    "enqueue",
    "enqueued",
    "payload",
    "idempotent",
    "silence map",
    "courtesy check",
    "duty profile",
    "evidence pack",
    "undo window",
    *sorted(
        {
            str(member.value)
            for enum in (Reason, Kind, MessageStatus, Status)
            for member in enum
            if "_" in member
        }
    ),
)

#: Kinds by number, rules of the wording check, reasons by code: these are met as written only.
_CODES = r"K(?:1[0-7]|[1-9])|C(?:[1-3]\d|40|[1-9])|P[1-9]"


@cache
def _pattern() -> re.Pattern[str]:
    plain = "|".join(re.escape(word) + ("s?" if word[-1].isalpha() else "") for word in CODE_WORDS)
    reasons = "|".join(re.escape(each.code) for each in dispositions())
    return re.compile(rf"(?<![\w-])(?:(?i:{plain})|{_CODES}|{reasons})(?![\w-])")


def code_words_in(visible_text: str) -> list[str]:
    """The code words that a person would read in this text, in order, each once, as they stand there."""
    return list(dict.fromkeys(match.group() for match in _pattern().finditer(visible_text)))
