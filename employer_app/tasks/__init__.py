"""What runs in the background. A task carries no truth: it says where to look, and looks.

A lost task costs a minute: the sweep finds every row whose work is due. Each task is a few lines around a
verb of a floor below. Web, api and cli may call these functions once their `transaction()` has committed.
"""

from __future__ import annotations

import json
import logging
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from huey.api import crontab
from huey.consumer import Consumer
from huey.storage import SqliteStorage

from employer_app.actions import alarms, digest
from employer_app.actions.acknowledgements import acknowledge_due
from employer_app.actions.imports import lists
from employer_app.actions.imports.judging import Doing
from employer_app.domain.clock import now
from employer_app.extensions import DatabaseTrouble, db, for_a_thread, huey
from employer_app.outbox import manager_mail, notices, sweep, worker

if TYPE_CHECKING:
    from flask import Flask

_log = logging.getLogger(__name__)
_SWEEPS_ANYWAY = timedelta(minutes=1)


class _Bound:
    """The app whose context the tasks run in; one process serves one app."""

    app: Flask | None = None
    #: a task that looks at messages which wait for their slot is on its way, or was lost by then
    waits_until: datetime | None = None
    #: mails to the administrator that are on their way
    telling: threading.Thread | None = None
    #: mails to hiring managers that are on their way
    asking: threading.Thread | None = None
    #: the mails of the morning that are on their way
    digesting: threading.Thread | None = None


def init_app(app: Flask) -> None:
    """Bind the queue to its own file, apart from the database, so that a busy queue never locks it."""
    _Bound.app = app
    file = Path(app.instance_path) / "tasks.sqlite"
    try:
        huey.storage = SqliteStorage("employer", filename=str(file))
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        _log.exception("%s is no database. It is put aside; what it held is found by the sweep.", file)
        file.replace(file.with_suffix(".sqlite.broken"))
        huey.storage = SqliteStorage("employer", filename=str(file))


@contextmanager
def _context() -> Iterator[None]:
    if _Bound.app is None:
        raise RuntimeError("tasks run inside an app: call init_app first")
    with _Bound.app.app_context():
        try:
            yield
        finally:
            db.session.remove()


@huey.task(retries=3, retry_delay=5)  # the database may be busy or away for a moment
def _deliver() -> None:
    with _context():
        worker.drain()
    _deliver_the_rest()


@huey.periodic_task(crontab())
def _sweep_each_minute() -> None:
    with _context():
        sweep.sweep()
        worker.drain()
    _deliver_the_rest()


@huey.task()
def _deliver_what_waits() -> None:
    _Bound.waits_until = None
    with _context():
        worker.drain()
    _deliver_the_rest()


def _deliver_the_rest() -> None:
    """What a pace kept here: other tasks have their turn first. At most one such task is on its way."""
    again_at, moment = worker.look_again_at(), now()
    on_its_way = _Bound.waits_until is not None and moment < _Bound.waits_until
    if again_at is None or on_its_way or again_at - moment > _SWEEPS_ANYWAY:
        return
    try:
        _deliver_what_waits.schedule(eta=again_at)
        _Bound.waits_until = again_at + _SWEEPS_ANYWAY
    except Exception:
        _log.exception("The queue of tasks takes nothing now. The sweep finds what is due within a minute.")


@huey.task()
def _import_list(list_id: int) -> None:
    with _context():
        lists.keep_asked(list_id, lambda doing, done, of: _note_progress(list_id, doing, done, of))


@huey.periodic_task(crontab())
def _import_each_minute() -> None:
    """What was asked for and whose task was lost, or whose worker died in the middle."""
    with _context():
        for list_id in lists.asked():
            _import_list(list_id)


def import_list(list_id: int) -> None:
    """Have a list imported that somebody asked for. Never fails: there is the sweep."""
    try:
        _import_list(list_id)
    except Exception:
        _log.exception("The queue of tasks takes nothing now. The list is imported within a minute.")


