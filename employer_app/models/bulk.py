"""Many rows at once, with ids that are known before the rows are written; and many looked up at once.

Law: the table holds afterwards what one `sa.insert` of the model would have written, defaults included. The
ORM makes of each value of each row a parameter of its own; here a column is made ready once for all rows,
and the driver gets the rows in its fastest form: executemany for SQLite, COPY for PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from employer_app.extensions import Base, UTCDateTime

#: fewer go as one plain statement: nothing is to be gained with them, and COPY takes two round trips
_MANY = 20

_Values = Sequence[Any]


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Every row names the same columns; those that none names get their defaults. ValueError otherwise."""
    if not rows:
        return
    table, names = _table(model), rows[0].keys()
    if any(row.keys() != names for row in rows):
        raise ValueError(f"rows of {table.name} do not name the same columns")
    connection = session.connection()
    write = _WRITERS.get(connection.dialect.driver)
    if len(rows) < _MANY or write is None:
        session.execute(sa.insert(table), rows)
    else:
        write(connection, table, rows)


def update_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Every row names its `id` and the same columns, which are set. What the session holds is not told."""
    if not rows:
        return
    table, connection = _table(model), session.connection()
    names = [name for name in rows[0] if name != "id"]
    given = {table.c[name]: [row[name] for row in rows] for name in (*names, "id")}
    ready = [_bound(column, connection.dialect, values) for column, values in given.items()]
    quote, mark = connection.dialect.identifier_preparer, _MARKS[connection.dialect.driver]
    sets = ", ".join(f"{quote.format_column(column)} = {mark}" for column in given if column.name != "id")
    statement = f"UPDATE {quote.format_table(table)} SET {sets} WHERE id = {mark}"  # noqa: S608 -- as above
    connection.exec_driver_sql(statement, list(zip(*ready, strict=True)))


def reserve_ids(session: Session, model: type[Base], count: int) -> Sequence[int]:
    """Ids for so many new rows, ascending, which nobody else gets. Call inside `transaction()`."""
    if not count:
        return ()
    column = _table(model).c["id"]
    if session.get_bind().dialect.name != "postgresql":  # there is one writer at a time
        last = session.scalar(sa.select(sa.func.coalesce(sa.func.max(column), 0))) or 0
        return range(last + 1, last + 1 + count)
    sequence = sa.func.pg_get_serial_sequence(column.table.name, "id")
    each = sa.func.generate_series(1, count).table_valued("number")
    return sorted(session.scalars(sa.select(sa.func.nextval(sequence)).select_from(each)))


def among(session: Session, column: Any, texts: Sequence[str]) -> sa.ColumnElement[bool]:
    """`column IN texts`, with all of them in one parameter: each of its own would cost as much as a row."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(sa.ColumnElement[bool], column == sa.any_(sa.literal(list(texts), sa.ARRAY(sa.Text))))
    each = sa.func.json_each(json.dumps(list(texts))).table_valued("value")
    return cast(sa.ColumnElement[bool], column.in_(sa.select(each.c.value)))


def _table(model: type[Base]) -> sa.Table:
    return cast(sa.Table, model.__table__)


def _executemany(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = _given(table, rows)
    into, marks = _into(connection.dialect, table, columns), ", ".join("?" * len(columns))
    ready = [_bound(column, connection.dialect, values) for column, values in columns.items()]
    statement = f"INSERT INTO {into} VALUES ({marks})"  # noqa: S608 -- names of the model alone
    connection.exec_driver_sql(statement, list(zip(*ready, strict=True)))


def _copy(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """In the transaction of the connection, like every other statement. Raises what SQLAlchemy would."""
    columns = _given(table, rows)
    statement = f"COPY {_into(connection.dialect, table, columns)} FROM STDIN"
    ready = [_written(column, connection.dialect, values) for column, values in columns.items()]
    driver: Any = connection.connection.driver_connection
    failed = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in zip(*ready, strict=True):
                copy.write_row(row)
    except failed as error:
        gone = connection.dialect.is_disconnect(error, driver, None)
        if gone:
            connection.invalidate(error)
        raise sa.exc.DBAPIError.instance(
            statement, None, error, failed, connection_invalidated=gone, dialect=connection.dialect
        ) from error


#: by the name of the driver
_WRITERS: Mapping[str, Callable[[sa.Connection, sa.Table, Sequence[Mapping[str, Any]]], None]] = {
    "pysqlite": _executemany,
    "psycopg": _copy,
}


#: what stands for a value, by the name of the driver
_MARKS = {"pysqlite": "?", "psycopg": "%s"}


def _given(table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> Mapping[sa.Column[Any], _Values]:
    """The values of each column that the rows name or that has a default in the model."""
    unknown = rows[0].keys() - table.columns.keys()
    if unknown:
        raise ValueError(f"{table.name} has no {', '.join(sorted(unknown))}")
    named = {column: [row[column.key] for row in rows] for column in table.columns if column.key in rows[0]}
    defaults = {
        column: list(_defaults(column.default, len(rows)))
        for column in table.columns
        if column not in named and column.default is not None
    }
    return named | defaults


def _defaults(default: sa.schema.DefaultGenerator, count: int) -> Iterator[Any]:
    if isinstance(default, sa.ColumnDefault) and default.is_scalar:
        return (default.arg for _ in range(count))
    if isinstance(default, sa.ColumnDefault) and default.is_callable:
        return (default.arg(None) for _ in range(count))
    raise NotImplementedError(f"a default that only the database knows: {default}")


def _into(dialect: Dialect, table: sa.Table, columns: Mapping[sa.Column[Any], _Values]) -> str:
    quote = dialect.identifier_preparer
    return f"{quote.format_table(table)} ({', '.join(map(quote.format_column, columns))})"


def _bound(column: sa.Column[Any], dialect: Dialect, values: _Values) -> _Values:
    """As the column's type gives them to the driver."""
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return values
    if isinstance(column.type, UTCDateTime | sa.Enum):
        return _each_once(process, values)
    if isinstance(column.type, sa.JSON):  # half of them hold nothing
        nothing = process({})
        return [nothing if value == {} else process(value) for value in values]
    return [process(value) for value in values]


def _written(column: sa.Column[Any], dialect: Dialect, values: _Values) -> _Values:
    """As COPY takes them: what the driver itself turns into text slowly is text already."""
    bound = _bound(column, dialect, values)
    if isinstance(column.type, sa.JSON):  # the driver's wrapper, which it would open value by value
        return [wrapped if wrapped is None else json.dumps(wrapped.obj) for wrapped in bound]
    if isinstance(column.type, UTCDateTime):
        return _each_once(lambda moment: moment if moment is None else str(moment), bound)
    return bound


def _each_once(process: Callable[[Any], Any], values: _Values) -> _Values:
    """For types of which a column holds few different values: most moments of a list are the same few."""
    different = set(values)
    # Of a zone that is not UTC, two moments of the night when clocks go back can be equal and are not one.
    if any(isinstance(value, datetime) and value.tzinfo is not UTC for value in different):
        return [process(value) for value in values]
    done = {value: process(value) for value in different}
    return [done[value] for value in values]
