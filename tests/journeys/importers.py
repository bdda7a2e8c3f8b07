"""Whoever imports a list in the background, in a process of its own, and says how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from employer_app import create_app
from employer_app.actions.imports import lists, work


def import_asked(
    settings: Mapping[str, Any], instance: str, list_id: int, stop: int, line: Connection
) -> None:
    """Says after each two people how many are written, and waits for ever once it is `stop`."""
    app = create_app(settings, Path(instance))
    work.STEP = 2

    def progress(doing: str, done: int, total: int) -> None:
        if doing == "writing":
            line.send(done)
            if done == stop:
                line.recv()

    with app.app_context():
        lists.keep_asked(list_id, progress)
