"""The page of a job's stages."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.extensions import db
from employer_app.models import Application, Job, Stage
from tests import factories


def row(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def stage(job_id: int, name: str) -> int:
    db.session.rollback()
    return db.session.scalars(sa.select(Stage.id).where(Stage.job_id == job_id, Stage.name == name)).one()


def where(application_id: int) -> str:
    db.session.rollback()
    query = sa.select(Stage.name).join(Application, Application.stage_id == Stage.id)
    return db.session.scalars(query.where(Application.id == application_id)).one()


def test_stages_are_added_renamed_marked_moved_and_removed(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    at = f"/jobs/{job}/stages"
    add = {"name": "Trial shift", "kind": "screen", "counts_as_interview": "y"}
    assert as_bob.post(at, data=add).status_code == 303
    trial = stage(job, "Trial shift")
    for act, sent in (
        ("rename", {"name": "Try-out"}),
        ("mark", {"counts": ""}),
        ("up", {}),
        ("down", {}),
        ("up", {}),
    ):
        assert as_bob.post(f"{at}/{trial}/{act}", data=sent).status_code == 303
    names = [one.name for one in row(job).stages]
    assert names == ["Applied", "Phone screen", "Try-out", "Interview", "Final", "Offer", "Hired"]
    assert not row(job).stages[2].counts_as_interview
    assert as_bob.post(f"{at}/{trial}/delete").status_code == 303
    assert len(row(job).stages) == 6


def test_refused_stage_keeps_what_was_typed(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    factories.application(job)
    at = f"/jobs/{job}/stages"
    answer = as_bob.post(f"{at}/{stage(job, 'Final')}/rename", data={"name": "Offer"})
    assert (answer.status_code, "There is a stage “Offer” already." in answer.text) == (422, True)
    assert answer.text.count('value="Offer"') == 2
    answer = as_bob.post(at, data={"name": "offer", "kind": "screen"})
    assert (answer.status_code, 'value="offer"' in answer.text) == (422, True)
    answer = as_bob.post(f"{at}/{stage(job, 'Applied')}/delete")
    assert (answer.status_code, "1 person is in “Applied”." in answer.text) == (422, True)
