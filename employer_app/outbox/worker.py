"""Hand over what is due until nothing is due or the mail server is in trouble; see `crew` for how."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from threading import Event

import sqlalchemy as sa

from employer_app.domain.clock import monotonic, now
from employer_app.extensions import DatabaseTrouble, db, setting
from employer_app.models import Message
from employer_app.outbox import relay as mail_server
from employer_app.outbox.claim import Claim, claim, extend, release
from employer_app.outbox.crew import Crew
from employer_app.outbox.letter import PARTS, letter_of
from employer_app.outbox.obstacle import obstacle
from employer_app.outbox.presence import Presence
from employer_app.outbox.sweep import take_back
from employer_app.outbox.turns import LOOK_AFTER, PATIENCE, in_turn
from employer_app.outbox.watch import Watch
from employer_app.smtp.mime import Letter

_log = logging.getLogger(__name__)
#: seconds after which messages that leave at a pace let other work of this process pass
STRETCH = 30.0


@dataclass
class _Here:
    """This process, once it works as a worker; set by `enter`."""

    presence: Presence | None = None
    watch: Watch | None = None
    #: when the pace lets more leave, or others had to have their turn; None: nothing is known to wait
    look_again_at: datetime | None = None


_here = _Here()
#: set on SIGTERM: the mail in hand is finished, nothing new is taken
stopping = Event()


def enter() -> None:
    """Be known as a worker from now on."""
    _here.presence = Presence()
    _here.presence.enter()
    _here.watch = Watch(_here.presence.id)


def leave() -> None:
    if _here.presence:
        _here.presence.leave()
        _here.presence = _here.watch = None


def drain() -> int:
    """Hand over everything due; returns how many messages were tried. Raises DatabaseTrouble."""
    if _here.presence is None or _here.watch is None:
        enter()
    assert _here.presence is not None and _here.watch is not None  # noqa: S101, PT018 - `enter` has just set it
    try:
        return _drain(_here.presence, _here.watch)
    except DatabaseTrouble:
        _here.watch.doubt()
        raise


def _drain(presence: Presence, watch: Watch) -> int:
    presence.beat()
    _here.look_again_at = None
    relay, tried, ends = mail_server.configured(), 0, monotonic() + STRETCH
    while not stopping.is_set():
        if why := obstacle() or watch.look():  # also where nothing may leave, so that the pages say it
            _log.warning("Nothing is taken: %s", why)
            break
        if relay is None or not mail_server.may_send():
            break
        claimed = claim(presence.id)
        if not claimed.message_ids:
            if _no_slot_soon(claimed, ends):
                if tried:
                    watch.say_alive()
                break
            continue
        until = ends if claimed.slots else monotonic() + STRETCH
        letters = in_turn(
            claimed,
            lambda found: _letters(found) if watch.same() else [],
            goes_on=lambda: _goes_on(until),  # noqa: B023 - the crew ends before the next claim
            stopping=stopping,
        )
        crew = Crew(
            relay,
            claimed.token,
            letters,
            stopping=stopping,
            may_send=mail_server.may_send,
            say_alive=lambda: _say_alive(claimed),  # noqa: B023 - the crew ends before the next claim
            works=mail_server.works,
        )
        try:
            crew.run(setting("CONNECTIONS"))
        finally:
            release(claimed.token)
        tried += crew.tried
        if crew.stuck:
            watch.say_alive()
            mail_server.trouble(str(crew.stuck))
            break
        presence.beat()
        if claimed.slots and monotonic() > ends:
            _here.look_again_at = now()
            break
    return tried


def look_again_at() -> datetime | None:
    """When `drain` is to be called again, after it came back because of the pace."""
    return _here.look_again_at


def _no_slot_soon(claimed: Claim, ends: float) -> bool:
    """Waits for a slot that is near. What a pace keeps here for hours must not keep other work waiting."""
    if claimed.again_at is None:
        return True
    ahead = max(LOOK_AFTER, (claimed.again_at - now()).total_seconds())
    if ahead > PATIENCE or monotonic() + ahead > ends:
        _here.look_again_at = max(now(), claimed.again_at)
        return True
    return stopping.wait(ahead)


def _goes_on(ends: float) -> bool:
    return monotonic() < ends and mail_server.may_send() and not obstacle()


def _letters(claimed: Claim) -> list[tuple[int, Letter]]:
    """In the order of the claim; those that were taken from us meanwhile, or break the app, are left out."""
    parts = sa.select(*(Message.__table__.c[name] for name in PARTS))
    query = parts.where(Message.id.in_(claimed.message_ids), Message.claim_token == claimed.token)
    letters: dict[int, Letter] = {}
    broken: list[int] = []
    for row in db.session.execute(query).all():
        try:
            letters[row.id] = letter_of(row, now())
        except Exception:
            _log.exception("Message %s breaks the hand-over.", row.id)
            broken.append(row.id)
    db.session.rollback()
    for message_id in broken:
        take_back(message_id, claimed.token)
    return [(one, letters[one]) for one in claimed.message_ids if one in letters]


def _say_alive(claimed: Claim) -> None:
    if _here.presence:
        _here.presence.beat()
    if _here.watch:
        _here.watch.say_alive()
    extend(claimed.token)
