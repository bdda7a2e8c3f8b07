"""The organisation's settings. Every change is a fact on its own chain, with before and after."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.around import around
from employer_app.domain.address import BadAddress, check_address
from employer_app.domain.errors import Refused
from employer_app.domain.event import ORGANISATION_SUBJECT, EventKind
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import MACHINE, Person, Verb, require
from employer_app.domain.starter import Tone, languages
from employer_app.extensions import setting, transaction
from employer_app.ledger.record import NewFact, record
from employer_app.ledger.subject import record_on
from employer_app.models import Message, Organisation, Place
from employer_app.outbox.rows import facts_about

LONGEST_NAME = 120
LONGEST_SIGNATURE = 2000
MOST_MONTHS = 120
#: what each message says that waited when safe mode was switched off
PREPARED_IN_SAFE_MODE = "It was prepared in safe mode."


@dataclass(frozen=True)
class OrganisationFields:
    """What one form may change. `retention_months` None: kept until somebody removes it."""

    name: str
    sender_name: str
    sender_address: str
    reply_to: str
    signature: str
    retention_months: int | None
    #: how letters are written, where a job does not say otherwise
    language: str = "en"
    tone: str = Tone.WARM.value
    informal: bool = False


def ensure_organisation(
    *, name: str = "", country: str = "GB", timezone: str = "Europe/London", place: str = "Main office"
) -> None:
    """Make the organisation, with safe mode on, and its first place, where they are missing."""
    with transaction() as session:
        locked_organisation(session, name)
        if session.scalar(sa.select(sa.func.count()).select_from(Place)) == 0:
            session.add(Place(name=place, country=country, timezone=timezone, closed_days=[]))


def edit_organisation(*, actor: Person, fields: OrganisationFields) -> None:
    """Change the organisation's fields; records which ones. Raises Refused, naming the field."""
    require(actor, Verb.ADMINISTER)
    change_organisation(actor, _checked(fields))


def change_organisation(actor: Person, wanted: Mapping[str, Any]) -> None:
    """Keep these fields and note which were others before. The caller has checked both."""
    with transaction() as session:
        row = locked_organisation(session)
        before = {key: getattr(row, key) for key in wanted if getattr(row, key) != wanted[key]}
        if not before:
            return
        for key in before:
            setattr(row, key, wanted[key])
        after = {key: wanted[key] for key in before}
        note_change(session, row, actor, sorted(before), {"before": before, "after": after})


def set_safe_mode(*, actor: Person, on: bool) -> int:
    """Stop everything that leaves to candidates; off again, what waits is held for somebody to let go.

    Returns how many were held: with the switch or not at all, so that none slips out between the two. Raises
    Refused without a sender address, and where the settings of the machine have the say.
    """
    require(actor, Verb.ADMINISTER)
    if setting("SAFE_MODE") is not None:
        raise Refused(
            "Safe mode is fixed by the settings with which the app was started.",
            "Leave SAFE_MODE out of them and start the app again.",
        )
    with transaction() as session:
        row = locked_organisation(session)
        if row.safe_mode is on:
            return 0
        if not on and not row.sender_address:
            raise Refused(
                "There is no sender address yet.", "Fill it in under Organisation first.", "sender_address"
            )
        row.safe_mode = on
        note_change(
            session, row, actor, ["safe_mode"], {"before": {"safe_mode": not on}, "after": {"safe_mode": on}}
        )
        return 0 if on else _hold_what_waits(session, actor)


def _hold_what_waits(session: Session, actor: Person) -> int:
    waiting = (MessageStatus.QUEUED, MessageStatus.CLAIMED)
    query = sa.select(Message.id).where(Message.status.in_(waiting)).order_by(Message.id)
    # all of them locked together, in the one order; slices of one transaction would lock crosswise
    found = around(session, session.scalars(query).all())
    held = [row for row in found.messages.values() if row.status in waiting]
    for message in held:
        message.status, message.claim_token, message.lease_until = MessageStatus.HELD, None, None
        message.held_because = PREPARED_IN_SAFE_MODE
    session.flush()
    facts = [
        fact
        for message in held
        for fact in facts_about(found.speaks_of(message.id), message.id, EventKind.MESSAGE_HELD)
    ]
    record(session, facts, actor_id=actor.user_id)
    return len(held)


def locked_organisation(session: Session, name: str = "") -> Organisation:
    """The one row, locked; made with safe mode on if it is not there yet."""
    row = session.get(Organisation, 1, with_for_update=True, populate_existing=True)
    if row is None:
        row = Organisation(id=1, name=name, sender_name=name, safe_mode=True)
        session.add(row)
        session.flush()
        note_change(session, row, MACHINE, ["created"], {})
    return row


def note_change(
    session: Session, row: Organisation, actor: Person, fields: list[str], payload: Mapping[str, Any]
) -> None:
    """Record on the organisation's chain what was changed, by whom. The caller holds the row's lock."""
    fact = NewFact(0, EventKind.SETTINGS_CHANGED, {"fields": fields}, payload)
    record_on(session, ORGANISATION_SUBJECT, row, fact, actor_id=actor.user_id)


def _checked(fields: OrganisationFields) -> dict[str, Any]:
    values = asdict(fields)
    for key in ("name", "sender_name"):
        values[key] = one_line(values[key], key)
    for key in ("sender_address", "reply_to"):
        values[key] = _address(values[key], key)
    if len(values["signature"]) > LONGEST_SIGNATURE:
        raise Refused(
            "The signature is too long.", f"Keep it below {LONGEST_SIGNATURE} characters.", "signature"
        )
    values["signature"] = _several_lines(values["signature"])
    if re.search(r"{[{%]|[}%]}", values["signature"]):
        raise Refused("The signature takes no fields.", "Write it without {{ and }}.", "signature")
    check_style(values["language"], values["tone"])
    months = values["retention_months"]
    if months is not None and not 1 <= months <= MOST_MONTHS:
        raise Refused(
            "This is not a number of months.",
            f"Use 1 to {MOST_MONTHS}, or leave it empty.",
            "retention_months",
        )
    return values


def check_style(language: str, tone: str) -> None:
    """Raises Refused for a language that we have no letters in, or a tone that is none."""
    if language not in languages():
        raise Refused("We have no letters in this language.", "Choose one from the list.", "language")
    if tone not in set(Tone):
        raise Refused("There is no such tone.", "Choose one from the list.", "tone")


def one_line(text: str, field: str) -> str:
    """The text, trimmed. Raises Refused for what could break a mail's head: line breaks, invisible marks."""
    text = unicodedata.normalize("NFC", text).strip()
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in text):
        raise Refused("It has a line break or an invisible character in it.", "Type it again.", field)
    if len(text) > LONGEST_NAME:
        raise Refused("It is too long.", f"Use at most {LONGEST_NAME} characters.", field)
    return text


def _several_lines(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs"})


def _address(text: str, field: str) -> str:
    if not text.strip():
        return ""
    try:
        return check_address(text).mailbox
    except BadAddress as problem:
        raise Refused(str(problem), "", field) from None
