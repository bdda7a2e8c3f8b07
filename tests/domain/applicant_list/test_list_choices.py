"""What a person chose is obeyed or refused, and what is in doubt is asked with its choices."""

import csv
import io

import pytest
from openpyxl import Workbook

from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.applicant_list.reading import ENCODINGS, Reading
from employer_app.domain.applicant_list.sheet import UnreadableList
from tests.domain.applicant_list.workbooks import ods_of, ods_row, ods_table, saved, workbook

TWO = [["Name", "Email"], ["Anna Weiss", "anna@x.example"], ["Jörg Groß", "joerg@x.example"]]


def written(rows, delimiter=",", encoding="utf-8"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def refused(data, **chosen):
    with pytest.raises(UnreadableList) as found:
        read_list(data, "x", Reading(**chosen))
    return found.value


def grid(sheet):
    return [list(sheet.header), *(list(row.cells) for row in sheet.rows)]


NAMES = {
    "cp1251": "Иван Петров",
    "koi8-r": "Иван Петров",
    "cp1253": "Γιώργος",
    "cp932": "山田太郎",
    "gb18030": "王小明",
    "big5": "王小明",
    "cp949": "박성민",
    "cp1250": "Dvořák",
    "cp1254": "Şahin",
    "mac_roman": "Jörg",
    "iso-8859-15": "Žofie Œ",
}


@pytest.mark.parametrize("encoding", NAMES)
def test_an_encoding_in_doubt_offers_the_right_one_and_obeys_it(encoding):
    # attack 49
    rows = [["Name", "Email"], [NAMES[encoding], "a@x.example"]]
    doubt = refused(written(rows, encoding=encoding))
    assert doubt.doubt == "encoding"
    offered = {candidate.value: candidate for candidate in doubt.candidates}
    assert any(sample in NAMES[encoding] for sample in offered[encoding].samples)
    sheet = read_list(written(rows, encoding=encoding), "x", Reading(encoding=encoding))
    assert grid(sheet) == rows
    assert sheet.encoding == ENCODINGS[encoding]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_offered_encoding_reads_plain_text(encoding):
    data = written([["Name", "Email"], ["Anna", "a@x.example"]], encoding=encoding)
    assert read_list(data, "x", Reading(encoding=encoding)).rows[0].cells == ("Anna", "a@x.example")


def test_a_chosen_encoding_that_cannot_be_is_refused():
    trouble = refused(written(TWO, encoding="cp1252"), encoding="utf-8")
    assert str(trouble) == "The file cannot be UTF-8: line 3 does not fit. Choose another."
    assert trouble.doubt == "encoding"
    assert "cp1252" in {candidate.value for candidate in trouble.candidates}
    assert "not known" in str(refused(written(TWO), encoding="rot13"))
    assert "cannot be UTF-16" in str(refused(b"Name\nJan\nxy", encoding="utf-16"))


def test_a_dash_between_letters_does_not_hide_the_encoding():
    # a Western list with “Job–Börse” was refused as a whole
    rows = [["Name", "Source"], ["Jörg", "Job–Börse"], ["O’Brien", "été"]]
    sheet = read_list(written(rows, encoding="cp1252"), "x")
    assert grid(sheet) == rows


@pytest.mark.parametrize(("name", "encoding"), [("niño", "mac_roman"), ("María", "mac_roman")])
def test_a_macintosh_letter_is_not_taken_for_a_dash(name, encoding):
    assert refused(written([["Name"], [name]], encoding=encoding)).doubt == "encoding"


def test_two_encodings_in_one_file_offer_the_choice():
    trouble = refused("Name\nMüller\nSøren\nZoë\n".encode() + "Jörg\n".encode("latin-1"))
    assert "line 5" in str(trouble)
    assert trouble.doubt == "encoding"


def test_a_separator_in_doubt_is_asked_and_obeyed():
    data = b"Hair;Eyes, kind\nred;blue, big\n"
    trouble = refused(data)
    assert trouble.doubt == "separator"
    assert [(each.value, each.words, each.samples) for each in trouble.candidates] == [
        (",", "comma", ("Hair;Eyes", "kind")),
        (";", "semicolon", ("Hair", "Eyes, kind")),
    ]
    sheet = read_list(data, "x", Reading(separator=";"))
    assert sheet.header == ("Hair", "Eyes, kind")
    assert sheet.separator == "semicolon"


def test_known_names_of_columns_settle_the_separator():
    sheet = read_list(b"Name;Email, private\nAnna;a@x.example, b@x.example\n", "x")
    assert sheet.header == ("Name", "Email, private")


def test_a_chosen_separator_that_cannot_be_is_refused():
    trouble = refused(written(TWO), separator="|")
    assert "only one column" in str(trouble)
    assert [candidate.value for candidate in trouble.candidates] == [","]
    assert "not known" in str(refused(written(TWO), separator="x"))


def test_the_header_is_found_below_titles_dates_and_blank_rows():
    rows = [["Applicants"], [], ["Report generated on", "2026-11-24"], ["Filter:", "all", "open"], *TWO]
    table = ods_table("".join(ods_row(*row) for row in rows))
    for data in (written(rows), workbook(rows), ods_of(table)):
        sheet = read_list(data, "x")
        assert grid(sheet) == TWO
        assert sheet.header_row == 5
        assert sheet.warnings == ("Rows 1, 3, 4 above the column names were skipped as titles.",)


def test_a_row_of_people_is_never_skipped_as_a_title():
    rows = [["Kandidat", "Kontakt"], ["Anna", "a@x.example"], ["Name", "Email"]]
    assert read_list(written(rows), "x").header == ("Kandidat", "Kontakt")


def test_a_chosen_header_row_is_obeyed_or_refused():
    data = written([["A", "B"], ["C", "D"], *TWO, []])
    assert read_list(data, "x", Reading(header_row=1)).header == ("A", "B")
    sheet = read_list(data, "x", Reading(header_row=3))
    assert (sheet.header, sheet.header_row, len(sheet.rows)) == (("Name", "Email"), 3, 2)
    trouble = refused(data, header_row=99)
    assert trouble.doubt == "header_row"
    assert [candidate.value for candidate in trouble.candidates] == ["1", "2", "3", "4", "5"]
    assert "already holds an address" in str(refused(data, header_row=4))
    assert refused(data, header_row=10**9).doubt == "header_row"


def test_a_list_without_names_of_columns_offers_its_rows():
    trouble = refused(b"Anna,a@x.example\nJan,j@x.example\n")
    assert trouble.doubt == "header_row"
    assert trouble.candidates[0].samples == ("Anna", "a@x.example")


def _book():
    book = Workbook()
    book.active.title = "About"
    book.active.append(["Exported for", "Harbour"])
    for name, state in (("Applicants", "visible"), ("Secret", "hidden")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in TWO:
            sheet.append([*row, name])
    return saved(book)


def test_the_sheet_that_looks_like_a_list_is_read_and_another_can_be_chosen():
    sheet = read_list(_book(), "x")
    assert (sheet.sheet_name, sheet.sheet_names) == ("Applicants", ("About", "Applicants"))
    assert "“About” was not read" in sheet.warnings[0]
    secret = read_list(_book(), "x", Reading(sheet_name="Secret"))
    assert secret.header[2] == "Secret"
    assert secret.warnings[0] == (
        "Sheet “Secret” is hidden in the workbook and was read because you chose it."
    )
    trouble = refused(_book(), sheet_name="Nowhere")
    assert trouble.doubt == "sheet"
    assert [(each.value, each.samples[:1]) for each in trouble.candidates] == [
        ("About", ("Exported for",)),
        ("Applicants", ("Name",)),
    ]


def test_a_workbook_of_hidden_sheets_offers_them():
    hidden = ods_of(
        ods_table(ods_row("Name", "Email"), "Old", 'table:style-name="off"'),
        '<style:style style:name="off"><style:table-properties table:display="false"/></style:style>',
    )
    trouble = refused(hidden)
    assert "no visible sheet" in str(trouble)
    assert [candidate.value for candidate in trouble.candidates] == ["Old"]


def test_garbled_text_is_said_with_its_row_and_what_to_do():
    # attack 49
    rows = [
        ["Name", "City"],
        ["Anna", "Köln"],
        ["Mia", "KÃ¶ln"],
        ["Jan", "Paris â€“ Lyon"],
        ["Zoë", "M\ufffdnchen"],
    ]
    sheet = read_list(written(rows), "x")
    assert sheet.warnings == (
        "3 cells look garbled by a wrong text encoding, the first in row 3: “KÃ¶ln”. "
        "Export the list again as UTF-8 or XLSX, or write the text anew.",
    )
    clean = [["Name", "City"], ["Ângela Ção", "São João"], ["ÉTÉ", "Noël “x” – y…"]]
    assert read_list(written(clean), "x").warnings == ()


@pytest.mark.parametrize("ends", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("first", ["", "sep=;"])
def test_any_line_ends_and_a_first_line_that_names_the_separator(ends, first):
    lines = [first, "Name;Email", '"Weiss; ""Anna""";a@x.example'] if first else ["Name;Email", "Anna;b"]
    sheet = read_list(ends.join([*lines, ""]).encode(), "x")
    assert sheet.header == ("Name", "Email")
    assert sheet.rows[0].number == 2
    if first:
        assert sheet.rows[0].cells == ('Weiss; "Anna"', "a@x.example")
