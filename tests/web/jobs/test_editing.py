"""A job's form and its steps: nothing typed is lost, and nothing is set that the form does not have."""

from __future__ import annotations

import re
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.role import Person
from employer_app.domain.status import JobStatus
from employer_app.extensions import db
from employer_app.models import Application, Job, Stage
from tests import factories
from tests.web.pages import visible


def row(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def where(application_id: int) -> str:
    db.session.rollback()
    query = sa.select(Stage.name).join(Application, Application.stage_id == Stage.id)
    return db.session.scalars(query.where(Application.id == application_id)).one()


def fields(**changes: object) -> dict[str, object]:
    place = factories.place()
    return {"title": "Deck Officer", "place_id": place, "owner_id": 0, "openings": 1, **changes}


def test_new_job_is_kept_and_shown(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    sent = fields(
        public_title="Officer",
        closing_on="2026-12-01",
        decide_by="2026-12-18",
        contact_name="Maren Oduya",
        contact_address="maren@brightwater.example",
        owner_id=bob.user_id,
        acknowledges="y",
    )
    answer = as_bob.post("/jobs/new", data=sent)
    assert answer.status_code == 303
    [job_id] = db.session.scalars(sa.select(Job.id))
    assert answer.location == f"/jobs/{job_id}"
    job = row(job_id)
    assert (job.public_title, job.closing_on, job.decide_by) == (
        "Officer",
        date(2026, 12, 1),
        date(2026, 12, 18),
    )
    assert (job.owner_id, job.acknowledges, job.status) == (bob.user_id, True, JobStatus.OPEN)
    text = visible(as_bob.get(f"/jobs/{job_id}").text)
    assert "Open until Tue 1 Dec" in text
    assert "Nobody is in this job yet." in text


def test_several_places_and_several_hires_are_kept_and_shown(app: Flask, as_bob: FlaskClient) -> None:
    sent = fields(also_in="Bergen, Aarhus", openings="3", rolling="y")
    assert as_bob.post("/jobs/new", data=sent).status_code == 303
    [job_id] = db.session.scalars(sa.select(Job.id))
    assert (row(job_id).also_in, row(job_id).openings) == ("Bergen, Aarhus", 3)
    text = visible(as_bob.get(f"/jobs/{job_id}").text)
    assert "0 of 3 hired." in text
    assert ", Bergen, Aarhus" in text
    for broken in ("0", "-2", "10000", "many", ""):
        answer = as_bob.post("/jobs/new", data=fields(openings=broken))
        assert answer.status_code == 422, broken


def test_missing_dates_and_contact_are_pointed_out(app: Flask, as_bob: FlaskClient) -> None:
    assert "people call and write to ask" in visible(as_bob.get("/jobs/new").text)
    job = factories.job()
    text = visible(as_bob.get(f"/jobs/{job}").text)
    assert "no closing date and no day of decision. People call" in text
    edit = visible(as_bob.get(f"/jobs/{factories.job(closing_on=date(2026, 12, 1))}/edit").text)
    assert "The day of the decision is missing." in edit
    rolling = factories.job(rolling=True)
    assert "People call" not in visible(as_bob.get(f"/jobs/{rolling}").text)


def test_refused_form_keeps_what_was_typed_and_says_where(app: Flask, as_bob: FlaskClient) -> None:
    sent = fields(title="Mate <b>2</b>", closing_on="2026-12-02", decide_by="2026-12-01", contact_name="Ana")
    answer = as_bob.post("/jobs/new", data=sent)
    assert answer.status_code == 422
    assert 'value="Mate &lt;b&gt;2&lt;/b&gt;"' in answer.text
    assert 'value="2026-12-01"' in answer.text
    assert 'value="Ana"' in answer.text
    assert "The decision would come before the closing date." in visible(answer.text)
    assert re.search(
        r'id="decide_by"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="decide_by"', answer.text
    )
    for broken in ({"title": ""}, {"closing_on": "soon"}, {"place_id": "99999"}, {"contact_address": "x"}):
        answer = as_bob.post("/jobs/new", data={**fields(), **broken})
        assert (answer.status_code, "put right" in answer.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_edit_keeps_what_the_form_does_not_touch(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job(closing_on=date(2026, 12, 1))
    page = as_bob.get(f"/jobs/{job}/edit").text
    assert 'value="2026-12-01"' in page
    sent = {
        "title": "Mate",
        "place_id": row(job).place_id,
        "owner_id": 0,
        "openings": 1,
        "version": 1,
        "rolling": "y",
    }
    assert as_bob.post(f"/jobs/{job}/edit", data=sent).status_code == 303
    assert (row(job).title, row(job).closing_on, row(job).rolling) == ("Mate", None, True)


def test_edit_of_what_changed_meanwhile_keeps_the_text_and_saves_nothing(
    app: Flask, as_bob: FlaskClient
) -> None:
    job = factories.job()
    sent = {"title": "Mate", "place_id": row(job).place_id, "owner_id": 0, "openings": 1, "version": 9}
    answer = as_bob.post(f"/jobs/{job}/edit", data=sent)
    assert answer.status_code == 409
    assert 'value="Mate"' in answer.text
    assert "changed while you were looking" in answer.text
    assert row(job).title == "Deck Officer"


def test_what_the_form_does_not_have_is_not_set(app: Flask, as_bob: FlaskClient) -> None:  # attack 17
    job = factories.job()
    extra = {
        "id": 77,
        "status": "finished",
        "demo": "y",
        "event_seq": 5,
        "last_hash": "x",
        "created_at": "2000-01-01",
        "closed_at": "2000-01-01",
        "closed_event_id": 3,
        "stages": "",
    }
    sent = {
        "title": "Mate",
        "place_id": row(job).place_id,
        "owner_id": 0,
        "openings": 1,
        "version": 1,
        **extra,
    }
    assert as_bob.post(f"/jobs/{job}/edit", data=sent).status_code == 303
    after = row(job)
    assert (after.id, after.status, after.demo, after.event_seq) == (job, JobStatus.OPEN, False, 1)
    assert (after.closed_at, after.closed_event_id, len(after.stages)) == (None, None, 6)
    assert after.created_at.year >= 2026


def test_job_goes_from_draft_to_finished_and_back(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job(status=JobStatus.DRAFT)
    for step, status in (
        ("open", JobStatus.OPEN),
        ("close", JobStatus.CLOSED),
        ("finish", JobStatus.FINISHED),
        ("reopen", JobStatus.CLOSED),
        ("reopen", JobStatus.OPEN),
    ):
        page = as_bob.get(f"/jobs/{job}").text
        assert f'action="/jobs/{job}/{step}"' in page
        answer = as_bob.post(f"/jobs/{job}/{step}", data={"version": row(job).version})
        assert (answer.status_code, row(job).status) == (303, status)


def test_closed_job_says_whom_it_owes_and_is_not_finished(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    for _ in range(3):
        factories.application(job, received=timedelta(hours=2))
    as_bob.post(f"/jobs/{job}/close", data={"version": 1})
    page = as_bob.get(f"/jobs/{job}").text
    text = visible(page)
    assert "This job cannot be finished yet. 3 people in it are owed an answer, due" in text
    assert f'href="/jobs/{job}/close-out"' in page
    assert "Close out all 3" in text
    assert f"/jobs/{job}/finish" not in page
    answer = as_bob.post(f"/jobs/{job}/finish", data={"version": 2}, follow_redirects=True)
    assert "3 people in it are owed an answer. Close them out" in visible(answer.text)
    assert row(job).status is JobStatus.CLOSED


def test_stale_step_changes_nothing(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    for version in ("7", "", "x", "-1", "9" * 40):
        answer = as_bob.post(f"/jobs/{job}/close", data={"version": version}, follow_redirects=True)
        assert "changed while you were looking" in visible(answer.text)
    assert row(job).status is JobStatus.OPEN


def test_what_letters_may_tell_is_off_until_somebody_ticks_it(app: Flask, as_bob: FlaskClient) -> None:
    as_bob.post("/jobs/new", data=fields())
    [job_id] = db.session.scalars(sa.select(Job.id))
    assert (row(job_id).tells_score, row(job_id).tells_reserve) == (False, False)
    page = as_bob.get(f"/jobs/{job_id}/edit").text
    assert not re.search(r'name="tells_(?:score|reserve)"[^>]*checked|checked[^>]*name="tells_', page)
    place = row(job_id).place_id
    sent = {**fields(), "place_id": place, "version": 1, "tells_score": "y", "tells_reserve": "y"}
    assert as_bob.post(f"/jobs/{job_id}/edit", data=sent).status_code == 303
    assert (row(job_id).tells_score, row(job_id).tells_reserve) == (True, True)
    ticked = as_bob.get(f"/jobs/{job_id}/edit").text
    assert len(re.findall(r'<input[^>]*checked[^>]*name="tells_\w+"', ticked)) == 2
