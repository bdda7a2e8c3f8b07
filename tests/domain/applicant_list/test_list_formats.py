"""ODS and XLS say the same as XLSX: same cells, same warnings, same refusals."""

import contextlib
import io
from datetime import date, datetime, time

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.applicant_list.sheet import Row, UnreadableList
from employer_app.domain.applicant_list.xlsx_styles import CellKind, format_kind
from employer_app.domain.table_file.kind import FileKind
from employer_app.domain.table_file.table import table_file
from tests.domain.applicant_list.workbooks import (
    edited,
    fill,
    ods_of,
    ods_row,
    ods_table,
    saved_xls,
    with_shared,
    workbook,
    xls,
    zipped,
)

TWO = [["Name", "Email"], ["Anna Weiss", "anna@x.example"], ["Jörg Groß", "joerg@x.example"]]
DAY = date(2026, 3, 1)


def grid(sheet):
    return [list(sheet.header), *(list(row.cells) for row in sheet.rows)]


def refusal(data):
    with pytest.raises(UnreadableList) as refused:
        read_list(data, "x")
    return str(refused.value)


def ods_cell(kind="", more="", shown=""):
    value = f'office:value-type="{kind}"' if kind else ""
    return f"<table:table-cell {value} {more}><text:p>{shown}</text:p></table:table-cell>"


def test_an_old_workbook_gives_text_as_a_person_would_read_it():
    # attack 53
    rows = [
        ["Name", "Id", "Phone", "Zip", "On", "At", "Score", "Yes", "Code", "Hour"],
        [
            "Łukasz",
            1024,
            "+49 151 1",
            "01067",
            DAY,
            datetime.combine(DAY, time(9, 30)),
            1.5,
            True,
            "1e3",
            time(9, 30),
        ],
    ]
    sheet = read_list(xls(rows), "applicants.csv")
    assert sheet.source == "XLS, sheet “List”"
    assert sheet.rows[0].cells == (
        *("Łukasz", "1024", "+49 151 1", "01067", "2026-03-01", "2026-03-01 09:30:00"),
        *("1.5", "TRUE", "1e3", "09:30:00"),
    )


def test_an_open_document_gives_text_as_a_person_would_read_it():
    # attack 53
    cells = [
        ods_cell(
            "string", shown="Łukasz<text:s text:c='2'/>W<text:tab/>x<text:line-break/>y</text:p><text:p>z"
        ),
        ods_cell("float", 'office:value="1024"', "1.024,00"),
        ods_cell("string", shown="+49 151 1"),
        ods_cell("date", 'office:date-value="2026-03-01"', "01.03.26"),
        ods_cell("date", 'office:date-value="2026-03-01T09:30:00"', "1. März"),
        ods_cell("percentage", 'office:value="0.5"', "50 %"),
        ods_cell("boolean", 'office:boolean-value="true"', "WAHR"),
        ods_cell("time", 'office:time-value="PT09H30M00S"', "9:30"),
        "<table:table-cell><office:annotation><text:p>no</text:p></office:annotation></table:table-cell>",
        ods_cell("string", shown="01067"),
    ]
    header = ods_row("Name", "Id", "Phone", "On", "At", "Part", "Yes", "Hour", "Empty", "Zip")
    sheet = read_list(
        ods_of(ods_table(f"{header}<table:table-row>{''.join(cells)}</table:table-row>")), "x.xlsx"
    )
    assert sheet.source == "ODS, sheet “List”"
    assert sheet.rows[0].cells == (
        *("Łukasz  W\tx\ny\nz", "1024", "+49 151 1", "2026-03-01", "2026-03-01 09:30:00", "0.5", "TRUE"),
        *("09:30:00", "", "01067"),
    )


