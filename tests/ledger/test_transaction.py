"""The one way to write: the lock comes first, what is read inside is what is stored, nothing is half kept."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.extensions import db, transaction
from employer_app.models import Candidate
from tests import factories


def statements(act: object) -> list[str]:
    """What the database is told, in order."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()  # type: ignore[operator]
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return said


def test_every_write_takes_the_lock_before_its_first_read(app: Flask) -> None:
    def write() -> None:
        with transaction() as session:
            session.scalar(sa.select(sa.func.count()).select_from(Candidate))

    def read() -> None:
        db.session.scalar(sa.select(sa.func.count()).select_from(Candidate))
        db.session.rollback()

    for _ in range(2):  # a connection that is used again must not keep the other's way to begin
        assert statements(write)[0] == "BEGIN IMMEDIATE"
        assert statements(read)[0] == "BEGIN"


def test_connections_are_safe_against_power_loss_and_strays(app: Flask) -> None:
    wanted = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000}
    found = {name: db.session.execute(sa.text(f"PRAGMA {name}")).scalar() for name in wanted}
    assert found == wanted


@pytest.mark.both
def test_rows_that_were_read_before_are_read_anew(app: Flask) -> None:
    number = factories.candidate("Amara Nwosu")
    with transaction() as session:
        held = session.get_one(Candidate, number)
        held.phone = "010 555 0100"
    with db.engine.begin() as elsewhere:
        elsewhere.execute(sa.update(Candidate).values(name="Amara Berg"))
    with transaction() as session:
        assert session.get_one(Candidate, number).name == "Amara Berg"
    assert held.name == "Amara Berg"


def test_second_writer_waits_for_the_first(app: Flask) -> None:
    path = Path(str(db.engine.url.database))
    with transaction() as session:
        session.scalar(sa.select(sa.func.count()).select_from(Candidate))
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def nested() -> None:
    with transaction() as session:
        session.execute(sa.insert(Candidate).values(name="A", address=None, created_at=sa.func.now()))
        with transaction():
            pass


def test_transaction_inside_a_transaction_is_refused_and_keeps_nothing(app: Flask) -> None:
    with pytest.raises(RuntimeError):
        nested()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Candidate)) == 0
