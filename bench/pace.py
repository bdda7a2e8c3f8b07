"""D10: a pace kept by two workers that share one database, the quota of a day, and how soon a stop acts.

What counts is when the mail server had a letter. The workers are real ones, in processes of their own.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from flask import Flask

from bench.report import Line
from bench.sink import Session, serve
from bench.stores import apps
from employer_app.actions import batches, plans, sending
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.pace import Limits, Preset
from employer_app.domain.role import OPERATOR
from employer_app.extensions import db, transaction
from employer_app.models import Batch, Message, Plan
from tests import factories

MINUTE = 60.0
#: the first and the last seconds, in which workers start and lists end, are not measured
EDGE = 2.0
WORKERS = 2


def run() -> Iterator[Line]:
    with apps() as stores:
        for name, app in stores.items():
            for second in (14, 100):
                yield from _kept(app, f"{second}/s, {name}", second)
            yield _day(app, name)


def _kept(app: Flask, name: str, second: int) -> Iterator[Line]:
    """A minute at that pace; then a pause of the list, and after it a stop."""
    with app.app_context():
        _queue(int(second * (MINUTE + 12)), Limits(second=second))
        with _taking() as (port, times), _workers(app, port):
            _until(lambda: bool(times()), "the first letter")
            time.sleep(MINUTE + EDGE)
            paused = _acts(times, _pause)
            before = len(times())
            _go_on()
            _until(lambda: len(times()) > before, "a letter after the pause")
            stopped = _acts(times, lambda: sending.stop_everything(actor=OPERATOR))
            all_times = times()
    start = all_times[0] + EDGE / 2
    minute = [one for one in all_times if start <= one < start + MINUTE]
    off = abs(len(minute) / MINUTE / second - 1) * 100
    yield Line(f"D10 a minute at {name}: off by", off, "%", 2, most=True, remark=f"{len(minute):,} letters")
    yield Line(f"D10 the fullest second at {name}", _fullest(minute), "letters", 1.1 * second, most=True)
    yield Line(f"D10 a pause acts at {name} after", paused, "s", 1, most=True)
    yield Line(f"D10 a stop acts at {name} after", stopped, "s", 1, most=True)


def _day(app: Flask, name: str) -> Line:
    """500 in 24 hours, and 560 that wait."""
    with app.app_context():
        _queue(560, Limits(day=500))
        with _taking() as (port, times), _workers(app, port):
            _until(lambda: len(times()) >= 500, "500 letters")
            time.sleep(EDGE)
            return Line(f"D10 500 a day, {name}", len(times()), "letters", 500, most=True)


def _queue(people: int, limits: Limits) -> None:
    factories.empty_database()
    factories.organisation()
    job = factories.job("Deck Officer")
    for _ in range(people):
        factories.application(job)
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=OPERATOR)
    digest = db.session.get_one(Plan, plan).digest
    batches.confirm(plan_id=plan, digest=digest, actor=OPERATOR, typed_count=people)
    sending.set_pace(actor=OPERATOR, preset=Preset.OWN, own=limits)
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(seconds=1)))


def _pause() -> None:
    for batch_id in db.session.scalars(sa.select(Batch.id)).all():
        sending.pause_batch(batch_id=batch_id, actor=OPERATOR)


def _go_on() -> None:
    for batch_id in db.session.scalars(sa.select(Batch.id)).all():
        sending.resume_batch(batch_id=batch_id, actor=OPERATOR)


def _acts(times: Callable[[], list[float]], act: Callable[[], None]) -> float:
    """How long after it the last letter came."""
    act()
    since = time.time()
    time.sleep(2 * EDGE)
    return max(0.0, times()[-1] - since)


def _fullest(times: list[float]) -> int:
    """The most that any second holds, wherever it starts."""
    return max((bisect_left(times, one + 1.0) - place for place, one in enumerate(times)), default=0)


def _until(true: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + 2 * 60
    while not true():
        if time.monotonic() > ends:
            raise RuntimeError(f"{what} did not come within two minutes")
        time.sleep(0.05)


@contextmanager
def _taking() -> Iterator[tuple[int, Callable[[], list[float]]]]:
    """Its port, and when it took letters so far, in order."""
    with TemporaryDirectory() as folder:
        log = Path(folder) / "times"
        log.touch()
        command = (sys.executable, "-m", "bench.pace", str(log))
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline()), lambda: sorted(map(float, log.read_text().split()))
        finally:
            process.kill()
            process.wait()


@contextmanager
def _workers(app: Flask, port: int) -> Iterator[None]:
    environment = {
        **os.environ,
        "EMPLOYER_INSTANCE": app.config["INSTANCE_PATH"],
        "EMPLOYER_SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"],
        "EMPLOYER_MAIL_SERVER": "127.0.0.1",
        "EMPLOYER_MAIL_PORT": str(port),
        "EMPLOYER_MAIL_USE_TLS": "false",
        "EMPLOYER_SEND_WINDOW": "always",
    }
    command = (sys.executable, "-c", "from employer_app.cli import main; main()", "worker")
    with ExitStack() as stack:
        for _ in range(WORKERS):
            process = subprocess.Popen(command, env=environment)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        yield


class _Clocked(Session):
    def taken(self) -> bytes:
        with Path(sys.argv[1]).open("a") as log:
            log.write(f"{time.time()}\n")
        return super().taken()


if __name__ == "__main__":
    asyncio.run(serve(_Clocked))
