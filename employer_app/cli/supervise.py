"""The worker as a child process: started, watched, started again when it dies, and ended with its parent."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from employer_app.domain.clock import monotonic

_COMMAND = (sys.executable, "-c", "from employer_app.cli import main; main()", "worker")
#: seconds: a worker that dies is started again at once, one that dies at once less and less often
_RESTART_AFTER, _RESTART_AT_LEAST_EACH = 1.0, 60.0
#: seconds after which a worker counts as having worked
_WORKED = 30.0
_LOOK_EACH = 0.5
#: the mail in hand is finished first
_GRACE = 15.0


_log = logging.getLogger(__name__)


def next_pause(last: float, lived: float) -> float:
    """Seconds to wait before the next start, after one that waited `last` and then lived so long."""
    return _RESTART_AFTER if lived > _WORKED or not last else min(2 * last, _RESTART_AT_LEAST_EACH)


class SupervisedWorker:
    """`with SupervisedWorker(instance): …` keeps one worker alive for that long."""

    def __init__(self, instance: Path, environment: Mapping[str, str] | None = None) -> None:
        self._environment = {
            **os.environ,
            **(environment or {}),
            "EMPLOYER_INSTANCE": str(instance),
            "EMPLOYER_PARENT": str(os.getpid()),
        }
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def __enter__(self) -> Self:
        self._process = self._start()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join()
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        # a group of its own: Ctrl-C reaches the parent, which ends the worker in its own time
        return subprocess.Popen(_COMMAND, env=self._environment, start_new_session=True)  # noqa: S603

    def _watch(self) -> None:
        pause, started = 0.0, monotonic()
        while not self._ending.wait(_LOOK_EACH):
            if self._process is None or self._process.poll() is None:
                continue
            pause = next_pause(pause, monotonic() - started)
            code = self._process.returncode
            _log.error("The worker ended with code %s. It is started again in %.0f s.", code, pause)
            if self._ending.wait(pause):
                return
            try:
                self._process, started = self._start(), monotonic()
            except OSError:
                _log.exception("The worker cannot be started.")
