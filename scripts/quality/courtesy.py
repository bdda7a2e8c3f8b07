"""How often the wording check finds what hurts, and how often it troubles somebody over nothing.

Law: phrases that people published are counted here and not kept; what is printed of them is their number.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from employer_app.domain.courtesy import Draft, Rule, Severity, check
from employer_app.domain.courtesy.impression import IMPRESSIONS
from employer_app.domain.courtesy.lexicon import Statement, hits, lexicon
from employer_app.domain.courtesy.model import HONEST
from employer_app.domain.courtesy.model import model as heard
from employer_app.domain.courtesy.reading import normal
from employer_app.domain.message import Kind
from scripts.quality.section import Section, percent, table

OWN = Path(__file__).parents[2] / "tests" / "domain" / "courtesy" / "phrases"
#: share that a rule must find of its own, and may not touch of the others
RECALL, LEFT_ALONE = 0.90, 0.95
MODEL_LEFT_ALONE = 0.975
GUESSES = frozenset(one.why for one in IMPRESSIONS.values())
GOALS = {"discourteous": 0.90, "risky": 0.80, "courteous": 0.95}
#: of these a whole letter is judged, so of a sentence it only counts whether it was understood
ONLY_STATED = {
    "C1": Statement.DECISION_NO,
    "C7": Statement.THANKS,
    "C8-route": Statement.REPLY_ROUTE,
    "T7": Statement.APOLOGY,
}
_KINDS = {
    "receipt": Kind.ACKNOWLEDGEMENT,
    "waiting": Kind.HOLDING_NOTE,
    "feedback": Kind.FEEDBACK_REPLY,
    "question": Kind.ENQUIRY_ANSWER,
}
_UNKNOWN = frozenset({"subject", "greeting_name", "full_name", "role_title", "company", "personal_line"})


def passage(text: str, kind: Kind, language: str, **facts: Any) -> Draft:
    """A sentence of which nothing is known but its kind and what is given."""
    return Draft(
        kind=kind,
        subject="",
        text=text,
        greeting_name="",
        full_name="",
        role_title="",
        company="",
        send_on=date(2026, 11, 24),
        language=language,
        unknown=_UNKNOWN,
        **facts,
    )


@dataclass(frozen=True)
class Troubled:
    by_lists: bool
    at_all: bool
    """By the lists or by the model."""


@dataclass
class Counted:
    """`missed` and `wrong`: the sentences, which are our own."""

    language: str
    code: str
    positives: int = 0
    negatives: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def found(self) -> int:
        return self.positives - len(self.missed)

    @property
    def good(self) -> bool:
        return self.found >= RECALL * self.positives and len(self.wrong) <= (1 - LEFT_ALONE) * self.negatives


def own_phrases(data: Path) -> Section:
    """Each rule in each language, on the sentences written for the tests before its patterns were."""
    del data
    counted = list(_own())
    rows: list[Sequence[object]] = [
        ("rule", "to be found", "found", "recall", "others", "left alone", "precision")
    ]
    for one in counted:
        rows.append(
            (
                f"{one.language} {one.code}",
                one.positives,
                one.found,
                percent(one.found, one.positives),
                one.negatives,
                percent(one.negatives - len(one.wrong), one.negatives),
                percent(one.found, one.found + len(one.wrong)),
            )
        )
    for language in sorted({one.language for one in counted}):
        rows.append(_sum(language, [one for one in counted if one.language == language]))
    below = [
        f"{one.language} {one.code}: missed {one.missed}, wrong {one.wrong}"
        for one in counted
        if not one.good
    ]
    return Section(
        "Wording check, per rule (goal: 90 % found, 95 % of the others left alone)", table(rows), below
    )


def _sum(language: str, counted: Sequence[Counted]) -> tuple[object, ...]:
    positives, negatives = sum(o.positives for o in counted), sum(o.negatives for o in counted)
    found, wrong = sum(o.found for o in counted), sum(len(o.wrong) for o in counted)
    return (
        f"{language} all",
        positives,
        found,
        percent(found, positives),
        negatives,
        percent(negatives - wrong, negatives),
        percent(found, found + wrong),
    )


def _own() -> Iterator[Counted]:
    for path in sorted(OWN.glob("*.toml")):
        for code, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            yield counted(path.stem, code, entry)


def counted(language: str, code: str, entry: dict[str, Any]) -> Counted:
    kind = Kind(entry.get("kind", Kind.REJECT_APPLICATION))
    return Counted(
        language,
        code,
        len(entry["positives"]),
        len(entry["negatives"]),
        [one for one in entry["positives"] if not finds(code, one, kind, language)],
        [one for one in entry["negatives"] if finds(code, one, kind, language)],
    )


def finds(code: str, text: str, kind: Kind, language: str) -> bool:
    statement = ONLY_STATED.get(code)
    if statement and not (code == "T7" and kind is not Kind.DELAY_APOLOGY):  # elsewhere two are too many
        return statement in hits(language, normal(text))
    rule = Rule(code.split("-")[0])
    draft = passage(text, kind, language, met=False, reviewed=False, reapply_ok=False, reason_mode="none")
    return any(one.rule is rule for one in check(draft, fragment=True))


def published_phrases(data: Path) -> Section:
    """Sentences that people called courteous, rude or risky in public, by what they called them."""
    path = data / "courtesy-phrases" / "phrases.json"
    if not path.is_file():
        return Section("Wording check, published phrases", ["Not measured: courtesy-phrases is not there."])
    every, right, listed = (Counter[tuple[str, str]]() for _ in range(3))
    wrong: dict[str, list[str]] = {verdict: [] for verdict in GOALS}
    for one in json.loads(path.read_text(encoding="utf-8")):
        verdict, language = one["verdict"], one["lang"]
        if lexicon(language) is None:
            continue
        flagged = _troubles(one["text"], _KINDS.get(one["context"], Kind.REJECT_APPLICATION), language)
        every[verdict, language] += 1
        listed[verdict, language] += flagged.by_lists is (verdict != "courteous")
        if flagged.at_all is (verdict != "courteous"):
            right[verdict, language] += 1
        else:
            wrong[verdict].append(one["id"])
    rows: list[Sequence[object]] = [("verdict", "language", "all", "right", "share", "by the lists alone")]
    below = []
    for verdict, goal in GOALS.items():
        of = sorted(language for known, language in every if known == verdict)
        for language in of:
            all_, good = every[verdict, language], right[verdict, language]
            alone = percent(listed[verdict, language], all_)
            rows.append((verdict, language, all_, good, percent(good, all_), alone))
        all_, good = sum(every[verdict, one] for one in of), sum(right[verdict, one] for one in of)
        alone = percent(sum(listed[verdict, one] for one in of), all_)
        rows.append((verdict, "all", all_, good, percent(good, all_), alone))
        if good < goal * all_:
            below.append(f"{verdict}: {percent(good, all_)}, {goal:.0%} is the goal; wrong: {wrong[verdict]}")
    title = "Wording check, published phrases (goal: 90, 80 and 95 %)"
    return Section(title, table(rows), below)


def _troubles(text: str, kind: Kind, language: str) -> Troubled:
    found = check(passage(text, kind, language), fragment=True)
    more = [one for one in found if one.severity is not Severity.HINT]
    return Troubled(any(one.why not in GUESSES for one in more), bool(more))


def model(data: Path) -> Section:
    """What the model beside the lists was sure of among sentences that were held out when it was trained."""
    del data
    rows: list[Sequence[object]] = [("held out in training", "bad", "found", "share", "honest", "left alone")]
    below = []
    for path in sorted(OWN.glob("*.toml")):
        known = heard(path.stem)
        if known is None:
            continue
        bad = [count for label, count in known.tried.items() if label != HONEST]
        every, found = sum(one for one, _ in bad), sum(one for _, one in bad)
        honest, wrong = known.tried[HONEST]
        alone = percent(honest - wrong, honest)
        rows.append((path.stem, every, found, percent(found, every), honest, alone))
        if wrong > (1 - MODEL_LEFT_ALONE) * honest:
            below.append(f"{path.stem}: {alone} left alone")
    title = (
        "Wording check, the model alone on sentences it did not know (goal: 97.5 % of the honest left alone)"
    )
    return Section(title, table(rows), below)
