"""All jobs on one page."""

from __future__ import annotations

import re
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

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


def test_list_says_when_there_is_nothing_and_what_comes_next(as_bob: FlaskClient) -> None:
    text = visible(as_bob.get("/jobs").text)
    assert "There is no job yet." in text
    assert "0 jobs" in text
    assert "No job is finished yet." in visible(as_bob.get("/jobs?shelf=finished").text)


def test_list_counts_open_the_people_behind_them(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job("Purser", public_title="Purser on board")
    for _ in range(3):
        factories.application(job, received=timedelta(days=60))
    page = as_bob.get("/jobs").text
    assert "candidates know it as “Purser on board”" in visible(page)
    assert "No date given" in visible(page)
    for owed in ("waiting", "late"):
        assert f'href="/jobs/{job}?owed={owed}"' in page
        assert "3 people, longest wait first." in visible(as_bob.get(f"/jobs/{job}?owed={owed}").text)


def test_list_of_many_jobs_has_a_next_page_and_a_filter(app: Flask, as_bob: FlaskClient) -> None:
    place = factories.place()
    for number in range(53):
        factories.job(f"Job {number}", place_id=place)
    page = as_bob.get("/jobs").text
    assert "50 of 53 shown." in visible(page)
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following
    rest = as_bob.get(following[1].replace("&amp;", "&")).text
    assert rest.count("data-row") == 3
    assert "Job 0" in visible(rest)
    assert visible(as_bob.get("/jobs?q=job%2052").text).count("Job 52") == 1
    assert "No job has “zz” in its title." in visible(as_bob.get("/jobs?q=zz").text)
