"""What a whole list says: names out of step, several jobs, lone states, private and undecided columns."""

from datetime import date

import pytest

from employer_app.domain.applicant_list.columns import (
    ColumnMap,
    Field,
    SensitiveColumn,
    recognise,
    with_choices,
)
from employer_app.domain.applicant_list.dates import DateOrder
from employer_app.domain.applicant_list.judge import judge
from employer_app.domain.applicant_list.sheet import Row, Sheet
from tests.domain.applicant_list.test_list_judging import TODAY, judged, only_problem


def test_a_list_without_names_or_addresses_says_so():
    result = judged(("ID", "Stage"), ["1", "Applied"])
    assert result.good == ()
    assert result.warnings == (
        "No column holds the names. Choose it, or name it “Name” in the list.",
        "No column holds the e-mail addresses, so nobody on this list can be written to.",
    )


def test_a_list_of_several_jobs_keeps_the_job_of_each_row():
    result = judged(
        ("Name", "Email", "Job"), ["Anna", "a@x.example", "Cook"], ["Jan", "j@x.example", "Waiter"]
    )
    assert [applicant.job for applicant in result.good] == ["Cook", "Waiter"]
    assert result.warnings == ()


def test_a_lone_status_that_names_stages_and_ends_is_read_as_both():
    result = judged(
        ("Name", "Email", "Status"),
        ["Anna", "a@x.example", "Interviewing"],
        ["Jan", "j@x.example", "Rejected"],
    )
    assert [(a.stage_label, a.ending.state) for a in result.good] == [
        ("Interviewing", "Interviewing"),
        ("Rejected", "Rejected"),
    ]


def test_a_lone_status_of_ends_alone_names_no_stage():
    result = judged(("Name", "Email", "Status"), ["Anna", "a@x.example", "Rejected"])
    assert [(a.stage_label, a.ending.state) for a in result.good] == [("", "Rejected")]


def test_a_private_column_is_read_only_where_a_person_insists():
    header = ("Name", "Email", "Gender")
    rows = (Row(2, ("Anna", "a@x.example", "f")),)
    sheet, found = Sheet(header, rows, "test"), recognise(header, rows)
    with pytest.raises(SensitiveColumn):
        judge(sheet, ColumnMap({**found.fields, 2: Field.NOTE}, found.sensitive), today=TODAY)
    with pytest.raises(SensitiveColumn):
        judge(
            sheet, ColumnMap({**found.fields, 2: Field.COUNTRY}, found.sensitive), today=TODAY, insisted={2}
        )
    wanted = with_choices(header, found, {2: Field.NOTE}, insisted={2})
    result = judge(sheet, wanted, today=TODAY, insisted={2})
    assert (result.good[0].note, result.sensitive, result.mapping["Gender"]) == ("Gender: f", (), Field.NOTE)


def test_a_sensitive_column_cannot_be_slipped_in():
    sheet = Sheet(("Name", "Gender"), (), "test")
    slipped = ColumnMap({0: Field.NAME, 1: Field.NOTE}, sensitive=frozenset({1}))
    with pytest.raises(SensitiveColumn):
        judge(sheet, slipped, today=TODAY)


def test_an_undecided_column_asks_and_obeys_the_answer():
    header = ("Name", "Email", "Applied")
    cells = ["Anna", "a@x.example", "03/04/2026"]
    row, field, message = only_problem(judged(header, cells))
    assert (row, field) == (2, Field.APPLIED_AT)
    assert "day or the month first" in message
    assert judged(header, cells, date_order="dmy").good[0].applied_at == date(2026, 4, 3)
    assert judged(header, cells, date_order=DateOrder.MONTH_FIRST).good[0].applied_at == date(2026, 3, 4)
    clear = ["Jan", "j@x.example", "31/03/2026"]
    assert judged(header, cells, clear).good[0].applied_at == date(2026, 4, 3)
