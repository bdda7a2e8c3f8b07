"""A database that was put back re-sends nothing until a person lets it, and says what had gone. Fault 48."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app import create_app
from employer_app.actions import messages as one_by_one
from employer_app.actions import restore as verbs
from employer_app.domain.message import MessageStatus
from employer_app.domain.restore import RESTORED
from employer_app.domain.role import OPERATOR, Person
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Event, Message, Organisation, Worker
from employer_app.outbox import journal, worker
from tests import factories
from tests.conftest import POSTGRES, _settings
from tests.outbox.driving import drain, queue
from tests.outbox.restoring import (
    ByFile,
    ByTemplate,
    ByTool,
    all_due,
    counts,
    let_go,
    not_yet,
    reasons,
)

S = MessageStatus
WAYS = [pytest.param(ByFile, id="file"), pytest.param(ByTool, id="tool"),
        pytest.param(ByTemplate, id="postgres", marks=pytest.mark.postgres)]  # fmt: skip


@pytest.fixture(scope="module")
def _file_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("instance")
    made = create_app(_settings(f"sqlite:///{folder / 'employer.sqlite'}"), folder)
    factories.migrate(made)
    return made


@pytest.fixture(scope="module")
def _server_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    if not POSTGRES:
        pytest.skip("EMPLOYER_TEST_POSTGRES_URL is not set")
    with factories.postgres_database(POSTGRES) as url:
        made = create_app(_settings(url), tmp_path_factory.mktemp("instance"))
        factories.migrate(made)
        yield made
        with made.app_context():
            let_go()


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> type[ByFile] | type[ByTool] | type[ByTemplate]:
    kind: type[ByFile] | type[ByTool] | type[ByTemplate] = request.param
    return kind


@pytest.fixture
def app(request: pytest.FixtureRequest, way: type[ByFile]) -> Iterator[Flask]:
    """With a database of its own, which the test may replace."""
    name = "_server_app" if way is ByTemplate else "_file_app"  # type: ignore[comparison-overlap]
    made: Flask = request.getfixturevalue(name)
    shutil.rmtree(Path(made.instance_path) / "journal", ignore_errors=True)
    with made.app_context():
        factories.empty_database()
        factories.organisation()
        db.session.remove()
        yield made
        worker.leave()
        db.session.remove()


@pytest.fixture
def copies(app: Flask, way: type[ByFile]) -> ByFile:
    return way(app)


def test_nothing_leaves_again_after_a_restore(app: Flask, bob: Person, copies: ByFile) -> None:  # fault 48
    before = queue(bob, 4)
    copies.back_up()
    assert len(drain(app).recipients()) == 4
    queue(bob, 3)  # confirmed after the copy was made
    assert len(drain(app).recipients()) == 3
    worker.leave()
    copies.restore()
    assert counts() == {S.QUEUED: 4}

    assert drain(app).recipients() == []
    assert counts() == {S.HELD: 4}
    assert {reason.startswith(RESTORED) and "may have arrived" in reason for reason in reasons()} == {True}
    moments = db.session.scalars(sa.select(Message.fenced_at).where(Message.id.in_(before)))
    assert None not in set(moments)
    words = db.session.scalar(sa.select(Organisation.stopped_because)) or ""
    assert "3 messages that are not in it have left" in words
    listed = [path.read_text() for path in journal.folder().glob("unknown-*.txt")]
    assert [len(text.splitlines()) for text in listed] == [3]
    assert verify(db.session()).differences == []


def test_a_person_lets_go_what_had_not_left_and_nothing_else(
    app: Flask, bob: Person, copies: ByFile
) -> None:  # fault 48
    ids = queue(bob, 5)
    not_yet(ids[3:])
    copies.back_up()
    assert len(drain(app).recipients()) == 3
    worker.leave()
    copies.restore()
    all_due()
    assert drain(app).recipients() == []
    assert counts() == {S.HELD: 5}

    assert verbs.release(actor=OPERATOR) == 2
    assert counts() == {S.QUEUED: 2, S.HELD: 3}
    all_due()
    assert len(drain(app).recipients()) == 2
    assert counts() == {S.ACCEPTED: 2, S.HELD: 3}
    assert verbs.settle_gone(actor=OPERATOR) == 3
    assert counts() == {S.ACCEPTED: 2, S.UNCERTAIN: 3}
    assert verify(db.session()).differences == []


def test_replaced_under_a_running_worker(app: Flask, bob: Person, copies: ByFile) -> None:  # fault 48
    queue(bob, 3)
    copies.back_up()
    assert len(drain(app).recipients()) == 3
    copies.restore()
    assert drain(app).recipients() == []
    assert counts() == {S.HELD: 3}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Worker)) == 1


def test_replaced_between_the_look_and_the_claim(
    app: Flask, bob: Person, copies: ByFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(bob, 3)
    copies.back_up()
    assert len(drain(app).recipients()) == 3
    queue(bob, 1)
    claim = worker.claim

    def restored_first(name: str) -> object:
        with monkeypatch.context() as patch:
            patch.setattr(worker, "claim", claim)
        monkeypatch.setattr(worker, "claim", claim)
        copies.restore()
        return claim(name)

    monkeypatch.setattr(worker, "claim", restored_first)
    assert drain(app).recipients() == []
    assert counts() == {S.HELD: 3}


def test_nothing_stands_still_when_nothing_left_since_the_copy(
    app: Flask, bob: Person, copies: ByFile
) -> None:
    queue(bob, 2)
    drain(app)
    queue(bob, 2)
    copies.back_up()
    worker.leave()
    copies.restore()
    assert len(drain(app).recipients()) == 2


def test_a_message_that_may_have_arrived_is_sent_again_by_whoever_looked(
    app: Flask, bob: Person, copies: ByFile
) -> None:
    (message_id,) = queue(bob)
    copies.back_up()
    drain(app)
    worker.leave()
    copies.restore()
    drain(app)
    assert verbs.release(actor=OPERATOR) == 0
    assert one_by_one.release(message_ids=[message_id], actor=OPERATOR).done == []
    assert verbs.settle_gone(actor=OPERATOR) == 1
    assert one_by_one.send_again(message_ids=[message_id], actor=OPERATOR).done == [message_id]
    assert len(drain(app).recipients()) == 1


def test_comparing_may_be_cut_short_and_done_again(
    app: Flask, bob: Person, copies: ByFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(bob, 3)
    copies.back_up()
    drain(app)
    worker.leave()
    copies.restore()
    with monkeypatch.context() as patch:
        patch.setattr(worker.Watch, "_register", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            drain(app)
    worker.leave()
    assert drain(app).recipients() == []
    assert counts() == {S.HELD: 3}
    held = sa.select(sa.func.count()).select_from(Event).where(Event.kind == "message.held")
    assert db.session.scalar(held) == 3
