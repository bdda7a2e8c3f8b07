"""One file of a whole system: its jobs, its states and reasons, and what it told already."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.imports import lists as imports
from employer_app.actions.old_pile import plan
from employer_app.domain.applicant_list.choices import JobChoice, ListChoices, Told
from employer_app.domain.applicant_list.outcome import Outcome
from employer_app.domain.duty import Reason
from employer_app.domain.errors import Refused
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Candidate, Event, Job, OwedAnswer
from employer_app.queries.audit import By, breakdown
from employer_app.queries.chosen import still_owed
from tests import factories
from tests.actions.lists import bring_in, people, upload

pytestmark = pytest.mark.both

HEAD = "Application ID,Candidate ID,Full name,Email,Job,Job ID,Stage,State,Reason,Applied at,Rejected at\n"
SYSTEM = (
    HEAD
    + """1,11,Ana Prieto,ana@post.example,REQ-1 | Night Purser,REQ-1,Application Review,active,,2026-03-02,
2,11,Ana Prieto,ana@post.example,Deck Officer (4711),4711,Face to Face,active,,2026-03-03,
3,12,Bo Lind,bo@post.example,Deck Officer (4711),4711,Face to Face,rejected,Lacks skills,2026-03-03,2026-03-20
4,13,Chidi Okeke,chidi@post.example,Deck Officer (4711),4711,Offer,hired,,2026-03-03,
5,14,Dora Vos,dora@post.example,REQ-1 | Night Purser,REQ-1,Screen,rejected,Withdrew,2026-03-04,2026-03-21
"""
)


def _rows() -> dict[str, Application]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(Application).order_by(Application.id)).all()
    return {row.external_id: row for row in rows}


def _reasons(row: Application) -> set[Reason]:
    return set(db.session.scalars(sa.select(OwedAnswer.reason).where(OwedAnswer.application_id == row.id)))


def test_each_job_of_the_file_becomes_a_job_with_a_title_that_candidates_may_read(
    app: Flask, bob: Person
) -> None:
    factories.place()
    done = bring_in(bob, SYSTEM)
    jobs = db.session.scalars(sa.select(Job).order_by(Job.title)).all()
    assert [(job.title, job.public_title, job.external_id) for job in jobs] == [
        ("Deck Officer (4711)", "Deck Officer", "4711"),
        ("REQ-1 | Night Purser", "Night Purser", "REQ-1"),
    ]
    assert (done.rows, done.created, len(done.job_ids)) == (5, 5, 2)
    # One person who applied twice is one person.
    assert people() == [
        ("Ana Prieto", "ana@post.example"),
        ("Bo Lind", "bo@post.example"),
        ("Chidi Okeke", "chidi@post.example"),
        ("Dora Vos", "dora@post.example"),
    ]
    assert verify(db.session()).differences == []


def test_ends_are_read_from_state_and_reason_and_never_from_the_name_of_a_stage(
    app: Flask, bob: Person
) -> None:
    factories.place()
    bring_in(bob, SYSTEM)
    rows = _rows()
    assert {number: row.status for number, row in rows.items()} == {
        "1": Status.ACTIVE,
        "2": Status.ACTIVE,
        "3": Status.REJECTED,
        "4": Status.HIRED,
        "5": Status.WITHDRAWN,
    }
    assert rows["3"].decided_at == datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
    # Nobody says that Bo was told: a decision that is not told is the worst debt there is.
    assert _reasons(rows["3"]) == {Reason.DECIDED_NOT_TOLD}
    assert _reasons(rows["4"]) == _reasons(rows["5"]) == set()


def test_a_stage_called_rejected_ends_nothing_until_a_person_says_so(app: Flask, bob: Person) -> None:
    factories.place()
    text = "Name,Email,Job,Stage\nAna Prieto,ana@post.example,Purser,Rejected\n"
    bring_in(bob, text)
    row = db.session.scalars(sa.select(Application)).one()
    assert (row.status, row.depth) == (Status.ACTIVE, StageKind.INTERVIEW)
    bring_in(bob, text.replace("ana@", "eva@").replace("Ana", "Eva"), endings={"Rejected": Outcome.REJECTED})
    row = db.session.scalars(sa.select(Application).order_by(Application.id.desc())).first()
    assert row is not None
    assert row.status is Status.REJECTED


def test_an_unknown_state_leaves_the_person_waiting(app: Flask, bob: Person) -> None:
    factories.place()
    text = "Name,Email,Job,Stage,Application status\nAna Prieto,ana@post.example,Purser,Applied,Frobnicated\n"
    list_id = upload(bob, text)
    found = imports.look(list_id=list_id, actor=bob)
    assert found.states == {"Frobnicated": None}
    imports.keep(list_id=list_id, digest=found.digest, actor=bob)
    assert db.session.scalars(sa.select(Application.status)).one() is Status.ACTIVE


def test_a_job_can_be_left_out_joined_or_renamed_on_the_page(app: Flask, bob: Person) -> None:
    factories.place()
    deck = factories.job("Deck Officers 2026")
    jobs = {"4711": JobChoice(job_id=deck), "REQ-1": JobChoice(left_out=True)}
    done = bring_in(bob, SYSTEM, jobs=jobs)
    assert (done.created, done.left_out, done.job_ids) == (3, 2, (deck,))
    assert done.rows == done.created + done.left_out
    renamed = {"REQ-1": JobChoice(title="Purser, nights", public_title="Purser on night ferries")}
    bring_in(bob, SYSTEM, jobs=renamed | {"4711": JobChoice(left_out=True)})
    job = db.session.scalars(sa.select(Job).where(Job.title == "Purser, nights")).one()
    assert job.public_title == "Purser on night ferries"


def test_a_title_of_numbers_only_reaches_no_candidate(app: Flask, bob: Person) -> None:
    factories.place()
    text = "Name,Email,Job\nAna Prieto,ana@post.example,REQ-10233\n"
    list_id = upload(bob, text)
    found = imports.look(list_id=list_id, actor=bob)
    assert "not a title" in str(found.job_trouble)
    with pytest.raises(Refused, match="not a title"):
        imports.keep(list_id=list_id, digest=found.digest, actor=bob)
    assert db.session.scalars(sa.select(Job)).all() == []


def test_two_vacancies_of_one_name_stay_two(app: Flask, bob: Person) -> None:
    factories.place()
    text = (
        "Name,Email,Job,Job ID\n"
        "Ana Prieto,ana@post.example,Colleague,R1\nBo Lind,bo@post.example,Colleague,R2\n"
    )
    bring_in(bob, text)
    jobs = db.session.scalars(sa.select(Job).order_by(Job.external_id)).all()
    assert [(job.title, job.public_title) for job in jobs] == [
        ("Colleague (R1)", "Colleague"),
        ("Colleague (R2)", "Colleague"),
    ]


def test_what_was_said_of_one_list_is_offered_for_the_next_of_its_system(app: Flask, bob: Person) -> None:
    factories.place()
    bring_in(bob, SYSTEM, stages={"Face to Face": "Final"}, states={"active": Outcome.ON_HOLD})
    list_id = upload(bob, SYSTEM.replace("ana@", "ana.p@"))
    found = imports.look(list_id=list_id, actor=bob)
    assert found.choices.stages == {"Face to Face": "Final"}
    assert found.choices.states == {"active": Outcome.ON_HOLD}
    assert all(job.id for job in found.jobs.found.values())


@pytest.mark.parametrize("way", ["column", "rule", "log"])
def test_whoever_was_told_elsewhere_owes_us_no_second_no(app: Flask, bob: Person, way: str) -> None:
    factories.place()
    text = SYSTEM
    told = Told()
    if way == "column":
        lines = [
            f"{line},{'Told on' if i == 0 else '2026-03-25' if i == 3 else ''}"
            for i, line in enumerate(text.splitlines())
        ]
        text = "\n".join(lines) + "\n"
    elif way == "rule":
        told = Told(states={"rejected": "2026-03-25"})
    else:
        told = Told(log={"bo@post.example": "2026-03-25"}, log_names=("sent.csv",))
    bring_in(bob, text, told=told)
    bo = _rows()["3"]
    assert bo.told_how == EventKind.TOLD_ELSEWHERE.value
    assert bo.told_at == datetime(2026, 3, 25, 8, 0, tzinfo=UTC)
    assert _reasons(bo) == set()
    assert bo.id not in still_owed(bob, bo.job_id)  # left out of a close-out
    fact = db.session.scalars(sa.select(Event).where(Event.kind == EventKind.TOLD_ELSEWHERE)).first()
    assert fact is not None
    assert fact.actor_id == bob.user_id  # by a named person


def test_a_mail_before_the_decision_does_not_tell_it(app: Flask, bob: Person) -> None:
    factories.place()
    bring_in(bob, SYSTEM, told=Told(log={"bo@post.example": "2026-03-05"}))
    bo = _rows()["3"]
    assert bo.told_at is None
    assert _reasons(bo) == {Reason.DECIDED_NOT_TOLD}


def test_interviews_are_kept_with_kind_people_and_who_did_not_come(app: Flask, bob: Person) -> None:
    factories.place()
    text = (
        "Name,Email,Job,Stage,Interview date,Interview type,Interviewers,Interview result\n"
        "Ana Prieto,ana@post.example,Purser,Interview,2026-03-10,Panel interview,"
        "Jonas Lindholm (Head of Depots); Priya Raman,Held\n"
        "Bo Lind,bo@post.example,Purser,Applied,2026-03-11,Group interview,,No show\n"
    )
    bring_in(bob, text)
    kinds = (EventKind.INTERVIEW_HELD, EventKind.INTERVIEW_MISSED)
    facts = db.session.scalars(sa.select(Event).where(Event.kind.in_(kinds)).order_by(Event.id)).all()
    assert [(fact.kind, fact.facts["interview_kind"]) for fact in facts] == [
        (EventKind.INTERVIEW_HELD, "panel"),
        (EventKind.INTERVIEW_MISSED, "group"),
    ]
    rows = db.session.scalars(sa.select(Application).order_by(Application.id)).all()
    assert [row.depth for row in rows] == [StageKind.INTERVIEW, StageKind.APPLIED]


def test_whoever_is_late_already_comes_onto_the_old_pile_and_off_it_by_any_word(
    app: Flask, bob: Person
) -> None:
    from employer_app.actions.contacts import add_note

    factories.place()
    done = bring_in(bob, SYSTEM)
    rows = _rows()
    assert done.old_pile == sum(row.old_pile for row in rows.values()) == 3
    add_note(actor=bob, application_id=rows["1"].id, text="Call her")
    assert not _rows()["1"].old_pile
    db.session.rollback()
    assert bring_in(bob, SYSTEM.replace("@post", "@mail"), late_at_home=True, job_title="Other").old_pile == 0


def test_the_person_of_a_number_is_found_by_it_when_the_address_changed(app: Flask, bob: Person) -> None:
    factories.place()
    bring_in(bob, SYSTEM)
    later = (
        SYSTEM.splitlines()[0] + "\n9,12,Bo Lind,bo.lind@mail.example,Mate,M1,Applied,active,,2026-04-01,\n"
    )
    bring_in(bob, later)
    assert len(people()) == 4
    candidate = db.session.scalars(sa.select(Candidate).where(Candidate.name == "Bo Lind")).one()
    assert db.session.scalar(sa.select(sa.func.count()).where(Application.candidate_id == candidate.id)) == 2


def test_choices_come_back_from_json_as_they_were() -> None:
    choices = ListChoices(
        jobs={"R1": JobChoice(title="A", public_title="B"), "R2": JobChoice(left_out=True)},
        insisted=frozenset({3}),
        endings={"Rejected": Outcome.REJECTED},
        states={"x": Outcome.CLOSED},
        told=Told(states={"x": "2026-03-01"}, log={"a@b.example": "2026-03-02"}),
        edits={4: {1: "new"}},
    )
    assert ListChoices.from_json(choices.to_json()) == choices


def test_the_old_pile_is_in_no_colleagues_figures_until_it_is_planned(app: Flask, bob: Person) -> None:
    factories.place(country="GB", timezone="Europe/London")
    done = bring_in(bob, SYSTEM)
    assert done.old_pile == 3

    def by_owner() -> dict[str, int]:
        return {line.label: line.late for line in breakdown(bob, By.OWNER).lines}

    before = by_owner()
    assert before["old"] == 3
    assert not any(late for name, late in before.items() if name != "old")
    plan(actor=bob, job_id=None)
    after = by_owner()
    assert "old" not in after
    assert sum(after.values()) == 3
