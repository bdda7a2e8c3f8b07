"""A text made ready for matching: straight quotes, own names masked, sentences apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Self, TypeVar

MASK = "Qq"
"""Stands for a name or a title. A word like any other, and in no pattern."""

_STRAIGHT = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "ʼ": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "\u00a0": " ",
        "\u202f": " ",
        "\u2011": "-",
        "\u00ad": None,
        "\u200b": None,
        "\u2060": None,
        "\ufeff": None,
        "\r": None,
    }
)
_QUOTED_LINE = re.compile(r"^>.*$", re.MULTILINE)
_QUOTATION = re.compile(r'"[^"\n]*"')
#: fewer words in quotes may be meant as one's own, or name a job
_QUOTED_WORDS = 4
#: not after the day in "4. November"
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b\d\.)(?<!\b\d\d\.)\s+|\n\s*\n")

Span = tuple[int, int]


@dataclass(frozen=True)
class Reading:
    text: str
    parts: tuple[str, ...]
    """The letter, and apart from it the line written for this person alone; both without the reader's names,
    the role, the organisation, and what is quoted from the reader.

    So the first part is the same for everyone who gets the same wording, and what a rule finds in it can be
    remembered for the next ten thousand.
    """
    given: str
    phrases: tuple[str, ...]
    own_line: str

    def place(self, part: int, start: int, end: int) -> Span | None:
        """Where a stretch of `parts[part]` stands in the text as given."""
        found = self._tracked[part] if part < len(self._tracked) else None
        return found.origin(start, end) if found else None

    def place_in_text(self, start: int, end: int) -> Span | None:
        """Where a stretch of `text` stands in the text as given."""
        tracked = _Tracked.of(self.given)
        return tracked.origin(start, end) if tracked.text == self.text else None

    @cached_property
    def _tracked(self) -> Sequence[_Tracked]:
        whole = _Tracked.of(self.given)
        if whole.text != self.text:  # letters that join across what we can follow
            return ()
        bodies = _parts(whole, self.own_line)
        for body in bodies:
            _mask(body, self.phrases)
        return bodies if tuple(body.text for body in bodies) == self.parts else ()


class _Body:
    """A text in which stretches are replaced."""

    def __init__(self, text: str) -> None:
        self.text = text

    def cut(self, spans: Iterable[Span], by: str) -> None:
        pieces, last = [], 0
        for start, end in spans:
            pieces += [self.text[last:start], by]
            last = end
        self.text = "".join(pieces) + self.text[last:]

    def part(self, start: int, end: int) -> Self:
        return self.__class__(self.text[start:end])


class _Tracked(_Body):
    """Remembers of each character where it came from. Dear, so only made when something was found."""

    def __init__(self, text: str, origins: Sequence[Span] = ()) -> None:
        super().__init__(text)
        self.origins = list(origins)

    @classmethod
    def of(cls, given: str) -> _Tracked:
        chars: list[str] = []
        origins: list[Span] = []
        for start, end in _clusters(given):
            for char in unicodedata.normalize("NFC", given[start:end]).translate(_STRAIGHT):
                chars.append(char)
                origins.append((start, end))
        return cls("".join(chars), origins)

    def cut(self, spans: Iterable[Span], by: str) -> None:
        spans = list(spans)
        origins: list[Span] = []
        last = 0
        for start, end in spans:
            origins += self.origins[last:start]
            origins += [(self.origins[start][0], self.origins[end - 1][1])] * len(by) if end > start else []
            last = end
        origins += self.origins[last:]
        super().cut(spans, by)
        self.origins = origins

    def part(self, start: int, end: int) -> Self:
        return self.__class__(self.text[start:end], self.origins[start:end])

    def origin(self, start: int, end: int) -> Span | None:
        if not start < end <= len(self.origins):
            return None
        return self.origins[start][0], self.origins[end - 1][1]


B = TypeVar("B", bound=_Body)


def _clusters(given: str) -> Iterator[Span]:
    """Each character with the marks that follow it."""
    start = 0
    for place in range(1, len(given) + 1):
        if place == len(given) or not unicodedata.combining(given[place]):
            yield start, place
            start = place


def read(text: str, own: Iterable[str], own_line: str = "") -> Reading:
    given, text = text, normal(text)
    own_line = " ".join(normal(own_line).split())
    phrases = tuple(sorted({normal(phrase).strip() for phrase in own}, key=len, reverse=True))
    bodies = _parts(_Body(text), own_line)
    for body in bodies:
        _mask(body, phrases)
    return Reading(text, tuple(body.text for body in bodies), given, phrases, own_line)


def _parts(whole: B, own_line: str) -> Sequence[B]:
    at = whole.text.find(own_line) if own_line else -1
    if at < 0:
        return [whole]
    line = whole.part(at, at + len(own_line))
    whole.cut(_stretches(whole.text, own_line), MASK)
    return [whole, line]


def _stretches(text: str, phrase: str) -> Iterator[Span]:
    at = text.find(phrase)
    while at >= 0:
        yield at, at + len(phrase)
        at = text.find(phrase, at + len(phrase))


def _mask(body: _Body, phrases: Iterable[str]) -> None:
    for phrase in phrases:
        if phrase and phrase in body.text:
            body.cut([(start, start + len(phrase)) for start in _found(body.text, phrase)], MASK)
    if ">" in body.text:
        body.cut([found.span() for found in _QUOTED_LINE.finditer(body.text)], "")
    if '"' in body.text:
        quoted = [q for q in _QUOTATION.finditer(body.text) if len(q[0].strip('" ').split()) >= _QUOTED_WORDS]
        body.cut([found.span() for found in quoted], MASK)


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    if text.isascii():
        return text.replace("\r", "")
    return unicodedata.normalize("NFC", text).translate(_STRAIGHT)


def sentences(text: str) -> Sequence[str]:
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence]


@lru_cache(maxsize=2048)
def sentence_spans(text: str) -> Sequence[Span]:
    spans, last = [], 0
    for end in _SENTENCE_END.finditer(text):
        if end.start() > last:
            spans.append((last, end.start()))
        last = end.end()
    if last < len(text):
        spans.append((last, len(text)))
    return tuple(spans)


def names(text: str, phrase: str) -> bool:
    """Whether `text` holds `phrase` as whole words, whatever the case and the spacing."""
    phrase = " ".join(normal(phrase).casefold().split())
    text = _folded(text)
    return bool(phrase) and next(_found(text, phrase), None) is not None


@lru_cache(maxsize=16)
def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _found(text: str, phrase: str) -> Iterator[int]:
    """Where `phrase` starts as whole words: not the "No" of "November"."""
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if not (_joins(text, at - 1, at) or _joins(text, end - 1, end)):
            yield at
            at = text.find(phrase, end)
        else:
            at = text.find(phrase, at + 1)


def _joins(text: str, left: int, right: int) -> bool:
    return left >= 0 and right < len(text) and text[left].isalnum() and text[right].isalnum()
