"""What became of a date that we gave: kept on that day or before, broken, or still open."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from employer_app.domain import business_time
from employer_app.domain.business_time import Calendar
from employer_app.domain.event import Fact
from employer_app.domain.story import Story, later


class Outcome(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"
    #: never reached the person, was let go of, or the person left before it came
    VOID = "void"


def outcome(promise: Fact, story: Story, calendar: Calendar, at: datetime) -> Outcome:
    """As of `at`. A word on the day itself keeps it, however late that evening; one after it does not."""
    if not story.reached(promise):
        return Outcome.VOID
    due = date.fromisoformat(promise.facts["due"])
    words = [word for word in story.contacts if not word.facts.get("automatic")]
    after = [word for word in words if later(word) > later(promise)]
    if after:
        first = min(after, key=later).occurred_at.astimezone(ZoneInfo(calendar.timezone)).date()
        return Outcome.KEPT if first <= due else Outcome.BROKEN
    if story.ended_silently or story.waived(promise):
        return Outcome.VOID
    return Outcome.BROKEN if at > business_time.morning_after(calendar, due) else Outcome.OPEN
