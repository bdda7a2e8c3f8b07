"""Give owed answers to a colleague, and take them back. What is owed, and what is on its way, stays as it is.

Law: nobody changes hands unseen. Whoever hands over says whose each was when they looked; if one has changed
hands since, nobody does. An owner raises no version: no message is stopped by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.applications import MOST_AT_ONCE
from employer_app.actions.jobs import lock_job, note_edit
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.handover import LONGEST_NOTE, one_paragraph
from employer_app.domain.role import Person, Role, Verb, may, require
from employer_app.domain.status import JobStatus
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact, lock, record
from employer_app.models import Application, Candidate, Handover, Job, RoleRow, User
from employer_app.queries.handovers import last_changes, owed_by


@dataclass(frozen=True)
class HandedOver:
    """`id` None: all of them were with this person already. `left`: as many are still where they were."""

    id: int | None
    people: int
    to: str
    left: int = 0


@dataclass(frozen=True)
class TakenBack:
    """`people` are back; `kept` changed hands again meanwhile, or are gone, and stay as they are."""

    people: int
    kept: int


def hand_over(*, actor: Person, seen: Mapping[int, int | None], to_id: int, note: str = "") -> HandedOver:
    """Let a colleague, or oneself, owe these answers. `seen`: application id -> who owed it on the page.

    Raises Changed when somebody else has handed one of them over meanwhile.
    """
    require(actor, Verb.EDIT)
    note = _checked(note)
    if not seen:
        raise Refused("Nobody is selected.", "Select at least one person.")
    if len(seen) > MOST_AT_ONCE:
        raise Refused(f"These are more than {MOST_AT_ONCE} people at once.", "Do it in parts.")
    with transaction() as session:
        to = _colleague(session, to_id)
        rows = lock(session, list(seen))
        if len(rows) != len(seen):
            raise NotFound("There is no such application.", "Go back to the list and try again.")
        owners = _owners(session, rows)
        _refuse_changed(session, [row for row in rows if owners[row.id] != seen[row.id]], owners)
        changing = [row for row in rows if owners[row.id] != to.id]
        if not changing:
            return HandedOver(None, 0, to.name)
        made = _make(session, actor, to, [row.id for row in changing])
        _give(session, actor, changing, to, made.id, note)
        return HandedOver(made.id, len(changing), to.name)


def hand_over_all(*, actor: Person, from_id: int, to_id: int, note: str = "") -> HandedOver:
    """All that one person owes, and their jobs: for whoever left, or is away for long.

    At most 5,000 people at once; `left` says how many more there are. Their jobs come with the first.
    """
    require(actor, Verb.ADMINISTER)
    note = _checked(note)
    with transaction() as session:
        if session.get(User, from_id) is None:
            raise NotFound("There is no such person.", "Look at the list of people again.")
        to = _colleague(session, to_id)
        if to.id == from_id:
            raise Refused("These are the same person.", "Choose somebody else.", "to")
        jobs = _jobs_of(session, from_id)
        ids, left = owed_by(actor, from_id, MOST_AT_ONCE)
        rows = lock(session, ids)
        owners = _owners(session, rows)
        changing = [row for row in rows if owners[row.id] == from_id]
        if not changing and not jobs:
            return HandedOver(None, 0, to.name)
        made = _make(session, actor, to, [row.id for row in changing], from_id, [job.id for job in jobs])
        for job in jobs:
            _give_job(session, actor, job, to.id)
        _give(session, actor, changing, to, made.id, note)
        return HandedOver(made.id, len(changing), to.name, left)


def take_back(*, actor: Person, handover_id: int) -> TakenBack:
    """As it was before, for everybody who has not changed hands again. For who did it, and administrators.

    Raises NotFound for a stranger's, and Refused the second time.
    """
    require(actor, Verb.EDIT)
    with transaction() as session:
        made = session.get(Handover, handover_id, with_for_update=True, populate_existing=True)
        if made is None or not (made.made_by == actor.user_id or may(actor, Verb.ADMINISTER)):
            raise NotFound("There is no such hand-over.", "Look at the list as it is now.")
        if made.undone_at is not None:
            raise Refused("This was taken back already.", "Look at the list as it is now.")
        made.undone_at = now()
        jobs = [lock_job(session, one) for one in _known_jobs(session, made)]
        for job in jobs:
            if job.owner_id == made.to_id:
                _give_job(session, actor, job, made.from_id)
        rows = lock(session, made.application_ids)
        changes = last_changes(actor, [row.id for row in rows])
        back = [row for row in rows if row.id in changes and changes[row.id].handover_id == made.id]
        for row in back:
            row.owner_id = changes[row.id].from_owner_id
        facts = [
            NewFact(row.id, EventKind.OWNER_CHANGED, {"owner_id": row.owner_id, "taken_back": made.id})
            for row in back
        ]
        record(session, facts, actor_id=actor.user_id)
        return TakenBack(len(back), len(made.application_ids) - len(back))


def _checked(note: str) -> str:
    note = one_paragraph(note)
    if len(note) > LONGEST_NOTE:
        raise Refused(f"This is longer than {LONGEST_NOTE} characters.", "Shorten it.", "note")
    return note


def _colleague(session: Session, user_id: int) -> User:
    """Raises Refused for somebody who could not answer."""
    user = session.scalar(
        sa.select(User)
        .where(User.id == user_id, User.active)
        .where(User.roles.any(RoleRow.name.in_([role.value for role in Role])))
    )
    if user is None:
        raise Refused("This person is not on the team.", "Choose somebody who can sign in.", "to")
    return user


def _owners(session: Session, rows: Sequence[Application]) -> Mapping[int, int | None]:
    """Who owes each: its own owner, else the job's."""
    query = sa.select(Job.id, Job.owner_id).where(Job.id.in_({row.job_id for row in rows}))
    of_job = {row.id: row.owner_id for row in session.execute(query)}
    return {row.id: row.owner_id if row.owner_id is not None else of_job[row.job_id] for row in rows}


