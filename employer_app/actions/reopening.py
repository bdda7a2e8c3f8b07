"""Take up again somebody who was told "no".

Law: the first answer stays in the history, and nothing is taken back. From here on a next word is owed, and a
later "no" is a decision of its own, which may be told exactly once more. Whoever was not told yet is not
reopened: there the decision is taken back.
"""

from __future__ import annotations

from employer_app.actions.applications import lock_one, refuse_where_it_moved
from employer_app.actions.underway import refuse_while_underway
from employer_app.domain.errors import Refused
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import Status
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact, record

LONGEST_REASON = 1000


def reopen(*, actor: Person, application_id: int, version: int, reason: str, force: bool = False) -> None:
    """`reason`: what has changed, for the team. Raises OnItsWay unless `force`, and Changed."""
    require(actor, Verb.DECIDE)
    why = why_of(reason, "Say what has changed.")
    with transaction() as session:
        row = lock_one(session, application_id, version)
        refuse_where_it_moved(row)
        if row.status is not Status.REJECTED:
            raise Refused("There is no “no” to reopen.", "Look at how the application stands now.")
        if row.told_at is None:
            raise Refused("The person does not know this decision.", "Take the decision back instead.")
        if not force:
            refuse_while_underway(session, [row.id])
        row.version += 1
        row.cycle += 1  # a later "no" may be told once more
        facts = {"status": Status.ACTIVE.value}
        fact = NewFact(row.id, EventKind.REOPENED, facts, {"reason": why})
        record(session, [fact], actor_id=actor.user_id)


def why_of(reason: str, ask: str) -> str:
    """The reason as it is kept. Raises Refused when there is none, or too much of it."""
    why = reason.replace("\0", "").strip()
    if not why:
        raise Refused(ask, "Your name and these words stay in the record.", "reason")
    if len(why) > LONGEST_REASON:
        raise Refused(f"This is longer than {LONGEST_REASON} characters.", "Shorten it.", "reason")
    return why
