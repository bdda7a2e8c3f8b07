"""The file of what left: on disk or an error, whole after a torn line, in order for several processes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from employer_app.outbox import journal

FENCES = [(4711, "<one@brightwater.example>"), (4712, "<two@brightwater.example>")]

#: appends so many fences one by one, each a group of two, as another process of this host would
APPEND = """
import sys
from pathlib import Path
from flask import Flask
from employer_app.outbox import journal
app = Flask("journal")
app.config.update(JOURNAL=sys.argv[1], INSTANCE_PATH=sys.argv[1])
with app.app_context():
    for number in range(int(sys.argv[3])):
        name = f"<{sys.argv[2]}-{number}"
        journal.append([(1, f"{name}a@post.example>"), (2, f"{name}b@post.example>")])
"""


@pytest.fixture
def file(app: Flask) -> Path:
    journal.create()
    return journal.file()


def _read(after: int = 0) -> list[tuple[int, int, str]]:
    found = journal.read(after)
    assert found.damage == ""
    return [(entry.seq, entry.message_id, entry.rfc_id) for entry in found.entries]


def test_what_was_appended_is_read_back_in_order(file: Path) -> None:
    journal.append(FENCES)
    journal.append([(4713, "<three@brightwater.example>")])
    rfc_ids = ["<one@brightwater.example>", "<two@brightwater.example>", "<three@brightwater.example>"]
    assert _read() == list(zip([1, 2, 3], [4711, 4712, 4713], rfc_ids, strict=True))
    assert [seq for seq, *_ in _read(after=2)] == [3]
    assert journal.last_seq() == 3


def test_nobody_else_on_the_machine_may_read_it(file: Path) -> None:
    assert file.stat().st_mode & 0o077 == 0


def test_appending_nothing_writes_nothing(file: Path) -> None:
    size = file.stat().st_size
    journal.append([])
    assert file.stat().st_size == size


def test_group_costs_one_write_and_one_fsync(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    write, fsync = os.write, os.fsync
    monkeypatch.setattr(os, "write", lambda *given: done.append("write") or write(*given))
    monkeypatch.setattr(os, "fsync", lambda *given: done.append("fsync") or fsync(*given))
    journal.append([(row, f"<{row}@post.example>") for row in range(1, 9)])
    assert done == ["write", "fsync"]


@given(cut=st.integers(min_value=0, max_value=200))
def test_line_that_was_being_written_at_a_crash_is_no_damage(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    """Cut anywhere in the last group, then go on: no damage, nothing written later is lost."""
    app = Flask("journal")
    app.config.update(JOURNAL=str(tmp_path_factory.mktemp("journal")))
    with app.app_context():
        journal.create()
        journal.append(FENCES)
        before = journal.file().stat().st_size
        journal.append([(row, f"<{row}@post.example>") for row in (7, 8)])
        os.truncate(journal.file(), min(before + cut, journal.file().stat().st_size))
        at_rest = journal.read()
        journal.append([(9, "<9@post.example>")])
        found = journal.read()
        assert (at_rest.damage, found.damage) == ("", "")
        assert found.last_seq == journal.last_seq() == at_rest.last_seq + 1
        whole = [entry.message_id for entry in found.entries if not entry.torn]
        assert whole[:2] == [4711, 4712]
        assert whole[-1] == 9


def test_blanks_that_a_lost_machine_leaves_are_no_damage(file: Path) -> None:
    journal.append(FENCES)
    with file.open("ab") as raw:
        raw.write(b"\0" * 300)
    journal.append([(4713, "<three@brightwater.example>")])
    assert [message for _, message, _ in _read()] == [4711, 4712, 4713]


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda whole: whole.replace(b"4712", b"4799"), id="changed"),
        pytest.param(lambda whole: whole[:90] + b"#" * 40 + whole[130:], id="overwritten"),
        pytest.param(lambda whole: b"".join(whole.splitlines(keepends=True)[0::2]), id="line taken out"),
        pytest.param(lambda whole: b"\x7fELF" + whole, id="another beginning"),
        pytest.param(lambda _whole: b"", id="emptied"),
    ],
)
def test_harm_is_noticed(file: Path, harm: object) -> None:  # fault 49
    for row in range(4711, 4717):
        journal.append([(row, f"<{row}@brightwater.example>")])
    file.write_bytes(harm(file.read_bytes()))  # type: ignore[operator]
    assert journal.read().damage


def test_two_processes_write_one_sequence(file: Path, app: Flask) -> None:
    each, pairs = ("left", "right"), 40
    running = [
        subprocess.Popen([sys.executable, "-c", APPEND, str(file.parent), name, str(pairs)]) for name in each
    ]
    assert [process.wait(60) for process in running] == [0, 0]
    rows = _read()
    assert [seq for seq, *_ in rows] == list(range(1, 4 * pairs + 1))
    for name in each:
        mine = [rfc for _, _, rfc in rows if rfc.startswith(f"<{name}-")]
        assert mine == [f"<{name}-{n}{half}@post.example>" for n in range(pairs) for half in "ab"]
    halves = [message_id for _, message_id, _ in rows]
    assert halves == [1, 2] * 2 * pairs  # no group was split by the other's


@pytest.fixture
def file_limit(file: Path) -> Iterator[Path]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + 100, before[1]))
    yield file
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_cannot_be_written_is_said_and_leaves_nothing(file_limit: Path) -> None:  # fault 44
    size = file_limit.stat().st_size
    with pytest.raises(OSError, match="too large"):
        journal.append(FENCES)
    assert file_limit.stat().st_size == size
    with pytest.raises(OSError, match="too large"):
        journal.probe()


def test_it_goes_on_when_there_is_room_again(file: Path) -> None:  # fault 44
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + 1, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            journal.append(FENCES)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    journal.probe()
    journal.append(FENCES)
    assert [message for _, message, _ in _read()] == [4711, 4712]


def test_disk_that_fails_at_the_last_moment_is_said(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fault 44
    def broken(_handle: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(OSError, match="Input/output"):
            journal.append(FENCES)
    assert _read() == []


def test_no_file_is_an_error_and_makes_none(app: Flask) -> None:
    with pytest.raises(FileNotFoundError):
        journal.append(FENCES)
    assert not journal.file().exists()


def test_only_one_of_two_that_begin_at_once_makes_it(app: Flask) -> None:
    assert journal.create() == journal.create() == journal.read().id


def test_one_that_was_broken_is_kept_beside(file: Path) -> None:
    journal.append(FENCES)
    broken = journal.read().id
    assert journal.create(instead_of=broken) != broken
    kept = [path for path in file.parent.iterdir() if path.name.startswith("fences.aside")]
    assert [b"4711" in path.read_bytes() for path in kept] == [True]
