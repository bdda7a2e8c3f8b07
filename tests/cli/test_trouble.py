"""What a person reads when the machine, a file or a setting is wrong: words, never a stack trace."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from employer_app.cli.close_out import read_lines
from employer_app.cli.outbox import list_messages
from employer_app.domain.errors import Refused
from tests.processes import Done, run


def call(instance: Path, *arguments: str, **environment: str) -> Done:
    done = run({**os.environ, "EMPLOYER_INSTANCE": str(instance), **environment}, *arguments)
    assert "Traceback" not in done.stderr
    return done


def test_help_needs_no_settings_and_leaves_no_folder(tmp_path: Path) -> None:
    done = call(tmp_path / "instance", "--help", SECRET_KEY="weak")
    assert (done.returncode, done.stderr) == (0, "")
    assert "close-out" in done.stdout
    assert "--debug" not in done.stdout
    assert not (tmp_path / "instance").exists()


@pytest.mark.parametrize(
    "settings",
    [
        {"EMPLOYER_SECRET_KEY": "weak"},
        {"SQLALCHEMY_DATABASE_URI": "nonsense://x:hunter2@host/x"},
        {"SQLALCHEMY_DATABASE_URI": "postgresql://x:hunter2@host:port/x"},
        {"SQLALCHEMY_DATABASE_URI": ""},
        {"EMPLOYER_PUBLIC_URL": "jobs"},
        {"EMPLOYER_MAIL_PORT": "99999"},
        {"EMPLOYER_TRUSTED_PROXIES": "-1"},
    ],
)
def test_setting_that_cannot_be_right_is_named(tmp_path: Path, settings: dict[str, str]) -> None:
    done = call(tmp_path / "instance", "audit", **settings)
    assert (done.returncode, done.stdout) == (3, "")
    assert next(iter(settings)).removeprefix("EMPLOYER_") in done.stderr
    assert "hunter2" not in done.stderr


def test_instance_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("not a folder")
    for command in ("audit", "demo"):
        done = call(tmp_path / "instance", command)
        assert done.returncode == 3
        assert f"The instance folder {tmp_path / 'instance'} cannot be used" in done.stderr


def test_file_that_is_no_database_is_said_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "employer.sqlite").write_bytes(b"\x00no database\xff" * 900)
    done = call(tmp_path, "audit")
    assert done.returncode == 3
    assert done.stderr.splitlines()[0] == "The database cannot be used: file is not a database."
    assert "instance folder" in done.stderr


def test_taken_port_is_said_before_anything_is_done(tmp_path: Path) -> None:
    """A link for the first administrator would end the one that the running app has printed."""
    (tmp_path / "demo").mkdir()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        for command in ("serve", "demo"):
            done = call(tmp_path, command, "--port", port)
            assert (done.returncode, done.stdout) == (3, "")
            assert done.stderr.startswith(f"Port {port} cannot be used: ")
    assert list((tmp_path / "demo").iterdir()) == []


def test_lines_are_read_from_lists_as_people_save_them(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_bytes("email;Line\nana@post.example;Ihre Ruhe, die wir schätzten.\n".encode("cp1252"))
    assert read_lines(path) == {"ana@post.example": "Ihre Ruhe, die wir schätzten."}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"Email,Line\nana@post.example,Your calm, which we liked.\n", "Row 2 of lines.csv has 3 cells"),
        (b"Email,Line\nana@@post.example,Your calm.\n", "Row 2 of lines.csv: "),
        (b"Address,Line\nana@post.example,Your calm.\n", "no columns Email and Line"),
        (b"%PDF-1.7", "This is a PDF"),
    ],
)
def test_lines_that_would_be_lost_are_refused(tmp_path: Path, text: bytes, said: str) -> None:
    path = tmp_path / "lines.csv"
    path.write_bytes(text)
    with pytest.raises(Refused, match=said):
        read_lines(path)


def test_outbox_says_each_state_once(app: Flask) -> None:
    lines = FlaskCliRunner(app).invoke(list_messages).stdout.splitlines()
    states = [line.split(maxsplit=1)[1] for line in lines]
    assert len(states) == len(set(states))
