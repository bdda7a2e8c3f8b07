"""JSON text to values: one document, several behind each other, or one a line.

Law: numbers stay the text they are, nothing is unfolded without a bound, and what cannot be read is refused
with its line and column.
"""

from __future__ import annotations

import json
import re
from typing import Any

from employer_app.domain.applicant_list.sheet import UnreadableList

#: each costs memory, whatever the size of the file
MOST_VALUES = 2_500_000
_SPACE = re.compile(r"[\s,]*")
_BEGINS = re.compile(r"\{|\[\s*(?:[\[{\]]|\Z)")
#: a string, closed or not, or a bracket
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\]]', re.DOTALL)
_KEY_ENDS = re.compile(r"\s*:")
_SAVE_AGAIN = "Save it again from where it came, whole and unchanged, or export the list as CSV or XLSX."


class _NamedTwice(Exception):
    """An object has one name with two values; str() is the name."""


def is_json(text: str) -> bool:
    """Whether the text begins as JSON that can hold records; a CSV may begin with a bracketed word."""
    return bool(_BEGINS.match(text[:2000].lstrip("\ufeff \r\n\t")))


def documents(text: str) -> list[Any]:
    """The values of a text; numbers as text, NaN as None. Raises UnreadableList."""
    text = text.removeprefix("\ufeff")
    count = text.count(",") + text.count("{") + text.count("[")
    if count > MOST_VALUES:
        raise UnreadableList(
            f"This JSON holds about {count:,} values; {MOST_VALUES:,} are the most. "
            "Split it into several files."
        )
    decoder = json.JSONDecoder(
        object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=_nothing, strict=False
    )
    found, at = [], _end_of_space(text, 0)
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise _broken(text, error) from None
        except RecursionError:
            raise UnreadableList(
                f"This JSON is nested too deep{_place(text, _deepest(text))}. {_SAVE_AGAIN}"
            ) from None
        except _NamedTwice as twice:
            name = str(twice)
            raise UnreadableList(
                f"One record of this JSON has two different values for “{name[:60]}”"
                f"{_place(text, _second(text, name, at))}, so it is unclear which one is right. "
                "Take one of them out."
            ) from None
        found.append(value)
        at = _end_of_space(text, at)
    if not found:
        raise UnreadableList(f"There is nothing in this JSON. {_SAVE_AGAIN}")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        for name, value in pairs:
            if found[name] != value:
                raise _NamedTwice(name)
    return found


def _nothing(_: str) -> None:
    """NaN and infinity are no values of a list."""


def _end_of_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _broken(text: str, error: json.JSONDecodeError) -> UnreadableList:
    cut_off = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
    what = "breaks off" if cut_off else "is damaged"
    return UnreadableList(f"This JSON {what}{_place(text, error.pos)}. {_SAVE_AGAIN}")


def _place(text: str, at: int) -> str:
    line = text.count("\n", 0, at) + 1
    return f" in line {line:,}, column {at - text.rfind(chr(10), 0, at):,}"


def _deepest(text: str, limit: int = 900) -> int:
    """Where the nesting passes the limit; only asked when it did."""
    depth = 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in "{[":
            depth += 1
            if depth > limit:
                return token.start()
        elif sign in "}]":
            depth -= 1
    return 0


def _second(text: str, name: str, start: int) -> int:
    """Where an object names the same for the second time; only asked when one does."""
    names: list[set[str]] = []
    for token in _TOKEN.finditer(text, start):
        sign = token[0]
        if sign in "{[":
            names.append(set())
        elif sign in "}]":
            names[-1:] = []
        elif names and _KEY_ENDS.match(text, token.end()) and _unquoted(sign) == name:
            if name in names[-1]:
                return token.start()
            names[-1].add(name)
    return start


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return ""
