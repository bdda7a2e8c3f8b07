"""The saved filters that somebody sees: their own, and those that others share with the team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from employer_app.domain.filter_page import FilterPage
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Job, SavedFilter, User

#: so many are read; a team that shares more has lost sight of them anyway
_MOST = 200


@dataclass(frozen=True)
class Saved:
    """`by`: who shares it; empty where it is one's own."""

    id: int
    name: str
    page: FilterPage
    args: Mapping[str, str]
    job_id: int | None
    job_title: str
    shared: bool
    by: str = ""


def saved_filters(
    viewer: Person, page: FilterPage | None = None, *, job_id: int | None = None
) -> Sequence[Saved]:
    """One's own first, then by name. `page`: of that list alone; of a job, those that make sense in it."""
    require(viewer, Verb.READ)
    mine = SavedFilter.user_id == viewer.user_id
    seen = [SavedFilter.deleted_at.is_(None), sa.or_(mine, SavedFilter.shared)]
    if page is not None:
        here = sa.or_(SavedFilter.job_id.is_(None), SavedFilter.job_id == job_id)
        seen += [SavedFilter.page == page, here]
    query = (
        sa.select(SavedFilter, User.name.label("by"), Job.title)
        .join(User, User.id == SavedFilter.user_id)
        .outerjoin(Job, Job.id == SavedFilter.job_id)
        .where(*seen)
        .order_by(sa.case((mine, 0), else_=1), SavedFilter.id)
        .limit(_MOST)
    )
    found = [
        Saved(
            row.id,
            row.name,
            row.page,
            {name: str(value) for name, value in row.args.items()},
            row.job_id,
            title or "",
            row.shared,
            "" if row.user_id == viewer.user_id else by,
        )
        for row, by, title in db.session.execute(query)
    ]
    return sorted(found, key=lambda one: (bool(one.by), one.name.casefold(), one.id))
