"""Whom of those we owe an answer a list is about: one set of filters for its rows, its numbers and its piles.

Law: what a filter says is true of a person, never of one of their debts, so nobody's debts fall apart by it.
The reason and the urgency are those of the debt that presses most; they are asked once that is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from employer_app.domain.duty import Reason
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.models import Application, Candidate, ImportEffect, ImportItem, Job, OwedAnswer, User
from employer_app.queries.owed.row import GROUPS, Group
from employer_app.queries.recipients import reads


class SourceKind(StrEnum):
    """`system`: the old system that somebody comes from. `list`: the one list that added them here."""

    SYSTEM = "system"
    LIST = "list"


@dataclass(frozen=True)
class Source:
    """What brought people here. `str()` of it stands in an address."""

    kind: SourceKind
    id: int

    def __str__(self) -> str:
        return f"{self.kind.value}-{self.id}"


@dataclass(frozen=True)
class Filters:
    """None, False or empty: everybody. They combine: whoever is found fits all of them."""

    #: the most pressing debt is that, or is that urgent
    reason: Reason | None = None
    group: Group | None = None
    #: how far they came, exactly
    reached: StageKind | None = None
    #: our last word, or their application, is at least so many days old
    silent_days: int | None = None
    owner_id: int | None = None
    job_id: int | None = None
    place_id: int | None = None
    #: in which they are written to: their own, or where nobody knows it that of the job
    language: str = ""
    source: Source | None = None
    has_address: bool | None = None
    #: those that the viewer owes; those that nobody owes who could answer; on the old pile or not
    mine: bool = False
    nobody: bool = False
    old_pile: bool | None = None

    @property
    def about_jobs(self) -> bool:
        """Whether the debts are to be read together with their jobs."""
        ids = (self.owner_id, self.place_id)
        return self.mine or self.nobody or bool(self.language) or any(one is not None for one in ids)


def of_debts(filters: Filters, viewer: Person, at: datetime) -> list[sa.ColumnElement[bool]]:
    """For a SELECT over OwedAnswer; where the filters are `about_jobs`, joined with Job."""
    owner = sa.func.coalesce(OwedAnswer.owner_id, Job.owner_id)
    found: list[sa.ColumnElement[bool]] = []
    if filters.job_id is not None:
        found.append(OwedAnswer.job_id == filters.job_id)
    if filters.place_id is not None:
        found.append(Job.place_id == filters.place_id)
    if filters.owner_id is not None:
        found.append(owner == filters.owner_id)
    if filters.mine:
        found.append(owner == viewer.user_id)
    if filters.nobody:
        found.append(~sa.exists().where(User.id == owner, User.active))
    if filters.old_pile is not None:
        on_it = OwedAnswer.application_id.in_(sa.select(Application.id).where(Application.old_pile))
        found.append(on_it if filters.old_pile else ~on_it)
    if about := _of_people(filters, at):
        of_them = sa.exists(
            sa.select(Application.id).join(Candidate).where(*about).correlate(OwedAnswer, Job)
        )
        found.append(of_them)
    if filters.source is not None and filters.source.kind is SourceKind.LIST:
        found.append(OwedAnswer.application_id.in_(added_by(filters.source.id)))
    return found


def of_worst(filters: Filters, worst: sa.Subquery) -> list[sa.ColumnElement[bool]]:
    """For a SELECT over the most pressing debt of each person."""
    found: list[sa.ColumnElement[bool]] = []
    if filters.reason is not None:
        found.append(worst.c.reason == filters.reason)
    if filters.group is not None:
        found.append(worst.c.group == GROUPS.index(filters.group))
    return found


def added_by(list_id: int) -> sa.Select[Any]:
    """The applications that this list added."""
    return sa.select(ImportItem.application_id).where(
        ImportItem.list_id == list_id, ImportItem.effect == ImportEffect.ADDED
    )


def _of_people(filters: Filters, at: datetime) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.reached is not None:
        found.append(Application.depth == filters.reached)
    if filters.silent_days is not None:
        last_word = sa.func.coalesce(Application.last_contact_at, Application.received_at)
        found.append(last_word <= at - timedelta(days=filters.silent_days))
    if filters.language:
        found.append(reads() == filters.language)
    if filters.source is not None and filters.source.kind is SourceKind.SYSTEM:
        found.append(Application.source_id == filters.source.id)
    if filters.has_address is not None:
        there = Candidate.address.is_not(None)
        found.append(there if filters.has_address else ~there)
    return [Application.id == OwedAnswer.application_id, *found] if found else []
