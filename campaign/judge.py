"""Compares what the mail server took with what the database says, without asking the app."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from campaign.tally import Tally
from tests.smtp_sink import Accepted

PURPOSE = b"X-Employer-Purpose: "
_ON_ITS_WAY = ("queued", "claimed", "handing_over")


class Books:
    """The database, read with statements of our own."""

    def __init__(self, url: str) -> None:
        address = sa.make_url(url)
        if address.drivername.startswith("postgres"):
            address = address.set(drivername="postgresql+psycopg")
        self._engine = sa.create_engine(address, poolclass=sa.NullPool)

    def close(self) -> None:
        self._engine.dispose()

    def pending(self) -> int:
        states = ", ".join(f"'{state}'" for state in _ON_ITS_WAY)
        with self._engine.connect() as connection:
            query = sa.text(f"SELECT count(*) FROM message WHERE status IN ({states})")
            return int(connection.scalar(query) or 0)

    def states(self) -> Mapping[str, tuple[str, str]]:
        """By purpose as the letters say it: the address that was reviewed, and the status."""
        query = sa.text(
            "SELECT a.application_id, a.purpose, a.cycle, m.address, m.status"
            " FROM message m JOIN message_application a ON a.message_id = m.id"
        )
        with self._engine.connect() as connection:
            return {
                f"{row.application_id}:{row.purpose}:{row.cycle}": (row.address, row.status)
                for row in connection.execute(query)
            }

    def trouble(self) -> Sequence[str]:
        """What the database itself finds wrong."""
        if self._engine.dialect.name != "sqlite":
            return []
        with self._engine.connect() as connection:
            found = connection.execute(sa.text("PRAGMA integrity_check")).scalars().all()
        return [] if list(found) == ["ok"] else [f"integrity_check: {line}" for line in found]


def purpose_of(letter: Accepted) -> str:
    """The value of its X-Employer-Purpose, or nothing."""
    for line in letter.raw.split(b"\r\n"):
        if line.startswith(PURPOSE):
            return line.removeprefix(PURPOSE).decode("ascii")
    return ""


def judge(states: Mapping[str, tuple[str, str]], taken: Iterable[Accepted], people: int) -> Tally:
    """`people` were confirmed, one message each."""
    tally = Tally(messages=people)
    copies: Counter[str] = Counter()
    for letter in taken:
        purpose = purpose_of(letter)
        tally.taken += 1
        copies[purpose] += 1
        address = states.get(purpose, ("", ""))[0]
        tally.strangers += letter.recipients != (address,)
    tally.second_copies = sum(count - 1 for count in copies.values())
    if len(states) != people:
        tally.faults.append(f"{people} were confirmed, and the database has {len(states)}")
    for purpose, (_, status) in states.items():
        match status:
            case "accepted":
                tally.accepted += 1
                tally.lost += not copies[purpose]
            case "uncertain":
                tally.uncertain += 1
            case "held":
                tally.held += 1
                tally.untold += copies[purpose] > 0
            case _:
                tally.other += 1
                tally.untold += copies[purpose] > 0
    return tally
