"""I1: what a list of 200,000 rows takes: memory to judge and to import it, and the time of its page."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from bench.imports import ROWS, judged
from bench.lists import as_csv
from bench.report import Line, seconds
from bench.stores import apps
from employer_app import create_app
from employer_app.actions.imports.judging import forget
from employer_app.actions.imports.lists import keep_look, upload
from employer_app.actions.imports.look import look_at
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.role import OPERATOR, Role
from tests import factories

MANY = 200_000


def run() -> Iterator[Line]:
    yield from _memory_to_judge()
    with apps() as stores:
        for name, app in stores.items():
            yield _page(name, app)
            yield _memory_to_import(name, app)


def _memory_to_judge() -> Iterator[Line]:
    """Peak memory of a process that does nothing else, against one that judges ten rows."""
    least, few, many = (_peak("judge_peak()", count) for count in (10, ROWS, MANY))
    each = (many - few) / (MANY - ROWS) * 1024
    yield Line(f"I1 memory to judge {MANY:,} rows", many - least, "MiB", 256, most=True,
               remark=f"{each:.2f} KiB a row, {few - least:.0f} MiB for {ROWS:,}")  # fmt: skip


def _memory_to_import(name: str, app: Flask) -> Line:
    with app.app_context():
        factories.empty_database()
        factories.organisation()
        factories.place()
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    peak = _peak(f"import_peak({url!r})", MANY)
    return Line(f"I1 memory to import {MANY:,} rows, {name}", peak, "MiB", 768, most=True, remark="all of it")


def _page(name: str, app: Flask) -> Line:
    """The page of a long list that somebody looks at again, against the first look."""
    with app.app_context():
        factories.empty_database()
        factories.organisation()
        factories.place()
        bob = factories.person("Bob Adeyemi", "bob@house.example", Role.RECRUITER)
        list_id = upload(filename="list.csv", data=as_csv(MANY), actor=bob)
        browser = factories.signed_in(app, bob)
    forget()
    first, again = (seconds(lambda: browser.get(f"/import/{list_id}")) for _ in range(2))
    forget()
    remark = f"{first.cpu:.1f} s, then {again.cpu:.1f} s of CPU, {again.wall:.1f} s by the clock"
    share = again.cpu / first.cpu
    return Line(f"I1 page of {MANY:,} rows again, {name}", share, "of first", 0.5, most=True, remark=remark)


def _peak(call: str, rows: int) -> float:
    """MiB of a process that is given the file, for making one takes more memory than reading it."""
    code = f"from bench import long_lists; print(long_lists.{call})"
    said = subprocess.check_output((sys.executable, "-c", code), input=as_csv(rows))
    return float(said.split()[-1])


def judge_peak() -> float:
    judged(sys.stdin.buffer.read())
    return _own_peak()


def import_peak(url: str) -> float:
    settings = {"SQLALCHEMY_DATABASE_URI": url}
    with TemporaryDirectory() as folder, create_app(settings, Path(folder)).app_context():
        sheet = read_list(sys.stdin.buffer.read(), "list")
        keep_look(look_at(sheet, ListChoices(), actor=OPERATOR), actor=OPERATOR, good_only=False)
    return _own_peak()


def _own_peak() -> float:
    """MiB. The resource module would count what the parent held when it forked."""
    said = Path("/proc/self/status").read_text(encoding="ascii")
    return int(said.partition("VmHWM:")[2].split()[0]) / 1024