def test_repeated_cells_and_rows_of_an_open_document_are_unfolded():
    repeated = "<table:table-cell table:number-columns-repeated='2' office:value-type='string'>"
    rows = (
        ods_row("Name", "Email", "A", "B")
        + ods_row("", more='table:number-rows-repeated="3"')
        + f"<table:table-row table:number-rows-repeated='2'>{repeated}<text:p>x</text:p></table:table-cell>"
        "<table:table-cell table:number-columns-repeated='16382'/></table:table-row>"
        + ods_row("", more='table:number-rows-repeated="1048570"')
    )
    sheet = read_list(ods_of(ods_table(rows)), "x.ods")
    assert sheet.rows == (Row(5, ("x", "x", "", "")), Row(6, ("x", "x", "", "")))
    assert sheet.blank_rows == 3


@pytest.mark.parametrize("kind", [FileKind.XLSX, FileKind.ODS])
@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5), min_size=2, max_size=2
        ).filter(lambda cells: any(cell.strip() for cell in cells)),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=40, deadline=None)
def test_our_reader_sees_what_another_program_sees(kind, rows):
    data = table_file(kind, ("Name", "Email"), rows)
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [list(row.cells) for row in read_list(data, "x").rows] == theirs[1:]


def test_oddities_of_an_open_document_are_said():
    formula = 'table:formula="of:=1+1"'
    row = (
        ods_cell("float", f'{formula} office:value="2"', "2")
        + f"<table:table-cell {formula}/>"
        + ods_cell("string", f'{formula} calcext:value-type="error"', "#N/A")
        + ods_cell("string", 'table:number-columns-spanned="2"', "wide")
        + "<table:covered-table-cell/>"
    )
    tables = (
        ods_table(ods_row("x"), "Old", 'table:style-name="off"')
        + ods_table(
            '<table:table-column table:visibility="collapse"/>'
            + ods_row("Name", "Email", "Phone", "City", "Job")
            + f'<table:table-row table:visibility="filter">{row}</table:table-row>',
            "Applicants",
        )
        + ods_table("", "Offers")
    )
    styles = '<style:style style:name="off"><style:table-properties table:display="false"/></style:style>'
    data = ods_of(tables, styles, **{"Basic/Standard/script-lb.xml": b"x"})
    data = edited(
        data,
        "content.xml",
        lambda xml: xml.replace(b"<office:document-content", b"<office:document-content xmlns:calcext='c'"),
    )
    sheet = read_list(data, "x.ods")
    assert grid(sheet)[1] == ["2", "", "", "wide", ""]
    assert sheet.warnings == (
        "The workbook holds macros. They were not run.",
        "Sheet “Offers” was not read. To import one, choose it, or save it as a file of its own.",
        "Sheet “Old” is hidden and was not read. To import one, choose it, or save it as a file of its own.",
        "1 cell holds a formula: the last saved result was taken.",
        "1 cell has a formula without a saved result and came in empty. "
        "Save the file in the spreadsheet once.",
        "1 cell shows an error such as #REF! and came in empty.",
        "1 hidden row came in like all others.",
        "1 hidden column came in like all others.",
        "1 merged area: only its first cell holds the text.",
    )
    assert (sheet.sheet_name, sheet.sheet_names) == ("Applicants", ("Applicants", "Offers"))


def test_oddities_of_an_old_workbook_are_said():
    book = xlwt.Workbook()
    hidden = book.add_sheet("Old")
    hidden.visibility = 1
    fill(hidden, TWO)
    sheet = book.add_sheet("Applicants")
    fill(sheet, TWO)
    sheet.write(1, 2, xlwt.Formula("1+1"))
    sheet.write_merge(4, 4, 0, 1, "Mia")
    sheet.row(2).hidden = True
    sheet.col(1).hidden = True
    book.set_active_sheet(1)
    found = read_list(saved_xls(book), "x.xls")
    assert [row.cells[0] for row in found.rows] == ["Anna Weiss", "Jörg Groß", "Mia"]
    assert found.warnings == (
        "Sheet “Old” is hidden and was not read. To import one, choose it, or save it as a file of its own.",
        "1 cell holds a formula: the last saved result was taken.",
        "1 hidden row came in like all others.",
        "1 hidden column came in like all others.",
        "1 merged area: only its first cell holds the text.",
    )


