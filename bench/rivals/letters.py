"""The letters, a mail of each by the standard library's quicker way, and the time until all have arrived."""

from __future__ import annotations

import json
import os
import smtplib
import time
from collections.abc import Callable, Sequence
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid
from pathlib import Path

#: handed over before anything is measured, so that every worker runs and is connected
WARM_UP = 40
_PATIENCE = 120.0

Letter = dict[str, str]


def mime(letter: Letter) -> bytes:
    mail = MIMEMultipart("alternative")
    mail["From"], mail["To"], mail["Subject"] = letter["sender"], letter["to"], letter["subject"]
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="brightwater.example")
    mail.attach(MIMEText(letter["text"], "plain", "utf-8"))
    mail.attach(MIMEText(letter["html"], "html", "utf-8"))
    return mail.as_bytes()


class Post:
    """One connection that stays open. Each process has its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: smtplib.SMTP | None = None

    def send(self, letter: Letter) -> None:
        if self._connection is None:
            self._connection = smtplib.SMTP("127.0.0.1", self._port)
        self._connection.sendmail(letter["sender"], [letter["to"]], mime(letter))


def measure(send_all: Callable[[Sequence[Letter]], object]) -> None:
    """Prints the seconds for all letters; `send_all` queues them and need not wait."""
    letters = json.loads(Path(os.environ["BENCH_LETTERS"]).read_text("utf-8"))
    with smtplib.SMTP("127.0.0.1", int(os.environ["BENCH_PORT"])) as counter:
        _send(send_all, letters[:WARM_UP], counter)
        since = time.perf_counter()
        _send(send_all, letters, counter)
        print(time.perf_counter() - since)


def _send(
    send_all: Callable[[Sequence[Letter]], object], letters: Sequence[Letter], counter: smtplib.SMTP
) -> None:
    wanted = _arrived(counter) + len(letters)
    send_all(letters)
    ends = time.monotonic() + _PATIENCE
    while (arrived := _arrived(counter)) < wanted:
        if time.monotonic() > ends:
            raise RuntimeError(f"{wanted - arrived} letters did not arrive within two minutes")
        time.sleep(0.01)


def _arrived(counter: smtplib.SMTP) -> int:
    """The mail server answers a NOOP with how many letters it has taken."""
    return int(counter.noop()[1])
