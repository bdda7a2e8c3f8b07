"""The audit on screen: the numbers of the queries, each with its people, and nothing without a right."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.event import EventKind
from employer_app.domain.stage import StageKind
from employer_app.domain.words import code_words_in
from employer_app.queries.audit import By, Figure
from tests import factories

K = EventKind
NO = {"decision_id": 1, "disposition": "X", "status": "rejected", "stage_kind": "applied", "owed": True}


@pytest.fixture
def seeded(app: Flask) -> int:
    """Somebody answered, somebody decided only, somebody with a dangerous name, and a broken date."""
    job = factories.job("Deck Officer & Mate")
    for name in ("Amara Nwosu", "Rashid Karim"):
        someone = factories.application(job, name=name, received=timedelta(days=40))
        factories.happened(someone, K.DECISION_MADE, ago=timedelta(days=12), **NO)
    factories.happened(someone, K.LETTER_LOGGED, ago=timedelta(days=11), tells=True)
    factories.application(job, name="<script>alert(1)</script>", stage=StageKind.APPLIED)
    hopeful = factories.application(job, name="@SUM(A1)", received=timedelta(days=40))
    factories.happened(hopeful, K.PROMISE_MADE, ago=timedelta(days=30), due="2026-01-05")
    return job


def visible(body: str) -> str:
    body = re.sub(r"(?s)<(script|svg).*?</\1>|<!--.*?-->", " ", body)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_empty_audit_says_so(as_bob: FlaskClient) -> None:
    page = as_bob.get("/audit")
    assert page.status_code == 200
    assert "Nobody is waiting past their date" in page.text
    assert "No final answer has fallen due" in page.text


def test_rate_stands_with_its_formula(as_bob: FlaskClient, seeded: int) -> None:
    text = visible(as_bob.get("/audit").text)
    assert "50.0 %" in text
    assert re.search(r"Answer rate = people answered with proof ÷ .* = 1 ÷ 2 = 50.0 %", text)
    assert "Bounces unknown" in text


@pytest.mark.parametrize("by", list(By))
def test_pages_speak_plainly_and_escape_names(as_bob: FlaskClient, seeded: int, by: By) -> None:
    page = as_bob.get(f"/audit?by={by}").text
    assert code_words_in(visible(page)) == []
    assert "Deck Officer & Mate" not in page


@pytest.mark.parametrize("figure", list(Figure))
def test_every_figure_opens_its_people_and_their_file(
    as_bob: FlaskClient, seeded: int, figure: Figure
) -> None:
    slug = figure.value.replace("_", "-")
    index = as_bob.get("/audit").text
    shown = re.search(
        rf'href="/audit/{slug}" data-open>[^<]*</a></th>\s*<td class="num strong">(\d+)<', index
    )
    assert shown
    page = as_bob.get(f"/audit/{slug}")
    assert page.status_code == 200
    assert page.text.count("<tr data-row") == int(shown[1])
    assert "<script>alert" not in page.text
    assert code_words_in(visible(page.text)) == []
    file = as_bob.get(f"/audit/{slug}.csv")
    assert file.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert len(rows) == int(shown[1]) + 1


def test_lines_are_named_in_words(as_bob: FlaskClient, seeded: int) -> None:
    by_stage, by_owner = (visible(as_bob.get(f"/audit?by={by}").text) for by in ("stage", "owner"))
    assert "Answer rate by furthest stage" in by_stage
    assert re.search(r"Late Applied 2 1 50.0 %", by_stage)
    assert "Not split by owner (Austria, Germany, Netherlands)" in by_owner
    assert re.search(r"Not (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} 2 1 50.0 %", by_owner)


def test_csv_runs_nothing_in_a_spreadsheet(as_bob: FlaskClient, seeded: int) -> None:
    rows = list(csv.reader(io.StringIO(as_bob.get("/audit/promises-broken.csv").data.decode("utf-8-sig"))))
    assert rows[1][0] == "'@SUM(A1)"


def test_every_link_of_the_page_leads_somewhere(as_bob: FlaskClient, seeded: int) -> None:
    for by in By:
        page = as_bob.get(f"/audit?by={by}&from=2020-01-01").text
        for link in set(re.findall(r'href="(/audit[^"#]*)', page)):
            assert as_bob.get(link.replace("&amp;", "&")).status_code == 200, link


def test_filters_stand_in_the_address_and_can_be_taken_away(as_bob: FlaskClient, seeded: int) -> None:
    page = as_bob.get(f"/audit?job={seeded}&stage=applied&from=2020-01-01&to=2020-01-31").text
    assert "No final answer has fallen due from Wed 1 Jan 2020 to Fri 31 Jan 2020" in visible(page)
    assert page.count('class="chip"') == 4


@pytest.mark.parametrize(
    "query",
    [
        "job=x",
        "job=99999999999999999999",
        "stage=x",
        "from=yesterday",
        "to=9999-12-31",
        "from=0001-01-01",
        "by=x",
        "owner=-3",
        "from=2026-02-02&to=2026-02-01",
    ],
)
def test_filter_that_cannot_be_read_is_left_out_and_said(as_bob: FlaskClient, query: str) -> None:
    page = as_bob.get(f"/audit?{query}")
    assert page.status_code == 200
    assert "cannot be read" in page.text


@pytest.mark.parametrize("path", ["/audit/everything", "/audit/owed?after=x", "/audit/everything.csv"])
def test_wrong_address_is_not_found(as_bob: FlaskClient, path: str) -> None:
    assert as_bob.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/audit", "/audit/owed", "/audit/owed.csv"])
def test_nobody_without_a_right_sees_it(client: FlaskClient, as_charlie: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {302, 303, 401}
    assert as_charlie.get(path).status_code == 403
