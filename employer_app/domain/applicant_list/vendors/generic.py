"""Records of an unknown system: a list of objects, laid flat under dotted names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from employer_app.domain.applicant_list.field import Field
from employer_app.domain.applicant_list.header import meaning
from employer_app.domain.applicant_list.sheet import MOST_COLUMNS, Row, Sheet, UnreadableList, assemble
from employer_app.domain.applicant_list.vendors.path import Record, leaves, moment
from employer_app.domain.applicant_list.vendors.table import LONGEST_NAME

_DEPTH = 6
_LOOKED_AT = 20
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_TELLING = {Field.ADDRESS, Field.FIRST_NAME, Field.LAST_NAME}
_NUMBER_IN_LIST = re.compile(r"(?:^|\.)(\d+)(?=\.|$)", re.ASCII)


def generic_sheet(documents: Sequence[Any]) -> Sheet:
    """The longest list in the documents that names people. Raises UnreadableList if none does."""
    whole = [one for one in documents if isinstance(one, dict)]
    lists: list[Sequence[Record]] = [found for document in documents for found in _lists(document, _DEPTH)]
    if whole:
        lists.append(whole)
    naming = [found for found in lists if _names_people(found)]
    if not naming:
        raise UnreadableList(
            "This JSON holds no list of people: no e-mail address and no first or last name stands in it. "
            "Choose the file with the candidates or applications."
        )
    return _sheet(max(naming, key=len))


def _lists(value: Any, depth: int) -> Iterator[Sequence[Record]]:
    if isinstance(value, list):
        found = [entry for entry in value if isinstance(entry, dict)]
        if found:
            yield found
        value = dict(enumerate(value[:_LOOKED_AT]))
    if isinstance(value, dict) and depth:
        for inside in value.values():
            if isinstance(inside, (dict, list)):
                yield from _lists(inside, depth - 1)


def _names_people(found: Sequence[Record]) -> bool:
    for record in found[:_LOOKED_AT]:
        for path, cell in leaves(record):
            claim = meaning(path)
            if (claim and claim[0] in _TELLING) or ("." not in path and _ADDRESS.fullmatch(cell)):
                return True
    return False


def _sheet(found: Sequence[Record]) -> Sheet:
    flat = [{path: moment(cell) for path, cell in leaves(record) if _first(path)} for record in found]
    paths = list(dict.fromkeys(path for cells in flat for path in cells))
    said = []
    room = MOST_COLUMNS - 1
    if len(paths) > room:
        said.append(f"{len(paths) - room} fields did not fit into the list and were left out.")
        paths = paths[:room]
    header = ("Record", *(path[:LONGEST_NAME].replace("@", " at ") for path in paths))
    rows = (
        Row(number, (str(number - 1), *(cells.get(path, "") for path in paths)))
        for number, cells in enumerate(flat, 2)
    )
    return assemble([Row(1, header), *rows], f"JSON, {len(found):,} records", said, padded=True)


def _first(path: str) -> bool:
    """Of a list inside a record the first two entries: more would be columns that nobody looks at."""
    return all(int(number[:4]) < 2 for number in _NUMBER_IN_LIST.findall(path))
