"""What was decided or told here and not by a list, for the system that the lists came from.

"Here" is later than what an import wrote last of the application: what the old system told us does not go
back to it. What an undone import wrote counts for neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain.errors import NotFound
from employer_app.domain.event import CONTACTS, EventKind, application_subject
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import Status
from employer_app.domain.write_back import Done, Whose
from employer_app.extensions import db
from employer_app.models import (
    ApplicantList,
    Application,
    Candidate,
    CandidateMerge,
    Event,
    ImportEffect,
    ImportItem,
    ImportSource,
    Job,
    Place,
)

_SLICE = 500
_CHANGES = (EventKind.DECISION_MADE, EventKind.DECISION_UNDONE, EventKind.STATUS_CHANGED, EventKind.REOPENED)
_WORDS = (*CONTACTS, EventKind.TOLD_ELSEWHERE)


@dataclass(frozen=True)
class SourceLine:
    """One system, and how many of its applications changed here: those whose people know, and the others."""

    id: int
    name: str
    last_list_at: datetime | None
    known: int
    not_known: int


def sources(viewer: Person) -> list[SourceLine]:
    """All of them, by name."""
    require(viewer, Verb.EXPORT)
    last = (
        sa.select(sa.func.max(ApplicantList.imported_at))
        .where(ApplicantList.source_id == ImportSource.id, ApplicantList.undone_at.is_(None))
        .scalar_subquery()
    )
    query = sa.select(ImportSource.id, ImportSource.name, last.label("last")).order_by(
        sa.func.lower(ImportSource.name), ImportSource.id
    )
    counts = (
        sa.select(Application.source_id, sa.func.count(), sa.func.sum(sa.case((_KNOWN, 1), else_=0)))
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(*_changed(None))
        .group_by(Application.source_id)
    )
    counted = {source_id: (known, count - known) for source_id, count, known in db.session.execute(counts)}
    return [
        SourceLine(row.id, row.name, row.last, *counted.get(row.id, (0, 0)))
        for row in db.session.execute(query)
    ]


def source_name(viewer: Person, source_id: int) -> str:
    """Raises NotFound."""
    require(viewer, Verb.EXPORT)
    name = db.session.scalar(sa.select(ImportSource.name).where(ImportSource.id == source_id))
    if name is None:
        raise NotFound("There is no such source of lists.", "Go back and choose one.")
    return name


def source_by_name(viewer: Person, name: str) -> int:
    """Raises NotFound, also when two have the name."""
    require(viewer, Verb.EXPORT)
    rows = db.session.execute(sa.select(ImportSource.id, ImportSource.name).order_by(ImportSource.id)).all()
    found: list[int] = [row.id for row in rows if row.name.casefold() == name.strip().casefold()]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"“{row.name}”" for row in rows)
    many = "More than one source is" if found else "No source is"
    raise NotFound(
        f"{many} called “{name[:60]}”.",
        f"These are known: {names}." if rows else "A source is made by the first import of one of its lists.",
    )


def changed(
    viewer: Person, source_id: int, whose: Whose = Whose.KNOWN, since: datetime | None = None
) -> Iterator[Done]:
    """One row an application, oldest first. `since`: only what was written down from that moment on."""
    require(viewer, Verb.EXPORT)
    query = (
        sa.select(
            Application.id,
            Application.external_id,
            Candidate.external_id.label("candidate"),
            Candidate.name,
            sa.func.coalesce(Candidate.address, "").label("address"),
            Job.title.label("job"),
            Application.status,
            Application.told_at,
            sa.func.coalesce(Application.told_how, "").label("told_how"),
        )
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Job, Job.id == Application.job_id)
        .where(Application.source_id == source_id, *_changed(since))
        .order_by(Application.id)
        .limit(_SLICE)
    )
    if whose is Whose.KNOWN:
        query = query.where(_KNOWN)
    zone = ZoneInfo(db.session.scalar(sa.select(Place.timezone).order_by(Place.id).limit(1)) or "UTC")
    moved, last = _before_merges(), 0
    while rows := db.session.execute(query.where(Application.id > last)).all():
        reasons = _dispositions([row.id for row in rows])
        for row in rows:
            yield _done(
                row, _number(moved.get(row.id, row.candidate), source_id), reasons.get(row.id, ""), zone
            )
        last = rows[-1].id


def _done(row: Any, candidate: str, reason: str, zone: ZoneInfo) -> Done:
    return Done(
        application=row.external_id,
        candidate=candidate,
        name=row.name,
        email=row.address,
        job=row.job,
        status=row.status,
        disposition=reason if row.status in {Status.REJECTED, Status.HIRED} else "",
        told_on=row.told_at.astimezone(zone).date() if row.told_at else None,
        told_how=row.told_how,
    )


def _number(kept: str, source_id: int) -> str:
    """The number of a person as their system gave it; it is kept behind the number of that system.

    "" when another system gave it.
    """
    return kept.removeprefix(f"{source_id}:") if kept.startswith(f"{source_id}:") else ""


#: the person knows: see domain/write_back.py
_KNOWN = sa.or_(Application.told_at.is_not(None), Application.status == Status.WITHDRAWN)


def _changed(since: datetime | None) -> list[sa.ColumnElement[bool]]:
    """A decision, its undoing, a change of status or a word that tells it, after what the last list said."""
    written = (
        sa.select(sa.func.max(ImportItem.event_seq))
        .join(ApplicantList, ApplicantList.id == ImportItem.list_id)
        .where(ImportItem.application_id == Application.id, ApplicantList.undone_at.is_(None))
        .correlate(Application)
        .scalar_subquery()
    )
    tells = sa.and_(Event.kind.in_(_WORDS), Event.facts["tells"].as_boolean().is_(sa.true()))
    undone = (
        sa.exists()
        .where(
            ImportItem.application_id == Application.id,
            ImportItem.effect == ImportEffect.CHANGED,
            ApplicantList.id == ImportItem.list_id,
            ApplicantList.undone_at.is_not(None),
            Event.seq > ImportItem.before["event_seq"].as_integer(),
            Event.seq <= ImportItem.event_seq,
        )
        .correlate(Application, Event)
    )
    here = sa.exists().where(
        Event.subject == sa.literal("application:") + sa.cast(Application.id, sa.String),
        Event.seq > sa.func.coalesce(written, 0),
        sa.or_(Event.kind.in_(_CHANGES), tells),
        ~undone,
    )
    if since is not None:
        here = here.where(Event.recorded_at >= since)
    return [Application.source_id.is_not(None), Candidate.erased_at.is_(None), here]


def _dispositions(ids: Sequence[int]) -> dict[int, str]:
    """The reason of the last decision of each that was not taken back with its list."""
    by_subject = {application_subject(each): each for each in ids}
    query = (
        sa.select(Event.subject, Event.seq, Event.kind, Event.facts)
        .where(Event.subject.in_(by_subject), Event.kind.in_([EventKind.DECISION_MADE, EventKind.TAKEN_BACK]))
        .order_by(Event.seq)
    )
    rows = db.session.execute(query).all()
    back = {
        (row.subject, seq) for row in rows if row.kind is EventKind.TAKEN_BACK for seq in row.facts["seqs"]
    }
    return {
        by_subject[row.subject]: str(row.facts.get("disposition") or "")
        for row in rows
        if row.kind is EventKind.DECISION_MADE and (row.subject, row.seq) not in back
    }


def _before_merges() -> dict[int, str]:
    """Applications that now belong to another record: the number of their person in the old one."""
    query = (
        sa.select(CandidateMerge.before, Candidate.external_id)
        .join(Candidate, Candidate.id == CandidateMerge.merged_id)
        .where(CandidateMerge.undone_at.is_(None))
        .order_by(CandidateMerge.id.desc())  # the first merge of an application is written last, and stays
    )
    return {
        moved["id"]: number
        for before, number in db.session.execute(query)
        for moved in before.get("applications", ())
    }
