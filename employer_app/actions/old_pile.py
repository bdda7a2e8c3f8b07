"""The old pile: people who were late already when a list brought them. Planned, they are on the home list.

Nobody is forgotten there: whatever happens to somebody takes them off it (ledger/record.py).
"""

from __future__ import annotations

import sqlalchemy as sa

from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.ledger.record import lock
from employer_app.models import Application

_SLICE = 500


def plan(*, actor: Person, job_id: int | None = None) -> int:
    """Put everybody on the pile, or those of one job, on the home list; returns how many. Harmless twice."""
    require(actor, Verb.EDIT)
    with transaction() as session:
        query = sa.select(Application.id).where(Application.old_pile).order_by(Application.id)
        if job_id is not None:
            query = query.where(Application.job_id == job_id)
        ids = session.scalars(query).all()
        for start in range(0, len(ids), _SLICE):
            for row in lock(session, ids[start : start + _SLICE]):
                row.old_pile = False
        return len(ids)
