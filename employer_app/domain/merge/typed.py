"""The fields of a letter that no record fills: somebody types them for one send list."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Typed(StrEnum):
    DAY = "day"
    LINE = "line"
    TEXT = "text"


TYPED: Mapping[str, Typed] = {
    "previous_date": Typed.DAY,
    "asked_on": Typed.DAY,
    "appointment": Typed.LINE,
    "meeting_place": Typed.LINE,
    "meeting_with": Typed.LINE,
    "pay_range": Typed.LINE,
    "other_role_title": Typed.LINE,
    "missing_document": Typed.LINE,
    "answer_text": Typed.TEXT,
    "correction_text": Typed.TEXT,
    "feedback_text": Typed.TEXT,
    "said_text": Typed.TEXT,
    "answer_by": Typed.DAY,
    "consent_on": Typed.DAY,
    "consent_until": Typed.DAY,
    "delete_on": Typed.DAY,
    "future_line": Typed.TEXT,
    "notice_text": Typed.TEXT,
}
"""In the order in which they are asked for."""

LONGEST: Mapping[Typed, int] = {Typed.DAY: 10, Typed.LINE: 200, Typed.TEXT: 2000}
"""Characters."""
