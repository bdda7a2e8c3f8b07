"""Letters at their slots, by a clock that moves only when somebody waits: in time, and never in bursts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from employer_app.domain.pace import HORIZON
from employer_app.outbox import turns
from employer_app.outbox.turns import LOOK_AFTER, PATIENCE, More, Turn, Turns
from employer_app.smtp.mime import Letter

START = datetime(2026, 11, 26, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def letter(number: int) -> Letter:
    address = f"person{number}@post.example"
    return Letter(f"<{number}@x.example>", START, "Us", "us@x.example", "", "You", address, "S", "T")


class Clock:
    """Both clocks, and the one way to wait; `told_to_stop_at`: SIGTERM comes then."""

    def __init__(self) -> None:
        self.passed, self.slept = 0.0, 0.0
        self.told_to_stop_at = float("inf")

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed + self.slept)

    def monotonic(self) -> float:
        return self.passed

    def wait(self, seconds: float) -> bool:
        self.passed = min(self.passed + seconds, self.told_to_stop_at)
        return self.is_set()

    def is_set(self) -> bool:
        return self.passed >= self.told_to_stop_at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(turns, "now", clock.now)
    monkeypatch.setattr(turns, "monotonic", clock.monotonic)
    return clock


class Database:
    """Gives out a slot each second, and remembers who asked when."""

    def __init__(self, clock: Clock, people: int) -> None:
        self.clock, self.left, self.next_at = clock, people, START
        self.looks: list[float] = []

    def slot(self) -> datetime:
        given = max(self.next_at, self.clock.now())
        self.next_at = given + SECOND
        return given

    def more(self) -> More:
        self.looks.append(self.clock.passed)
        found = []
        while self.left and self.next_at <= self.clock.now() + HORIZON:
            self.left -= 1
            found.append(turns.turn(self.left, letter(self.left), self.slot()))
        return More(found, None if not self.left else self.next_at - HORIZON)


def _all(waiting: Turns, clock: Clock) -> list[float]:
    """When each came out."""
    out = []
    while True:
        try:
            waiting.popleft()
        except IndexError:
            return out
        out.append(clock.passed + clock.slept)


def test_each_comes_out_at_its_slot_and_more_is_taken_meanwhile(clock: Clock) -> None:  # fault 40
    database = Database(clock, people=12)
    waiting = Turns(database.more(), database.more, stopping=clock)  # type: ignore[arg-type]
    assert _all(waiting, clock) == list(range(12))
    assert len(waiting) == 0
    assert len(database.looks) < 16


def test_whoever_slept_sends_no_burst(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:  # fault 41
    database = Database(clock, people=6)
    monkeypatch.setattr(turns, "slots_again", lambda domains: [database.slot() for _ in domains])
    waiting = Turns(database.more(), database.more, stopping=clock)  # type: ignore[arg-type]
    waiting.popleft()
    clock.slept = 3600.0  # the machine was suspended; the other clock did not move
    out = _all(waiting, clock)
    assert len(out) == 5
    assert all(later - earlier >= 1 for earlier, later in pairwise(out))


def test_what_is_given_back_gets_another_slot(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(clock, people=2)
    asked: list[str] = []

    def again(domains: Sequence[str]) -> list[datetime]:
        asked.extend(domains)
        return [database.slot() for _ in domains]

    monkeypatch.setattr(turns, "slots_again", again)
    waiting = Turns(database.more(), database.more, stopping=clock)  # type: ignore[arg-type]
    waiting.appendleft(waiting.popleft())
    assert len(_all(waiting, clock)) == 2
    assert asked == ["post.example", "post.example"]  # the other one's slot passed while this one waited


def test_who_is_told_to_stop_hands_nothing_over_and_keeps_it(clock: Clock) -> None:
    first = Turn(1, letter(1), START + 2 * SECOND, 2.0)
    waiting = Turns(More([first], None), lambda: More((), None), stopping=clock)  # type: ignore[arg-type]
    clock.told_to_stop_at = 1.0
    with pytest.raises(IndexError):
        waiting.popleft()
    assert (len(waiting), clock.passed) == (1, 1.0)


@pytest.mark.parametrize(("ahead", "waits"), [(PATIENCE + 1, False), (PATIENCE - 1, True), (-5, True)])
def test_a_slot_that_is_near_is_waited_for(clock: Clock, ahead: float, waits: bool) -> None:
    looks: list[float] = []

    def more() -> More:
        looks.append(clock.passed)
        return More((), START + ahead * SECOND if len(looks) == 1 else None)

    waiting = Turns(More((), None), more, stopping=clock)  # type: ignore[arg-type]
    assert _all(waiting, clock) == []
    assert looks == ([0.0, max(LOOK_AFTER, ahead)] if waits else [0.0])


def test_those_that_are_a_little_late_do_not_leave_all_at_once(clock: Clock) -> None:  # fault 40
    tenth = timedelta(milliseconds=100)
    late = [Turn(number, letter(number), START + tenth * number, number / 10) for number in range(4)]
    waiting = Turns(More(late, None), lambda: More((), None), stopping=clock, interval=tenth)  # type: ignore[arg-type]
    waiting.popleft()
    clock.passed = 0.2  # the second one is a tenth of a second late
    assert _all(waiting, clock) == pytest.approx([0.2, 0.2 + 0.1 / 1.08, 0.2 + 0.2 / 1.08])


def test_a_slow_mail_server_costs_a_lone_worker_no_new_slots(clock: Clock) -> None:
    tenth = timedelta(milliseconds=100)
    turns_ = [Turn(number, letter(number), START + tenth * number, number / 10) for number in range(10)]
    waiting = Turns(
        More(turns_, None, alone=True),
        lambda: More((), None),
        stopping=clock,  # type: ignore[arg-type]
        interval=tenth,
    )
    out = []
    for _ in turns_:
        waiting.popleft()
        out.append(clock.passed)
        clock.passed += 0.2  # so long the server takes; the pace would allow twice as much
    assert out == pytest.approx([number * 0.2 for number in range(10)])
