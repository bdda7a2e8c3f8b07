"""Which installation this is, and whether it is the one that may send from this database.

Law: the first worker of a database makes its installation the one that sends; any other one takes nothing
until a person says that it sends now. A copy is told apart by the machine, the host's name and the folder.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from employer_app.extensions import db, setting, transaction
from employer_app.models import Organisation

#: of a machine, made when its system was installed
_MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))
#: there in a container, whose host name is made up anew each time
_CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))
STRANGER = (
    "Another installation sends from this database, so this one takes nothing. If the other one has stopped "
    "for good, say that this one sends now."
)


@dataclass(frozen=True)
class Installation:
    """`id` may be shared by several hosts, through INSTANCE_ID; `place` is this host with this folder."""

    id: str
    place: str
    host: str


def here() -> Installation:
    folder = Path(setting("INSTANCE_PATH"))
    host = socket.gethostname()
    seeds = [_kept_id(folder / "installation"), str(folder.resolve()), *_machine(host)]
    place = hashlib.sha256("\n".join(seeds).encode()).hexdigest()[:24]
    return Installation(str(setting("INSTANCE_ID") or f"{host[:50]}-{place}")[:80], place, host)


def _machine(host: str) -> list[str]:
    """What tells this machine from a copy of it; nothing where that changes from one start to the next."""
    if any(path.exists() for path in _CONTAINERS) or os.environ.get("KUBERNETES_SERVICE_HOST"):
        return []
    for path in _MACHINE_IDS:
        with suppress(OSError):
            if known := path.read_text("ascii", "replace").strip():
                return [known, host]
    return []


def _kept_id(path: Path) -> str:
    """Made once; web and worker may start together, so it comes into being whole, and the first one stays."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        draft.write_text(secrets.token_hex(16), "ascii")
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text("ascii").strip()


def stranger(sends: str) -> str:
    """Why this installation takes nothing while that one sends, in words; empty when it is this one."""
    return STRANGER if sends and sends != here().id else ""


def sending() -> str:
    """The installation that sends; if there was none, this one does from now on."""
    sends = db.session.scalar(sa.select(Organisation.instance_id))
    db.session.rollback()
    if sends != "":
        return sends or ""
    with transaction() as session:
        none_yet = sa.update(Organisation).where(Organisation.instance_id == "")
        session.execute(none_yet.values(instance_id=here().id))
        return session.scalar(sa.select(Organisation.instance_id)) or ""
