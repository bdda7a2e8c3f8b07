"""What all complaints together come to, and what an organisation may change about them.

Law: only rules of style can be tuned, and no style can be made to stop a message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from employer_app.domain.courtesy.complaint import RULES_OF_FACT, Complaint, Rule, Severity

LONGEST_WHY = 300
"""Characters of the reason that is kept beside a change of strictness."""

#: nobody sees a complaint of these: the app waits for the right hour by itself
_NEVER_SPEAK = frozenset({Rule.SEND_WINDOW, Rule.NOT_TOO_QUICK})
TUNABLE: tuple[Rule, ...] = tuple(rule for rule in Rule if rule not in RULES_OF_FACT | _NEVER_SPEAK)
"""The rules of style, in their order. Facts stop a message whatever anybody chooses."""

_COST = {Severity.STOPS: 25, Severity.WARNS: 8, Severity.HINT: 2}


def score(complaints: Iterable[Complaint]) -> int:
    """100 for a text with nothing to say against it, 0 at worst."""
    return max(0, 100 - sum(_COST[one.severity] for one in complaints))


def send_ready(complaints: Iterable[Complaint]) -> bool:
    """Nothing that stops, and at most one warning."""
    severities = [one.severity for one in complaints]
    return Severity.STOPS not in severities and severities.count(Severity.WARNS) <= 1


@dataclass(frozen=True, slots=True)
class Tuning:
    """How strict an organisation is about style. Raises ValueError for what nobody may change."""

    off: frozenset[Rule] = frozenset()
    severities: Mapping[Rule, Severity] = field(default_factory=dict)

    def __post_init__(self) -> None:
        facts = sorted((self.off | set(self.severities)) & RULES_OF_FACT)
        if facts:
            raise ValueError(f"rules of fact cannot be tuned: {', '.join(facts)}")
        if Severity.STOPS in self.severities.values():
            raise ValueError("style never stops a message")

    def severity(self, rule: Rule, usual: Severity) -> Severity | None:
        """None: the rule is off."""
        return None if rule in self.off else self.severities.get(rule, usual)


UNTUNED = Tuning()
