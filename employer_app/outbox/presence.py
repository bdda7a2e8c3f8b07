"""Which workers live. A worker holds a lock on a file for as long as its process exists.

The kernel lets go of the lock when the process dies, however it dies; so a lock that can be taken proves that
what its worker had in hand is in nobody's hand now.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
from pathlib import Path

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.extensions import setting, transaction
from employer_app.models import Worker


class Presence:
    """This process as a worker, from `enter` to its end."""

    def __init__(self) -> None:
        self.id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"[:80]
        self._lock: int | None = None

    def enter(self) -> None:
        path = _lock_path(self.id)
        self._lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.beat()

    def beat(self) -> None:
        """Say that we are here; once more from the start, if the database was replaced."""
        mine = sa.update(Worker).where(Worker.instance_id == self.id)
        with transaction() as session:
            if not session.execute(mine.values(seen_at=now())).rowcount:  # type: ignore[attr-defined]
                session.add(Worker(instance_id=self.id, started_at=now(), seen_at=now()))

    def leave(self) -> None:
        with transaction() as session:
            session.execute(sa.delete(Worker).where(Worker.instance_id == self.id))
        if self._lock is not None:
            os.close(self._lock)
            _lock_path(self.id).unlink(missing_ok=True)
            self._lock = None


def _lock_path(worker_id: str) -> Path:
    folder = Path(setting("INSTANCE_PATH")) / "workers"
    folder.mkdir(exist_ok=True)
    return folder / f"{worker_id}.lock"


def is_dead(worker_id: str) -> bool:
    """True only with proof: its lock file is on this machine and nobody holds it."""
    try:
        handle = os.open(_lock_path(worker_id), os.O_RDWR)
    except FileNotFoundError:  # another machine's, or it has just left
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(handle)


def forget(worker_id: str) -> None:
    """Remove what a dead worker left of itself. Call inside no transaction."""
    with transaction() as session:
        session.execute(sa.delete(Worker).where(Worker.instance_id == worker_id))
    _lock_path(worker_id).unlink(missing_ok=True)
