"""A mail server that takes every letter and delivers none: each becomes a file that a person can open.

The law: it listens on this machine only, and a letter counts as taken when its file is safely on the disk.
"""

import os
import re
import socket
from collections.abc import Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_HOST = "127.0.0.1"
_UNSAFE_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9@.+_-]")


class CatchAll:
    """`with CatchAll(folder) as server:` listens on `server.port`; a port of 0 means any free one.

    Files of earlier runs in the folder stay; `count` and `recipients` speak of this run only.
    """

    _controller: "_LocalController"

    def __init__(self, folder: Path, port: int = 0) -> None:
        self._folder = folder
        self._port = port
        self._recipients: list[str] = []

    def __enter__(self) -> Self:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._controller = _LocalController(self, self._port)
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return self._controller.port

    def count(self) -> int:
        """How many letters were taken."""
        return len(self._recipients)

    def recipients(self) -> list[str]:
        """To whom they would have gone, in the order of arrival; a person may stand in it more than once."""
        return list(self._recipients)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd for each letter. What cannot be stored answers 451, so the sender keeps it."""
        to = ", ".join(envelope.rcpt_tos)
        content = envelope.content
        try:
            self._store(to, content if isinstance(content, bytes) else (content or "").encode())
        except OSError as error:
            return f"451 4.3.0 The letter could not be stored: {error.strerror}"
        self._recipients.append(to)
        return "250 2.0.0 Taken, and kept as a file"

    def _store(self, to: str, content: bytes) -> None:
        place = f"{self.count() + 1:05d}-{_UNSAFE_IN_FILE_NAMES.sub('_', to)[:80]}-{uuid4().hex[:12]}.eml"
        handle = os.open(self._folder / place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)


class _LocalController(Controller):
    """aiosmtpd's controller, bound before it starts: its own start-up probe cannot cope with port 0."""

    def __init__(self, handler: CatchAll, port: int) -> None:
        self._listener = socket.create_server((_HOST, port))
        # A name given here spares aiosmtpd a look-up of our own host name, which can hang.
        super().__init__(
            handler,
            hostname=_HOST,
            port=self._listener.getsockname()[1],
            server_hostname="catch-all.example",
            ident="catch-all",
        )

    def _create_server(self) -> Coroutine[Any, Any, Any]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener)
