"""`employer-app worker`: hand over what is due, until told to stop."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from types import FrameType

import click

from employer_app import tasks
from employer_app.cli.database import with_database
from employer_app.extensions import DatabaseTrouble
from employer_app.outbox import worker as outbox_worker

_LOOK_EVERY = 2.0


@click.command()
@with_database
def worker() -> None:
    """Deliver messages that are due. Any number of workers may run against one database."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    if parent := os.environ.get("EMPLOYER_PARENT"):
        threading.Thread(target=_end_with, args=(int(parent),), daemon=True).start()
    try:
        tasks.run()
    finally:
        with suppress(DatabaseTrouble):  # our lock ends with us, and the next worker clears up
            outbox_worker.leave()


def _stop(_number: int, _frame: FrameType | None) -> None:
    outbox_worker.stopping.set()


def _end_with(parent: int) -> None:
    """A worker whose parent was killed must not live on unseen."""
    waiting = threading.Event()
    while os.getppid() == parent:
        waiting.wait(_LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
