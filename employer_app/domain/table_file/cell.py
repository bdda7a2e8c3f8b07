"""What stands in a cell of a workbook, and how much fits.

Law: a cell is a number only when the code made a number of it, a count. What people wrote is text: "+49 170",
"007", "=1+1", "1e3" and "2026-03-31" stay as they are in every program that opens the file.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence

from employer_app.domain.errors import Refused

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
LONGEST_CELL = 32_767  # in the units of UTF-16, as spreadsheets count
LONGEST_TITLE = 31
_LARGEST_WHOLE = 2**53  # beyond it a spreadsheet rounds
_NO_TITLE = re.compile(r"[^\w .,()&+-]|_x", re.IGNORECASE)
#: halves of a character and what is none; no file has a place for them
NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
_TAKE_CSV = "Take the CSV file instead."


def checked(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[Sequence[int | float | str]]:
    """The header and each row as what stands in their cells. Raises Refused at what does not fit."""
    yield _cells(header, 1)
    for number, row in enumerate(rows, 2):
        if number > MOST_ROWS:
            raise Refused(f"A spreadsheet holds {MOST_ROWS:,} rows, and this list has more.", _TAKE_CSV)
        yield _cells(row, number)


def sheet_title(title: str) -> str:
    """A name that every program takes for a sheet; never empty."""
    return " ".join(_NO_TITLE.sub(" ", title).split())[:LONGEST_TITLE].strip() or "List"


def _cells(row: Sequence[object], number: int) -> list[int | float | str]:
    if len(row) > MOST_COLUMNS:
        raise Refused(f"A spreadsheet holds {MOST_COLUMNS:,} columns, and this list has more.", _TAKE_CSV)
    return [_cell(cell, number) for cell in row]


def _cell(cell: object, number: int) -> int | float | str:
    if cell is None:
        return ""
    if isinstance(cell, int) and not isinstance(cell, bool) and abs(cell) <= _LARGEST_WHOLE:
        return int(cell)
    if isinstance(cell, float) and math.isfinite(cell):
        return cell
    text = str(cell)
    if len(text) * 2 > LONGEST_CELL and len(text.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_CELL:
        raise Refused(
            f"Row {number} has a cell with {len(text):,} characters, more than a spreadsheet holds.",
            _TAKE_CSV,
        )
    return text