def _refuse_changed(
    session: Session, changed: Sequence[Application], owners: Mapping[int, int | None]
) -> None:
    if not changed:
        return
    first = session.scalar(sa.select(Candidate.name).where(Candidate.id == changed[0].candidate_id))
    who = f"{first} and {len(changed) - 1:,} more" if len(changed) > 1 else str(first)
    owner = session.scalar(sa.select(User.name).where(User.id == owners[changed[0].id]))
    with_whom = f" (now with {owner})" if owner and len(changed) == 1 else ""
    raise Changed(
        f"{who} changed hands while you were looking{with_whom}.",
        "Nobody was handed over. Look at who has them now and press again.",
    )


def _make(
    session: Session,
    actor: Person,
    to: User,
    application_ids: list[int],
    from_id: int | None = None,
    job_ids: Sequence[int] = (),
) -> Handover:
    made = Handover(
        made_by=actor.user_id,
        made_at=now(),
        to_id=to.id,
        from_id=from_id,
        application_ids=application_ids,
        job_ids=list(job_ids),
    )
    session.add(made)
    session.flush()
    return made


def _give(
    session: Session, actor: Person, rows: Sequence[Application], to: User, handover_id: int, note: str
) -> None:
    payload: dict[str, Any] = {"to": to.name, **({"note": note} if note else {})}
    facts = []
    for row in rows:
        said = {"owner_id": to.id, "from_owner_id": row.owner_id, "handover_id": handover_id}
        facts.append(NewFact(row.id, EventKind.OWNER_CHANGED, said, payload))
        row.owner_id = to.id
    record(session, facts, actor_id=actor.user_id)


def _jobs_of(session: Session, user_id: int) -> list[Job]:
    """Locked, ids ascending; new people of theirs would come to somebody who is not there."""
    query = sa.select(Job.id).where(Job.owner_id == user_id, Job.status != JobStatus.FINISHED)
    jobs = [lock_job(session, one) for one in session.scalars(query.order_by(Job.id)).all()]
    return [job for job in jobs if job.owner_id == user_id]


def _known_jobs(session: Session, made: Handover) -> Sequence[int]:
    return session.scalars(sa.select(Job.id).where(Job.id.in_(made.job_ids)).order_by(Job.id)).all()


def _give_job(session: Session, actor: Person, job: Job, owner_id: int | None) -> None:
    payload = {"before": {"owner_id": job.owner_id}, "after": {"owner_id": owner_id}}
    job.owner_id = owner_id
    job.version += 1
    note_edit(session, job, actor, ["owner_id"], payload)