def _note_progress(list_id: int, doing: Doing, done: int, total: int) -> None:
    huey.storage.put_data(f"import-{list_id}", json.dumps([doing, done, total]).encode())


def import_progress(list_id: int) -> tuple[Doing, int, int] | None:
    """What is being done, with how many rows, of how many. Only to be shown: nothing rests on it."""
    try:
        said = huey.storage.peek_data(f"import-{list_id}")
        doing, done, total = json.loads(bytes(said))
        return Doing(doing), int(done), int(total)
    except Exception:
        return None


@huey.periodic_task(crontab())
def _acknowledge_each_minute() -> None:
    """Apart from the sweep, so that trouble with one does not stop the other."""
    with _context():
        acknowledge_due()


@huey.periodic_task(crontab())
def _notify_each_minute() -> None:
    with _context():
        notices.notify()


@huey.periodic_task(crontab())
def _alarm_each_minute() -> None:
    """Mailed beside the deliveries, which must never wait for a server that says nothing."""
    if _Bound.telling is not None and _Bound.telling.is_alive():
        return
    with _context():
        to_tell = alarms.look()
        if to_tell:
            tell = for_a_thread(lambda: alarms.tell(to_tell))
            _Bound.telling = threading.Thread(target=tell, name="alarm", daemon=True)
            _Bound.telling.start()


@huey.periodic_task(crontab())
def _digest_each_minute() -> None:
    """The mail of the morning, beside the deliveries as the alarms are."""
    if _Bound.digesting is not None and _Bound.digesting.is_alive():
        return
    with _context():
        if (found := digest.look()) is not None:
            tell = for_a_thread(partial(digest.tell, *found))
            _Bound.digesting = threading.Thread(target=tell, name="digest", daemon=True)
            _Bound.digesting.start()


@huey.periodic_task(crontab())
def _ask_managers_each_minute() -> None:
    """The questions and the reminders; beside the deliveries, as the alarms."""
    if _Bound.asking is not None and _Bound.asking.is_alive():
        return
    with _context():
        if manager_mail.anything_due():
            send = for_a_thread(manager_mail.send_due)
            _Bound.asking = threading.Thread(target=send, name="asking", daemon=True)
            _Bound.asking.start()


@huey.task()
def _ask_managers() -> None:
    _ask_managers_each_minute.call_local()


def ask_managers() -> None:
    """Have the questions mailed that were just asked. Never fails: they leave within a minute anyway."""
    try:
        _ask_managers()
    except Exception:
        _log.exception("The queue of tasks takes nothing now. The question leaves within a minute.")


def deliver(due_at: datetime | None = None) -> None:
    """Have the outbox looked at, now or when the undo window has passed. Never fails: there is the sweep."""
    try:
        if due_at is None:
            _deliver()
        else:
            _deliver.schedule(eta=due_at)
    except Exception:
        _log.exception("The queue of tasks takes nothing now. The sweep finds what is due within a minute.")


def run(worker_threads: int = 1) -> None:
    """Be the worker until told to stop; SIGTERM and Ctrl-C finish the mail in hand first."""
    with _context():
        try:
            sweep.sweep()
            worker.drain()
        except DatabaseTrouble:
            _log.exception("The database is busy or away. It is asked again in a moment.")
            deliver()
    _deliver_the_rest()
    if not worker.stopping.is_set():
        _Consumer(huey, workers=worker_threads, graceful_signal="TERM", max_delay=1.0).run()


class _Consumer(Consumer):
    """Tells the outbox as well when it is to stop, so that nobody waits for a long list to end."""

    def _set_signal_handlers(self) -> None:
        self._signal_actions[signal.SIGINT] = self._signal_actions[signal.SIGTERM]
        super()._set_signal_handlers()
        if worker.stopping.is_set():  # told to stop before anybody here was listening
            self._handle_signal(signal.SIGTERM, None)

    def _handle_signal(self, signum: int, frame: FrameType | None) -> None:
        worker.stopping.set()
        super()._handle_signal(signum, frame)
