"""Write what a newer list says of people who are here already. What was told is never untold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.imports.insert import new_facts
from employer_app.domain.applicant_list.difference import Difference
from employer_app.domain.applicant_list.outcome import OPEN, Outcome
from employer_app.domain.applicant_list.standing import (
    ListFact,
    Standing,
    ending_facts,
    interview_facts,
    told_fact,
)
from employer_app.domain.applicant_list.verdict import Applicant
from employer_app.domain.event import EventKind
from employer_app.domain.person_name import search_key
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE, Status
from employer_app.ledger.record import lock, record
from employer_app.models import Application, Candidate, Decision, Job, Stage
from employer_app.models.bulk import insert_rows

#: of the person, not of the application
CORRECTED = frozenset({"name", "address"})


@dataclass(frozen=True)
class Update:
    """One row whose application is here, with what the list says anew of it."""

    applicant: Applicant
    application_id: int
    job: Job
    stage: Stage
    stage_kind: StageKind
    standing: Standing
    differs: Difference


def apply(
    session: Session, updates: list[Update], *, actor_id: int | None, moment: datetime
) -> dict[int, dict[str, Any]]:
    """Returns, by application, what undoing it restores. Call after `lock_all`."""
    if not updates:
        return {}
    corrected = [u.application_id for u in updates if CORRECTED & set(u.differs.changes)]
    people = {person.id: person for person in session.scalars(_people(corrected))}
    rows = {row.id: row for row in lock(session, sorted(update.application_id for update in updates))}
    before: dict[int, dict[str, Any]] = {}
    status = {row.id: row.status for row in rows.values()}
    found: list[tuple[int, ListFact]] = []
    for update in updates:
        row = rows[update.application_id]
        changed = sorted(update.differs.changes)
        before[row.id] = {"event_seq": row.event_seq, "stage_id": row.stage_id, "changed": changed}
        facts = list(_facts(update, row, moment))
        person = people.get(row.candidate_id)
        if person and CORRECTED & set(update.differs.changes):
            fact, was = _correct(person, update, moment)
            before[row.id]["person"] = was
            facts.append(fact)
        row.version += 1
        found += [(row.id, fact) for fact in facts]
    facts_of_all, decisions = new_facts(session, found, actor_id=actor_id, before=status)
    insert_rows(session, Decision, decisions)
    record(session, facts_of_all, actor_id=actor_id)
    return before


def _facts(update: Update, row: Application, moment: datetime) -> Iterator[ListFact]:
    changes = update.differs.changes
    if "stage" in changes:
        row.stage_id = update.stage.id
        said = {"stage_id": update.stage.id, "stage_kind": update.stage_kind.value}
        yield ListFact(EventKind.STAGE_MOVED, moment, said, {"stage": update.stage.name})
    if "interviews" in changes:
        fresh = set(changes["interviews"])
        zone = ZoneInfo(update.job.place.timezone)
        held = [each for each in update.applicant.interviews if _day(each.on) in fresh]
        yield from interview_facts(replace(update.applicant, interviews=tuple(held)), zone, moment)
    if "outcome" in changes:
        yield from _outcome(update, row, moment)
    elif "told" in changes and update.standing.told_at:
        yield told_fact(update.standing, update.standing.told_at, rejected=row.status is Status.REJECTED)


def _outcome(update: Update, row: Application, moment: datetime) -> Iterator[ListFact]:
    wanted = Outcome(update.differs.changes["outcome"])
    if wanted in OPEN:
        if row.status not in LIVE:
            row.cycle += 1  # taken back there: one more message of each purpose may be right
        status = Status.ON_HOLD if wanted is Outcome.ON_HOLD else Status.ACTIVE
        yield ListFact(EventKind.STATUS_CHANGED, moment, {"status": status.value})
        return
    yield from ending_facts(update.applicant, update.standing)


def _day(on: date | datetime) -> str:
    return on.isoformat()[:10]


def lock_all(session: Session, application_ids: Sequence[int], corrected: Sequence[int]) -> None:
    """The people whose name or address the list corrects, then the applications; ids ascending."""
    session.scalars(_people(corrected)).all()
    lock(session, sorted(application_ids))


def _people(application_ids: Sequence[int]) -> sa.Select[Candidate]:
    ids = sa.select(Application.candidate_id).where(Application.id.in_(application_ids))
    return (
        sa.select(Candidate)
        .where(Candidate.id.in_(ids))
        .order_by(Candidate.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _correct(person: Candidate, update: Update, moment: datetime) -> tuple[ListFact, dict[str, Any]]:
    """Set name and address as the list says; returns the fact, and what undoing it restores."""
    changes = update.differs.changes
    was = {"id": person.id, "name": person.name, "address": person.address, "address_key": person.address_key}
    if "name" in changes:
        person.name = changes["name"]
    if "address" in changes and update.applicant.address:
        person.address, person.address_key = update.applicant.address.mailbox, update.applicant.address.key
    texts = (person.name, person.call_name, person.address or "", person.second_address or "")
    person.search_key = search_key(" ".join(filter(None, texts)))
    person.version += 1
    fields = sorted(CORRECTED & set(changes))
    payload = {
        "before": {name: was[name] or "" for name in fields},
        "after": {name: changes[name] for name in fields},
    }
    return ListFact(EventKind.CANDIDATE_CHANGED, moment, {"fields": fields}, payload), was
