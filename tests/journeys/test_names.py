"""A name goes in by hand and comes out the same: database, pages, header and greeting of the mail."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from employer_app.actions.applicants import Arrival, add_applicant
from employer_app.actions.candidates import Details
from employer_app.actions.merges import merge
from employer_app.domain.clock import now
from employer_app.domain.person_name import name_problem
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Candidate, Stage
from tests import factories
from tests.journeys.hard_names import NAMES
from tests.journeys.test_real_lists import close_out, deliver
from tests.mail_words import to_header

pytestmark = pytest.mark.both

GREETINGS = ("Dear", "Hello", "Hi")


def test_names_of_many_kinds_stay_as_they_were_given(app: Flask, bob: Person, as_bob: FlaskClient) -> None:
    there_and_back(app, bob, as_bob, NAMES)


def test_real_names_stay_as_they_were_given(app: Flask, bob: Person, as_bob: FlaskClient, data: Path) -> None:
    folder, names = data / "person-names", []
    for file in ("world-names", "labelled-names", "parsed-names"):
        for one in json.loads((folder / f"{file}.json").read_text("utf-8")):
            name = one["text"] if isinstance(one, dict) else one
            problem = name_problem(name)
            if not (problem and problem.blocks):
                names.append((name, (one.get("call_name") or "") if isinstance(one, dict) else ""))
    assert len(names) > 100
    there_and_back(app, bob, as_bob, names[:: len(names) // 60])


def there_and_back(
    app: Flask, bob: Person, as_bob: FlaskClient, names: tuple[tuple[str, str], ...] | list[tuple[str, str]]
) -> None:
    job, given = factories.job(), {}
    first = db.session.scalars(
        sa.select(Stage.id).where(Stage.job_id == job).order_by(Stage.position)
    ).first()
    said = {"received_on": now().date(), "stage_id": first, "who": "new"}
    for number, (name, called) in enumerate(names):
        address = f"n{number}@post.example"
        typed = {"name": name, "call_name": called, "address": address, **said}
        answer = as_bob.post(f"/jobs/{job}/applicants/new", data=typed)
        assert answer.status_code == 303, ascii(name)
        given[address] = (name, called, answer.location)
    db.session.rollback()
    stored = {row.address: row for row in db.session.scalars(sa.select(Candidate))}
    pages = {}
    for address, (name, called, page) in given.items():
        row = stored[address]
        assert (row.name, row.call_name) == (name, called), ascii(name)
        pages[f"/candidates/{row.id}"] = f'value="{escape(name)}"'
        pages[page] = f"<h1><bdi>{escape(name)}</bdi></h1>"
    db.session.rollback()
    assert [ascii(shown) for page, shown in pages.items() if shown not in as_bob.get(page).text] == []
    close_out(job, bob)
    mails = deliver(app)
    assert {mail.address for mail in mails} == set(given)
    for mail in mails:
        name, called, _ = given[mail.address]
        assert mail.name == name
        assert to_header(mail.raw) == (name, mail.address)
        # the first line greets by the whole of it, and by nothing else
        greetings = {f"{hello} {called or name}," for hello in GREETINGS}
        assert mail.text.splitlines()[0] in greetings
        paragraphs = re.findall(r"<p\b[^>]*>(.*?)</p>", mail.html)
        assert len(greetings & set(map(unescape, paragraphs))) == 1


def test_a_merge_recases_and_cuts_nothing(app: Flask, bob: Person, as_bob: FlaskClient) -> None:
    for number, (name, called) in enumerate(NAMES):
        kept = factories.candidate(f"Person {number}")
        details = Details(name, f"m{number}@post.example", call_name=called)
        job = factories.job(f"Job {number}")
        add_applicant(actor=bob, job_id=job, details=details, arrival=Arrival(), somebody_else=True)
        merged = db.session.scalars(sa.select(Candidate.id).order_by(Candidate.id.desc())).first() or 0
        db.session.rollback()
        assert f"{escape(name)}" in as_bob.get(f"/candidates/{kept}/same/{merged}").text
        two = {"kept_id": kept, "merged_id": merged, "kept_version": 1, "merged_version": 1}
        merge(actor=bob, **two, chosen=["name"])  # type: ignore[arg-type]
        row = db.session.get_one(Candidate, kept, populate_existing=True)
        assert (row.name, row.call_name) == (name, called)
        db.session.rollback()
