"""Undo an import, while nothing was sent from it and nobody worked on its people since.

Whoever came with it goes, with all that the list said of them: nobody was ever told anything. Of those who
were here before, what the list stated counts no more, and they stand as they stood; the history keeps both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.imports.lists import _list
from employer_app.domain.clock import now
from employer_app.domain.errors import Refused
from employer_app.domain.event import ORGANISATION_SUBJECT, EventKind
from employer_app.domain.person_name import search_key
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db, transaction
from employer_app.ledger.record import NewFact, lock, record
from employer_app.ledger.removal import remove_applications, remove_empty_jobs
from employer_app.ledger.subject import record_on
from employer_app.models import (
    Application,
    Candidate,
    CandidateMerge,
    Decision,
    ImportEffect,
    ImportItem,
    MessageApplication,
    Organisation,
)

_SLICE = 500
_NAMED = 3


@dataclass(frozen=True)
class Obstacle:
    """Why an import cannot be undone: how many of its people were written to, or worked on, since."""

    written_to: int
    worked_on: int
    names: tuple[str, ...]


def obstacle(*, list_id: int, actor: Person) -> Obstacle | None:
    """None while it can be undone."""
    require(actor, Verb.IMPORT)
    return _obstacle(db.session(), _items(db.session(), list_id))


def undo(*, list_id: int, actor: Person) -> int:
    """Returns how many people went. Raises Refused when it is too late for that; harmless to repeat."""
    require(actor, Verb.IMPORT)
    with transaction() as session:
        row = _list(session, list_id, lock=True)
        if row.undone_at:
            return 0
        if not row.imported_at:
            raise Refused("This list was not imported.", "There is nothing to undo.")
        items = _items(session, list_id)
        _lock(session, items)
        trouble = _obstacle(session, items)
        if trouble:
            raise Refused(_words(trouble), "Nothing was undone. Correct these people one by one.")
        added = [item.application_id for item in items if item.effect is ImportEffect.ADDED]
        _take_back(session, [item for item in items if item.effect is ImportEffect.CHANGED], actor)
        jobs = _remove(session, added)
        row.undone_at, row.undone_by, row.job_id = now(), actor.user_id, None
        session.flush()
        remove_empty_jobs(session, sorted(jobs))
        organisation = session.get(Organisation, 1, with_for_update=True, populate_existing=True)
        if organisation:
            fact = NewFact(0, EventKind.LIST_UNDONE, {"list_id": list_id, "counts": {"removed": len(added)}})
            record_on(session, ORGANISATION_SUBJECT, organisation, fact, actor_id=actor.user_id)
        return len(added)


def _items(session: Session, list_id: int) -> Sequence[ImportItem]:
    query = (
        sa.select(ImportItem)
        .where(ImportItem.list_id == list_id, ImportItem.effect != ImportEffect.SEEN)
        .order_by(ImportItem.application_id)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def _lock(session: Session, items: Sequence[ImportItem]) -> None:
    """The people whose record the list corrected, then the applications."""
    people = sorted({item.before["person"]["id"] for item in items if "person" in item.before})
    query = sa.select(Candidate).where(Candidate.id.in_(people)).order_by(Candidate.id)
    session.scalars(query.with_for_update(key_share=True)).all()
    for start in range(0, len(items), _SLICE):
        lock(session, [item.application_id for item in items[start : start + _SLICE]])


def _obstacle(session: Session, items: Sequence[ImportItem]) -> Obstacle | None:
    seq_of = {item.application_id: item.event_seq for item in items}
    ids = list(seq_of)
    written: set[int] = set()
    worked: set[int] = set()
    for start in range(0, len(ids), _SLICE):
        part = ids[start : start + _SLICE]
        links = sa.select(MessageApplication.application_id).where(
            MessageApplication.application_id.in_(part), ~MessageApplication.cancelled
        )
        written |= set(session.scalars(links))
        numbers = sa.select(Application.id, Application.event_seq).where(Application.id.in_(part))
        worked |= {row.id for row in session.execute(numbers) if row.event_seq > seq_of[row.id]}
        worked |= set(session.scalars(_merged(part)))
    if not written | worked:
        return None
    names = (
        sa.select(Candidate.name)
        .join(Application, Application.candidate_id == Candidate.id)
        .where(Application.id.in_(sorted(written | worked)[:_NAMED]))
        .order_by(Application.id)
    )
    return Obstacle(len(written), len(worked - written), tuple(session.scalars(names)))


def _merged(ids: Sequence[int]) -> sa.Select[int]:
    """Those whose person was joined with another record since."""
    return (
        sa.select(Application.id)
        .join(CandidateMerge, CandidateMerge.kept_id == Application.candidate_id)
        .where(Application.id.in_(ids), CandidateMerge.undone_at.is_(None))
    )


def _words(trouble: Obstacle) -> str:
    who = ", ".join(trouble.names)
    count = trouble.written_to + trouble.worked_on
    more = f" and {count - len(trouble.names)} more" if count > len(trouble.names) else ""
    if trouble.written_to:
        return f"Messages to {who}{more} were written since."
    return f"Somebody worked on {who}{more} since."


def _take_back(session: Session, items: Sequence[ImportItem], actor: Person) -> None:
    facts = []
    for item in items:
        row = session.get_one(Application, item.application_id)
        before: Mapping[str, Any] = item.before
        seqs = list(range(before["event_seq"] + 1, item.event_seq + 1))
        row.stage_id = before["stage_id"]
        row.version += 1
        if "person" in before:
            _restore(session.get_one(Candidate, before["person"]["id"]), before["person"])
        facts.append(NewFact(row.id, EventKind.TAKEN_BACK, {"list_id": item.list_id, "seqs": seqs}))
    ids = [item.application_id for item in items]
    if ids:
        moments = sa.select(Decision).where(Decision.application_id.in_(ids), Decision.undone_at.is_(None))
        imported = {item.application_id for item in items if "outcome" in item.before.get("changed", ())}
        for decision in session.scalars(moments):
            if decision.application_id in imported:
                decision.undone_at = now()
    record(session, facts, actor_id=actor.user_id)
    for item in items:
        _as_if_never_said(session, item)


def _as_if_never_said(session: Session, item: ImportItem) -> None:
    """The import that brought the person can be undone as before: nobody worked on them in between."""
    seq = session.get_one(Application, item.application_id).event_seq
    session.execute(
        sa.update(ImportItem)
        .where(
            ImportItem.application_id == item.application_id,
            ImportItem.list_id < item.list_id,
            ImportItem.effect == ImportEffect.ADDED,
            ImportItem.event_seq == item.before["event_seq"],
        )
        .values(event_seq=seq)
    )


def _restore(person: Candidate, was: Mapping[str, Any]) -> None:
    person.name, person.address, person.address_key = was["name"], was["address"], was["address_key"]
    texts = (person.name, person.call_name, person.address or "", person.second_address or "")
    person.search_key = search_key(" ".join(filter(None, texts)))
    person.version += 1


def _remove(session: Session, ids: Sequence[int]) -> set[int]:
    """The applications and whoever is in no other; returns the jobs that they were in."""
    jobs: set[int] = set()
    people: set[int] = set()
    for start in range(0, len(ids), _SLICE):
        part = ids[start : start + _SLICE]
        rows = session.execute(
            sa.select(Application.job_id, Application.candidate_id).where(Application.id.in_(part))
        ).all()
        jobs |= {row.job_id for row in rows}
        people |= {row.candidate_id for row in rows}
        remove_applications(session, part)
    merged = sa.select(CandidateMerge.merged_id).union(sa.select(CandidateMerge.kept_id))
    still = sa.select(Application.candidate_id)
    numbers = sorted(people)
    for start in range(0, len(numbers), _SLICE):
        session.execute(
            sa.delete(Candidate).where(
                Candidate.id.in_(numbers[start : start + _SLICE]),
                Candidate.id.not_in(still),
                Candidate.id.not_in(merged),
            )
        )
    return jobs
