"""The letters we ship, per kind, tone and language. A team copies one and makes it its own, and ours never
change under its hands."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from employer_app.domain.message import Kind


class Tone(StrEnum):
    """Changes the manner and never the facts. Brief is not for people whom we have met."""

    WARM = "warm"
    FORMAL = "formal"
    BRIEF = "brief"


@dataclass(frozen=True, slots=True)
class Starter:
    kind: Kind
    tone: Tone
    language: str
    name: str
    """As shown on screen."""
    subject: str
    body: str
    when: str
    """One sentence of help: for whom and when."""
    paused: bool
    """The on-hold wording of `CANCELLED_OR_ON_HOLD`, which says no "no"."""

    @property
    def key(self) -> str:
        """Names it among those of its language: "filled.warm", "on_hold.brief"."""
        return f"{'on_hold' if self.paused else self.kind}.{self.tone}"


@cache
def starters(language: str = "en") -> tuple[Starter, ...]:
    """In the order of `Kind`, then of `Tone`; empty for a language that has none."""
    folder = resources.files("employer_app.domain").joinpath("data", "starters", language)
    if not folder.is_dir():
        return ()
    found = []
    for file in folder.iterdir():
        entry = tomllib.loads(file.read_text(encoding="utf-8"))
        found.append(
            Starter(
                kind=Kind(entry["kind"]),
                tone=Tone(entry["tone"]),
                language=language,
                name=entry["name"],
                subject=entry["subject"],
                body=entry["body"],
                when=entry["when"],
                paused=entry.get("on_hold", False),
            )
        )
    kinds, tones = list(Kind), list(Tone)
    return tuple(sorted(found, key=lambda one: (kinds.index(one.kind), one.paused, tones.index(one.tone))))


def starter(kind: Kind, tone: Tone = Tone.WARM, language: str = "en", *, paused: bool = False) -> Starter:
    """Raises KeyError if we ship none."""
    for one in starters(language):
        if (one.kind, one.tone, one.paused) == (kind, tone, paused):
            return one
    raise KeyError((kind, tone, language))


def starter_of_key(key: str, language: str = "en") -> Starter:
    """Raises KeyError if we ship none."""
    return {one.key: one for one in starters(language)}[key]
