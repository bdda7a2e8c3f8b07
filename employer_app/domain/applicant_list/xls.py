"""An old Excel workbook (.xls, Excel 2 to 2003): which sheets it has, and their rows as text.

Law: its records are counted before the parser makes anything of them.
"""

import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from employer_app.domain.applicant_list.cell_text import (
    boolean_text,
    check_reach,
    float_text,
    serial_text,
)
from employer_app.domain.applicant_list.package import LOCKED, SAVE_AS
from employer_app.domain.applicant_list.sheet import Row, UnreadableList
from employer_app.domain.applicant_list.workbook import HEAD, Oddities, Tab
from employer_app.domain.applicant_list.xls_scan import XlsScan, scan_records, workbook_stream

if TYPE_CHECKING:
    import xlrd

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: how Excel 2, 3 and 4 begin, which wrote records without a container
_BARE = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")
_DAMAGED = (
    "This is an old Excel workbook (.xls) or another old Office file, but it is damaged or cut off. "
    f"{SAVE_AS}"
)


def is_old_office(data: bytes) -> bool:
    return data.startswith((_OLE, *_BARE))


class XlsBook:
    """Raises UnreadableList for what is none, or is locked."""

    kind = "XLS"

    def __init__(self, data: bytes) -> None:
        if _ENCRYPTED in data:
            raise UnreadableList(LOCKED)
        import xlrd  # noqa: PLC0415 - only needed for old workbooks

        try:
            stream = workbook_stream(data) if data.startswith(_OLE) else data
            scan = scan_records(stream) if stream is not None else XlsScan()
            if scan.locked:
                raise UnreadableList(LOCKED)
            if stream is None:
                raise UnreadableList(f"This is an old Office file, but not a workbook. {SAVE_AS}")
            self._book = xlrd.open_workbook(
                file_contents=data, logfile=io.StringIO(), on_demand=True, ragged_rows=True
            )
            shown = dict(enumerate(scan.visible))
            self.tabs: Sequence[Tab] = [
                Tab(index, name, shown.get(index, True))
                for index, name in enumerate(self._book.sheet_names())
            ]
        except UnreadableList:
            raise
        except Exception as error:  # the parser raises what it stumbles over: struct.error, IndexError, …
            raise UnreadableList(_DAMAGED) from error
        self._scan = scan
        self.warnings: Sequence[str] = (
            ["The workbook holds macros. They were not run."] if _MACROS in data else []
        )

    def head(self, tab: Tab) -> list[Row]:
        return list(islice(self.rows(tab, Oddities()), HEAD))

    def rows(self, tab: Tab, odd: Oddities) -> Iterator[Row]:
        try:
            sheet = self._book.sheet_by_index(tab.index)
        except Exception as error:
            raise UnreadableList(_DAMAGED) from error
        found = self._scan.oddities.get(tab.index, Oddities())
        odd.formulas, odd.hidden_rows = found.formulas, found.hidden_rows
        odd.hidden_columns, odd.merged = found.hidden_columns, found.merged
        for number in range(sheet.nrows):
            cells = self._cells(sheet, number, odd)
            if cells:
                check_reach(number + 1, len(cells) - 1)
                yield Row(number + 1, tuple(cells))

    def _cells(self, sheet: "xlrd.sheet.Sheet", number: int, odd: Oddities) -> list[str]:
        """Without the empty ones at the end."""
        cells = []
        try:
            for kind, value in zip(sheet.row_types(number), sheet.row_values(number), strict=True):
                odd.errors += kind == _ERROR
                cells.append(_text(kind, value, since_1904=bool(self._book.datemode)))
        except (ValueError, TypeError, OverflowError) as error:
            raise UnreadableList(_DAMAGED) from error
        while cells and not cells[-1]:
            cells.pop()
        return cells


_TEXT, _NUMBER, _DATE, _BOOLEAN, _ERROR = 1, 2, 3, 4, 5  # as xlrd counts the kinds of cells


def _text(kind: int, value: object, *, since_1904: bool) -> str:
    if kind == _TEXT:
        return str(value)
    if kind == _NUMBER and isinstance(value, float | int):
        return float_text(float(value))
    if kind == _DATE and isinstance(value, float | int):
        return serial_text(float(value), since_1904=since_1904)
    if kind == _BOOLEAN:
        return boolean_text(bool(value))
    return ""
