"""Looks whether anything is wrong that the administrator should hear of. Each minute, by each worker.

One cause, one alarm: while something is known to be in the way, that messages are late is no news.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from employer_app.domain.alarm import AlarmKind, Stands
from employer_app.extensions import db
from employer_app.outbox import alarms
from employer_app.outbox.instance import stranger
from employer_app.outbox.obstacle import full_disk, room_again, stands_still
from employer_app.queries import health

#: an installation that sends says each minute that it can
_ALIVE = timedelta(minutes=15)


def look() -> Sequence[alarms.Telling]:
    """Keep how it stands; returns what is to be told of it by `tell`."""
    status = health.of_the_outbox()
    if _another_looks(status):
        db.session.rollback()
        return ()
    found = _found(status)
    db.session.rollback()
    return alarms.note(found)


def tell(to_tell: Sequence[alarms.Telling]) -> None:
    """Mail it to the administrator. It may take minutes, and never fails."""
    alarms.tell(to_tell)


def _another_looks(status: health.Status) -> bool:
    """Another installation sends from this database and is alive; two would contradict each other."""
    able_at = status.standing.seen_at
    alive = able_at is not None and status.at - able_at < _ALIVE
    return alive and bool(stranger(status.standing.sends))


def _found(status: health.Status) -> Mapping[AlarmKind, Stands]:
    still = _yes(bool(stands_still(status.standing)))
    disk = Stands.YES if full_disk() else (Stands.NO if room_again() else Stands.UNKNOWN)
    relay = _yes(status.in_trouble)
    if not status.in_trouble and status.trouble and status.queued:
        relay = Stands.UNKNOWN  # it has not answered yet, and nobody asks it now
    stuck = _yes(status.overdue)
    if status.overdue and Stands.YES in {still, disk, relay}:
        stuck = Stands.UNKNOWN
    return {
        AlarmKind.RESTORE: still,
        AlarmKind.DISK: disk,
        AlarmKind.RELAY: relay,
        AlarmKind.STUCK: stuck,
        AlarmKind.UNSEEN: _yes(status.unseen > 0),
    }


def _yes(there: bool) -> Stands:
    return Stands.YES if there else Stands.NO
