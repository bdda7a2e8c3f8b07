"""No answer needed: a named person lets go of what is owed until now, with a reason. Never counts as told."""

from __future__ import annotations

import sqlalchemy as sa

from employer_app.actions.applications import lock_one
from employer_app.domain.errors import Refused
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact, record
from employer_app.models import OwedAnswer

LONGEST_REASON = 1000


def waive(*, actor: Person, application_id: int, reason: str) -> None:
    """All that is owed for what happened so far is let go of; what happens next is owed again."""
    require(actor, Verb.EDIT)
    reason = reason.replace("\0", "").strip()
    if not reason:
        raise Refused(
            "Say why no answer is needed.", "Your name and this reason stay in the record.", "reason"
        )
    if len(reason) > LONGEST_REASON:
        raise Refused(f"This is longer than {LONGEST_REASON} characters.", "Shorten it.", "reason")
    with transaction() as session:
        row = lock_one(session, application_id)
        owed = sa.select(OwedAnswer.application_id).where(OwedAnswer.application_id == row.id).limit(1)
        if session.scalar(owed) is None:
            raise Refused("This person is not waiting for an answer.", "There is nothing to let go of.")
        fact = NewFact(row.id, EventKind.WAIVER_MADE, payload={"reason": reason})
        record(session, [fact], actor_id=actor.user_id)


def withdraw_waiver(*, actor: Person, application_id: int) -> None:
    """An answer is needed after all: all that the waiver let go of is owed again, since its own day."""
    require(actor, Verb.EDIT)
    with transaction() as session:
        row = lock_one(session, application_id)
        if not row.waived:
            raise Refused("Nobody said that no answer is needed.", "Look at how the application stands now.")
        record(session, [NewFact(row.id, EventKind.WAIVER_WITHDRAWN)], actor_id=actor.user_id)
