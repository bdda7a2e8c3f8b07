"""Letters that leave at a pace: a crew takes them from here one by one, and each comes out at its slot.

Law: a slot that was missed (the machine slept, the mail server was slow) is gone. The letter gets another
one, so a pause is never made up for by a burst. More is taken as these leave, never what has no slot soon.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Lock

from employer_app.domain.clock import monotonic, now
from employer_app.domain.pace import HORIZON
from employer_app.extensions import DatabaseTrouble
from employer_app.outbox.claim import Claim, claim_more
from employer_app.outbox.pace import slots_again
from employer_app.outbox.refill import Refill
from employer_app.outbox.together import Together
from employer_app.smtp.mime import Letter

#: later than this, a slot is missed: another process may have the slots of that moment
MISSED = timedelta(milliseconds=100)
#: the same while no other process gives out slots: the server is slow, and nobody else's turn is taken
MISSED_ALONE = timedelta(seconds=10)
#: what is a little late may catch up, so much faster than the pace and no more
_CATCHES_UP = 1.08
#: more is taken when no slot lies farther ahead than this
_LOW = HORIZON / 2
#: so long a connection may stand idle before its next letter; what is farther away waits in the queue
PATIENCE = 10.0
#: between two looks for a slot that others may have given back, or taken
LOOK_AFTER = 0.25


@dataclass(frozen=True)
class Turn:
    """A letter and its slot; `at` is the same moment on the clock that never jumps."""

    message_id: int
    letter: Letter
    slot: datetime
    at: float


@dataclass(frozen=True)
class More:
    """What was taken just now, and when to look again; never, if there is nothing to wait for."""

    turns: Sequence[Turn]
    again_at: datetime | None
    alone: bool = False


def in_turn(
    claimed: Claim,
    letters: Callable[[Claim], list[tuple[int, Letter]]],
    *,
    goes_on: Callable[[], bool],
    stopping: Event,
) -> Refill | Turns:
    """The letters of a claim as a crew takes them: in a row, or at their slots where a pace is kept.

    More is claimed under the same token as long as it `goes_on`; never a row that is perhaps poison.
    """
    first = letters(claimed)
    if not claimed.slots:
        return Refill(first, lambda: _next(claimed, letters, goes_on))

    def more() -> More:
        if claimed.lapsed or not goes_on():
            return More((), None)
        found = claim_more(claimed.token)
        taken = _turns(found, letters(found)) if found.message_ids else ()
        return More(taken, found.again_at, found.alone)

    begin = More(_turns(claimed, first), None, claimed.alone)
    return Turns(begin, more, stopping=stopping, interval=claimed.interval)


def _next(
    claimed: Claim, letters: Callable[[Claim], list[tuple[int, Letter]]], goes_on: Callable[[], bool]
) -> Sequence[tuple[int, Letter]]:
    """A pace that was set meanwhile is kept from the next claim of its own on."""
    if claimed.lapsed or not goes_on():
        return ()
    found = claim_more(claimed.token)
    return () if found.slots else letters(found)


def _turns(claimed: Claim, letters: Sequence[tuple[int, Letter]]) -> list[Turn]:
    return [turn(message_id, letter, claimed.slots[message_id]) for message_id, letter in letters]


def turn(message_id: int, letter: Letter, slot: datetime) -> Turn:
    return Turn(message_id, letter, slot, monotonic() + (slot - now()).total_seconds())


class Turns:
    """Stands where a crew has its deque. `stopping.wait` is the only way in which anybody waits here."""

    def __init__(
        self,
        first: More,
        more: Callable[[], More],
        *,
        stopping: Event,
        interval: timedelta = timedelta(0),
    ) -> None:
        self._turns = deque(first.turns)
        self._missed = MISSED_ALONE if first.alone else MISSED
        self._apart = interval.total_seconds() / _CATCHES_UP
        self._starting = Lock()
        self._free_at = 0.0
        #: several that are late at once share one transaction
        self._slot_again: Together[str, datetime] = Together(slots_again, shared=DatabaseTrouble)
        self._more, self._stopping = more, stopping
        self._looking = Lock()
        #: on the clock that never jumps; None once there is nothing more to be had
        self._look_at: float | None = 0.0

    def __len__(self) -> int:
        return len(self._turns)

    def appendleft(self, given_back: tuple[int, Letter]) -> None:
        """It did not leave. Its slot is spent all the same: the mail server may have counted it."""
        message_id, letter = given_back
        self._turns.appendleft(Turn(message_id, letter, datetime.min.replace(tzinfo=now().tzinfo), 0.0))

    def popleft(self) -> tuple[int, Letter]:
        """Returns at the slot of the next letter. Raises IndexError when there is none, or we are to stop."""
        while True:
            self._look_for_more()
            try:
                mine = self._turns.popleft()
            except IndexError:
                self._wait_for_more()
                continue
            return self._in_time(mine)

    def _in_time(self, mine: Turn) -> tuple[int, Letter]:
        while True:
            if self._wait(mine.at - monotonic()):
                self._turns.appendleft(mine)
                raise IndexError("told to stop")
            if now() - mine.slot <= self._missed:
                return self._not_too_close(mine)
            domain = mine.letter.to_address.rpartition("@")[2].lower()
            mine = turn(mine.message_id, mine.letter, self._slot_again(domain))

    def _not_too_close(self, mine: Turn) -> tuple[int, Letter]:
        """A few that are a little late do not leave all at once."""
        with self._starting:
            at = max(monotonic(), self._free_at)
            self._free_at = at + self._apart
        if self._wait(at - monotonic()):
            self._turns.appendleft(mine)
            raise IndexError("told to stop")
        return mine.message_id, mine.letter

    def _look_for_more(self) -> None:
        """By one connection at a time; the others go on with what is here, or wait for it if nothing is."""
        if self._look_at is None or not self._is_low() or not self._looking.acquire(blocking=not self._turns):
            return
        try:
            if self._look_at is None or not self._is_low() or monotonic() < self._look_at:
                return
            found = self._more()
            self._turns.extend(found.turns)
            self._look_at = 0.0
            if found.turns:
                self._missed = MISSED_ALONE if found.alone else MISSED
            else:
                self._look_at = None
                if found.again_at:
                    ahead = max(LOOK_AFTER, (found.again_at - now()).total_seconds())
                    self._look_at = monotonic() + ahead if ahead <= PATIENCE else None
        finally:
            self._looking.release()

    def _is_low(self) -> bool:
        try:
            return self._turns[-1].at - monotonic() < _LOW.total_seconds()
        except IndexError:
            return True

    def _wait_for_more(self) -> None:
        if self._look_at is None or self._wait(self._look_at - monotonic()):
            raise IndexError("nothing has a slot soon")

    def _wait(self, seconds: float) -> bool:
        """True: we are to stop."""
        return self._stopping.wait(seconds) if seconds > 0 else self._stopping.is_set()
