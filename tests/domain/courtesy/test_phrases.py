"""The sentences of every language: each rule finds its own and leaves alone what only looks alike."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from employer_app.domain.courtesy import Rule, Severity, check
from employer_app.domain.message import Kind
from scripts.quality.courtesy import ONLY_STATED, OWN, counted, passage, published_phrases

LANGUAGES = sorted(path.stem for path in OWN.glob("*.toml"))


def _tables() -> Iterator[Any]:
    for language in LANGUAGES:
        for code, entry in tomllib.loads((OWN / f"{language}.toml").read_text(encoding="utf-8")).items():
            yield pytest.param(language, code, entry, id=f"{language}-{code}")


@pytest.mark.parametrize(("language", "code", "entry"), list(_tables()))
def test_rule_finds_its_own_and_leaves_the_rest_alone(
    language: str, code: str, entry: dict[str, Any]
) -> None:
    found = counted(language, code, entry)
    assert found.positives >= 10
    assert found.negatives >= 10
    assert found.good, (found.missed, found.wrong)


@pytest.mark.parametrize("kind", [Kind.REJECT_INTERVIEW, Kind.HOLDING_NOTE, Kind.FEEDBACK_REPLY])
def test_honest_sentences_are_left_alone(kind: Kind) -> None:
    honest = tomllib.loads(Path(__file__).with_name("honest.toml").read_text(encoding="utf-8"))
    troubled = {
        (text, one.rule)
        for language, texts in honest.items()
        for text in texts
        for one in check(passage(text, kind, language), fragment=True)
        if one.severity is not Severity.HINT
    }
    assert troubled == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_codes_and_kinds_of_the_sentences_are_ours(language: str) -> None:
    entries = tomllib.loads((OWN / f"{language}.toml").read_text(encoding="utf-8"))
    assert {code.split("-")[0] for code in entries} - set(ONLY_STATED) <= set(Rule)
    assert {entry.get("kind", Kind.FILLED) for entry in entries.values()} <= set(Kind)


def test_published_phrases_are_judged_as_people_judge_them(data: Path) -> None:
    """By language, so that one that is still being written does not hide another."""
    rows = [line.split() for line in published_phrases(data).lines]
    english = {row[0]: (int(row[2]), int(row[3])) for row in rows if row[1] == "en"}
    assert english["courteous"][0] > 15
    for verdict, least in (("courteous", 0.95), ("discourteous", 0.9), ("risky", 0.8)):
        every, right = english[verdict]
        assert right >= least * every, verdict
