"""Nobody is made twice by two who add the same person at once: the second waits, and finds them then.

Families share addresses, so no constraint could say so. SQLite has one writer at a time anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.orm import Session

#: so many locks at most, however long a list is: the server keeps them in a table of fixed size
_LOCKS = 256


def one_at_a_time(session: Session, keys: Iterable[str]) -> None:
    """Hold these people (address keys, or folded names) until the transaction ends; after the job's lock."""
    if session.get_bind().dialect.name != "postgresql":
        return
    numbers = sorted({crc32(key.encode()) % _LOCKS for key in keys})
    # One after the other, as they stand in the array: two who want the same never wait for each other.
    number = sa.func.unnest(sa.literal(numbers, sa.ARRAY(sa.BigInteger))).column_valued("number")
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
