"""A mail to one of our own users, by the mail server that also takes what goes to candidates.

Law: purpose `account`: to nobody but a user, so it leaves in safe mode and while everything else is stopped.
It is no message: no debt clears by it, and nothing keeps its text. It never comes from a database that was
copied or put back: those who work with the real one would hear from both. Its pace is its own, and what the
mail server says to it says nothing to the deliveries.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from enum import StrEnum

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.delivery import Outcome
from employer_app.extensions import db
from employer_app.models import Organisation, RelayState
from employer_app.outbox import instance, relay, restore
from employer_app.smtp.line import Line, RelayTrouble
from employer_app.smtp.mime import Letter, Unbuildable, build

#: seconds; no delivery waits for it, but the next look does
_WAIT, _DOT_WAIT = 10.0, 60.0


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
    stands = restore.standing()
    ours = not (instance.stranger(stands.sends) or stands.stopped)
    db.session.rollback()
    if row is None or not row.sender_address or relay.configured() is None:
        return False
    return ours and (row.paused_until is None or row.paused_until <= now())


def hand_over(*, to_name: str, to_address: str, subject: str, text: str) -> Result:
    """Once, at once. Never fails for a reason of the mail server's."""
    server, house = relay.configured(), db.session.get(Organisation, 1)
    if server is None or house is None or not house.sender_address:
        return Result(Ended.TROUBLE, "No mail server or no sender is set up.")
    mail = Letter(
        message_id=f"<{secrets.token_hex(16)}@{house.sender_address.rpartition('@')[2]}>",
        date=now(),
        sender_name=house.sender_name or house.name,
        sender_address=house.sender_address,
        reply_to="",
        to_name=to_name,
        to_address=to_address,
        subject=subject,
        text=text,
        headers=(("Auto-Submitted", "auto-generated"),),
    )
    db.session.rollback()
    try:
        body = build(mail)
        patient = replace(server, connect_timeout=_WAIT, command_timeout=_WAIT, dot_timeout=_DOT_WAIT)
        with Line(patient) as line:
            reply = line.hand_over(mail.return_path, to_address, body, lambda: True)
    except Unbuildable as problem:
        return Result(Ended.NEVER, str(problem))
    except RelayTrouble as trouble:
        return Result(Ended.TROUBLE, str(trouble))
    return Result(_ENDS.get(reply.outcome, Ended.LATER), f"{reply.code or ''} {reply.text}".strip())
