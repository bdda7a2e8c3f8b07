"""The version of the database that this code expects."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa

from employer_app.config import shipped
from employer_app.extensions import db


@cache
def head() -> str | None:
    """The newest migration that ships with this code: each file begins with the number of its version."""
    numbers = [file.name.partition("_")[0] for file in (shipped("migrations") / "versions").glob("*.py")]
    return max(numbers, default=None)


def is_current() -> bool:
    """Whether the database stands there. Raises the database's own error when it is away."""
    stands_at = db.session.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return stands_at is not None and stands_at == head()
