"""Slots: never more than the limit in any window, none lost, nobody behind a domain that has to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.pace import (
    DAY,
    HORIZON,
    Limits,
    Preset,
    give_slots,
    leaving_times,
    presets,
    takes,
)

START = datetime(2026, 11, 26, 9, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
_limit = st.none() | st.integers(1, 40)
#: how long after the look before, and how many wait for which domain then
_look = st.tuples(st.integers(0, 4_000), st.lists(st.sampled_from("abc"), max_size=60))


def most_in(moments: list[datetime], window: timedelta) -> int:
    """The most that any window of that length holds, wherever it starts (its end is outside)."""
    ordered = sorted(moments)
    most = first = 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= window:
            first += 1
        most = max(most, last - first + 1)
    return most


class Shared:
    """What the database keeps for all workers."""

    def __init__(self) -> None:
        self.next_at = START
        self.domains: dict[str, datetime] = {}
        self.given: list[tuple[str, datetime]] = []

    def look(self, moment: datetime, waiting: list[str], limits: Limits) -> list[datetime]:
        slots = give_slots(
            waiting,
            limits,
            moment=moment,
            until=moment + HORIZON,
            next_at=self.next_at,
            domain_next_at=self.domains,
        )
        self.next_at = slots.next_at
        self.domains.update(slots.domain_next_at)
        self.given += [(waiting[place], slot) for place, slot in slots.given.items()]
        return list(slots.given.values())


@given(st.lists(_look, max_size=12), st.builds(Limits, second=_limit, minute=_limit, domain_minute=_limit))
def test_no_window_holds_more_than_its_limit_whoever_looks_and_when(  # fault 40
    looks: list[tuple[int, list[str]]], limits: Limits
) -> None:
    shared, moment = Shared(), START
    for later, waiting in looks:
        moment += timedelta(milliseconds=later)
        slots = shared.look(moment, waiting, limits)
        assert all(moment <= slot <= moment + HORIZON for slot in slots)
    moments = [slot for _, slot in shared.given]
    assert most_in(moments, SECOND) <= (limits.second or len(moments))
    assert most_in(moments, MINUTE) <= (limits.minute or len(moments))
    for one in "abc":
        to_one = [slot for domain, slot in shared.given if domain == one]
        assert most_in(to_one, MINUTE) <= (limits.domain_minute or len(to_one))


@given(st.integers(1, 200), st.integers(1, 5), st.lists(st.integers(1, 1_900), min_size=1, max_size=15))
def test_no_slot_is_lost_while_somebody_looks_in_time(
    second: int, workers: int, gaps: list[int]
) -> None:  # fault 40
    limits, shared, moment = Limits(second=second), Shared(), START
    for gap in gaps:
        for _ in range(workers):
            shared.look(moment, ["a"] * 400, limits)
        moment += timedelta(milliseconds=gap)
    moments = [slot for _, slot in shared.given]
    apart = {after - before for before, after in pairwise(moments)}
    assert apart <= {limits.interval}
    assert moments[0] == START


def test_time_in_which_nothing_left_is_not_made_up_for() -> None:  # fault 41
    limits, shared = Limits(second=14), Shared()
    shared.look(START, ["a"] * 100, limits)
    woken = START + timedelta(hours=8)
    slots = shared.look(woken, ["a"] * 100, limits)
    assert slots[0] == woken
    assert most_in(slots, SECOND) == 14


def test_whoever_waits_behind_a_full_domain_goes_first() -> None:
    slots = give_slots(
        ["big", "big", "big", "small"],
        Limits(second=10, domain_minute=60),
        moment=START,
        until=START + HORIZON,
        next_at=START,
        domain_next_at={},
    )
    ahead = {place: (slot - START) / SECOND for place, slot in slots.given.items()}
    assert ahead == {0: 0, 3: 0.1, 1: 1, 2: 2}


def test_without_limits_all_leave_at_once() -> None:
    slots = Shared().look(START, ["a"] * 100, Limits())
    assert set(slots) == {START}
    assert len(slots) == 100


def test_the_quota_of_a_day_frees_as_the_day_before_passes() -> None:
    past = [START - timedelta(hours=20), START - timedelta(hours=1)]
    times = list(leaving_times(4, Limits(day=3), start=START, past=past))
    assert times == [START, past[0] + DAY, past[1] + DAY, START + DAY]


@given(
    st.integers(0, 300), st.builds(Limits, second=_limit, minute=_limit, day=st.none() | st.integers(1, 90))
)
def test_what_is_foretold_keeps_the_limits_too(count: int, limits: Limits) -> None:
    times = list(leaving_times(count, limits, start=START))
    assert times == sorted(times)
    assert len(times) == count
    for window, limit in ((SECOND, limits.second), (MINUTE, limits.minute), (DAY, limits.day)):
        assert most_in(times, window) <= (limit or count)


@pytest.mark.parametrize(
    ("limits", "hours"), [(Limits(minute=1), 6.65), (Limits(second=14), 0.0079), (Limits(day=300), 24)]
)
def test_how_long_four_hundred_take(limits: Limits, hours: float) -> None:
    assert takes(400, limits, START) / timedelta(hours=1) == pytest.approx(hours, rel=0.01)


def test_every_preset_but_own_figures_says_where_they_come_from() -> None:
    assert set(presets()) == set(Preset) - {Preset.OWN}
    assert all(known.said and known.name for known in presets().values())
    figures = {preset: known.limits for preset, known in presets().items()}
    assert figures[Preset.MICROSOFT_365] == Limits(minute=30, day=10_000)
    assert figures[Preset.SES_START] == Limits(second=14, day=50_000)
    assert figures[Preset.GMAIL].day == 500
    assert figures[Preset.WORKSPACE].day == 2_000
    assert not figures[Preset.NO_LIMIT]