def test_shared_strings_leave_out_how_they_sound():
    strings = (
        "<si><t>Name</t></si><si><r><t>山田</t></r><r><t xml:space='preserve'> 太郎</t></r>"
        "<rPh sb='0' eb='2'><t>ヤマダ</t></rPh></si><si><t>a_x000D_b</t></si>"
    )
    row = b'<row><c t="s"><v>1</v></c><c t="s"><v>2</v></c></row></sheetData>'
    data = with_shared(workbook([["Name", "Note"]]), strings)
    data = edited(data, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", row))
    assert read_list(data, "x.xlsx").rows[0].cells == ("山田 太郎", "a\rb")


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="9"><c r="A9"><v>1</v></c></row><row r="8"><c r="A8"><v>1</v></c></row>',
        b'<row r="9"><c r="B9"><v>1</v></c><c r="A9"><v>1</v></c></row>',
        b'<row r="9"><c r="A9"><v>1</v></c><c r="B10"><v>1</v></c></row>',
        b'<row r="9"><c r="A9" t="s"><v>77</v></c></row>',
        b'<row r="9"><c r="A9"><v>many</v></c></row>',
    ],
)
def test_a_sheet_whose_cells_are_out_of_order_is_refused(rows):
    # read as they come, people would stand in the wrong row
    data = edited(
        workbook(TWO),
        "xl/worksheets/sheet1.xml",
        lambda x: x.replace(b"</sheetData>", rows + b"</sheetData>"),
    )
    assert "damaged" in refusal(data)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", CellKind.NUMBER),
        ("0.00", CellKind.NUMBER),
        ('#,##0 "days"', CellKind.NUMBER),
        ("[Red]0", CellKind.NUMBER),
        ("[$-407]d. mmmm yyyy", CellKind.MOMENT),
        ("yyyy\\-mm\\-dd", CellKind.MOMENT),
        ("h:mm AM/PM", CellKind.MOMENT),
        ("[h]:mm:ss", CellKind.DURATION),
    ],
)
def test_a_format_says_whether_a_number_is_a_date(code, kind):
    assert format_kind(code) is kind


@pytest.mark.parametrize(
    ("data", "words"),
    [  # attack 48
        (
            ods_of(ods_table(ods_row("A", "B")), **{"META-INF/manifest.xml": b"<encryption-data/>"}),
            "password",
        ),
        (
            zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
            "not a spreadsheet",
        ),
        (zipped({"Index/Document.iwa": b"x"}), "Apple Numbers"),
        (zipped({"word/document.xml": b"x"}), "not a workbook"),
        (xls(TWO)[:3000], "damaged"),
        (xls(TWO)[:512] + b"\xff" * 4000, "damaged"),
        (b"\x09\x08\x10\x00" + b"\0" * 200, "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(data, words):
    assert words in refusal(data)


def test_a_locked_old_workbook_is_refused():
    # a record of encryption right after the beginning
    data = xls(TWO)
    at = data.index(b"\x09\x08\x10\x00", 512)
    end = at + 20
    assert "password" in refusal(data[:end] + b"\x2f\x00\x06\x00" + b"\x00" * 6 + data[end + 10 :])


@given(st.binary(max_size=60), st.integers(0, 6000))
@settings(max_examples=150, deadline=None)
def test_an_old_workbook_with_any_bytes_changed_is_read_or_refused(patch, at):
    with contextlib.suppress(UnreadableList):
        assert read_list(_XLS[:at] + patch + _XLS[at + len(patch) :], "x").header


@given(st.binary(max_size=30), st.integers(0, 1500))
@settings(max_examples=150, deadline=None)
def test_an_open_document_with_any_bytes_changed_is_read_or_refused(patch, at):
    changed = _CONTENT[:at] + patch + _CONTENT[at + len(patch) :]
    with contextlib.suppress(UnreadableList):
        assert read_list(zipped({"content.xml": changed}), "x").header


_XLS = xls(TWO)
_CONTENT = (
    b'<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body>'
    + ods_table(ods_row("Name", "Email") + ods_row("Anna", "a@x.example") * 4).encode()
    + b"</office:body></office:document-content>"
)
