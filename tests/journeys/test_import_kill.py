"""SIGKILL in the middle of a large import, and two processes at one list: all of it once, or nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.imports import lists as imports
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import ApplicantList, Application, Candidate, Event, ImportItem, Job
from tests import factories

pytestmark = pytest.mark.both

PEOPLE = 9
#: says after each two people how many are written, and waits for ever once it is `stop`
SCRIPT = """
import json, sys
from pathlib import Path
from employer_app import create_app
from employer_app.actions.imports import lists, work

settings, instance, list_id, stop = json.loads(sys.argv[1])
work.STEP = 2
app = create_app(settings, Path(instance))


def progress(doing, done, total):
    if doing != "writing":
        return
    print(done, flush=True)
    if done == stop:
        sys.stdin.read()


with app.app_context():
    lists.keep_asked(list_id, progress)
"""


@pytest.fixture
def asked(app: Flask, bob: Person) -> int:
    """A list that somebody wants imported in the background."""
    factories.place()
    rows = [f"Person Number{n},p{n}@post.example,Purser,2026-03-02" for n in range(PEOPLE)]
    text = "\n".join(["Name,Email,Job,Applied at", *rows])
    list_id = imports.upload(filename="list.csv", data=text.encode(), actor=bob)
    digest = imports.look(list_id=list_id, actor=bob).digest
    imports.ask(list_id=list_id, digest=digest, actor=bob)
    db.session.remove()
    return list_id


@contextmanager
def importing(app: Flask, tmp_path: Path, list_id: int, stop: int = 0) -> Iterator[subprocess.Popen[str]]:
    names = ("SECRET_KEY", "SECURITY_PASSWORD_SALT", "SQLALCHEMY_DATABASE_URI")
    settings = {name: app.config[name] for name in names}
    said = json.dumps([settings, str(tmp_path / "instance"), list_id, stop])
    process = subprocess.Popen(
        (sys.executable, "-c", SCRIPT, said), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def counts() -> list[int]:
    db.session.rollback()
    tables = (Job, Candidate, Application, ImportItem)
    return [db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]


@pytest.mark.parametrize("stop", [2, 8, PEOPLE])
def test_killed_in_the_middle_nothing_is_there_and_the_next_one_imports_all_of_it(
    app: Flask, tmp_path: Path, asked: int, stop: int
) -> None:
    events = db.session.scalar(sa.select(sa.func.count()).select_from(Event))
    db.session.rollback()
    with importing(app, tmp_path, asked, stop) as process:
        assert process.stdout is not None
        assert any(line.strip() == str(stop) for line in process.stdout)
        process.kill()
        process.wait()
    assert counts() == [0, 0, 0, 0]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == events
    db.session.rollback()
    assert imports.asked() == [asked]
    db.session.rollback()
    imports.keep_asked(asked)
    assert counts() == [1, PEOPLE, PEOPLE, PEOPLE]
    assert imports.asked() == []
    assert verify(db.session()).differences == []


def test_two_processes_at_one_list_import_it_once(app: Flask, tmp_path: Path, asked: int) -> None:
    with (
        importing(app, tmp_path / "a", asked) as first,
        importing(app, tmp_path / "b", asked) as second,
    ):
        assert (first.wait(60), second.wait(60)) == (0, 0)
    assert counts() == [1, PEOPLE, PEOPLE, PEOPLE]
    row = db.session.get_one(ApplicantList, asked, populate_existing=True)
    assert (row.trouble, row.counts["created"]) == ("", PEOPLE)
    assert verify(db.session()).differences == []
