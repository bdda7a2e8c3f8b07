"""What the filters of the lists can be set to, in one statement: jobs, owners, places, what brought people.

Whatever is set already is among them, so that it can be said by its name and taken off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from employer_app.domain.role import Person, Role, Verb, require
from employer_app.extensions import db
from employer_app.models import ApplicantList, ImportSource, Job, OwedAnswer, Place, RoleRow, User
from employer_app.queries.choices import Choice
from employer_app.queries.owed.filters import Source, SourceKind

#: the newest so many lists can be chosen; an older one is still understood in an address
_LISTS = 50


@dataclass(frozen=True)
class Options:
    """By name each; of lists the newest first."""

    jobs: Sequence[Choice] = ()
    owners: Sequence[Choice] = ()
    places: Sequence[Choice] = ()
    #: by what stands in an address
    sources: Mapping[str, str] = field(default_factory=dict)


def owed_options(
    viewer: Person,
    *,
    job_id: int | None = None,
    owner_id: int | None = None,
    place_id: int | None = None,
    source: Source | None = None,
) -> Options:
    """The jobs in which anybody is owed a word, who can sign in, all places, systems and lists; and these."""
    require(viewer, Verb.READ)
    on_team = sa.and_(User.active, User.roles.any(RoleRow.name.in_([role.value for role in Role])))
    owed = sa.exists().where(OwedAnswer.job_id == Job.id)
    newest = (
        sa.select(ApplicantList.id)
        .where(ApplicantList.imported_at.is_not(None), ApplicantList.undone_at.is_(None))
        .order_by(ApplicantList.id.desc())
        .limit(_LISTS)
    )
    list_id = source.id if source and source.kind is SourceKind.LIST else None
    parts = [
        sa.select(sa.literal("job").label("of"), Job.id, Job.title.label("name")).where(
            sa.or_(owed, Job.id == job_id)
        ),
        sa.select(sa.literal("owner"), User.id, User.name).where(sa.or_(on_team, User.id == owner_id)),
        sa.select(sa.literal("place"), Place.id, Place.name),
        sa.select(sa.literal(SourceKind.SYSTEM.value), ImportSource.id, ImportSource.name),
        sa.select(sa.literal(SourceKind.LIST.value), ApplicantList.id, ApplicantList.filename).where(
            sa.or_(ApplicantList.id.in_(sa.select(newest.subquery().c.id)), ApplicantList.id == list_id)
        ),
    ]
    found: dict[str, list[Choice]] = {}
    for row in db.session.execute(sa.union_all(*parts)):
        found.setdefault(row.of, []).append(Choice(row.id, row.name))

    def by_name(of: str) -> list[Choice]:
        return sorted(found.get(of, []), key=lambda one: (one.name.casefold(), one.id))

    lists = sorted(found.get(SourceKind.LIST.value, []), key=lambda one: -one.id)
    brought = [
        *((Source(SourceKind.SYSTEM, one.id), one.name) for one in by_name(SourceKind.SYSTEM.value)),
        *((Source(SourceKind.LIST, one.id), one.name) for one in lists),
    ]
    return Options(
        by_name("job"), by_name("owner"), by_name("place"), {str(one): name for one, name in brought}
    )
