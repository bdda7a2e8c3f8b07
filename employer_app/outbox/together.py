"""Threads that each want something small written share one transaction, without waiting for a timer.

Whoever has the turn writes for everybody who stands in line. While that is being committed others line up,
and the next one takes them all: the busier it is, the more share one commit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class _Place(Generic[Item, Result]):
    """A place in the line: what is wanted, and what came of it."""

    item: Item
    done: bool = False
    result: Result | None = None
    error: BaseException | None = None


class Together(Generic[Item, Result]):
    """`together(item)` gives what `write([…, item, …])` answered for it.

    `write` keeps all of its items or none, and answers in their order. What it raises for several, each of
    them is told after its own try alone; an error of `shared` kinds is nobody's fault and told to all.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Result]],
        shared: type[BaseException] | tuple[type[BaseException], ...] = (),
    ) -> None:
        self._write, self._shared = write, shared
        self._turn = Lock()
        self._line: deque[_Place[Item, Result]] = deque()

    def __call__(self, item: Item) -> Result:
        place: _Place[Item, Result] = _Place(item)
        self._line.append(place)
        with self._turn:
            if not place.done:
                self._serve([self._line.popleft() for _ in range(len(self._line))])
        if place.error is not None:
            raise place.error
        return place.result  # type: ignore[return-value]  # written by whoever served this place

    def _serve(self, places: Sequence[_Place[Item, Result]]) -> None:
        try:
            results = self._write([place.item for place in places])
        except BaseException as error:
            if len(places) > 1 and not isinstance(error, self._shared) and isinstance(error, Exception):
                for place in places:
                    self._serve([place])
                return
            for place in places:
                place.done, place.error = True, error
        else:
            for place, result in zip(places, results, strict=True):
                place.done, place.result = True, result
