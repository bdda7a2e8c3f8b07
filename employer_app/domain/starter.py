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


class Variant(StrEnum):
    """The same kind for another occasion."""

    USUAL = ""
    ON_HOLD = "on_hold"  # of `CANCELLED_OR_ON_HOLD`: the role waits, and nobody is told "no"
    LATE = "late"  # more than two months of silence: says so, and apologises once
    INTERNAL = "internal"  # for a colleague of ours
    AFTER_CALL = "after_call"  # of a "no" that was told by phone: puts it in writing, and says nothing new
    MISSING_DOCUMENT = "missing_document"  # of `NEXT_STEP`: something is needed by a day
    OTHER_JOB = "other_job"  # of `KEEP_IN_TOUCH`: may we consider you for another role?


@dataclass(frozen=True, slots=True)
class Letter:
    """A text to begin a message from: a `Starter`, or one of the organisation's own."""

    kind: Kind
    tone: Tone
    language: str
    name: str
    """As shown on screen."""
    subject: str
    body: str
    when: str
    """One sentence of help: for whom and when."""
    variant: Variant = Variant.USUAL
    informal: bool = False
    """Written with du, tu, tú or je. English knows no difference."""
    disposition: str = ""
    """For this reason only; empty: for all."""
    job_id: int | None = None
    """For this job only; None: for all."""
    pinned: bool = False
    """A named person has read these words and stands for them."""
    says_no: bool = False
    """That person says that they do say no, whatever we find in them."""

    @property
    def paused(self) -> bool:
        """The on-hold wording of `CANCELLED_OR_ON_HOLD`, which says no "no"."""
        return self.variant is Variant.ON_HOLD

    @property
    def confirms(self) -> bool:
        """Puts a "no" in writing that was told by phone: it decides nothing, and tells nothing new."""
        return self.variant is Variant.AFTER_CALL

    @property
    def occasion(self) -> str:
        return occasion(self.kind, self.variant)

    @property
    def key(self) -> str:
        """Names it among those of its language."""
        raise NotImplementedError

    @property
    def reference(self) -> str:
        """As messages name the letter that they were made from."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Starter(Letter):
    """One that we ship."""

    @property
    def key(self) -> str:
        """As its file: "filled.warm", "on_hold.brief", "filled.late.warm.informal"."""
        parts = [self.occasion, self.tone, "informal" if self.informal else ""]
        return ".".join(part for part in parts if part)

    @property
    def reference(self) -> str:
        return f"{self.language}/{self.key}"


def occasion(kind: Kind, variant: Variant = Variant.USUAL) -> str:
    """Names kind and variant in data: "filled", "filled.late", "on_hold"."""
    if variant is Variant.ON_HOLD:
        return variant.value
    return f"{kind}.{variant}" if variant else kind.value


@dataclass(frozen=True, slots=True)
class Style:
    """How a house, or one of its jobs, writes its letters."""

    language: str = "en"
    tone: Tone = Tone.WARM
    informal: bool = False


USUAL = Style()
"""How letters are written where nobody has said otherwise."""


@cache
def languages() -> tuple[str, ...]:
    """Those in which we ship letters, English first."""
    folder = resources.files("employer_app.domain").joinpath("data", "starters")
    found = sorted(each.name for each in folder.iterdir() if each.is_dir())
    return ("en", *(code for code in found if code != "en"))


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
                variant=Variant(entry.get("variant", "")),
                informal=entry.get("informal", False),
            )
        )
    return tuple(sorted(found, key=place))


def place(one: Letter) -> tuple[int, int, bool, int, bool, str]:
    """In the library: by kind and variant, those that we ship first."""
    occasion = (list(Kind).index(one.kind), list(Variant).index(one.variant))
    return (*occasion, not isinstance(one, Starter), list(Tone).index(one.tone), one.informal, one.name)


def starter(
    kind: Kind,
    tone: Tone = Tone.WARM,
    language: str = "en",
    *,
    variant: Variant = Variant.USUAL,
    informal: bool = False,
) -> Starter:
    """Raises KeyError if we ship none."""
    wanted = (kind, tone, variant, informal)
    for one in starters(language):
        if (one.kind, one.tone, one.variant, one.informal) == wanted:
            return one
    raise KeyError((*wanted, language))


def starter_of_key(key: str, language: str = "en") -> Starter:
    """Raises KeyError if we ship none."""
    return {one.key: one for one in starters(language)}[key]


def shipped(reference: str) -> Starter | None:
    """The one that a message was made from; None for a letter of the organisation's own."""
    language, _, key = reference.partition("/")
    return next((one for one in starters(language) if one.key == key), None) if language.isalpha() else None


def nearest(kind: Kind, style: Style, variant: Variant = Variant.USUAL) -> Starter:
    """The letter of that kind in the style of the house, or the one nearest to it: the facts stay the same.

    In English where we have none in its language. Raises KeyError for a variant that we do not ship.
    """
    language = style.language if style.language in languages() else "en"
    for tone in dict.fromkeys((style.tone, Tone.WARM)):
        for informal in dict.fromkeys((style.informal, False)):
            try:
                return starter(kind, tone, language, variant=variant, informal=informal)
            except KeyError:
                continue
    raise KeyError((kind, variant, language))
