"""What to say on the phone: the news within twenty seconds, then one reason, then listening.

Law: every kind that may be told by phone has a script, and every script has every step. A voicemail is never
told the news.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from employer_app.domain.kind import occasions
from employer_app.domain.merge import FIELD_OF, HOLES, Template, compile_text, present
from employer_app.domain.message import Kind
from employer_app.domain.starter import Variant, occasion


class Step(StrEnum):
    """In the order of the call."""

    OPENER = "opener"  # who is calling, and whether it is a good moment
    LATER = "later"  # if it is not
    NEWS = "news"
    REASON = "reason"  # one
    LISTEN = "listen"
    OFFER = "offer"
    FOLLOW_UP = "follow_up"
    LOG = "log"
    VOICEMAIL = "voicemail"  # in place of all the others

    @property
    def spoken(self) -> bool:
        """Otherwise it is for the caller alone."""
        return self not in (Step.LISTEN, Step.LOG)


@dataclass(frozen=True, slots=True)
class PhoneScript:
    kind: Kind
    variant: Variant
    language: str
    steps: Mapping[Step, Template]

    def filled(self, values: Mapping[str, str | None]) -> dict[Step, str]:
        """A value that is lacking is a blank to be filled by voice: "…"."""
        there = present(values)
        names = frozenset(there)
        return {step: _spoken(template.shape(names), there) for step, template in self.steps.items()}


def _spoken(shape: str, there: Mapping[str, str]) -> str:
    return "".join(
        there[FIELD_OF[char]] if char in FIELD_OF else "…" if char in _BLANKS else char for char in shape
    )


_BLANKS = frozenset(HOLES.values())


def phone_script(
    kind: Kind, variant: Variant = Variant.USUAL, language: str = "en", *, informal: bool = False
) -> PhoneScript | None:
    """A late answer and one to a colleague are told like any other. None for what is not told by phone, and
    for a language that has none."""
    if variant in (Variant.LATE, Variant.INTERNAL):
        variant = Variant.USUAL
    return phone_scripts(language, informal=informal).get(occasion(kind, variant))


@cache
def phone_scripts(language: str = "en", *, informal: bool = False) -> Mapping[str, PhoneScript]:
    """By kind and variant as `occasion` names them."""
    source = resources.files("employer_app.domain").joinpath("data", "phone_scripts", f"{language}.toml")
    if not source.is_file():
        return {}
    entries: dict[str, dict[str, str | dict[str, str]]] = tomllib.loads(source.read_text(encoding="utf-8"))
    address = "informal" if informal else "formal"
    shared = entries.pop("shared")
    return {
        key: PhoneScript(
            *occasions()[key],
            language,
            {step: compile_text(_addressed({**shared, **entry}[step], address)) for step in Step},
        )
        for key, entry in entries.items()
    }


def _addressed(said: str | Mapping[str, str], address: str) -> str:
    return said if isinstance(said, str) else said[address]
