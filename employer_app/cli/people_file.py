"""A list of people that somebody hands to a command: whom it is for, or a line for each of them.

Law: nobody is guessed. Who is not in the job, or stands beside somebody else's address, is said with the row,
and a list without anybody never means everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from employer_app.actions.imports.judging import read
from employer_app.domain.address import BadAddress, check_address
from employer_app.domain.applicant_list.sheet import Row
from employer_app.domain.errors import Refused
from employer_app.domain.role import OPERATOR
from employer_app.queries.people_named import Named, people_named

_EMAIL = frozenset({"email", "e-mail"})
_APPLICATION = frozenset({"application", "application id"})
_LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Meant:
    """One row: `application` and `address` as they stand there, empty where nothing does."""

    row: int
    application: str
    address: str

    def __str__(self) -> str:
        said = [f"application {self.application}"] if self.application else []
        return f"row {self.row}: {', '.join([*said, *([self.address] if self.address else [])])}"

    @property
    def number(self) -> int | None:
        return int(self.application) if _is_number(self.application) else None

    @property
    def key(self) -> str:
        try:
            return check_address(self.address).key if self.address else ""
        except BadAddress:
            return ""

    @property
    def readable(self) -> bool:
        return (not self.application or self.number is not None) and (not self.address or bool(self.key))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:11]) <= _LARGEST


@dataclass(frozen=True)
class Found:
    """The applications that are meant, and each row that means nobody in the job, with why."""

    application_ids: Sequence[int]
    unknown: Sequence[str]


def read_people(path: Path) -> list[Meant]:
    """Of CSV, XLSX, ODS or XLS with a column Email or Application. Raises Refused."""
    sheet = read(path.read_bytes(), path.name)
    header = [name.strip().casefold() for name in sheet.header]
    email, application = _place(header, _EMAIL), _place(header, _APPLICATION)
    if email is None and application is None:
        raise Refused(
            f"{path.name} has no column Email and none Application.", "Name one so in its first row."
        )
    found = []
    for row in sheet.rows:
        meant = Meant(row.number, _cell(row, application), _cell(row, email))
        if meant.application or meant.address:
            found.append(meant)
    return found


def find_people(job_id: int, path: Path) -> Found:
    """Who of this job is meant by the list. Raises Refused for one that cannot be read."""
    meant = read_people(path)
    keys = {one.key for one in meant if one.key}
    named = people_named(OPERATOR, job_id, keys, {one.number for one in meant if one.number})
    ids: set[int] = set()
    unknown: list[str] = []
    for one in meant:
        here, why = _who(one, named)
        ids |= set(here)
        if why:
            unknown.append(f"{one}: {why}")
    return Found(sorted(ids), unknown)


def _who(one: Meant, named: Named) -> tuple[Collection[int], str]:
    if not one.readable:
        return (), "cannot be read"
    if one.number is None:
        here = named.by_address.get(one.key, frozenset())
        return here, "" if here else "not in this job"
    if one.number not in named.addresses:
        return (), "not in this job"
    if one.key and one.key not in named.addresses[one.number]:
        return (), "the address is not theirs"
    return (one.number,), ""


def read_lines(path: Path) -> dict[str, str]:
    """Address key -> sentence, from CSV or XLSX. Raises Refused with the row that cannot be read."""
    sheet = read(path.read_bytes(), path.name)
    header = [name.casefold() for name in sheet.header]
    if not {"email", "line"} <= set(header):
        raise Refused(f"{path.name} has no columns Email and Line.", "Name them so in its first row.")
    email, line = header.index("email"), header.index("line")
    found: dict[str, str] = {}
    for row in sheet.rows:
        # a sentence with a comma and no quotation marks would lose its end
        if len(row.cells) != len(header):
            counts = f"{len(row.cells)} cells, and its first row {len(header)}"
            raise Refused(
                f"Row {row.number} of {path.name} has {counts}.", "Put the sentence in quotation marks."
            )
        try:
            found[check_address(row.cells[email]).key] = row.cells[line].strip()
        except BadAddress as error:
            raise Refused(f"Row {row.number} of {path.name}: {error}") from error
    return found


def _place(header: Sequence[str], names: Collection[str]) -> int | None:
    return next((place for place, name in enumerate(header) if name in names), None)


def _cell(row: Row, place: int | None) -> str:
    return row.cells[place].strip() if place is not None and place < len(row.cells) else ""
