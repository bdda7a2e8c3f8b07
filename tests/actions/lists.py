"""Lists of applicants to bring in, and what there is afterwards."""

from __future__ import annotations

import sqlalchemy as sa

from employer_app.actions.imports import lists as imports
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import (
    Application,
    Candidate,
    Event,
    EventPayload,
    Job,
    OwedAnswer,
    Stage,
)

LIST = """Name,Email,Stage,Applied on,Application ID
Ana Prieto,ana@post.example,Applied,2026-03-02,A1
Bo Lind,bo@post.example,Interview,2026-03-03,A2
Chidi Okeke,,Applied,2026-03-04,A3
"""


def upload(actor: Person, text: str | bytes = LIST, job_id: int | None = None) -> int:
    data = text.encode() if isinstance(text, str) else text
    return imports.upload(filename="people.csv", data=data, actor=actor, job_id=job_id)


def bring_in(
    actor: Person, text: str | bytes, job_id: int | None = None, *, good_only: bool = False, **choices: object
) -> imports.Imported:
    list_id = upload(actor, text)
    imports.choose(list_id=list_id, choices=ListChoices(job_id=job_id, **choices), actor=actor)
    digest = imports.look(list_id=list_id, actor=actor).digest
    return imports.keep(list_id=list_id, digest=digest, actor=actor, good_only=good_only)


def everything() -> tuple[int, ...]:
    """How much of each kind there is."""
    db.session.rollback()
    tables = (Candidate, Application, Event, EventPayload, OwedAnswer, Job, Stage)
    return tuple(db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables)


def people() -> list[tuple[str, str | None]]:
    db.session.rollback()
    rows = db.session.execute(sa.select(Candidate.name, Candidate.address).order_by(Candidate.id))
    return [(row.name, row.address) for row in rows]


def the(table: type, **values: object) -> object:
    db.session.rollback()
    return db.session.scalars(sa.select(table).filter_by(**values)).one()
