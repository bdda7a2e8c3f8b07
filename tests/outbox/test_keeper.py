"""An acceptance is kept with the next last look, within moments if there is none, and survives trouble."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.domain.clock import monotonic
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import DatabaseTrouble, db
from employer_app.outbox import keeper
from employer_app.outbox.look import Seen
from employer_app.outbox.settle import Answer
from tests.outbox.driving import drain, queue, statuses
from tests.smtp_sink import Session

pytestmark = pytest.mark.both

#: seconds after which something that ought to happen at once has not happened
LONG = 20


def _commits_for(app: Flask, bob: Person, people: int) -> int:
    queue(bob, people)
    commits: list[sa.Connection] = []

    def count(connection: sa.Connection) -> None:
        commits.append(connection)

    sa.event.listen(db.engine, "commit", count)
    try:
        drain(app)
    finally:
        sa.event.remove(db.engine, "commit", count)
    assert set(statuses()) == {MessageStatus.ACCEPTED}
    return len(commits)


def test_one_more_message_costs_one_more_commit(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "_RIDES_FOR", LONG)
    monkeypatch.setattr(keeper, "_WRITE_UP_AFTER", LONG)
    _commits_for(app, bob, 1)  # the first time a worker says who it is, and more
    few = _commits_for(app, bob, 4)
    assert _commits_for(app, bob, 14) - few == 10


def test_acceptance_does_not_wait_for_a_server_that_is_slow_to_the_next_letter(
    app: Flask, bob: Person
) -> None:  # fault 10: a crash meanwhile would leave a doubt that nobody needed
    queue(bob, 2)
    kept: list[bool] = []

    def slow(session: Session) -> None:
        began = monotonic()
        with app.app_context():
            while (there := statuses()[0]) is not MessageStatus.ACCEPTED and monotonic() - began < LONG:
                pass
        kept.append(there is MessageStatus.ACCEPTED)
        session.sink.act(session, None)

    drain(app, {"MAIL": [None, slow]})
    assert kept == [True]
    assert statuses() == [MessageStatus.ACCEPTED] * 2


def test_acceptance_is_kept_although_the_last_look_beside_it_could_not_be(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # fault 42
    monkeypatch.setattr(keeper, "_RIDES_FOR", LONG)
    monkeypatch.setattr(keeper, "_ASK_AGAIN_AFTER", 0)
    queue(bob, 2)
    settle_in, refused = keeper.settle_in, iter([True, True, False])

    def busy(connection: sa.Connection, answers: Sequence[Answer], seen: Seen, moment: datetime) -> None:
        if next(refused, False):
            raise DatabaseTrouble("UPDATE message", {}, Exception("database is locked"))
        settle_in(connection, answers, seen, moment)

    monkeypatch.setattr(keeper, "settle_in", busy)
    with pytest.raises(DatabaseTrouble):
        drain(app)
    assert statuses() == [MessageStatus.ACCEPTED, MessageStatus.QUEUED]


def test_answer_that_breaks_the_app_leaves_that_message_in_doubt_alone(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # fault 51
    first, _second = queue(bob, 2)
    settle_in = keeper.settle_in

    def break_on_one(
        connection: sa.Connection, answers: Sequence[Answer], seen: Seen, moment: datetime
    ) -> None:
        if first in {answer.message_id for answer in answers}:
            raise RecursionError("nobody thought of this")
        settle_in(connection, answers, seen, moment)

    monkeypatch.setattr(keeper, "settle_in", break_on_one)
    drain(app)
    assert statuses() == [MessageStatus.UNCERTAIN, MessageStatus.ACCEPTED]
