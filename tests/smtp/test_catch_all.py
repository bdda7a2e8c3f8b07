import socket
import stat
from pathlib import Path

import pytest

from employer_app.domain.delivery import Outcome
from employer_app.smtp.catch_all import CatchAll
from employer_app.smtp.line import Line, Relay, Security, check

LETTER = b"Subject: Hello\r\n\r\n.one\r\n..two\r\n"


def relay_of(server: CatchAll) -> Relay:
    return Relay("127.0.0.1", server.port, Security.NONE)


def test_catch_all_keeps_409_letters_of_one_connection(tmp_path: Path) -> None:
    people = [f"person{number}@post.example" for number in range(409)]
    with CatchAll(tmp_path / "mail") as server, Line(relay_of(server)) as line:
        outcomes = [line.hand_over("jobs@hiring.example", to, LETTER, lambda: True).outcome for to in people]
        assert (server.count(), server.recipients()) == (409, people)
    assert outcomes == [Outcome.ACCEPTED] * 409
    files = sorted((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml"] * 409
    assert {file.read_bytes() for file in files} == {LETTER}
    assert [file.name.split("-")[1] for file in files] == people


def test_catch_all_keeps_files_of_earlier_runs(tmp_path: Path) -> None:
    for _ in range(2):
        with CatchAll(tmp_path) as server, Line(relay_of(server)) as line:
            line.hand_over("", "a@post.example", LETTER, lambda: True)
            assert server.count() == 1
    assert len(list(tmp_path.iterdir())) == 2


def test_catch_all_files_are_private_and_stay_in_the_folder(tmp_path: Path) -> None:
    with CatchAll(tmp_path / "mail") as server, Line(relay_of(server)) as line:
        line.hand_over("", "a/etc/b'{x}@post.example", LETTER, lambda: True)
    (file,) = (tmp_path / "mail").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700


def test_catch_all_that_cannot_store_leaves_the_letter_with_the_sender(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    with CatchAll(folder) as server, Line(relay_of(server)) as line:
        folder.rmdir()
        reply = line.hand_over("", "a@post.example", LETTER, lambda: True)
        assert (reply.outcome, reply.code, server.count()) == (Outcome.TRY_LATER, 451, 0)


def test_catch_all_greets_and_is_gone_afterwards(tmp_path: Path) -> None:
    with CatchAll(tmp_path) as server:
        assert "catch-all.example" in check(relay_of(server))
        assert server.count() == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))
