"""What the check before sending has to know beside the rows themselves, by set: never a statement a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from employer_app.domain.message import Kind, MessageStatus
from employer_app.domain.person_name import search_key
from employer_app.domain.preflight import Check
from employer_app.extensions import db
from employer_app.models import Candidate, FindingSeen, Message, MessageApplication, User
from employer_app.queries.recipients import RecipientRow

_SLICE = 500


@dataclass(frozen=True)
class Surroundings:
    """Of the people on one send list."""

    #: folded names of the people who work with this app
    colleagues: frozenset[str] = frozenset()
    #: by key of an address: how many people have it
    sharing: Mapping[str, int] = field(default_factory=dict)
    #: by application: when they were last sent a message of each kind
    had: Mapping[int, Mapping[Kind, datetime]] = field(default_factory=dict)
    #: candidate, check and what it was about: somebody looked and said that it is right so
    seen: frozenset[tuple[int, Check, str]] = frozenset()


NOTHING_KNOWN = Surroundings()


def surroundings(rows: Sequence[RecipientRow]) -> Surroundings:
    names = db.session.scalars(sa.select(User.name))
    return Surroundings(
        frozenset(search_key(name) for name in names),
        _sharing({row.address_key for row in rows if row.address_key}),
        _had({row.application_id for row in rows}),
        frozenset(_seen({row.candidate_id for row in rows})),
    )


def _sharing(keys: Collection[str]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for part in _parts(sorted(keys)):
        query = (
            sa.select(Candidate.address_key, sa.func.count())
            .where(
                Candidate.address_key.in_(part),
                Candidate.merged_into_id.is_(None),
                Candidate.erased_at.is_(None),
            )
            .group_by(Candidate.address_key)
            .having(sa.func.count() > 1)
        )
        found |= {key: people for key, people in db.session.execute(query) if key}
    return found


def _had(application_ids: Collection[int]) -> Mapping[int, Mapping[Kind, datetime]]:
    found: dict[int, dict[Kind, datetime]] = defaultdict(dict)
    for part in _parts(sorted(application_ids)):
        link = MessageApplication
        query = (
            sa.select(link.application_id, Message.kind, sa.func.max(Message.created_at).label("at"))
            .join(Message, Message.id == link.message_id)
            .where(link.application_id.in_(part), Message.status == MessageStatus.ACCEPTED)
            .group_by(link.application_id, Message.kind)
        )
        for row in db.session.execute(query):
            found[row.application_id][row.kind] = row.at
    return found


def _seen(candidate_ids: Collection[int]) -> Iterator[tuple[int, Check, str]]:
    for part in _parts(sorted(candidate_ids)):
        query = sa.select(FindingSeen.candidate_id, FindingSeen.check, FindingSeen.about)
        for row in db.session.execute(query.where(FindingSeen.candidate_id.in_(part))):
            yield row.candidate_id, Check(row.check), row.about


def _parts(ordered: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (ordered[start : start + _SLICE] for start in range(0, len(ordered), _SLICE))
