"""Which stage a list means by its own word for it. What nobody recognises counts as interviewed.

A person who was met must not get the letter for people who were not; the other mistake only costs a sentence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from employer_app.domain.person_name import search_key
from employer_app.domain.stage import InterviewKind, StageKind, StagePlan, interviewed

FOLDER = Path(__file__).parent / "data" / "stages"
#: a label that says the end tells nothing of these: "application rejected", "not hired"
_HIDDEN_BY_THE_END = frozenset({StageKind.APPLIED, StageKind.SCREEN, StageKind.HIRED})
#: the kind that says more of how it was held comes first: a "recorded phone interview" met nobody
_ORDER = (InterviewKind.ONE_WAY, InterviewKind.SCREEN, InterviewKind.PANEL, InterviewKind.GROUP)


def recognise_stage(label: str, stages: Sequence[StagePlan]) -> StagePlan | None:
    """The job's stage of that name, else its first stage of the kind that the words mean; None if unknown."""
    folded = _folded(label)
    for stage in stages:
        if folded and _folded(stage.name) == folded:
            return stage
    kind = _kind_of_stage(folded)
    return next((stage for stage in stages if stage.kind is kind), None)


def fallback_stage(stages: Sequence[StagePlan]) -> StagePlan:
    """For a label that nobody recognised: the first stage of people who were met.

    Never an offer or the hired: a job without interviews gets them into its last stage before those.
    """
    before_offer = [stage for stage in stages if stage.kind.depth < StageKind.OFFER.depth] or list(stages)
    return next((stage for stage in before_offer if interviewed(stage.kind)), before_offer[-1])


def map_labels(labels: Iterable[str], stages: Sequence[StagePlan]) -> dict[str, StagePlan | None]:
    """Each label of a list with its stage; an empty label means the first stage."""
    return {label: recognise_stage(label, stages) if label else stages[0] for label in dict.fromkeys(labels)}


def recognise_interview(text: str) -> InterviewKind:
    folded = _folded(text)
    return next(
        (kind for kind in _ORDER if _patterns("interviews", kind).search(folded)), InterviewKind.ONE_TO_ONE
    )


def _kind_of_stage(folded: str) -> StageKind | None:
    """The deepest stage that a word names: whoever talked with us gets the letter for people whom we met."""
    kind = next((kind for kind in reversed(StageKind) if _patterns("stages", kind).search(folded)), None)
    return None if kind in _HIDDEN_BY_THE_END and _patterns("ended", "words").search(folded) else kind


@cache
def _patterns(section: str, part: str) -> re.Pattern[str]:
    """The words of all languages in one pattern, which is None of them where the files have none."""
    words = {word for data in _data() for word in data.get(section, {}).get(part, ())}
    return re.compile(rf"\b(?:{'|'.join(sorted(words))})\b" if words else r"(?!)")


@cache
def _data() -> Sequence[Mapping[str, Mapping[str, list[str]]]]:
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))]


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", search_key(text)).split())
