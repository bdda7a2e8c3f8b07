"""Backlog rescue: an old pile is answered over days or weeks, a list a day, and a person confirms each list.

Law: everybody is in exactly one place: in one heap of the pile, or apart from it with one reason. Whoever is
planned is in exactly one state. So each row of numbers adds up to all. A rescue sends nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from employer_app.domain import business_time
from employer_app.domain.business_time import Calendar
from employer_app.domain.duty_profile import DutyType, Force, Unit, duty_profiles
from employer_app.domain.errors import Refused
from employer_app.domain.pace import Limits


class Span(StrEnum):
    """How long ago our last word was; the application itself where there was none."""

    UNDER_3 = "under_3"
    UNDER_6 = "under_6"
    UNDER_12 = "under_12"
    LONGER = "longer"


#: the least days of each, the longest first
SPANS: Mapping[Span, int] = {Span.LONGER: 365, Span.UNDER_12: 180, Span.UNDER_6: 90, Span.UNDER_3: 0}


class Press(StrEnum):
    """What presses most, in the order in which people are answered."""

    LEGAL = "legal"
    PROMISED = "promised"
    FINAL = "final"
    INTERVIEWED = "interviewed"
    APPLIED = "applied"

    @property
    def may_be_let_go(self) -> bool:
        """A law, or a date that we gave, is not waived by the hundred; one by one a person still may."""
        return self not in {Press.LEGAL, Press.PROMISED}


class Apart(StrEnum):
    """Why somebody is in no heap."""

    ANSWERED = "answered"
    TOLD_ELSEWHERE = "told_elsewhere"
    NO_ANSWER_NEEDED = "no_answer_needed"
    WITHDREW = "withdrew"
    HIRED = "hired"
    NOT_LATE = "not_late"
    LIVE_ELSEWHERE = "live_elsewhere"
    NO_ADDRESS = "no_address"
    #: an offer stands
    OFFERED = "offered"
    #: a decision is on its way to them, or waits in the outbox for somebody to look at it
    ON_THE_WAY = "on_the_way"
    #: in the rescue that runs
    PLANNED = "planned"


#: nobody owes them a word any more
ENDED = frozenset({Apart.ANSWERED, Apart.TOLD_ELSEWHERE, Apart.NO_ANSWER_NEEDED, Apart.WITHDREW, Apart.HIRED})


class Fate(StrEnum):
    """How somebody stands who is planned."""

    ANSWERED = "answered"
    ON_THE_WAY = "on_the_way"
    #: on the list of today, which nobody has confirmed yet
    TODAY = "today"
    LEFT = "left"
    #: a confirmed list left them out (the check before sending, or a person), or did not reach them
    NEEDS_PERSON = "needs_person"
    #: moved, decided or written to meanwhile; if they are owed a word, the home list says so
    TAKEN_UP = "taken_up"
    #: no address, live in another job, or with an offer
    SET_ASIDE = "set_aside"
    #: withdrew, was hired, or somebody said that no answer is needed
    ENDED = "ended"


class Choice(StrEnum):
    """What is done with one heap."""

    WRITE = "write"
    LATER = "later"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, order=True)
class HeapName:
    press: Press
    span: Span

    def __str__(self) -> str:
        return f"{self.press}-{self.span}"

    @classmethod
    def parse(cls, text: str) -> HeapName:
        """Raises ValueError for what is none."""
        press, _, span = text.partition("-")
        return cls(Press(press), Span(span))

    @property
    def proposed(self) -> Choice | None:
        """None: a person has to say. After a year a letter may open what has healed."""
        return None if self.span is Span.LONGER else Choice.WRITE

    @property
    def choices(self) -> Sequence[Choice]:
        return [one for one in Choice if one is not Choice.NOT_NEEDED or self.press.may_be_let_go]


#: most urgent first, and of those the longest wait
HEAPS = tuple(HeapName(press, span) for press in Press for span in reversed(Span))


@dataclass(frozen=True)
class Heap:
    """`seen` is another one as soon as one person more or less is in it."""

    name: HeapName
    people: int
    seen: str


@dataclass(frozen=True)
class Pile:
    """Everybody: people = those in heaps + those apart."""

    heaps: Mapping[HeapName, Heap]
    apart: Mapping[Apart, int]

    @property
    def people(self) -> int:
        return self.in_heaps + sum(self.apart.values())

    @property
    def in_heaps(self) -> int:
        return sum(heap.people for heap in self.heaps.values())

    def of(self, names: Sequence[HeapName]) -> int:
        return sum(self.heaps[name].people for name in names if name in self.heaps)

    def of_press(self, press: Press) -> int:
        return sum(heap.people for name, heap in self.heaps.items() if name.press is press)

    def of_span(self, span: Span) -> int:
        return sum(heap.people for name, heap in self.heaps.items() if name.span is span)


def span_of(since: datetime, at: datetime) -> Span:
    """A moment that lies ahead counts as now."""
    return next((span for span, days in SPANS.items() if since <= at - timedelta(days=days)), Span.UNDER_3)


#: so many days before a legal date somebody counts as near it
NEAR_LEGAL = 15


def legal_days(country: str, subdivision: str | None, on: date) -> int | None:
    """The days from the last interview within which a law there wants an answer; None where none does.

    A law that counts from the decision needs no place here: who is decided on is late within days anyway.
    """
    found = [
        duty.due
        for profile in duty_profiles()
        if profile.force is Force.STATUTORY and profile.binds(country, subdivision, on)
        for duty in profile.duties
        if (duty.type, duty.trigger, duty.unit) == (DutyType.ANSWER, "interview.held", Unit.CALENDAR_DAYS)
    ]
    return min(found, default=None)


#: a day where the mailbox has no quota: what one person can look through, and no second person is asked for
USUAL_A_DAY = 200
MOST_A_DAY = 5000
#: beyond so many working days there is no honest date
_TOO_FAR = 2600


def proposed_a_day(limits: Limits) -> int:
    """Half of the mailbox's quota, for everyday mail needs the other half; at most the usual number."""
    return max(1, min(USUAL_A_DAY, limits.day // 2)) if limits.day else USUAL_A_DAY


def check_a_day(per_day: int, limits: Limits) -> None:
    """Raises Refused."""
    if not 1 <= per_day <= MOST_A_DAY:
        raise Refused(f"Give a number from 1 to {MOST_A_DAY:,}.", "Nothing was changed.", "per_day")
    if limits.day and per_day > limits.day:
        raise Refused(
            f"Your mailbox takes {limits.day:,} messages a day and no more.",
            "Give a smaller number, with room for everyday mail.",
            "per_day",
        )


def leaves_headroom(per_day: int, limits: Limits) -> bool:
    return not limits.day or per_day <= limits.day // 2


def local_day(calendar: Calendar, at: datetime) -> date:
    return at.astimezone(ZoneInfo(calendar.timezone)).date()


def next_working_day(calendar: Calendar, day: date) -> date:
    """That day, if people work on it, or the first after it on which they do."""
    if business_time.is_business_day(calendar, day):
        return day
    return local_day(
        calendar, business_time.add_business_days(calendar, business_time.end_of_day(calendar, day), 1)
    )


def finish_on(calendar: Calendar, first: date, people: int, per_day: int) -> date | None:
    """The day of the last list, if each working day from `first` on has one; None: too far ahead to say."""
    start = next_working_day(calendar, first)
    days = -(-people // per_day) - 1
    if days > _TOO_FAR:
        return None
    if days <= 0:
        return start
    return local_day(
        calendar, business_time.add_business_days(calendar, business_time.end_of_day(calendar, start), days)
    )
