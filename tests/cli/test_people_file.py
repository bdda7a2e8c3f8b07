"""`--to`: only the people of a list, nobody guessed, and a list of nobody never means everybody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from employer_app.extensions import db
from employer_app.models import Plan
from tests import factories
from tests.cli.send_lists import JOB, sent, soon, write

pytestmark = pytest.mark.both


def test_only_those_of_the_list_are_written_to(run, people: dict[str, int], tmp_path: Path) -> None:
    ana, bo = people["Ana Prieto"], people["Bo Lind"]
    for number, lines in enumerate(
        (
            ("Email", "ANA@post.example"),
            ("Application,Name", f"{ana},Somebody", f"{ana},twice"),
            ("Application,E-mail", f"{ana},ana@post.example"),
        )
    ):
        to = write(tmp_path / f"to{number}.csv", *lines)
        found = json.loads(run("close-out", JOB, "--to", to, "--dry-run", "--format", "json").stdout)
        assert [row["application"] for row in found["people"]] == [ana]
    to = write(tmp_path / "both.csv", "Application,Email", ",ana@post.example", f"{bo},")
    assert run("close-out", JOB, "--to", to, "--confirm", "2").exit_code == 0
    assert sent() == ["Ana Prieto", "Bo Lind"]


def test_a_dry_run_as_csv_can_be_handed_back(run, people: dict[str, int], tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(run("close-out", JOB, "--dry-run", "--format", "csv").stdout_bytes)
    found = json.loads(run("update", JOB, "--until", soon(), "--to", str(path), "--dry-run", "--json").stdout)
    assert (found["chosen"], found["messages"]) == (3, 2)


def test_unknown_people_are_named_and_nothing_is_done(run, people: dict[str, int], tmp_path: Path) -> None:
    ana = people["Ana Prieto"]
    elsewhere = factories.application(factories.job("Purser"), name="Di Else", address="di@post.example")
    to = write(
        tmp_path / "to.csv",
        "Application,Email",
        f"{ana},",
        ",zoe@post.example",
        f"{elsewhere},",
        ",di@post.example",
        f"{ana},bo@post.example",
        "007x,",
        ",no address",
        "99999999999999999999,",
    )
    said = run("close-out", JOB, "--to", to, "--confirm", "1")
    assert (said.exit_code, said.stdout, sent()) == (3, "", [])
    assert said.stderr.splitlines()[:7] == [
        "  row 3: zoe@post.example: not in this job",
        f"  row 4: application {elsewhere}: not in this job",
        "  row 5: di@post.example: not in this job",
        f"  row 6: application {ana}, bo@post.example: the address is not theirs",
        "  row 7: application 007x: cannot be read",
        "  row 8: no address: cannot be read",
        "  row 9: application 99999999999999999999: cannot be read",
    ]
    assert "7 rows mean nobody in “Deck Officer”. Nothing was done." in said.stderr
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) == 0
    skipped = run("close-out", JOB, "--to", to, "--skip-unknown", "--confirm", "1")
    assert (skipped.exit_code, sent()) == (0, ["Ana Prieto"])
    assert "row 3: zoe@post.example: not in this job" in skipped.stderr


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (("Email",), ""),
        (("Email", "zoe@post.example"), "names nobody in “Deck Officer”"),
        (("Name", "Ana Prieto"), "has no column Email and none Application"),
    ],
)
def test_a_list_of_nobody_never_means_everybody(
    run, people: dict[str, int], tmp_path: Path, lines: tuple[str, ...], says: str
) -> None:
    to = write(tmp_path / "to.csv", *lines)
    said = run("close-out", JOB, "--to", to, "--skip-unknown", "--confirm", "2")
    assert (said.exit_code, said.stdout, sent()) == (3, "", [])
    assert says in said.stderr


def test_a_job_without_people_is_refused(run) -> None:
    factories.job("Purser")
    for arguments in (("close-out", "Purser"), ("update", "Purser", "--until", soon())):
        said = run(*arguments)
        assert (said.exit_code, said.stdout) == (3, "")
        assert "Nobody in this job is waiting for an answer. There is nothing to send." in said.stderr
    said = run("update", "9" * 30, "--until", soon())
    assert said.exit_code == 3
    assert "There is no job" in said.stderr
