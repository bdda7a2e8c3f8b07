"""Addresses, names and ids that mean harm; and the words that people read."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.event import EventKind
from employer_app.domain.words import code_words_in
from employer_app.extensions import db, transaction
from employer_app.models import Application, Candidate, Job, Stage
from tests import factories
from tests.web.pages import visible

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "javascript:alert(1)",
    "</title><svg onload=alert(1)>",
    "'-alert(1)-'",
]
DECISION = {"decision_id": 1, "disposition": "FILLED", "status": "rejected", "stage_kind": "applied"}


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


def test_what_people_call_things_is_text_everywhere(app: Flask, as_bob: FlaskClient) -> None:  # attack 27
    for evil in EVIL:
        job = factories.job(evil, public_title=evil, contact_title=evil)
        someone = factories.application(job, name=evil, received=timedelta(days=40))
        with transaction() as session:
            for one in session.scalars(sa.select(Stage).where(Stage.job_id == job)):
                one.name = f"{evil} {one.position}"
            session.get_one(Candidate, session.get_one(Application, someone).candidate_id).search_key = evil
        urls = ["/jobs", f"/jobs?q={quote(evil)}"]
        urls += [
            f"/jobs/{job}{rest}" for rest in ("", "?view=board", "/edit", "/stages", f"?q={quote(evil)}")
        ]
        for url in urls:
            answer = as_bob.get(url)
            assert answer.status_code == 200, url
            text = answer.text
            assert "<script>alert" not in text
            assert "<img src=x" not in text
            assert "<svg onload" not in text
            assert 'href="javascript:' not in text
            assert '"><img' not in text
            assert "49" not in re.findall(r"<h1>(.*?)</h1>", text)
        assert evil in as_bob.get(f"/jobs/{job}/people.csv").text.replace('""', '"')


HOSTILE = [
    "'; DROP TABLE job; --",
    "1 OR 1=1",
    "-1",
    "0",
    "99999999999999999999999999",
    "9223372036854775808",
    "1e9",
    "٣",
    "\0",
    "%00",
    "%_%",
    '"*',
    "(a+)+$" * 50,
    "x" * 5000,
    "<script>alert(1)</script>",
    "__class__",
    "NaN",
    "0-9999999999999999999-1",
    "1-999999999999999999-2147483647",
    "9-9-9",
    "--",
]


@pytest.mark.both
def test_address_of_any_page_is_typed_and_bounded(app: Flask, as_bob: FlaskClient) -> None:  # attacks 29, 74
    job = factories.job()
    factories.application(job, received=timedelta(days=30))
    names = ("stage", "standing", "silent", "reason", "owed", "q", "after", "pick", "view", "shelf", "owner")
    for hostile in HOSTILE:
        for url in (f"/jobs/{job}", f"/jobs/{job}/people.csv", "/jobs"):
            answer = as_bob.get(url, query_string=dict.fromkeys(names, hostile))
            assert answer.status_code == 200, (url, hostile)
            assert "<script>alert" not in answer.text


def test_ids_beyond_the_database_are_simply_not_there(app: Flask, as_bob: FlaskClient) -> None:  # attack 14
    for wrong in ("2147483647", "99999999999999999999", "-1", "x", "1%00"):
        for rest in ("", "/edit", "/stages", "/people.csv"):
            assert as_bob.get(f"/jobs/{wrong}{rest}").status_code == 404
        for rest in ("/close", "/move", "/stages", "/stages/1/delete", "/edit"):
            answer = as_bob.post(f"/jobs/{wrong}{rest}", data={"version": 1, "name": "x", "kind": "screen"})
            assert answer.status_code == 404, rest
    job, other = factories.job(), factories.job("Purser")
    foreign = stage(other, "Final")
    for act in ("rename", "mark", "up", "down", "delete"):
        answer = as_bob.post(f"/jobs/{job}/stages/{foreign}/{act}", data={"name": "Mine"})
        assert answer.status_code == 404, act
    assert len(row(other).stages) == 6


def test_nobody_without_a_role_sees_or_changes_a_job(
    app: Flask, as_charlie: FlaskClient, client: FlaskClient
) -> None:
    job = factories.job("Secret search")
    reads = [
        "/jobs",
        "/jobs/new",
        *(f"/jobs/{job}{rest}" for rest in ("", "/edit", "/stages", "/people.csv")),
    ]
    writes = ["/jobs/new", *(f"/jobs/{job}{rest}" for rest in ("/edit", "/close", "/move", "/stages"))]
    for url in reads:
        assert as_charlie.get(url).status_code == 403
        assert "Secret search" not in as_charlie.get(url).text
        assert client.get(url).status_code == 303
    for url in writes:
        assert as_charlie.post(url, data={"version": 1, "title": "x"}).status_code == 403
        assert client.post(url, data={"version": 1}).status_code == 303
    assert (row(job).version, row(job).title) == (1, "Secret search")


def test_pages_use_the_words_of_people(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job(closing_on=now().date())
    factories.application(job, received=timedelta(days=60))
    decided = factories.application(job)
    factories.happened(decided, EventKind.DECISION_MADE, owed=True, **DECISION)
    urls = ["/jobs", "/jobs/new"]
    urls += [f"/jobs/{job}{rest}" for rest in ("", "?view=board", "/edit", "/stages")]
    for url in urls:
        assert code_words_in(visible(as_bob.get(url).text)) == [], url
