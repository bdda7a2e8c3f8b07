"""A job by what people call it, and what they call a job."""

from __future__ import annotations

import sqlalchemy as sa

from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Job


def job_by_title(viewer: Person, title: str) -> int:
    """The id of the one job of that title, internal or public. Raises NotFound, or Refused for several."""
    require(viewer, Verb.READ)
    wanted = title.strip().casefold()
    query = sa.select(Job.id, Job.title, Job.public_title).order_by(Job.id)
    rows = db.session.execute(query).all()
    fitting = [row.id for row in rows if row.title.casefold() == wanted] or [
        row.id for row in rows if row.public_title.casefold() == wanted
    ]
    if not fitting:
        known = ", ".join(f"“{row.title}”" for row in rows[:5])
        raise NotFound(f"There is no job “{title}”.", f"There are: {known}." if known else "There are none.")
    if len(fitting) > 1:
        raise Refused(f"{len(fitting)} jobs are called “{title}”.", "Rename all but one of them.")
    found: int = fitting[0]
    return found


def job_title(viewer: Person, job_id: int) -> str:
    """As the team calls it. Raises NotFound."""
    require(viewer, Verb.READ)
    title = db.session.scalar(sa.select(Job.title).where(Job.id == job_id))
    if title is None:
        raise NotFound("There is no such job.", "It may have been removed.")
    return title
