"""A real server for the browser: waitress on a free port of this machine, in a thread of the test's process.

Each has an instance folder and a database of its own, and the settings of real use but for the mail server.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from flask import Flask
from waitress.server import create_server

from employer_app import create_app
from employer_app.extensions import db
from tests import factories

#: nobody listens there: a message that is due would be noticed
NO_MAIL_SERVER = 1


class Served:
    """`with Served(folder) as site:` answers at `site.url`; `site.context()` is for arranging."""

    def __init__(self, instance: Path, settings: Mapping[str, object] | None = None) -> None:
        local = {
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": NO_MAIL_SERVER,
            "MAIL_USE_TLS": False,
            "PILOT_SIZE": 0,  # one person confirms a list, and it leaves whole
            "SECOND_PERSON_FROM": 0,
        }
        self.app: Flask = create_app({**local, **(settings or {})}, instance)
        factories.migrate(self.app)

    def __enter__(self) -> Self:
        self._server = create_server(self.app, host="127.0.0.1", port=0, threads=4, ident=None)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        self.app.config["PUBLIC_URL"] = self.url
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.task_dispatcher.shutdown()
        self._server.trigger.pull_trigger(self._server.close)  # closed by its own thread, in its own loop
        with self.app.app_context():
            db.engine.dispose()

    @contextmanager
    def context(self) -> Iterator[None]:
        """An application context whose session leaves nothing open behind it."""
        with self.app.app_context():
            try:
                yield
            finally:
                db.session.remove()
