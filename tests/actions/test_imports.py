"""A list is kept whole or not at all, and what is kept is what was looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions.imports import lists as imports
from employer_app.actions.imports.judging import read
from employer_app.actions.imports.look import look_at
from employer_app.actions.jobs import close_job
from employer_app.actions.stages import rename_stage
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.columns import Field
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person
from employer_app.domain.sample import sample_list
from employer_app.domain.stage import StageKind
from employer_app.domain.status import JobStatus
from employer_app.extensions import Base, db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import (
    ApplicantList,
    Application,
    Candidate,
    Event,
    EventPayload,
    Job,
    OwedAnswer,
    Stage,
)
from employer_app.models.bulk import insert_rows
from tests import factories
from tests.actions.lists import LIST, bring_in, everything, people, the, upload

pytestmark = pytest.mark.both


def test_a_list_becomes_people_where_it_says_they_stand(app: Flask, bob: Person) -> None:
    job = factories.job()
    done = bring_in(bob, LIST, job)
    assert done == imports.Imported(
        rows=3,
        created=3,
        changed=0,
        already_here=0,
        bad=0,
        duplicates=0,
        left_out=0,
        job_ids=(job,),
        old_pile=3,
    )
    assert people() == [
        ("Ana Prieto", "ana@post.example"),
        ("Bo Lind", "bo@post.example"),
        ("Chidi Okeke", None),
    ]
    rows = db.session.scalars(sa.select(Application).order_by(Application.id)).all()
    assert [row.stage.name for row in rows] == ["Applied", "Interview", "Applied"]
    assert [row.external_id for row in rows] == ["A1", "A2", "A3"]
    assert {row.owner_id for row in rows} == {bob.user_id}
    # Nine in the morning where the job is.
    assert rows[0].received_at == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert verify(db.session()).differences == []


def test_the_sample_gives_410_people_of_412_rows(app: Flask, bob: Person) -> None:
    job = factories.job()
    done = bring_in(bob, sample_list(now().date()), job, good_only=True)
    assert (done.rows, done.created, done.bad, done.duplicates) == (412, 410, 1, 1)
    assert len(people()) == 410
    assert verify(db.session()).differences == []


def test_bad_rows_keep_the_good_ones_out_until_somebody_says_so(app: Flask, bob: Person) -> None:
    job = factories.job()
    text = LIST + "Dora Vos,dora@@post.example,Applied,2026-03-05,A4\n"
    before = everything()
    with pytest.raises(Refused, match="1 row of 4 cannot be imported"):
        bring_in(bob, text, job)
    assert everything() == before
    done = bring_in(bob, text, job, good_only=True)
    assert (done.rows, done.created, done.bad) == (4, 3, 1)


def test_a_failure_in_the_middle_keeps_nothing(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # fault 53
    seen = []

    def break_in_the_middle(_session: object, model: type[Base], rows: list[dict[str, object]]) -> None:
        if model is Event:
            seen.append(db.session.scalar(sa.select(sa.func.count()).select_from(Application)))
            raise MemoryError
        insert_rows(db.session(), model, rows)

    monkeypatch.setattr("employer_app.ledger.arrival.insert_rows", break_in_the_middle)
    factories.place()
    before = everything()
    with pytest.raises(MemoryError):
        bring_in(bob, LIST, job_title="Purser")
    assert (seen, everything()) == ([3], before)
    assert the(ApplicantList).imported_at is None


def test_a_title_nobody_knows_makes_a_job_with_the_import_and_not_before(app: Flask, bob: Person) -> None:
    place = factories.place()
    list_id = upload(bob)
    imports.choose(list_id=list_id, choices=ListChoices(job_title="  Purser "), actor=bob)
    found = imports.look(list_id=list_id, actor=bob)
    assert found.jobs.found[""].id is None
    assert everything()[5] == 0
    done = imports.keep(list_id=list_id, digest=found.digest, actor=bob)
    job = the(Job)
    assert (job.id, job.title, job.place_id, job.status) == (done.job_id, "Purser", place, JobStatus.OPEN)
    assert [stage.name for stage in job.stages][:2] == ["Applied", "Phone screen"]
    assert bring_in(bob, LIST, job_title="purser").already_here == 3


def test_a_new_job_needs_a_place(app: Flask, bob: Person) -> None:
    with pytest.raises(Refused, match="no place"):
        bring_in(bob, LIST, job_title="Purser")
    assert everything()[5] == 0


def test_the_job_is_taken_from_the_list_when_all_rows_name_one(app: Flask, bob: Person) -> None:
    list_id = upload(
        bob, "Name,Email,Job title\nAna Prieto,ana@post.example,Purser\nBo,bo@x.example,Purser\n"
    )
    found = imports.look(list_id=list_id, actor=bob)
    assert [(job.id, job.title) for job in found.jobs.found.values()] == [(None, "Purser")]


def test_a_closed_job_takes_nobody(app: Flask, bob: Person) -> None:
    job = factories.job("Purser")
    list_id = upload(bob, job_id=job)
    digest = imports.look(list_id=list_id, actor=bob).digest
    close_job(actor=bob, job_id=job, version=1)
    before = everything()
    with pytest.raises(Refused, match="takes no applications"):
        imports.keep(list_id=list_id, digest=digest, actor=bob)
    with pytest.raises(Refused, match="takes no applications"):
        imports.choose(list_id=list_id, choices=ListChoices(job_title="purser"), actor=bob)
    found = imports.look(list_id=list_id, actor=bob)
    assert found.jobs.found == {}
    assert "takes no applications" in str(found.job_trouble)
    assert everything() == before


def test_a_confirm_of_something_else_than_was_looked_at_is_refused(app: Flask, bob: Person) -> None:
    # fault 53: the file, the choices or the job changed between the look and the confirm
    job = factories.job()
    list_id = upload(bob, job_id=job)
    digest = imports.look(list_id=list_id, actor=bob).digest
    choices = ListChoices(job_id=job)
    for other in (
        replace(choices, ack_expected=True),
        replace(choices, columns={2: None}),
        replace(choices, stages={"Applied": "Final"}),
        replace(choices, job_id=factories.job("Purser")),
    ):
        imports.choose(list_id=list_id, choices=other, actor=bob)
        with pytest.raises(Changed):
            imports.keep(list_id=list_id, digest=digest, actor=bob)
    imports.choose(list_id=list_id, choices=choices, actor=bob)
    stage = db.session.scalars(sa.select(Stage).where(Stage.job_id == job, Stage.name == "Interview")).one()
    rename_stage(actor=bob, job_id=job, stage_id=stage.id, name="Talks")
    with pytest.raises(Changed):
        imports.keep(list_id=list_id, digest=digest, actor=bob)
    rename_stage(actor=bob, job_id=job, stage_id=stage.id, name="Interview")
    with transaction() as session:
        session.execute(sa.update(ApplicantList).values(content=LIST.replace("Ana", "Eva").encode()))
    with pytest.raises(Refused, match="not what was chosen"):
        imports.keep(list_id=list_id, digest=digest, actor=bob)
    assert everything()[0] == 0


def test_a_second_confirm_is_the_first_import(app: Flask, bob: Person) -> None:
    list_id = upload(bob, job_id=factories.job())
    digest = imports.look(list_id=list_id, actor=bob).digest
    first = imports.keep(list_id=list_id, digest=digest, actor=bob)
    before = everything()
    assert imports.keep(list_id=list_id, digest=digest, actor=bob) == first
    imports.throw_away(list_id=list_id, actor=bob)
    assert imports.keep(list_id=list_id, digest=digest, actor=bob) == first
    assert everything() == before
    row = the(ApplicantList)
    assert (row.imported_by, row.job_id, row.content) == (bob.user_id, first.job_id, None)


def test_a_word_for_a_stage_that_nobody_knows_counts_as_interviewed(app: Flask, bob: Person) -> None:
    job = factories.job()
    text = "Name,Email,Stage\nAna Prieto,ana@post.example,Sniff test\nBo Lind,bo@post.example,\n"
    found = look_at(read(text.encode(), "x.csv"), ListChoices(job_id=job), actor=bob)
    assert {label: stage and stage.name for label, stage in found.stages.items()} == {
        "Sniff test": None,
        "": "Applied",
    }
    bring_in(bob, text, job)
    depths = db.session.scalars(sa.select(Application.depth).order_by(Application.id)).all()
    assert list(depths) == [StageKind.INTERVIEW, StageKind.APPLIED]


def test_a_person_may_say_what_a_word_for_a_stage_means(app: Flask, bob: Person) -> None:
    text = "Name,Email,Stage\nAna Prieto,ana@post.example,Sniff test\n"
    bring_in(bob, text, factories.job(), stages={"Sniff test": "Phone screen"})
    assert the(Application).stage.name == "Phone screen"
    assert the(Application).depth is StageKind.SCREEN


def test_in_a_job_without_interviews_an_unknown_word_still_counts_as_one(app: Flask, bob: Person) -> None:
    job = factories.job()
    with transaction() as session:
        session.execute(sa.delete(Stage).where(Stage.kind.in_([StageKind.INTERVIEW, StageKind.FINAL])))
    bring_in(bob, "Name,Email,Stage\nAna Prieto,ana@post.example,Sniff test\n", job)
    row = the(Application)
    assert (row.stage.name, row.depth) == ("Phone screen", StageKind.INTERVIEW)


def test_interviews_and_notes_of_the_list_are_kept_as_what_happened(app: Flask, bob: Person) -> None:
    text = (
        "Name,Email,Applied on,Interview date,Interview kind,Interviewers,Notes\n"
        "Ana Prieto,ana@post.example,2026-03-02,2026-03-09,Panel,Jo Park,Speaks Basque\n"
    )
    bring_in(bob, text, factories.job())
    events = db.session.scalars(
        sa.select(Event).where(Event.subject.like("application%")).order_by(Event.seq)
    )
    kinds = {event.kind: event for event in events}
    assert list(kinds) == [
        EventKind.APPLICATION_RECEIVED,
        EventKind.INTERVIEW_HELD,
        EventKind.NOTE_ADDED,
    ]
    held = kinds[EventKind.INTERVIEW_HELD]
    assert (held.facts, held.occurred_at.date()) == ({"interview_kind": "panel"}, date(2026, 3, 9))
    payloads = {p.event_id: p.payload for p in db.session.scalars(sa.select(EventPayload))}
    assert "Jo Park" in str(payloads[held.id]["interviewers"])
    assert payloads[kinds[EventKind.NOTE_ADDED].id] == {"text": "Speaks Basque"}
    assert the(Application).depth is StageKind.INTERVIEW


@pytest.mark.parametrize("ack", [False, True])
def test_an_acknowledgement_is_owed_only_where_somebody_chose_it(app: Flask, bob: Person, ack: bool) -> None:
    with time_machine.travel(datetime(2026, 3, 6, 12, tzinfo=UTC)):
        bring_in(bob, LIST, factories.job(), ack_expected=ack)
    reasons = db.session.scalars(sa.select(OwedAnswer.reason)).all()
    assert list(reasons).count(Reason.NOT_ACKNOWLEDGED) == (3 if ack else 0)


def test_a_column_can_be_changed_but_never_to_two_the_same_or_a_private_one(app: Flask, bob: Person) -> None:
    text = "Name,Nick,Email,Date of birth\nAna Prieto,Anita,ana@post.example,1990-01-01\n"
    job = factories.job()
    for columns, words in (
        ({0: Field.NAME, 1: Field.NAME}, "both chosen"),
        ({3: Field.APPLIED_AT}, "private"),
    ):
        with pytest.raises(Refused, match=words):
            bring_in(bob, text, job, columns=columns)
    bring_in(bob, text, job, columns={1: Field.CALL_NAME})
    assert the(Candidate).call_name == "Anita"


def test_a_list_without_a_job_or_thrown_away_is_not_kept(app: Flask, bob: Person) -> None:
    list_id = upload(bob)
    digest = imports.look(list_id=list_id, actor=bob).digest
    with pytest.raises(Refused, match="which job"):
        imports.keep(list_id=list_id, digest=digest, actor=bob)
    imports.throw_away(list_id=list_id, actor=bob)
    imports.throw_away(list_id=list_id, actor=bob)
    for act in (
        lambda: imports.look(list_id=list_id, actor=bob),
        lambda: imports.keep(list_id=list_id, digest=digest, actor=bob),
    ):
        with pytest.raises(NotFound, match="thrown away"):
            act()
    with pytest.raises(NotFound):
        imports.look(list_id=list_id + 1, actor=bob)


def test_nobody_without_the_right_imports(app: Flask, bob: Person, charlie: Person) -> None:
    list_id = upload(bob, job_id=factories.job())
    digest = imports.look(list_id=list_id, actor=bob).digest
    for act in (
        lambda: upload(charlie),
        lambda: imports.look(list_id=list_id, actor=charlie),
        lambda: imports.choose(list_id=list_id, choices=ListChoices(), actor=charlie),
        lambda: imports.keep(list_id=list_id, digest=digest, actor=charlie),
        lambda: imports.throw_away(list_id=list_id, actor=charlie),
    ):
        with pytest.raises(NotAllowed):
            act()
