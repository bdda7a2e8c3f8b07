"""The rows that a merge of two people moves, and moves back, for `merges`. Call with all of them locked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.candidates import IN_LETTERS, Details, columns, details_of
from employer_app.domain.errors import Changed, NotFound
from employer_app.domain.event import EventKind
from employer_app.domain.one_person import Record, changes
from employer_app.ledger.record import NewFact, lock
from employer_app.models import Application, Candidate, Message, MessageApplication
from employer_app.outbox.cancel import CANCELLABLE, cancel


def lock_two(session: Session, first: int, second: int) -> tuple[Candidate, Candidate]:
    """In the order asked for; locked in ascending order, with all that were merged into them.

    Raises NotFound, and Changed when somebody merged others into them at this moment.
    """
    two = {first, second}
    around = two | _pointing_at(session, two)
    query = (
        sa.select(Candidate)
        .where(Candidate.id.in_(around))
        .order_by(Candidate.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    found = {row.id: row for row in session.scalars(query)}
    if not two <= set(found):
        raise NotFound("There is no such person.", "They may have been removed.")
    if not _pointing_at(session, two) <= around:
        raise Changed(
            "Others were merged with one of them at this moment.", "Nothing was changed. Try again."
        )
    return found[first], found[second]


def _pointing_at(session: Session, ids: Collection[int]) -> set[int]:
    return set(session.scalars(sa.select(Candidate.id).where(Candidate.merged_into_id.in_(ids))))


def point(session: Session, at: int, to: int, only: Collection[int] | None = None) -> list[int]:
    """Whoever was merged into `at` belongs to `to` from now on; returns their ids."""
    query = sa.select(Candidate).where(Candidate.merged_into_id == at).order_by(Candidate.id)
    rows = [row for row in session.scalars(query) if only is None or row.id in only]
    for row in rows:
        row.merged_into_id = to
    session.flush()
    return [row.id for row in rows]


def applications_of(session: Session, *candidate_ids: int) -> Sequence[Application]:
    """All of them, locked."""
    ids = sa.select(Application.id).where(Application.candidate_id.in_(candidate_ids))
    return lock(session, session.scalars(ids).all())


def move(
    session: Session, rows: Sequence[Application], to: int, rounds: Mapping[int, int] | None = None
) -> list[dict[str, int]]:
    """Each with the round that it had; or, moving back, with the one in `rounds`, or the next free one.

    Who has applied for the same job under both records gets the next round.
    """
    taken: defaultdict[int, set[int]] = defaultdict(set)
    query = sa.select(Application.job_id, Application.round).where(
        Application.candidate_id == to, Application.job_id.in_({row.job_id for row in rows})
    )
    for there in session.execute(query):
        taken[there.job_id].add(there.round)
    both = set(taken)
    moved = []
    for row in sorted(rows, key=lambda row: (row.round, row.id)):
        used = taken[row.job_id]
        wanted = row.round if rounds is None else rounds[row.id]
        if wanted in used or (rounds is None and row.job_id in both):
            wanted = max(used) + 1
        used.add(wanted)
        moved.append({"id": row.id, "round": row.round})
        row.candidate_id, row.round = to, wanted
    session.flush()
    return moved


def record_of(row: Candidate) -> Record:
    return Record(**vars(details_of(row)), location=row.location)


def write(row: Candidate, after: Record) -> dict[str, list[Any]]:
    """Keep what the record says now; returns field to [before, after] where it differs."""
    changed = {field: list(both) for field, both in changes(record_of(row), after).items()}
    if changed:
        values = dict(vars(after))
        row.location = values.pop("location")
        for column, value in columns(Details(**values)).items():
            setattr(row, column, value)
    return changed


def raise_versions(
    kept: Candidate,
    merged: Candidate,
    rows: Sequence[Application],
    moving: Sequence[Application],
    changed: Collection[str],
) -> None:
    """What was reviewed about these two is stale; of the kept one what a letter would say otherwise."""
    kept.version += 1
    merged.version += 1
    for row in rows:
        if row in moving or IN_LETTERS & set(changed):
            row.version += 1


def facts_of(
    rows: Sequence[Application],
    moving: Sequence[Application],
    changed: Mapping[str, Sequence[Any]],
    word: str,
    said: Mapping[str, Any],
) -> list[NewFact]:
    """On each that moved, which two became one (or two again); on the others what changed for them."""
    facts = [NewFact(row.id, EventKind.CANDIDATE_CHANGED, {"fields": [word]}, said) for row in moving]
    if changed:
        payload = {
            "before": {field: was for field, (was, _) in changed.items()},
            "after": {field: became for field, (_, became) in changed.items()},
        }
        fields = {"fields": sorted(changed)}
        others = [row for row in rows if row not in moving]
        facts += [NewFact(row.id, EventKind.CANDIDATE_CHANGED, fields, payload) for row in others]
    return facts


def readdress(session: Session, application_ids: Sequence[int], came_from: int, to: int) -> None:
    """Their messages go along, so that the last look before one leaves is at the right record."""
    mine, others = _links(application_ids)
    query = (
        sa.select(Message)
        .where(Message.candidate_id == came_from, Message.id.in_(mine), Message.id.not_in(others))
        .order_by(Message.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for message in session.scalars(query):
        message.candidate_id = to
    session.flush()


def call_off_mixed(session: Session, application_ids: Sequence[int]) -> list[NewFact]:
    """Of two people again, none may read what was written about both."""
    mine, others = _links(application_ids)
    query = sa.select(Message.id).where(
        Message.status.in_(CANCELLABLE), Message.id.in_(mine), Message.id.in_(others)
    )
    _, facts = cancel(session, session.scalars(query).all())
    return facts


def _links(application_ids: Sequence[int]) -> tuple[sa.Select[int], sa.Select[int]]:
    """Messages about these applications, and messages about any other."""
    links = sa.select(MessageApplication.message_id)
    about = MessageApplication.application_id
    return links.where(about.in_(application_ids)), links.where(about.not_in(application_ids))
