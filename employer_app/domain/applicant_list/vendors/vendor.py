"""What a system's records are told by, and a pile of them in which one names another by its number.

Law: what a record is, its own shape says; the name of a file or of what it came wrapped in never does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from employer_app.domain.applicant_list.header import why_private
from employer_app.domain.applicant_list.vendors.path import Record, entries, leaves, moment, pick, text
from employer_app.domain.applicant_list.vendors.table import LONGEST_ASIDE, LONGEST_NAME, Cells, Column

NO_APPLICATION = "None of these files has an application of this person."


@dataclass(frozen=True)
class Sign:
    """A record with `every` of these names, `some` of those and `none` of the last is a `what`."""

    what: str
    every: frozenset[str]
    some: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    where: Callable[[Record], bool] | None = None

    def fits(self, record: Record) -> bool:
        names = record.keys()
        return (
            self.every <= names
            and (not self.some or not self.some.isdisjoint(names))
            and self.none.isdisjoint(names)
            and (self.where is None or self.where(record))
        )


def sign(
    what: str, every: str, some: str = "", none: str = "", where: Callable[[Record], bool] | None = None
) -> Sign:
    """A Sign from names with blanks between them."""
    return Sign(what, frozenset(every.split()), frozenset(some.split()), frozenset(none.split()), where)


@dataclass
class Pile:
    """The records of one system, by what they are, in the order of the files."""

    of: dict[str, list[Record]] = field(default_factory=dict)
    _by_id: dict[str, dict[str, Record]] = field(default_factory=dict)
    _grouped: dict[tuple[str, str], dict[str, list[Record]]] = field(default_factory=dict)

    def add(self, what: str, record: Record) -> None:
        self.of.setdefault(what, []).append(record)
        self._by_id.pop(what, None)

    def all(self, *whats: str) -> list[Record]:
        return [record for what in whats for record in self.of.get(what, ())]

    def find(self, what: str, number: str) -> Record:
        """The record of that number; of two, the later completes the earlier. Empty if there is none."""
        if what not in self._by_id:
            known: dict[str, Record] = {}
            for record in self.of.get(what, ()):
                key = pick(record, "id")
                filled = {name: value for name, value in record.items() if value not in (None, "")}
                known[key] = {**known.get(key, {}), **filled} if key in known else record
            self._by_id[what] = known
        return self._by_id[what].get(number, {}) if number else {}

    def grouped(self, what: str, path: str) -> Mapping[str, list[Record]]:
        """The records of a kind by the number that each names at a path."""
        if (what, path) not in self._grouped:
            found: dict[str, list[Record]] = {}
            for record in self.of.get(what, ()):
                found.setdefault(pick(record, path), []).append(record)
            self._grouped[what, path] = found
        return self._grouped[what, path]

    def counts(self) -> Counter[str]:
        return Counter({what: len(records) for what, records in self.of.items()})


@dataclass(frozen=True)
class Vendor:
    """`inside`: where records of a kind hold others. `rows`: a pile to what each row is, and its cells."""

    name: str
    signs: Sequence[Sign]
    rows: Callable[[Pile], Iterator[tuple[str, Cells]]]
    inside: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: one word for stage and state
    one_word: bool = False

    def kind(self, record: Record) -> str:
        """What the record is; empty if it is none of this system."""
        return next((sign.what for sign in self.signs if sign.fits(record)), "")


def put_addresses(cells: Cells, found: Sequence[str]) -> None:
    for column, address in zip((Column.EMAIL, Column.SECOND_EMAIL), found, strict=False):
        cells[column] = address


def put_interviews(cells: Cells, dates: Sequence[str], names: Sequence[str]) -> None:
    cells[Column.INTERVIEWS] = "; ".join(moment(date) for date in dates if date)
    cells[Column.INTERVIEWERS] = ", ".join(dict.fromkeys(name for name in names if name))


def put_asides(cells: Cells, record: Record, *named: str) -> None:
    """Private values, to be left out under their own name, and fields of the company's own at `named`."""
    for path, value in leaves(record):
        if path not in cells and (_private(path) or path.partition(".")[0] in named):
            cells[path[:LONGEST_NAME]] = value[:LONGEST_ASIDE]


def put_answers(cells: Cells, answers: Sequence[Record], question: Sequence[str], answer: str) -> None:
    """Answers whose question stands beside them: the question is the name of the column."""
    for one in answers:
        asked = " ".join(pick(one, *question).split())
        given = [
            text(pick(each, "label", "text", "name") if isinstance(each, dict) else each)
            for each in entries(one, answer)
        ]
        if asked:
            answered = "; ".join(filter(None, given))[:LONGEST_ASIDE]
            cells.setdefault(f"Question: {asked}"[:LONGEST_NAME], answered)


@lru_cache(maxsize=8192)
def _private(path: str) -> bool:
    return why_private(path) is not None
