"""Four worker processes that hardly wait between looks. The store is sqlite:///FILE, or Redis's address."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from bench.rivals.huey.tasks import send
from bench.rivals.letters import Letter, measure


def main() -> None:
    command = (sys.executable, "-m", "huey.bin.huey_consumer", "bench.rivals.huey.tasks.huey")
    tuned = ("-k", "process", "-w", "4", "-d", "0.001", "-m", "0.02", "-n", "-q")
    worker = subprocess.Popen((*command, *tuned), stdout=subprocess.DEVNULL)

    def send_all(letters: Sequence[Letter]) -> None:
        for letter in letters:
            send(letter)

    try:
        measure(send_all)
    finally:
        worker.terminate()
        worker.wait()


if __name__ == "__main__":
    main()
