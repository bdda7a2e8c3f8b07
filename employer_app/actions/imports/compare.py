"""Rows of people who are here already: what the list says anew, and who is in it no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.imports.jobs import ListJobs
from employer_app.actions.imports.match import Matched
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.difference import Difference, Stands, difference, seen
from employer_app.domain.applicant_list.standing import outcome, told_on
from employer_app.domain.applicant_list.verdict import Applicant
from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.stage import StageKind, StagePlan, deepest
from employer_app.domain.stage_label import fallback_stage
from employer_app.domain.status import LIVE
from employer_app.models import ApplicantList, Application, Candidate, Event, ImportItem, Stage

_SLICE = 500


@dataclass(frozen=True)
class Gone:
    """Somebody whom an earlier list of this system brought, who still waits, and who is not in this one."""

    application_id: int
    name: str
    job_id: int
    #: what a row about them would hold, in small letters
    words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Compared:
    """By row number, only of those who are here already and of whom the list says something new."""

    changes: Mapping[int, Difference] = field(default_factory=dict)
    gone: tuple[Gone, ...] = ()

    @property
    def changed(self) -> list[int]:
        return [row for row, found in self.changes.items() if found.changes]

    @property
    def in_conflict(self) -> list[int]:
        return [row for row, found in self.changes.items() if found.conflicts]


def stage_in(stages: Sequence[StagePlan], plan: StagePlan | None) -> tuple[StagePlan, StageKind]:
    """The stage of one job that is meant, and the kind that counts: an unknown one counts as interviewed."""
    if plan is None:
        fallback = fallback_stage(stages)
        return fallback, deepest(fallback.kind, StageKind.INTERVIEW)
    same = next((stage for stage in stages if stage.name == plan.name), None)
    found = (
        same or next((stage for stage in stages if stage.kind is plan.kind), None) or fallback_stage(stages)
    )
    return found, deepest(found.kind, plan.kind)


def compare(
    session: Session,
    good: Sequence[Applicant],
    matched: Matched,
    jobs: ListJobs,
    choices: ListChoices,
    stages: Mapping[str, StagePlan | None],
    *,
    source_id: int | None,
    unread: Collection[str] = frozenset(),
) -> Compared:
    """`unread`: numbers, addresses and names, in small letters, of rows that could not be read.

    Whoever one of them is about may well stand in the list.
    """
    here = [applicant for applicant in good if applicant.row in matched.applications]
    found: dict[int, Difference] = {}
    before = _before(session, list(matched.applications.values()))
    stand = _stand(session, list(matched.applications.values()), before)
    for applicant in here:
        application_id = matched.applications[applicant.row]
        job = jobs.of(applicant)
        if job is None:
            continue
        stage, _ = stage_in(job.stages, stages.get(applicant.stage_label))
        ended = outcome(applicant, choices)
        said = seen(applicant, ended, stage.name, told_on(applicant, choices, ended))
        item = before.get(application_id)
        differs = difference(item.seen if item else {}, said, stand[application_id])
        if differs.changes or differs.conflicts:
            found[applicant.row] = differs
    ids = [job.id for job in jobs.found.values() if job.id is not None]
    gone = _gone(session, ids, source_id, set(matched.applications.values()))
    return Compared(found, tuple(one for one in gone if one.words.isdisjoint(unread)))


def _before(session: Session, ids: Sequence[int]) -> dict[int, ImportItem]:
    """What the last list of each application said, but for those that were undone."""
    items: dict[int, ImportItem] = {}
    for start in range(0, len(ids), _SLICE):
        query = (
            sa.select(ImportItem)
            .join(ApplicantList, ApplicantList.id == ImportItem.list_id)
            .where(ImportItem.application_id.in_(ids[start : start + _SLICE]))
            .where(ApplicantList.undone_at.is_(None))
            .order_by(ImportItem.list_id)
        )
        items |= {item.application_id: item for item in session.scalars(query)}
    return items


def _stand(session: Session, ids: Sequence[int], before: Mapping[int, ImportItem]) -> dict[int, Stands]:
    stand: dict[int, Stands] = {}
    for start in range(0, len(ids), _SLICE):
        part = ids[start : start + _SLICE]
        talks = _talks(session, part)
        query = (
            sa.select(Application, Stage.name.label("stage"), Candidate.name, Candidate.address)
            .join(Stage, Stage.id == Application.stage_id)
            .join(Candidate, Candidate.id == Application.candidate_id)
            .where(Application.id.in_(part))
            .execution_options(populate_existing=True)
        )
        for row, stage, name, address in session.execute(query):
            item = before.get(row.id)
            stand[row.id] = Stands(
                status=row.status,
                stage=stage,
                told=row.told_at is not None,
                # what goes on in another job here is never opened by a list again
                moved=item is None or row.event_seq > item.event_seq or row.moved_to_id is not None,
                name=name,
                address=address or "",
                interviews=frozenset(talks[row.id]),
            )
    return stand


def _talks(session: Session, ids: Sequence[int]) -> defaultdict[int, set[str]]:
    """The days of the talks that are recorded, as ISO dates."""
    subjects = {application_subject(number): number for number in ids}
    kinds = (EventKind.INTERVIEW_HELD, EventKind.INTERVIEW_MISSED)
    query = sa.select(Event.subject, Event.occurred_at).where(
        Event.subject.in_(subjects), Event.kind.in_(kinds)
    )
    talks: defaultdict[int, set[str]] = defaultdict(set)
    for row in session.execute(query):
        talks[subjects[row.subject]].add(row.occurred_at.date().isoformat())
    return talks


def _gone(
    session: Session, job_ids: Sequence[int], source_id: int | None, still: set[int]
) -> tuple[Gone, ...]:
    if source_id is None or not job_ids:
        return ()
    query = (
        sa.select(
            Application.id, Candidate.name, Application.job_id, Application.external_id, Candidate.address
        )
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(
            Application.source_id == source_id,
            Application.job_id.in_(job_ids),
            Application.status.in_(LIVE),
        )
        .order_by(Application.id)
    )
    rows: Sequence[Any] = session.execute(query).all()
    return tuple(
        Gone(
            row.id,
            row.name,
            row.job_id,
            frozenset(word.casefold() for word in (row.external_id, row.name, row.address) if word),
        )
        for row in rows
        if row.id not in still
    )
