"""Add one by hand, change one: known people are asked about, typed text is kept, nobody is doubled."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.domain.status import JobStatus
from employer_app.domain.words import code_words_in
from employer_app.extensions import db
from employer_app.models import Application, Candidate, Stage
from tests import factories
from tests.actions import mail
from tests.web.pages import visible


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def typed(job: int, **more: object) -> dict[str, object]:
    first = db.session.scalars(
        sa.select(Stage.id).where(Stage.job_id == job).order_by(Stage.position)
    ).first()
    fields = {
        "name": "Anna Müller",
        "address": "anna@post.example",
        "received_on": now().date(),
        "stage_id": first,
        "ack_expected": "y",
    }
    return {**fields, **more}


def people() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Candidate.name).order_by(Candidate.id)))


def test_one_is_added_by_hand(app: Flask, as_bob: FlaskClient, job: int) -> None:
    page = as_bob.get(f"/jobs/{job}/applicants/new")
    assert page.status_code == 200
    assert code_words_in(visible(page.text)) == []
    answer = as_bob.post(f"/jobs/{job}/applicants/new", data=typed(job))
    assert answer.status_code == 303
    text = visible(as_bob.get(answer.location).text)
    assert "Anna Müller is in this job now." in text
    assert people() == ["Anna Müller"]


def test_another_name_at_the_address_is_asked_about_and_kept(
    app: Flask, as_bob: FlaskClient, job: int
) -> None:
    known = factories.candidate("Anna Müller", "anna@post.example")
    path = f"/jobs/{job}/applicants/new"
    answer = as_bob.post(path, data=typed(job, name="Jan Müller", phone="010 555"))
    assert answer.status_code == 422
    text = visible(answer.text)
    assert "The same person as Anna Müller, anna@post.example" in text
    assert "Somebody else, with the same address" in text
    assert 'value="Jan Müller"' in answer.text
    assert 'value="010 555"' in answer.text
    assert " checked" not in re.findall(r"<fieldset.*?</fieldset>", answer.text, re.DOTALL)[0]
    assert people() == ["Anna Müller"]
    assert as_bob.post(path, data=typed(job, name="Jan Müller", who="new")).status_code == 303
    other = factories.job("Cook")
    again = typed(other, name="Johanna Schmidt", who=str(known))
    assert as_bob.post(f"/jobs/{other}/applicants/new", data=again).status_code == 303
    assert people() == ["Anna Müller", "Jan Müller"]


def test_somebody_who_is_there_already_is_linked(app: Flask, as_bob: FlaskClient, job: int) -> None:
    path = f"/jobs/{job}/applicants/new"
    there = as_bob.post(path, data=typed(job)).location
    answer = as_bob.post(path, data=typed(job))
    assert answer.status_code == 422
    assert "Anna Müller is in this job already." in visible(answer.text)
    assert f'href="{there}"' in answer.text
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Application)) == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": ""}, "Give the name"),
        ({"name": "N/A"}, "name"),
        ({"address": "anna@"}, "cannot be right"),
        ({"address": "a@post.example, b@post.example"}, "more than one address"),
        ({"received_on": "2999-01-01"}, "in the future"),
        ({"received_on": ""}, "Give the day"),
        ({"stage_id": "99999"}, "Choose one of the list"),
        ({"who": "-1", "name": "x" * 300}, "This is too long"),
    ],
)
def test_bad_input_names_its_field_and_keeps_the_rest(
    app: Flask, as_bob: FlaskClient, job: int, fields: dict[str, object], says: str
) -> None:
    answer = as_bob.post(f"/jobs/{job}/applicants/new", data=typed(job, source="Our own site", **fields))
    assert answer.status_code == 422
    assert says in visible(answer.text)
    assert "Our own site" in answer.text
    assert people() == []


def test_a_closed_job_says_so(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job(status=JobStatus.CLOSED)
    assert "takes no applications now" in visible(as_bob.get(f"/jobs/{job}/applicants/new").text)
    assert as_bob.post(f"/jobs/{job}/applicants/new", data=typed(job)).status_code == 422


@pytest.mark.parametrize(
    "path", ["/jobs/4711/applicants/new", "/candidates/4711", "/candidates/9999999999999"]
)
def test_what_is_missing_is_one_plain_404(app: Flask, as_bob: FlaskClient, path: str) -> None:  # attack 14
    assert as_bob.get(path).status_code == 404
    assert as_bob.post(path, data={"name": "X"}).status_code in {404, 405}


def test_a_person_is_edited(app: Flask, as_bob: FlaskClient, job: int) -> None:
    person = factories.candidate("Kofi Mensah", "kofi@post.example")
    factories.application(job, candidate_id=person)
    page = as_bob.get(f"/candidates/{person}").text
    assert 'value="Kofi Mensah"' in page
    assert code_words_in(visible(page)) == []
    fields = {"name": "Kofi A. Mensah", "address": "kofi@post.example", "do_not_mail": "y", "version": 1}
    assert as_bob.post(f"/candidates/{person}", data=fields).status_code == 303
    db.session.rollback()
    row = db.session.get_one(Candidate, person, populate_existing=True)
    assert (row.name, row.do_not_mail, row.version) == ("Kofi A. Mensah", True, 2)


def test_two_addresses_are_swapped_by_one_button(app: Flask, as_bob: FlaskClient) -> None:
    person = factories.candidate("Kofi Mensah", "one@post.example", second_address="two@post.example")
    assert "Swap the two addresses" in visible(as_bob.get(f"/candidates/{person}").text)
    fields = {"name": "Kofi Mensah", "address": "one@post.example", "second_address": "two@post.example"}
    as_bob.post(f"/candidates/{person}", data={**fields, "version": 1, "swap": "1"})
    db.session.rollback()
    row = db.session.get_one(Candidate, person, populate_existing=True)
    assert (row.address, row.second_address) == ("two@post.example", "one@post.example")


def test_a_stale_form_shows_what_is_kept_now_and_what_was_typed(app: Flask, as_bob: FlaskClient) -> None:
    person = factories.candidate("Kofi Mensah", "kofi@post.example")
    as_bob.post(f"/candidates/{person}", data={"name": "Kofi First", "version": 1})
    answer = as_bob.post(f"/candidates/{person}", data={"name": "Kofi Second", "version": 1})
    assert answer.status_code == 422
    assert 'value="Kofi Second"' in answer.text
    assert "Kept now" in visible(answer.text)
    assert "Kofi First" in visible(answer.text)
    assert 'name="version" value="2"' in answer.text


def test_an_edit_past_mail_on_its_way_asks_first(app: Flask, as_bob: FlaskClient, job: int) -> None:
    someone = factories.application(job, name="Kofi Mensah", address="kofi@post.example")
    person = db.session.get_one(Application, someone).candidate_id
    message = mail.queue(someone)
    fields = {"name": "Kofi Mensah", "address": "other@post.example", "version": 1}
    answer = as_bob.post(f"/candidates/{person}", data=fields)
    assert answer.status_code == 422
    assert "Save anyway" in visible(answer.text)
    assert 'value="other@post.example"' in answer.text
    assert as_bob.post(f"/candidates/{person}", data={**fields, "force": "1"}).status_code == 303
    assert not mail.hand_over(message)
    assert mail.status_of(message) is MessageStatus.HELD


def test_housemates_are_shown(app: Flask, as_bob: FlaskClient) -> None:
    person = factories.candidate("Kofi Mensah", "family@post.example")
    factories.candidate("Ama Mensah", "family@post.example")
    text = visible(as_bob.get(f"/candidates/{person}").text)
    assert "The same person? Ama Mensah, 0 applications Shares an address: family@post.example" in text
    assert "Under different names" in text


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}"])
def test_what_was_typed_comes_back_as_text(app: Flask, as_bob: FlaskClient, job: int, evil: str) -> None:
    fields = typed(job, name=evil, source=evil, phone=evil, received_on="")  # attack 27, attack 29
    html = as_bob.post(f"/jobs/{job}/applicants/new", data=fields).text
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "49" not in re.findall(r'name="name"[^>]*value="([^"]*)"', html)


def test_nobody_without_a_role_adds_or_edits(app: Flask, as_charlie: FlaskClient, job: int) -> None:
    person = factories.candidate()
    for path in (f"/jobs/{job}/applicants/new", f"/candidates/{person}"):
        assert as_charlie.get(path).status_code == 403
        assert as_charlie.post(path, data=typed(job)).status_code == 403


def test_a_language_is_typed_and_shown_by_its_name(app: Flask, as_bob: FlaskClient, job: int) -> None:
    there = as_bob.post(f"/jobs/{job}/applicants/new", data=typed(job, language="Deutsch")).location
    assert "Language German" in visible(as_bob.get(there).text)
    db.session.rollback()
    someone = db.session.scalars(sa.select(Candidate)).one()
    assert someone.language == "de"
    page = as_bob.get(f"/candidates/{someone.id}").text
    assert re.search(r'name="language"[^>]*value="German"', page)
    wrong = {"name": "Anna Müller", "version": 1, "language": "Klingon"}
    answer = as_bob.post(f"/candidates/{someone.id}", data=wrong)
    assert answer.status_code == 422
    assert "We do not know this language." in visible(answer.text)
