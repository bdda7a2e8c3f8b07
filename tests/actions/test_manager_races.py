"""Two people press at once: a candidate stands in one ask, and is decided once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.manager_asks import confirm
from employer_app.domain.errors import Refused
from employer_app.domain.manager_ask import Answer
from employer_app.domain.role import Person
from employer_app.extensions import db, for_a_thread
from employer_app.ledger.rebuild import verify
from employer_app.models import Decision, ManagerAsk
from tests import factories
from tests.actions.asking import answer, ask, items, seen

pytestmark = pytest.mark.both


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Each in a thread of its own; what came of them, sorted: "done", or the kind of refusal."""
    found: list[str] = []
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        ready.wait(30)
        try:
            act()
        except Refused as refused:
            found.append(type(refused).__name__)
        else:
            found.append("done")

    db.session.remove()
    threads = [threading.Thread(target=for_a_thread(lambda act=act: run(act))) for act in acts]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(found)


def test_overlapping_asks_leave_each_candidate_in_one(app: Flask, bob: Person, alice: Person) -> None:
    job = factories.job()
    a, b, c = (factories.application(job) for _ in range(3))
    came = at_once(lambda: ask(bob, job, a, b), lambda: ask(alice, job, c, b), lambda: ask(alice, job, b))
    assert came == ["Refused", "Refused", "done"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ManagerAsk)) == 1
    assert verify(db.session()).differences == []


def test_a_no_that_two_confirm_at_once_is_decided_once(app: Flask, bob: Person, alice: Person) -> None:
    job = factories.job()
    ask_id = ask(bob, job, factories.application(job), factories.application(job))
    answer(ask_id, Answer.NO, Answer.NO)
    read = seen(ask_id)
    came = at_once(
        lambda: confirm(actor=bob, ask_id=ask_id, seen=read),
        lambda: confirm(actor=alice, ask_id=ask_id, seen=list(reversed(read))),
    )
    assert came == ["Changed", "done"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 2
    assert verify(db.session()).differences == []


def test_an_answer_that_changes_while_it_is_confirmed_is_either_read_or_too_late(
    app: Flask, bob: Person
) -> None:
    job = factories.job()
    ask_id = ask(bob, job, factories.application(job))
    answer(ask_id, Answer.NO)
    read = seen(ask_id)
    saved: list[int] = []
    came = at_once(
        lambda: confirm(actor=bob, ask_id=ask_id, seen=read),
        lambda: saved.append(answer(ask_id, Answer.YES).answers),
    )
    (item,) = items(ask_id)
    decided = db.session.scalar(sa.select(sa.func.count()).select_from(Decision))
    assert (came, saved, item.answer, decided) in (
        (["done", "done"], [0], Answer.NO, 1),
        (["Changed", "done"], [1], Answer.YES, 0),
    )
