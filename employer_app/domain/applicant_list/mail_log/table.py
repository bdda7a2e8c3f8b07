"""A table with a header, as mail programs and mail services export it."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from employer_app.domain.applicant_list.mail_log.entry import Found, UnreadableMailLog
from employer_app.domain.applicant_list.mail_log.words import column_of, state_of, why_not

_SEPARATORS = "\t,;|"
_HEADER_ROWS = 10
_HEAD = 50_000  # characters that are looked at for a header


@dataclass(frozen=True, slots=True)
class Table:
    """How to read the text: its separator, the rows before the first message, which column is what."""

    separator: str
    skip: int
    recipient: int
    date: int
    subject: int | None
    status: int | None


def find_table(text: str) -> Table | None:
    """None when the text has no header that we know. Raises UnreadableMailLog if it has one without dates."""
    undated = ""
    for separator in _SEPARATORS:
        for number, row in enumerate(islice(_head(text, separator), _HEADER_ROWS), 1):
            recipient, date = column_of(row, "recipient"), column_of(row, "date")
            if recipient is None or "@" in row[recipient]:
                continue
            if date is None:
                undated = undated or row[recipient].strip()
                continue
            return Table(
                separator, number, recipient, date, column_of(row, "subject"), column_of(row, "status")
            )
    if undated:
        raise UnreadableMailLog(
            f"There is a column “{undated[:40]}”, but none that says when each message was sent. "
            "Add a column named “Sent at”."
        )
    return None


def read_table(text: str, table: Table) -> Iterator[Found]:
    """Raises UnreadableMailLog when quotation marks do not pair up."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=table.separator, strict=True)
    begins = 1
    try:
        for number, row in enumerate(reader, 1):
            line, begins = begins, reader.line_num + 1
            if number > table.skip and any(cell.strip() for cell in row):
                yield _found(line, row, table)
    except csv.Error:
        raise UnreadableMailLog(
            f"Line {begins} has a quotation mark without its partner, or a far too long text. "
            "Correct that line."
        ) from None


def _found(line: int, row: list[str], table: Table) -> Found:
    text = table.separator.join(row)
    if max(table.recipient, table.date) >= len(row):
        return Found(line, text, why="The row is shorter than the names of its columns say.")
    said = _cell(row, table.status)
    return Found(
        line,
        text,
        recipients=row[table.recipient],
        date=row[table.date],
        subject=" ".join(_cell(row, table.subject).split()),
        why=_why(said) if table.status is not None else "",
        came_back=state_of(said) == "failed",
    )


def _why(said: str) -> str:
    return why_not(said) if said.strip() else "The row does not say whether the message arrived."


def _cell(row: list[str], place: int | None) -> str:
    return row[place] if place is not None and place < len(row) else ""


def _head(text: str, separator: str) -> Iterator[list[str]]:
    lines = io.StringIO(text[:_HEAD], newline="")
    try:
        yield from csv.reader(lines, delimiter=separator)
    except csv.Error:
        return
