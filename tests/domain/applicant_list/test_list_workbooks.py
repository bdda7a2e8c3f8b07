import io
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.applicant_list.sheet import UnreadableList
from tests.domain.applicant_list.workbooks import SHEET, edited, saved, workbook

TWO = [["Name", "Email"], ["Anna Weiss", "anna@x.example"], ["Jörg Groß", "joerg@x.example"]]


def refusal(data):
    with pytest.raises(UnreadableList) as refused:
        read_list(data, "list.xlsx")
    return str(refused.value)


def grid(sheet):
    return [list(sheet.header), *(list(row.cells) for row in sheet.rows)]


def test_a_workbook_gives_text_as_a_person_would_read_it():
    # attack 53
    day = date(2026, 3, 1)
    rows = [
        ["Name", "Id", "Phone", "Zip", "On", "At", "Score", "Yes", "Code"],
        ["Anna", 1024, "+49 151 1", "01067", day, datetime.combine(day, time(9, 30)), 1.5, True, "1e3"],
    ]
    assert read_list(workbook(rows), "x.xlsx").rows[0].cells == (
        *("Anna", "1024", "+49 151 1", "01067", "2026-03-01", "2026-03-01 09:30:00", "1.5", "TRUE", "1e3"),
    )


def test_a_cell_missing_at_the_end_of_a_workbook_row_is_an_empty_cell():
    sheet = read_list(workbook([["Name", "Email", "Phone"], ["Anna"], ["Jan", None, "1"]]), "x.xlsx")
    assert [row.cells for row in sheet.rows] == [("Anna", "", ""), ("Jan", "", "1")]


def test_formulas_are_not_evaluated_and_errors_are_counted():
    # attack 43
    link = '=HYPERLINK("http://x.example")'
    data = workbook([["Name", "Email"], ["Anna", link], ["#REF!", "j@x.example"]])
    sheet = read_list(data, "x.xlsx")
    assert [row.cells for row in sheet.rows] == [("Anna", ""), ("", "j@x.example")]
    assert sheet.warnings == (
        "1 cell has a formula without a saved result and came in empty. "
        "Save the file in the spreadsheet once.",
        "1 cell shows an error such as #REF! and came in empty.",
    )
    saved_result = edited(data, SHEET, lambda xml: xml.replace(b"<v />", b"<v>7</v>"))
    assert read_list(saved_result, "x.xlsx").warnings[0] == (
        "1 cell holds a formula: the last saved result was taken."
    )


def test_the_first_visible_sheet_is_read_and_the_others_are_named():
    # attack 48
    book = Workbook()
    book.active.title = "Old"
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("Applicants")
    for row in TWO:
        sheet.append(row)
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.merge_cells("D1:E1")
    book.create_sheet("Offers")
    found = read_list(saved(book), "x.xlsx")
    assert grid(found) == TWO
    assert found.source == "XLSX, sheet “Applicants”"
    assert found.warnings == (
        "Sheet “Offers” was not read. To import one, choose it, or save it as a file of its own.",
        "Sheet “Old” is hidden and was not read. To import one, choose it, or save it as a file of its own.",
        "1 hidden row came in like all others.",
        "1 hidden column came in like all others.",
        "1 merged area: only its first cell holds the text.",
    )


@pytest.mark.parametrize(
    "cell", [b'r="XFD1048576"', b'r="XFD3"', b'r="&#88;FD3"', b'r="A1048576"', b"r='GS4'"]
)
def test_a_cell_far_from_the_list_is_refused(cell):
    # attack 45
    row = b"<row><c " + cell + b"><v>1</v></c></row></sheetData>"
    data = edited(workbook(TWO), SHEET, lambda xml: xml.replace(b"</sheetData>", row))
    assert "reaches to cell" in refusal(data)


def test_cells_without_a_reference_count_too():
    row = b"<row>" + b"<c><v>1</v></c>" * 300 + b"</row></sheetData>"
    data = edited(workbook(TWO), SHEET, lambda xml: xml.replace(b"</sheetData>", row))
    assert "reaches to cell" in refusal(data)


def test_formats_on_empty_cells_far_away_do_not_matter():
    row = b'<row r="900000"><c r="XFD900000" s="0"/></row></sheetData>'
    data = edited(workbook(TWO), SHEET, lambda xml: xml.replace(b"</sheetData>", row))
    assert grid(read_list(data, "x.xlsx")) == TWO


def test_a_sheet_that_understates_its_size_is_read_whole():
    # attack 46
    rows = [["Name", "Email"], *([f"Anna {i}", f"a{i}@x.example"] for i in range(500))]
    data = edited(workbook(rows), SHEET, lambda xml: xml.replace(b'ref="A1:B501"', b'ref="A1:B2"'))
    assert len(read_list(data, "x.xlsx").rows) == 500


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_a_document_type_in_any_part_is_refused(part):
    # attack 47
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    data = edited(workbook(TWO), part, lambda xml: bomb + xml)
    assert "document type" in refusal(data)


def test_an_archive_of_very_many_parts_is_refused():
    # attack 44
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(2_500):
            archive.writestr(f"../{number}", b"")
    assert "2,500 parts" in refusal(file.getvalue())


def test_a_binary_workbook_is_refused():
    # attack 48
    assert "binary workbook (.xlsb)" in refusal(edited(workbook(TWO), "xl/workbook.bin", lambda _: b"x"))


def test_a_workbook_with_macros_is_read_and_they_are_not_run():
    # attack 48
    sheet = read_list(edited(workbook(TWO), "xl/vbaProject.bin", lambda _: b"x"), "list.xlsm")
    assert grid(sheet) == TWO
    assert sheet.warnings == ("The workbook holds macros. They were not run.",)


def test_a_truncated_workbook_is_refused():
    data = workbook(TWO)
    for end in (50, len(data) // 2, len(data) - 30):
        assert "damaged" in refusal(data[:end])


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml"])
@pytest.mark.parametrize(
    "start", [b'<?xml version="1.0" encoding="UT1-8"?>', b'<?xml version="1.0" encoding="big5"?>', b"<x>"]
)
def test_a_part_that_is_no_readable_xml_is_refused(part, start):
    assert "damaged" in refusal(edited(workbook(TWO), part, lambda xml: start + xml))
