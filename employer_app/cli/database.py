"""Commands that work on a fresh machine: an instance without tables gets them before the command runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import sqlalchemy as sa
from flask.cli import with_appcontext

from employer_app.actions.settings import ensure_organisation
from employer_app.cli.migrations import upgrade
from employer_app.extensions import db

P = ParamSpec("P")
R = TypeVar("R")


def with_database(command: Callable[P, R]) -> Callable[P, R]:
    """Run inside the app, with a database that has its tables. An older schema is left to `db upgrade`."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if not sa.inspect(db.engine).has_table("alembic_version"):
            upgrade()
            ensure_organisation()
        return command(*args, **kwargs)

    return with_appcontext(run)
