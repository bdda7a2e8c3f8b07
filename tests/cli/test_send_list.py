"""`close-out` and `update` on one stored list: looked at in three shapes, and confirmed by its digest.

Whatever does not fit ends with 3, says why on standard error, and leaves nothing behind that could be sent.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.applicant_list.reading import Reading
from employer_app.domain.clock import now
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Application, Candidate, Decision, Plan
from tests import factories
from tests.cli.send_lists import JOB, confirm, dry, sent, stored

pytestmark = pytest.mark.both


def test_a_dry_run_has_a_line_for_each_person(run, people: dict[str, int]) -> None:
    said = run("close-out", JOB, "--dry-run")
    assert said.exit_code == 0
    lines = said.stdout.splitlines()
    assert lines[0] == "3 chosen = 2 messages + 1 skipped"
    table = [line.split(maxsplit=3) for line in lines[2:5]]
    assert [(row[0], " ".join(row[1:3]), row[3]) for row in table] == [
        (str(people["Ana Prieto"]), "Ana Prieto", "The job is filled"),
        (str(people["Bo Lind"]), "Bo Lind", "The job is filled"),
        (str(people["Cleo Ray"]), "Cleo Ray", "no message: No mail address. Call, or write a letter."),
    ]
    assert sent() == []


def test_what_to_look_at_stands_beside_the_person(run, people: dict[str, int]) -> None:
    with transaction() as session:
        session.execute(sa.update(Candidate).where(Candidate.name == "Bo Lind").values(name="BO LIND"))
    rows = json.loads(run("close-out", JOB, "--dry-run", "--format", "json").stdout)["people"]
    looked = {row["name"]: row["look_at"] for row in rows}
    assert looked.keys() == {"Ana Prieto", "BO LIND", "Cleo Ray"}
    table = run("close-out", JOB, "--dry-run").stdout
    for words in (word for said in looked.values() for word in said):
        assert words in table


def test_json_keeps_the_words_that_other_tools_read(run, people: dict[str, int]) -> None:
    looked = json.loads(run("close-out", JOB, "--dry-run", "--json").stdout)
    assert looked == {
        "chosen": 3,
        "messages": 2,
        "skipped": [{"name": "Cleo Ray", "reason": "No mail address. Call, or write a letter."}],
    }
    done = json.loads(run("close-out", JOB, "--confirm", "2", "--json").stdout)
    assert done.keys() == {"chosen", "messages", "skipped", "batch", "leaves_at"}


def test_the_long_json_also_names_the_list_and_everybody(run, people: dict[str, int]) -> None:
    found = json.loads(run("close-out", JOB, "--dry-run", "--format", "json").stdout)
    assert {row["application"]: (row["message"], row["why_none"]) for row in found["people"]} == {
        people["Ana Prieto"]: ("The job is filled", ""),
        people["Bo Lind"]: ("The job is filled", ""),
        people["Cleo Ray"]: ("", "No mail address. Call, or write a letter."),
    }
    assert (found["chosen"], found["messages"], len(found["skipped"])) == (3, 2, 1)
    assert confirm(run, str(found["plan"]), found["digest"]).exit_code == 0
    assert sent() == ["Ana Prieto", "Bo Lind"]


def test_csv_holds_nothing_but_the_list_and_no_formula(run, people: dict[str, int]) -> None:
    evil = '=HYPERLINK("http://bad.example";"Ana")'
    with transaction() as session:
        session.execute(sa.update(Candidate).where(Candidate.name == "Bo Lind").values(name=evil))
    said = run("close-out", JOB, "--dry-run", "--format", "csv")
    raw = list(csv.reader(io.StringIO(said.stdout)))
    assert raw[0] == ["Application", "Name", "E-mail", "Message", "Why no message", "Look at"]
    assert {row[1][:2] for row in raw[1:]} == {"An", "'=", "Cl"}
    assert "--confirm-digest" in said.stderr
    rows = read_list(said.stdout_bytes, "list.csv", Reading()).rows
    assert {row.cells[1] for row in rows} == {"Ana Prieto", evil, "Cleo Ray"}


def test_a_name_moves_no_cursor(run, people: dict[str, int]) -> None:
    with transaction() as session:
        session.execute(
            sa.update(Candidate).where(Candidate.name == "Cleo Ray").values(name="\x1b[2JCleo\nRay\u202e")
        )
    for arguments in (("--dry-run",), ("--format", "table"), ()):
        shown = run("close-out", JOB, *arguments).stdout
        assert "Cleo" in shown
        assert not {"\x1b", "\u202e"} & set(shown)
        assert "\nRay" not in shown


def test_exactly_the_list_that_was_looked_at_is_confirmed(run, people: dict[str, int]) -> None:
    plan, digest = dry(run)
    looked_at = db.session.get_one(Plan, int(plan)).digest
    factories.application(db.session.scalar(sa.select(Application.job_id).limit(1)), name="Late Comer")
    said = confirm(run, plan, digest)
    assert (said.exit_code, digest) == (0, looked_at)
    assert "They leave from " in said.stdout
    assert sent() == ["Ana Prieto", "Bo Lind"]


@pytest.mark.parametrize("digest", ["", "0" * 64, "not a digest"])
def test_another_digest_confirms_nothing(run, people: dict[str, int], digest: str) -> None:
    plan, _ = dry(run)
    said = confirm(run, plan, digest)
    assert (said.exit_code, said.stdout, sent()) == (3, "", [])
    assert f"Send list {plan} has another digest" in said.stderr
    assert f"employer-app close-out --keep {plan}" in said.stderr
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 0


def test_a_list_is_confirmed_once(run, people: dict[str, int]) -> None:
    plan, digest = dry(run)
    confirm(run, plan, digest)
    again = confirm(run, plan, digest)
    assert (again.exit_code, again.stdout) == (3, "")
    assert "was confirmed before. Nothing more was sent." in again.stderr
    assert "/batches/" in again.stderr
    assert sent() == ["Ana Prieto", "Bo Lind"]
    assert "was confirmed: " in run("close-out", "--keep", plan).stdout


def test_a_list_that_is_too_old_is_refused_and_can_still_be_looked_at(run, people: dict[str, int]) -> None:
    plan, digest = dry(run)
    with time_machine.travel(now() + timedelta(days=2)):
        said = confirm(run, plan, digest)
        assert (said.exit_code, sent()) == (3, [])
        assert "too old to be confirmed. Nothing was sent." in said.stderr
        looked = run("close-out", "--keep", plan)
        assert "Ana Prieto" in looked.stdout
        assert "--confirm-digest" not in looked.stdout


def test_whoever_changed_since_stops_the_whole_list(run, people: dict[str, int]) -> None:
    plan, digest = dry(run)
    with transaction() as session:
        session.execute(
            sa.update(Application)
            .where(Application.id == people["Bo Lind"])
            .values(version=Application.version + 1)
        )
    said = confirm(run, plan, digest)
    assert (said.exit_code, sent()) == (3, [])
    assert "Changed since you looked: Bo Lind. Nothing was sent." in said.stderr


def test_a_list_of_a_colleague_or_of_the_other_command_is_not_confirmed(
    run, people: dict[str, int], bob: Person
) -> None:
    plan, digest = dry(run)
    said = confirm(run, plan, digest, "update")
    assert (said.exit_code, sent()) == (3, [])
    assert "Use: employer-app close-out" in said.stderr
    with transaction() as session:
        session.execute(sa.update(Plan).values(author_id=bob.user_id))
    said = confirm(run, plan, digest)
    assert (said.exit_code, sent()) == (3, [])
    assert f"Send list {plan}: There is no such send list." in said.stderr
    assert run("close-out", "--keep", plan).exit_code == 3


def test_a_look_at_a_stored_list_is_the_same_look(run, people: dict[str, int]) -> None:
    first = run("close-out", JOB, "--dry-run")
    plan, digest = stored(first)
    assert run("close-out", "--keep", plan).stdout == first.stdout
    assert stored(run("close-out", "--plan", plan, "--confirm-digest", digest, "--dry-run")) == (plan, digest)
    assert sent() == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("close-out",),
        ("close-out", "--plan", "1"),
        ("close-out", JOB, "--confirm-digest", "0"),
        ("close-out", JOB, "--plan", "1", "--confirm-digest", "0"),
        ("close-out", "--cause", "filled", "--keep", "1"),
        ("close-out", "--keep", "1", "--confirm", "2"),
        ("close-out", "--plan", "1", "--confirm-digest", "0", "--confirm", "2"),
        ("close-out", "--keep", "9" * 30),
        ("close-out", JOB, "--json", "--format", "csv"),
        ("close-out", JOB, "--skip-unknown"),
        ("update", JOB),
        ("update", JOB, "--until", "soon"),
        ("update", JOB, "--until", "2099-01-01", "--kind", "delay_apology"),
        ("update", JOB, "--until", "2099-01-01", "--missed", "2026-01-01"),
        ("update", JOB, "--until", "2026-02-30"),
    ],
)
def test_options_that_do_not_go_together_are_a_wrong_call(
    run, people: dict[str, int], arguments: tuple[str, ...]
) -> None:
    said = run(*arguments)
    assert (said.exit_code, said.stdout, sent()) == (2, "", [])
    assert "Error: " in said.stderr
    assert "Traceback" not in said.stderr


def test_the_help_of_both_says_how_they_end(run) -> None:
    for command in ("close-out", "update"):
        words = run(command, "--help").stdout
        assert "3  refused: nothing was decided and nothing was sent" in words
