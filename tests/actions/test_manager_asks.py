"""A manager is asked, answers through a link, and a person of the team confirms: nothing else decides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import manager_answers, manager_asks
from employer_app.actions.applications import change_status
from employer_app.actions.decisions import decide
from employer_app.actions.manager_asks import confirm, withdraw
from employer_app.domain.clock import now
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.manager_ask import LIFE, LONGEST_NOTE, MOST_PEOPLE, Answer, Ending, Given
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import (
    Candidate,
    Event,
    EventPayload,
    ManagerAsk,
    ManagerAskItem,
    Message,
)
from tests import factories
from tests.actions.asking import (
    MARA,
    answer,
    ask,
    everything,
    happened,
    items,
    owed,
    row,
    seen,
    standing,
    token,
)

pytestmark = pytest.mark.both


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job()


@pytest.fixture
def two(job: int) -> tuple[int, int]:
    return factories.application(job, name="Ada Vance"), factories.application(job, name="Ben Ito")


def test_asking_is_a_fact_about_each_and_owes_nobody_anything(
    bob: Person, job: int, two: tuple[int, int]
) -> None:
    before = [owed(one) for one in two]
    ask_id = ask(bob, job, *two)
    assert [happened(one) for one in two] == [
        [("manager.asked", {"ask_id": ask_id}, {"manager": "Mara Okonkwo"})]
    ] * 2
    assert [owed(one) for one in two] == before
    made = row(ask_id)
    assert (made.mails, made.next_mail_at, made.expires_at) == (0, made.asked_at, made.asked_at + LIFE)
    assert [one.answer for one in items(ask_id)] == [Answer.OPEN, Answer.OPEN]
    assert verify(db.session()).differences == []


def test_an_answer_decides_nothing_and_tells_nobody(bob: Person, job: int, two: tuple[int, int]) -> None:
    ask_id = ask(bob, job, *two)
    before = [(standing(one).status, standing(one).version, owed(one)) for one in two]
    assert answer(ask_id, Answer.NO, Answer.YES, note="Too far away").answers == 2
    assert [(standing(one).status, standing(one).version, owed(one)) for one in two] == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0
    facts = {"ask_id": ask_id, "answer": "no", "until": None}
    said = {"manager": "Mara Okonkwo", "note": "Too far away"}
    assert happened(two[0])[1:] == [("manager.answered", facts, said)]
    assert verify(db.session()).differences == []


def test_a_part_can_be_saved_and_changed_and_taken_back(bob: Person, job: int, two: tuple[int, int]) -> None:
    ask_id, day = ask(bob, job, *two), date(2030, 1, 1)
    with time_machine.travel("2029-12-20 10:00Z", tick=False):
        ask_id = ask(bob, job, *two, instead_of=ask_id)
        assert answer(ask_id, Answer.NO).answers == 1
        assert answer(ask_id, Answer.NO).answers == 0
        assert answer(ask_id, Answer.LATER, until=day).answers == 1
        assert answer(ask_id, Answer.LATER, until=day, note="Holiday").answers == 1
        assert answer(ask_id, Answer.OPEN).answers == 1
    first, second = items(ask_id)
    assert (first.answer, first.until, first.version) == (Answer.OPEN, None, 5)
    assert (second.answer, second.version) == (Answer.OPEN, 1)
    assert [one[1]["answer"] for one in happened(two[0]) if one[0] == "manager.answered"] == [
        "no", "later", "later", "open",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        Given(Answer.LATER),
        Given(Answer.LATER, date(2020, 1, 1)),
        Given(Answer.LATER, date(2999, 1, 1)),
        Given(Answer.NO, note="x" * (LONGEST_NOTE + 1)),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_saved(
    bob: Person, job: int, two: tuple[int, int], given: Given
) -> None:
    ask_id = ask(bob, job, *two)
    first, second = items(ask_id)
    before = everything()
    with pytest.raises(Refused):
        manager_answers.answer(token=token(ask_id), given={first.id: Given(Answer.YES), second.id: given})
    assert [one.answer for one in items(ask_id)] == [Answer.OPEN, Answer.OPEN]
    assert everything() == before


def test_a_link_is_good_for_its_own_ask_alone(bob: Person, job: int, two: tuple[int, int]) -> None:
    mine, other = ask(bob, job, two[0]), ask(bob, job, two[1], name="Ola Reyes")
    stranger = items(other)[0].id
    assert manager_answers.answer(token=token(mine), given={stranger: Given(Answer.YES)}).answers == 0
    assert items(other)[0].answer is Answer.OPEN


@pytest.mark.parametrize("how", ["taken back", "too old", "unknown", "another key"])
def test_a_link_that_opens_nothing_saves_nothing(
    bob: Person, job: int, two: tuple[int, int], how: str
) -> None:
    ask_id = ask(bob, job, *two)
    link, given = token(ask_id), {items(ask_id)[0].id: Given(Answer.YES)}
    moment = now() + (LIFE if how == "too old" else timedelta(0))
    if how == "taken back":
        withdraw(actor=bob, ask_id=ask_id)
    if how == "another key":
        with transaction() as session:
            session.execute(sa.update(ManagerAsk).values(key="renewed"))
    if how == "unknown":
        link = link[:-2]
    with time_machine.travel(moment, tick=False), pytest.raises(NotFound):
        manager_answers.answer(token=link, given=given)
    assert items(ask_id)[0].answer is Answer.OPEN


@pytest.mark.parametrize("how", ["withdrew", "decided", "erased"])
def test_whoever_left_meanwhile_takes_no_answer(
    bob: Person, job: int, two: tuple[int, int], how: str
) -> None:
    ask_id = ask(bob, job, *two)
    if how == "withdrew":
        change_status(actor=bob, application_id=two[0], status=Status.WITHDRAWN, version=1)
    elif how == "decided":
        decide(actor=bob, application_id=two[0], code="LESS-SCREEN", version=1)
    else:
        with transaction() as session:
            session.get_one(Candidate, standing(two[0]).candidate_id).erased_at = now()
    saved = answer(ask_id, Answer.YES, Answer.YES)
    assert (saved.answers, saved.too_late) == (1, 1)
    assert [one.answer for one in items(ask_id)] == [Answer.OPEN, Answer.YES]


def test_taking_back_ends_it_once(bob: Person, job: int, two: tuple[int, int]) -> None:
    ask_id = ask(bob, job, *two)
    assert withdraw(actor=bob, ask_id=ask_id)
    before = everything()
    assert not withdraw(actor=bob, ask_id=ask_id)
    assert everything() == before
    assert [one.ending for one in items(ask_id)] == [Ending.WITHDRAWN, Ending.WITHDRAWN]
    assert row(ask_id).next_mail_at is None
    assert happened(two[0])[-1] == ("manager.withdrawn", {"ask_id": ask_id}, {"manager": "Mara Okonkwo"})
    with pytest.raises(NotFound):
        withdraw(actor=bob, ask_id=ask_id + 1)


def test_a_candidate_stands_in_one_ask_at_a_time(bob: Person, job: int, two: tuple[int, int]) -> None:
    ask_id = ask(bob, job, *two)
    before = everything()
    with pytest.raises(Refused, match="Mara Okonkwo is asked about Ada Vance already"):
        ask(bob, job, two[0], name="Ola Reyes")
    assert everything() == before
    again = ask(bob, job, two[0], name="Ola Reyes", instead_of=ask_id)
    assert [one.ending for one in items(ask_id)] == [Ending.WITHDRAWN, Ending.WITHDRAWN]
    with time_machine.travel(now() + LIFE, tick=False):
        ask(bob, job, *two)
    assert [one.ending for one in items(again)] == [Ending.EXPIRED]


@pytest.mark.parametrize("address", ["ada@post.example", "ADA@Post.example", "second@post.example"])
def test_no_applicant_of_the_job_is_asked_about_the_others(bob: Person, job: int, address: str) -> None:
    factories.application(job, address="ada@post.example", second_address="second@post.example",
                          second_address_key="second@post.example")  # fmt: skip
    ben = factories.application(job)
    before = everything()
    with pytest.raises(Refused, match="Somebody who applied"):
        ask(bob, job, ben, address=address)
    assert everything() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "Mara\r\nBcc: eve@evil.example"},
        {"name": "x" * 1000},
        {"address": ""},
        {"address": "mara"},
        {"address": "a@x.example, b@x.example"},
        {"address": "a@x.example\r\nBcc: eve@evil.example"},
    ],
)
def test_a_bad_name_or_address_is_refused(
    bob: Person, job: int, two: tuple[int, int], wrong: dict[str, str]
) -> None:
    before = everything()
    with pytest.raises(Refused):
        ask(bob, job, *two, **wrong)
    assert everything() == before


def test_nobody_and_too_many_and_strangers_are_refused(bob: Person, job: int, two: tuple[int, int]) -> None:
    elsewhere = factories.application(factories.job("Cook"))
    gone = factories.application(job)
    change_status(actor=bob, application_id=gone, status=Status.WITHDRAWN, version=1)
    before = everything()
    for people in ((), range(1, MOST_PEOPLE + 2), (*two, elsewhere), (*two, 10**6), (*two, gone)):
        with pytest.raises(Refused):
            ask(bob, job, *people)
    other = ask(bob, standing(elsewhere).job_id, elsewhere)
    with pytest.raises(NotFound):
        ask(bob, job, *two, instead_of=other)
    assert everything() == (before[0] + 1, before[1] + 1, before[2])


def test_only_the_team_asks_takes_back_and_confirms(
    bob: Person, charlie: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, *two)
    answer(ask_id, Answer.NO, Answer.YES)
    before = everything()
    for verb in (
        lambda: manager_asks.ask(actor=charlie, job_id=job, application_ids=two, **MARA),
        lambda: withdraw(actor=charlie, ask_id=ask_id),
        lambda: confirm(actor=charlie, ask_id=ask_id, seen=seen(ask_id)),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert everything() == before


def test_a_note_is_kept_where_it_can_be_erased(bob: Person, job: int, two: tuple[int, int]) -> None:
    ask_id = ask(bob, job, *two)
    answer(ask_id, Answer.NO, note="Too far away")
    with transaction() as session:
        session.execute(sa.delete(EventPayload))
    assert verify(db.session()).differences == []
    for table in (ManagerAsk.__table__, ManagerAskItem.__table__, Event.__table__):
        for values in db.session.execute(sa.select(table)):
            assert "Too far away" not in str(values)
