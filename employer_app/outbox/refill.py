"""Letters that leave as fast as the mail server takes them, one by one.

More is claimed when few are left, so that a crew's connections stay open from one claim to the next.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock

from employer_app.smtp.mime import Letter

#: letters left when more is claimed: so many that no connection stands idle meanwhile
_FEW = 40


class Refill:
    """Stands where a crew has its deque. `more` gives the next ones, and none when there are no more."""

    def __init__(
        self, first: Sequence[tuple[int, Letter]], more: Callable[[], Sequence[tuple[int, Letter]]]
    ) -> None:
        self._letters, self._more = deque(first), more
        self._looking, self._ended = Lock(), False

    def __len__(self) -> int:
        return len(self._letters)

    def appendleft(self, given_back: tuple[int, Letter]) -> None:
        self._letters.appendleft(given_back)

    def popleft(self) -> tuple[int, Letter]:
        """Raises IndexError when there are no more."""
        if len(self._letters) < _FEW:
            self._look_for_more()
        return self._letters.popleft()

    def _look_for_more(self) -> None:
        """By one connection at a time; the others go on with what is here, or wait for it if nothing is."""
        if self._ended or not self._looking.acquire(blocking=not self._letters):
            return
        try:
            if not self._ended and len(self._letters) < _FEW:
                found = self._more()
                self._letters.extend(found)
                self._ended = not found
        finally:
            self._looking.release()
