"""A whole instance: `employer-app serve` as a process, a mail server, and the worker's part."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app import create_app
from employer_app.domain.clock import now
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Candidate, Message
from employer_app.outbox import worker
from tests.smtp_sink import SmtpSink

COMMAND = (sys.executable, "-c", "from employer_app.cli import main; main()", "serve", "--no-worker")


@dataclass
class House:
    """One instance: its server as a process, its mail server, and the app once more for the worker's part."""

    url: str
    first_link: str
    app: Flask
    mail: SmtpSink

    def send_what_waits(self) -> None:
        """The time to undo passes, and the worker does its work."""
        with self.app.app_context():
            with transaction() as session:
                session.execute(sa.update(Message).values(due_at=now() - timedelta(seconds=1)))
            worker.drain()
            db.session.remove()

    def unreachable(self) -> str:
        with self.app.app_context():
            return db.session.scalars(sa.select(Candidate.name).where(Candidate.address.is_(None))).one()

    def differences(self) -> list[object]:
        with self.app.app_context():
            return list(verify(db.session()).differences)


@contextmanager
def serving(instance: Path, port: int, settings: dict[str, str]) -> Iterator[str]:
    """`employer-app serve`; gives the link that it prints for the first administrator."""
    environment = {
        **os.environ,
        **{f"EMPLOYER_{name}": value for name, value in settings.items()},
        "EMPLOYER_INSTANCE": str(instance),
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        (*COMMAND, "--port", str(port)), env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        printed = ""
        for line in process.stdout:
            printed += line
            if found := re.search(r"http\S+/\S{20,}", line):
                yield found[0]
                return
        pytest.fail(f"the server gave no link: {printed}")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def without_mail(folder: Path) -> Iterator[tuple[str, str]]:
    """As after a first `make run`: nothing is set. Gives the address and the first administrator's link."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with serving(folder, port, {"PUBLIC_URL": url}) as first_link:
        yield url, first_link


def differences(folder: Path) -> list[object]:
    """What the stored debts of an instance say otherwise than its events."""
    app = create_app({}, folder)
    with app.app_context():
        found: list[object] = list(verify(db.session()).differences)
        db.engine.dispose()
    return found


@contextmanager
def house_in(folder: Path) -> Iterator[House]:
    """A house that nobody has entered yet."""
    with SmtpSink() as mail, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        url = f"http://127.0.0.1:{port}"
        settings = {
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": str(mail.port),
            "MAIL_USE_TLS": "false",
            "SEND_WINDOW": "always",
            "PUBLIC_URL": url,
            "PILOT_SIZE": "0",  # the walk looks at a whole list that left
        }
        with serving(folder, port, settings) as first_link:
            typed = {"MAIL_PORT": mail.port, "MAIL_USE_TLS": False, "PILOT_SIZE": 0}
            app = create_app({**settings, **typed}, folder)
            with app.app_context():
                worker.enter()
            yield House(url, first_link, app, mail)
            with app.app_context():
                worker.leave()
                db.engine.dispose()
