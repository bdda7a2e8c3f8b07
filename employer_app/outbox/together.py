"""Threads that each want something small written share one transaction, without waiting for a timer.

Whoever has the turn writes for everybody who stands in line. While that is being committed others line up,
and the next one takes them all: the busier it is, the more share one commit. What nobody waits for is left in
the line and goes with whoever comes next.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from employer_app.domain.clock import monotonic

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class _Place(Generic[Item, Result]):
    """A place in the line: what is wanted, and what came of it."""

    item: Item
    #: since when it is left in line; None: somebody stands in it
    left: float | None = None
    done: bool = False
    result: Result | None = None
    error: BaseException | None = None


class Together(Generic[Item, Result]):
    """`together(item)` gives what `write([…, item, …])` answered for it.

    `write` keeps all of its items or none, and answers in their order. What it raises for several, each of
    them is told after its own try alone; an error of `shared` kinds is nobody's fault and told to all. Items
    that were left stay in line after such an error, and are `lost` after one of their own.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Sequence[Result]],
        shared: type[BaseException] | tuple[type[BaseException], ...] = (),
        lost: Callable[[Item, BaseException], None] | None = None,
    ) -> None:
        self._write, self._shared, self._lost = write, shared, lost
        self._turn = Lock()
        self._line: deque[_Place[Item, Result]] = deque()

    def __call__(self, item: Item) -> Result:
        place: _Place[Item, Result] = _Place(item)
        self._line.append(place)
        with self._turn:
            if not place.done:
                self._serve(self._all())
        if place.error is not None:
            raise place.error
        return place.result  # type: ignore[return-value]  # written by whoever served this place

    def leave(self, item: Item) -> None:
        """To be written with what comes next, or by `finish`."""
        self._line.append(_Place(item, left=monotonic()))

    def left_since(self) -> float | None:
        """Since when the first in line was left there; None if nobody is in line, or is about to write."""
        try:
            return self._line[0].left
        except IndexError:
            return None

    def finish(self) -> None:
        """Write what was left. Raises the error of a shared kind that kept it in line."""
        with self._turn:
            places = self._all()
            if places:
                self._serve(places)
        for place in places:
            if place.left is not None and isinstance(place.error, self._shared):
                raise place.error

    def _all(self) -> list[_Place[Item, Result]]:
        return [self._line.popleft() for _ in range(len(self._line))]

    def _serve(self, places: Sequence[_Place[Item, Result]]) -> None:
        try:
            results = self._write([place.item for place in places])
        except BaseException as error:
            shared = isinstance(error, self._shared)
            if len(places) > 1 and not shared and isinstance(error, Exception):
                for place in places:
                    self._serve([place])
                return
            for place in places:
                place.done, place.error = True, error
                if place.left is not None:
                    self._let_go(place, error, stays=shared)
        else:
            for place, result in zip(places, results, strict=True):
                place.done, place.result = True, result

    def _let_go(self, place: _Place[Item, Result], error: BaseException, *, stays: bool) -> None:
        if stays:
            self._line.append(_Place(place.item, left=place.left))
        elif self._lost:
            self._lost(place.item, error)
