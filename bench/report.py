"""One figure beside its goal, as a line of text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

#: interleaved, so that a slow moment of the machine falls on all of them
ROUNDS = 5


@dataclass(frozen=True)
class Line:
    """`goal` is in the unit of `figure`; `most`: the goal is an upper bound."""

    name: str
    figure: float
    unit: str
    goal: float
    most: bool = False
    remark: str = ""

    @property
    def met(self) -> bool:
        return self.figure <= self.goal if self.most else self.figure >= self.goal

    def __str__(self) -> str:
        bound = "at most" if self.most else "at least"
        word = "met" if self.met else "MISSED"
        return (
            f"{self.name:<46} {self.figure:>12,.1f} {self.unit:<7} goal {bound} {self.goal:,.1f}: {word}"
            + (f"   ({self.remark})" if self.remark else "")
        )


@dataclass(frozen=True)
class Taken:
    """Seconds: of this process alone, which other load does not lengthen much, and by the clock."""

    cpu: float
    wall: float

    def __add__(self, other: Taken) -> Taken:
        return Taken(self.cpu + other.cpu, self.wall + other.wall)


def seconds(work: Callable[[], object]) -> Taken:
    cpu, wall = process_time(), perf_counter()
    work()
    return Taken(process_time() - cpu, perf_counter() - wall)


def medians(work: Mapping[str, Callable[[], Taken]], rounds: int = ROUNDS) -> dict[str, Taken]:
    """Each measures itself; one after the other, so many rounds."""
    taken: dict[str, list[Taken]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, measure in work.items():
            taken[name].append(measure())
    return {
        name: Taken(median(each.cpu for each in values), median(each.wall for each in values))
        for name, values in taken.items()
    }
