"""The database in trouble while letters leave: what cannot be kept does not leave."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Application
from tests.faults.ground import S, Workers, ends_well, has, nothing_on_its_way, until
from tests.outbox.driving import drain, queue
from tests.smtp_faults import Gate
from tests.smtp_sink import WAIT, Session, SmtpSink

on_both = pytest.mark.both
#: bytes; no file of a process can grow beyond, and none of its writes beyond succeeds
_NOTHING = 1


@on_both
def test_four_workers_hand_over_everything_once(app: Flask, bob: Person, workers: Workers) -> None:  # fault 1
    people, each = 120, 2
    queue(bob, people)
    with SmtpSink() as sink:
        pids = [workers.start(sink, CONNECTIONS=each) for _ in range(4)]
        assert until(nothing_on_its_way), workers.said()
        assert {workers.stop(pid) for pid in pids} <= {0, -signal.SIGTERM}, workers.said()
    assert sink.peak_sessions <= 4 * each
    assert ends_well(sink, people=people) == {S.ACCEPTED: people}


def file_of(app: Flask) -> str:
    found = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database
    assert found
    return found


def test_a_writer_that_holds_the_lock_for_a_while_costs_nothing(app: Flask, bob: Person) -> None:  # fault 42
    queue(bob, 3)
    let_go = threading.Event()

    def lock_it(session: Session) -> None:
        """From before the last look until the worker waits for it."""
        ready = threading.Event()

        def hold() -> None:
            with closing(sqlite3.connect(file_of(app), isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                ready.set()
                let_go.wait(1.0)
                other.execute("ROLLBACK")

        threading.Thread(target=hold).start()
        assert ready.wait(WAIT)
        session.sink.act(session, None)

    assert ends_well(drain(app, {"DATA": [lock_it]}), people=3) == {S.ACCEPTED: 3}


def test_backup_and_vacuum_in_the_middle_cost_nothing(app: Flask, bob: Person, tmp_path: Path) -> None:
    # fault 42
    queue(bob, 6)

    def backup(session: Session) -> None:
        with (
            closing(sqlite3.connect(file_of(app))) as here,
            closing(sqlite3.connect(tmp_path / "copy.sqlite")) as there,
        ):
            here.backup(there)
        session.sink.act(session, None)

    def vacuum(session: Session) -> None:
        with closing(sqlite3.connect(file_of(app), isolation_level=None)) as here:
            here.execute("VACUUM")
        session.sink.act(session, None)

    sink = drain(app, {"DATA": [None, backup, vacuum], "dot": [None, None, None, backup, vacuum]})
    assert ends_well(sink, people=6) == {S.ACCEPTED: 6}
    with closing(sqlite3.connect(tmp_path / "copy.sqlite")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def fill_the_disk(pid: int) -> None:
    """For this process: each of its writes to a file fails from now on."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (_NOTHING, resource.RLIM_INFINITY))


def make_room(pid: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux")
@pytest.mark.parametrize("stage", ["connect", "RCPT"])
def test_a_disk_that_is_full_before_the_dot_lets_nothing_leave(
    app: Flask, bob: Person, workers: Workers, stage: str
) -> None:  # faults 43 44
    queue(bob, 3)
    gate = Gate()
    with SmtpSink({stage: [gate]}) as sink:
        pid = workers.start(sink)
        assert gate.reached.wait(WAIT)
        fill_the_disk(pid)
        gate.open()
        assert sink.wait_idle()
        assert sink.recipients() == []
        make_room(pid)
        workers.kill(pid)
    assert sink.recipients() == []
    assert ends_well(sink, workers.deliver(), people=3) == {S.ACCEPTED: 3}


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux")
def test_a_disk_that_is_full_after_the_dot_keeps_the_answer_until_there_is_room(
    app: Flask, bob: Person, workers: Workers
) -> None:  # fault 43
    queue(bob, 3)
    gate = Gate()
    with SmtpSink({"dot": [gate]}) as sink:
        pid = workers.start(sink)
        assert gate.reached.wait(WAIT)
        fill_the_disk(pid)
        gate.open()
        assert until(lambda: len(sink.accepted) == 1)
        make_room(pid)
        assert until(has(S.ACCEPTED, 3)), workers.said()
        assert workers.stop(pid) == 0
    assert ends_well(sink, people=3) == {S.ACCEPTED: 3}


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux")
def test_killed_while_the_answer_cannot_be_kept_it_is_in_doubt(
    app: Flask, bob: Person, workers: Workers
) -> None:  # fault 43
    queue(bob, 3)
    gate = Gate()
    with SmtpSink({"dot": [gate]}) as sink:
        pid = workers.start(sink)
        assert gate.reached.wait(WAIT)
        fill_the_disk(pid)
        gate.open()
        assert until(lambda: len(sink.accepted) == 1)
        workers.kill(pid)
        assert sink.wait_idle()
    assert ends_well(sink, workers.deliver(), people=3) == {S.ACCEPTED: 2, S.UNCERTAIN: 1}


def test_a_list_on_a_full_disk_is_refused_in_words_and_nothing_is_kept(
    app: Flask, workers: Workers, tmp_path: Path
) -> None:  # fault 43
    (tmp_path / "list.csv").write_text(
        "Name,Email\n" + "".join(f"Person Number{n},p{n}@post.example\n" for n in range(500))
    )
    workers.output = Path(os.devnull)  # what it says needs no room
    pid = workers.start(None, "import", str(tmp_path / "list.csv"), "--job", "Purser")
    fill_the_disk(pid)
    assert workers.wait(pid) == 3
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Application)) == 0


def cut_everybody_off() -> None:
    """As after a restart of the server: every connection of a worker is gone."""
    with db.engine.connect() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'worker'"
            )
        )


@pytest.mark.postgres
@pytest.mark.parametrize("app", ["postgres"], indirect=True)
@pytest.mark.parametrize("stage", ["MAIL", "DATA", "dot", "QUIT"])
def test_a_database_that_goes_away_at_any_point_doubles_nobody(
    app: Flask, bob: Person, workers: Workers, stage: str
) -> None:  # fault 45
    queue(bob, 6)

    def cut(session: Session) -> None:
        with app.app_context():
            cut_everybody_off()
        session.sink.act(session, None)

    with SmtpSink({stage: [None, cut, None, cut]}) as sink:
        pid = workers.start(sink)
        assert until(lambda: nothing_on_its_way() or not alive(pid)), workers.said()
        workers.kill(pid)
        assert sink.wait_idle()
    counts = ends_well(sink, workers.deliver(), people=6)
    assert counts[S.ACCEPTED] + counts[S.UNCERTAIN] == 6
    assert counts[S.UNCERTAIN] <= 1


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
