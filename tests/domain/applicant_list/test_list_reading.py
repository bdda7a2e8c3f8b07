import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.applicant_list.sheet import Row, UnreadableList
from tests.domain.applicant_list.workbooks import workbook

TWO = [["Name", "Email"], ["Anna Weiss", "anna@x.example"], ["Jörg Groß", "joerg@x.example"]]


def written(rows, delimiter=",", encoding="utf-8", **dialect):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, **dialect).writerows(rows)
    return text.getvalue().encode(encoding)


def refusal(data, filename="list.csv"):
    with pytest.raises(UnreadableList) as refused:
        read_list(data, filename)
    assert str(refused.value).endswith((".", ")"))
    return str(refused.value)


def grid(sheet):
    return [list(sheet.header), *(list(row.cells) for row in sheet.rows)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_csv_reads_the_same_in_every_separator_and_encoding(delimiter, encoding):
    # attacks 49, 50
    assert grid(read_list(written(TWO, delimiter, encoding), "x.csv")) == TWO


_cell = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=15
).filter(
    lambda text: not text.startswith("'")  # our own guard against formulas, see test_list_export
)
_header = st.lists(
    st.sampled_from(["Name", "Email", "Phone", "Stage", "Notes", "Ort"]), min_size=1, max_size=5, unique=True
)


@st.composite
def _tables(draw):
    header = draw(_header)
    row = st.lists(_cell, min_size=len(header), max_size=len(header)).filter(
        lambda cells: any(c.strip() for c in cells)
    )
    return [header, *draw(st.lists(row, min_size=1, max_size=6))]


@given(_tables(), st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_table_written_as_csv_reads_back_equal(table, delimiter, encoding):
    # attack 50: whatever stands in a cell, nothing shifts
    single = len(table[0]) == 1  # one column has no separator to be found by
    data = written(
        table, "," if single else delimiter, encoding, quoting=csv.QUOTE_ALL if single else csv.QUOTE_MINIMAL
    )
    assert grid(read_list(data, "x.csv")) == table


@given(st.binary(max_size=400))
def test_any_bytes_are_a_list_or_refused_in_words(data):
    try:
        sheet = read_list(data, "x")
    except UnreadableList:
        return
    assert sheet.header


@given(st.binary(max_size=60), st.integers(0, 3000))
def test_a_workbook_with_any_bytes_changed_is_read_or_refused(patch, at):
    data = workbook(TWO)
    with contextlib.suppress(UnreadableList):
        assert read_list(data[:at] + patch + data[at + len(patch) :], "x.xlsx").header


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    data = b'Name,Email\r\n\r\n"Anna\r\nWeiss",a@x.example\r\n,\r\nJan,j@x.example\r\n'
    sheet = read_list(data, "x.csv")
    assert sheet.rows == (Row(3, ("Anna\r\nWeiss", "a@x.example")), Row(5, ("Jan", "j@x.example")))
    assert sheet.blank_rows == 2
    book = read_list(workbook([["Name", "Email"], [], ["Jan", "j@x.example"]]), "x.xlsx")
    assert book.rows == (Row(3, ("Jan", "j@x.example")),)


def test_a_row_too_long_or_too_short_is_left_as_it_is():
    # attack 50
    sheet = read_list(b"Name,Email,Phone\nWeiss, Anna,a@x.example,1\nJan,j@x.example\n", "x.csv")
    assert [len(row.cells) for row in sheet.rows] == [4, 2]


def test_a_line_that_names_the_separator_is_obeyed_and_not_counted():
    sheet = read_list(b"sep=;\r\nName;Email, private\r\nWeiss, Anna;a@x.example\r\n", "x.csv")
    assert sheet.header == ("Name", "Email, private")
    assert sheet.rows == (Row(2, ("Weiss, Anna", "a@x.example")),)


def test_the_separator_is_found_although_cells_are_full_of_another():
    sheet = read_list(b"Name;Note\nAnna;a, b, c\nJan;d, e, f\nEva;g, h, i\n", "x.csv")
    assert sheet.header == ("Name", "Note")
    assert sheet.source == "CSV, UTF-8, semicolon"


@pytest.mark.parametrize("text", [b'Name,Email\nA,b\n"C,d\ne,f\n', b'Name,Email\nA,b\n"C" D,d\n'])
def test_a_quotation_mark_without_its_partner_is_refused_with_its_row(text):
    # attack 50: read leniently, it would swallow everybody after it
    assert refusal(text).startswith("Row 3 ")


def test_a_title_above_the_header_is_skipped_and_said():
    sheet = read_list(b"Applicants 2026,,\n\nName,Email,Phone\nJan,j@x.example,1\n", "x.csv")
    assert sheet.header == ("Name", "Email", "Phone")
    assert sheet.warnings == ("Row 1 above the column names was skipped as a title.",)


def test_a_list_without_a_header_is_refused():
    assert "column names" in refusal(b"Anna,a@x.example\nJan,j@x.example\n")


def test_an_old_western_encoding_is_named_with_samples():
    # attack 49
    sheet = read_list(written(TWO, encoding="cp1252"), "x.csv")
    assert sheet.warnings == (
        "The file was read as Windows-1252 (Western). Check that this is right: “Groß”, “Jörg”.",
    )
    mac = written([["Name"], ["Müller"], ["Zoë"], ["François"], ["Jörg"], ["Éva"]], encoding="mac_roman")
    assert [row.cells[0] for row in read_list(mac, "x.csv").rows] == [
        "Müller",
        "Zoë",
        "François",
        "Jörg",
        "Éva",
    ]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Jörg", "mac_roman"),
        ("Dvořák", "cp1250"),
        ("Łukasz Żółć", "cp1250"),
        ("Şahin", "cp1254"),
        ("Иван Петров", "cp1251"),
        ("Γιώργος", "cp1253"),
        ("山田太郎", "shift_jis"),
        ("王小明", "gb18030"),
        ("박성민", "euc_kr"),
    ],
)
def test_an_encoding_in_doubt_is_asked_for_and_never_guessed(name, encoding):
    # attack 49
    assert "UTF-8" in refusal(written([["Name", "Email"], [name, "a@x.example"]], encoding=encoding))


