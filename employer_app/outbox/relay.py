"""The mail server: its settings, and a pause for everybody when it is in trouble, charged to no message."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.errors import Refused
from employer_app.extensions import db, setting, transaction
from employer_app.models import Organisation, RelayState, safe_mode
from employer_app.smtp.line import Relay, RelayTrouble, Security
from employer_app.smtp.line import check as say_hello
from employer_app.smtp.line import offers as ask_offers

#: at most one probe in five minutes after the first few
_PAUSES = (15, 60, 180, 300)
#: seconds that a person waits for the answer to a test
_TEST_WAIT = 10.0


def configured() -> Relay | None:
    """The mail server of the settings; None when there is none, and then nothing leaves."""
    if not setting("MAIL_SERVER"):
        return None
    return Relay(
        host=setting("MAIL_SERVER"),
        port=setting("MAIL_PORT"),
        security=security("MAIL"),
        username=setting("MAIL_USERNAME"),
        password=setting("MAIL_PASSWORD"),
        helo_name=setting("MAIL_HELO_NAME"),
        token_file=Path(file) if (file := setting("MAIL_OAUTH_TOKEN_FILE")) else None,
    )


def security(prefix: str) -> Security:
    """As the settings with these first words say."""
    if setting(f"{prefix}_USE_SSL"):
        return Security.TLS
    return Security.STARTTLS if setting(f"{prefix}_USE_TLS") else Security.NONE


def may_send() -> bool:
    """Whether anything may leave to candidates now: nobody stopped it, no safe mode, a sender, no pause."""
    ready = sa.select(
        Organisation.safe_mode, Organisation.sender_address, Organisation.stopped_at, RelayState.paused_until
    )
    row = db.session.execute(ready.outerjoin(RelayState, RelayState.id == 1)).first()
    db.session.rollback()
    if row is None or safe_mode(row.safe_mode) or row.stopped_at or not row.sender_address:
        return False
    return row.paused_until is None or row.paused_until <= now()


def trouble(words: str) -> None:
    """The mail server cannot be used: pause, longer each time, and keep its words for the banner."""
    moment = now()
    with transaction() as session:
        state = _state(session)
        pause = _PAUSES[min(state.troubles_in_a_row, len(_PAUSES) - 1)]
        state.troubles_in_a_row += 1
        state.paused_until = moment + timedelta(seconds=pause)
        state.trouble, state.last_trouble_at = words, moment


def _state(session: Session) -> RelayState:
    """The one row, locked; workers that start together and find none make it once."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = insert(RelayState).values(id=1, trouble="", troubles_in_a_row=0)
    session.execute(new.on_conflict_do_nothing(index_elements=[RelayState.id]))
    return session.get_one(RelayState, 1, with_for_update=True, populate_existing=True)


def works() -> None:
    """The mail server answered: the pause ends."""
    with transaction() as session:
        state = _state(session)
        state.troubles_in_a_row, state.paused_until, state.trouble = 0, None, ""
        state.last_ok_at = now()


def check() -> str:
    """Connect, encrypt and sign in, send nothing; returns the server's greeting and ends a pause.

    Raises Refused in plain words.
    """
    relay = configured()
    if relay is None:
        raise Refused("No mail server is set up.", "Give its name as MAIL_SERVER and start the app again.")
    try:
        greeting = say_hello(replace(relay, connect_timeout=_TEST_WAIT, command_timeout=_TEST_WAIT))
    except RelayTrouble as problem:
        raise Refused(
            str(problem), "Mend the MAIL_ settings, start the app again, and test once more."
        ) from None
    works()
    return greeting


def offers() -> dict[str, str]:
    """What the mail server offers, by name in small letters. Raises Refused in plain words."""
    relay = configured()
    if relay is None:
        raise Refused("No mail server is set up.", "Give its name as MAIL_SERVER and start the app again.")
    try:
        return ask_offers(replace(relay, connect_timeout=_TEST_WAIT, command_timeout=_TEST_WAIT))
    except RelayTrouble as problem:
        raise Refused(str(problem), "Mend the MAIL_ settings, and look once more.") from None
