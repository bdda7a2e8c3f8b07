"""The app in processes of their own, each forked from one that has loaded it: a start takes no time.

The commands of a fresh interpreter are tried in `tests/cli/test_check.py` and in the browser's walks.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from employer_app.cli import main

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.processes"])

#: seconds that a command may take
_LONG = 60


@dataclass(frozen=True)
class Done:
    """What a command said, and its exit code; minus the signal that ended it."""

    returncode: int | None
    stdout: str
    stderr: str


def run(environment: Mapping[str, str], *arguments: str) -> Done:
    """A command from its start to its end, with nothing on its standard input."""
    with tempfile.TemporaryDirectory() as folder:
        out, errors = Path(folder, "out"), Path(folder, "errors")
        process = start(environment, *arguments, out=out, errors=errors)
        try:
            process.join(_LONG)
        finally:
            end(process)
        return Done(process.exitcode, out.read_text("utf-8"), errors.read_text("utf-8"))


def start(
    environment: Mapping[str, str],
    *arguments: str,
    out: Path = Path(os.devnull),
    errors: Path = Path(os.devnull),
) -> ForkServerProcess:
    """A command on its way; whoever starts one ends it."""
    process = CONTEXT.Process(target=_command, args=(dict(environment), arguments, out, errors))
    process.start()
    return process


def end(process: ForkServerProcess) -> None:
    """Harmless when it has ended by itself."""
    process.kill()
    process.join()


def _command(environment: Mapping[str, str], arguments: tuple[str, ...], out: Path, errors: Path) -> None:
    for number, path in ((1, out), (2, errors)):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(handle, number)
        os.close(handle)
    os.environ.clear()
    os.environ.update(environment)
    main(args=arguments)
