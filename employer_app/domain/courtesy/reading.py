"""A text made ready for matching: straight quotes, own names masked, sentences apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
_QUOTATION = re.compile(r'"[^"\n]*\s[^"\n]*\s[^"\n]*\s[^"\n]*"')
#: not after the day in "4. November"
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\b\d\.)(?<!\b\d\d\.)\s+|\n\s*\n")


@dataclass(frozen=True, slots=True)
class Reading:
    text: str
    parts: tuple[str, ...]
    """The letter, and apart from it the line written for this person alone; both without the reader's names,
    the role, the organisation, and what is quoted from the reader.

    So the first part is the same for everyone who gets the same wording, and what a rule finds in it can be
    remembered for the next ten thousand.
    """


def read(text: str, own: Iterable[str], own_line: str = "") -> Reading:
    text = normal(text)
    own_line = " ".join(normal(own_line).split())
    parts = [text]
    if own_line and own_line in text:
        parts = [text.replace(own_line, MASK), own_line]
    phrases = sorted({normal(phrase).strip() for phrase in own}, key=len, reverse=True)
    return Reading(text, tuple(_masked(part, phrases) for part in parts))


def _masked(text: str, phrases: Iterable[str]) -> str:
    for phrase in phrases:
        if phrase and phrase in text:
            text = _mask(text, phrase)
    if ">" in text:
        text = _QUOTED_LINE.sub("", text)
    if '"' in text:
        text = _QUOTATION.sub(MASK, text)
    return text


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    if text.isascii():
        return text.replace("\r", "")
    return unicodedata.normalize("NFC", text).translate(_STRAIGHT)


def sentences(text: str) -> Sequence[str]:
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence]


def names(text: str, phrase: str) -> bool:
    """Whether `text` holds `phrase` as whole words, whatever the case and the spacing."""
    phrase = " ".join(normal(phrase).casefold().split())
    text = " ".join(text.casefold().split())
    return bool(phrase) and next(_found(text, phrase), None) is not None


def _mask(text: str, phrase: str) -> str:
    pieces, last = [], 0
    for start in _found(text, phrase):
        pieces += [text[last:start], MASK]
        last = start + len(phrase)
    return "".join(pieces) + text[last:]


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
