"""Tables as CSV that no spreadsheet runs as a program, and that reads back as it was.

Law: every CSV the app hands out goes through neutral_csv. UTF-8 without a mark, lines end in CR LF.
"""

import io
import re
from collections.abc import Iterable, Sequence

from defusedcsv import csv

from employer_app.domain.applicant_list.csv_text import GUARDED
from employer_app.domain.applicant_list.sheet import Sheet
from employer_app.domain.applicant_list.verdict import BadRow

_STARTS_FORMULA = re.compile(r"\s*[=+\-@|%＝＋－＠]")
_NUMBER = re.compile(r"-?[0-9][0-9.,]*")
#: a program that takes another sign for the separator would see a new cell begin here
_FORMULA_INSIDE = re.compile(r"(?<=[;\t\"\r\n])(?=[=＝@＠]|[+\-＋－][\w(=+@-])")


def neutral_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV; None is an empty cell. Read back with read_list, every cell is as it was.

    A cell that could be a formula gets an apostrophe in front, which read_list takes away again. A formula
    hidden behind a separator inside a cell gets one too, and keeps it.
    """
    text = io.StringIO()
    writer = csv.writer(text)  # a second guard: it escapes what starts a formula if we should not have
    writer.writerow([_guarded(name) for name in header])
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return text.getvalue()


def bad_rows(sheet: Sheet, bad: Iterable[BadRow]) -> tuple[Sequence[str], list[Sequence[object]]]:
    """The rows that were not imported, as a table: number and reasons, then the original columns.

    A row that was too long or too short stays so: it must not be imported shifted after all.
    """
    reasons = {row.row: " ".join(problem.message for problem in row.problems) for row in bad}
    rows = {row.number: row.cells for row in sheet.rows if row.number in reasons}
    table: list[Sequence[object]] = [(number, why, *rows[number]) for number, why in reasons.items()]
    return ("Row", "Problem", *sheet.header), table


def _guarded(cell: object) -> str:
    text = "" if cell is None else str(cell)
    body = text.lstrip()
    if _FORMULA_INSIDE.search(body):
        body = _FORMULA_INSIDE.sub("'", body)
    starts = GUARDED.match(text) or (_STARTS_FORMULA.match(text) and not _NUMBER.fullmatch(text))
    return ("'" if starts else "") + text[: len(text) - len(text.lstrip())] + body
