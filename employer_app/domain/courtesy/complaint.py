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
    """For code and tests only."""

    SAYS_NO = "C1"
    NAMES_ROLE = "C3"
    GREETS_BY_NAME = "C4"
    NO_HOLE = "C5"
    NO_STRANGER = "C6"
    GIVES_DATE = "C13"
    RIGHT_PERSON = "P4"
    NOT_IN_BULK = "P5"


@dataclass(frozen=True, slots=True)
class Complaint:
    rule: Rule
    severity: Severity
    words: str
    """Quoted from the text or the record; empty when something is lacking."""
    why: str
    fix: str
