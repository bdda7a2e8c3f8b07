"""The mail server of the demo: it takes every message, delivers none, and keeps each as a file."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from employer_app.smtp.catch_all import CatchAll


class DemoMailServer:
    """`with DemoMailServer(folder) as mail:` listens on 127.0.0.1, on `mail.port`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server = CatchAll(folder)

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)

    @property
    def port(self) -> int:
        return self._server.port

    def count(self) -> int:
        """How many messages were taken."""
        return self._server.count()
