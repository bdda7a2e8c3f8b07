"""Days and names as they stand in a letter; they depend on its language and never on the server's locale."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import Any


@cache
def _tables() -> Mapping[str, Mapping[str, Any]]:
    source = resources.files("employer_app.domain").joinpath("data", "in_words.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _table(language: str) -> Mapping[str, Any]:
    return _tables().get(language) or _tables()["en"]


def day_in_words(day: date, language: str = "en") -> str:
    """ "Friday 27 November 2026", "Freitag, 27. November 2026", "vendredi 1er mai 2026"."""
    table = _table(language)
    said: str = table["day"]
    return said.format(
        weekday=table["weekdays"][day.weekday()],
        d=table.get("first", "1") if day.day == 1 else day.day,
        month=table["months"][day.month - 1],
        y=day.year,
    )


def names_in_words(names: Sequence[str], language: str = "en") -> str | None:
    """ "Jonas Lindholm, Aiko Tanabe and Priya Raman"; None for nobody."""
    if len(names) < 2:
        return names[0] if names else None
    last = names[-1]
    joined = "e" if language == "es" and _sounds_like_i(last) else _table(language)["and"]
    return f"{', '.join(names[:-1])} {joined} {last}"


def _sounds_like_i(name: str) -> bool:
    """Before such a name Spanish says "e" for "and"."""
    start = name.casefold()
    return start.startswith(("i", "í", "hi", "hí")) and not start.startswith(("hie", "ia", "ie", "io"))
