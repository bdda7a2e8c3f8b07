"""The first real send list: a few of it go first, and a person lets the rest follow.

Law: nothing but a person's word lets the rest go, and only while each gate holds or was waived by name. Until
then the rest can be called off like any message that waits; nothing of it is claimed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.leaving import rest_due_at
from employer_app.actions.settings import locked_organisation, one_line
from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.event import ORGANISATION_SUBJECT, EventKind
from employer_app.domain.message import MessageStatus
from employer_app.domain.release import Gate
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact
from employer_app.ledger.subject import record_on
from employer_app.models import Application, Batch, Job, Message, MessageApplication, Organisation
from employer_app.models.bulk import update_rows
from employer_app.queries.pilots import pilot_of


def first_few(chosen: Sequence[Any], size: int) -> set[int]:
    """Applications that the messages are made for which go first: of every text in turn, so that each is
    tried."""
    if not size:
        return set()
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for row in chosen:
        if row.lead_id is None:
            groups[row.group].append(row.application_id)
    turns = ((place, group) for group, ids in groups.items() for place in range(min(size, len(ids))))
    return {groups[group][place] for place, group in sorted(turns)[:size]}


def last_message(session: Session, batch_id: int) -> int:
    """Of those that the list has by now."""
    return session.scalars(sa.select(sa.func.max(Message.id)).where(Message.batch_id == batch_id)).one()


def waive(*, batch_id: int, gate: Gate, because: str, actor: Person) -> None:
    """Stand by name for what does not hold; twice keeps who was first. Raises Refused without a reason."""
    require(actor, Verb.MAIL)
    require(actor, Verb.DECIDE)
    because = one_line(because, "because")
    if not because:
        raise Refused("Say in a few words why.", "Everybody who opens this list reads it.", "because")
    with transaction() as session:
        row, batch = _locked(session, batch_id)
        found = pilot_of(actor, batch_id)
        if found is None or batch.rest_let_go_at is not None:
            raise Refused("Nothing of this list waits for the first ones.", "There is nothing to set aside.")
        if not next(one for one in found.gates if one.gate is gate).open:
            _note(session, row, actor, batch_id, "pilot.gate_waived", {"gate": gate.value}, because)


def let_rest_go(*, batch_id: int, actor: Person) -> int:
    """Send the rest; returns how many wait for their time now, 0 when it was let go before.

    Raises Refused, which says what is in the way.
    """
    require(actor, Verb.MAIL)
    require(actor, Verb.DECIDE)
    with transaction() as session:
        row, batch = _locked(session, batch_id)
        found = pilot_of(actor, batch_id)
        if found is None:
            raise Refused("All of this list leaves at its time.", "Nothing of it waits for a word.")
        if batch.rest_let_go_at is not None:
            return 0
        if not found.may_go:
            raise Refused(
                "Not everything is as it must be before the rest leaves.", "See what is in the way."
            )
        batch.rest_let_go_at, batch.rest_let_go_by = now(), actor.user_id
        _note(session, row, actor, batch_id, "pilot.let_go", {})
        session.flush()
        return _due_again(session, batch)


def _due_again(session: Session, batch: Batch) -> int:
    """Each in the working hours of every job that it speaks of."""
    rest = (
        Message.batch_id == batch.id,
        Message.id > batch.pilot_last_id,
        Message.status == MessageStatus.QUEUED,
    )
    # whoever takes several takes them in this order
    ids = session.scalars(sa.select(Message.id).where(*rest).order_by(Message.id).with_for_update()).all()
    about = (
        sa.select(MessageApplication.message_id, Application.job_id)
        .join(Message, Message.id == MessageApplication.message_id)
        .join(Application, Application.id == MessageApplication.application_id)
        .where(*rest)
    )
    moment, jobs, due = now(), dict[int, datetime](), dict[int, datetime]()
    for message_id, job_id in session.execute(about):
        if job_id not in jobs:
            jobs[job_id] = rest_due_at(moment, session.get_one(Job, job_id))
        due[message_id] = max(jobs[job_id], due.get(message_id, jobs[job_id]))
    update_rows(session, Message, [{"id": one, "due_at": due[one]} for one in ids])
    return len(ids)


def _locked(session: Session, batch_id: int) -> tuple[Organisation, Batch]:
    """The organisation first: whoever writes to both takes them in this order."""
    row = locked_organisation(session)
    query = sa.select(Batch).where(Batch.id == batch_id).with_for_update()
    batch = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if batch is None:
        raise NotFound("There is no such send list.")
    return row, batch


def _note(
    session: Session,
    row: Organisation,
    actor: Person,
    batch_id: int,
    what: str,
    facts: dict[str, str],
    because: str = "",
) -> None:
    said = {"fields": [what], "of_batch_id": batch_id, **facts}
    fact = NewFact(0, EventKind.SETTINGS_CHANGED, said, {"because": because} if because else {})
    record_on(session, ORGANISATION_SUBJECT, row, fact, actor_id=actor.user_id)
