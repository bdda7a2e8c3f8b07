"""What the tests of the commands that write to many have in common."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from click.testing import Result

from employer_app.domain.clock import now
from employer_app.extensions import db
from employer_app.models import Message

JOB = "Deck Officer"
SOON = timedelta(days=10)


def soon() -> str:
    return (now() + SOON).date().isoformat()


def sent() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(Message.name)))


def stored(result: Result) -> tuple[str, str]:
    """The number and the digest that were printed."""
    found = re.search(r"--plan (\d+) --confirm-digest ([0-9a-f]{64})", result.stdout + result.stderr)
    assert found is not None, result.output
    return found[1], found[2]


def dry(run) -> tuple[str, str]:
    return stored(run("close-out", JOB, "--dry-run"))


def confirm(run, plan: str, digest: str, command: str = "close-out") -> Result:
    return run(command, "--plan", plan, "--confirm-digest", digest)


def write(path: Path, *lines: str) -> str:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)
