"""Lines of the journal: how one is sealed, and how a file of them is read, with what is torn or damaged.

A line is `seq row-id moment Message-ID checksum`. One that stops in the middle was being written when the
machine stopped, and is no damage; one that is whole and wrong is.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

HEAD = "employer-journal-1"
#: bytes of the end of the file in which its last whole line is looked for: first few, then more
_TAILS = (2 * 1024, 64 * 1024)


@dataclass(frozen=True)
class Entry:
    """Message `message_id` of the database, known to the world as `rfc_id`, was about to leave at `at`."""

    seq: int
    message_id: int
    rfc_id: str
    at: datetime
    #: the line stops in the middle, and so may the Message-ID
    torn: bool = False


@dataclass
class Contents:
    """What stands in a journal; `id` is empty when there is none that can be read."""

    id: str = ""
    #: those after the number that was asked for, in order
    entries: list[Entry] = field(default_factory=list)
    first_seq: int = 0
    last_seq: int = 0
    #: what is wrong with the file, in words; empty when it is whole
    damage: str = ""


def sealed(text: str) -> bytes:
    return f"{text} {zlib.crc32(text.encode()):08x}\n".encode()


def line(seq: int, message_id: int, moment: datetime, rfc_id: str) -> bytes:
    return sealed(f"{seq} {message_id} {moment.isoformat()} {rfc_id}")


def _opened(raw: bytes) -> str | None:
    """The text of a whole line; None when it is torn or wrong."""
    text, _, seal = raw.rstrip(b"\n").rpartition(b" ")
    if not raw.endswith(b"\n") or seal != b"%08x" % zlib.crc32(text):
        return None
    return text.decode("utf-8", "replace")


def end_of(handle: int, size: int) -> tuple[int, bool]:
    """The number of the last line, torn ones counted, and whether the file stops in the middle of one."""
    tail = b""
    for length in _TAILS:
        start = max(0, size - length)
        tail = os.pread(handle, size - start, start)
        for back, raw in enumerate(reversed(tail.splitlines(keepends=True))):
            text = _opened(raw)
            if text is not None:
                seq = 0 if text.startswith(HEAD) else int(text.split(" ", 1)[0])
                return seq + back, not tail.endswith(b"\n")
    return 0, not tail.endswith(b"\n")


def number_of(raw: bytes) -> int:
    """Of a whole line; any other counts as new, so that it is never dropped."""
    text = _opened(raw)
    return int(text.split(" ", 1)[0]) if text else 2**62


def contents_of(lines: Iterable[bytes], after: int) -> Contents:
    """What stands in these lines, with the entries whose number is above `after`."""
    found = Contents()
    raws = iter(lines)
    _read_head(next(raws, b""), found)
    reading = _Reading(found, after)
    for raw in raws:
        reading.take(raw)
    found.last_seq += reading.torn
    return found


def _read_head(raw: bytes, found: Contents) -> None:
    text = _opened(raw)
    if text is None or not text.startswith(HEAD):
        found.damage = "its first line cannot be read"
    else:
        found.id = text.split(" ")[1]


@dataclass
class _Reading:
    found: Contents
    after: int
    #: lines that stop in the middle, since the last whole one
    torn: int = 0
    #: among them are blanks, and nobody knows for how many lines they stand
    blanks: bool = False

    def take(self, raw: bytes) -> None:
        text = _opened(raw)
        entry = _entry((raw.decode("utf-8", "replace") if text is None else text).split(), torn=text is None)
        if text is None:
            self._take_torn(raw)
        elif entry is None:
            self._wrong(f"the line after number {self.found.last_seq} is wrong")
        else:
            self._take_whole(entry)
        if entry and entry.message_id and entry.seq > self.after:
            self.found.entries.append(entry)

    def _take_torn(self, raw: bytes) -> None:
        if not _is_torn(raw):
            self._wrong(f"the line after number {self.found.last_seq} is wrong")
        self.torn, self.blanks = self.torn + 1, self.blanks or b"\0" in raw

    def _take_whole(self, entry: Entry) -> None:
        found, expected = self.found, self.found.last_seq + self.torn + 1
        if found.last_seq and entry.seq != expected and not (self.blanks and entry.seq > expected):
            self._wrong(f"lines between {found.last_seq} and {entry.seq} are missing")
        found.first_seq, found.last_seq = found.first_seq or entry.seq, entry.seq
        self.torn, self.blanks = 0, False

    def _wrong(self, words: str) -> None:
        self.found.damage = self.found.damage or words


def _entry(parts: Sequence[str], *, torn: bool) -> Entry | None:
    with suppress(ValueError, IndexError):
        return Entry(int(parts[0]), int(parts[1]), parts[3], datetime.fromisoformat(parts[2]), torn)
    return None


def _is_torn(raw: bytes) -> bool:
    """The beginning of a line, or the blanks of a machine that stopped while it wrote."""
    if b"\0" in raw or not raw.endswith(b"\n"):
        return True
    parts = raw.rstrip(b"\n").split(b" ")
    return len(parts) < 5 or len(parts[4]) < 8
