"""Lists and names that nobody wrote for these tests; run where EMPLOYER_TEST_DATA names their folder."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from employer_app.domain.address import BadAddress, check_address
from employer_app.domain.applicant_list.columns import recognise
from employer_app.domain.applicant_list.judge import judge
from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.person_name import compatible_names, join_name, name_problem
from scripts.quality import columns as quality
from scripts.quality import vendors

_FOLDER = os.environ.get("EMPLOYER_TEST_DATA", "")
DATA = Path(_FOLDER)
pytestmark = pytest.mark.skipif(not _FOLDER, reason="real lists: EMPLOYER_TEST_DATA names no folder")

TODAY = date(2026, 11, 24)
WITH_ROWS = [
    "etl-candidates.csv",
    "funnel-es-pipeline.csv",
    "funnel-stages.csv",
    "multi-source-candidates.csv",
    "simulated-funnel.csv",
]


def sheet_of(name):
    path = DATA / name
    return read_list(path.read_bytes(), path.name)


def expected(name):
    return json.loads((DATA / "csv-exports" / "expected.json").read_text(encoding="utf-8"))[name]


def test_headers_are_read_as_well_as_promised():
    assert [*quality.headers(DATA).below_goal, *quality.vendor_tables(DATA).below_goal] == []


def test_records_of_other_systems_are_read_as_well_as_promised():
    assert vendors.payloads(DATA).below_goal == []


@pytest.mark.parametrize("name", WITH_ROWS)
def test_every_row_of_a_list_is_read(name):
    assert len(sheet_of(f"csv-exports/{name}").rows) == expected(name)["rows"]


def test_a_workbook_of_several_sheets_reads_the_first_whole():
    sheet = sheet_of("csv-exports/funnel-kpi.xlsx")
    assert len(sheet.rows) == expected("funnel-kpi.xlsx")["sheets"]["candidates"]
    assert "“stages”, “offers”, “KPI”" in sheet.warnings[0]


@pytest.mark.parametrize("name", WITH_ROWS)
def test_every_row_of_a_list_ends_in_one_place(name):
    sheet = sheet_of(f"csv-exports/{name}")
    result = judge(sheet, recognise(sheet.header, sheet.rows), today=TODAY)
    assert result.rows == len(sheet.rows)
    assert not [problem for problem in result.problems if not problem.message]


def test_names_of_the_world_come_through_as_given():
    sheet = sheet_of("person-names/applicants-world.csv")
    result = judge(sheet, recognise(sheet.header, sheet.rows), today=TODAY)
    column = sheet.header.index("name")
    assert [a.name for a in result.good] == [row.cells[column] for row in sheet.rows]
    assert [a for a in result.good if a.warnings or a.address is None] == []


def test_names_of_the_world_fit_their_own_parts():
    sheet = sheet_of("person-names/applicants-world.csv")
    for row in sheet.rows:
        cells = dict(zip(sheet.header, row.cells, strict=True))
        assert compatible_names(cells["name"], join_name(cells["first_name"], cells["last_name"])), cells[
            "name"
        ]


def _records(name):
    found = json.loads((DATA / name).read_text(encoding="utf-8"))
    return (
        found
        if isinstance(found, list)
        else next(value for value in found.values() if isinstance(value, list))
    )


def test_hardly_a_real_name_is_blocked():
    names = [
        record["text"]
        for part in ("parsed-names", "labelled-names")
        for record in _records(f"person-names/{part}.json")
    ]
    blocked = [name for name in names if (problem := name_problem(name)) and problem.blocks]
    assert len(names) > 600
    assert len(blocked) <= 1  # one with a direction mark in the middle


def test_no_naughty_string_raises():
    for text in _records("person-names/naughty-strings.json"):
        name_problem(text if isinstance(text, str) else text["text"])


def test_addresses_agree_with_the_validators():
    for record in _records("email-addresses/addresses.json"):
        verdicts, address = record["verdicts"], record["address"]
        try:
            check_address(address)
            usable = True
        except BadAddress:
            usable = False
        valid = verdicts.get("email-validator") == "valid" and address[0] != '"' and "<" not in address
        if valid and address.isascii():
            assert usable, address
        if "ERR" in verdicts.get("isemail", "") and address == address.strip():
            assert not usable, address
