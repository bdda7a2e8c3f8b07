"""A linear machine a label, each against all others, and from them the model as it is shipped.

Law: the same sentences give the same bytes on every machine: nothing but additions, multiplications,
divisions and square roots, in a fixed order.

The method is dual coordinate descent for a support vector machine with squared loss (Hsieh and others, 2008):
each sentence holds a weight of its own, and one that is clearly on the right side is looked at no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from operator import itemgetter, mul
from random import Random
from typing import Any

from employer_app.domain.courtesy.model import HONEST, ZERO, packed
from employer_app.domain.courtesy.terms import BUCKETS, terms
from scripts.courtesy_model.corpus import Example

ROUNDS = 6
STRICTNESS = 3.0
"""How much a sentence on the wrong side costs; sentences of rare labels cost more in proportion."""
_CLEAR = 0.5
#: this share of the weights may lie beyond the last step
_CUT_OFF = 0.0025
_FIRST, _LAST = -ZERO, ZERO - 1


@dataclass(frozen=True)
class Machine:
    """One of each for every label, `HONEST` first."""

    labels: Sequence[str]
    weights: Sequence[Sequence[float]]
    offsets: Sequence[float]

    def file(self, limits: Mapping[str, float], tried: Mapping[str, Any]) -> bytes:
        scales = [_scale(one) for one in self.weights]
        rows = zip(
            *(_steps(one, scale) for one, scale in zip(self.weights, scales, strict=True)), strict=True
        )
        head = {
            "labels": list(self.labels),
            "scales": scales,
            "offsets": [round(one, 4) for one in self.offsets],
            "limits": {label: round(limit, 3) for label, limit in limits.items()},
            "tried": tried,
        }
        return packed(head, rows)


@dataclass(frozen=True)
class _Seen:
    """A sentence as the machine sees it."""

    label: str
    terms: Sequence[tuple[int, float]]
    pick: Callable[[Sequence[float]], Sequence[float]]
    """Of the weights of all terms those of this sentence."""
    values: Sequence[float]
    square: float


def train(examples: Sequence[Example]) -> Machine:
    counts = [Counter(terms(one.text)) for one in examples]
    rarity = _rarity(counts)
    seen = [_seen(one.label, count, rarity) for one, count in zip(examples, counts, strict=True)]
    labels = [HONEST, *sorted({one.label for one in seen} - {HONEST})]
    made = [_machine(seen, label) for label in labels]
    # a term's rarity goes into its weights, so that whoever reads them need not know it
    weights = [[one * rare for one, rare in zip(each, rarity, strict=True)] for each, _ in made]
    return Machine(labels, weights, [offset for _, offset in made])


def _rarity(counts: Sequence[Mapping[int, int]]) -> Sequence[float]:
    """By term: 1 for one that is everywhere, more for one that says something."""
    within = Counter(term for count in counts for term in count)
    return [sqrt(sqrt(len(counts) / (1 + within[term]))) / 2 for term in range(BUCKETS)]


def _seen(label: str, count: Mapping[int, int], rarity: Sequence[float]) -> _Seen:
    """A long sentence weighs as much as a short one."""
    length = sqrt(sum(count.values()))
    values = [many * rarity[term] / length for term, many in count.items()]
    each = tuple(zip(count, values, strict=True))
    return _Seen(label, each, itemgetter(*count), values, sum(value * value for value in values))


def _machine(seen: Sequence[_Seen], label: str) -> tuple[list[float], float]:
    """Weights of all terms, and the offset."""
    mine = sum(one.label == label for one in seen)
    soft = {True: mine / (STRICTNESS * len(seen)), False: (len(seen) - mine) / (STRICTNESS * len(seen))}
    weights, offset = [0.0] * BUCKETS, 0.0
    held = [0.0] * len(seen)
    active = list(range(len(seen)))
    shuffle = Random(label)  # noqa: S311 - the same order each time
    for _ in range(ROUNDS):
        shuffle.shuffle(active)
        clear = set()
        for number in active:
            one = seen[number]
            is_mine = one.label == label
            side = 1.0 if is_mine else -1.0
            score = sum(map(mul, one.pick(weights), one.values)) + offset
            slope = side * score - 1 + soft[is_mine] * held[number]
            if held[number] == 0.0 and slope >= 0:
                if slope > _CLEAR:
                    clear.add(number)
                continue
            now = max(held[number] - slope / (one.square + 1 + soft[is_mine]), 0.0)
            step = (now - held[number]) * side
            held[number] = now
            offset += step
            for term, value in one.terms:
                weights[term] += step * value
        active = [number for number in active if number not in clear]
    return weights, offset


def _scale(weights: Sequence[float]) -> float:
    """What a step is worth."""
    sizes = sorted(abs(one) for one in weights if one)
    return round(sizes[int(len(sizes) * (1 - _CUT_OFF))] / _LAST, 6) if sizes else 1.0


def _steps(weights: Sequence[float], scale: float) -> Sequence[int]:
    return [max(_FIRST, min(_LAST, round(one / scale))) for one in weights]
