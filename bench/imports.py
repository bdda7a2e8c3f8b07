"""I1: lists judged and stored, rows a second.

Judged: from the bytes of the file to every row's verdict. Stored: from the confirm to the commit, with
people, applications, events, owed answers and the note of what the list did, on the shipped schema.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date

from flask import Flask

from bench.lists import as_csv, as_xlsx
from bench.report import Line, Taken, medians, seconds
from bench.stores import apps
from employer_app.actions.imports.lists import keep_look
from employer_app.actions.imports.look import look_at
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.columns import recognise
from employer_app.domain.applicant_list.judge import judge
from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.role import OPERATOR
from tests import factories

ROWS = 20_000
TODAY = date(2026, 11, 26)


def judged(data: bytes) -> int:
    sheet = read_list(data, "list")
    found = judge(sheet, recognise(sheet.header, sheet.rows), today=TODAY)
    assert (found.rows, len(found.good)) == (len(sheet.rows), len(sheet.rows))
    return found.rows


def run() -> Iterator[Line]:
    """Rows a second of our own CPU, not the server's: 10,000 judged and 5,000 stored are the goals."""
    files = {"CSV": as_csv(ROWS), "XLSX": as_xlsx(ROWS)}
    text = files["CSV"].decode()
    with apps() as stores:
        work: dict[str, Callable[[], Taken]] = {
            "bare": lambda: seconds(lambda: list(csv.DictReader(io.StringIO(text)))),
            **{kind: _judging(data) for kind, data in files.items()},
            **{name: _storing(app, files["CSV"]) for name, app in stores.items()},
        }
        taken = medians(work)
    for kind in files:
        yield _line(f"I1 judged, {kind}, {ROWS:,} rows", taken[kind], taken["bare"], 10_000)
    for name in stores:
        yield _line(f"I1 stored, {name}, {ROWS:,} rows", taken[name], taken["bare"], 5_000)


def _line(name: str, taken: Taken, bare: Taken, goal: float) -> Line:
    remark = f"{ROWS / taken.wall:,.0f} by the clock; {bare.cpu / taken.cpu:.3f} of csv.DictReader alone"
    return Line(name, ROWS / taken.cpu, "rows/s", goal, remark=remark)


def _judging(data: bytes) -> Callable[[], Taken]:
    return lambda: seconds(lambda: judged(data))


def _storing(app: Flask, data: bytes) -> Callable[[], Taken]:
    def measure() -> Taken:
        with app.app_context():
            factories.empty_database()
            factories.organisation()
            factories.place()
            found = look_at(read_list(data, "list"), ListChoices(), actor=OPERATOR)
            return seconds(lambda: keep_look(found, actor=OPERATOR, good_only=False))

    return measure
