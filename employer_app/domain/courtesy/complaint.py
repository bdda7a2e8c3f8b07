"""What the wording check says of a text, in words for the person who mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """In falling order. A message with a complaint that stops is not sent and stays owed."""

    STOPS = "stops"
    WARNS = "warns"
    HINT = "hint"


class Rule(StrEnum):
    """For code and tests only. C: what a letter says, T: its tone, L: the law, P: whom and when."""

    SAYS_NO = "C1"
    SAYS_NO_EARLY = "C2"
    NAMES_ROLE = "C3"
    GREETS_BY_NAME = "C4"
    NO_HOLE = "C5"
    NO_STRANGER = "C6"
    THANKS = "C7"
    TAKES_REPLIES = "C8"
    SIGNED_BY_NAME = "C9"
    TRUE_TO_RECORD = "C10"
    RIGHT_LENGTH = "C11"
    NO_OPEN_END = "C12"
    GIVES_DATE = "C13"
    NO_SILENCE = "C14"
    NOT_BELITTLING = "T1"
    NO_CLICHE = "T2"
    NO_REGRET_OPENING = "T3"
    NO_SELF_PITY = "T4"
    NO_JOKES = "T5"
    NO_ADVICE = "T6"
    APOLOGISES_ONCE = "T7"
    NO_MARKETING = "T8"
    ADDRESSES_RIGHTLY = "T9"
    NO_PROTECTED_GROUND = "L1"
    NO_AGE_PROXY = "L2"
    NO_CULTURE_FIT = "L3"
    NO_ORIGIN_REMARK = "L4"
    NO_COMPARISON = "L5"
    NO_FILE_PROMISE = "L6"
    NO_EMPTY_INVITATION = "L7"
    NO_FALSE_HOPE = "L8"
    REASON_ON_RECORD = "L9"
    NO_SENSITIVE_BASIS = "L10"
    NOTHING_ABOUT_OTHERS = "L11"
    OPEN_ABOUT_PAY = "L12"
    SEND_WINDOW = "P1"
    NOT_TOO_QUICK = "P2"
    IN_TIME = "P3"
    RIGHT_PERSON = "P4"
    NOT_IN_BULK = "P5"


RULES_OF_FACT: frozenset[Rule] = frozenset(
    {
        Rule.SAYS_NO,
        Rule.NAMES_ROLE,
        Rule.GREETS_BY_NAME,
        Rule.NO_HOLE,
        Rule.NO_STRANGER,
        Rule.TRUE_TO_RECORD,
        Rule.GIVES_DATE,
        Rule.NO_PROTECTED_GROUND,
        Rule.NO_FILE_PROMISE,
        Rule.NO_SENSITIVE_BASIS,
        Rule.NOTHING_ABOUT_OTHERS,
        Rule.OPEN_ABOUT_PAY,
        Rule.IN_TIME,
        Rule.RIGHT_PERSON,
        Rule.NOT_IN_BULK,
    }
)
"""Nobody can switch these off, and a text that was reviewed is not free of them. All others are style."""


@dataclass(frozen=True, slots=True)
class Complaint:
    rule: Rule
    severity: Severity
    words: str
    """Quoted from the text or the record; empty when something is lacking."""
    why: str
    fix: str
    start: int | None = None
    """Where `words` stand in the text as given; None when they do not stand there."""
    end: int | None = None
