"""A letter sent to whoever wrote it, to be read in a real mailbox before it goes to anybody.

Law: it goes to the signed-in person's own address and to no other, so it also leaves in safe mode. It is not
a message: nobody is told anything by it, no debt clears, and nothing keeps it. Its pace is its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from employer_app.domain.clock import now
from employer_app.domain.delivery import Outcome
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Organisation, Pace, User
from employer_app.outbox import account_mail, relay
from employer_app.smtp.line import Relay, RelayTrouble
from employer_app.smtp.mime import Letter, Unbuildable

#: ten at once, then one more every two minutes
EACH = timedelta(minutes=2)
AT_ONCE = 10
#: seconds; somebody waits for the page
_WAIT = 15.0


@dataclass(frozen=True)
class Written:
    """What one person would read, byte for byte but for the subject, which says that it is a test."""

    subject: str
    text: str
    html: str


def send_to_oneself(*, actor: Person, letter: Written) -> str:
    """Hand it over at once; returns the address it went to. Raises Refused with the server's words."""
    server = relay.configured()
    user = db.session.get(User, actor.user_id) if actor.user_id else None
    house = db.session.get(Organisation, 1)
    if user is None:
        raise NotFound("Nobody is signed in.")
    if server is None:
        raise Refused("No mail server is set up.", "Give its name as MAIL_SERVER and start the app again.")
    if house is None or not house.sender_address:
        raise Refused("No sender address is set.", "Set it in Settings, Organisation.")
    mail = replace(
        account_mail.written(
            house,
            to_name=user.name,
            to_address=user.email,
            subject=f"Test: {letter.subject}",
            text=letter.text,
            reply_to=house.reply_to,
        ),
        html=letter.html,
        headers=(),  # as its reader would get it
    )
    db.session.rollback()
    _charge(actor)
    if trouble := _trouble(server, mail):
        raise Refused(f"The test letter did not leave: {trouble}", "Try again later.")
    return mail.to_address


def _trouble(server: Relay, mail: Letter) -> str:
    """Why it did not leave, in words, or nothing."""
    try:
        reply = account_mail.post(server, mail, dot_timeout=_WAIT)
    except (RelayTrouble, Unbuildable) as trouble:
        return str(trouble)
    said = account_mail.words_of(reply)
    return "" if reply.outcome is Outcome.ACCEPTED else f"the mail server said “{said}”"


def _charge(actor: Person) -> None:
    """Raises Refused for somebody who has sent many to themselves just now."""
    moment = now()
    with transaction() as session:
        scope = f"self:{actor.user_id}"
        row = session.get(Pace, scope, with_for_update=True, populate_existing=True)
        if row is None:
            row = Pace(scope=scope, next_at=moment)
            session.add(row)
        next_at = max(row.next_at, moment) + EACH
        if next_at - moment > EACH * AT_ONCE:
            raise Refused(
                "You have sent yourself many test letters in the last minutes.", "Wait two minutes."
            )
        row.next_at = next_at
