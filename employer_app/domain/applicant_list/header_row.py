"""Which of the first rows holds the names of the columns: titles, dates and remarks may stand above them.

Law: found by what the rows say, shown with its number, and changed by a person with one choice.
"""

import re
from collections.abc import Sequence

from employer_app.domain.applicant_list import header as headers
from employer_app.domain.applicant_list.rows import Row

LOOKED_AT = 20  # rows with something in them
_LONGEST_NAME = 80
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FEWEST_KNOWN = 2
_MUCH_BETTER = 3


def find_header(filled: Sequence[Row]) -> int:
    """The index of the header among the first rows that hold something.

    The first row of several cells, unless a later one says far more clearly that it names columns.
    """
    first = next((index for index, row in enumerate(filled) if _width(row) > 1), 0)
    known = known_names(filled[first])
    for index, row in enumerate(filled[first + 1 :], first + 1):
        if holds_address(row):  # rows of people have begun
            return first
        if known_names(row) >= max(_FEWEST_KNOWN, _MUCH_BETTER * known):
            return index
    return first


def known_names(row: Row) -> int:
    """How many of its cells are names of columns that are known."""
    return sum(1 for cell in row.cells if 0 < len(cell) <= _LONGEST_NAME and _is_known(cell.strip()))


def holds_address(row: Row) -> bool:
    return any(_ADDRESS.fullmatch(cell.strip()) for cell in row.cells)


def _is_known(cell: str) -> bool:
    return bool(headers.meaning(cell) or headers.why_private(cell) or headers.status_rank(cell) is not None)


def _width(row: Row) -> int:
    return sum(1 for cell in row.cells if cell.strip())
