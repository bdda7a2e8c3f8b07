"""Workers that start at once: a process that has loaded the app already forks for each of them.

Each is the real command in a process of its own, with its own environment. Asked and answered in lines of
JSON: `{"argv": [...], "environment": {...}, "output": PATH}` answers the process id; `{"wait": pid}` its exit
code; `{"look": pid}` the same, or null while it lives.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from campaign.windows import Moment, Window

ROOT = Path(__file__).parents[1]


class Nursery:
    """`with Nursery() as nursery: pid = nursery.start(["worker"], environment, output)`."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "campaign.nursery"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._answer()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def start(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        output: Path,
        hold: tuple[Window | Moment, int, Path] | None = None,
    ) -> int:
        held = [hold[0].value, hold[1], str(hold[2])] if hold else None
        asked = {"argv": list(argv), "environment": dict(environment), "output": str(output), "hold": held}
        return int(self._ask(asked))

    def wait(self, pid: int) -> int:
        """Its exit code; minus the signal that ended it."""
        return int(self._ask({"wait": pid}))

    def look(self, pid: int) -> int | None:
        code = self._ask({"look": pid})
        return None if code is None else int(code)

    def _ask(self, question: Mapping[str, Any]) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


def main() -> None:
    import employer_app.cli  # noqa: F401, PLC0415 - loaded once, for all that are forked

    _say("ready")
    ended: dict[int, int] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if "argv" in asked:
            pid = os.fork()
            if pid == 0:
                _live(asked)
            ended.pop(pid, None)  # the system gives a number again once its process is forgotten
            _say(pid)
            continue
        pid = asked.get("wait") or asked["look"]
        if pid not in ended:
            found, status = os.waitpid(pid, 0 if "wait" in asked else os.WNOHANG)
            if found:
                ended[pid] = os.waitstatus_to_exitcode(status)
        _say(ended.get(pid))


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


def _live(asked: Mapping[str, Any]) -> None:
    from employer_app.cli import main as command  # noqa: PLC0415

    output = os.open(asked["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, handle in enumerate((nothing, output, output)):
        os.dup2(handle, number)
    os.environ.clear()
    os.environ.update(asked["environment"])
    random.seed()
    code = 1
    try:
        if asked["hold"]:
            from campaign.hold import stand_still  # noqa: PLC0415

            window, turn, bell = asked["hold"]
            point = Window(window) if window in set(Window) else Moment(window)
            stand_still(point, turn, Path(bell))
        command(args=asked["argv"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
