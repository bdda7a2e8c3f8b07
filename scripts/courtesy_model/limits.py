"""How sure the model has to be, found on sentences that it was not trained on.

Law: of the honest sentences held out at most `FALSE_ALARMS` sound like something, of those that stand in our
own letters none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from employer_app.domain.courtesy.model import HONEST, Model, unpacked
from scripts.courtesy_model.corpus import FRAMES, OURS, Example
from scripts.courtesy_model.train import Machine, train

FALSE_ALARMS = 0.025
PRECISION = 0.6
"""Of the sentences that a label troubles so many have to be bad ones."""
FOLDS = 3
_BLOCK = 12
"""Sentences that stand together were written together, and are held out together."""
_STEP = 0.01
_HIGHEST = 4.0


@dataclass(frozen=True)
class Heard:
    """What a model said of a sentence that it did not know."""

    example: Example
    label: str
    margin: float
    """By how much the surest label outdid `HONEST`."""

    def over(self, limits: Mapping[str, float]) -> bool:
        return self.margin > limits[self.label]


def held_out(examples: Sequence[Example]) -> list[Heard]:
    """Each written sentence once, by a model that has seen neither it nor its neighbours."""
    every: list[Heard] = []
    for fold in range(FOLDS):
        known, unknown = [], []
        for number, one in enumerate(examples):
            held = number // _BLOCK % FOLDS == fold and one.writer not in (OURS, FRAMES)
            (unknown if held else known).append(one)
        every += heard(unpacked(train(known).file({}, {})), unknown)
    return every


def heard(model: Model, examples: Sequence[Example]) -> Iterator[Heard]:
    for one in examples:
        honest, *others = model.scores(one.text)
        score, label = max(zip(others, model.labels[1:], strict=True))
        yield Heard(one, label, score - honest)


def limits(tried: Sequence[Heard]) -> dict[str, float]:
    """By label; the lowest that keep the law."""
    labels = {one.label for one in tried}
    least = {label: _precise([one for one in tried if one.label == label]) for label in sorted(labels)}
    honest = [one for one in tried if one.example.label == HONEST]
    common = _HIGHEST
    while common > 0:
        lower = {label: max(common - _STEP, limit) for label, limit in least.items()}
        if sum(one.over(lower) for one in honest) > FALSE_ALARMS * len(honest):
            break
        common -= _STEP
    return {label: max(common, limit) for label, limit in least.items()}


def _precise(tried: Sequence[Heard]) -> float:
    """The lowest limit from which a label is right often enough."""
    best, bad, good = _HIGHEST, 0, 0
    for one in sorted(tried, key=lambda one: -one.margin):
        if one.example.label == HONEST:
            bad += 1
        else:
            good += 1
        if good >= PRECISION * (good + bad):
            best = one.margin - _STEP
    return best


def quiet_about_ours(model: Model, found: dict[str, float], examples: Sequence[Example]) -> dict[str, float]:
    """Raised where one of our own sentences would sound like something."""
    raised = dict(found)
    for one in heard(model, [one for one in examples if one.writer == OURS]):
        if one.over(raised):
            raised[one.label] = one.margin + _STEP
    return raised


def figures(tried: Sequence[Heard], found: Mapping[str, float]) -> Mapping[str, Any]:
    """How many sentences of each label were held out, and how many of them sounded like something."""
    every: dict[str, list[int]] = {}
    for one in tried:
        count = every.setdefault(one.example.label, [0, 0])
        count[0] += 1
        count[1] += one.over(found)
    return dict(sorted(every.items()))


def made(examples: Sequence[Example]) -> bytes:
    """The file of a language."""
    tried = held_out(examples)
    found = limits(tried)
    machine: Machine = train(examples)
    final = quiet_about_ours(unpacked(machine.file({}, {})), found, examples)
    return machine.file(final, figures(tried, final))
