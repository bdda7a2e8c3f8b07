"""One worker with a process for each core. The store is the address of Redis."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from bench.rivals.celery.tasks import app, send
from bench.rivals.letters import Letter, measure


def main() -> None:
    command = (sys.executable, "-W", "ignore", "-m", "celery", "-A", "bench.rivals.celery.tasks", "worker")
    tuned = ("-c", str(os.cpu_count()), "-l", "ERROR", "-O", "fair")
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    worker = subprocess.Popen((*command, *tuned, *quiet), stdout=subprocess.DEVNULL)

    def send_all(letters: Sequence[Letter]) -> None:
        with app.producer_pool.acquire(block=True) as producer:
            for letter in letters:
                send.apply_async((letter,), producer=producer)

    try:
        measure(send_all)
    finally:
        worker.terminate()
        worker.wait()


if __name__ == "__main__":
    main()
