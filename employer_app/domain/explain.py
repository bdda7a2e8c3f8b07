"""Why a date is that date: the arithmetic behind one debt, said so that anybody can check it on a calendar.

Nothing here decides; what a debt says is said by domain/owed. No clock is read: the present moment comes in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from employer_app.domain import business_time, times
from employer_app.domain.business_time import Calendar
from employer_app.domain.duty import HOUSE, ClockName, Reason
from employer_app.domain.words import t

_SATURDAY = 5
#: these may wait for a closing date or for a date we gave
_SILENCE = frozenset({ClockName.FIRST_WORD, ClockName.NEXT_WORD_EARLY, ClockName.NEXT_WORD_INTERVIEWED, None})


@dataclass(frozen=True)
class Reckoned:
    """A debt as far as its dates go. `happened_at` is the moment of the fact that opened it, where known."""

    reason: Reason
    clock: ClockName | None
    since: datetime
    target_at: datetime
    breach_at: datetime
    happened_at: datetime | None = None


def explain(debt: Reckoned, calendar: Calendar) -> list[str]:
    """Two to four sentences: the sum, what made it wait, the days that do not count, from when it is late."""
    target, breach = _day(debt.target_at, calendar), _day(debt.breach_at, calendar)
    late = t("explain.late", day=_named(breach), time=f"{_local(debt.breach_at, calendar):%H:%M}")
    if debt.clock is None:
        return [t("explain.gave", day=_named(target)), late]
    start = _day(debt.since, calendar)
    counted = business_time.add_business_days(calendar, debt.since, HOUSE[debt.clock].target)
    sentences = [
        t(
            "explain.sum",
            start=t(f"explain.start.{_start(debt, debt.clock)}", day=_named(start)),
            n=HOUSE[debt.clock].target,
            day=_named(_day(counted, calendar)),
        )
    ]
    if counted != debt.target_at:
        sentences.append(t("explain.rests", day=_named(target)))
    if off := _weekdays_off(start, _day(counted, calendar), calendar):
        sentences.append(t("explain.off", n=len(off), days=_listed([_named(day) for day in off])))
    return [*sentences, late]


def due(target_at: datetime, calendar: Calendar, at: datetime) -> tuple[str, str]:
    """("6 business days late", "was due Tue 10 Nov"), or ("In 2 business days", "Fri 20 Nov"), as of `at`."""
    day, today = _day(target_at, calendar), _day(at, calendar)
    said = _named(day, today)
    if day < today:
        days = business_time.business_days_between(calendar, target_at, at)
        return t("owed.due.late", n=max(days, 1)), t("owed.due.was", day=said)
    if day == today:
        return t("owed.due.today"), t("owed.due.is", day=said)
    if day == today + timedelta(days=1):
        return t("owed.due.tomorrow"), t("owed.due.is", day=said)
    days = business_time.business_days_between(calendar, at, target_at)
    return t("owed.due.ahead", n=max(days, 1)), t("owed.due.is", day=said)


def _start(debt: Reckoned, clock: ClockName) -> str:
    """Which words begin the sum."""
    waits = debt.happened_at is not None and debt.happened_at != debt.since
    if waits and clock in _SILENCE:
        return "closing"
    if waits and clock is ClockName.JOB_CLOSED:
        return "inside"
    return clock.value


def _weekdays_off(start: date, end: date, calendar: Calendar) -> list[date]:
    """Holidays and closed days between; weekends everybody knows."""
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    return [
        day for day in days if day.weekday() < _SATURDAY and not business_time.is_business_day(calendar, day)
    ]


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else t("explain.and", first=", ".join(words[:-1]), last=words[-1])


def _named(day: date, today: date | None = None) -> str:
    return times.day(day, today=today)


def _local(moment: datetime, calendar: Calendar) -> datetime:
    return moment.astimezone(ZoneInfo(calendar.timezone))


def _day(moment: datetime, calendar: Calendar) -> date:
    return _local(moment, calendar).date()
