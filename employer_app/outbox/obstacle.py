"""What keeps every message where it is although it is due: what cannot be written down must not leave.

Law: looked at before messages are taken, and never when one is in hand; when it is gone, they go on by
themselves.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from employer_app import schema
from employer_app.domain.restore import Standing
from employer_app.extensions import db, setting
from employer_app.outbox import instance, restore

_MIB = 1024 * 1024
#: so many times what is needed at least
_CLEAR = 1.5


def obstacle() -> str:
    """Why this worker takes nothing now, in words; empty when nothing is in the way."""
    return full_disk() or _other_version()


def full_disk() -> str:
    """The same for the disk alone, as every page says it."""
    free, least = free_bytes() // _MIB, setting("LEAST_FREE_MIB")
    if free >= least:
        return ""
    return (
        f"The disk is almost full: {free:,} MiB are left, and below {least:,} nothing leaves. Make room; "
        "the messages then go on by themselves."
    )


def free_bytes() -> int:
    """On the fuller of the disks that the instance folder and the journal are on."""
    places = {setting("INSTANCE_PATH"), setting("JOURNAL") or setting("INSTANCE_PATH")}
    return min((shutil.disk_usage(place).free for place in places if Path(place).exists()), default=0)


def room_again() -> bool:
    """Whether there is so much room that the disk is not about to be full again."""
    return free_bytes() >= _CLEAR * least_free_bytes()


def least_free_bytes() -> int:
    return int(setting("LEAST_FREE_MIB")) * _MIB


def stands_still(found: Standing | None = None) -> str:
    """Why nothing leaves until a person says so, as every page says it: a restore, a copy, an old backlog."""
    found = found or restore.standing()
    return instance.stranger(found.sends) or found.stopped or restore.backlog_waits(found.seen_at)


def _other_version() -> str:
    current = schema.is_current()
    db.session.rollback()
    if current:
        return ""
    return "The database is of another version than this worker. Update the app, and start it again."
