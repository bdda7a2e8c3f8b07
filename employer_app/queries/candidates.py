"""One person: what we know of them, their applications, and who else can be reached at their address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from employer_app.domain.errors import NotFound
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.models import Candidate
from employer_app.queries.applications import Other, PersonFacts, person_facts
from employer_app.queries.choices import Choice
from employer_app.queries.merges import PastMerge, applications_of, past_merges
from employer_app.queries.same_people import Pair, like


@dataclass(frozen=True)
class CandidatePage:
    person: PersonFacts
    applications: Sequence[Other]
    #: others who share one of the addresses, and are known to be somebody else or have no name in common
    housemates: Sequence[Choice]
    #: the record that stands for this one since they were merged
    merged_into: Choice | None
    #: who may be the same person
    like: Sequence[Pair]
    merges: Sequence[PastMerge]

    @property
    def live(self) -> int:
        return sum(one.status in {Status.ACTIVE, Status.ON_HOLD} for one in self.applications)


def candidate_page(viewer: Person, candidate_id: int) -> CandidatePage:
    """Raises NotFound."""
    require(viewer, Verb.READ)
    row = db.session.get(Candidate, candidate_id)
    if row is None:
        raise NotFound("There is no such person.", "They may have been removed.")
    pairs = like(viewer, row.id)
    theirs = {each.id for pair in pairs for each in (pair.one, pair.other)}
    return CandidatePage(
        person_facts(row),
        applications_of(row.id),
        [one for one in _housemates(row) if one.id not in theirs],
        _merged_into(row),
        pairs,
        past_merges(viewer, row.id),
    )


def _merged_into(row: Candidate) -> Choice | None:
    kept = db.session.get(Candidate, row.merged_into_id) if row.merged_into_id else None
    return Choice(kept.id, kept.name) if kept else None


def _housemates(row: Candidate) -> list[Choice]:
    keys = [key for key in (row.address_key, row.second_address_key) if key]
    if not keys:
        return []
    query = (
        sa.select(Candidate.id, Candidate.name)
        .where(sa.or_(Candidate.address_key.in_(keys), Candidate.second_address_key.in_(keys)))
        .where(Candidate.id != row.id, Candidate.erased_at.is_(None), Candidate.merged_into_id.is_(None))
        .order_by(Candidate.name, Candidate.id)
        .limit(20)
    )
    return [Choice(found.id, found.name) for found in db.session.execute(query)]
