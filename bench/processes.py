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

from employer_app import create_app
from employer_app.outbox import worker as outbox

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
def workers(app: Flask, mail_port: int, connections: int, count: int) -> Iterator[Callable[[], None]]:
    """So many processes that wait; calling the result lets each hand over what is due, and waits for all."""
    more = {
        "EMPLOYER_MAIL_SERVER": "127.0.0.1",
        "EMPLOYER_MAIL_PORT": str(mail_port),
        "EMPLOYER_MAIL_USE_TLS": "false",
        "EMPLOYER_CONNECTIONS": str(connections),
    }
    command = (sys.executable, "-c", "from bench.processes import drain_here; drain_here()")
    environment = _environment(app, more)
    crew = [
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(count)
    ]

    def hear(one: subprocess.Popen[bytes]) -> None:
        assert one.stdout is not None
        if not one.stdout.readline():
            raise RuntimeError("a worker ended before its time")

    def go() -> None:
        for one in crew:
            assert one.stdin is not None
            one.stdin.write(b"go\n")
            one.stdin.flush()
        for one in crew:
            hear(one)

    try:
        for one in crew:
            hear(one)
        yield go
    finally:
        for one in crew:
            one.kill()
            one.wait()


def drain_here() -> None:
    """In a process of `workers`."""
    with create_app().app_context():
        outbox.enter()
        print("ready", flush=True)
        for _ in sys.stdin:
            outbox.drain()
            print("done", flush=True)


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
    command = (sys.executable, "-c", "from employer_app.cli import main; main()", *words)
    process = subprocess.Popen(command, env=_environment(app, more), stdout=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _environment(app: Flask, more: Mapping[str, str]) -> Mapping[str, str]:
    return {
        **os.environ,
        "EMPLOYER_INSTANCE": app.config["INSTANCE_PATH"],
        "EMPLOYER_SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"],
        **more,
    }


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
