"""One line of JSON as a draft: the text, its kind and language, and whatever facts are given with it.

Facts have the names of the fields of `Draft`. What is not given is not known, and no rule guesses it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from employer_app.domain.clock import now
from employer_app.domain.courtesy import Draft, Others, Recipient
from employer_app.domain.message import Kind
from employer_app.domain.stage import StageKind

LONGEST = 50_000
_NEEDED = ("subject", "greeting_name", "full_name", "role_title", "company")
_KEYS = {"text", "kind", "lang", "facts", "fragment"}
_NOT_FACTS = {"kind", "text", "language", "unknown"}


class BadLine(ValueError):
    """Says in a sentence what is wrong with it."""


@dataclass(frozen=True)
class Asked:
    draft: Draft
    fragment: bool


def kind_of(said: object) -> Kind:
    """By its name, or by its number in the library: "K5"."""
    kinds = list(Kind)
    if isinstance(said, str):
        name = said.strip().casefold()
        if name in {kind.value for kind in kinds}:
            return Kind(name)
        if name.startswith("k") and name[1:].isdecimal() and 1 <= int(name[1:]) <= len(kinds):
            return kinds[int(name[1:]) - 1]
    raise BadLine("The kind is not known. Give one of: " + ", ".join(kinds) + ".")


def language_of(said: object) -> str:
    if not isinstance(said, str) or not said.strip():
        raise BadLine("The language is lacking.")
    return said.strip().casefold().replace("_", "-").split("-")[0]


def draft_of(text: object, kind: object, language: object, facts: Mapping[str, Any] | None = None) -> Draft:
    if not isinstance(text, str):
        raise BadLine("The text is lacking.")
    if len(text) > LONGEST:
        raise BadLine(f"The text has more than {LONGEST} characters.")
    given = {name: _fact(name, value) for name, value in (facts or {}).items()}
    unknown = frozenset({*_NEEDED, "personal_line"} - set(given))
    values: dict[str, Any] = dict.fromkeys(_NEEDED, "") | {"send_on": now().date()} | given
    return Draft(text=text, kind=kind_of(kind), language=language_of(language), unknown=unknown, **values)


def asked(line: str) -> Asked:
    """Raises `BadLine`."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine("It is not JSON.") from None
    if not isinstance(entry, dict):
        raise BadLine("It is not an object.")
    if strange := sorted(set(entry) - _KEYS):
        raise BadLine(f"There is no field “{strange[0]}”.")
    facts, fragment = entry.get("facts") or {}, entry.get("fragment", False)
    if not isinstance(facts, dict):
        raise BadLine("The facts are not an object.")
    if not isinstance(fragment, bool):
        raise BadLine("“fragment” is true or false.")
    return Asked(draft_of(entry.get("text"), entry.get("kind"), entry.get("lang"), facts), fragment)


def _fact(name: str, value: Any) -> Any:
    read = _READ.get(name)
    if read is None:
        raise BadLine(f"There is no fact “{name}”.")
    try:
        return read(value)
    except (TypeError, ValueError):
        raise BadLine(f"The fact “{name}” cannot be read.") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _date(value: Any) -> date:
    return date.fromisoformat(_text(value))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_text, _list(value)))


def _dates(value: Any) -> tuple[date, ...]:
    return tuple(map(_date, _list(value)))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _object(value: Any, keys: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) - keys:
        raise TypeError
    return value


def _recipient(value: Any) -> Recipient:
    said = _object(value, {field.name for field in fields(Recipient)})
    given: dict[str, Any] = {
        name: _texts(one) if name == "active_elsewhere" else _yes_or_no(one) for name, one in said.items()
    }
    return Recipient(**given)


def _others(value: Any) -> Others:
    said = _object(value, {"names", "titles"})
    return Others(_texts(said.get("names", [])), _texts(said.get("titles", [])))


def _or_none(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


#: by the type that a field of `Draft` is declared with
_BY_TYPE: Mapping[str, Callable[[Any], Any]] = {
    "str": _text,
    "bool": _yes_or_no,
    "date": _date,
    "int": _number,
    "tuple[str, ...]": _texts,
    "tuple[date, ...]": _dates,
    "StageKind": StageKind,
    "Recipient": _recipient,
    "Others": _others,
}


def _reader(declared: str) -> Callable[[Any], Any]:
    bare = declared.removesuffix(" | None")
    return _BY_TYPE[bare] if bare == declared else _or_none(_BY_TYPE[bare])


_READ = {field.name: _reader(str(field.type)) for field in fields(Draft) if field.name not in _NOT_FACTS}
