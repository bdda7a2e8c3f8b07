"""One function for all kinds. Rows come one by one and are written as they come."""

from collections.abc import Iterable, Sequence

from employer_app.domain.applicant_list.export import neutral_csv
from employer_app.domain.table_file.cell import NO_CHARACTER
from employer_app.domain.table_file.kind import FileKind
from employer_app.domain.table_file.ods import ods
from employer_app.domain.table_file.xlsx import xlsx


def table_file(
    kind: FileKind, header: Sequence[str], rows: Iterable[Sequence[object]], title: str = ""
) -> bytes:
    """The whole file. None is an empty cell; a whole or decimal number is one; everything else is text as
    `str` says it, and no program runs it or reads a date or a number into it. `title` names the sheet.

    CSV has no mark in front and guards what could be a formula with an apostrophe; XLSX and ODS need none.
    Raises Refused when a cell or the table is larger than a spreadsheet can hold.
    """
    if kind is FileKind.CSV:
        return NO_CHARACTER.sub("\ufffd", neutral_csv(header, rows)).encode()
    return (xlsx if kind is FileKind.XLSX else ods)(header, rows, title)
