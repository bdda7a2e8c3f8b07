"""Systems that the lists of a world came from."""

from __future__ import annotations

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.extensions import transaction
from employer_app.models import Application, ImportSource

_NAMES = ("Greenhouse", "Lever", "A list with a long name, of all who wrote to us this year", "Recruitee")


def came_from(count: int = 1) -> None:
    """So many systems; every application is of the first."""
    with transaction() as session:
        rows = [
            ImportSource(name=_NAMES[number % len(_NAMES)], fingerprint=str(number), created_at=now())
            for number in range(count)
        ]
        session.add_all(rows)
        session.flush()
        session.execute(sa.update(Application).values(source_id=rows[0].id, external_id="R-1"))
