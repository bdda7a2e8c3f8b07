"""The day by which people hear from us again: one rule for whoever gives it, on a page or in a command."""

from __future__ import annotations

from datetime import date

MOST_DAYS = 366


def problem_with(day: date, today: date) -> str:
    """Why this day cannot be given, in words; empty when it can."""
    if day <= today:
        return "This day is not to come. Give a later one."
    if (day - today).days > MOST_DAYS:
        return "This is more than a year away. Give a day that means something to them."
    return ""
