"""A Redis server of our own, which keeps what it is told on disk."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.rivals.environments import Missing


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Its address. What it is told is on disk within a second. Raises Missing."""
    program = shutil.which("redis-server")
    if program is None:
        raise Missing("there is no redis-server on this machine")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    durable = ("--appendonly", "yes", "--appendfsync", "everysec", "--save", "")
    command = (program, "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), *durable)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    ends = time.monotonic() + 30
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > ends:
            raise Missing("redis-server does not start")
        time.sleep(0.05)
