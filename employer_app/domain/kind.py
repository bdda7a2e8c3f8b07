"""What each kind of message is for, as data: when, how long, by which channels, and what stands in it.

Law: the kinds are those of `Kind`, each exactly once; a kind that the data file lacks is an error at load.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from employer_app.domain.message import Kind
from employer_app.domain.starter import Variant, occasion


class Channel(StrEnum):
    """How a kind may reach its reader."""

    EMAIL = "email"
    PHONE = "phone"
    LETTER = "letter"


class Element(StrEnum):
    """What may stand in a message. The same names say what must and what must not."""

    GREETING = "greeting"  # by name
    THANKS = "thanks"  # one, true, for something named
    ROLE = "role"
    STATUS = "status"  # how things stand: received, no decision yet, filled, withdrawn, open again …
    DECISION = "decision"  # a plain "no"
    REASON = "reason"  # or what happened on our side
    PERSONAL_LINE = "personal_line"
    FEEDBACK_OFFER = "feedback_offer"
    FEEDBACK = "feedback"
    ANSWER = "answer"
    NEXT_DATE = "next_date"  # of the next word
    ANSWER_DATE = "answer_date"  # until which the reader may answer
    TO_DO = "to_do"  # what the reader has to do, or that it is nothing
    CONTACT = "contact"  # a reply reaches a person
    DATA_LINE = "data_line"  # how long documents are kept
    RIGHTS = "rights"  # copy, correction, objection, deletion
    WHY_YOU_HEAR = "why_you_hear"
    APOLOGY = "apology"  # once
    CORRECTION = "correction"  # what was wrong, and what is right
    GOOD_WISH = "good_wish"

    ABOUT_OTHERS = "about_others"  # who was hired, who else applied
    BLAME = "blame"
    CLAIMS_MEETING = "claims_meeting"
    CLAIMS_REVIEW = "claims_review"
    COMPARISON = "comparison"
    CONSENT_BY_DEFAULT = "consent_by_default"
    DEBATE = "debate"
    DENIAL = "denial"  # as if there had been no earlier "no"
    FALSE_HOPE = "false_hope"
    GUILT = "guilt"
    HINT = "hint"  # of the outcome
    LEAK = "leak"  # of a decision that is not announced
    MARKETING = "marketing"
    NO_REPLY = "no_reply"
    ONLY_THE_CHOSEN = "only_the_chosen"  # "only those we choose hear from us"
    PAY_HISTORY = "pay_history"
    PERSUASION = "persuasion"
    PRAISE = "praise"
    PROMISE_OF_A_JOB = "promise_of_a_job"
    PROTECTED_GROUND = "protected_ground"
    UNREAL_ROLE = "unreal_role"
    VAGUE_TIME = "vague_time"


@dataclass(frozen=True, slots=True)
class About:
    """One kind."""

    kind: Kind
    purpose: str
    """One sentence for the screen."""
    when: str
    """One sentence: when it is time for it."""
    words: tuple[int, int]
    """The fewest and the most of the text, in English."""
    channels: tuple[Channel, ...]
    """In the order in which to think of them."""
    holds: frozenset[Element]
    lacks: frozenset[Element]
    many: bool
    """Whether it may leave as one send list."""
    brief: bool
    """Whether there may be a brief letter."""
    variants: tuple[Variant, ...]
    """Beside the usual one."""

    @property
    def phone_script(self) -> bool:
        return Channel.PHONE in self.channels

    def words_in(self, language: str) -> tuple[int, int]:
        """The fewest and the most; other languages than English have a quarter more room both ways."""
        least, most = self.words
        if language == "en":
            return least, most
        return math.floor(least * 0.75), math.ceil(most * 1.25)


def about(kind: Kind) -> About:
    return _all()[kind]


@cache
def occasions() -> Mapping[str, tuple[Kind, Variant]]:
    """Every kind and variant that there is, by the name that data uses for it."""
    return {
        occasion(kind, variant): (kind, variant)
        for kind in Kind
        for variant in (Variant.USUAL, *about(kind).variants)
    }


@cache
def _all() -> Mapping[Kind, About]:
    source = resources.files("employer_app.domain").joinpath("data", "kinds.toml")
    entries = tomllib.loads(source.read_text(encoding="utf-8"))
    if set(entries) != set(Kind):
        raise ValueError(f"kinds.toml lacks or invents {sorted(set(entries) ^ set(Kind))}")
    return {kind: _about(kind, entries[kind]) for kind in Kind}


def _about(kind: Kind, entry: Mapping[str, Any]) -> About:
    least, most = entry["words"]
    return About(
        kind=kind,
        purpose=entry["purpose"],
        when=entry["when"],
        words=(least, most),
        channels=tuple(map(Channel, entry["channels"])),
        holds=frozenset(map(Element, entry["holds"])),
        lacks=frozenset(map(Element, entry["lacks"])),
        many=entry["many"],
        brief=entry["brief"],
        variants=tuple(map(Variant, entry.get("variants", ()))),
    )
