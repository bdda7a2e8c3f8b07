"""The picture of everybody: who waits, by what there is to do about them; the others, by how it ended.

Law: everybody is in exactly one bucket, the first whose marks they all bear. Whoever is owed a word is in a
bucket of those who wait, and nobody else is; so these buckets add up to what we owe. The rules are data: who
counts people in a database reads the same ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Bucket(StrEnum):
    """Those who wait come first, the gravest before the others."""

    NOT_TOLD = "not_told"
    RUNNER_UP = "runner_up"
    INTERVIEWED = "interviewed"
    APPLIED = "applied"
    NO_ADDRESS = "no_address"
    LIVE_ELSEWHERE = "live_elsewhere"
    TOLD_ELSEWHERE = "told_elsewhere"
    ANSWERED = "answered"
    NO_ANSWER_NEEDED = "no_answer_needed"
    WITHDREW = "withdrew"
    HIRED = "hired"


class Mark(StrEnum):
    """What is true of one application."""

    #: we owe a word
    WAITS = "waits"
    #: hired, or met and still in the running, in another application of the same person
    ELSEWHERE = "elsewhere"
    #: no address, asked us not to write, or the last message is not known to have arrived
    UNREACHABLE = "unreachable"
    #: the decision is made and not told
    UNTOLD = "untold"
    #: came as far as a final round
    FINAL = "final"
    INTERVIEWED = "interviewed"
    HIRED = "hired"
    WITHDRAWN = "withdrawn"
    #: another system told the decision, by its own word
    TOLD_ELSEWHERE = "told_elsewhere"
    TOLD = "told"


#: the first that fits; the last one always does
RULES: Sequence[tuple[Bucket, frozenset[Mark]]] = (
    (Bucket.LIVE_ELSEWHERE, frozenset({Mark.WAITS, Mark.ELSEWHERE})),
    (Bucket.NO_ADDRESS, frozenset({Mark.WAITS, Mark.UNREACHABLE})),
    (Bucket.NOT_TOLD, frozenset({Mark.WAITS, Mark.UNTOLD})),
    (Bucket.RUNNER_UP, frozenset({Mark.WAITS, Mark.FINAL})),
    (Bucket.INTERVIEWED, frozenset({Mark.WAITS, Mark.INTERVIEWED})),
    (Bucket.APPLIED, frozenset({Mark.WAITS})),
    (Bucket.HIRED, frozenset({Mark.HIRED})),
    (Bucket.WITHDREW, frozenset({Mark.WITHDRAWN})),
    (Bucket.TOLD_ELSEWHERE, frozenset({Mark.TOLD_ELSEWHERE})),
    (Bucket.ANSWERED, frozenset({Mark.TOLD})),
    (Bucket.NO_ANSWER_NEEDED, frozenset()),
)
WAITING = tuple(
    bucket for bucket in Bucket if any(bucket is name and Mark.WAITS in marks for name, marks in RULES)
)
ENDED = tuple(bucket for bucket in Bucket if bucket not in WAITING)
#: a late answer to these is what candidates remember and tell
GRAVE = frozenset({Bucket.NOT_TOLD, Bucket.RUNNER_UP, Bucket.INTERVIEWED})


class When(StrEnum):
    """When the word to somebody who waits is due. Those on the old pile are on no list of the day."""

    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"
    OLD_PILE = "old_pile"


class Wait(StrEnum):
    """How long ago our last word was; the application itself where there was none."""

    TWO_WEEKS = "two_weeks"
    SIX_WEEKS = "six_weeks"
    THREE_MONTHS = "three_months"
    SIX_MONTHS = "six_months"
    LONGER = "longer"


#: the least days of each, the longest first
WAITS: Mapping[Wait, int] = {
    Wait.LONGER: 180,
    Wait.SIX_MONTHS: 90,
    Wait.THREE_MONTHS: 42,
    Wait.SIX_WEEKS: 14,
    Wait.TWO_WEEKS: 0,
}


def bucket_of(marks: Collection[Mark]) -> Bucket:
    return next(bucket for bucket, needed in RULES if needed <= set(marks))


def wait_of(since: datetime, at: datetime) -> Wait:
    """A moment that lies ahead counts as now."""
    return next((wait for wait, days in WAITS.items() if since <= before(at, days)), Wait.TWO_WEEKS)


def before(at: datetime, days: int) -> datetime:
    return at - timedelta(days=days)


@dataclass(frozen=True)
class Cell:
    """So many people are alike in all of this. `when` and `wait` are None for those who do not wait."""

    bucket: Bucket
    when: When | None
    wait: Wait | None
    late: bool
    people: int
    #: the longest wait of them
    since: datetime


@dataclass(frozen=True)
class Line:
    """One bucket. `old_pile` and `late` are how many of its people; `since` is None when it is empty."""

    bucket: Bucket
    people: int
    late: int
    old_pile: int
    since: datetime | None


@dataclass(frozen=True)
class Picture:
    """Everybody, as of `at`. people = waiting + the people of `ended`; three ways of parting the waiting."""

    at: datetime
    cells: Sequence[Cell]

    @property
    def people(self) -> int:
        return _sum(self.cells)

    @property
    def waiting(self) -> int:
        return _sum(self._waiting)

    @property
    def late(self) -> int:
        return _sum(cell for cell in self._waiting if cell.late)

    @property
    def old_pile(self) -> int:
        return _sum(cell for cell in self._waiting if cell.when is When.OLD_PILE)

    @property
    def grave(self) -> int:
        """Those who are late and were met, or decided on."""
        return _sum(cell for cell in self._waiting if cell.late and cell.bucket in GRAVE)

    @property
    def whom(self) -> list[Line]:
        """The buckets of those who wait, the fullest first, empty ones too."""
        return sorted((self.line(bucket) for bucket in WAITING), key=lambda line: -line.people)

    @property
    def ended(self) -> list[Line]:
        """The buckets of those who do not wait, in their order, empty ones too."""
        return [self.line(bucket) for bucket in ENDED]

    @property
    def when(self) -> Mapping[When, int]:
        return {when: _sum(c for c in self._waiting if c.when is when) for when in When}

    @property
    def wait(self) -> Mapping[Wait, int]:
        return {wait: _sum(c for c in self._waiting if c.wait is wait) for wait in Wait}

    def line(self, bucket: Bucket) -> Line:
        cells = [cell for cell in self.cells if cell.bucket is bucket]
        return Line(
            bucket,
            _sum(cells),
            _sum(cell for cell in cells if cell.late),
            _sum(cell for cell in cells if cell.when is When.OLD_PILE),
            min((cell.since for cell in cells), default=None),
        )

    @property
    def _waiting(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.bucket in WAITING]


def _sum(cells: Iterable[Cell]) -> int:
    return sum(cell.people for cell in cells)
