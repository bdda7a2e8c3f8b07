"""A statement that is compiled once for each database and then run by the driver itself.

For the few statements of which there are several for each message: building and compiling them anew would
take longer than the database does. What comes back is as the driver gives it, so these statements select
numbers, texts and conditions, and no moments.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from employer_app.extensions import UTCDateTime

Ids = Sequence[sa.BindParameter[int]]


class Prepared:
    """`make` gets the parameters that stand for so many ids, and returns the statement."""

    def __init__(self, make: Callable[[Ids], sa.Executable]) -> None:
        self._make = make
        self._texts: dict[tuple[str, int], _Text] = {}

    def __call__(self, connection: sa.Connection, ids: Sequence[int], **values: object) -> Sequence[Any]:
        """The rows for these ids. Moments among `values` are stored as everywhere.

        Raises SQLAlchemy's errors.
        """
        return self.ask(connection, ids, **values)()

    def ask(
        self, connection: sa.Connection, ids: Sequence[int], **values: object
    ) -> Callable[[], Sequence[Any]]:
        """The same, but for the answer, which comes when the result is called: see `in_one_go`."""
        text = self._text(connection.dialect, len(ids))
        given = text.given({**dict(zip(text.ids, ids, strict=True)), **values}, connection.dialect)
        cursor = connection.connection.cursor()
        with _errors(connection, text.sql):
            cursor.execute(text.sql, given)

        def rows() -> Sequence[Any]:
            with _errors(connection, text.sql), closing(cursor):
                return [text.row(*row) for row in cursor.fetchall()] if text.row else ()

        return rows

    def each(self, connection: sa.Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Once for each of these sets of values, in one go."""
        text = self._text(connection.dialect, 0)
        with _errors(connection, text.sql), closing(connection.connection.cursor()) as cursor:
            cursor.executemany(text.sql, [text.given(row, connection.dialect) for row in rows])

    def _text(self, dialect: Dialect, count: int) -> _Text:
        known = self._texts.get((dialect.name, count))
        if known is None:
            ids = [sa.bindparam(f"id_{number}", type_=sa.Integer()) for number in range(count)]
            known = self._texts[dialect.name, count] = _compile(self._make(ids), dialect, count)
        return known


@dataclass(frozen=True)
class _Text:
    """What the driver runs. `order` of parameters where they have no names; `fixed` never change."""

    sql: str
    ids: Sequence[str]
    order: Sequence[str] | None
    fixed: Mapping[str, object]
    #: makes one of a row; None: nothing comes back
    row: Callable[..., Any] | None

    def given(self, values: Mapping[str, object], dialect: Dialect) -> Any:
        found = dict(self.fixed)
        for name, value in values.items():
            found[name] = as_stored(value, dialect) if isinstance(value, datetime) else value
        return tuple(found[name] for name in self.order) if self.order is not None else found


@contextmanager
def in_one_go(connection: sa.Connection) -> Iterator[None]:
    """Statements that are asked in here do not wait for each other's answers, where the driver can do that:
    a server then costs one round trip for all of them. For statements of this module alone."""
    pipeline = getattr(connection.connection.driver_connection, "pipeline", nullcontext)
    with _errors(connection, "several statements"), pipeline():
        yield


@contextmanager
def _errors(connection: sa.Connection, sql: str) -> Iterator[None]:
    """The driver's errors as SQLAlchemy's."""
    dialect = connection.dialect
    driver = dialect.loaded_dbapi.Error
    try:
        yield
    except driver as error:
        if dialect.is_disconnect(error, connection.connection.dbapi_connection, None):
            connection.invalidate()
        raise sa.exc.DBAPIError.instance(sql, None, error, driver, dialect=dialect) from error


def _compile(statement: sa.Executable, dialect: Dialect, count: int) -> _Text:
    compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
    fixed = {}
    for name, bind in compiled.binds.items():
        if not bind.required:
            process = bind.type.dialect_impl(dialect).bind_processor(dialect)
            fixed[name] = process(bind.value) if process else bind.value
    columns = [column[0] for column in compiled._result_columns]
    return _Text(
        sql=str(compiled),
        ids=[f"id_{number}" for number in range(count)],
        order=compiled.positiontup if compiled.positional else None,
        fixed=fixed,
        row=namedtuple("Row", columns) if columns else None,
    )


def as_stored(moment: datetime, dialect: Dialect) -> object:
    """What the driver is to be given for a moment."""
    process = _moment_processor(dialect)
    return process(moment) if process else moment


@cache
def _moment_processor(dialect: Dialect) -> Callable[[Any], Any] | None:
    return UTCDateTime().dialect_impl(dialect).bind_processor(dialect)
