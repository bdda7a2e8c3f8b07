"""Who in a job is meant: by an address, by the number of an application, or by a day that we gave them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain.duty import Reason
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import LIVE
from employer_app.extensions import db
from employer_app.models import Application, Candidate, OwedAnswer

_SLICE = 400
V = TypeVar("V", int, str)


@dataclass(frozen=True)
class Named:
    """Of one job: the applications by address key, and each application's own address keys.

    Whoever applied for the job more than once stands there with their latest application.
    """

    by_address: Mapping[str, frozenset[int]]
    addresses: Mapping[int, frozenset[str]]


def people_named(
    viewer: Person, job_id: int, address_keys: Collection[str], application_ids: Collection[int]
) -> Named:
    """Whatever is nobody's in this job is simply not there."""
    require(viewer, Verb.READ)
    rows = [
        row
        for part in _parts(sorted(address_keys))
        for row in _rows(
            job_id, sa.or_(Candidate.address_key.in_(part), Candidate.second_address_key.in_(part))
        )
    ]
    latest: dict[int, tuple[int, int]] = {}
    for row in rows:
        latest[row.candidate_id] = max(latest.get(row.candidate_id, (0, 0)), (row.round, row.id))
    by_address: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        for key in _keys(row):
            by_address[key].add(latest[row.candidate_id][1])
    named = [
        row for part in _parts(sorted(application_ids)) for row in _rows(job_id, Application.id.in_(part))
    ]
    return Named(
        {key: frozenset(ids) for key, ids in by_address.items()}, {row.id: _keys(row) for row in named}
    )


def told_a_day(viewer: Person, job_id: int, day: date, timezone: str) -> list[int]:
    """The live applications whose people were told to hear from us by this day, and have not heard since."""
    require(viewer, Verb.READ)
    zone = ZoneInfo(timezone)
    query = (
        sa.select(OwedAnswer.application_id, OwedAnswer.target_at)
        .join(Application, Application.id == OwedAnswer.application_id)
        .where(
            OwedAnswer.job_id == job_id,
            OwedAnswer.reason == Reason.PROMISE_DUE,
            Application.status.in_(LIVE),
        )
    )
    rows = db.session.execute(query)
    return sorted({row.application_id for row in rows if row.target_at.astimezone(zone).date() == day})


def _rows(job_id: int, wanted: sa.ColumnElement[bool]) -> list[sa.Row[int, int, int, str, str]]:
    query = (
        sa.select(
            Application.id,
            Application.candidate_id,
            Application.round,
            Candidate.address_key,
            Candidate.second_address_key,
        )
        .join(Candidate, Application.candidate_id == Candidate.id)
        .where(Application.job_id == job_id, wanted)
    )
    return list(db.session.execute(query))


def _keys(row: sa.Row[int, int, int, str, str]) -> frozenset[str]:
    return frozenset(key for key in (row.address_key, row.second_address_key) if key)


def _parts(values: list[V]) -> list[list[V]]:
    return [values[start : start + _SLICE] for start in range(0, len(values), _SLICE)]