def test_two_encodings_in_one_file_are_refused_with_the_line():
    data = "Name\nMüller\nSøren\nZoë\n".encode() + "Jörg\n".encode("latin-1")
    assert "line 5" in refusal(data)


@pytest.mark.parametrize(
    ("data", "word"),
    [  # attack 48
        (b"", "0 bytes"),
        (b"\n\n , \n", "nothing"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"<html><table><tr><td>Name</td></tr></table>", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "XML"),
        (b'[{"name": "Anna"}]', "JSON"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"PK\x03\x04" + b"x" * 200, "damaged"),
        (bytes(range(256)) * 8, "text file"),
        (b"Name,Email\nAn\0na,a@x.example\n", "text file"),
        (b"Name,Email\n" + b"x" * 40_000 + b",a@x.example\n", "40,000 characters"),
        (b"Name," * 300 + b"Email\n", "301 columns"),
        (b"Name,Email\n" + b"A,b\n" * 200_001, "200,000 rows"),
        (b"a" * (40 * 1024 * 1024 + 1), "40 are the most"),
        (b"Name,Email\n", "column names but no rows"),
        (b"PK;Name\n", "column names but no rows"),
    ],
)
def test_what_is_no_list_or_too_large_is_refused_with_the_reason(data, word):
    assert word in refusal(data, "applicants.xlsx")


def test_the_content_decides_and_not_the_name():
    # attacks 48, 54
    for name in ["../../x", "CON", "a" * 300, "x.csv\r\n", "list.csv", ""]:
        assert grid(read_list(workbook(TWO), name)) == TWO
        assert grid(read_list(written(TWO), name)) == TWO
