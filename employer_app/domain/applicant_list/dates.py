"""Dates as people and systems write them. What can be read in two ways is not read.

Law: the order of day and month is decided once for a whole column, from a value that allows only one, or by a
person; never per row and never by habit.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache, lru_cache

from employer_app.domain.person_name import search_key

EARLIEST_YEAR = 1990  # older "dates" are empty values of some system: 1899-12-30, 1970-01-01
_LONGEST = 80  # characters; no date in words is longer
UNDERSTOOD = "Write it as year-month-day, for example 2026-03-31."

_TIME = (
    r"(?:(?:[T ,]+|(?:,? (?:a|at|um|om|kl\.?|ore|alle|alle ore|a las|a la)) )"
    r"(?P<hour>\d{1,2})[:h](?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?: ?(?P<half>[AaPp])\.? ?[Mm]\.?)?"
    r"(?P<zone> ?(?:(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?|Z|UTC|GMT))?(?: (?:uhr|uur|h))?(?: \([^()]*\))?)?"
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_TIME}", re.ASCII | re.IGNORECASE
)
_NUMBERS = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<sign>[-/.])(?P<b>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}){_TIME}",
    re.ASCII | re.IGNORECASE,
)
_TWO_DIGIT_YEAR = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}(?!\d)", re.ASCII)
#: seconds or thousandths since 1970, as programs write them; from 2001 on, which no other number looks like
_EPOCH = re.compile(r"(?P<seconds>[1-4]\d{9})(?P<thousandths>\d{3})?(?:\.\d+)?", re.ASCII)
#: folded, one line a language: English, German, French, Spanish, Dutch, Swedish, Norwegian, Danish, Italian
_MONTHS = tuple(
    tuple(line.split())
    for line in (
        "january february march april may june july august september october november december",
        "januar februar marz april mai juni juli august september oktober november dezember",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "januari februari mars april maj juni juli augusti september oktober november december",
        "januar februar mars april mai juni juli august september oktober november desember",
        "januar februar marts april maj juni juli august september oktober november december",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    )
)
_MORE_MONTHS = {"janner": 1, "maerz": 3, "mrt": 3, "setiembre": 9, "feber": 2, "jaenner": 1}
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday tues thur thurs wednes",
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miercoles jueves viernes sabado domingo",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo",
    "mandag tirsdag onsdag torsdag fredag lordag sondag tisdag lor son",
    "lunedi martedi mercoledi giovedi venerdi sabato domenica",
)
_WEEKDAY = (
    r"(?:(?:le|el|il|den|am|op|"
    + "|".join(sorted({form for line in _WEEKDAYS for word in line.split() for form in (word, word[:3])}))
    + r")\.?,? )*"
)
_DAY_NAME = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|o|e|°)?[-. ]+(?:de |di |del )?"
    rf"(?P<name>[a-z]{{3,10}})\.?,?[-. ]+(?:de |del )?(?P<year>\d{{4}}){_TIME}",
    re.ASCII | re.IGNORECASE,
)
_NAME_DAY = re.compile(
    rf"{_WEEKDAY}(?P<name>[a-z]{{3,10}})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}}){_TIME}",
    re.ASCII | re.IGNORECASE,
)


class DateOrder(StrEnum):
    """How a column writes 3 April in numbers."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


class BadDate(ValueError):
    """No date, or more than one; str() is a sentence that says what is understood."""


def column_order(texts: Iterable[str]) -> DateOrder | None:
    """The order that the values of a column prove, or None if they prove none, or both."""
    proven = set()
    for text in texts:
        found = _NUMBERS.fullmatch(text.strip())
        if not found:
            continue
        first, second = int(found["a"]), int(found["b"])
        if found["sign"] == "." or first > 12 >= second:
            proven.add(DateOrder.DAY_FIRST)  # dots are written day first wherever they are in use
        elif second > 12 >= first:
            proven.add(DateOrder.MONTH_FIRST)
    return proven.pop() if len(proven) == 1 else None


