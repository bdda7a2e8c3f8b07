"""Both tables that name a kind of message take every kind there is and no other, and are whole otherwise."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from employer_app.domain.message import Kind
from employer_app.extensions import db, transaction
from tests import factories
from tests.actions import mail

pytestmark = pytest.mark.both


def test_tables_take_every_kind_and_no_other(app: Flask) -> None:
    message = mail.queue(factories.application(factories.job()))
    put = sa.text("UPDATE message SET kind = :kind WHERE id = :id")
    for kind in Kind:
        with transaction() as session:
            session.execute(put, {"kind": kind.value, "id": message})
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(put, {"kind": "praise", "id": message})


def test_tables_are_whole_after_all_migrations(app: Flask) -> None:
    checks = {
        str(one["name"]): str(one["sqltext"])
        for table in ("message", "plan_item")
        for one in sa.inspect(db.engine).get_check_constraints(table)
    }
    for name in ("ck_message_kind", "ck_plan_item_kind"):
        assert all(f"'{kind.value}'" in checks[name] for kind in Kind)
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            assert connection.scalar(sa.text("PRAGMA integrity_check")) == "ok"
            assert connection.scalar(sa.text("PRAGMA writable_schema")) == 0
