"""When a "no" leaves: a date that we gave comes before courtesy, and courtesy before haste.

Law: no courtesy of ours breaks a date. A date that is broken already is no reason to write at night.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from employer_app.domain.business_time import Calendar, SendWindow, next_send_time


@dataclass(frozen=True)
class Wishes:
    """Of one reader: not before that moment, for it would look unread; and by then, for we said so."""

    not_before: datetime | None = None
    promised: datetime | None = None


NO_WISHES = Wishes()


def together(wishes: Iterable[Wishes]) -> Wishes:
    """Of a message about several applications: by the first date, and not before the last may be answered."""
    every = list(wishes)
    return Wishes(
        max((one.not_before for one in every if one.not_before), default=None),
        min((one.promised for one in every if one.promised), default=None),
    )


def leaves_at(
    calendar: Calendar, earliest: datetime, window: SendWindow | None, wishes: Wishes = NO_WISHES
) -> datetime:
    """The moment at which a message may leave that can leave from `earliest` on; without a window then."""
    if window is None:
        return earliest
    courteous = next_send_time(calendar, max(earliest, wishes.not_before or earliest), window)
    promised = wishes.promised
    if promised is None or courteous <= promised or promised < earliest:
        return courteous
    in_hours = next_send_time(calendar, earliest, window)
    return in_hours if in_hours <= promised else earliest
