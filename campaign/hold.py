"""Inside a command: stand still in a window for ever, once, and ring; somebody will then kill us."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from campaign.windows import Moment, Window
from employer_app import tasks
from employer_app.actions import batches
from employer_app.domain.delivery import Outcome
from employer_app.smtp.line import Line, Reply


def stand_still(window: Window | Moment, turn: int, bell: Path) -> None:
    """The `turn`-th time (from 1) that this process reaches the window, it goes no further."""
    numbers = itertools.count(1)

    def halt() -> None:
        if next(numbers) == turn:
            handle = os.open(bell, os.O_WRONLY)
            os.write(handle, b"!")
            threading.Event().wait()

    if isinstance(window, Window):
        _around_the_dot(window, halt)
    elif window is Moment.DECIDED:
        _before(batches, "record", halt)
    else:
        _before(tasks, "deliver", halt)


def _around_the_dot(window: Window, halt: Callable[[], None]) -> None:
    send_dot: Callable[[Line], Reply] = Line._dot

    def held(line: Line) -> Reply:
        if window is Window.FENCED:
            halt()
        reply = send_dot(line)
        if window is Window.ANSWERED and reply.outcome is Outcome.ACCEPTED:
            halt()
        return reply

    Line._dot = held  # type: ignore[method-assign]


def _before(module: ModuleType, name: str, halt: Callable[[], None]) -> None:
    real = getattr(module, name)

    def held(*given: object, **named: object) -> object:
        halt()
        return real(*given, **named)

    setattr(module, name, held)
