"""A pace in words: its figures, and what they mean for four hundred people."""

from __future__ import annotations

from datetime import UTC, datetime

from employer_app.domain import times
from employer_app.domain.pace import Limits, takes
from employer_app.domain.words import t

_MANY = 400
#: any moment: only the time between two matters
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def figures(limits: Limits) -> str:
    """ "14 a second, 50,000 in 24 hours"; "no limit" without any."""
    said = [
        t(f"pace.{name}", n=figure)
        for name in ("second", "minute", "day", "domain_minute")
        if (figure := getattr(limits, name))
    ]
    return ", ".join(said) or t("pace.none")


def meaning(limits: Limits) -> str:
    """How long four hundred messages take at that pace; empty where it is the mail server that decides."""
    if not (limits.interval or limits.day):
        return ""
    return t("pace.meaning", n=_MANY, time=times.lasting(takes(_MANY, limits, _SOME_DAY)))
