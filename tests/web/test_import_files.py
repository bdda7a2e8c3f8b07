"""Files as they come: refused in words, shown without harm, handed back to be mended, thrown away."""

from __future__ import annotations

import io
import json
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.imports import lists as imports
from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import ApplicantList, Application, Candidate
from tests import factories
from tests.domain.applicant_list.vendors import payloads
from tests.domain.applicant_list.workbooks import workbook
from tests.web.lists import BAD, LIST, controls, drop, how_many, look, text_of


def test_a_private_column_is_shown_without_its_values_and_never_taken(
    app: Flask, as_bob: FlaskClient
) -> None:
    job = factories.job()
    text = "Name,Email,Date of birth\nAna Prieto,ana@post.example,1990-12-24\n"
    there, page = look(as_bob, text, job_id=str(job))
    assert "Private (date of birth or age)" in text_of(page)
    assert "1990-12-24" not in page.text
    form = controls(page)
    assert "column-2" not in form
    form["column-2"] = "note"
    answer = as_bob.post(there, data=form)
    assert answer.status_code == 422
    assert "is private and is never imported" in text_of(answer)


@pytest.mark.parametrize(
    ("data", "filename", "words"),
    [  # attack 48
        (b"", "people.csv", "The file is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old.xls", "old Excel workbook"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked.xlsx",
            "locked with a password",
        ),
        (b"%PDF-1.7 ...", "cv.csv", "a PDF"),
        (b"<html><table>", "list.xlsx", "web page"),
        (b"PK\x03\x04 nonsense", "list.xlsx", "damaged"),
        (b'Name,Email\n"Ana,ana@post.example\n', "quote.csv", "quotation mark"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words_with_its_name(
    app: Flask, as_bob: FlaskClient, data: bytes, filename: str, words: str
) -> None:
    answer = drop(as_bob, data, filename)
    assert answer.status_code == 422
    said = text_of(answer)
    assert f"{filename} was not taken" in said
    assert words in said
    assert how_many(ApplicantList) == 0


def test_no_file_at_all_is_said_beside_the_field(app: Flask, as_bob: FlaskClient) -> None:
    answer = as_bob.post("/import", data={})
    assert answer.status_code == 422
    assert "Choose a file first." in text_of(answer)


@pytest.mark.parametrize("filename", ["huge.csv", "größe <b>.csv"])
def test_a_file_that_is_too_large_is_refused_on_the_same_page(
    app: Flask, as_bob: FlaskClient, filename: str
) -> None:
    answer = drop(as_bob, b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1), filename)
    assert answer.status_code == 413
    said = text_of(answer)
    assert "was not taken The file is larger than 40 MB." in said
    assert filename in said
    assert "Look at the list" in said


def test_a_list_of_nobody_is_refused_with_its_name(app: Flask, as_bob: FlaskClient) -> None:
    answer = drop(as_bob, b"Name,Email\n", "nobody.csv")
    assert answer.status_code == 422
    assert "nobody.csv was not taken The list has column names but no rows." in text_of(answer)


def test_a_file_between_the_two_limits_is_refused_with_its_name(app: Flask, as_bob: FlaskClient) -> None:
    answer = drop(as_bob, b"x" * (40 * 1024 * 1024 + 1), "large.csv")
    assert answer.status_code == 422
    assert "large.csv was not taken The file has 40 MB" in text_of(answer)


@pytest.mark.parametrize(
    # as browsers write them
    "filename",
    ["../../x.csv", "x.csv%0D%0AX-Evil: 1", "n" * 300, "CON", "%22><script>.csv"],
)
def test_a_file_name_does_no_harm(app: Flask, as_bob: FlaskClient, filename: str) -> None:  # attack 54
    job = factories.job()
    there, page = look(as_bob, BAD, filename=filename, job_id=str(job))
    assert "<script>." not in page.text
    answer = as_bob.get(f"{there}/bad-rows.csv")
    assert answer.status_code == 200
    assert "X-Evil" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")


def test_bad_rows_come_back_as_a_file_that_reads_again(app: Flask, as_bob: FlaskClient) -> None:
    # attack 42: nothing in it runs when a spreadsheet opens it
    text = 'Name,Email,Notes\n=HYPERLINK("x"),ana@@post.example,+49 40 5550117\nBo,bo@post.example,\n'
    there, _ = look(as_bob, text)
    answer = as_bob.get(f"{there}/bad-rows.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="people - rows to mend.csv"'
    sheet = read_list(answer.data, "x.csv")
    assert sheet.header == ("Row", "Problem", "Name", "Email", "Notes")
    assert [row.cells[2:] for row in sheet.rows] == [
        ('=HYPERLINK("x")', "ana@@post.example", "+49 40 5550117")
    ]
    assert "'=HYPERLINK" in answer.text


def test_the_mended_file_brings_in_the_rest(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    there, page = look(as_bob, BAD, job_id=str(job))
    as_bob.post(f"{there}/import", data=controls(page))
    mended = as_bob.get(f"{there}/bad-rows.csv").data.replace(b"@@", b"@")
    there, page = look(as_bob, mended, job_id=str(job))
    as_bob.post(f"{there}/import", data=controls(page))
    assert how_many(Application) == 3


def test_a_workbook_comes_in_like_a_csv(app: Flask, as_bob: FlaskClient) -> None:
    data = workbook([["Name", "Email"], ["Zoë Ångström", "zoe@post.example"]])
    there, page = look(as_bob, data, filename="people.xlsx", job_id=str(factories.job()))
    as_bob.post(f"{there}/import", data=controls(page))
    assert db.session.scalars(sa.select(Candidate.name)).all() == ["Zoë Ångström"]


def test_what_stands_in_a_list_never_becomes_part_of_the_page(app: Flask, as_bob: FlaskClient) -> None:
    evil = "<script>alert(1)</script>"
    text = (
        f'{evil},Name,Email,Stage\n{evil},"{evil}",a@post.example,{evil}\n{evil},Bo,bo@post.example,{evil}\n'
    )
    _, page = look(as_bob, text, job_id=str(factories.job()))
    assert evil not in page.text


def test_thrown_away_is_gone_and_what_came_of_it_stays(app: Flask, as_bob: FlaskClient) -> None:
    there, page = look(as_bob, LIST, job_id=str(factories.job()))
    as_bob.post(f"{there}/import", data=controls(page))
    unused, _ = look(as_bob, LIST)
    for address in (there, unused):
        answer = as_bob.post(f"{address}/throw-away", follow_redirects=True)
        assert "The file people.csv was thrown away." in text_of(answer)
    assert db.session.scalars(sa.select(ApplicantList.content)).all() == [None, None]
    assert "2 people are in" in text_of(as_bob.get(there))
    assert "This file was thrown away" in text_of(as_bob.get(unused))
    assert as_bob.get(f"{unused}/bad-rows.csv").status_code == 404
    assert as_bob.post(f"{unused}/import", data=controls(page)).status_code == 404
    assert how_many(Application) == 2


def test_lists_are_paged_newest_first(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    assert "No list was brought in yet." in text_of(as_bob.get("/import"))
    for number in range(51):
        imports.upload(filename=f"list-{number:02}.csv", data=LIST.encode(), actor=bob)
    first = as_bob.get("/import")
    assert "50 of 51 shown." in text_of(first)
    assert "list-50.csv" in first.text
    assert "list-00.csv</a></th>" not in first.text  # but it is the one to go on with
    following = re.search(r'href="(/import\?before=\d+)" rel="next"', first.text)
    assert following
    assert "list-00.csv" in as_bob.get(following[1]).text


@pytest.mark.parametrize(
    ("given", "shown"),
    [  # attack 54
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\people.csv", "people.csv"),
        ("CON", "CON"),
        ("x.csv\r\nSet-Cookie: a=b", "x.csvSet-Cookie: a=b"),
        ("\u202egpj.csv", "gpj.csv"),
        ("n" * 300, "n" * 200),
        ("", "list"),
    ],
)
def test_a_file_name_is_only_ever_shown(given: str, shown: str) -> None:
    assert imports.plain_filename(given) == shown


def test_json_files_dropped_at_once_are_one_list_and_the_others_stay(app: Flask, as_bob: FlaskClient) -> None:
    people = json.dumps([payloads.greenhouse_candidate()]).encode()
    applied = json.dumps([payloads.greenhouse_application()]).encode()
    files = [("people.json", people), ("list.csv", LIST.encode()), ("applied.json", applied)]
    answer = as_bob.post(
        "/import", data={"file": [(io.BytesIO(data), name) for name, data in files]}, follow_redirects=True
    )
    assert "2 lists are here" in text_of(answer)
    names = db.session.scalars(sa.select(ApplicantList.filename).order_by(ApplicantList.id))
    assert list(names) == ["people.json + applied.json", "list.csv"]


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_bad_rows_come_back_as_a_workbook_too(app: Flask, as_bob: FlaskClient, kind: str) -> None:
    there, page = look(as_bob, BAD)
    assert f"bad-rows.csv?format={kind}" in page.text
    answer = as_bob.get(f"{there}/bad-rows.csv?format={kind}")
    assert answer.headers["Content-Disposition"].endswith(f'rows to mend.{kind}"')
    sheet = read_list(answer.data, "x")
    assert [row.cells[2:4] for row in sheet.rows] == [("Dora Vos", "dora@@post.example")]
