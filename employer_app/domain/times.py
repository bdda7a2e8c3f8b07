"""How a moment, a day or a remaining time reads on a page. Nothing here asks what time it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from employer_app.domain.clock import utc
from employer_app.domain.words import t, words

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
#: Days say more than months to somebody who waits: "44 days ago", and months only from here on.
_DAYS_UP_TO = 90
_DAYS_A_MONTH = 30.44
_DAYS_A_YEAR = 365.25
_WEEKDAY_UP_TO = 6
_YEARS_FROM = 2 * _DAYS_A_YEAR


def ago(moment: datetime, now: datetime) -> str:
    """ "3 days ago", "in 2 hours", "just now". Both aware; raises ValueError on a naive one.

    Rounds down, so that nothing is made to look further away than it is.
    """
    elapsed = (utc(now) - utc(moment)) / timedelta(seconds=1)
    way = "ago" if elapsed >= 0 else "ahead"
    seconds = abs(elapsed)
    if seconds < _MINUTE:
        return t(f"{way}.now")
    for unit, size, below in (("minutes", _MINUTE, _HOUR), ("hours", _HOUR, _DAY)):
        if seconds < below:
            return t(f"{way}.{unit}", n=int(seconds // size))
    days = seconds / _DAY
    if days < _DAYS_UP_TO:
        return t(f"{way}.days", n=int(days))
    if days < _YEARS_FROM:
        return t(f"{way}.months", n=int(days / _DAYS_A_MONTH))
    return t(f"{way}.years", n=int(days / _DAYS_A_YEAR))


def exact(moment: datetime, tz: tzinfo) -> str:
    """ "Wed 18 Nov 2026, 10:42" where `tz` is. Raises ValueError on a naive moment."""
    local = utc(moment).astimezone(tz)
    return f"{day(local.date())} {local.year}, {local:%H:%M}"


def day(value: date, *, today: date | None = None) -> str:
    """ "Fri 13 Nov", with the year where it is not the year of `today`.

    Raises TypeError on a moment: which day it falls on depends on the place, and only `exact` knows that.
    """
    if isinstance(value, datetime):
        raise TypeError("a moment is not a day: take the date of its local time first")
    names = words().calendar
    year = f" {value.year}" if today is not None and value.year != today.year else ""
    return f"{names.days[value.weekday()]} {value.day} {names.months[value.month - 1]}{year}"


def about(moment: datetime, now: datetime, tz: tzinfo) -> str:
    """When to expect it: "today, 14:20", "Tuesday, 14:20", and the whole date from six days on."""
    local, today = utc(moment).astimezone(tz), utc(now).astimezone(tz).date()
    days = (local.date() - today).days
    if days >= _WEEKDAY_UP_TO:
        return exact(moment, tz)
    names = {0: t("about.today"), 1: t("about.tomorrow")}
    return f"{names.get(days) or words().calendar.days_long[local.weekday()]}, {local:%H:%M}"


def lasting(duration: timedelta) -> str:
    """ "about 7 hours": to the nearest, for nobody knows better."""
    seconds = duration.total_seconds()
    if seconds < _MINUTE:
        return t("about.now")
    for unit, size, below in (("minutes", _MINUTE, 100 * _MINUTE), ("hours", _HOUR, 2 * _DAY)):
        if seconds < below:
            return t(f"about.{unit}", n=round(seconds / size))
    return t("about.days", n=round(seconds / _DAY))


def countdown(seconds: float) -> str:
    """What is left, as a clock shows it: "9:42", from an hour "2 h 05 min", never below "0:00"."""
    left = max(0, int(seconds))
    if left < _HOUR:
        return f"{left // _MINUTE}:{left % _MINUTE:02}"
    return f"{left // _HOUR} h {left % _HOUR // _MINUTE:02} min"
