"""D2: a close-out against what others send mail with: the same letters, the same mail server.

Ours confirms and delivers; theirs queue the texts that we have frozen and deliver them. Their workers run and
are connected before the clock starts.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from bench.close_out import PEOPLE, close_out, confirm, mail_to, planned
from bench.report import Line, Taken, medians
from bench.rivals.environments import Missing, python_of
from bench.rivals.stores import redis
from bench.sink import Session, serve, sink
from bench.stores import apps
from employer_app.extensions import db
from employer_app.models import Message
from employer_app.outbox import worker
from tests import factories

ROUNDS = 3
_CONNECTIONS = 4


@dataclass(frozen=True)
class _Rival:
    """`store`: of its own; `against`: our databases."""

    label: str
    program: str
    store: str
    against: tuple[str, ...]
    goal: float


def run() -> Iterator[Line]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = stack.enter_context(sink("bench.comparators"))
        stores = stack.enter_context(apps())
        for app in stores.values():
            mail_to(app, port)
        letters, length = _letters(stores["SQLite"], folder)
        work: dict[str, Callable[[], Taken]] = {
            name: lambda app=app: close_out(app, _CONNECTIONS)  # type: ignore[misc]
            for name, app in stores.items()
        }
        rivals = list(_present(stack, stores, folder))
        for rival in rivals:
            work[rival.label] = lambda rival=rival: _measure(rival, letters, port)  # type: ignore[misc]
        taken = medians(work, ROUNDS)
        worker.leave()
    for rival in rivals:
        for name in rival.against:
            theirs, ours = taken[rival.label].wall, taken[name].wall
            remark = f"{PEOPLE / ours:,.0f} against {PEOPLE / theirs:,.0f} messages/s"
            remark += f", letters of {length / 1024:.1f} KiB"
            yield Line(f"D2 {name} against {rival.label}", theirs / ours, "x", rival.goal, remark=remark)


def _present(stack: ExitStack, stores: dict[str, Flask], folder: Path) -> Iterator[_Rival]:
    """Each that can be measured here, against each of our databases; says which cannot, and why."""
    broker = ""
    try:
        broker = stack.enter_context(redis(folder))
    except Missing as why:
        print(f"Redis is left out: {why}")
    queue_file, django_file = (f"sqlite:///{folder / name}" for name in ("queue.sqlite", "django.sqlite"))
    found = [_Rival("post_office on SQLite", "post_office", django_file, ("SQLite",), 5)]
    found += [_Rival("huey on SQLite", "huey", queue_file, ("SQLite",), 4)]
    if "PostgreSQL" in stores:
        server = os.environ["EMPLOYER_TEST_POSTGRES_URL"]
        own = stack.enter_context(factories.postgres_database(server)).replace("+psycopg", "")
        found += [_Rival("post_office on PostgreSQL", "post_office", own, ("PostgreSQL",), 5)]
    if broker:
        found += [_Rival("celery on Redis", "celery", broker, tuple(stores), 7)]
        found += [_Rival("huey on Redis", "huey", broker, tuple(stores), 4)]
    for rival in found:
        try:
            python_of(rival.program)
        except Missing as why:
            print(f"{rival.label} is left out: {why}")
        else:
            yield rival


def _letters(app: Flask, folder: Path) -> tuple[Path, float]:
    """The frozen texts of a close-out in a file, and how long both texts of one are on the average."""
    with app.app_context():
        confirm(planned(PEOPLE), PEOPLE)
        rows = db.session.execute(
            sa.select(Message.sender_address, Message.address, Message.subject, Message.text, Message.html)
        ).all()
        db.session.rollback()
    names = ("sender", "to", "subject", "text", "html")
    file = folder / "letters.json"
    file.write_text(json.dumps([dict(zip(names, row, strict=True)) for row in rows]), "utf-8")
    return file, sum(len(row.text) + len(row.html) for row in rows) / len(rows)


def _measure(rival: _Rival, letters: Path, port: int) -> Taken:
    given = {"BENCH_LETTERS": str(letters), "BENCH_PORT": str(port), "BENCH_STORE": rival.store}
    command = (python_of(rival.program), "-m", f"bench.rivals.{rival.program}")
    said = subprocess.check_output(command, env=os.environ | given, text=True, timeout=600)
    wall = float(said.split()[-1])
    return Taken(wall, wall)


class _Counting(Session):
    """Answers a NOOP with how many letters have come."""

    count = 0

    def taken(self) -> bytes:
        _Counting.count += 1
        return super().taken()

    def _answer(self, verb: bytes) -> bytes:
        return b"250 %d\r\n" % self.count if verb == b"NOOP" else super()._answer(verb)


if __name__ == "__main__":
    asyncio.run(serve(_Counting))
