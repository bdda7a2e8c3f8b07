"""How a file is read: asked where it is in doubt, shown, and said otherwise; never guessed silently."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.extensions import db
from employer_app.models import Candidate
from tests import factories
from tests.web.lists import controls, drop, look, text_of

CYRILLIC = "Имя,Email\nСергей Иванов,s@post.example\nЮлия Яшина,j@post.example\n".encode("cp1251")


def _read_as(client: FlaskClient, there: str, **said: str) -> object:
    fields = {"encoding": "", "separator": "", "header_row": "", "sheet_name": ""}
    return client.post(f"{there}/reading", data={**fields, **said})


def test_letters_in_doubt_are_asked_for_with_how_they_would_read(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    answer = drop(as_bob, CYRILLIC, job_id=str(job))
    assert answer.status_code == 303
    page = as_bob.get(answer.location)
    said = text_of(page)
    assert "How is this file to be read?" in said
    assert "Сергей" in said
    assert "Windows-1251 (Cyrillic)" in said
    assert _read_as(as_bob, answer.location, encoding="cp1251").status_code == 303  # type: ignore[attr-defined]
    page = as_bob.get(answer.location)
    assert "CSV, Windows-1251 (Cyrillic), comma" in text_of(page)
    form = controls(page)
    form["column-0"] = "name"
    as_bob.post(answer.location, data=form)
    as_bob.post(f"{answer.location}/import", data=controls(as_bob.get(answer.location)))
    db.session.rollback()
    assert set(db.session.scalars(sa.select(Candidate.name))) == {"Сергей Иванов", "Юлия Яшина"}


def test_a_reading_that_cannot_be_is_refused_and_the_list_stays(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    there, _ = look(as_bob, "Name,Email\nAnä Prieto,ana@post.example\n", job_id=str(job))
    answer = _read_as(as_bob, there, encoding="utf-16")
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "1 of 1 row is ready" in text_of(as_bob.get(there))
    for wrong in ({"encoding": "rot13"}, {"header_row": "-4"}, {"header_row": "9" * 30}, {"separator": "x"}):
        answer = _read_as(as_bob, there, **wrong)
        assert answer.status_code == 422, wrong  # type: ignore[attr-defined]
    assert "1 of 1 row is ready" in text_of(as_bob.get(there))


def test_the_row_of_the_column_names_is_shown_and_can_be_said_otherwise(
    app: Flask, as_bob: FlaskClient
) -> None:
    job = factories.job()
    text = "Export,of,today\nName,Email,Notes\nAna Prieto,ana@post.example,x\n"
    there, page = look(as_bob, text, job_id=str(job))
    assert "with the column names in row" in text_of(page)
    _read_as(as_bob, there, header_row="2")
    page = as_bob.get(there)
    assert "with the column names in row 2" in text_of(page)
    assert "1 of 1 row is ready" in text_of(page)


def test_what_was_said_of_columns_begins_anew_with_another_reading(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    there, page = look(as_bob, "Name;Email,x\nAna;ana@post.example,y\n", job_id=str(job))
    form = controls(page)
    form["column-0"] = "source"
    as_bob.post(there, data=form)
    _read_as(as_bob, there, separator="comma")
    page = as_bob.get(there)
    assert "comma" in text_of(page)
    assert controls(page)["column-0"] != "source"


def test_a_list_in_doubt_takes_no_other_act_than_the_answer(app: Flask, as_bob: FlaskClient) -> None:
    factories.job()
    there = drop(as_bob, CYRILLIC).location
    for path in ("", "/import"):
        assert as_bob.post(f"{there}{path}", data={}).status_code == 400
    assert as_bob.get(f"{there}/bad-rows.csv").status_code == 400
    assert as_bob.post(f"{there}/throw-away", data={}).status_code == 303
    assert "was thrown away" in text_of(as_bob.get(there))


def test_a_list_without_column_names_is_asked_about_in_words(app: Flask, as_bob: FlaskClient) -> None:
    there = drop(as_bob, b"ana@post.example,Ana\n").location
    said = text_of(as_bob.get(there))
    assert "column names" in said
    assert "The column names stand in row" in said
    assert as_bob.post(f"{there}/throw-away", data={}).status_code == 303


def test_the_answer_alone_is_enough(app: Flask, as_bob: FlaskClient) -> None:
    """The page asks for one thing, and so a browser sends one thing."""
    there = drop(as_bob, CYRILLIC).location
    page = as_bob.get(there).text
    asked = [
        name for name in ("encoding", "separator", "header_row", "sheet_name") if f'name="{name}"' in page
    ]
    assert asked == ["encoding"]
    assert as_bob.post(f"{there}/reading", data={"encoding": "cp1251"}).status_code == 303
    assert "CSV, Windows-1251 (Cyrillic), comma" in text_of(as_bob.get(there))
