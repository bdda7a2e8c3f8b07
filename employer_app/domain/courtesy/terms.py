"""What a model sees of a sentence: its words, pieces of them and which stand side by side, as numbers.

Law: whatever is written here is what the model was trained on. After a change train anew
(`python -m scripts.courtesy_model`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

BUCKETS = 1 << 15
"""How many numbers there are; terms share one by chance."""

_MARKS = re.compile("[\u0300-\u036f]+")
#: "l'" and "we'" are words of their own; "don't" is one. What is masked is "qq", whatever its length.
_WORD = re.compile(r"q{2,}|[^\W\d_]{1,2}'(?=[^\W\d_])|[^\W\d_]+(?:['-][^\W\d_]+)*|\d+(?:[.,:/]\d+)*|[?!…]")
_PIECE = 4
_LONGEST_WORD = 40
_START, _END = "^", "$"


def words_of(sentence: str) -> Sequence[str]:
    """Small letters without accents; every number is "0"."""
    text = sentence.casefold()
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return [_plain(word) for word in _WORD.findall(text)]


def _plain(word: str) -> str:
    if word[0].isdigit():
        return "0"
    return "qq" if word.startswith("qq") and not word.strip("q") else word[:_LONGEST_WORD]


def terms_of_word(word: str) -> Sequence[int]:
    """Of the word itself and of each four letters in it."""
    fenced = f"<{word}>"
    pieces = [fenced[at : at + _PIECE] for at in range(len(fenced) - _PIECE + 1)]
    return [_number(f"={word}"), *map(_number, pieces)]


def terms_between(words: Sequence[str]) -> Sequence[int]:
    """Of each two words side by side, and of each two with one between them."""
    fenced = [_START, *words, _END]
    beside = [f"{one} {two}" for one, two in pairwise(fenced)]
    apart = [f"{one}_{two}" for one, two in zip(fenced, fenced[2:], strict=False)]
    return [*map(_number, beside), *map(_number, apart)]


def terms(sentence: str) -> Sequence[int]:
    """All of them, each as often as it stands there."""
    words = words_of(sentence)
    return [number for word in words for number in terms_of_word(word)] + [*terms_between(words)]


def _number(term: str) -> int:
    return crc32(term.encode()) % BUCKETS
