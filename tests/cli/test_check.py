"""`employer-app check`, as somebody types it: the numbers of a real import, and no trace of it afterwards."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from flask import Flask

from employer_app import tasks
from employer_app.actions.imports.judging import read
from employer_app.actions.imports.lists import keep_look
from employer_app.actions.imports.look import first_choices, look_at
from employer_app.cli.check import check
from employer_app.cli.check_words import plain
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.errors import Refused
from employer_app.domain.picture import Picture
from employer_app.domain.role import OPERATOR
from employer_app.domain.words import code_words_in, t
from employer_app.extensions import db
from employer_app.queries.picture import Part, every_person, picture
from employer_app.web import paper
from tests import factories
from tests.pango import needs_pango

NOW = datetime(2026, 11, 18, 9, 42, tzinfo=UTC)
HEADER = "Name,Email,Job,Stage,Status,Applied,Told at\n"
LATE = HEADER + "Ana Prieto,ana@post.example,Cook,Applied,Active,2026-03-02,\n"
FRESH = HEADER + "Bo Lind,bo@post.example,Cook,Applied,Active,2026-11-17,\n"
TURNED_DOWN = HEADER + "Cy Doe,cy@post.example,Cook,Interview,Rejected,2026-03-02,\n"


@pytest.fixture(autouse=True)
def _own_queue(app: Flask) -> Iterator[None]:
    """The command builds an app of its own, to which the one queue of a process is bound then."""
    with time_machine.travel(NOW, tick=False):
        yield
    tasks.init_app(app)


@pytest.fixture
def run(tmp_path: Path):
    """Run the command on these files: name and text of each; further arguments follow."""

    def run(files: dict[str, str | bytes], *arguments: str) -> Result:
        paths = [tmp_path / name for name in files]
        for path, text in zip(paths, files.values(), strict=True):
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return CliRunner().invoke(check, [*map(str, paths), *arguments])

    return run


def numbers(found: Picture) -> dict[str, object]:
    return {
        "people": found.people,
        "waiting": found.waiting,
        "late": found.late,
        "whom": {line.bucket.value: {"people": line.people, "late": line.late} for line in found.whom},
        "when": {when.value: n for when, n in found.when.items()},
        "wait": {wait.value: n for wait, n in found.wait.items()},
        "ended": {line.bucket.value: line.people for line in found.ended},
    }


def random_list(seed: int, rows: int = 120) -> str:
    """People as three exports have them: some twice, some without address, some bad, some long gone."""
    dice = random.Random(seed)
    lines = []
    for number in range(rows):
        applied = (NOW - timedelta(days=dice.choice([1, 4, 7, 20, 60, 200, 500]))).date()
        stage = dice.choice(["Applied", "Phone screen", "Interview", "Final", "Sniff test"])
        status = dice.choice(["Active", "Active", "On hold", "Rejected", "Withdrawn", "Hired", "Archived"])
        told = applied + timedelta(days=1) if dice.random() < 0.4 else ""
        again = dice.randrange(number) if number and dice.random() < 0.2 else number
        address = dice.choice([f"p{again}@post.example"] * 8 + ["", "bad@@post.example"])
        job = dice.choice(["Cook", "Deck Officer", "Night Porter"])
        name = f"Person {chr(65 + again % 26)}{chr(97 + again // 26)}"
        lines.append(f"{name},{address},{job},{stage},{status},{applied},{told}\n")
    return HEADER + "".join(lines)


def really_import(files: dict[str, str]) -> None:
    for name, text in files.items():
        sheet = read(text.encode(), name)
        choices = first_choices(db.session(), sheet, ListChoices())
        found = look_at(sheet, choices, actor=OPERATOR)
        keep_look(found, actor=OPERATOR, good_only=True, filename=name, data=text.encode())


@pytest.mark.parametrize("seed", range(3))
def test_the_picture_is_the_one_after_really_importing_the_same_files(app: Flask, run, seed: int) -> None:
    files = {"first.csv": random_list(seed), "second.csv": random_list(seed + 100, 40)}
    done = run(files, "--json", "--place", "NL", "Europe/Amsterdam")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    factories.place()
    really_import(files)
    assert {key: found[key] for key in numbers(picture(OPERATOR))} == numbers(picture(OPERATOR))
    waiting = [(row.name, row.job_title, row.bucket) for row in every_person(OPERATOR, Part(waiting=True))]
    assert [(row["name"], row["job"], row["bucket"]) for row in found["who_waits"]] == waiting
    assert found["waiting"] > 20


def test_nothing_comes_into_the_real_database(app: Flask, run) -> None:
    assert run({"a.csv": LATE}).exit_code == 0
    assert picture(OPERATOR).people == 0


def test_rows_are_said_good_and_bad_with_the_reason(run) -> None:
    done = run(
        {"a.csv": LATE + "Bad Row,bad@@post.example,Cook,Applied,Active,2026-03-02,\n" + LATE.split("\n")[1]}
    )
    assert done.exit_code == 0
    assert "Rows: 3 = 1 good + 1 bad + 1 twice" in done.stdout
    assert "Row 3: The address" in done.stdout
    assert "1 person waits for an answer" in done.stdout
    assert code_words_in(done.stdout) == []


def test_many_bad_rows_are_cut_with_a_word(run) -> None:
    bad = "".join(f"Bad {n},bad@@post.example,Cook,Applied,Active,2026-03-02,\n" for n in range(50))
    done = run({"a.csv": HEADER + bad})
    assert done.stdout.count("  Row ") == 20
    assert t("checked.more_rows", n=30) in done.stdout
    assert t("picture.head_none") in done.stdout


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        (LATE, (), 0),
        (LATE, ("--fail-if-waiting",), 1),
        (FRESH, ("--fail-if-waiting",), 0),
        (LATE, ("--json", "--fail-if-waiting"), 1),
        (b"%PDF-1.7", ("--fail-if-waiting",), 2),
        (LATE, ("--told", "Applied"), 2),
        (LATE, ("--told", "Applied=yesterday"), 2),
        (LATE, ("--told", "=2026-03-31"), 2),
        (LATE, ("--told", "Nowhere=2026-03-31"), 2),
    ],
)
def test_exit_codes(run, text: str | bytes, arguments: tuple[str, ...], code: int) -> None:
    assert run({"a.csv": text}, *arguments).exit_code == code


def test_a_file_that_is_no_list_is_said_and_the_others_are_looked_at(run) -> None:
    done = run({"a.csv": LATE, "scan.csv": b"%PDF-1.7"})
    assert done.exit_code == 2
    assert done.stderr.startswith("scan.csv: This is a PDF, not a list.")
    assert "1 person waits for an answer" in done.stdout


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    done = CliRunner().invoke(check, [str(tmp_path / "none.csv")])
    assert done.exit_code == 2
    assert "none.csv" in done.stderr


def test_what_the_old_system_told_is_said_for_all_of_a_state(run) -> None:
    before = json.loads(run({"a.csv": TURNED_DOWN}, "--json").stdout)
    after = json.loads(run({"a.csv": TURNED_DOWN}, "--json", "--told", "rejected=2026-04-01").stdout)
    assert (before["whom"]["not_told"]["people"], before["ended"]["told_elsewhere"]) == (1, 0)
    assert (after["waiting"], after["ended"]["told_elsewhere"]) == (0, 1)


def test_the_place_gives_the_days_off(run) -> None:
    """On 11 November France rests and Britain works: the word is due a day later there."""
    text = HEADER + "Ana Prieto,ana@post.example,Cook,Applied,Active,2026-11-06,\n"
    (here,) = json.loads(run({"a.csv": text}, "--json").stdout)["who_waits"]
    (there,) = json.loads(run({"a.csv": text}, "--json", "--place", "FR", "Europe/Paris").stdout)["who_waits"]
    assert here["due"] < there["due"]


@pytest.mark.parametrize("place", [("XX1", "Europe/Paris"), ("FR", "Mars/Base"), ("FR-QQ", "Europe/Paris")])
def test_a_place_that_is_none_is_refused_in_words(run, place: tuple[str, str]) -> None:
    done = run({"a.csv": LATE}, "--place", *place)
    assert isinstance(done.exception, Refused)


def test_a_list_without_jobs_is_one_job_that_is_called_as_its_file(run) -> None:
    lists = {
        "2026.csv": "Name,Email\nAna Prieto,ana@post.example\n",
        "Cooks.csv": "Name,Email\nBo Lind,bo@post.example\n",
    }
    done = run(lists, "--json")
    assert {row["job"] for row in json.loads(done.stdout)["who_waits"]} == {"2026", "Cooks"}


def test_jobs_that_only_a_person_could_name_are_named_by_the_file(run) -> None:
    people = ["Ana Prieto,ana@post.example,4711", "Bo Lind,bo@post.example,", "Cy Doe,cy@post.example,Cook"]
    done = run({"people.csv": "\n".join(["Name,Email,Job", *people])}, "--json")
    assert {row["job"] for row in json.loads(done.stdout)["who_waits"]} == {"4711", "people", "Cook"}


def test_one_job_for_everybody(run) -> None:
    done = run({"a.csv": LATE, "b.csv": FRESH}, "--json", "--job", "Deck Officer")
    assert {row["job"] for row in json.loads(done.stdout)["who_waits"]} == {"Deck Officer"}


HOSTILE = {
    "empty": b"",
    "header only": HEADER.encode(),
    "nothing but zeros": b"\0" * 5000,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "a broken archive": b"PK\x03\x04" + b"\xff" * 200,
    "noise": random.Random(1).randbytes(4000),
    "one endless cell": b"Name,Email\n" + b"x" * 3_000_000,
    "half an utf-16": "Name,Email\nAna,ana@post.example\n".encode("utf-16")[:-3],
    "only bad rows": b"Name,Email\n,\n",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_ends_in_words(run, data: bytes) -> None:
    done = run({"a.csv": data})
    assert done.exit_code in {0, 2}, done.exception
    assert "Traceback" not in done.output
    assert done.output.strip()


def test_a_list_moves_no_cursor_of_the_terminal(run) -> None:
    """Attack: escape sequences and turned-round text in cells, names of columns, jobs and stages."""
    evil = "\x1b]0;owned\x07\x1b[2J\u202e"
    header = f"Name,Email,Job,Stage,{evil}\n"
    people = f"Ana{evil},ana@post.example,Cook{evil},Odd{evil},1\n{evil},x@@{evil},{evil},,\n"
    done = run({"a.csv": header + people})
    assert done.exit_code in {0, 2}
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", done.output) == []


def test_what_letters_need_stays_on_the_terminal() -> None:
    assert plain("می\u200cخواهم नमस्ते 王 é") == "می\u200cخواهم नमस्ते 王 é"


@needs_pango
def test_the_page_stands_alone_and_the_pdf_is_one(run, tmp_path: Path) -> None:
    text = LATE + "Eve Smit,eve@post.example,<script>alert(1)</script> <b>Cook</b>,Final,Active,2026-01-02,\n"
    page, pdf = tmp_path / "out.html", tmp_path / "out.pdf"
    done = run({"a<i>.csv": text}, "--html", str(page), "--pdf", str(pdf))
    assert done.exit_code == 0, done.output
    html = page.read_text("utf-8")
    assert t("checked.title") in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert re.findall(r"<(?:script|img|link|a|iframe|i|b>alert)\b", html) == []
    assert "default-src 'none'" in html
    assert pdf.read_bytes().startswith(b"%PDF-")


def test_a_page_that_cannot_be_written_is_said(run, tmp_path: Path) -> None:
    done = run({"a.csv": LATE}, "--html", str(tmp_path / "none" / "out.html"))
    assert isinstance(done.exception, Refused)


def test_without_what_makes_pdfs_the_way_out_is_said(run, tmp_path: Path, monkeypatch) -> None:
    def missing(_paper: object) -> bytes:
        raise paper.NoPdf("cannot load library 'libpango'")

    monkeypatch.setattr(paper, "as_pdf", missing)
    done = run({"a.csv": LATE}, "--pdf", str(tmp_path / "out.pdf"))
    assert isinstance(done.exception, Refused)
    assert "--html" in str(done.exception)
    assert "1 person waits for an answer" in done.stdout
    assert not (tmp_path / "out.pdf").exists()


@needs_pango
def test_it_leaves_no_trace_on_the_disk(tmp_path: Path) -> None:
    """In a process of its own, where the settings name a database and a folder: neither comes to be."""
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    work.mkdir()
    temporary.mkdir()
    (work / "a.csv").write_text(LATE)
    environment = {
        **os.environ,
        "TMPDIR": str(temporary),
        "EMPLOYER_INSTANCE": str(work / "instance"),
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{work / 'real.sqlite'}",
    }
    command = Path(sys.executable).with_name("employer-app")
    done = subprocess.run(
        [command, "check", "a.csv", "--pdf", "out.pdf"],
        cwd=work, env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.csv", "out.pdf", "temporary", "work"]
