"""How strict the house is about style: a rule of the wording check made a hint, or switched off, by name."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from employer_app.actions.settings import locked_organisation, note_change
from employer_app.domain.clock import now
from employer_app.domain.courtesy import LONGEST_WHY, TUNABLE, Rule, Severity, Tuning
from employer_app.domain.errors import Refused
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction


class Strictness(StrEnum):
    USUAL = "usual"
    WARNS = "warns"
    HINT = "hint"
    OFF = "off"


def tune(*, actor: Person, rule: Rule, strictness: Strictness, why: str = "") -> None:
    """Keep it with the name, the moment and the reason. Raises Refused, naming the field."""
    require(actor, Verb.ADMINISTER)
    why = " ".join(why.split())
    if rule not in TUNABLE:
        raise Refused("This is a matter of fact, and nobody can switch it off.", "", "rule")
    if strictness is not Strictness.USUAL and not why:
        raise Refused("Say why: whoever reads this list later will ask.", "", "why")
    if len(why) > LONGEST_WHY:
        raise Refused("This is too long.", f"{LONGEST_WHY} characters are the most.", "why")
    with transaction() as session:
        row = locked_organisation(session)
        before = dict(row.wording)
        after = {code: kept for code, kept in before.items() if code != rule}
        if strictness is not Strictness.USUAL:
            said = {"as": strictness.value, "by": actor.name, "at": now().isoformat(), "why": why}
            after[rule.value] = said
        if after == before:
            return
        row.wording = after
        note_change(session, row, actor, ["wording"], {"before": before, "after": after})


def tuning_of(wording: Mapping[str, Any]) -> Tuning:
    """As the wording check takes it. What another version stored and this one does not know is left alone."""
    chosen = {Rule(code): kept["as"] for code, kept in wording.items() if code in set(TUNABLE)}
    return Tuning(
        off=frozenset(rule for rule, strictness in chosen.items() if strictness == Strictness.OFF),
        severities={
            rule: Severity(strictness)
            for rule, strictness in chosen.items()
            if strictness in {Strictness.WARNS, Strictness.HINT}
        },
    )
