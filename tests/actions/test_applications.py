"""Move, change the standing, change hands: all or nothing, and never past mail that is on its way."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.applications import change_status, move_stage, set_owner
from employer_app.actions.underway import OnItsWay
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, OwedAnswer, Stage
from tests import factories
from tests.actions import mail

pytestmark = pytest.mark.both


def row(application_id: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, application_id, populate_existing=True)


def stage(job_id: int, name: str) -> int:
    query = sa.select(Stage.id).where(Stage.job_id == job_id, Stage.name == name)
    return db.session.scalars(query).one()


def test_move_takes_all_and_raises_their_versions(app: Flask, bob: Person) -> None:
    job = factories.job()
    people = [factories.application(job) for _ in range(3)]
    final = stage(job, "Final")
    assert move_stage(actor=bob, versions=dict.fromkeys(people, 1), stage_id=final) == 3
    assert [(row(p).stage_id, row(p).version, row(p).depth) for p in people] == [(final, 2, "final")] * 3
    assert verify(db.session()).differences == []


def test_move_to_where_they_stand_changes_nothing(app: Flask, bob: Person) -> None:
    job = factories.job()
    someone = factories.application(job)
    assert move_stage(actor=bob, versions={someone: 1}, stage_id=stage(job, "Applied")) == 0
    assert (row(someone).version, row(someone).event_seq) == (1, 1)


def test_move_with_one_stale_version_moves_nobody(app: Flask, bob: Person) -> None:
    job = factories.job()
    fresh, stale = factories.application(job), factories.application(job)
    move_stage(actor=bob, versions={stale: 1}, stage_id=stage(job, "Interview"))
    with pytest.raises(Changed):
        move_stage(actor=bob, versions={fresh: 1, stale: 1}, stage_id=stage(job, "Final"))
    assert row(fresh).version == 1


def test_move_with_one_foreign_id_is_refused_whole(app: Flask, bob: Person) -> None:  # attack 15
    job, other = factories.job(), factories.job("Purser")
    people = [factories.application(job) for _ in range(5)]
    foreign = factories.application(other)
    for stray in (foreign, 2**31 - 1):
        with pytest.raises(NotFound):
            move_stage(actor=bob, versions=dict.fromkeys([*people, stray], 1), stage_id=stage(job, "Final"))
    with pytest.raises(NotFound):
        move_stage(actor=bob, versions={people[0]: 1}, stage_id=stage(other, "Final"))
    assert {row(p).version for p in [*people, foreign]} == {1}


def test_move_of_somebody_closed_is_refused(app: Flask, bob: Person) -> None:
    job = factories.job()
    someone = factories.application(job)
    change_status(actor=bob, application_id=someone, status=Status.WITHDRAWN, version=1)
    with pytest.raises(Refused, match="no longer in the running"):
        move_stage(actor=bob, versions={someone: 2}, stage_id=stage(job, "Final"))


def test_move_says_first_that_a_message_leaves(app: Flask, bob: Person) -> None:  # fault 31
    job = factories.job()
    someone = factories.application(job, name="Kofi Mensah")
    message = mail.queue(someone)
    with pytest.raises(OnItsWay, match=r"A message to Kofi Mensah leaves") as refusal:
        move_stage(actor=bob, versions={someone: 1}, stage_id=stage(job, "Offer"))
    assert (refusal.value.message_ids, refusal.value.too_late) == ((message,), False)
    assert row(someone).version == 1
    move_stage(actor=bob, versions={someone: 1}, stage_id=stage(job, "Offer"), force=True)
    assert not mail.hand_over(message)
    assert mail.status_of(message) is MessageStatus.HELD


def test_move_says_that_a_message_is_being_handed_over(app: Flask, bob: Person) -> None:  # fault 32
    job = factories.job()
    someone = factories.application(job)
    message = mail.queue(someone)
    assert mail.hand_over(message)
    with pytest.raises(OnItsWay, match=r"handed to the mail server since \d\d:\d\d:\d\d") as refusal:
        move_stage(actor=bob, versions={someone: 1}, stage_id=stage(job, "Offer"))
    assert refusal.value.too_late
    assert move_stage(actor=bob, versions={someone: 1}, stage_id=stage(job, "Offer"), force=True) == 1


def test_move_and_hand_over_at_once_have_no_third_outcome(app: Flask, bob: Person) -> None:  # fault 33
    job = factories.job()
    offer = stage(job, "Offer")
    for _ in range(6):
        someone = factories.application(job)
        message = mail.queue(someone)
        start, results = threading.Barrier(2), {}

        def hand_over(message: int = message, start: threading.Barrier = start, to: dict = results) -> None:
            with app.app_context():
                start.wait()
                to["left"] = mail.hand_over(message)
                db.session.remove()

        def move(someone: int = someone, start: threading.Barrier = start, to: dict = results) -> None:
            with app.app_context():
                start.wait()
                try:
                    move_stage(actor=bob, versions={someone: 1}, stage_id=offer)
                except OnItsWay:
                    to["moved"] = False
                else:
                    to["moved"] = True
                db.session.remove()

        threads = [threading.Thread(target=work) for work in (hand_over, move)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # mail.queue leaves it queued, so an unforced move never gets past it: it was warned, before saving
        assert results["moved"] is False
        assert row(someone).version == 1


def test_forced_move_and_hand_over_at_once_agree(app: Flask, bob: Person) -> None:  # fault 33
    job = factories.job()
    offer = stage(job, "Offer")
    for _ in range(6):
        someone = factories.application(job)
        message = mail.queue(someone)
        start, results = threading.Barrier(2), {}

        def hand_over(message: int = message, start: threading.Barrier = start, to: dict = results) -> None:
            with app.app_context():
                start.wait()
                to["left"] = mail.hand_over(message)
                db.session.remove()

        def move(someone: int = someone, start: threading.Barrier = start) -> None:
            with app.app_context():
                start.wait()
                move_stage(actor=bob, versions={someone: 1}, stage_id=offer, force=True)
                db.session.remove()

        threads = [threading.Thread(target=work) for work in (hand_over, move)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expected = MessageStatus.HANDING_OVER if results["left"] else MessageStatus.HELD
        assert mail.status_of(message) is expected
    assert verify(db.session()).differences == []


def test_reopening_lets_one_more_message_of_each_purpose_through(app: Flask, bob: Person) -> None:
    someone = factories.application(factories.job())
    change_status(actor=bob, application_id=someone, status=Status.WITHDRAWN, version=1)
    assert row(someone).cycle == 1
    change_status(actor=bob, application_id=someone, status=Status.ACTIVE, version=2)
    assert (row(someone).status, row(someone).cycle, row(someone).version) == (Status.ACTIVE, 2, 3)


@pytest.mark.parametrize("status", [Status.REJECTED, Status.HIRED, Status.ACTIVE])
def test_status_without_a_reason_or_without_a_change_is_refused(
    app: Flask, bob: Person, status: Status
) -> None:
    someone = factories.application(factories.job())
    with pytest.raises(Refused):
        change_status(actor=bob, application_id=someone, status=status, version=1)
    assert row(someone).event_seq == 1


def test_owner_changes_what_is_whose_and_stops_no_mail(app: Flask, bob: Person, alice: Person) -> None:
    someone = factories.application(factories.job())
    message = mail.queue(someone)
    assert set_owner(actor=bob, application_ids=[someone], owner_id=alice.user_id) == 1
    owners = db.session.scalars(sa.select(OwedAnswer.owner_id).where(OwedAnswer.application_id == someone))
    assert set(owners) == {alice.user_id}
    assert mail.hand_over(message)


def test_owner_must_be_on_the_team(app: Flask, bob: Person, charlie: Person) -> None:
    someone = factories.application(factories.job())
    for stranger in (charlie.user_id, 99_999):
        with pytest.raises(Refused, match="not on the team"):
            set_owner(actor=bob, application_ids=[someone], owner_id=stranger)


def test_nobody_without_a_role_changes_anything(app: Flask, charlie: Person) -> None:
    job = factories.job()
    someone = factories.application(job)
    with pytest.raises(NotAllowed):
        move_stage(actor=charlie, versions={someone: 1}, stage_id=stage(job, "Final"))
    with pytest.raises(NotAllowed):
        change_status(actor=charlie, application_id=someone, status=Status.ON_HOLD, version=1)
    with pytest.raises(NotAllowed):
        set_owner(actor=charlie, application_ids=[someone], owner_id=None)


def test_message_that_leaves_another_day_says_which(app: Flask, bob: Person) -> None:
    job = factories.job()
    someone = factories.application(job)
    mail.queue(someone, due_in=timedelta(days=40))
    with pytest.raises(OnItsWay, match=r"leaves on \d+ [A-Z][a-z]+ at \d\d:\d\d\."):
        change_status(actor=bob, application_id=someone, status=Status.ON_HOLD, version=1)
