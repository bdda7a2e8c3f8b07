"""A mail to one of our own users, by the mail server that also takes what goes to candidates.

Law: purpose `account`: to nobody but a user, so it leaves in safe mode and while everything else is stopped.
It is no message: no debt clears by it, and nothing keeps its text. It never comes from a database that was
copied or put back: those who work with the real one would hear from both. Its pace is its own, and what the
mail server says to it says nothing to the deliveries.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.delivery import Outcome
from employer_app.extensions import db
from employer_app.models import Organisation, RelayState
from employer_app.outbox import account_mail, instance, relay, restore
from employer_app.smtp.line import RelayTrouble
from employer_app.smtp.mime import Unbuildable


class Ended(StrEnum):
    """What became of one mail."""

    #: the mail server has it, or may have it: never again
    LEFT = "left"
    #: it may leave later
    LATER = "later"
    #: no other try would do better: this address, this text
    NEVER = "never"
    #: the mail server is in trouble, for all mails alike
    TROUBLE = "trouble"


_ENDS = {
    Outcome.ACCEPTED: Ended.LEFT,
    Outcome.UNCERTAIN: Ended.LEFT,
    Outcome.REFUSED: Ended.NEVER,
}


@dataclass(frozen=True)
class Result:
    """`said`: why it did not leave, in the words of whoever knows; may be empty."""

    ended: Ended
    said: str = ""


def can_leave() -> bool:
    """Whether a try makes sense now: a mail server that is not in trouble, a sender, and our own database."""
    ready = sa.select(Organisation.sender_address, RelayState.paused_until)
    row = db.session.execute(ready.outerjoin(RelayState, RelayState.id == 1)).first()
    ours = not of_a_copy()
    db.session.rollback()
    if row is None or not row.sender_address or relay.configured() is None:
        return False
    return ours and (row.paused_until is None or row.paused_until <= now())


def of_a_copy() -> bool:
    """Whether this database was copied or put back."""
    stands = restore.standing()
    return bool(instance.stranger(stands.sends) or stands.stopped)


def hand_over(*, to_name: str, to_address: str, subject: str, text: str) -> Result:
    """Once, at once. Never fails for a reason of the mail server's."""
    server, house = relay.configured(), db.session.get(Organisation, 1)
    if server is None or house is None or not house.sender_address:
        return Result(Ended.TROUBLE, "no mail server or no sender address is set up")
    mail = account_mail.written(house, to_name=to_name, to_address=to_address, subject=subject, text=text)
    db.session.rollback()
    try:
        reply = account_mail.post(server, mail)
    except Unbuildable as problem:
        return Result(Ended.NEVER, str(problem))
    except RelayTrouble as trouble:
        return Result(Ended.TROUBLE, str(trouble))
    return Result(_ENDS.get(reply.outcome, Ended.LATER), account_mail.words_of(reply))
