"""How fast messages may leave: the limits, the slots that follow from them, and when the last one is out.

Law: a slot is never earlier than one interval after the slot before it, so no window of a second or a minute
ever holds more than its limit, wherever it starts; and time in which nothing left is never made up for.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final

from employer_app.domain.delivery import Outcome

#: slots are given out so far ahead and no further; what lies beyond waits in the queue for any worker
HORIZON: Final = timedelta(seconds=2)
DAY: Final = timedelta(hours=24)
#: attempts that count against a quota: the mail server has the message, or may have it
COUNTS: Final = (Outcome.ACCEPTED, Outcome.UNCERTAIN)
_NOW: Final = timedelta(0)
_SECOND, _MINUTE = 1_000_000, 60_000_000


class Preset(StrEnum):
    """Where the figures come from. Whoever never chose has no limit."""

    GMAIL = "gmail"
    WORKSPACE = "workspace"
    MICROSOFT_365 = "microsoft_365"
    SES_START = "ses_start"
    NO_LIMIT = "no_limit"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Limits:
    """So many in a second, in a minute, in any 24 hours, and in a minute to one domain. None: any number."""

    second: int | None = None
    minute: int | None = None
    day: int | None = None
    domain_minute: int | None = None

    @property
    def interval(self) -> timedelta:
        """Between two messages of ours; nothing where there is no limit."""
        return max(_every(_SECOND, self.second), _every(_MINUTE, self.minute))

    @property
    def domain_interval(self) -> timedelta:
        """Between two messages to one domain."""
        return _every(_MINUTE, self.domain_minute)

    def __bool__(self) -> bool:
        return any((self.second, self.minute, self.day, self.domain_minute))


def limits_of(organisation: Any) -> Limits:
    """Of the organisation, or of a row with these of its columns."""
    row = organisation
    return Limits(row.pace_second, row.pace_minute, row.pace_day, row.pace_domain_minute)


@dataclass(frozen=True, slots=True)
class Known:
    """A common mailbox: its figures, and who says so."""

    preset: Preset
    name: str
    limits: Limits
    said: str


@cache
def presets() -> Mapping[Preset, Known]:
    """All but own figures, in the order in which they are offered."""
    source = resources.files("employer_app.domain").joinpath("data", "pace.toml")
    found = {}
    for key, entry in tomllib.loads(source.read_text(encoding="utf-8")).items():
        preset = Preset(key)
        limits = Limits(entry.get("second"), entry.get("minute"), entry.get("day"))
        found[preset] = Known(preset, entry["name"], limits, entry["said"])
    return found


def _every(unit: int, limit: int | None) -> timedelta:
    """Rounded up, for a microsecond less would let one too many into the unit."""
    return timedelta(microseconds=-(-unit // limit)) if limit else _NOW


@dataclass(frozen=True, slots=True)
class Slots:
    """Who got a slot, by place in the list; and when the next one is free, for us and by domain."""

    given: Mapping[int, datetime]
    next_at: datetime
    domain_next_at: Mapping[str, datetime]


def give_slots(
    waiting: Sequence[str],
    limits: Limits,
    *,
    moment: datetime,
    until: datetime,
    next_at: datetime,
    domain_next_at: Mapping[str, datetime],
) -> Slots:
    """Slots from `moment` to `until` for messages to these domains, first come first served.

    One whose domain must wait lets those behind it go first, and takes the first slot after that.
    """
    lines: defaultdict[str, deque[int]] = defaultdict(deque)
    for place, domain in enumerate(waiting):
        lines[domain].append(place)
    free = {domain: max(moment, domain_next_at.get(domain, moment)) for domain in lines}
    given: dict[int, datetime] = {}
    slot, after = max(moment, next_at), next_at
    while lines and slot <= until:
        ready = [domain for domain in lines if free[domain] <= slot]
        if not ready:
            slot = min(free[domain] for domain in lines)
            continue
        domain = min(ready, key=lambda one: lines[one][0])
        given[lines[domain].popleft()] = slot
        if not lines[domain]:
            del lines[domain]
        free[domain] = slot + limits.domain_interval
        after = slot = slot + limits.interval
    used = {waiting[place] for place in given}
    return Slots(given, after, {domain: free[domain] for domain in used})


def leaving_times(
    count: int,
    limits: Limits,
    *,
    start: datetime,
    past: Sequence[datetime] = (),
    each: timedelta = _NOW,
    opens: Callable[[datetime], datetime] = lambda moment: moment,
) -> Iterator[datetime]:
    """When each of so many messages leaves, at the best: the pace, and the quota of any 24 hours.

    `past`: what left in the last 24 hours, in order. `each`: how long the mail server takes for one. `opens`:
    the first moment from then on at which a message may leave.
    """
    every = max(limits.interval, each)
    recent = deque(past, maxlen=limits.day or 1)
    at = start
    for _ in range(count):
        if limits.day and len(recent) == limits.day:
            at = max(at, recent[0] + DAY)
        at = opens(at)
        yield at
        recent.append(at)
        at += every


def takes(count: int, limits: Limits, start: datetime) -> timedelta:
    """From the first of so many messages to the last, if nothing else is on its way."""
    last = start
    for last in leaving_times(count, limits, start=start):  # noqa: B007 - only the last one counts
        pass
    return last - start
