"""The names that must not stand in somebody else's letter.

Built once for thousands of drafts, so a draft pays one look-up per word of its text, however many others
there are. Only names of two words or more count: "Will" or "Driver" alone stand in honest sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from employer_app.domain.courtesy.reading import normal

_REMEMBERED = 1024
_WORD = re.compile(r"[^\W\d_][\w'.-]*")


@dataclass(frozen=True, slots=True)
class Stranger:
    name: str
    is_title: bool


class Others:
    def __init__(self, names: Iterable[str] = (), titles: Iterable[str] = ()) -> None:
        self._by_first_word: dict[str, list[tuple[list[str], Stranger]]] = {}
        self._found: dict[str, tuple[Stranger, ...]] = {}
        for given, is_title in ((names, False), (titles, True)):
            for name in dict.fromkeys(given):
                words = _words(normal(name))
                if len(words) > 1:
                    entry = (words, Stranger(name, is_title))
                    self._by_first_word.setdefault(words[0], []).append(entry)

    def found_in(self, masked: str) -> tuple[Stranger, ...]:
        """Each name in a text in which the reader's own names are masked."""
        if not self._by_first_word:
            return ()
        found = self._found.get(masked)
        if found is None:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            found = self._found[masked] = tuple(dict.fromkeys(self._look(masked)))
        return found

    def _look(self, masked: str) -> Iterator[Stranger]:
        words = _words(masked)
        for place in range(len(words)):
            for name, stranger in self._by_first_word.get(words[place], ()):
                if words[place : place + len(name)] == name:
                    yield stranger


def _words(text: str) -> list[str]:
    return [word.rstrip(".'-").removesuffix("'s") for word in _WORD.findall(text)]


NOBODY = Others()
