"""Create a job and change it, and what that does to the clocks of the people in it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import jobs
from employer_app.actions.job_fields import JobFields
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.errors import Changed, NotAllowed, Refused
from employer_app.domain.event import EventKind, job_subject
from employer_app.domain.role import Person
from employer_app.domain.stage import DEFAULT_STAGES, StageKind, StagePlan
from employer_app.domain.status import JobStatus
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Event, EventPayload, Job, OwedAnswer, Stage
from tests import factories

pytestmark = pytest.mark.both


def row(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def chain(job_id: int) -> list[Event]:
    db.session.rollback()
    query = sa.select(Event).where(Event.subject == job_subject(job_id)).order_by(Event.seq)
    return list(db.session.scalars(query))


def owed(application_id: int) -> dict[Reason, OwedAnswer]:
    db.session.rollback()
    query = sa.select(OwedAnswer).where(OwedAnswer.application_id == application_id)
    return {debt.reason: debt for debt in db.session.scalars(query.execution_options(populate_existing=True))}


def fields(**changes: object) -> JobFields:
    return JobFields(**{"title": "Deck Officer", "place_id": factories.place(), **changes})


def fields_of(job_id: int, **changes: object) -> JobFields:
    job = row(job_id)
    names = JobFields.__dataclass_fields__
    return JobFields(**{**{name: getattr(job, name) for name in names}, **changes})


def test_create_keeps_what_was_given_and_the_usual_stages(app: Flask, bob: Person, alice: Person) -> None:
    given = fields(
        title=" Deck Officer, Rotterdam 2 ",
        public_title="Deck Officer",
        closing_on=date(2026, 12, 1),
        decide_by=date(2026, 12, 18),
        contact_name="Maren Oduya",
        contact_title="Recruiter",
        contact_address="Maren@Brightwater.example",
        contact_phone="+31 10 555 0101",
        owner_id=alice.user_id,
        acknowledges=True,
    )
    job_id = jobs.create_job(actor=bob, fields=given)
    job = row(job_id)
    assert (job.title, job.public_title, job.status) == (
        "Deck Officer, Rotterdam 2",
        "Deck Officer",
        JobStatus.OPEN,
    )
    assert (job.closing_on, job.decide_by, job.rolling) == (date(2026, 12, 1), date(2026, 12, 18), False)
    assert (job.contact_name, job.contact_title, job.contact_phone) == (
        "Maren Oduya",
        "Recruiter",
        "+31 10 555 0101",
    )
    assert job.contact_address.endswith("@brightwater.example")
    assert (job.owner_id, job.acknowledges, job.demo) == (alice.user_id, True, False)
    stages = [StagePlan(stage.name, stage.kind, stage.counts_as_interview) for stage in job.stages]
    assert stages == list(DEFAULT_STAGES)
    assert [(event.kind, event.facts, event.actor_id) for event in chain(job_id)] == [
        (EventKind.JOB_STATUS_CHANGED, {"status": "open"}, bob.user_id)
    ]


def test_create_takes_other_stages_and_their_mark(app: Flask, bob: Person) -> None:
    plans = [
        StagePlan("New", StageKind.APPLIED, False),
        StagePlan("Trial shift", StageKind.SCREEN, True),
        StagePlan("Video call", StageKind.INTERVIEW, False),
    ]
    job = row(jobs.create_job(actor=bob, fields=fields(), stages=plans))
    assert [(stage.name, stage.kind, stage.counts_as_interview) for stage in job.stages] == [
        ("New", StageKind.APPLIED, False),
        ("Trial shift", StageKind.INTERVIEW, True),
        ("Video call", StageKind.SCREEN, False),
    ]


def test_public_title_is_the_title_unless_given(app: Flask, bob: Person) -> None:
    assert row(jobs.create_job(actor=bob, fields=fields(title="Purser"))).public_title == "Purser"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "Officer\r\nBcc: all@post.example"}, "title"),
        ({"public_title": "a\u202eb"}, "public_title"),
        ({"title": "x" * 500}, "title"),
        ({"place_id": 2**31 - 1}, "place_id"),
        ({"owner_id": 2**31 - 1}, "owner_id"),
        ({"contact_address": "nobody"}, "contact_address"),
        ({"contact_address": "a@post.example, b@post.example"}, "contact_address"),
        ({"rolling": True, "closing_on": date(2026, 12, 1)}, "closing_on"),
        ({"closing_on": date(2026, 12, 2), "decide_by": date(2026, 12, 1)}, "decide_by"),
        ({"closing_on": date(202, 12, 2)}, "closing_on"),
        ({"decide_by": date(9999, 12, 31)}, "decide_by"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(
    app: Flask, bob: Person, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        jobs.create_job(actor=bob, fields=fields(**changes))
    assert refusal.value.field == field
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_owner_must_be_able_to_sign_in(app: Flask, bob: Person, charlie: Person) -> None:
    with pytest.raises(Refused, match="not on the team"):
        jobs.create_job(actor=bob, fields=fields(owner_id=charlie.user_id))


def test_a_team_mate_who_left_stays_owner_until_somebody_changes_it(app: Flask, bob: Person) -> None:
    job_id = jobs.create_job(actor=bob, fields=fields(owner_id=bob.user_id))
    with transaction() as session:
        session.execute(sa.text('UPDATE "user" SET active = false'))
    jobs.edit_job(actor=bob, job_id=job_id, fields=fields_of(job_id, title="Purser"), version=1)
    assert (row(job_id).title, row(job_id).owner_id) == ("Purser", bob.user_id)


def test_closing_date_moves_the_silence_clock_of_everybody(app: Flask, bob: Person) -> None:
    job_id = factories.job(closing_on=now().date() + timedelta(days=10))
    people = [factories.application(job_id) for _ in range(3)]
    before = owed(people[0])[Reason.SILENT]
    since, target = before.since, before.target_at
    later = now().date() + timedelta(days=40)
    jobs.edit_job(actor=bob, job_id=job_id, fields=fields_of(job_id, closing_on=later), version=1)
    for someone in people:
        debt = owed(someone)[Reason.SILENT]
        assert abs(debt.since - since - timedelta(days=30)) <= timedelta(hours=1)  # clocks may change between
        assert debt.target_at > target
    assert verify(db.session()).differences == []


def test_place_moves_the_deadlines_to_its_own_working_days(app: Flask, bob: Person) -> None:
    job_id = factories.job()
    someone = factories.application(job_id)
    before = owed(someone)[Reason.SILENT].target_at
    tokyo = factories.place("JP", "Asia/Tokyo")
    jobs.edit_job(actor=bob, job_id=job_id, fields=fields_of(job_id, place_id=tokyo), version=1)
    assert owed(someone)[Reason.SILENT].target_at != before
    assert verify(db.session()).differences == []


def test_edit_says_what_changed_and_keeps_both(app: Flask, bob: Person) -> None:
    job_id = factories.job(closing_on=date(2026, 12, 1))
    changed = fields_of(job_id, title="Second Officer", closing_on=date(2026, 12, 8))
    jobs.edit_job(actor=bob, job_id=job_id, fields=changed, version=1)
    [event] = chain(job_id)
    assert (event.kind, event.facts, event.actor_id) == (
        EventKind.JOB_EDITED,
        {"fields": ["closing_on", "title"]},
        bob.user_id,
    )
    payload = db.session.get_one(EventPayload, event.id).payload
    assert payload == {
        "before": {"title": "Deck Officer", "closing_on": "2026-12-01"},
        "after": {"title": "Second Officer", "closing_on": "2026-12-08"},
    }
    assert row(job_id).version == 2


def test_edit_without_a_difference_records_nothing(app: Flask, bob: Person) -> None:
    job_id = factories.job()
    jobs.edit_job(actor=bob, job_id=job_id, fields=fields_of(job_id), version=1)
    assert (chain(job_id), row(job_id).version) == ([], 1)


def test_edit_of_what_somebody_changed_meanwhile_is_refused(app: Flask, bob: Person) -> None:
    job_id = factories.job()
    jobs.edit_job(actor=bob, job_id=job_id, fields=fields_of(job_id, title="Purser"), version=1)
    with pytest.raises(Changed):
        jobs.edit_job(actor=bob, job_id=job_id, fields=fields_of(job_id, title="Bosun"), version=1)
    assert row(job_id).title == "Purser"


def test_nobody_without_a_role_does_any_of_it(app: Flask, charlie: Person) -> None:
    job_id = factories.job()
    with pytest.raises(NotAllowed):
        jobs.create_job(actor=charlie, fields=fields())
    with pytest.raises(NotAllowed):
        jobs.edit_job(actor=charlie, job_id=job_id, fields=fields_of(job_id, title="Mine"), version=1)
    for verb in (jobs.open_job, jobs.close_job, jobs.reopen_job, jobs.finish_job):
        with pytest.raises(NotAllowed):
            verb(actor=charlie, job_id=job_id, version=1)
    assert (row(job_id).version, chain(job_id)) == (1, [])


def test_stage_positions_run_from_zero(app: Flask, bob: Person) -> None:
    job_id = jobs.create_job(actor=bob, fields=fields())
    positions = db.session.scalars(sa.select(Stage.position).where(Stage.job_id == job_id)).all()
    assert sorted(positions) == list(range(len(DEFAULT_STAGES)))
