"""The sentences of every language: each rule finds its own and leaves alone what only looks alike."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from employer_app.domain.courtesy import Draft, Rule, check
from employer_app.domain.courtesy.lexicon import Statement, hits
from employer_app.domain.courtesy.reading import normal
from employer_app.domain.message import Kind

FOLDER = Path(__file__).parent / "phrases"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.toml"))
#: of these a whole letter is judged, so a sentence alone can only be looked at
ONLY_STATED = {"C7": Statement.THANKS, "C8-route": Statement.REPLY_ROUTE, "T7": Statement.APOLOGY}
FOUND, LEFT_ALONE = 0.90, 0.95


def passage(text: str, kind: str, language: str) -> Draft:
    return Draft(
        kind=Kind(kind),
        subject="",
        text=text,
        greeting_name="",
        full_name="",
        role_title="",
        company="",
        send_on=date(2026, 11, 24),
        language=language,
        met=False,
        reviewed=False,
        reapply_ok=False,
        reason_mode="none",
        unknown=frozenset({"subject", "greeting_name", "full_name", "role_title", "company"}),
    )


def finds(code: str, text: str, kind: str, language: str) -> bool:
    if code in ONLY_STATED:
        return ONLY_STATED[code] in hits(language, normal(text))
    rule = Rule(code.split("-")[0])
    return any(one.rule is rule for one in check(passage(text, kind, language), fragment=True))


def _tables() -> Iterator[Any]:
    for language in LANGUAGES:
        for code, table in tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8")).items():
            yield pytest.param(language, code, table, id=f"{language}-{code}")


@pytest.mark.parametrize(("language", "code", "table"), list(_tables()))
def test_rule_finds_its_own_and_leaves_the_rest_alone(
    language: str, code: str, table: dict[str, Any]
) -> None:
    kind = table.get("kind", Kind.REJECT_APPLICATION)
    missed = [one for one in table["positives"] if not finds(code, one, kind, language)]
    wrong = [one for one in table["negatives"] if finds(code, one, kind, language)]
    assert len(missed) <= (1 - FOUND) * len(table["positives"]), missed
    assert len(wrong) <= (1 - LEFT_ALONE) * len(table["negatives"]), wrong
