"""The mail of each working morning to whoever owes answers; and whether one wants it.

Law: at most one a day for each person, however many workers look. Whoever mails it says so in the database
first, and takes it back if it did not leave: then the next look of the same day tries again. A morning on
which nobody waits is done without a mail; what comes later that day stands in the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

import sqlalchemy as sa

from employer_app.config import LOOPBACK
from employer_app.domain.clock import now
from employer_app.domain.digest import Digest, day_of, hour_of, letter
from employer_app.domain.errors import NotAllowed
from employer_app.domain.role import MACHINE, Person
from employer_app.extensions import db, setting, transaction
from employer_app.models import User
from employer_app.outbox import own_mail
from employer_app.outbox.own_mail import Ended
from employer_app.queries import digest as queries
from employer_app.queries.digest import Reader

_log = logging.getLogger(__name__)


def want(*, actor: Person, wanted: bool) -> None:
    """Whether the actor gets the mail from now on."""
    if actor.user_id is None:
        raise NotAllowed("The command line has no account of its own.")
    with transaction() as session:
        session.execute(sa.update(User).where(User.id == actor.user_id).values(digest=wanted))


def look() -> tuple[date, Sequence[Reader]] | None:
    """The day whose mail is due, and who was not seen to yet; None when there is nothing to do."""
    hour = hour_of(str(setting("DIGEST_AT")))
    day = day_of(queries.house_calendar(MACHINE), now(), hour)
    found = queries.readers(MACHINE, day) if day else ()
    db.session.rollback()
    if day is None or not found or not own_mail.can_leave():
        return None
    return day, found


def tell(day: date, readers: Sequence[Reader]) -> None:
    """Mail each of them. It may take minutes, and never fails: what did not leave is tried again."""
    for reader in readers:
        try:
            ended = _tell(day, reader)
        except Exception:
            db.session.rollback()
            _log.exception("The mail of the morning to user %s failed. It is tried again.", reader.user_id)
            continue
        if ended is Ended.TROUBLE:
            return  # for the others as well


def text_of(reader: Reader, digest: Digest) -> tuple[str, str]:
    """Subject and text, with links where others than this machine could follow them."""
    url = str(setting("PUBLIC_URL"))
    local = (urlsplit(url).hostname or "") in LOOPBACK
    return letter(digest, name=reader.name, public_url="" if local else url)


def _tell(day: date, reader: Reader) -> Ended | None:
    if not _claim(day, reader):
        return None
    try:
        digest = queries.digest_of(MACHINE, reader.user_id)
        db.session.rollback()
        if digest is None:
            return None
        subject, text = text_of(reader, digest)
        result = own_mail.hand_over(to_name=reader.name, to_address=reader.email, subject=subject, text=text)
    except BaseException:
        db.session.rollback()
        _take_back(day, reader)
        raise
    if result.ended in {Ended.LATER, Ended.TROUBLE}:
        _take_back(day, reader)
    if result.ended is not Ended.LEFT:
        _log.warning(
            "The mail of the morning to user %s did not leave (%s): %s",
            reader.user_id,
            result.ended,
            result.said,
        )
    return result.ended


def _claim(day: date, reader: Reader) -> bool:
    """Compare and set: of two who look at once, one gets it. Who opted out or left meanwhile gets none."""
    mine = sa.update(User).where(User.id == reader.user_id, User.active, User.digest, _as_it_was(reader))
    with transaction() as session:
        return bool(session.execute(mine.values(digest_day=day)).rowcount)  # type: ignore[attr-defined]


def _take_back(day: date, reader: Reader) -> None:
    mine = sa.update(User).where(User.id == reader.user_id, User.digest_day == day)
    with transaction() as session:
        session.execute(mine.values(digest_day=reader.before))


def _as_it_was(reader: Reader) -> sa.ColumnElement[bool]:
    return User.digest_day.is_(None) if reader.before is None else User.digest_day == reader.before
