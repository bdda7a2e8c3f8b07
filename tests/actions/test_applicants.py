"""One applicant by hand: known people are found, nobody is in a job twice, and in doubt the app asks."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.applicants import AlreadyThere, Arrival, MayBeKnown, add_applicant
from employer_app.actions.applications import change_status
from employer_app.actions.candidates import Details
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.role import Person
from employer_app.domain.status import JobStatus, Status
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Candidate, OwedAnswer
from tests import factories

pytestmark = pytest.mark.both

ANNA = Details("Anna Müller", "anna@post.example")


def add(actor: Person, job: int, details: Details = ANNA, **more: object) -> int:
    return add_applicant(actor=actor, job_id=job, details=details, arrival=Arrival(), **more)  # type: ignore[arg-type]


def people() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Candidate.name).order_by(Candidate.id)))


def test_add_opens_the_debts_of_a_new_application(app: Flask, bob: Person) -> None:
    job = factories.job()
    arrived = now() - timedelta(days=9)
    someone = add_applicant(
        actor=bob, job_id=job, details=ANNA, arrival=Arrival(received_at=arrived, ack_expected=True)
    )
    row = db.session.get_one(Application, someone)
    assert (row.received_at, row.owner_id, row.round, row.status) == (arrived, bob.user_id, 1, Status.ACTIVE)
    reasons = db.session.scalars(sa.select(OwedAnswer.reason).where(OwedAnswer.application_id == someone))
    assert set(reasons) == {Reason.SILENT, Reason.NOT_ACKNOWLEDGED}
    assert verify(db.session()).differences == []


@pytest.mark.parametrize("name", ["Anna Müller", "MUELLER, Anna", "A. Müller"])
def test_add_finds_a_known_person_by_address_and_fitting_name(app: Flask, bob: Person, name: str) -> None:
    add(bob, factories.job())
    add(bob, factories.job("Purser"), Details(name, "ANNA@post.example"))
    assert people() == ["Anna Müller"]


def test_add_finds_a_known_person_by_the_second_address(app: Flask, bob: Person) -> None:
    add(bob, factories.job(), Details("Anna Müller", "anna@work.example", second_address="anna@post.example"))
    add(bob, factories.job("Purser"))
    assert people() == ["Anna Müller"]


def test_another_name_at_the_same_address_is_asked_about(app: Flask, bob: Person) -> None:
    job = factories.job()
    add(bob, factories.job("Purser"))
    with pytest.raises(MayBeKnown) as question:
        add(bob, job, Details("Jan Müller", "anna@post.example"))
    known = question.value.people
    assert [(one.name, one.address) for one in known] == [("Anna Müller", "anna@post.example")]
    assert people() == ["Anna Müller"]
    add(bob, job, Details("Jan Müller", "anna@post.example"), somebody_else=True)
    assert people() == ["Anna Müller", "Jan Müller"]


def test_the_answer_same_person_makes_nobody_new(app: Flask, bob: Person) -> None:
    first = add(bob, factories.job("Purser"))
    known = db.session.get_one(Application, first).candidate_id
    second = add(bob, factories.job(), Details("Anna Schmidt", "anna@post.example"), same_as=known)
    assert people() == ["Anna Müller"]
    assert db.session.get_one(Application, second).candidate_id == known


def test_two_fitting_people_at_one_address_are_asked_about(app: Flask, bob: Person) -> None:
    for name in ("Anna Müller", "Anna M. Müller"):
        factories.candidate(name, "anna@post.example")
    with pytest.raises(MayBeKnown) as question:
        add(bob, factories.job())
    assert [one.name for one in question.value.people] == ["Anna Müller", "Anna M. Müller"]


def test_nobody_is_in_a_job_twice_at_once(app: Flask, bob: Person) -> None:
    job = factories.job()
    first = add(bob, job)
    with pytest.raises(AlreadyThere) as refusal:
        add(bob, job)
    assert refusal.value.application_id == first
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Application)) == 1


def test_a_person_may_apply_again_after_the_first_time_ended(app: Flask, bob: Person) -> None:
    job = factories.job()
    first = add(bob, job)
    change_status(actor=bob, application_id=first, status=Status.WITHDRAWN, version=1)
    second = add(bob, job)
    db.session.rollback()
    assert db.session.get_one(Application, second).round == 2


def test_without_an_address_the_same_name_in_the_same_job_is_asked_about(app: Flask, bob: Person) -> None:
    job = factories.job()
    add(bob, job, Details("Sukarno"))
    with pytest.raises(MayBeKnown):
        add(bob, job, Details("sukarno"))
    add(bob, job, Details("sukarno"), somebody_else=True)
    add(bob, factories.job("Purser"), Details("Sukarno"))
    assert len(people()) == 3


@pytest.mark.parametrize("status", [JobStatus.DRAFT, JobStatus.CLOSED, JobStatus.FINISHED])
def test_a_job_that_is_not_open_takes_nobody(app: Flask, bob: Person, status: JobStatus) -> None:
    job = factories.job(status=status)
    with pytest.raises(Refused, match="takes no applications"):
        add(bob, job)
    assert people() == []


def test_missing_job_stage_and_person_are_the_same_plain_answer(app: Flask, bob: Person) -> None:  # attack 14
    job, other = factories.job(), factories.job("Purser")
    foreign_stage = other * 1000
    with pytest.raises(NotFound):
        add(bob, 4711)
    with pytest.raises(NotFound):
        add(bob, job, same_as=4711)
    with pytest.raises(NotFound):
        add_applicant(actor=bob, job_id=job, details=ANNA, arrival=Arrival(stage_id=foreign_stage))
    assert people() == []


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (Details("", "anna@post.example"), "name"),
        (Details("N/A", "anna@post.example"), "name"),
        (Details("Anna\nBcc: x@y.example", "anna@post.example"), "name"),
        (Details("Anna", "anna@post.example, jan@post.example"), "address"),
        (Details("Anna", "anna@"), "address"),
        (Details("Anna", "anna@post.example", second_address="anna@post.example"), "second_address"),
        (Details("Anna", "", second_address="anna@post.example"), "address"),
        (Details("Anna", phone="1" * 61), "phone"),
    ],
)
def test_bad_details_are_refused_at_their_field(  # attack 32, attack 33
    app: Flask, bob: Person, details: Details, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        add(bob, factories.job(), details)
    assert refusal.value.field == field
    assert people() == []


def test_an_application_from_the_future_is_refused(app: Flask, bob: Person) -> None:
    with pytest.raises(Refused) as refusal:
        add_applicant(
            actor=bob,
            job_id=factories.job(),
            details=ANNA,
            arrival=Arrival(received_at=now() + timedelta(hours=1)),
        )
    assert refusal.value.field == "received_on"


def test_nobody_without_a_role_adds(app: Flask, charlie: Person) -> None:
    with pytest.raises(NotAllowed):
        add(charlie, factories.job())


def test_a_double_click_adds_one_person_once(app: Flask, bob: Person) -> None:
    job = factories.job()
    start = threading.Barrier(4)
    results: list[str] = []

    def click() -> None:
        with app.app_context():
            start.wait()
            try:
                add(bob, job)
            except AlreadyThere:
                results.append("refused")
            else:
                results.append("added")
            db.session.remove()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["added", "refused", "refused", "refused"]
    assert people() == ["Anna Müller"]
