"""D7: the confirm of a long send list, against its message rows alone written in bulk; and its memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask

from bench import close_out
from bench.processes import peak
from bench.report import Line, Taken, seconds
from bench.sizes import size
from bench.stores import apps
from employer_app import create_app
from employer_app.extensions import db
from employer_app.models import Message

PEOPLE = size("CONFIRMED", 10_000)
FEW = PEOPLE // 5
ROUNDS = 3


def run() -> Iterator[Line]:
    with apps() as stores:
        for name, app in stores.items():
            yield _time(name, app)
            yield _memory(name, app)


def _time(name: str, app: Flask) -> Line:
    rounds = [_confirm_and_bare(app) for _ in range(ROUNDS)]
    ratio = median(whole.wall / bare.wall for whole, bare in rounds)
    whole, bare = (median(taken[which].wall for taken in rounds) for which in (0, 1))
    cpu = median(taken[0].cpu for taken in rounds)
    remark = f"{whole:.2f} s against {bare:.2f} s; {cpu / PEOPLE * 1e6:,.0f} us of CPU a message"
    return Line(f"D7 confirm of {PEOPLE:,}, {name}", ratio, "x bare", 10, most=True, remark=remark)


def _confirm_and_bare(app: Flask) -> tuple[Taken, Taken]:
    table = cast(sa.Table, Message.__table__)
    with app.app_context():
        plan = close_out.planned(PEOPLE)
        whole = seconds(lambda: close_out.confirm(plan, PEOPLE))
        rows = [_anew(row) for row in db.session.execute(sa.select(table)).mappings()]
        db.session.remove()
        assert len(rows) == PEOPLE

        def write() -> None:
            with db.engine.begin() as connection:
                connection.execute(sa.insert(table), rows)

        return whole, seconds(write)


def _anew(row: sa.RowMapping) -> dict[str, Any]:
    """A second row with the same words."""
    kept = {name: value for name, value in row.items() if name != "id"}
    return {**kept, "message_id": f"<again.{row['message_id'][1:]}"}


def _memory(name: str, app: Flask) -> Line:
    few, many = (_peak(app, count) for count in (FEW, PEOPLE))
    remark = f"{many:.0f} MiB for {PEOPLE:,}, {few:.0f} MiB for {FEW:,}"
    return Line(f"D7 memory of a confirm, {name}", many / few, "x few", 1.1, most=True, remark=remark)


def _peak(app: Flask, count: int) -> float:
    """Of a process that does nothing else."""
    with app.app_context():
        plan = close_out.planned(count)
        db.session.remove()
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    code = f"from bench import confirm; confirm.confirm_here({url!r}, {plan}, {count})"
    return float(subprocess.check_output((sys.executable, "-c", code)).split()[-1])


def confirm_here(url: str, plan: int, count: int) -> None:
    settings = {"SQLALCHEMY_DATABASE_URI": url}
    with TemporaryDirectory() as folder, create_app(settings, Path(folder)).app_context():
        close_out.confirm(plan, count)
    print(peak())
