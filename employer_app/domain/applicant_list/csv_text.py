"""Text with separators to records. Quotes are read strictly: a stray one would swallow or shift people."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from employer_app.domain.applicant_list.encoding import Decoded
from employer_app.domain.applicant_list.header_row import LOOKED_AT, find_header, known_names
from employer_app.domain.applicant_list.reading import SEPARATORS as SEPARATORS
from employer_app.domain.applicant_list.reading import Candidate
from employer_app.domain.applicant_list.sheet import LONGEST_CELL, MOST_ROWS, Row, UnreadableList

LONGEST_LINE = 8_000_000  # characters
_RECORDS_LOOKED_AT = 100
_LOOKED_AT = 1_000_000  # characters of the beginning
_SEPARATOR_LINE = re.compile(r"\Asep=(.)(?:\r\n|\r|\n)", re.IGNORECASE)  # spreadsheets hide this first line


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a separator explains the first records; compared in the order of its fields.

    `known`: how many columns would have a name that is known.
    """

    several: bool
    share: float
    known: int
    width: int

    @property
    def rank(self) -> tuple[bool, float, int, int]:
        return self.several, self.share, self.known, self.width


def records(decoded: Decoded, separator: str = "") -> tuple[Iterator[Row], str]:
    """All records, numbered as a spreadsheet would, and the separator. `separator`: a person's choice.

    Raises UnreadableList: at once when the separator is in doubt or cannot be the chosen one, and on the way
    when quotation marks do not pair up or a line has no end.
    """
    head = decoded.open().read(_LOOKED_AT)
    said = _SEPARATOR_LINE.match(head)
    if said:
        head = head[said.end() :]
    if separator:
        _check_choice(head, separator)
    else:
        separator = said[1] if said and said[1] in SEPARATORS else _separator(head)
    lines = _lines(decoded.open())
    return _rows(islice(lines, 1 if said else 0, None), separator), separator


def _rows(lines: Iterable[str], separator: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield Row(number, tuple([_unguarded(cell) if cell[:1] == "'" else cell for cell in cells]))
            if number > 2 * MOST_ROWS:
                raise UnreadableList(
                    f"The list has more than {MOST_ROWS:,} rows, blank ones included. Delete the blank rows."
                )
    except csv.Error as error:
        where = f"Row {number + 1} (line {reader.line_num})"
        if "field limit" in str(error):
            raise UnreadableList(
                f"{where} holds a cell of more than {csv.field_size_limit():,} characters; "
                f"{LONGEST_CELL:,} are the most. Shorten it, or close a quotation mark."
            ) from None
        raise UnreadableList(
            f"{where} has a quotation mark without its partner, "
            "so the cells after it are unclear. Correct that row, or save the list as XLSX."
        ) from None


#: what a guard apostrophe stands before, see export.neutral_csv
GUARDED = re.compile(r"'+(?=\s*[=+\-@|%＝＋－＠])")


def _unguarded(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running the cell: our own exports read back."""
    return cell[1:] if GUARDED.match(cell) else cell


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise UnreadableList(
                f"Line {number} has more than {LONGEST_LINE:,} characters, so a cell in it is far too long; "
                f"{LONGEST_CELL:,} are the most. Shorten it, or export the list again."
            )
        yield line


def _check_choice(head: str, separator: str) -> None:
    if separator not in SEPARATORS:
        raise UnreadableList("This separator is not known. Choose another.", "separator", _candidates(head))
    fits = _fits(head)
    chosen = fits.get(separator)
    if any(fit.several for fit in fits.values()) and not (chosen and chosen.several):
        raise UnreadableList(
            f"With a {SEPARATORS[separator]} as the separator this list has only one column. Choose another.",
            "separator",
            _candidates(head),
        )


def _separator(head: str) -> str:
    fits = _fits(head)
    if not fits:  # quotes are broken early: go by the first line, and let reading name the row
        first = head.lstrip().partition("\n")[0]
        return max(SEPARATORS, key=first.count)
    best = max(fits, key=lambda separator: fits[separator].rank)
    equal = [separator for separator in fits if fits[separator].rank == fits[best].rank]
    if len(equal) > 1 and fits[best].several:
        names = " or a ".join(SEPARATORS[separator] for separator in equal)
        raise UnreadableList(
            f"It is unclear whether a {names} separates the columns of this list. "
            "Choose which, or save the list as XLSX.",
            "separator",
            _candidates(head),
        )
    return best


def _fits(head: str) -> dict[str, _Fit]:
    return {separator: fit for separator in SEPARATORS if (fit := _fit(head, separator))}


def _fit(head: str, separator: str) -> _Fit | None:
    """None when the quotes of the first records make no sense with this separator."""
    first: list[list[str]] = []
    try:
        first.extend(islice(_filled(head, separator), _RECORDS_LOOKED_AT))
    except csv.Error:
        if len(head) < _LOOKED_AT or not first:  # else it may be the end of what was looked at
            return None
    if not first:
        return None
    widths = [len(cells) for cells in first]
    width, count = max(Counter(widths).items(), key=lambda item: (item[1], item[0]))
    rows = [Row(number, tuple(cells)) for number, cells in enumerate(first[:LOOKED_AT], 1)]
    return _Fit(
        several=width > 1 and max(widths[:10]) > 1,
        share=count / len(widths),
        known=known_names(rows[find_header(rows)]),
        width=width,
    )


def _candidates(head: str) -> list[Candidate]:
    found = []
    for separator, name in SEPARATORS.items():
        cells = head.partition("\n")[0].rstrip("\r").split(separator)
        if len(cells) > 1:
            found.append(Candidate(separator, name, tuple(cell.strip('" ')[:40] for cell in cells[:5])))
    return found


def _filled(head: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator, strict=True)
    return (cells for cells in reader if any(cell.strip() for cell in cells))
