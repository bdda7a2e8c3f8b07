"""What the administrator is told by mail: which troubles, how long each must last first, and in which words.

Law: no name, no address and no word of a mail server stands in an alarm; it goes through a stranger's server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_SHORTEST_TOKEN = 20
#: while it lasts
AGAIN_AFTER = timedelta(days=1)


class AlarmKind(StrEnum):
    """A trouble that lasts until somebody does something; in the order in which the mails leave."""

    RESTORE = "restore"
    DISK = "disk"
    RELAY = "relay"
    STUCK = "stuck"
    UNSEEN = "unseen"


#: how long it must have lasted before it is told. "Stuck" itself means a quarter of an hour; two looks at it
#: spare the machine that has just woken up
TOLD_AFTER: Mapping[AlarmKind, timedelta] = {
    AlarmKind.RESTORE: timedelta(0),
    AlarmKind.DISK: timedelta(0),
    AlarmKind.RELAY: timedelta(minutes=15),
    AlarmKind.STUCK: timedelta(seconds=30),
    AlarmKind.UNSEEN: timedelta(minutes=60),
}


class Stands(StrEnum):
    """What a look found."""

    YES = "yes"
    NO = "no"
    #: nobody can tell now: what was open stays open, and nothing new is opened
    UNKNOWN = "unknown"


class Moment(StrEnum):
    """Why a mail leaves."""

    BEGAN = "began"
    LASTS = "lasts"
    OVER = "over"


def moment_of(
    kind: AlarmKind, stands: Stands, *, since: datetime, told_at: datetime | None, now: datetime
) -> Moment | None:
    """What is to be told now of an alarm that is open; None: nothing."""
    if stands is Stands.NO:
        return Moment.OVER if told_at else None
    if told_at is None:
        return Moment.BEGAN if stands is Stands.YES and now - since >= TOLD_AFTER[kind] else None
    return Moment.LASTS if now - told_at >= AGAIN_AFTER else None


@dataclass(frozen=True)
class _Words:
    subject: str
    what: str
    do: str
    #: the page that helps
    page: str
    over: str


_SAFE = "Nothing is lost: the messages wait, and go on by themselves."
_WORDS: Mapping[AlarmKind, _Words] = {
    AlarmKind.RESTORE: _Words(
        "Messages wait for your word",
        "Nothing leaves to candidates until somebody says so. The database was restored or copied, or "
        "messages lay here for more than a day.",
        "Please open the page below. It says what was found, lists what may have left already, and lets the "
        "rest go on with one click.",
        "/outbox/restored",
        "Somebody has said how it goes on, and messages may leave again.",
    ),
    AlarmKind.DISK: _Words(
        "The disk is almost full",
        "The disk of the machine {host} is almost full. What cannot be written down must not leave, so "
        f"nothing does. {_SAFE}",
        "Please make room on that disk. Nothing has to be started again.",
        "/outbox",
        "There is room again on the disk of the machine {host}.",
    ),
    AlarmKind.RELAY: _Words(
        "The mail server is in trouble",
        f"The mail server takes no mail from us. {_SAFE}",
        "Please open the page below. It says what the mail server answered, and tests it. The usual causes "
        "are a changed password, a limit that was passed, and a server that is down.",
        "/settings/sending",
        "The mail server takes mail again, or nothing waits for it any more.",
    ),
    AlarmKind.STUCK: _Words(
        "Messages do not leave",
        "Messages should have left a quarter of an hour ago or more, and nothing is in their way that the "
        "app knows of.",
        "Please open the page below; the line at its top may say why. Else look at the log of the worker, "
        "and start it again.",
        "/outbox",
        "No message is late any more.",
    ),
    AlarmKind.UNSEEN: _Words(
        "Messages need a look",
        "Messages failed, or may have arrived and nobody can tell. Nobody has looked at them yet, and their "
        "readers may have heard nothing.",
        "Please open the page below, or ask a colleague who writes to candidates to do so. Each message says "
        "what happened and what can be done. To look is enough to end this alarm.",
        "/outbox",
        "Somebody has looked at every message that failed or may have arrived.",
    ),
}
_FOOT: Mapping[Moment, str] = {
    Moment.BEGAN: "You are told once a day while this lasts, and once when it is over.",
    Moment.LASTS: "You are told once a day while this lasts, and once when it is over.",
    Moment.OVER: "There is nothing left to do. Thank you for looking after it.",
}


def letter(kind: AlarmKind, moment: Moment, *, since: str, host: str, public_url: str) -> tuple[str, str]:
    """Subject and text. `since`: as a person reads it."""
    words = _WORDS[kind]
    prefix = {Moment.BEGAN: "", Moment.LASTS: "Still: ", Moment.OVER: "Over: "}[moment]
    link = f"{public_url.rstrip('/')}{words.page}"
    if moment is Moment.OVER:
        parts = ["Hello,", words.over, f"It had begun {since}.", _FOOT[moment]]
    else:
        parts = ["Hello,", words.what, f"This began {since}.", words.do, link, _FOOT[moment]]
    text = "\n\n".join(part.replace("{host}", host) for part in parts)
    return f"{prefix}{words.subject}", f"{text}\n"


def unusable(settings: Mapping[str, Any]) -> str:
    """Why these settings cannot be right, in words; empty when they can."""
    for name in ("ALARM_TO", "ALARM_FROM"):
        if settings[name] and not _ADDRESS.fullmatch(settings[name]):
            return f"{name} is {settings[name]!r}, but it must be one address."
    if bool(settings["ALARM_TO"]) != bool(settings["ALARM_MAIL_SERVER"]):
        return (
            "ALARM_TO and ALARM_MAIL_SERVER belong together: give both, or none for no mail about troubles."
        )
    if 0 < len(settings["METRICS_TOKEN"]) < _SHORTEST_TOKEN:
        return f"METRICS_TOKEN needs at least {_SHORTEST_TOKEN} characters that nobody can guess."
    return ""
