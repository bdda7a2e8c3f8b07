"""A person, a colleague, a worker and a late answer at the same moment: one outcome, and all are told it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import messages
from employer_app.actions.messages import Answered
from employer_app.domain.delivery import Outcome
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import for_a_thread, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Delivery
from employer_app.outbox.claim import claim
from employer_app.outbox.fence import fence
from employer_app.outbox.settle import settle
from tests import factories
from tests.actions.mail import queue, status_of
from tests.actions.tries import LOST, TAKEN, due_now, tried

pytestmark = pytest.mark.both


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job()


def at_once(*acts: Callable[[], object]) -> None:
    """Each in a thread of its own, let loose together."""
    start, wrong = Barrier(len(acts)), []

    def loose(act: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            start.wait()
            try:
                act()
            except Exception as error:
                wrong.append(error)

        return for_a_thread(run)

    threads = [Thread(target=loose(act)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("answer", [messages.arrived, messages.send_again], ids=["arrived", "again"])
def test_a_late_yes_and_a_person_at_the_same_time_are_one_outcome(  # fault 14
    app: Flask, bob: Person, job: int, answer: Callable[..., Answered]
) -> None:
    for _ in range(5):
        one, token = tried(job, LOST)
        given: list[Answered] = []
        at_once(
            lambda one=one, given=given: given.append(answer(message_ids=[one], actor=bob)),
            lambda one=one, token=token: settle(one, token, TAKEN, "mail.example"),
        )
        stood = status_of(one)
        person_won = bool(given[0].done)
        with transaction() as session:
            proof = session.scalar(
                sa.select(sa.func.count()).where(
                    Delivery.message_id == one, Delivery.outcome == Outcome.ACCEPTED
                )
            )
        if person_won and answer is messages.send_again:
            assert (stood, proof) == (MessageStatus.QUEUED, 0)
            messages.call_off(message_ids=[one], actor=bob)
        else:
            assert (stood, proof) == (MessageStatus.ACCEPTED, int(not person_won))
        if not person_won:
            assert given[0].missed == {one: "It has been sent."}
    with transaction() as session:
        assert verify(session).differences == []


def test_two_people_who_answer_at_once_answer_each_message_once(app: Flask, bob: Person, job: int) -> None:
    ids = [tried(job, LOST)[0] for _ in range(6)]  # fault 38
    yes: list[Answered] = []
    again: list[Answered] = []
    at_once(
        lambda: yes.append(messages.arrived(message_ids=ids, actor=bob)),
        lambda: again.append(messages.send_again(message_ids=ids[::-1], actor=bob)),
    )
    assert sorted([*yes[0].done, *again[0].done]) == sorted(ids)
    assert {one for one in ids if status_of(one) is MessageStatus.ACCEPTED} == set(yes[0].done)
    assert {one for one in ids if status_of(one) is MessageStatus.QUEUED} == set(again[0].done)


def test_stop_and_claim_at_once_end_in_one_of_two_ways(app: Flask, bob: Person, job: int) -> None:
    for _ in range(5):  # fault 37
        one = queue(factories.application(job))
        due_now(one)
        left: list[bool] = []

        def leave(one: int = one, left: list[bool] = left) -> None:
            left.append(fence(one, claim("worker").token))

        given: list[Answered] = []
        at_once(
            lambda one=one, given=given: given.append(
                messages.hold(message_ids=[one], reason="Wait.", actor=bob)
            ),
            leave,
        )
        assert left == [not given[0].done]
        wanted = MessageStatus.HELD if given[0].done else MessageStatus.HANDING_OVER
        assert status_of(one) is wanted
