"""Tells the administrator of a trouble that lasts, by another mail server than the one for candidates.

Law: once when it begins, once a day while it lasts, once when it is over, however many workers look. Who
tells says so in the database first, and takes it back if the mail did not leave: so no two tell the same, and
a server that is away is tried again at the next look. Nothing here touches a message, or waits in the way of
one: `tell` runs beside the deliveries, with short time limits. Its mails are of purpose `account`.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain import times
from employer_app.domain.alarm import AlarmKind, Moment, Stands, letter, moment_of
from employer_app.domain.clock import now
from employer_app.domain.delivery import Outcome
from employer_app.extensions import db, setting, transaction
from employer_app.models import Alarm, Place
from employer_app.outbox import account_mail
from employer_app.outbox.enqueue import new_message_id
from employer_app.outbox.relay import security
from employer_app.smtp.line import Relay, RelayTrouble
from employer_app.smtp.mime import Letter, Unbuildable

_LONGEST_KEY = 40
#: the mail server has it, or may have it: then it is told
_TOLD = (Outcome.ACCEPTED, Outcome.UNCERTAIN)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Telling:
    """One mail that is to leave about an alarm."""

    key: str
    kind: AlarmKind
    moment: Moment
    since: datetime
    told_at: datetime | None


def note(found: Mapping[AlarmKind, Stands]) -> Sequence[Telling]:
    """Keep what was found, and say what is to be told of it now; nothing where no mail is set up."""
    moment, path = now(), server() is not None
    to_tell: list[Telling] = []
    rows = {row.kind: row for row in db.session.scalars(sa.select(Alarm))}
    for kind, stands in found.items():
        key = _key(kind)
        row = rows.get(key)
        if row is None:
            if stands is not Stands.YES:
                continue
            row = _open(key, moment)
        told_at = row.told_at
        what = moment_of(kind, stands, since=row.since, told_at=told_at, now=moment)
        if what and path:
            to_tell.append(Telling(key, kind, what, row.since, told_at))
        elif stands is Stands.NO:
            _close(key, told_at)
    db.session.rollback()
    return to_tell


def _key(kind: AlarmKind) -> str:
    """Each host has a disk of its own; the other troubles are shared by all."""
    return f"{kind.value} {socket.gethostname()}"[:_LONGEST_KEY] if kind is AlarmKind.DISK else kind.value


def _open(key: str, moment: datetime) -> Alarm:
    with transaction() as session:
        row = session.get(Alarm, key)
        if row is None:
            row = Alarm(kind=key, since=moment, told_at=None)
            session.add(row)
        return row


def _as_it_was(key: str, told_at: datetime | None) -> tuple[sa.ColumnElement[bool], ...]:
    """Nobody else has told it meanwhile."""
    untold = Alarm.told_at.is_(None) if told_at is None else Alarm.told_at == told_at
    return Alarm.kind == key, untold


def _close(key: str, told_at: datetime | None) -> bool:
    with transaction() as session:
        gone = session.execute(sa.delete(Alarm).where(*_as_it_was(key, told_at)))
        return bool(gone.rowcount)  # type: ignore[attr-defined]


def tell(to_tell: Sequence[Telling]) -> None:
    """Mail each of them. Never fails: what did not leave is tried again after the next look."""
    for one in to_tell:
        try:
            _tell(one)
        except Exception:
            db.session.rollback()
            _log.exception("The alarm “%s” could not be mailed. It is tried again.", one.kind.value)


def _tell(one: Telling) -> None:
    moment = now()
    if not _claim(one, moment):
        return
    try:
        trouble = _post(one, moment)
    except BaseException:
        _take_back(one, moment)
        raise
    if trouble:
        _take_back(one, moment)
        _log.warning("The alarm “%s” could not be mailed: %s", one.kind.value, trouble)


def _claim(one: Telling, moment: datetime) -> bool:
    if one.moment is Moment.OVER:
        return _close(one.key, one.told_at)
    with transaction() as session:
        mine = sa.update(Alarm).where(*_as_it_was(one.key, one.told_at)).values(told_at=moment)
        return bool(session.execute(mine).rowcount)  # type: ignore[attr-defined]


def _take_back(one: Telling, moment: datetime) -> None:
    with transaction() as session:
        if one.moment is not Moment.OVER:
            session.execute(sa.update(Alarm).where(*_as_it_was(one.key, moment)).values(told_at=one.told_at))
        elif session.get(Alarm, one.key) is None:
            session.add(Alarm(kind=one.key, since=one.since, told_at=one.told_at))


def _post(one: Telling, moment: datetime) -> str:
    """Hand the mail over; why it did not leave, in words, or nothing."""
    relay, to = server(), setting("ALARM_TO")
    if relay is None:
        return "No mail server is set up for it."
    sender = setting("ALARM_FROM") or to
    timezone = db.session.scalar(sa.select(Place.timezone).order_by(Place.id).limit(1)) or "UTC"
    db.session.rollback()
    subject, text = letter(
        one.kind,
        one.moment,
        since=f"on {times.exact(one.since, ZoneInfo(timezone))} ({timezone})",
        host=socket.gethostname(),
        public_url=setting("PUBLIC_URL"),
    )
    mail = Letter(
        message_id=new_message_id(sender),
        date=moment,
        sender_name="Employer App",
        sender_address=sender,
        reply_to="",
        to_name="",
        to_address=to,
        subject=subject,
        text=text,
        headers=account_mail.AUTOMATIC,
    )
    try:
        reply = account_mail.post(relay, mail)
    except (RelayTrouble, Unbuildable) as trouble:
        return str(trouble)
    return "" if reply.outcome in _TOLD else account_mail.words_of(reply)


def server() -> Relay | None:
    """The other mail server; None: there is no mail about troubles, and only the pages speak of them."""
    if not setting("ALARM_MAIL_SERVER") or not setting("ALARM_TO"):
        return None
    return Relay(
        host=setting("ALARM_MAIL_SERVER"),
        port=setting("ALARM_MAIL_PORT"),
        security=security("ALARM_MAIL"),
        username=setting("ALARM_MAIL_USERNAME"),
        password=setting("ALARM_MAIL_PASSWORD"),
        helo_name=setting("MAIL_HELO_NAME"),
    )
