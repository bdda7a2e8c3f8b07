"""One pass over the records of an old Excel workbook: how many cells it has, what to know of its sheets."""

import io
import struct
from collections import defaultdict
from dataclasses import dataclass, field

from employer_app.domain.applicant_list.cell_text import check_count
from employer_app.domain.applicant_list.sheet import UnreadableList
from employer_app.domain.applicant_list.workbook import Oddities

MOST_STRINGS = 1_000_000
_BEGINS = {0x0009, 0x0209, 0x0409, 0x0809}
_CELLS = {0x0002, 0x0003, 0x0004, 0x0005, 0x0202, 0x0203, 0x0204, 0x0205, 0x027E, 0x007E, 0x00FD, 0x00D6}
_FORMULAS = {0x0006, 0x0206, 0x0406}
_SEVERAL_NUMBERS = 0x00BD
_BOUND_SHEET, _LOCKED, _STRINGS, _MERGED = 0x0085, 0x002F, 0x00FC, 0x00E5
_ROWS = {0x0008, 0x0208}
_COLUMNS = 0x007D
_HIDDEN_ROW, _HIDDEN_COLUMN = 0x20, 0x01


@dataclass(slots=True)
class XlsScan:
    """`visible` and `oddities` by the index of the sheet; the oldest workbooks are one sheet."""

    locked: bool = False
    cells: int = 0
    visible: list[bool] = field(default_factory=list)
    oddities: defaultdict[int, Oddities] = field(default_factory=lambda: defaultdict(Oddities))


def workbook_stream(data: bytes) -> bytes | None:
    """The workbook inside the container; None if there is none. Raises what the parser stumbles over."""
    from xlrd.compdoc import CompDoc  # noqa: PLC0415 - only needed for old workbooks

    container = CompDoc(data, logfile=io.StringIO())
    for name in ("Workbook", "Book"):
        stream = container.get_named_stream(name)
        if stream is not None:
            return bytes(stream)
    return None


def scan_records(stream: bytes) -> XlsScan:
    """Raises UnreadableList when there are more cells or texts than a list may have."""
    scan = XlsScan()
    sheets: dict[int, int] = {}  # place of a sheet's first record, to its index
    at, sheet = 0, 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        body = at + 4
        if kind in _BEGINS:
            sheet = sheets.get(at, 0)
        elif kind in _CELLS:
            scan.cells += 1
        elif kind in _FORMULAS:
            scan.cells += 1
            scan.oddities[sheet].formulas += 1
        elif kind == _SEVERAL_NUMBERS:
            scan.cells += length // 6
        elif kind == _BOUND_SHEET and length >= 6:
            position, state, what = struct.unpack_from("<IBB", stream, body)
            if what == 0 and position not in sheets:  # a worksheet, no chart
                sheets[position] = len(sheets)
                scan.visible.append(not state & 3)
        else:
            _look(scan, sheet, kind, stream[body : body + min(length, 20)])
        at = body + length
    check_count(scan.cells)
    return scan


def _look(scan: XlsScan, sheet: int, kind: int, body: bytes) -> None:
    if kind == _LOCKED:
        scan.locked = True
    elif kind == _STRINGS and len(body) >= 8:
        if struct.unpack_from("<I", body, 4)[0] > MOST_STRINGS:
            raise UnreadableList(
                f"The workbook holds more than {MOST_STRINGS:,} texts. Save it as XLSX or CSV."
            )
    elif kind in _ROWS and len(body) >= 14:
        scan.oddities[sheet].hidden_rows += bool(body[12] & _HIDDEN_ROW)
    elif kind == _COLUMNS and len(body) >= 10:
        first, last, _, _, flags = struct.unpack_from("<5H", body)
        if flags & _HIDDEN_COLUMN and first <= last < 256:
            scan.oddities[sheet].hidden_columns += last - first + 1
    elif kind == _MERGED and len(body) >= 2:
        scan.oddities[sheet].merged += struct.unpack_from("<H", body)[0]
