"""The tables and their versions. Alembic is heavy and no running worker needs it: only these load it."""

from __future__ import annotations

from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from employer_app.config import shipped
from employer_app.extensions import db


def upgrade() -> None:
    """Bring the database of the running app to the newest version."""
    _bound().upgrade()


def _bound() -> Any:
    """The library, with the running app told to it."""
    import flask_migrate  # noqa: PLC0415  # see above

    if "migrate" not in current_app.extensions:
        folder = str(shipped("migrations"))
        flask_migrate.Migrate(current_app, db, directory=folder, render_as_batch=True, compare_type=True)
    return flask_migrate


def commands() -> click.Group:
    """Those of the library, as `employer-app db …`."""
    from flask_migrate.cli import db as group  # noqa: PLC0415  # see above

    begin: Any = group.callback

    @with_appcontext
    def bound(**options: Any) -> None:
        _bound()
        begin(**options)

    group.callback = bound
    found: click.Group = group
    return found
