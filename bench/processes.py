"""The app's own commands on a database of ours, each in a process of its own, as in real use."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

_PATIENCE = 120.0


@contextmanager
def worker(app: Flask, mail_port: int) -> Iterator[int]:
    """Its process id. It is told to stop in the end, and may finish what it has in hand."""
    mail = {
        "EMPLOYER_MAIL_SERVER": "127.0.0.1",
        "EMPLOYER_MAIL_PORT": str(mail_port),
        "EMPLOYER_MAIL_USE_TLS": "false",
        "EMPLOYER_SEND_WINDOW": "always",
    }
    with _command(app, ("worker",), mail) as process_id:
        yield process_id


@contextmanager
def web(app: Flask) -> Iterator[int]:
    """The port of its pages, once they are served."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with _command(app, ("serve", "--no-worker", "--port", str(port)), {}):
        until(lambda: _listens(port), "the web server")
        yield port


def until(true: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + _PATIENCE
    while not true():
        if time.monotonic() > ends:
            raise RuntimeError(f"{what} did not come within two minutes")
        time.sleep(0.05)


def peak(process: int | str = "self") -> float:
    """MiB. The resource module would count what the parent held when it forked."""
    said = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(said.partition("VmHWM:")[2].split()[0]) / 1024


@contextmanager
def _command(app: Flask, words: tuple[str, ...], more: Mapping[str, str]) -> Iterator[int]:
    environment = {
        **os.environ,
        "EMPLOYER_INSTANCE": app.config["INSTANCE_PATH"],
        "EMPLOYER_SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"],
        **more,
    }
    command = (sys.executable, "-c", "from employer_app.cli import main; main()", *words)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
