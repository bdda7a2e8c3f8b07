"""What stands in a cell of a workbook, as text, whichever kind of file it comes from.

Law: whole numbers without ".0", dates and times in ISO form, text untouched (leading zeros, plus signs).
"""

import math
import re
from datetime import date, datetime, time, timedelta

from employer_app.domain.applicant_list.sheet import (
    MOST_COLUMNS,
    MOST_ROWS,
    UnreadableList,
    column_letter,
)

_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no time zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_NOT_A_DAY = 60  # the 29 February 1900 that spreadsheets count and the calendar does not
_LAST_DAY = 2_958_465  # 9999-12-31
_SECONDS = 86_400
_LARGEST_WHOLE = 1e15
_ISO_TIME = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
MOST_CELLS = 3_000_000  # that hold something


def number_text(text: str) -> str:
    """Raises ValueError when it is no number."""
    if text.isascii() and text.isdigit():
        return text
    return float_text(float(text))


def float_text(number: float) -> str:
    whole = math.isfinite(number) and number.is_integer() and abs(number) < _LARGEST_WHOLE
    return str(int(number)) if whole else repr(number)


def boolean_text(yes: bool) -> str:
    return "TRUE" if yes else "FALSE"


def serial_text(serial: float, *, since_1904: bool = False, lasts: bool = False) -> str:
    """A day counted by a spreadsheet, with a time of day if it has one; `lasts`: a length of time."""
    if not 0 <= serial <= _LAST_DAY or (int(serial) == _NOT_A_DAY and not since_1904):
        return float_text(serial)
    seconds = round(serial % 1 * _SECONDS)
    if lasts:
        return str(timedelta(days=int(serial), seconds=seconds))
    if serial < 1 and not since_1904:
        return (_EPOCH_1900 + timedelta(seconds=min(seconds, _SECONDS - 1))).time().isoformat()
    days = int(serial) + (serial < _NOT_A_DAY and not since_1904)
    moment = (_EPOCH_1904 if since_1904 else _EPOCH_1900) + timedelta(days=days, seconds=seconds)
    return moment_text(moment) if seconds else moment.date().isoformat()


def moment_text(moment: date | time | datetime) -> str:
    if isinstance(moment, datetime):
        return moment.isoformat(sep=" ", timespec="seconds")
    return moment.isoformat()


def iso_text(text: str) -> str:
    """A date or moment as XML writes it. What is none stays as it is."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return found.date().isoformat() if "T" not in text.upper() else moment_text(found.replace(microsecond=0))


def duration_text(text: str) -> str:
    """A time of day or a length of time as XML writes it: "PT09H30M00S" is 09:30:00."""
    found = _ISO_TIME.fullmatch(text)
    if not found or len(text) > 40:
        return text
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return f"{days * 24 + hours:02}:{minutes:02}:{seconds:02}"


def check_reach(row: int, column: int) -> None:
    """Raises UnreadableList for a cell further away than a list can reach. `row` from 1, `column` from 0."""
    if row > MOST_ROWS + 1_000 or column >= MOST_COLUMNS:
        raise UnreadableList(
            f"The sheet reaches to cell {column_letter(column)}{row}; a list may have "
            f"{MOST_ROWS:,} rows and {MOST_COLUMNS} columns. "
            "Delete stray content far from the list, or copy the list alone into a new workbook."
        )


def check_count(cells: int) -> None:
    if cells > MOST_CELLS:
        raise UnreadableList(
            f"The sheet holds more than {MOST_CELLS:,} filled cells. "
            "Delete the columns you do not need, or split the list."
        )
