"""Every list of a page leaves as CSV, XLSX and ODS, with the same cells, and runs nothing."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from employer_app.domain.event import EventKind
from employer_app.domain.table_file import FileKind
from tests import factories
from tests.web.batches.walk import confirm, id_of, start

NAME = '=HYPERLINK("http://bad.example")'


@pytest.fixture
def lists(app: Flask, as_bob: FlaskClient) -> dict[str, str]:
    """The address of each list, with the page that links to it."""
    job = factories.job("007")
    for name in (NAME, "Amara Nwosu"):
        someone = factories.application(job, name=name, received=timedelta(days=40))
    factories.application(job, name="+49 Nobody", address=None)
    batch = id_of(confirm(as_bob, start(as_bob, job)), "batches")
    again = factories.job("Deck Officer")
    someone = factories.application(again, name=NAME, received=timedelta(days=40))
    factories.application(again, name="No Address", address=None, received=timedelta(days=40))
    factories.happened(someone, EventKind.PROMISE_MADE, ago=timedelta(days=30), due="2026-01-05")
    plan = start(as_bob, again)
    return {
        "/waiting.csv?whose=all": "/?whose=all",
        f"/jobs/{job}/people.csv": f"/jobs/{job}?view=table",
        "/outbox.csv?state=open": "/outbox",
        f"/batches/{batch}/messages.csv": f"/batches/{batch}",
        f"/plans/{plan}/skipped.csv": f"/plans/{plan}/review",
        "/audit/applications.csv": "/audit/applications",
        "/audit/promises-broken.csv": "/audit",
    }


def test_all_kinds_hold_the_same(as_bob: FlaskClient, lists: dict[str, str]) -> None:
    for address in lists:
        wanted = address + ("&" if "?" in address else "?") + "format="
        text = as_bob.get(f"{wanted}csv").data
        assert text == as_bob.get(address).data == as_bob.get(f"{wanted}docx").data
        table = [
            [cell.removeprefix("'") for cell in row]
            for row in csv.reader(io.StringIO(text.decode("utf-8-sig")))
        ]
        assert len(table) > 1
        for kind in (FileKind.XLSX, FileKind.ODS):
            book = CalamineWorkbook.from_filelike(io.BytesIO(as_bob.get(f"{wanted}{kind}").data))
            cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
            assert [[_shown(cell) for cell in row] for row in cells] == table, address


def _shown(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) else str(cell)


@pytest.mark.parametrize("kind", list(FileKind))
def test_a_file_is_kept_and_never_opened_in_our_pages(
    as_bob: FlaskClient, lists: dict[str, str], kind: FileKind
) -> None:
    answer = as_bob.get("/waiting.csv", query_string={"format": kind.value})
    assert (answer.status_code, answer.content_type) == (200, kind.content_type)
    assert answer.headers["Content-Disposition"] == f"attachment; filename=waiting.{kind}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_link_to_all_kinds(as_bob: FlaskClient, lists: dict[str, str]) -> None:
    for address, page in lists.items():
        links = re.findall(r'href="([^"]*format=[^"]*)"', as_bob.get(page).text)
        links = [link.replace("&amp;", "&") for link in links if link.startswith(address.partition("?")[0])]
        assert [link.rpartition("=")[2] for link in links] == ["csv", "xlsx", "ods"], page
        assert {as_bob.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize("kind", list(FileKind))
def test_who_may_not_export_gets_no_file(
    as_charlie: FlaskClient, client: FlaskClient, kind: FileKind
) -> None:
    address = f"/waiting.csv?format={kind}"
    assert as_charlie.get(address).status_code == 403
    assert client.get(address).status_code == 303
