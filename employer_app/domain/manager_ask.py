"""What a hiring manager is asked and may answer, how long their link works, and when they are reminded.

Law: an answer decides nothing and tells nobody; a person of the team confirms it. A link is good for one ask
alone, for `LIFE`. No name of a candidate stands in a mail: they are on the page alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from itsdangerous import BadData, URLSafeSerializer

from employer_app.domain.business_time import END_OF_DAY, START_OF_DAY, Calendar, add_business_days
from employer_app.domain.clock import utc
from employer_app.domain.words import t

#: how long a link works
LIFE = timedelta(days=14)
#: candidates of one ask; nobody gives a considered answer on more
MOST_PEOPLE = 100
LONGEST_NOTE = 500
#: "need until" lies within so many days
LONGEST_WAIT = 366
#: the question itself and two reminders
MOST_MAILS = 3
#: between the mails: business days, or hours where another employer has made an offer
EACH_DAYS = 2
EACH_HOURS = timedelta(hours=4)
#: no other signature of ours is good here
_SALT = "manager-ask"
_LONGEST_TOKEN = 300


class Answer(StrEnum):
    """What the manager says of one candidate; `open` while they have said nothing, or took it back."""

    OPEN = "open"
    YES = "yes"
    NO = "no"
    LATER = "later"


class Ending(StrEnum):
    """Why nothing more is asked about a candidate."""

    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    #: the link was too old when somebody asked anew
    EXPIRED = "expired"


@dataclass(frozen=True)
class Link:
    """What a link says of itself. `key` is as the ask keeps it."""

    ask_id: int
    key: str


@dataclass(frozen=True)
class Given:
    """One answer as the manager gave it; `until` goes with `later` alone."""

    answer: Answer
    until: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Seen:
    """One answer as the person who confirms it read it. `code`: the reason, for a "no"."""

    item_id: int
    version: int
    application_id: int
    application_version: int
    code: str = ""


def sign(secret: str, link: Link) -> str:
    """The part of an address that proves it. Whether it is too old or taken back, the ask itself says."""
    return str(_signer(secret).dumps([link.ask_id, link.key]))


def read(secret: str, token: str) -> Link | None:
    """None for whatever we have not signed for this purpose."""
    if len(token) > _LONGEST_TOKEN:
        return None
    try:
        ask_id, key = _signer(secret).loads(token)
    except (BadData, TypeError, ValueError):
        return None
    return Link(ask_id, key) if isinstance(ask_id, int) and isinstance(key, str) else None


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256})


def awaited(answer: Answer, until: date | None, today: date) -> bool:
    """Whether the manager still has to say something: also when the day is over that they asked for."""
    return answer is Answer.OPEN or (answer is Answer.LATER and until is not None and until < today)


def next_mail_at(calendar: Calendar, mails: int, mailed_at: datetime, *, competing: bool) -> datetime | None:
    """When to remind after so many mails, the last of which left then; None: they have been asked enough."""
    if mails >= MOST_MAILS:
        return None
    if competing:
        return mailed_at + EACH_HOURS
    return working_hour(calendar, mailed_at, EACH_DAYS)


def working_hour(calendar: Calendar, moment: datetime, days: int) -> datetime:
    """The same time of day on the business day that is so many days on, but between nine and six."""
    zone = ZoneInfo(calendar.timezone)
    day = add_business_days(calendar, moment, days).astimezone(zone).date()
    at = min(max(utc(moment).astimezone(zone).time(), START_OF_DAY), END_OF_DAY)
    return datetime.combine(day, at, zone).astimezone(UTC)


def letter(*, mails: int, job: str, asker: str, people: int, expires_on: str, link: str) -> tuple[str, str]:
    """Subject and text of the question (no mail yet), or of a reminder. `people`: still to be answered."""
    reminds = "reminder" if mails else "question"
    subject = t(f"asking.mail.{reminds}_subject", job=job)
    parts = (
        t("asking.mail.hello"),
        t(f"asking.mail.{reminds}", n=people, who=asker or t("asking.mail.team"), job=job),
        t("asking.mail.open"),
        link,
        t("asking.mail.what_for"),
        t("asking.mail.until", day=expires_on),
    )
    return subject, "\n\n".join(parts) + "\n"
