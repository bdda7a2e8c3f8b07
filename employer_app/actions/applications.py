"""Move an application, change its standing, give it to somebody.

Law: all or nothing, and only from what the person looked at: each application comes with the version that was
on the page. A move changes where somebody stands, never what we owe them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.underway import lock_people, refuse_while_told_no, refuse_while_underway
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person, Role, Verb, require
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE, Status, may_move
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact, lock, record
from employer_app.models import Application, Candidate, RoleRow, Stage, User

#: as many as one form can hold; a longer list is a mistake or an attack
MOST_AT_ONCE = 5000


def lock_all(session: Session, versions: Mapping[int, int]) -> Sequence[Application]:
    """The applications, locked, ids ascending. Raises NotFound if one is missing, Changed if one moved on."""
    rows = lock(session, list(versions))
    if len(rows) != len(versions):
        raise NotFound("There is no such application.", "Go back to the list and try again.")
    changed = [row for row in rows if row.version != versions[row.id]]
    if changed:
        raise Changed(
            f"{_names(session, changed)} changed while you were looking.",
            "Nothing was saved. Look at it as it is now and try again.",
        )
    return rows


def lock_one(session: Session, application_id: int, version: int | None = None) -> Application:
    """One application, locked. `version` None: for what does not depend on how it stands, such as a note."""
    if version is not None:
        return lock_all(session, {application_id: version})[0]
    rows = lock(session, [application_id])
    if not rows:
        raise NotFound("There is no such application.", "It may have been removed.")
    return rows[0]


def move_stage(*, actor: Person, versions: Mapping[int, int], stage_id: int, force: bool = False) -> int:
    """Move one or many to a stage of their job; returns how many were not there already.

    `versions`: application id -> version that was looked at. Raises OnItsWay unless `force`.
    """
    require(actor, Verb.EDIT)
    _refuse_too_many(versions)
    with transaction() as session:
        stage = session.get(Stage, stage_id)
        offers = stage is not None and stage.kind.depth >= StageKind.OFFER.depth
        if offers:
            lock_people(session, list(versions))
        rows = lock_all(session, versions)
        if stage is None or any(row.job_id != stage.job_id for row in rows):
            raise NotFound("This job has no such stage.", "Choose a stage of the job.", "stage_id")
        if ended := [row for row in rows if row.status not in LIVE]:
            raise Refused(
                f"{_names(session, ended)} is no longer in the running.", "Reopen the application first."
            )
        moving = [row for row in rows if row.stage_id != stage.id]
        if not force:
            refuse_while_underway(session, [row.id for row in moving])
            if offers:
                refuse_while_told_no(session, [row.id for row in moving])
        for row in moving:
            row.stage_id = stage.id
            row.version += 1
        facts = {"stage_id": stage.id, "stage_kind": stage.kind.value}
        record(
            session,
            [NewFact(row.id, EventKind.STAGE_MOVED, facts, {"stage": stage.name}) for row in moving],
            actor_id=actor.user_id,
        )
        return len(moving)


def change_status(
    *, actor: Person, application_id: int, status: Status, version: int, force: bool = False
) -> None:
    """Put on hold, take up again, withdraw, or reopen. A "no" and a hire are decisions: see `decide`.

    Raises OnItsWay unless `force`.
    """
    require(actor, Verb.EDIT)
    with transaction() as session:
        row = lock_one(session, application_id, version)
        if status not in {Status.ACTIVE, Status.ON_HOLD, Status.WITHDRAWN}:
            raise Refused("This needs a decision with a reason.", "Use “Decide”.", "status")
        if row.status is status or not may_move(row.status, status):
            raise Refused("This application cannot change like that.", "Look at how it stands now.", "status")
        refuse_where_it_moved(row)
        if not force:
            refuse_while_underway(session, [row.id])
        if row.status not in LIVE:
            row.cycle += 1  # reopened: one more message of each purpose may be right
        row.version += 1
        fact = NewFact(row.id, EventKind.STATUS_CHANGED, {"status": status.value})
        record(session, [fact], actor_id=actor.user_id)


def refuse_where_it_moved(row: Application) -> None:
    """What goes on in another job cannot be live here as well. Raises Refused."""
    if row.moved_to_id is not None:
        raise Refused(
            "This application goes on in another job.", "Go on there, or undo the move on that page."
        )


def set_owner(*, actor: Person, application_ids: Sequence[int], owner_id: int | None) -> int:
    """Say who owes these people their answer; returns how many changed hands. None: the owner of the job."""
    require(actor, Verb.EDIT)
    _refuse_too_many(application_ids)
    with transaction() as session:
        if owner_id is not None and not _on_the_team(session, owner_id):
            raise Refused("This person is not on the team.", "Choose somebody who can sign in.", "owner_id")
        rows = lock(session, list(application_ids))
        if len(rows) != len(set(application_ids)):
            raise NotFound("There is no such application.", "Go back to the list and try again.")
        changing = [row for row in rows if row.owner_id != owner_id]
        for row in changing:
            row.owner_id = owner_id
        record(
            session,
            [NewFact(row.id, EventKind.OWNER_CHANGED, {"owner_id": owner_id}) for row in changing],
            actor_id=actor.user_id,
        )
        return len(changing)


def _on_the_team(session: Session, user_id: int) -> bool:
    query = (
        sa.select(User.id)
        .where(User.id == user_id, User.active)
        .where(User.roles.any(RoleRow.name.in_([role.value for role in Role])))
    )
    return session.scalar(query) is not None


def _names(session: Session, rows: Sequence[Application]) -> str:
    first = session.scalar(sa.select(Candidate.name).where(Candidate.id == rows[0].candidate_id))
    return f"{first} and {len(rows) - 1} more" if len(rows) > 1 else str(first)


def _refuse_too_many(chosen: Mapping[int, int] | Sequence[int]) -> None:
    if not chosen:
        raise Refused("Nobody is selected.", "Select at least one person.")
    if len(chosen) > MOST_AT_ONCE:
        raise Refused(f"These are more than {MOST_AT_ONCE} people at once.", "Do it in parts.")
