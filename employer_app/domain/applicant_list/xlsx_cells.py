"""One pass over a worksheet's XML: its rows as text. Every cell of a long list passes, so it is plain."""

import re
from collections.abc import Sequence
from typing import Protocol

from employer_app.domain.applicant_list.cell_text import (
    boolean_text,
    check_count,
    check_reach,
    iso_text,
    number_text,
    serial_text,
)
from employer_app.domain.applicant_list.package import DAMAGED
from employer_app.domain.applicant_list.sheet import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Row,
    UnreadableList,
)
from employer_app.domain.applicant_list.workbook import Oddities
from employer_app.domain.applicant_list.xlsx_styles import CellKind
from employer_app.domain.applicant_list.xml_stream import Attributes

_YES = {"1", "true"}
MOST_COLLECTED = 8 * LONGEST_CELL  # characters; what is longer is refused, so its rest need not be kept
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Shared(Protocol):
    def __getitem__(self, index: int, /) -> str: ...


class Cells:
    """A handler of xml_stream.feed; `take` gives the rows that are whole. Empty rows leave gaps."""

    prefixed = False

    def __init__(self, shared: Shared, kinds: Sequence[CellKind], odd: Oddities, *, since_1904: bool) -> None:
        self._shared, self._kinds, self._odd, self._since_1904 = shared, kinds, odd, since_1904
        self._done: list[Row] = []
        self._columns: dict[str, int] = {}
        self._row = self._last = self._count = self._length = 0
        self._column = -1
        self._cells: list[str] = []
        self._type = self._style = ""
        self._parts: list[str] = []
        self._inside = self._phonetic = self._formula = False
        self.starts = {
            "c": self._begin_cell,
            "v": self._begin_text,
            "t": self._begin_text,
            "row": self._begin_row,
            "f": self._begin_formula,
            "rPh": self._begin_phonetic,
            "col": self._begin_column,
            "mergeCell": self._begin_merged,
        }
        self.ends = {
            "c": self._end_cell,
            "v": self._end_text,
            "t": self._end_text,
            "row": self._end_row,
            "rPh": self._end_phonetic,
        }

    def take(self) -> list[Row]:
        done, self._done = self._done, []
        return done

    def _begin_row(self, attributes: Attributes) -> None:
        self._row, self._column = int(attributes.get("r", self._row + 1)), -1
        self._cells = []
        self._odd.hidden_rows += attributes.get("hidden") in _YES

    def _begin_text(self, attributes: Attributes) -> None:
        self._inside = not self._phonetic

    def _end_text(self) -> None:
        self._inside = False

    def _begin_formula(self, attributes: Attributes) -> None:
        self._formula = True
        self._odd.formulas += 1

    def _begin_phonetic(self, attributes: Attributes) -> None:
        self._phonetic = True

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _begin_column(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in _YES:
            self._odd.hidden_columns += int(attributes.get("max", 1)) - int(attributes.get("min", 1)) + 1

    def _begin_merged(self, attributes: Attributes) -> None:
        self._odd.merged += 1

    def text(self, text: str) -> None:
        if self._inside and self._length < MOST_COLLECTED:
            self._parts.append(text)
            self._length += len(text)

    def _begin_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference:
            letters = reference.rstrip("0123456789")
            column = self._columns.get(letters)
            if column is None:
                column = self._columns[letters] = _column_index(letters)
            row = int(reference[len(letters) :])
            if row != self._row:
                if self._cells:
                    raise UnreadableList(DAMAGED)
                self._row = row
            self._column = column
        else:  # a cell may leave out its reference; then it follows the one before
            self._column += 1
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._formula = False

    def _end_cell(self) -> None:
        text = ""
        if self._parts:
            raw = self._parts[0] if len(self._parts) == 1 else "".join(self._parts)
            self._parts.clear()
            self._length = 0
            text = self._text(raw)
        if self._type == "e":
            self._odd.errors += 1
            self._odd.formulas -= self._formula
        elif self._formula and not text:
            self._odd.empty_formulas += 1
        if not text:
            return
        column, cells = self._column, self._cells
        if column >= MOST_COLUMNS or self._row > MOST_ROWS:
            check_reach(self._row, column)
        gap = column - len(cells)
        if gap < 0:
            raise UnreadableList(DAMAGED)  # twice in one row, or out of order
        if gap:
            cells.extend([""] * gap)
        cells.append(text)

    def _end_row(self) -> None:
        if not self._cells:
            return
        if self._row <= self._last:
            raise UnreadableList(DAMAGED)  # rows out of order would be people out of order
        self._last = self._row
        self._count += len(self._cells)
        check_count(self._count)
        self._done.append(Row(self._row, tuple(self._cells)))
        self._cells = []

    def _text(self, raw: str) -> str:
        kind = self._type
        if kind == "s":
            return self._shared[int(raw)]
        if kind in {"str", "inlineStr"}:
            return unescaped(raw)
        if kind == "e":
            return ""
        if kind == "b":
            return boolean_text(raw.strip() in _YES)
        if kind == "d":
            return iso_text(raw.strip())
        style = int(self._style) if self._style else 0
        meant = self._kinds[style] if 0 <= style < len(self._kinds) else CellKind.NUMBER
        if meant is CellKind.NUMBER:
            return number_text(raw.strip())
        return serial_text(float(raw), since_1904=self._since_1904, lasts=meant is CellKind.DURATION)


def unescaped(text: str) -> str:
    """Characters that XML has no way to write stand as "_x000D_"."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return "\ufffd" if "\ud800" <= character <= "\udfff" else character


def _column_index(letters: str) -> int:
    """Raises ValueError for what is no column."""
    if not (letters.isascii() and letters.isalpha()) or len(letters) > 3:
        raise ValueError(letters)
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
