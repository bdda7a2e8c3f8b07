"""SIGKILL in the middle of a large import, and two processes at one list: all of it once, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
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
from tests.journeys.importers import import_asked
from tests.processes import CONTEXT, end

pytestmark = pytest.mark.both

PEOPLE = 9


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
def importing(
    app: Flask, instance: Path, list_id: int, stop: int = 0
) -> Iterator[tuple[ForkServerProcess, Connection]]:
    """The process, and the line on which it says how many are written."""
    names = ("SECRET_KEY", "SECURITY_PASSWORD_SALT", "SQLALCHEMY_DATABASE_URI")
    settings = {name: app.config[name] for name in names}
    here, there = CONTEXT.Pipe()
    process = CONTEXT.Process(target=import_asked, args=(settings, str(instance), list_id, stop, there))
    process.start()
    there.close()
    try:
        yield process, here
    finally:
        end(process)
        here.close()


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
    with importing(app, tmp_path / "instance", asked, stop) as (process, line):
        assert stop in iter(line.recv, None)
        end(process)
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
        importing(app, tmp_path / "a", asked) as (first, _),
        importing(app, tmp_path / "b", asked) as (second, _),
    ):
        first.join(60)
        second.join(60)
        assert (first.exitcode, second.exitcode) == (0, 0)
    assert counts() == [1, PEOPLE, PEOPLE, PEOPLE]
    row = db.session.get_one(ApplicantList, asked, populate_existing=True)
    assert (row.trouble, row.counts["created"]) == ("", PEOPLE)
    assert verify(db.session()).differences == []
