"""`employer-app close-out`, as somebody types it: what it says, and that only the right number sends."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from employer_app.cli.close_out import close_out
from employer_app.domain.errors import Refused
from employer_app.extensions import db, transaction
from employer_app.models import Message, Organisation
from tests import factories


@pytest.fixture
def run(app: Flask):
    """Run the command on a job with two people."""
    job = factories.job(title="Deck Officer")
    for name in ("Ana Prieto", "Bo Lind"):
        factories.application(job, name=name)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(close_out, ["--job", "Deck Officer", *arguments])

    return run


def how_many() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Message)) or 0


def test_nothing_is_written_without_the_right_number(run) -> None:
    assert "2 messages" in run("--dry-run").stdout
    assert "To confirm: add --confirm 2" in run().stdout
    assert isinstance(run("--confirm", "3").exception, Refused)
    assert how_many() == 0


def test_confirming_says_when_they_leave_and_how_to_undo_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch, run
) -> None:
    monkeypatch.setitem(app.config, "MAIL_SERVER", "")
    said = run("--confirm", "2").stdout
    assert how_many() == 2
    assert "They leave from " in said
    assert "+00:00" not in said
    assert "No mail server is set up" in said
    assert "/batches/" in said


def test_confirming_in_safe_mode_does_not_promise_that_they_leave(run) -> None:
    with transaction() as session:
        session.execute(sa.update(Organisation).values(safe_mode=True))
    assert "Safe mode is on" in run("--confirm", "2").stdout


def test_a_job_in_which_nobody_can_be_written_to_offers_nothing_to_confirm(app: Flask) -> None:
    factories.application(factories.job(title="Purser"), name="Ana Prieto", address=None)
    said = CliRunner().invoke(close_out, ["--job", "Purser"]).stdout
    assert "no message: Ana Prieto" in said
    assert "Nothing can be sent" in said
    assert "--confirm" not in said


def test_what_the_command_line_sets_aside_is_said_and_recorded(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PILOT_SIZE", 2)
    monkeypatch.setitem(app.config, "SECOND_PERSON_FROM", 3)
    job = factories.job(title="Purser")
    for _ in range(4):
        factories.application(job)
    said = CliRunner().invoke(close_out, ["--job", "Purser", "--confirm", "4"]).stdout
    assert (
        "Set aside by the command line, and recorded so: a second person's look at so many, the first few"
        in said
    )
    assert how_many() == 4
    for _ in range(4):
        factories.application(job)
    done = CliRunner().invoke(close_out, ["--job", "Purser", "--confirm", "4", "--json"])
    assert json.loads(done.stdout)["waived"] == ["second_person", "pilot"]
