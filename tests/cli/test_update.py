"""`employer-app update`: word in between, with a day that can be kept and a reason that is true."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from employer_app.actions.promises import make_promise
from employer_app.domain.clock import now
from employer_app.domain.message import Kind, Purpose
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Decision, Message
from tests.cli.send_lists import JOB, confirm, sent, soon, stored, write

pytestmark = pytest.mark.both


def test_an_update_gives_the_day_and_decides_nothing(run, people: dict[str, int]) -> None:
    plan, digest = stored(run("update", JOB, "--until", soon(), "--dry-run"))
    assert confirm(run, plan, digest, "update").exit_code == 0
    messages = db.session.scalars(sa.select(Message)).all()
    assert {(row.kind, row.purpose, row.promise_on) for row in messages} == {
        (Kind.HOLDING_NOTE, Purpose.UPDATE, soon())
    }
    assert sent() == ["Ana Prieto", "Bo Lind"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 0


@pytest.mark.parametrize(
    ("word", "kind", "says"),
    [
        ("on_hold", Kind.CANCELLED_OR_ON_HOLD, "on hold"),
        ("holding_note", Kind.HOLDING_NOTE, "We haven't made"),
    ],
)
def test_an_update_of_each_kind_says_what_happened(
    run, people: dict[str, int], word: str, kind: Kind, says: str
) -> None:
    because = "Two of the four people who decide are away until then."
    said = run("update", JOB, "--until", soon(), "--kind", word, "--because", because, "--confirm", "2")
    assert said.exit_code == 0, said.output
    for message in db.session.scalars(sa.select(Message)):
        assert (message.kind, message.purpose) == (kind, Purpose.UPDATE)
        assert says in " ".join(message.text.split())
        assert because in " ".join(message.text.split())


def test_an_apology_goes_to_whoever_was_given_that_day_and_to_nobody_else(
    run, people: dict[str, int], bob: Person, tmp_path: Path
) -> None:
    day = (now() + timedelta(days=2)).date()
    make_promise(actor=bob, application_id=people["Bo Lind"], on=day)
    make_promise(actor=bob, application_id=people["Ana Prieto"], on=day + timedelta(days=1))
    asked = ("update", JOB, "--until", soon(), "--kind", "delay_apology", "--missed", day.isoformat())
    to = write(tmp_path / "to.csv", "Email", "bo@post.example", "ana@post.example")
    said = run(*asked, "--to", to, "--confirm", "2")
    assert (said.exit_code, sent()) == (3, [])
    assert f"1 of these people does not wait for a word by {day}." in said.stderr
    nobody = run(*asked[:-1], "2026-01-01", "--confirm", "1")
    assert (nobody.exit_code, sent()) == (3, [])
    assert "Nobody in this job waits for a word by 2026-01-01." in nobody.stderr
    assert run(*asked, "--confirm", "1").exit_code == 0
    message = db.session.scalars(sa.select(Message)).one()
    assert (message.name, message.kind, message.promise_on) == ("Bo Lind", Kind.DELAY_APOLOGY, soon())
    assert "I'm sorry" in message.text


@pytest.mark.parametrize(
    ("days", "says"), [(0, "not to come"), (-3, "not to come"), (400, "more than a year")]
)
def test_a_day_that_cannot_be_given_is_refused(run, people: dict[str, int], days: int, says: str) -> None:
    day = (now() + timedelta(days=days)).date().isoformat()
    said = run("update", JOB, "--until", day, "--confirm", "2")
    assert (said.exit_code, said.stdout, sent()) == (3, "", [])
    assert f"--until {day}: This" in said.stderr
    assert says in said.stderr


def test_an_update_takes_the_number_like_a_close_out(run, people: dict[str, int]) -> None:
    said = run("update", JOB, "--until", soon(), "--confirm", "3")
    assert (said.exit_code, sent()) == (3, [])
    assert "There are 2 messages, not 3. Nothing was sent." in said.stderr
