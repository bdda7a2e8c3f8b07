"""An application goes on in another job: one history, the same debts, and back while nothing happened."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.applicants import AlreadyThere
from employer_app.actions.applications import change_status, move_stage
from employer_app.actions.contacts import add_note, log_call
from employer_app.actions.decisions import decide, undo_decision
from employer_app.actions.job_moves import move_to_job, undo_move
from employer_app.actions.underway import OnItsWay
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.status import JobStatus, Status
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Event, Job, Message, OwedAnswer, Stage
from employer_app.queries.audit import Figure, audit
from tests import factories
from tests.actions import mail
from tests.actions.lists import bring_in

pytestmark = pytest.mark.both


def row(application_id: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, application_id, populate_existing=True)


def stage(job_id: int, name: str = "Applied") -> int:
    db.session.rollback()
    query = sa.select(Stage.id).where(Stage.job_id == job_id, Stage.name == name)
    return db.session.scalars(query).one()


def owed(application_id: int) -> list[tuple[object, ...]]:
    db.session.rollback()
    columns = (OwedAnswer.reason, OwedAnswer.since, OwedAnswer.target_at, OwedAnswer.breach_at)
    query = sa.select(*columns).where(OwedAnswer.application_id == application_id)
    return sorted(tuple(found) for found in db.session.execute(query))


def move(someone: int, to: int, who: Person, **more: object) -> int:
    said = {"version": row(someone).version, "reason": "Fits the other crew better", **more}
    return move_to_job(actor=who, application_id=someone, stage_id=to, **said)  # type: ignore[arg-type]


def counted() -> list[int]:
    db.session.rollback()
    tables = (Application, Event, OwedAnswer)
    return [db.session.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in tables]


def test_move_keeps_every_debt_and_its_clock_and_links_both(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Purser", closing_on=date(2099, 1, 1))
    someone = factories.application(job, received=timedelta(days=40), ack_expected=True)
    factories.happened(
        someone,
        EventKind.INTERVIEW_HELD,
        ago=timedelta(days=30),
        interview_kind="panel",
        payload={"interviewers": [{"name": "Jonas Lindholm", "title": ""}]},
    )
    factories.happened(someone, EventKind.CALL_LOGGED, ago=timedelta(days=20), tells=False)
    factories.happened(someone, EventKind.PROMISE_MADE, ago=timedelta(days=19), due="2026-01-02")
    before, stood = owed(someone), row(someone)
    contact, received = stood.last_contact_at, stood.received_at
    new = move(someone, stage(other), bob)
    assert owed(new) == before != []
    assert owed(someone) == []
    there = row(new)
    assert (there.last_contact_at, there.received_at) == (contact, received)
    assert (there.job_id, there.status, there.depth) == (other, Status.ACTIVE, StageKind.INTERVIEW)
    assert (there.moved_from_id, there.moved_to_id) == (someone, None)
    gone = row(someone)
    assert (gone.moved_to_id, gone.status, gone.version) == (new, Status.WITHDRAWN, 2)
    assert verify(db.session()).differences == []


def test_move_of_somebody_without_any_word_counts_from_the_application(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Purser", closing_on=date(2099, 1, 1))
    someone = factories.application(job, received=timedelta(days=40))
    before = owed(someone)
    assert owed(move(someone, stage(other), bob)) == before


def test_move_is_counted_once_in_the_figures(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Purser")
    someone = factories.application(job)
    move(someone, stage(other), bob)
    db.session.rollback()
    counts = audit(bob).counts
    assert (counts[Figure.APPLICATIONS], counts[Figure.WITHDRAWN], counts[Figure.OWED]) == (1, 0, 1)


def test_move_says_first_that_a_message_leaves(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Purser")
    someone = factories.application(job)
    message = mail.queue(someone)
    before = counted()
    with pytest.raises(OnItsWay):
        move(someone, stage(other), bob)
    assert (counted(), row(someone).version) == (before, 1)
    move(someone, stage(other), bob, force=True)
    assert not mail.hand_over(message)
    assert mail.status_of(message) is MessageStatus.HELD


def test_move_waits_for_a_message_that_may_have_arrived(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Purser")
    someone = factories.application(job)
    message = mail.queue(someone)
    with transaction() as session:
        values = {"status": MessageStatus.UNCERTAIN, "fenced_at": now()}
        session.execute(sa.update(Message).where(Message.id == message).values(**values))
    with pytest.raises(Refused, match="may have arrived"):
        move(someone, stage(other), bob, force=True)
    assert row(someone).moved_to_id is None


def test_move_is_refused_where_it_makes_no_sense(app: Flask, bob: Person) -> None:
    job, other, shut = factories.job(), factories.job("Purser"), factories.job("Cook")
    someone = factories.application(job)
    with transaction() as session:
        session.get_one(Job, shut).status = JobStatus.CLOSED
    before = counted()
    for to, error in ((stage(job, "Final"), Refused), (stage(shut), Refused), (2**31 - 1, NotFound)):
        with pytest.raises(error):
            move(someone, to, bob)
    for reason in ("", " \0 ", "x" * 1001):
        with pytest.raises(Refused):
            move(someone, stage(other), bob, reason=reason)
    with pytest.raises(Changed):
        move(someone, stage(other), bob, version=9)
    with pytest.raises(NotFound):
        move_to_job(actor=bob, application_id=2**31 - 1, stage_id=stage(other), version=1, reason="Fits")
    with pytest.raises(NotAllowed):
        move(someone, stage(other), Person(bob.user_id, "Charlie", frozenset()))
    assert counted() == before
    decide(actor=bob, application_id=someone, code="INT-SKILL", version=1)
    with pytest.raises(Refused, match="no longer in the running"):
        move(someone, stage(other), bob)


def test_move_to_a_job_where_they_are_already_is_refused_and_later_a_further_round(
    app: Flask, bob: Person
) -> None:
    job, other = factories.job(), factories.job("Purser")
    someone = factories.application(job)
    there = factories.application(other, candidate_id=row(someone).candidate_id)
    with pytest.raises(AlreadyThere) as refusal:
        move(someone, stage(other), bob)
    assert refusal.value.application_id == there
    change_status(actor=bob, application_id=there, status=Status.WITHDRAWN, version=1)
    assert row(move(someone, stage(other), bob)).round == 2


def test_move_twice_by_a_double_click_is_one_move(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Purser")
    someone = factories.application(job)
    move(someone, stage(other), bob)
    with pytest.raises(Changed):
        move(someone, stage(other), bob, version=1)
    assert counted()[0] == 2


def test_what_has_moved_is_not_live_again_here(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Purser")
    someone = factories.application(job)
    move(someone, stage(other), bob)
    with pytest.raises(Refused, match="goes on in another job"):
        undo_decision(actor=bob, application_id=someone, version=2)
    with pytest.raises(Refused, match="goes on in another job"):
        change_status(actor=bob, application_id=someone, status=Status.ACTIVE, version=2)
    assert row(someone).status is Status.WITHDRAWN


def test_undo_leaves_everything_as_it_was(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Purser")
    someone = factories.application(job, received=timedelta(days=40))
    change_status(actor=bob, application_id=someone, status=Status.ON_HOLD, version=1)
    with transaction() as session:
        session.get_one(Application, someone).unread_since = now()
    before, unread = owed(someone), row(someone).unread_since
    new = move(someone, stage(other, "Final"), bob)
    assert row(new).unread_since == unread
    assert undo_move(actor=bob, application_id=new, version=1) == someone
    again = row(someone)
    assert (again.status, again.moved_to_id, again.unread_since) == (Status.ON_HOLD, None, unread)
    assert owed(someone) == before
    assert db.session.get(Application, new) is None
    with pytest.raises(Refused, match="not moved here"):
        undo_move(actor=bob, application_id=new, version=1)
    assert verify(db.session()).differences == []
    move(someone, stage(other), bob)
    assert verify(db.session()).differences == []


def _noted(new: int, who: Person) -> None:
    add_note(actor=who, application_id=new, text="Called back")


def _called(new: int, who: Person) -> None:
    log_call(actor=who, application_id=new, summary="Hello", tells=False)


def _moved(new: int, who: Person) -> None:
    move_stage(actor=who, versions={new: 1}, stage_id=stage(row(new).job_id, "Final"))


def _written(new: int, _who: Person) -> None:
    mail.queue(new)


@pytest.mark.parametrize("happens", [_noted, _called, _moved, _written])
def test_undo_is_refused_once_something_happened(app: Flask, bob: Person, happens: object) -> None:
    job, other = factories.job(), factories.job("Purser")
    someone = factories.application(job)
    new = move(someone, stage(other), bob)
    happens(new, bob)  # type: ignore[operator]
    before = counted()
    with pytest.raises(Refused, match="Something has happened"):
        undo_move(actor=bob, application_id=new, version=row(new).version)
    assert counted() == before
    back = move(new, stage(job, "Interview"), bob, force=True)
    assert (row(back).round, row(back).job_id, row(back).moved_from_id) == (2, job, new)
    assert verify(db.session()).differences == []


def test_undo_asks_for_rights_and_for_what_was_looked_at(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Purser")
    new = move(factories.application(job), stage(other), bob)
    with pytest.raises(NotAllowed):
        undo_move(actor=Person(bob.user_id, "Charlie", frozenset()), application_id=new, version=1)
    with pytest.raises(Changed):
        undo_move(actor=bob, application_id=new, version=2)
    assert row(new).job_id == other


def test_what_has_moved_is_not_opened_by_a_later_list(app: Flask, bob: Person) -> None:
    factories.place()
    head = "Application ID,Name,Email,Job,Stage,State\n"
    bo = "2,Bo Lind,bo@post.example,Purser,Applied,active\n"
    bring_in(bob, head + bo)
    db.session.rollback()
    someone = db.session.scalars(sa.select(Application.id)).one()
    move(someone, stage(factories.job("Deck Officer")), bob)
    at = bo.replace("bo@", "bo.lind@")
    bring_in(bob, head + at)  # by this the move is older than what a list said last
    bring_in(bob, head + at.replace("active", "on hold"))
    assert row(someone).status is Status.WITHDRAWN
    assert verify(db.session()).differences == []
