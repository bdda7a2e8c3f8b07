"""An app on an empty, migrated database: a file, and PostgreSQL where EMPLOYER_TEST_POSTGRES_URL is set."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from employer_app import create_app
from employer_app.extensions import db
from tests import factories


@contextmanager
def apps() -> Iterator[dict[str, Flask]]:
    """By the name of the database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        urls = {"SQLite": f"sqlite:///{folder / 'bench.sqlite'}"}
        server = os.environ.get("EMPLOYER_TEST_POSTGRES_URL")
        if server:
            urls["PostgreSQL"] = stack.enter_context(factories.postgres_database(server))
        else:
            print("PostgreSQL is left out: EMPLOYER_TEST_POSTGRES_URL is not set")
        found = {name: _app(url, folder / name) for name, url in urls.items()}
        yield found
        for app in found.values():
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def _app(url: str, instance: Path) -> Flask:
    app = create_app({"SQLALCHEMY_DATABASE_URI": url}, instance)
    factories.migrate(app)
    return app
