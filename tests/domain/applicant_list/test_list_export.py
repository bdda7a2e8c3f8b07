import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.applicant_list.columns import recognise
from employer_app.domain.applicant_list.export import bad_rows, neutral_csv
from employer_app.domain.applicant_list.judge import judge
from employer_app.domain.applicant_list.read import read_list

TODAY = date(2026, 11, 24)


def cells(text):
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    "cell",
    [  # attack 42
        '=HYPERLINK("http://bad.example")',
        "+1+cmd|' /C calc'!A0",
        "-1+1",
        "@SUM(A1)",
        "|calc",
        "%0A",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1",
        "＋1",
    ],
)
def test_no_cell_starts_a_formula(cell):
    assert cells(neutral_csv((cell,), [[cell]])) == [["'" + cell], ["'" + cell]]


@pytest.mark.parametrize("cell", ["a;=1+1", 'a"=1+1', "a\t@SUM(A1)", "a;+cmd", "a\n=1"])
def test_no_formula_hides_behind_another_separator(cell):
    # attack 42: the file may be opened by a program that parts cells elsewhere
    guarded = cells(neutral_csv((), [[cell]]))[1][0]
    assert guarded == cell.replace("=", "'=").replace("@", "'@").replace(";+", ";'+")


def test_a_number_and_an_empty_cell_stay_as_they_are():
    assert neutral_csv(("A", "B", "C", "D"), [[-5, "-5,2", None, 1.5]]) == 'A,B,C,D\r\n-5,"-5,2",,1.5\r\n'


def test_a_phone_survives_the_way_out_and_in_again():
    # attack 42
    text = neutral_csv(("Name", "Phone"), [["Jörg Groß", "+49 (151) 123-45"]])
    assert not text.startswith("\ufeff")
    sheet = read_list(text.encode(), "x.csv")
    assert sheet.rows[0].cells == ("Jörg Groß", "+49 (151) 123-45")


_cell = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters='\0;"\t\r\n'), max_size=12
)
_tricky = st.sampled_from(["=1", "'=1", "''+1", "-5", "+49 1", "'", "'-5", "a=b", "|x", "x|y"])


@given(st.lists(st.tuples(st.just("x"), st.one_of(_cell, _tricky)), min_size=1, max_size=6))
def test_every_table_reads_back_as_it_was(rows):
    sheet = read_list(neutral_csv(("Name", "Notes"), rows).encode(), "x.csv")
    assert [row.cells for row in sheet.rows] == rows


@given(st.text(alphabet="=+-@|%'\t\r\n ;\"a1＝", max_size=12))
def test_no_text_gets_past_the_guard(text):
    cell = cells(neutral_csv((), [[text]]) or "\r\n")[1:]
    first = (cell[0][0] if cell and cell[0] else "").lstrip()[:1]
    assert first not in set("=+@|%＝") or text.strip() == ""
    assert first != "-" or text.strip()[1:].replace("1", "") == ""


def test_bad_rows_come_back_with_their_reasons_and_can_be_corrected():
    data = (
        b"Name,Email,Notes\r\nAnna,a@x.example,\r\nNone,n@x.example,=1+1\r\n"
        b"Weiss, Eva,e@x.example,\r\nJan,j@,\r\n"
    )
    sheet = read_list(data, "x.csv")
    judged = judge(sheet, recognise(sheet.header, sheet.rows), today=TODAY)
    text = neutral_csv(*bad_rows(sheet, judged.bad))
    table = cells(text)
    assert table[0] == ["Row", "Problem", "Name", "Email", "Notes"]
    assert [row[0] for row in table[1:]] == ["3", "4", "5"]
    assert [row[2:] for row in table[1:]] == [
        ["None", "n@x.example", "'=1+1"],
        ["Weiss", " Eva", "e@x.example", ""],  # still too long: it must not slip in shifted
        ["Jan", "j@", ""],
    ]
    assert all(row[1].endswith(".") for row in table[1:])

    again = read_list(text.replace("None", "Nora").replace("j@,", "j@x.example,").encode(), "x.csv")
    second = judge(again, recognise(again.header, again.rows), today=TODAY)
    assert [(a.name, a.note) for a in second.good] == [("Nora", "=1+1"), ("Jan", "")]
    assert len(second.bad) == 1
    assert second.ignored == ("Row", "Problem")
