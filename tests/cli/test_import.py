"""`employer-app import`, as somebody types it: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask

from employer_app.cli.imports import import_list
from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.clock import now
from employer_app.domain.errors import Refused
from employer_app.domain.sample import sample_list
from employer_app.extensions import db
from employer_app.models import Application, Candidate, Job
from tests import factories
from tests.domain.applicant_list.vendors import payloads

LIST = "Name,Email,Stage,Shoe size,Date of birth\nAna Prieto,ana@post.example,Applied,38,1990-01-01\n"
BAD = LIST + "Dora Vos,dora@@post.example,Sniff test,39,1990-01-01\nBo Lind,bo@post.example,Sniff test,44,\n"
JSON_KEYS = {"rows", "good", "bad", "mapping", "ignored", "problems"}


@pytest.fixture
def run(app: Flask, tmp_path: Path):
    """Run the command on this text; further arguments follow."""
    factories.place()

    def run(text: str | bytes, *arguments: str, job: str = "Deck Officer") -> Result:
        path = tmp_path / "people.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return CliRunner().invoke(import_list, [str(path), "--job", job, *arguments])

    return run


def how_many() -> tuple[int, int, int]:
    db.session.rollback()
    tables = (Job, Candidate, Application)
    return tuple(db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables)


def test_a_dry_run_judges_everything_and_writes_nothing(run) -> None:
    done = run(BAD, "--dry-run", "--json")
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert report.keys() >= JSON_KEYS
    assert (report["rows"], report["good"], report["bad"]) == (3, 2, 1)
    assert report["mapping"] == {"Name": "name", "Email": "address", "Stage": "stage"}
    assert report["ignored"] == ["Shoe size", "Date of birth"]
    assert report["sensitive"] == ["Date of birth"]
    assert [(p["row"], p["field"]) for p in report["problems"]] == [(3, "address")]
    assert report["unknown_stages"] == ["Sniff test"]
    assert "imported" not in report
    assert how_many() == (0, 0, 0)


def test_a_good_list_makes_the_job_and_its_people(run) -> None:
    done = run(LIST, "--json")
    assert (done.exit_code, json.loads(done.stdout)["imported"]) == (0, 1)
    assert how_many() == (1, 1, 1)
    again = json.loads(run(LIST, "--json", job="deck officer").stdout)
    assert (again["imported"], again["already_here"]) == (0, 1)
    assert how_many() == (1, 1, 1)


def test_bad_rows_write_nothing_at_all_and_end_with_3(run) -> None:
    done = run(BAD)
    assert done.exit_code == 3
    assert "Row 3: The address" in done.stdout
    assert "Nothing was written" in done.stdout
    assert "--good-only" in done.stderr
    assert how_many() == (0, 0, 0)


def test_good_only_imports_the_good_and_hands_back_the_bad(run, tmp_path: Path) -> None:
    mend = tmp_path / "mend.csv"
    done = run(BAD, "--good-only", "--bad-rows", str(mend), "--json")
    assert (done.exit_code, json.loads(done.stdout)["imported"]) == (0, 2)
    sheet = read_list(mend.read_bytes(), "x.csv")
    assert [row.cells[2] for row in sheet.rows] == ["Dora Vos"]
    assert run(mend.read_bytes().replace(b"@@", b"@")).exit_code == 0
    assert how_many() == (1, 3, 3)


def test_an_address_that_belongs_to_somebody_else_is_a_bad_row_here_too(run, tmp_path: Path) -> None:
    factories.candidate("Eva Smit", "ana@post.example")
    mend = tmp_path / "mend.csv"
    done = run(LIST, "--json", "--bad-rows", str(mend))
    assert done.exit_code == 3
    assert json.loads(done.stdout)["problems"][0]["row"] == 2
    assert "Ana Prieto" in mend.read_text("utf-8")
    assert how_many() == (0, 1, 0)


def test_bad_rows_that_cannot_be_handed_back_stop_the_import(run, tmp_path: Path) -> None:
    done = run(BAD, "--good-only", "--bad-rows", str(tmp_path / "no" / "such" / "folder.csv"))
    assert isinstance(done.exception, Refused)
    assert how_many() == (0, 0, 0)


def test_a_list_of_nobody_makes_no_job(run) -> None:
    assert "column names but no rows" in str(run("Name,Email\n").exception)
    assert how_many() == (0, 0, 0)


def test_the_order_of_day_and_month_can_be_said(run) -> None:
    text = "Name,Email,Applied on\nAna Prieto,ana@post.example,03/04/2026\n"
    assert run(text).exit_code == 3
    assert run(text, "--date-order", "mdy").exit_code == 0
    assert db.session.scalars(sa.select(Application)).one().received_at.month == 3


def test_the_sample_is_412_rows_410_people(run) -> None:
    done = run(sample_list(now().date()), "--good-only", "--json")
    report = json.loads(done.stdout)
    sums = [report[key] for key in ("rows", "good", "bad", "duplicates", "imported")]
    assert sums == [412, 410, 1, 1, 410]


def test_on_a_fresh_machine_the_command_needs_nothing_before_it(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(LIST, "utf-8")
    instance = tmp_path / "instance"

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = "from employer_app.cli import main; main()"
        environment = {**os.environ, "EMPLOYER_INSTANCE": str(instance), "PYTHONUTF8": "1"}
        return subprocess.run(
            [sys.executable, "-c", code, "import", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    done = call(str(path), "--job", "Purser", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["imported"] == 1
    path.write_bytes(b"%PDF-1.7")
    refused = call(str(path), "--job", "Purser")
    assert (refused.returncode, refused.stdout) == (3, "")
    assert refused.stderr.startswith("This is a PDF, not a list.")
    assert "Traceback" not in refused.stderr
    assert call(str(tmp_path / "none.csv"), "--job", "Purser").returncode == 2


def test_json_files_of_one_system_are_imported_as_one_list(app: Flask, tmp_path: Path) -> None:
    factories.place()
    hired = payloads.greenhouse_application(id=9002, candidate_id=702, status="hired")
    other = payloads.greenhouse_candidate(
        id=702, first_name="Bo", last_name="Lind", email_addresses=[{"value": "bo@post.example"}]
    )
    private = payloads.greenhouse_candidate(id=703, is_private=True)
    files = {
        "people.json": [payloads.greenhouse_candidate(), other, private],
        "applied.json": [payloads.greenhouse_application(), hired],
    }
    for name, records in files.items():
        (tmp_path / name).write_text(json.dumps(records), encoding="utf-8")
    arguments = [*(str(tmp_path / name) for name in files), "--json", "--good-only"]
    done = CliRunner().invoke(import_list, [*arguments, "--bad-rows", str(tmp_path / "bad.csv")])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert (report["file"], report["imported"], report["bad"]) == ("people.json + applied.json", 2, 1)
    assert [job["title"] for job in report["jobs"]] == ["Deck Officer"]
    assert "marked as private" in report["problems"][0]["message"]
    assert "custom_fields.birthday" in report["sensitive"]
    again = json.loads(CliRunner().invoke(import_list, arguments).stdout)
    assert (again["imported"], again["already_here"]) == (0, 2)
    (row,) = read_list((tmp_path / "bad.csv").read_bytes(), "bad.csv").rows
    assert any("marked as private" in cell for cell in row.cells)
