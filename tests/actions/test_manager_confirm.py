"""What a manager answered is confirmed as it was read, each or all, and a "no" becomes a decision by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.applications import move_stage
from employer_app.actions.decisions import undo_decision
from employer_app.actions.manager_asks import confirm, withdraw
from employer_app.actions.underway import OnItsWay
from employer_app.domain.duty import Reason
from employer_app.domain.errors import Changed, Refused
from employer_app.domain.manager_ask import Answer, Ending, Seen
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import (
    Message,
    Stage,
)
from tests import factories
from tests.actions import mail
from tests.actions.asking import (
    answer,
    ask,
    everything,
    happened,
    items,
    owed,
    row,
    seen,
    standing,
)

pytestmark = pytest.mark.both


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job()


@pytest.fixture
def two(job: int) -> tuple[int, int]:
    return factories.application(job, name="Ada Vance"), factories.application(job, name="Ben Ito")


def test_confirming_a_no_decides_with_a_reason_and_owes_the_word(
    bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, *two)
    answer(ask_id, Answer.NO, Answer.YES)
    done = confirm(actor=bob, ask_id=ask_id, seen=seen(ask_id))
    assert done == {Answer.YES: 1, Answer.NO: 1}
    decided, goes_on = (standing(one) for one in two)
    assert (decided.status, decided.told_at, owed(decided.id)) == (
        Status.REJECTED, None, [Reason.DECIDED_NOT_TOLD],
    )  # fmt: skip
    assert (goes_on.status, goes_on.version) == (Status.ACTIVE, 1)
    assert [one.ending for one in items(ask_id)] == [Ending.CONFIRMED, Ending.CONFIRMED]
    assert happened(two[0])[-1][:2] == ("manager.confirmed", {"ask_id": ask_id, "answer": "no"})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0
    assert row(ask_id).next_mail_at is None
    assert verify(db.session()).differences == []
    undo_decision(actor=bob, application_id=two[0], version=decided.version)
    assert ask(bob, job, two[0]) > ask_id


def test_confirmed_answers_change_no_more(bob: Person, job: int, two: tuple[int, int]) -> None:
    ask_id = ask(bob, job, *two)
    answer(ask_id, Answer.YES, Answer.YES)
    confirm(actor=bob, ask_id=ask_id, seen=seen(ask_id, only=two[0]))
    saved = answer(ask_id, Answer.NO, Answer.NO)
    assert (saved.answers, saved.too_late) == (1, 1)
    assert [one.answer for one in items(ask_id)] == [Answer.YES, Answer.NO]


def _manager_changes(bob: Person, ask_id: int, first: int) -> None:
    answer(ask_id, Answer.YES)


def _moved_to_offer(bob: Person, ask_id: int, first: int) -> None:
    offer = sa.select(Stage.id).where(Stage.job_id == standing(first).job_id, Stage.kind == StageKind.OFFER)
    stage = db.session.scalars(offer).one()
    move_stage(actor=bob, versions={first: 1}, stage_id=stage)


def _taken_back(bob: Person, ask_id: int, first: int) -> None:
    withdraw(actor=bob, ask_id=ask_id)


def _confirmed_already(bob: Person, ask_id: int, first: int) -> None:
    confirm(actor=bob, ask_id=ask_id, seen=seen(ask_id, only=first))


@pytest.mark.parametrize("meanwhile", [_manager_changes, _moved_to_offer, _taken_back, _confirmed_already])
def test_only_what_was_read_is_confirmed(
    bob: Person, job: int, two: tuple[int, int], meanwhile: Callable[[Person, int, int], None]
) -> None:
    ask_id = ask(bob, job, *two)
    answer(ask_id, Answer.NO, Answer.NO)
    read = seen(ask_id)
    meanwhile(bob, ask_id, two[0])
    before = [standing(one).status for one in two], everything()
    with pytest.raises(Changed):
        confirm(actor=bob, ask_id=ask_id, seen=read)
    assert ([standing(one).status for one in two], everything()) == before


@pytest.mark.parametrize("code", ["", "NOT-A-REASON", "HIRED", "WITHDREW"])
def test_a_no_without_a_fitting_reason_is_not_confirmed(
    bob: Person, job: int, two: tuple[int, int], code: str
) -> None:
    ask_id = ask(bob, job, *two)
    answer(ask_id, Answer.NO, Answer.YES)
    with pytest.raises(Refused):
        confirm(actor=bob, ask_id=ask_id, seen=seen(ask_id, code))
    assert [one.ending for one in items(ask_id)] == [None, None]


def test_an_open_answer_is_not_confirmed_and_nobody_is_not_everybody(
    bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, *two)
    one = items(ask_id)[0]
    with pytest.raises(Refused):
        confirm(actor=bob, ask_id=ask_id, seen=[Seen(one.id, 1, two[0], 1)])
    with pytest.raises(Refused):
        confirm(actor=bob, ask_id=ask_id, seen=[])
    other = ask(bob, job, factories.application(job))
    with pytest.raises(Changed):
        confirm(actor=bob, ask_id=other, seen=[Seen(one.id, 1, two[0], 1)])


def test_mail_on_its_way_is_said_before_a_no_is_confirmed(
    bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, *two)
    answer(ask_id, Answer.NO)
    mail.queue(two[0])
    with pytest.raises(OnItsWay):
        confirm(actor=bob, ask_id=ask_id, seen=seen(ask_id))
    assert standing(two[0]).status is Status.ACTIVE
    confirm(actor=bob, ask_id=ask_id, seen=seen(ask_id), force=True)
    assert standing(two[0]).status is Status.REJECTED
