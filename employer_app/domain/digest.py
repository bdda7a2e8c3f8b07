"""The mail of each morning to whoever owes answers: when it is due, what it says, and how long it may be.

Law: a candidate's name, the title of the job, and the words that stand on the page anyway; nothing else of a
candidate. At most ten lines, and the rest is a number. The subject, which shows on locked screens, names
nobody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from employer_app.domain.business_time import Calendar, is_business_day
from employer_app.domain.words import t

MOST_LINES = 10
#: characters of a name or a title; whoever writes more in it does not fill the mail
_LONGEST = 80
_OFF = "off"
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?")
#: they join letters of a name, and show nothing themselves
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True)
class Line:
    """One person in one job; `reason` and `due` in the words of the home list."""

    application_id: int
    name: str
    job_title: str
    reason: str
    due: str


@dataclass(frozen=True)
class Digest:
    """What one person owes. `people` are all who show on their home list, `late` of them are late."""

    lines: Sequence[Line]
    people: int
    late: int


def hour_of(setting: str) -> time | None:
    """From when the mail leaves; None: it never does. Raises ValueError for what is neither."""
    if setting.strip().lower() == _OFF:
        return None
    found = _HOUR.fullmatch(setting.strip())
    if found is None:
        raise ValueError(f"{setting!r} is no hour")
    return time(int(found[1]), int(found[2]))


def day_of(calendar: Calendar, moment: datetime, hour: time | None) -> date | None:
    """The working day whose mail is due at that moment; None before the hour, and on days off."""
    local = moment.astimezone(ZoneInfo(calendar.timezone))
    if hour is None or local.time() < hour or not is_business_day(calendar, local.date()):
        return None
    return local.date()


def letter(digest: Digest, *, name: str, public_url: str) -> tuple[str, str]:
    """Subject and text. `public_url` empty: without links."""
    base = public_url.rstrip("/")
    subject = t("nav.waiting_count", n=digest.people)
    if digest.late:
        subject += f", {digest.late:,} late"
    parts = [f"Hello {_plain(name)},", _summary(digest)]
    parts += [_line(number, line, base) for number, line in enumerate(digest.lines, 1)]
    if (more := digest.people - len(digest.lines)) > 0:
        parts.append(f"and {more:,} more." + (f"\n{base}/?whose=mine" if base else ""))
    elif base:
        parts.append(f"The whole list:\n{base}/?whose=mine")
    foot = "You get this on working days on which somebody waits for an answer from you. "
    parts.append(f"{foot}You can switch it off in your account{f':{chr(10)}{base}/account' if base else '.'}")
    return subject, "\n\n".join(parts) + "\n"


def _summary(digest: Digest) -> str:
    said = f"{t('owed.title', n=digest.people)}."
    if not digest.late:
        return f"{said} None of them is late."
    return f"{said} {digest.late:,} of them {'is' if digest.late == 1 else 'are'} late."


def _line(number: int, line: Line, base: str) -> str:
    said = [
        f"{number}. {_plain(line.name)}, {_plain(line.job_title)}",
        f"   {line.reason}: {line.due[:1].lower()}{line.due[1:]}",
    ]
    if base:
        said.append(f"   {base}/applications/{line.application_id}")
    return "\n".join(said)


def _plain(text: str) -> str:
    """On one line, without what is not seen; an address in a name is no link: its dots and slashes are held
    apart."""
    seen = "".join(char if char.isprintable() or char in _JOINERS else " " for char in text)
    seen = re.sub(r"://|(?<=\w)\.(?=\w{2})", _held_apart, " ".join(seen.split()))
    return seen if len(seen) <= _LONGEST else f"{seen[: _LONGEST - 1].rstrip()}…"


def _held_apart(found: re.Match[str]) -> str:
    return found[0].replace("://", ": ").replace(".", ". ")