def needs_order(texts: Iterable[str]) -> bool:
    """Whether any of them begins with a day or a month in figures, so that somebody has to say which."""
    return any(_NUMBERS.fullmatch(text.strip()) for text in texts)


def read_date(text: str, order: DateOrder | None = None) -> date | datetime:
    """A date, or a datetime when a time stands beside it (aware if it names its offset). Raises BadDate."""
    text = " ".join(text.split())
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return _built(text, found, int(found["month"]), int(found["day"]))
    found = _NUMBERS.fullmatch(text)
    if found:
        month, day = _month_and_day(text, int(found["a"]), int(found["b"]), order)
        return _built(text, found, month, day)
    found = _EPOCH.fullmatch(text)
    if found:
        return datetime.fromtimestamp(int(found["seconds"]), UTC)
    folded = search_key(text) if len(text) <= _LONGEST else ""
    found = _DAY_NAME.fullmatch(folded) or _NAME_DAY.fullmatch(folded)
    if found:
        return _built(text, found, _month(text, found["name"]), int(found["day"]))
    if _TWO_DIGIT_YEAR.match(text):
        raise BadDate(f"The date “{text[:40]}” has a year of two digits. {UNDERSTOOD}")
    raise BadDate(f"“{text[:40]}” is not a date that can be read. {UNDERSTOOD}")


def is_future(moment: date | datetime, today: date) -> bool:
    """An aware time may lie in tomorrow's date: it is already tomorrow somewhere."""
    if isinstance(moment, datetime):
        return moment.date() > today + timedelta(days=1 if moment.tzinfo else 0)
    return moment > today


def _month_and_day(text: str, first: int, second: int, order: DateOrder | None) -> tuple[int, int]:
    if first == second or second > 12:
        return first, second
    if first > 12 or order is DateOrder.DAY_FIRST:
        return second, first
    if order is DateOrder.MONTH_FIRST:
        return first, second
    raise BadDate(
        f"“{text[:40]}” can be read with the day or the month first. "
        f"Choose the order of this list's dates, or write them as year-month-day, for example 2026-03-31."
    )


def _month(text: str, name: str) -> int:
    """The month of that name or beginning in any language; "jui" is two of them in French, and none."""
    months = _months_of(name)
    if len(months) == 1:
        return next(iter(months))
    raise BadDate(f"“{text[:40]}” is not a date that can be read. {UNDERSTOOD}")


@cache
def _month_names() -> Sequence[tuple[str, int]]:
    named = [(name, number) for language in _MONTHS for number, name in enumerate(language, 1)]
    return [*named, *_MORE_MONTHS.items()]


@lru_cache(maxsize=256)
def _months_of(name: str) -> frozenset[int]:
    exactly = frozenset(number for month, number in _month_names() if month == name)
    return exactly or frozenset(number for month, number in _month_names() if month.startswith(name))


def _built(text: str, found: re.Match[str], month: int, day: int) -> date | datetime:
    try:
        on = date(int(found["year"]), month, day)
        moment = on if found["hour"] is None else _with_time(on, found)
    except ValueError:
        raise BadDate(f"There is no such date as “{text[:40]}”. {UNDERSTOOD}") from None
    if on.year < EARLIEST_YEAR:
        raise BadDate(f"“{text[:40]}” lies too far back to be right. {UNDERSTOOD}")
    return moment


def _with_time(on: date, found: re.Match[str]) -> datetime:
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    return datetime(
        on.year,
        on.month,
        on.day,
        hour,
        int(found["minute"]),
        int(found["second"] or 0),
        tzinfo=_zone(found["zone"]),
    )


def _zone(text: str | None) -> timezone | None:
    """Raises ValueError for an offset of a day or more."""
    if not text:
        return None
    text = text.strip().upper().removeprefix("UTC").removeprefix("GMT").replace(":", "")
    if text[:1] not in ("+", "-"):
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:5] or 0))
    return timezone(-offset if text[0] == "-" else offset)
