"""The extensions, unbound, and the one way to write: `transaction()`.

Nothing here imports a floor above. `commit(` stands in this file only; a test holds that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum as PythonEnum
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_mail import Mail
from flask_security import Security
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from huey.api import Huey
from huey.registry import Message
from huey.storage import MemoryStorage
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session, registry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """Aware UTC in and out on every database; a naive moment is refused, for it means nothing."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        if value.tzinfo is not UTC:
            value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def values_of(enum: type[PythonEnum]) -> list[str]:
    """What the database holds of an enum: its values, never its names."""
    return [str(member.value) for member in enum]


class Base(DeclarativeBase):
    """Of every table. Enums are stored by value, with a CHECK; JSON is plain JSON."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime(),
            PythonEnum: sa.Enum(
                PythonEnum, native_enum=False, create_constraint=True, length=40, values_callable=values_of
            ),
            dict[str, Any]: sa.JSON(),
            list[Any]: sa.JSON(),
            list[str]: sa.JSON(),
            list[dict[str, Any]]: sa.JSON(),
        },
    )


db = SQLAlchemy(
    model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False, "autoflush": False}
)
mail = Mail()
csrf = CSRFProtect()
security = Security()

#: busy, gone, or not migrated: try later. For the floors that hold no SQL
DatabaseTrouble = sa.exc.OperationalError


def setting(name: str) -> Any:
    """One setting of the running app. The floors below the web know no Flask; they ask here."""
    return current_app.config[name]


def for_a_thread(work: Callable[[], None]) -> Callable[[], None]:
    """`work` as another thread may run it: in the running app, with a session of its own."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy knows one thread

    def run() -> None:
        with app.app_context():
            try:
                work()
            finally:
                db.session.remove()

    return run


class JsonSerializer:
    """Task messages as JSON: ids and names only, and nothing that could run when it is read."""

    def serialize(self, data: Message) -> bytes:
        return json.dumps(data._asdict(), default=lambda moment: {"moment": moment.isoformat()}).encode()

    def deserialize(self, data: bytes) -> Message:
        return Message(**json.loads(bytes(data), object_hook=_moment))


def _moment(value: dict[str, Any]) -> Any:
    return datetime.fromisoformat(value["moment"]) if value.keys() == {"moment"} else value


#: bound to its own SQLite file by `tasks.init_app`
huey = Huey("employer", results=False, storage_class=MemoryStorage, serializer=JsonSerializer())


@sa.event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not _is_sqlite(connection):
        return
    # We say BEGIN ourselves (below): the driver's own would come too late and too weak.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@sa.event.listens_for(Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        # A read that turns into a write dies at once with BUSY_SNAPSHOT, whatever the timeout:
        # so a writing transaction takes the lock before its first read.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _is_sqlite(connection: Any) -> bool:
    return type(connection).__module__.startswith("sqlite3")


@contextmanager
def kept_connection() -> Iterator[sa.Connection]:
    """One for many short transactions, `with connection.begin():` each, of statements that the driver runs
    itself. For the worker alone: sessions know nothing of what is written here."""
    with db.engine.connect().execution_options(writes=True) as connection:
        yield connection


@contextmanager
def transaction() -> Iterator[Session]:
    """One verb, one transaction: everything inside is kept, or nothing is.

    Not to be nested (RuntimeError): a verb that needs another verb's work calls its inner function.
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("a transaction inside a transaction")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside a transaction")
    session.rollback()  # ends the read transaction of this request, if there is one
    session.expire_all()  # rows read before are read anew: others may have written since
    session.info["writing"] = True
    try:
        session.connection(execution_options={"writes": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing", None)
