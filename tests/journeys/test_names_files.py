"""A name comes in with each kind of list and leaves with each kind of file, the same to the last mark."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from shutil import which
from xml.sax.saxutils import escape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape as unescaped
from python_calamine import CalamineWorkbook

from employer_app.actions.imports import lists as imports
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Candidate
from employer_app.queries.picture import Of, Part, every_person
from employer_app.web import paper
from tests import factories
from tests.domain.applicant_list.workbooks import ods_of, ods_row, ods_table, workbook, xls
from tests.journeys.hard_names import NAMES
from tests.pango import needs_pango

pytestmark = pytest.mark.both

HEAD = ("Full name", "Preferred name", "Email")
ROWS = [(name, called, f"n{number}@post.example") for number, (name, called) in enumerate(NAMES)]


def as_csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    return text.getvalue().encode(encoding)


def as_utf16(rows: Sequence[Sequence[str]]) -> bytes:
    return as_csv(rows, "utf-16")


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    return workbook([HEAD, *([as_text(cell) for cell in row] for row in rows)])


def as_text(cell: str) -> str:
    """openpyxl writes "_x000D_" as it is, which every spreadsheet then takes for the escape of a CR."""
    return re.sub(r"_(?=x[0-9A-F]{4}_)", "_x005F_", cell)


def as_ods(rows: Sequence[Sequence[str]]) -> bytes:
    return ods_of(ods_table("".join(ods_row(*map(escape, row)) for row in [HEAD, *rows])))


def as_xls(rows: Sequence[Sequence[str]]) -> bytes:
    return xls([HEAD, *rows])


def as_json(rows: Sequence[Sequence[str]]) -> bytes:
    records = [dict(zip(("name", "preferred_name", "email"), row, strict=True)) for row in rows]
    return json.dumps(records).encode()


KINDS = (as_csv, as_utf16, as_xlsx, as_ods, as_xls, as_json)


@pytest.mark.parametrize("write", KINDS)
def test_a_list_of_any_kind_brings_each_name_as_it_is(
    app: Flask, bob: Person, write: Callable[[Sequence[Sequence[str]]], bytes]
) -> None:
    rows = ROWS
    if write is as_xlsx:  # openpyxl makes a formula of a text that begins with "=": no list has a name so
        rows = [row for row in ROWS if not row[0].startswith("=")]
    bring_in(write(rows), bob)
    assert stored() == {address: (name, called) for name, called, address in rows}


def bring_in(data: bytes, bob: Person) -> int:
    job = factories.job()
    list_id = imports.upload(filename="people", data=data, actor=bob, job_id=job)
    digest = imports.look(list_id=list_id, actor=bob).digest
    imports.keep(list_id=list_id, digest=digest, actor=bob)
    db.session.rollback()
    return job


def stored() -> dict[str, tuple[str, str]]:
    return {row.address: (row.name, row.call_name) for row in db.session.scalars(sa.select(Candidate))}


def test_each_exported_file_holds_each_name_as_it_is(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    for name, called, address in ROWS:
        factories.application(job, name=name, call_name=called, address=address, received=timedelta(days=40))
    names = sorted(name for name, _ in NAMES)
    for path in LISTS:
        address = path + ("&" if "?" in path else "?") + "format="
        text, xlsx, ods = (as_bob.get(address.format(job) + kind).data for kind in ("csv", "xlsx", "ods"))
        for cells in (
            [row[0] for row in csv.reader(io.StringIO(text.decode("utf-8-sig")))],
            [unescaped(row[0]) for row in load_workbook(io.BytesIO(xlsx)).active.values],
            by_calamine(xlsx),
            by_calamine(ods),
        ):
            # in CSV an apostrophe stands before what a spreadsheet would run, and only there
            bare = [re.sub(r"^'(?=[=+\-@|%])", "", cell) for cell in cells[1:]]
            assert sorted(bare) == names, path


LISTS = ("/jobs/{}/people.csv", "/waiting.csv?whose=all", "/picture/people.csv", "/audit/applications.csv")


def by_calamine(data: bytes) -> list[str]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [row[0] for row in book.get_sheet_by_index(0).to_python()]


def test_what_was_exported_comes_in_again_as_it_was(app: Flask, bob: Person, as_bob: FlaskClient) -> None:
    job = factories.job()
    for name, _, address in ROWS:
        factories.application(job, name=name, address=address)
    for kind in ("csv", "xlsx", "ods"):
        data = as_bob.get(f"/jobs/{job}/people.csv?format={kind}").data
        list_id = imports.upload(filename="people", data=data, actor=bob, job_id=factories.job(kind))
        good = imports.look(list_id=list_id, actor=bob).judged.good
        assert sorted(one.name for one in good) == sorted(name for name, _ in NAMES), kind


def test_each_page_shows_each_name_whole_and_in_its_own_direction(app: Flask, as_bob: FlaskClient) -> None:
    """A name in Arabic letters must not turn the date or the bracket beside it."""
    job = factories.job()
    found = {name: factories.application(job, name=name, received=timedelta(days=40)) for name, _ in NAMES}
    for path in (f"/jobs/{job}", f"/jobs/{job}?view=board", "/picture/people"):
        page = as_bob.get(path).text
        text = re.sub(r"<(title|option)\b.*?</\1>|<[^>]*?=\"[^>]*>", "", page, flags=re.DOTALL)
        shown = [unescape(one) for one in re.findall(r"<bdi>([^<]*)</bdi>", page)]
        assert set(shown) & set(found), path
        bare = unescape(re.sub(r"<bdi>[^<]*</bdi>", "", text))
        assert [ascii(name) for name in found if len(name) > 9 and name in bare] == [], path
    for name in ("محمد بن سلمان الخيام", "Xi & Sons"):
        page = as_bob.get(f"/applications/{found[name]}").text
        assert f"<h1><bdi>{escape(name)}</bdi></h1>" in page
        person = db.session.scalar(sa.select(Candidate.id).where(Candidate.name == name))
        page = as_bob.get(f"/candidates/{person}").text
        assert re.search(rf'<input[^>]*dir="auto"[^>]*value="{escape(name)}"', page)


@needs_pango
@pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext, which reads PDF files back, is missing")
def test_the_page_of_paper_holds_the_names(app: Flask, bob: Person, tmp_path: Path) -> None:
    """As HTML to the letter; as a PDF what can be read back in the order of the writer, in one form."""
    job = factories.job()
    for name, _ in NAMES:
        factories.application(job, name=name, received=timedelta(days=90))
    page = paper.picture_paper(bob, "Brightwater Ferries", Of())
    page = replace(page, first=list(every_person(bob, Part(), Of())))
    shown = re.findall(r"<bdi><b>(.*?)</b></bdi>", paper.as_html(page))
    assert sorted(map(unescape, shown)) == sorted(name for name, _ in NAMES)
    file = tmp_path / "page.pdf"
    file.write_bytes(paper.as_pdf(page))
    text = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True).stdout.decode()
    unbroken = one_form(text)
    fit = [one_form(name) for name, _ in NAMES if len(name) < 60]
    assert [ascii(name) for name in fit if READ_BACK.fullmatch(name) and name not in unbroken] == []


#: letters that a reader of PDF files gives back one for one; not those that join, turn or move
READ_BACK = re.compile(r"[\x21-\u052f\u1e00-\u2044]+")


def one_form(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
