"""Databases that are copied and put back, as people do it: by copying the file, or with a tool."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.extensions import db, transaction
from employer_app.models import Message

Copy = Callable[[], None]


def database_file(app: Flask) -> Path:
    return Path(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))


def let_go() -> None:
    db.session.remove()
    db.engine.dispose()


class ByFile:
    """The app is stopped, the file copied; later the copy is put in its place."""

    def __init__(self, app: Flask) -> None:
        self._file = database_file(app)
        self._kept = self._file.with_suffix(".kept")

    def back_up(self) -> None:
        let_go()
        with sqlite3.connect(self._file) as whole:
            whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        whole.close()
        shutil.copyfile(self._file, self._kept)

    def restore(self) -> None:
        let_go()
        for name in ("-wal", "-shm"):
            self._file.with_name(self._file.name + name).unlink(missing_ok=True)
        copy = self._file.with_suffix(".copy")
        shutil.copyfile(self._kept, copy)
        copy.rename(self._file)


class ByTool:
    """SQLite's own backup, while the app runs; put back into the living file."""

    def __init__(self, app: Flask) -> None:
        self._file = database_file(app)
        self._kept = self._file.with_suffix(".kept")

    def back_up(self) -> None:
        self._copy(self._file, self._kept)

    def restore(self) -> None:
        db.session.remove()
        self._copy(self._kept, self._file)

    def _copy(self, source: Path, target: Path) -> None:
        one, other = sqlite3.connect(source), sqlite3.connect(target)
        one.backup(other)
        other.close()
        one.close()


class ByTemplate:
    """A copy that PostgreSQL makes, put in the place of the database."""

    def __init__(self, app: Flask) -> None:
        address = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
        self._name = address.database
        self._server = address.set(database="postgres")

    def back_up(self) -> None:
        let_go()
        self._run(f'DROP DATABASE IF EXISTS "{self._name}_kept" WITH (FORCE)')
        self._run(f'CREATE DATABASE "{self._name}_kept" TEMPLATE "{self._name}"')

    def restore(self) -> None:
        let_go()
        self._run(f'DROP DATABASE "{self._name}" WITH (FORCE)')
        self._run(f'ALTER DATABASE "{self._name}_kept" RENAME TO "{self._name}"')

    def _run(self, statement: str) -> None:
        server = sa.create_engine(self._server, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(sa.text(statement))
        server.dispose()


def counts() -> Counter[MessageStatus]:
    db.session.rollback()
    return Counter(db.session.scalars(sa.select(Message.status)))


def reasons() -> list[str]:
    db.session.rollback()
    held = sa.select(Message.held_because).where(Message.status == MessageStatus.HELD)
    return list(db.session.scalars(held.order_by(Message.id)))


def not_yet(ids: list[int]) -> None:
    """These leave tomorrow."""
    with transaction() as session:
        later = sa.update(Message).where(Message.id.in_(ids))
        session.execute(later.values(due_at=now() + timedelta(days=1)))


def all_due() -> None:
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(seconds=1)))
