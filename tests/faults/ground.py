"""The ground of the fault tests: real workers in processes of their own; what must hold after each fault."""

from __future__ import annotations

import os
import select
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from email.parser import BytesHeaderParser
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from campaign.nursery import Nursery
from campaign.windows import Moment, Window
from employer_app.domain.message import MessageStatus
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Message
from tests.smtp_sink import WAIT, Accepted, SmtpSink

S = MessageStatus
_TAKEN_IN = frozenset({S.ACCEPTED, S.UNCERTAIN})
_PARSER = BytesHeaderParser()
_LOOK_EACH = 0.02


class Workers:
    """Starts, stops, stalls and kills workers of `app`; whoever still lives at the end is killed."""

    def __init__(self, nursery: Nursery, app: Flask, folder: Path) -> None:
        self._nursery, self._app, self._folder = nursery, app, folder
        self.output = folder / "said.txt"
        self._living: set[int] = set()

    def start(
        self,
        sink: SmtpSink | None,
        *argv: str,
        hold: Window | Moment | None = None,
        **settings: object,
    ) -> int:
        """`worker`, or another command; with `hold` it rings and stands still there (see `rings`)."""
        named = {f"EMPLOYER_{name}": str(value) for name, value in settings.items()}
        kept = {
            name: text for name, text in os.environ.items() if not name.startswith(("EMPLOYER_", "MAIL_"))
        }
        environment = {
            **kept,
            "EMPLOYER_INSTANCE": self._app.instance_path,
            "EMPLOYER_DATABASE_URL": self._app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", ""),
            "EMPLOYER_CONNECTIONS": "1",
            "EMPLOYER_LEAST_FREE_MIB": "1",
            "PGAPPNAME": "worker",
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(sink.port if sink else 1),
            "MAIL_USE_TLS": "false",
            **named,
        }
        held = (hold, 1, self._bell()) if hold else None
        pid = self._nursery.start(argv or ["worker"], environment, self.output, held)
        self._living.add(pid)
        return pid

    def _bell(self) -> Path:
        bell = self._folder / "bell"
        if not bell.exists():
            os.mkfifo(bell)
        self._listener = os.open(bell, os.O_RDONLY | os.O_NONBLOCK)
        return bell

    def rings(self) -> bool:
        """Whether the one that is to stand still does, waiting for it."""
        try:
            ready, _, _ = select.select([self._listener], [], [], WAIT)
            return bool(ready) and os.read(self._listener, 1) == b"!"
        finally:
            os.close(self._listener)

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self._gone(pid)

    def stop(self, pid: int) -> int:
        """With SIGTERM; its exit code."""
        os.kill(pid, signal.SIGTERM)
        return self._gone(pid)

    def wait(self, pid: int) -> int:
        return self._gone(pid)

    def stall(self, pid: int) -> None:
        os.kill(pid, signal.SIGSTOP)

    def go_on(self, pid: int) -> None:
        os.kill(pid, signal.SIGCONT)

    def _gone(self, pid: int) -> int:
        code = self._nursery.wait(pid)
        self._living.discard(pid)
        return code

    def said(self) -> str:
        return self.output.read_text()

    def end_all(self) -> None:
        for pid in list(self._living):
            self.go_on(pid)
            self.kill(pid)

    def deliver(self, **settings: object) -> SmtpSink:
        """A worker with nothing in its way, until nothing is on its way any more."""
        with SmtpSink() as sink:
            pid = self.start(sink, **settings)
            assert until(nothing_on_its_way), self.said()
            assert self.stop(pid) in {0, -signal.SIGTERM}, self.said()  # it may not have heard yet
        return sink


def until(there: Callable[[], object]) -> bool:
    """Looks again and again, for as long as anything may take here."""
    deadline = time.monotonic() + WAIT
    while not there():
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_EACH)
    return True


def nothing_on_its_way() -> bool:
    moving = sa.select(sa.func.count()).where(Message.status.in_([S.QUEUED, S.CLAIMED, S.HANDING_OVER]))
    count = db.session.scalar(moving)
    db.session.rollback()
    return not count


def has(status: MessageStatus, number: int = 1) -> Callable[[], bool]:
    def look() -> bool:
        count = db.session.scalar(sa.select(sa.func.count()).where(Message.status == status))
        db.session.rollback()
        return count == number

    return look


def ids_of(letters: Sequence[Accepted]) -> list[str]:
    return [str(_PARSER.parsebytes(letter.raw)["Message-ID"]) for letter in letters]


def ends_well(*sinks: SmtpSink, people: int, copies: int = 1) -> Counter[MessageStatus]:
    """No second copy, no stranger, nothing silently missing, sums and stores sound. Returns the sums.

    `copies` 2: a person sent one again, knowing that it may be read twice.
    """
    db.session.rollback()
    rows = {row.message_id: row for row in db.session.scalars(sa.select(Message))}
    letters = [letter for sink in sinks for letter in list(sink.accepted)]
    taken = Counter(ids_of(letters))
    assert max(taken.values(), default=0) <= copies
    for letter, message_id in zip(letters, ids_of(letters), strict=True):
        assert letter.recipients == (rows[message_id].address,)
        assert rows[message_id].status in _TAKEN_IN
    assert [row.id for row in rows.values() if row.status is S.ACCEPTED and not taken[row.message_id]] == []
    counts = Counter(row.status for row in rows.values())
    assert counts.total() == people
    if db.engine.dialect.name == "sqlite":
        assert db.session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    assert verify(db.session()).differences == []
    db.session.rollback()
    return counts
