"""Move an application to another job, where it goes on; and undo that while nothing has happened to it there.

Law: it stays one history. What still counts is written down again in the new one with its own moment, so no
clock starts anew, no debt is lost, and none is doubled. The old one ends for a reason that needs no "no".
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.applicants import next_round, open_job
from employer_app.actions.applications import lock_all, lock_one, refuse_where_it_moved
from employer_app.actions.candidates import lock_candidate
from employer_app.actions.decisions import decision_facts
from employer_app.actions.reopening import why_of
from employer_app.actions.underway import refuse_while_told_no, refuse_while_underway
from employer_app.domain.carry import MOVED, carry, closing_on_of
from employer_app.domain.clock import now
from employer_app.domain.disposition import disposition
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE
from employer_app.extensions import transaction
from employer_app.ledger.arrival import arrive
from employer_app.ledger.history import facts_of
from employer_app.ledger.record import NewFact, record
from employer_app.ledger.removal import remove_applications
from employer_app.models import (
    Application,
    Decision,
    Event,
    EventPayload,
    Job,
    Message,
    MessageApplication,
    Stage,
)
from employer_app.models.bulk import reserve_ids
from employer_app.queries.moves import something_happened


def move_to_job(
    *, actor: Person, application_id: int, stage_id: int, version: int, reason: str, force: bool = False
) -> int:
    """To that stage of another open job; returns the id of the application there.

    Raises OnItsWay unless `force`, Changed, and AlreadyThere for whoever is in that job already.
    """
    require(actor, Verb.EDIT)
    why = why_of(reason, "Say why it is moved.")
    with transaction() as session:
        stage = _stage(session, stage_id)
        job = open_job(session, stage.job_id)
        candidate = lock_candidate(session, _whose(session, application_id))
        old = lock_one(session, application_id, version)
        _refuse(session, old, stage, candidate.id)
        if not force:
            refuse_while_underway(session, [old.id])
            if stage.kind.depth >= StageKind.OFFER.depth:
                refuse_while_told_no(session, [old.id])
        left = session.get_one(Job, old.job_id)
        new_id = reserve_ids(session, Application, 1)[0]
        arrive(
            session,
            [_columns(old, new_id, job.id, stage.id, next_round(session, job, candidate))],
            _facts(session, old, new_id, left, stage, why),
            actor_id=actor.user_id,
        )
        facts = decision_facts(session, [old], disposition(MOVED), actor_id=actor.user_id)
        gone = {"application_id": new_id, "job_id": job.id}
        facts.append(NewFact(old.id, EventKind.MOVED_AWAY, gone, {"job": job.title, "reason": why}))
        old.moved_to_id, old.unread_since = new_id, None
        record(session, facts, actor_id=actor.user_id)
        return new_id


def undo_move(*, actor: Person, application_id: int, version: int) -> int:
    """Take the moved application away, and the old one is as it was; returns the id of that one.

    Raises Refused when something has happened to it since, and Changed.
    """
    require(actor, Verb.EDIT)
    with transaction() as session:
        old_id = session.scalar(sa.select(Application.moved_from_id).where(Application.id == application_id))
        if old_id is None:
            raise Refused("This application was not moved here.", "There is nothing to undo.")
        versions = {application_id: version, old_id: _version(session, old_id)}
        rows = {row.id: row for row in lock_all(session, versions)}
        new, old = rows[application_id], rows[old_id]
        if new.moved_from_id != old.id or something_happened(new):
            raise Refused(
                "Something has happened to this application since it was moved.",
                "Move it back to the other job instead.",
            )
        decision = _decision_of_the_move(session, old)
        decision.undone_at = now()
        old.moved_to_id, old.unread_since = None, new.unread_since
        old.version += 1
        session.flush()
        session.expunge(new)
        remove_applications(session, [application_id])
        undone = {"decision_id": decision.id, "status": decision.previous_status, "disposition": MOVED}
        record(session, [NewFact(old.id, EventKind.DECISION_UNDONE, undone)], actor_id=actor.user_id)
        return old.id


def _decision_of_the_move(session: Session, old: Application) -> Decision:
    query = (
        sa.select(Decision)
        .where(Decision.application_id == old.id, Decision.disposition == MOVED, Decision.undone_at.is_(None))
        .order_by(Decision.id.desc())
    )
    return session.scalars(query).first() or _gone()


def _gone() -> Decision:
    raise Changed("This move was undone at this moment.", "Look at the application again.")


def _stage(session: Session, stage_id: int) -> Stage:
    stage = session.get(Stage, stage_id)
    if stage is None:
        raise NotFound("There is no such stage.", "Choose a job and one of its stages.", "stage_id")
    return stage


def _whose(session: Session, application_id: int) -> int:
    query = sa.select(Application.candidate_id).where(Application.id == application_id)
    candidate_id = session.scalar(query)
    if candidate_id is None:
        raise NotFound("There is no such application.", "It may have been removed.")
    return candidate_id


def _version(session: Session, application_id: int) -> int:
    query = sa.select(Application.version).where(Application.id == application_id)
    return session.scalar(query) or 0


def _refuse(session: Session, old: Application, stage: Stage, candidate_id: int) -> None:
    refuse_where_it_moved(old)
    if old.candidate_id != candidate_id:
        raise Changed("Two records became one person at this moment.", "Nothing was saved. Try again.")
    if stage.job_id == old.job_id:
        raise Refused("This is the job where it is.", "Choose another job.", "stage_id")
    if old.status not in LIVE:
        raise Refused("This application is no longer in the running.", "Reopen it first.")
    doubtful = (
        sa.select(Message.id)
        .join(MessageApplication, MessageApplication.message_id == Message.id)
        .where(MessageApplication.application_id == old.id, Message.status == MessageStatus.UNCERTAIN)
        .limit(1)
    )
    if session.scalar(doubtful) is not None:
        raise Refused(
            "A message about it may have arrived, and nobody knows.",
            "Settle that message in the outbox first.",
        )


def _columns(old: Application, new_id: int, job_id: int, stage_id: int, round_: int) -> dict[str, Any]:
    return {
        "id": new_id,
        "job_id": job_id,
        "candidate_id": old.candidate_id,
        "round": round_,
        "stage_id": stage_id,
        "owner_id": old.owner_id,
        "source": old.source,
        "received_at": old.received_at,
        "unread_since": old.unread_since,
        "moved_from_id": old.id,
    }


def _facts(
    session: Session, old: Application, new_id: int, left: Job, stage: Stage, why: str
) -> list[NewFact]:
    """All that the new application begins with; that it came is the last of it."""
    subject = application_subject(old.id)
    history = facts_of(session, [subject])[subject]
    said = _payloads(session, subject)
    facts = [
        NewFact(new_id, one.kind, one.facts, said.get(one.seq, {}), one.occurred_at)
        for one in carry(history, old.id)
    ]
    now_at = {"stage_id": stage.id, "stage_kind": stage.kind.value, "carried": old.id}
    came = {
        "application_id": old.id,
        "job_id": left.id,
        "closing_on": closing_on_of(history, left.closing_on),
    }
    payload = {"job": left.title, "stage": stage.name, "reason": why}
    facts.append(NewFact(new_id, EventKind.STAGE_MOVED, now_at))
    facts.append(NewFact(new_id, EventKind.MOVED_HERE, came, payload))
    return facts


def _payloads(session: Session, subject: str) -> dict[int, Any]:
    """Who was there, of talks: letters name them. What else was written stays where it is."""
    query = (
        sa.select(Event.seq, EventPayload.payload)
        .join(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.subject == subject, Event.kind == EventKind.INTERVIEW_HELD)
    )
    return {row.seq: row.payload for row in session.execute(query)}
