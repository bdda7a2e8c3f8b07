"""Records that are one person, or may be, for the pages that ask."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from employer_app.actions.merges import merge, unmerge
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Application, Candidate
from tests import factories


def merged(actor: Person) -> int:
    """Somebody whose two records became one, were parted, and became one again; returns the kept one."""
    kept, other = (factories.candidate(name, "kofi@post.example") for name in ("Kofi Mensah", "K. Mensah"))
    first = merge(actor=actor, kept_id=kept, merged_id=other, kept_version=1, merged_version=1)
    unmerge(actor=actor, merge_id=first, kept_version=2)
    merge(actor=actor, kept_id=kept, merged_id=other, kept_version=3, merged_version=3)
    return kept


def twins(application_ids: Sequence[int]) -> int:
    """Each of these people has another record; returns that of the first."""
    query = (
        sa.select(Candidate.name, Candidate.address, Candidate.demo)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.id.in_(application_ids))
        .order_by(Application.id)
    )
    rows = db.session.execute(query).all()
    made = [factories.candidate(name, address, demo=demo) for name, address, demo in rows]
    return made[0]
