"""What a list is once it is read: a header and rows of text, each with the number a spreadsheet shows for it.

Law: cells are kept as they stand in the file. A row of a text file is never padded or cut to fit the header:
that would shift one person's address to another.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from employer_app.domain.applicant_list.garbled import Garbled
from employer_app.domain.applicant_list.header_row import LOOKED_AT, find_header, holds_address
from employer_app.domain.applicant_list.reading import Candidate
from employer_app.domain.applicant_list.rows import Row as Row
from employer_app.domain.applicant_list.rows import Rows

MOST_BYTES = 40 * 1024 * 1024
MOST_TEXT = 64 * 1024 * 1024  # bytes of all cells: a workbook may name one long text a million times
MOST_ROWS = 200_000
MOST_COLUMNS = 200
LONGEST_CELL = 32_767  # characters; what a spreadsheet cell holds
LONGEST_ROW = 1_000_000  # characters

_NAMES = "Add a first row with names such as: Name, Email."
_LOWEST_HEADER = 1_000  # nobody writes more above the names of the columns
_SAMPLE = 5  # cells of a row shown as a sample


class UnreadableList(ValueError):
    """The file cannot be read as a list; str() says why, and what to do about it.

    `doubt` is set where a person can decide it instead: "encoding", "separator", "header_row" or "sheet",
    as Reading names them, with the choices there are.
    """

    def __init__(self, message: str, doubt: str = "", candidates: Sequence[Candidate] = ()) -> None:
        super().__init__(message)
        self.doubt = doubt
        self.candidates = tuple(candidates)


class NobodyInList(UnreadableList):
    """There are names of columns, which `header` holds, and not one row under them."""

    def __init__(self, header: tuple[str, ...]) -> None:
        super().__init__(
            "The list has column names but no rows. Check that you chose the right file, or export it again."
        )
        self.header = header


@dataclass(frozen=True, slots=True)
class Sheet:
    """`source` says how the file was read ("CSV, UTF-8, comma"); `blank_rows` were skipped.

    Behind it the parts that a person can choose otherwise, in words; empty where a kind of file has none.
    `sheet_names` are the visible sheets, the one that was read included.
    """

    header: tuple[str, ...]
    rows: Sequence[Row]
    source: str
    warnings: tuple[str, ...] = ()
    blank_rows: int = 0
    encoding: str = ""
    separator: str = ""
    header_row: int = 0
    sheet_name: str = ""
    sheet_names: tuple[str, ...] = ()


def assemble(
    records: Iterable[Row], source: str, warnings: Iterable[str], *, padded: bool, header_row: int = 0
) -> Sheet:
    """Records to a Sheet: finds the header, skips blank rows, holds the limits.

    `padded`: the file has a grid, so a cell missing at the end of a row is an empty cell and not a shift.
    `header_row`: a person's choice. `warnings` may grow while the records are read.
    Raises UnreadableList.
    """
    filled = _Filled(records)
    stream = iter(filled)
    head = list(islice(stream, min(max(LOOKED_AT, header_row), _LOWEST_HEADER)))
    if not head:
        raise UnreadableList("There is nothing in this list. Check that you chose the right file.")
    at = _chosen(head, header_row) if header_row else find_header(head)
    header = _header(head[at], head)
    titles, number, following = _titles(head[:at]), head[at].number, iter(head[at + 1 :])
    del head  # its rows are set free as they pass: one alone may hold megabytes
    garbled, rows = Garbled(), Rows()
    for row in chain(following, stream):
        if len(rows) == MOST_ROWS:
            raise UnreadableList(f"The list has more than {MOST_ROWS:,} rows. Split it into several files.")
        if padded and len(row.cells) < len(header):
            row = Row(row.number, row.cells + ("",) * (len(header) - len(row.cells)))
        garbled.look(row.number, row.cells)
        rows.add(row)
        if rows.size > MOST_TEXT:
            raise UnreadableList(
                f"The list unfolds to more than {MOST_TEXT // 1024 // 1024} MB of text. "
                "Delete the columns you do not need, or split it."
            )
    if not rows:
        raise NobodyInList(header)
    return Sheet(
        header=header,
        rows=rows,
        source=source,
        warnings=(*warnings, *titles, *garbled.warnings),
        blank_rows=filled.blank,
        header_row=number,
    )


def column_letter(index: int) -> str:
    """The spreadsheet's name of a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class _Filled:
    """The records that hold something, checked one by one; counts what was blank after the first of them."""

    def __init__(self, records: Iterable[Row]) -> None:
        self._records = records
        self.blank = 0

    def __iter__(self) -> Iterator[Row]:
        last = 0  # number of the record before, once one has held something
        for record in self._records:
            blank = not any(cell and not cell.isspace() for cell in record.cells)
            if last:
                self.blank += record.number - last - 1 + blank
            if last or not blank:
                last = record.number
            if not blank:
                _check_cells(record)
                yield record


def _check_cells(row: Row) -> None:
    length = sum(map(len, row.cells))
    if length <= LONGEST_CELL:
        return
    for index, cell in enumerate(row.cells):
        if len(cell) > LONGEST_CELL:
            raise UnreadableList(
                f"Row {row.number}, column {column_letter(index)} holds {len(cell):,} characters; "
                f"{LONGEST_CELL:,} are the most. Shorten it, or close a quotation mark."
            )
    if length > LONGEST_ROW:
        raise UnreadableList(
            f"Row {row.number} holds {length:,} characters; {LONGEST_ROW:,} are the most. "
            "Delete the columns you do not need."
        )


def _titles(titles: Sequence[Row]) -> list[str]:
    if not titles:
        return []
    numbers = ", ".join(str(row.number) for row in titles)
    if len(titles) == 1:
        return [f"Row {numbers} above the column names was skipped as a title."]
    return [f"Rows {numbers} above the column names were skipped as titles."]


def _chosen(head: Sequence[Row], header_row: int) -> int:
    at = next((index for index, row in enumerate(head) if row.number == header_row), None)
    if at is None:
        raise UnreadableList(
            f"Row {header_row} is empty or not in this list, so it cannot hold the column names. "
            "Choose another row.",
            "header_row",
            _samples(head),
        )
    return at


def _samples(head: Sequence[Row]) -> list[Candidate]:
    return [
        Candidate(
            str(row.number),
            f"Row {row.number}",
            tuple(cell.strip()[:40] for cell in row.cells if cell.strip())[:_SAMPLE],
        )
        for row in head[:LOOKED_AT]
    ]


def _header(row: Row, head: Sequence[Row]) -> tuple[str, ...]:
    header = tuple(cell.strip().removeprefix("\ufeff") for cell in row.cells)
    if len(header) > MOST_COLUMNS:
        raise UnreadableList(
            f"The list has {len(header):,} columns; {MOST_COLUMNS} are the most. Delete what you do not need."
        )
    trouble = ""
    if not any(char.isalnum() for cell in header for char in cell):
        trouble = "there is nothing"
    elif holds_address(row):
        trouble = "it already holds an address"
    if trouble:
        raise UnreadableList(
            f"Row {row.number} should hold the column names, but {trouble}. {_NAMES}",
            "header_row",
            _samples(head),
        )
    return header
