"""A linear model of what sentences sound like, for those that no pattern of the word lists foresaw.

Law: it is data and arithmetic, made by `scripts/courtesy_model` and read without any library. It says what a
sentence resembles and never why; whoever asks decides what may be said of that.

A file is one line of JSON and then, packed, one row of weights a term: half a byte a label. In memory a row
is one whole number with a field a label, so that one addition adds up all labels at once.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from math import sqrt
from typing import Any

from employer_app.domain.courtesy.terms import BUCKETS, terms_between, terms_of_word, words_of

HONEST = "honest"
"""The label of all that nobody minds."""
ZERO = 8
"""What a weight of nothing is stored as: half a byte holds 0 to 15."""

_BITS = 32
_FIELD = (1 << _BITS) - 1
_FEWEST_WORDS = 3
_REMEMBERED_WORDS = 20_000


@dataclass(frozen=True)
class Model:
    labels: Sequence[str]
    """`HONEST` is the first."""
    scales: Sequence[float]
    """What one step of a weight is worth, by label."""
    offsets: Sequence[float]
    limits: Mapping[str, float]
    """By how much a label must outdo `HONEST` before it counts; one without a limit never does."""
    tried: Mapping[str, Sequence[int]]
    """By label how many sentences were held out in training, and of how many of them it was sure."""
    rows: Sequence[int]
    _words: dict[str, tuple[int, int]] = field(default_factory=dict)

    def scores(self, sentence: str) -> Sequence[float]:
        """By label, in the order of `labels`."""
        words = words_of(sentence)
        total, count = self._of(terms_between(words))
        for word in words:
            row, terms = self._of_word(word)
            total += row
            count += terms
        length = sqrt(count)
        scored = []
        for scale, offset in zip(self.scales, self.offsets, strict=True):
            scored.append(((total & _FIELD) - ZERO * count) * scale / length + offset)
            total >>= _BITS
        return scored

    def sounds_like(self, sentence: str) -> tuple[str, ...]:
        """The labels that outdo their limit, the surest first. Of a word or two nothing is said."""
        if len(sentence.split(None, _FEWEST_WORDS)) < _FEWEST_WORDS:
            return ()
        honest, *others = self.scores(sentence)
        sure = [
            (score - honest - self.limits[label], label)
            for label, score in zip(self.labels[1:], others, strict=True)
            if label in self.limits and score - honest > self.limits[label]
        ]
        return tuple(label for _, label in sorted(sure, reverse=True)) if sure else ()

    def _of_word(self, word: str) -> tuple[int, int]:
        known = self._words.get(word)
        if known is None:
            if len(self._words) >= _REMEMBERED_WORDS:
                self._words.clear()
            known = self._words[word] = self._of(terms_of_word(word))
        return known

    def _of(self, terms: Sequence[int]) -> tuple[int, int]:
        return sum(map(self.rows.__getitem__, terms)), len(terms)


@cache
def model(language: str) -> Model | None:
    source = resources.files("employer_app.domain").joinpath("data", "model", f"{language}.bin")
    return unpacked(source.read_bytes()) if source.is_file() else None


@lru_cache(maxsize=8192)
def sounds_like(language: str, sentence: str) -> tuple[str, ...]:
    """What a masked sentence is taken for; nothing in a language without a model."""
    known = model(language)
    return known.sounds_like(sentence) if known else ()


def packed(head: Mapping[str, Any], weights: Iterable[Sequence[int]]) -> bytes:
    """`weights`: a row a term, in it a step from -8 to 7 for each label."""
    flat = bytes(step + ZERO for row in weights for step in row)
    halves = bytes(one << 4 | other for one, other in zip(flat[::2], flat[1::2], strict=True))
    return json.dumps(head, ensure_ascii=False, sort_keys=True).encode() + b"\n" + zlib.compress(halves, 9)


def unpacked(given: bytes) -> Model:
    """Raises ValueError if the file is not one of `packed` for the terms of today."""
    line, _, rest = given.partition(b"\n")
    head = json.loads(line)
    size = BUCKETS * len(head["labels"])
    halves = zlib.decompressobj().decompress(rest, size)
    if len(halves) * 2 != size or head["labels"][0] != HONEST:
        raise ValueError("the model does not go with these terms: train it anew")
    flat = bytearray(size)
    flat[::2] = bytes(one >> 4 for one in halves)
    flat[1::2] = bytes(one & 15 for one in halves)
    rows = _rows(bytes(flat), len(head["labels"]))
    return Model(head["labels"], head["scales"], head["offsets"], head["limits"], head["tried"], rows)


def _rows(flat: bytes, labels: int) -> Sequence[int]:
    width = _BITS // 8
    wide = bytearray(len(flat) * width)
    wide[::width] = flat
    step = labels * width
    known: dict[int, int] = {}  # most terms never occurred, and all those share one row
    rows = (int.from_bytes(wide[at : at + step], "little") for at in range(0, len(wide), step))
    return [known.setdefault(row, row) for row in rows]
