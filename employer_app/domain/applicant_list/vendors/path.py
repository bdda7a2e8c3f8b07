"""Values at the end of a path in a record, as the text of a cell.

Law: whatever stands where a text is expected becomes text or nothing; no shape of a value raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

Record = Mapping[str, Any]

#: what no database and no page can hold: zero bytes, other controls, halves of a pair
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_THOUSANDTHS = re.compile(r"\d{12,13}", re.ASCII)
_LOOKED_AT = 50  # entries of a list inside a record
_DEPTH = 4
MOST_LEAVES = 5000  # of one record


def text(value: Any) -> str:
    """A scalar as the text of a cell; what cannot be kept as a character is shown as one that is missing."""
    if isinstance(value, str):
        if value.isprintable():
            return value.strip()
        return _UNUSABLE.sub("\ufffd", value).strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    return ""


def at(record: Any, path: str) -> Any:
    """What stands at a dotted path; of a list the first entry that has something there. None if nothing."""
    return _at(record, _parts(path))


def pick(record: Any, *paths: str) -> str:
    """The text at the first path that has one."""
    return next((found for path in paths if (found := text(at(record, path)))), "")


def yes(record: Any, *paths: str) -> bool:
    return any(pick(record, path).casefold() in {"true", "1", "yes"} for path in paths)


def entries(record: Any, path: str) -> list[Any]:
    """The list at a path, a single value as a list of one."""
    found = at_list(record, path)
    return found if isinstance(found, list) else [] if found is None else [found]


def at_list(record: Any, path: str) -> Any:
    """What stands at a path, without going into a list on the way."""
    for part in _parts(path):
        record = record.get(part) if isinstance(record, dict) else None
    return record


def records(record: Any, path: str) -> list[Record]:
    return [entry for entry in entries(record, path) if isinstance(entry, dict)]


def addresses(record: Any, *paths: str) -> list[str]:
    """The e-mail addresses at the paths, the primary one first, each once; of strings and {"value": …}."""
    found: list[tuple[bool, str]] = []
    for path in paths:
        for entry in entries(record, path)[:_LOOKED_AT]:
            address = pick(entry, "value", "email", "address") if isinstance(entry, dict) else text(entry)
            primary = isinstance(entry, dict) and (
                yes(entry, "isPrimary", "is_primary", "primary")
                or pick(entry, "type").casefold() == "primary"
            )
            if address:
                found.append((not primary, address))
    found.sort(key=lambda one: one[0])
    return list({address.casefold(): address for _, address in reversed(found)}.values())[::-1]


def moment(value: str) -> str:
    """A moment as year-month-day with the offset it came with; what is none stays as it is."""
    if _THOUSANDTHS.fullmatch(value):
        return datetime.fromtimestamp(int(value) // 1000, UTC).isoformat()
    if "T" not in value or len(value) > 40:
        return value
    try:
        return datetime.fromisoformat(value).isoformat(timespec="seconds")
    except ValueError:
        return value


def leaves(record: Any) -> Iterator[tuple[str, str]]:
    """The scalars with their dotted paths: of a list the first entries, only so deep, and only so many."""
    return islice(_leaves(record, _DEPTH), MOST_LEAVES)


def _leaves(record: Any, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(record, dict):
        inside: Iterable[tuple[str, Any]] = record.items()
    elif isinstance(record, list):
        inside = ((str(index), entry) for index, entry in enumerate(record[:_LOOKED_AT]))
    else:
        return
    for name, value in inside:
        if isinstance(value, (dict, list)):
            if depth > 1:
                for path, found in _leaves(value, depth - 1):
                    yield f"{name}.{path}", found
        elif found := text(value):
            yield name, found


@lru_cache(maxsize=1024)
def _parts(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def _at(value: Any, parts: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return next(
            (found for entry in value[:_LOOKED_AT] if (found := _at(entry, parts)) not in (None, "")), None
        )
    if not parts:
        return value
    return _at(value.get(parts[0]), parts[1:]) if isinstance(value, dict) else None
