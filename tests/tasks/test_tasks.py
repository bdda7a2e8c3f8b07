"""A task says where to look. Losing every one of them costs a minute and nothing else."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from huey.api import crontab

from employer_app import create_app, tasks
from employer_app.cli import supervise
from employer_app.domain.clock import now
from employer_app.extensions import JsonSerializer, db, huey
from employer_app.outbox import worker


@pytest.fixture
def own_app(tmp_path: Path) -> Flask:
    return create_app({}, tmp_path / "instance")


def test_every_task_survives_the_way_through_the_queue(own_app: Flask) -> None:
    due = now() + timedelta(minutes=10)
    tasks.deliver()
    tasks.deliver(due)
    first = huey.dequeue()
    assert (first.name, first.eta) == ("_deliver", None)
    scheduled = huey.dequeue()  # the worker finds it is not due yet, and puts it on the schedule
    assert scheduled.eta == due.replace(tzinfo=None)
    huey.add_schedule(scheduled)
    with time_machine.travel(due + timedelta(seconds=1)):
        (ready,) = huey.read_schedule()
    assert (ready.id, ready.eta, tuple(ready.args), ready.kwargs) == (scheduled.id, scheduled.eta, (), {})
    for periodic in huey._registry.periodic_tasks:
        back = huey.deserialize_task(huey.serialize_task(periodic))
        assert (back.name, back.id) == (periodic.name, periodic.id)
    assert crontab()(due)


def test_queue_holds_nothing_that_could_run(own_app: Flask) -> None:
    with pytest.raises(ValueError, match=r"codec|JSON|Expecting"):
        JsonSerializer().deserialize(b"\x80\x04cos\nsystem\n(S'true'\ntR.")


def test_confirmed_list_stands_when_the_queue_is_out_of_order(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr(huey.storage, "enqueue", broken)
    tasks.deliver()
    tasks.deliver(now())


def test_queue_file_that_is_no_database_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "tasks.sqlite").write_bytes(b"not a database at all, " * 400)
    create_app({}, tmp_path)
    tasks.deliver()
    assert huey.pending_count() == 1
    assert (tmp_path / "tasks.sqlite.broken").exists()


def test_trouble_with_acknowledgements_does_not_keep_the_due_ones_here(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def broken() -> int:
        raise LookupError("a job that cannot be read")

    monkeypatch.setattr(tasks, "acknowledge_due", broken)
    monkeypatch.setattr(worker, "drain", lambda: done.append("drain"))
    tasks.init_app(app)
    db.session.remove()
    huey.flush()
    for periodic in huey._registry.periodic_tasks:
        huey.enqueue(periodic)
        huey.execute(huey.dequeue())
    assert done == ["drain"]


def test_what_a_pace_keeps_here_is_looked_at_again_by_one_task_at_a_time(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon, late = now() + timedelta(seconds=5), now() + timedelta(hours=5)
    monkeypatch.setattr(worker, "drain", lambda: 0)
    monkeypatch.setattr(worker, "look_again_at", lambda: soon)
    monkeypatch.setattr(tasks._Bound, "waits_until", None)
    for _ in range(3):
        tasks.deliver()
    for _ in range(3):
        huey.execute(huey.dequeue())
    assert huey.pending_count() == 1
    waiting = huey.dequeue()
    assert (waiting.name, waiting.eta) == ("_deliver_what_waits", soon.replace(tzinfo=None))
    monkeypatch.setattr(worker, "look_again_at", lambda: late)  # the sweep finds that by itself
    waiting.eta = None
    huey.execute(waiting)
    assert huey.pending_count() == 0


@pytest.mark.parametrize(
    "start",
    ["worker.stopping.set(); super().start()", "super().start(); signal.raise_signal(signal.SIGINT)"],
    ids=["told before it listens", "Ctrl-C"],
)
def test_worker_that_is_told_to_stop_ends_in_order(own_app: Flask, start: str) -> None:
    code = f"""
import signal, sys
from pathlib import Path
from employer_app import create_app, tasks
from employer_app.outbox import worker
create_app({{}}, Path({own_app.instance_path!r}))
tasks.sweep.sweep = worker.drain = lambda: None
class Late(tasks._Consumer):
    def start(self):
        {start}
tasks._Consumer = Late
tasks.run()
print("finished", worker.stopping.is_set(), flush=True)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.stdout, ended.returncode) == ("finished True\n", 0)


def test_worker_that_dies_at_once_is_started_less_and_less_often() -> None:
    pauses, pause = [], 0.0
    for _ in range(8):
        pause = supervise.next_pause(pause, lived=0.5)
        pauses.append(pause)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert supervise.next_pause(60, lived=3600) == 1
