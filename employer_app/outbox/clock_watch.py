"""Whether this machine's clock can be trusted: a worker whose clock jumped takes nothing before a sweep.

Law: time may delay a message and never doubles one; the claim's token decides. But a clock that is wrong
would end other workers' claims, and let messages leave before their time to undo is over.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from employer_app.domain.clock import monotonic, now
from employer_app.extensions import db

#: seconds between the wall clock and the one that never jumps, or between us and the database
MOST = 60.0


class Clock:
    """The two clocks of this machine, as they were at the last look."""

    def __init__(self) -> None:
        self._wall, self._steady = now(), monotonic()
        self._jumped = False

    def jumped(self) -> bool:
        """True from a jump (or a sleep of the machine) on, until `confirm`."""
        wall, steady = now(), monotonic()
        drift = (wall - self._wall).total_seconds() - (steady - self._steady)
        self._wall, self._steady = wall, steady
        self._jumped = self._jumped or abs(drift) > MOST
        return self._jumped

    def confirm(self) -> None:
        """A sweep has looked at what the jump left behind."""
        self._jumped = False


def wrong() -> str:
    """How far our clock is from the database's, in words; empty when they agree, or are one and the same."""
    theirs = _database_now()
    off = 0.0 if theirs is None else (now() - theirs).total_seconds()
    if abs(off) <= MOST:
        return ""
    which = "ahead of" if off > 0 else "behind"
    return (
        f"The clock of this machine is {abs(off) / 60:,.0f} minutes {which} the database's, so this worker "
        "takes nothing. Set the clock; the messages then go on by themselves."
    )


def _database_now() -> datetime | None:
    """None where the database has no clock of its own."""
    if db.engine.dialect.name != "postgresql":
        return None
    moment = db.session.scalar(sa.select(sa.func.clock_timestamp()))
    db.session.rollback()
    return moment
