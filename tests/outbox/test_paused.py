"""What stands still until a person speaks: a journal that is lost, a clone, a backlog. Faults 48 and 49."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import restore as verbs
from employer_app.domain.clock import now
from employer_app.domain.errors import NotAllowed, Refused
from employer_app.domain.message import MessageStatus as S
from employer_app.domain.restore import ADOPTED, LOST
from employer_app.domain.role import OPERATOR, Person
from employer_app.extensions import db, transaction
from employer_app.models import Delivery, Journal, Message, Organisation
from employer_app.outbox import instance, journal, restore, worker
from employer_app.outbox.settle import send_again
from tests.outbox.driving import drain, queue
from tests.outbox.restoring import all_due, counts, not_yet, reasons
from tests.smtp_faults import drop

pytestmark = pytest.mark.both


def test_kill_without_a_restore_holds_nothing(app: Flask, bob: Person) -> None:
    """What the mail server put off, and what a person let go once more, left traces in the database."""
    queue(bob, 4)
    script = {"dot": ["451 4.3.0 Later", drop, "250 2.0.0 Queued", "554 5.6.0 Never"]}
    drain(app, script)
    assert counts() == {S.QUEUED: 1, S.UNCERTAIN: 1, S.ACCEPTED: 1, S.FAILED: 1}
    doubtful = db.session.scalars(sa.select(Message.id).where(Message.status == S.UNCERTAIN)).one()
    send_again(doubtful, actor_id=None)
    with transaction() as session:  # as if the machine had stopped before how far it came was noted
        session.execute(sa.update(Journal).values(last_seq=0))
    worker.leave()
    assert len(drain(app).recipients()) == 1
    assert counts() == {S.QUEUED: 1, S.ACCEPTED: 2, S.FAILED: 1}


def test_what_the_server_closed_at_the_dot_waits_like_any_other(app: Flask, bob: Person) -> None:
    (message_id,) = queue(bob)
    rfc_id = db.session.scalars(sa.select(Message.message_id)).one()
    drain(app, {"dot": ["421 4.3.0 Closing"]})
    journal.withdraw([(message_id, rfc_id)])
    with transaction() as session:
        session.execute(sa.update(Journal).values(last_seq=0))
    worker.leave()
    assert counts() == {S.QUEUED: 1}
    drain(app, {"connect": "421 4.3.0 Closing"})
    assert counts() == {S.QUEUED: 1}


def test_journal_that_was_lost_stands_still_with_words(app: Flask, bob: Person) -> None:  # fault 49
    ids = queue(bob, 3)
    not_yet(ids[1:])
    drain(app)
    worker.leave()
    shutil.rmtree(journal.folder())
    assert drain(app).recipients() == []
    assert counts() == {S.ACCEPTED: 1, S.HELD: 2}
    assert {reason.startswith(LOST) for reason in reasons()} == {True}
    words = db.session.scalar(sa.select(Organisation.stopped_because)) or ""
    assert "put it back or name it in JOURNAL" in words
    worker.leave()
    drain(app)  # a new journal is there, and nobody is asked twice
    assert verbs.release(actor=OPERATOR) == 2


@pytest.mark.parametrize(
    "harm", [b"", b"\x7fELF\n", b"employer-journal-1 of another kind 00000000\n1 2 3 4 5\n"]
)
def test_journal_that_was_damaged_stands_still_with_words(
    app: Flask, bob: Person, harm: bytes
) -> None:  # fault 49
    ids = queue(bob, 3)
    not_yet(ids[1:])
    drain(app)
    worker.leave()
    journal.file().write_bytes(harm)
    assert drain(app).recipients() == []
    assert counts() == {S.ACCEPTED: 1, S.HELD: 2}
    verbs.release(actor=OPERATOR)
    all_due()
    assert len(drain(app).recipients()) == 2


def test_journal_that_was_put_back_stands_still(app: Flask, bob: Person) -> None:  # fault 49
    queue(bob, 2)
    drain(app)
    old = journal.file().read_bytes()
    queue(bob, 2)
    drain(app)
    worker.leave()
    journal.file().write_bytes(old)
    queue(bob, 1)
    assert drain(app).recipients() == []
    assert counts() == {S.ACCEPTED: 4, S.HELD: 1}


def test_a_new_host_is_new_and_not_lost(
    app: Flask, bob: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "INSTANCE_ID", "brightwater")
    queue(bob, 2)
    drain(app)
    worker.leave()
    monkeypatch.setitem(app.config, "JOURNAL", str(tmp_path))
    place = instance.here()
    elsewhere = instance.Installation(place.id, "another-place", "host-b")
    monkeypatch.setattr(instance, "here", lambda: elsewhere)
    queue(bob, 2)
    assert len(drain(app).recipients()) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Journal)) == 2


def test_clone_beside_the_living_one_takes_nothing(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # fault 48
    queue(bob, 2)
    drain(app)
    worker.leave()
    queue(bob, 3)
    there = instance.here()
    with monkeypatch.context() as patch:
        patch.setattr(instance, "here", lambda: instance.Installation("clone", "clone", "clone"))
        assert drain(app).recipients() == []
        assert counts() == {S.ACCEPTED: 2, S.QUEUED: 3}
        worker.leave()
        verbs.adopt(actor=OPERATOR)
        assert counts() == {S.ACCEPTED: 2, S.HELD: 3}
        assert {reason.startswith(ADOPTED) for reason in reasons()} == {True}
        assert drain(app).recipients() == []
        worker.leave()
        assert verbs.release(actor=OPERATOR) == 3
        all_due()
        assert len(drain(app).recipients()) == 3
        worker.leave()
    assert instance.here() == there
    queue(bob, 1)
    assert drain(app).recipients() == []  # the one that sent before sends no more
    assert db.session.scalar(sa.select(Organisation.instance_id)) == "clone"


def test_only_an_administrator_says_which_installation_sends(app: Flask, bob: Person) -> None:
    with pytest.raises(NotAllowed):
        verbs.adopt(actor=bob)


def test_many_are_let_go_by_their_number(app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    queue(bob, 3)
    with transaction() as session:
        session.execute(sa.update(Organisation).values(instance_id="another"))
    verbs.adopt(actor=OPERATOR)
    monkeypatch.setitem(app.config, "TYPED_COUNT_FROM", 2)
    for typed in (None, 2):
        with pytest.raises(Refused, match="type 3"):
            verbs.release(actor=OPERATOR, typed_count=typed)
    assert counts() == {S.HELD: 3}
    assert verbs.release(actor=OPERATOR, typed_count=3) == 3


class Host:
    """A worker host of its own: `with host:` the test is on it."""

    def __init__(self, app: Flask, name: str, folder: Path) -> None:
        self._app, self._name, self._folder = app, name, folder
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> None:
        self._patch.setitem(self._app.config, "JOURNAL", str(self._folder / self._name))
        here = instance.Installation("brightwater", self._name, self._name)
        self._patch.setattr(instance, "here", lambda: here)

    def __exit__(self, *_: object) -> None:
        worker.leave()
        self._patch.undo()


def test_what_another_host_sent_is_not_sent_again_by_this_one(
    app: Flask, bob: Person, tmp_path: Path
) -> None:  # fault 48, several hosts
    here, there = Host(app, "a", tmp_path), Host(app, "b", tmp_path)
    with here:
        drain(app)
    with there:
        queue(bob, 3)
        assert len(drain(app).recipients()) == 3
    with here:
        drain(app)
    with transaction() as session:  # as the database was before the other host sent
        session.execute(sa.delete(Delivery))
        session.execute(sa.update(Journal).where(Journal.host == "b b").values(last_seq=0))
        back = sa.update(Message).values(status=S.QUEUED, fenced_at=None, attempts=0)
        session.execute(back)
    with here:
        assert drain(app).recipients() == []
        assert counts() == {S.HELD: 3}
    with there:
        assert drain(app).recipients() == []
    assert ["may have arrived" in reason for reason in reasons()] == [True] * 3


def test_host_whose_journal_was_lost_stops_the_others_once(app: Flask, bob: Person, tmp_path: Path) -> None:
    here, there = Host(app, "a", tmp_path), Host(app, "b", tmp_path)
    with here:
        queue(bob, 2)
        drain(app)
    with there:
        drain(app)
    shutil.rmtree(tmp_path / "a")
    with here:
        drain(app)
    assert verbs.release(actor=OPERATOR) == 0
    queue(bob, 2)
    with there:
        assert len(drain(app).recipients()) == 2


def test_journal_forgets_what_is_old_and_done_and_nothing_else(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(bob, 3)
    drain(app)
    first = journal.last_seq()
    with time_machine.travel(now() + restore.KEPT + timedelta(days=1)):
        queue(bob, 2)
        drain(app)
        worker.leave()
        monkeypatch.setattr(journal, "is_large", lambda: True)
        drain(app)
        found = journal.read()
        assert (found.damage, found.first_seq, found.last_seq) == ("", first + 1, first + 2)
        worker.leave()
        queue(bob, 1)
        assert len(drain(app).recipients()) == 1
        worker.leave()
        with transaction() as session:  # a copy that is older than the journal reaches
            session.execute(sa.update(Journal).values(last_seq=1))
        queue(bob, 1)
        assert drain(app).recipients() == []
