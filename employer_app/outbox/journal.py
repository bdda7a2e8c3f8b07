"""The journal: a line for each dot that was about to go, in a file of each worker host, outside the database.

Law: lines are only added, and are on disk before the dot; what is written here may have left, whatever the
database says.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from employer_app.domain.clock import now
from employer_app.extensions import setting
from employer_app.outbox.journal_lines import (
    HEAD,
    Contents,
    Entry,
    contents_of,
    end_of,
    line,
    number_of,
    sealed,
)

#: bytes of a line beside its Message-ID, about
_REST_OF_LINE = 64
#: bytes, about 100,000 messages
_LARGE = 16 * 1024 * 1024


def folder() -> Path:
    """Where the journal of this host lies."""
    return file().parent


def file() -> Path:
    return _file(setting("JOURNAL") or f"{setting('INSTANCE_PATH')}/journal")


@lru_cache(maxsize=16)  # it is asked for before each dot
def _file(folder: str) -> Path:
    return Path(folder) / "fences"


def append(fences: Sequence[tuple[int, str]]) -> None:
    """Write down these messages (id of the row, Message-ID), and return when they are on disk.

    One write and one fsync for all. Raises OSError when that cannot be done; then no dot may follow.
    """
    if not fences:
        return
    try:
        _append(fences, now())
    except OSError:
        _trouble.length = max(1, sum(len(rfc_id) + _REST_OF_LINE for _, rfc_id in fences))
        raise
    _trouble.length = 0


def _append(fences: Sequence[tuple[int, str]], moment: datetime) -> None:
    with _locked(file()) as (handle, size):
        seq, torn = end_of(handle, size)
        lines = [line(seq + n, row, moment, rfc) for n, (row, rfc) in enumerate(fences, 1)]
        _write(handle, size, (b"\n" if torn else b"") + b"".join(lines))


def withdraw(fences: Sequence[tuple[int, str]]) -> None:
    """The mail server said plainly that it has not taken these: they may wait again like any other.

    Only needed where the database keeps no trace of the attempt. Raises OSError.
    """
    append([(-row, rfc) for row, rfc in fences])


def probe() -> None:
    """Raises OSError if the last write failed and one as long would again; it speaks of no message."""
    if _trouble.length:
        append([(0, "-" * _trouble.length)])


@dataclass
class _Trouble:
    """How much of this process could not be written when it last tried; 0 when all was."""

    length: int = 0


_trouble = _Trouble()


def create(*, instead_of: str = "") -> str:
    """A new, empty journal instead of that one, which is put aside; returns the id of the one that counts.

    If another process was faster, its journal stays. Raises OSError.
    """
    path = file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    guard = os.open(path.with_name("lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if path.exists():
            if (there := known_id()) != instead_of:
                return there
            path.rename(path.with_name(f"fences.aside-{secrets.token_hex(4)}"))
        return _begin(path)
    finally:
        os.close(guard)


def _begin(path: Path) -> str:
    journal_id = secrets.token_hex(16)
    draft = path.with_name("fences.new")
    handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        _write(handle, 0, sealed(f"{HEAD} {journal_id} {now().isoformat()}"))
    finally:
        os.close(handle)
    draft.rename(path)
    _sync_folder(path.parent)
    return journal_id


def known_id() -> str:
    """Of the journal that is there, by its first line alone; empty when there is none that can be read."""
    try:
        with file().open("rb") as lines:
            return contents_of([lines.readline()], 0).id
    except FileNotFoundError:
        return ""


def read(after: int = 0) -> Contents:
    """Everything after that number. Raises OSError when the file is there and cannot be read."""
    try:
        with file().open("rb") as lines:
            return contents_of(lines, after)
    except FileNotFoundError:
        return Contents()


def last_seq() -> int:
    """The number of the last line; 0 when there is none. Raises OSError."""
    try:
        handle = os.open(file(), os.O_RDONLY)
    except FileNotFoundError:
        return 0
    try:
        return end_of(handle, os.fstat(handle).st_size)[0]
    finally:
        os.close(handle)


def others() -> dict[str, int]:
    """How far the journals of other hosts had come when we saw them last; nothing if that cannot be read."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        known = json.loads((folder() / "others.json").read_text("ascii"))
        return {str(journal_id): int(seq) for journal_id, seq in known.items()}
    return {}


def keep_others(heights: Mapping[str, int]) -> None:
    """Remember that, also for the next worker. Raises OSError."""
    draft = folder() / f".others.{secrets.token_hex(4)}"
    draft.write_text(json.dumps(dict(heights)), "ascii")
    draft.replace(folder() / "others.json")


def keep_list(entries: Sequence[Entry]) -> Path:
    """Write these into a file beside the journal, for a person to look them up in the mail server's log."""
    path = folder() / f"unknown-{now():%Y%m%dT%H%M%S}.txt"
    lines = [f"{entry.at.isoformat()} {entry.rfc_id}\n" for entry in entries]
    path.touch(mode=0o600)
    path.write_text("".join(lines), "utf-8")
    return path


@contextmanager
def _locked(path: Path) -> Iterator[tuple[int, int]]:
    """The file, locked for us alone among the processes of this host, and its size."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_APPEND)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            here = os.fstat(handle)
            if (here.st_dev, here.st_ino) == _which(path):  # else it was put aside while we waited
                yield handle, here.st_size
                return
        finally:
            os.close(handle)


def _which(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _write(handle: int, size: int, data: bytes) -> None:
    """All of it on disk, or OSError and, as far as the disk lets us, nothing of it."""
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        os.fsync(handle)
    except OSError:
        with suppress(OSError):
            os.ftruncate(handle, size)
        raise


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_large() -> bool:
    """Whether it is worth to look what may be dropped."""
    return file().stat().st_size > _LARGE


def shorten(keep_from: int) -> None:
    """Drop the lines before that number; the file is replaced whole, under the lock that every writer takes.

    Raises OSError, and then the file is as it was.
    """
    with _locked(file()) as (_, size):
        with file().open("rb") as lines:
            head = next(lines)
            kept = [raw for raw in lines if number_of(raw) >= keep_from]
        draft = file().with_name("fences.new")
        handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        try:
            _write(handle, 0, head + b"".join(kept))
        finally:
            os.close(handle)
        if kept and draft.stat().st_size < size:
            draft.rename(file())
            _sync_folder(folder())
        else:
            draft.unlink()
