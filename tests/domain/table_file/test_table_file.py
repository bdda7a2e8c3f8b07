"""Whatever stands in a table stands in the file of it, read by programs that are not ours."""

from __future__ import annotations

import io
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from xml.dom import minidom

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.errors import Refused
from employer_app.domain.table_file import FileKind, table_file

WORKBOOKS = (FileKind.XLSX, FileKind.ODS)
TRICKY = (
    *("+49 170 1234567", "007", "1e3", "2026-03-31", "03/04/05", "TRUE", "-5", "=1+1", "'=1", "#REF!"),
    *('=HYPERLINK("http://bad.example")', "＝1", "@SUM(A1)", "|calc", "\t=1", "\r=1", "a;=1", "<r>a</r>"),
    *(
        "_x0041_",
        "_x000D_",
        "_x005F_x0041_",
        "&amp;",
        "]]>",
        "a\r\nb\rc\n\n",
        "  a  b ",
        "\ufeffa",
        "😀",
        "\x85",
    ),
)
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")

text = st.one_of(st.text(max_size=12), st.sampled_from(TRICKY), st.characters())
rows_of_text = st.lists(st.lists(text, min_size=2, max_size=2), max_size=5)


def by_calamine(data: bytes) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def by_openpyxl(data: bytes) -> list[list[str]]:
    """openpyxl leaves the escapes of Office Open XML as they are."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return [[unescape(str(cell or "")) for cell in row] for row in sheet.iter_rows(values_only=True)]


def trimmed(table: list[list[str]]) -> list[list[str]]:
    """Without empty cells and rows at the end, which readers leave out."""
    short = [list(row) for row in table]
    for row in short:
        while row and row[-1] == "":
            row.pop()
    while short and not short[-1]:
        short.pop()
    return short


@given(header=st.lists(text, min_size=2, max_size=2), rows=rows_of_text)
def test_a_workbook_reads_back_as_it_was(header: list[str], rows: list[list[str]]) -> None:
    table = [[NO_CHARACTER.sub("\ufffd", cell) for cell in row] for row in (header, *rows)]
    data = table_file(FileKind.XLSX, header, rows)
    assert trimmed(by_calamine(data)) == trimmed(table)
    assert trimmed(by_openpyxl(data)) == trimmed(table)
    kept = [[NO_XML.sub("\ufffd", cell) for cell in row] for row in table]
    assert trimmed(by_calamine(table_file(FileKind.ODS, header, rows))) == trimmed(kept)


@given(header=st.lists(text, max_size=3), rows=st.lists(st.lists(text, max_size=3), max_size=4), title=text)
def test_no_text_breaks_a_file(header: list[str], rows: list[list[str]], title: str) -> None:
    for kind in WORKBOOKS:
        with zipfile.ZipFile(io.BytesIO(table_file(kind, header, rows, title))) as archive:
            assert archive.testzip() is None
            for name in archive.namelist():
                if name != "mimetype":
                    minidom.parseString(archive.read(name))
    table_file(FileKind.CSV, header, rows, title).decode()


# what separates cells or stands for a break is a matter of tests/domain/applicant_list/test_list_export.py
_plain = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters='\0;"\t\r\n\ufffe\uffff'), max_size=9
)


@given(rows=st.lists(st.tuples(st.just("x"), _plain | st.sampled_from(["+49 170", "007", "=1"])), min_size=1))
def test_our_own_reader_takes_it_back(rows: list[tuple[str, str]]) -> None:
    for kind in FileKind:
        sheet = read_list(table_file(kind, ("Name", "Notes"), rows), "x")
        lost = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]") if kind is FileKind.ODS else re.compile(r"(?!)")
        assert [row.cells for row in sheet.rows] == [("x", lost.sub("\ufffd", note)) for _, note in rows]


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_only_a_number_of_the_code_is_a_number(kind: FileKind) -> None:
    row = (
        5,
        "5",
        2.5,
        None,
        True,
        2**60,
        float("nan"),
        date(2026, 3, 31),
        datetime(2026, 3, 31, 9, tzinfo=UTC),
    )
    shown = [5.0, "5", 2.5, "", "True", str(2**60), "nan", "2026-03-31", "2026-03-31 09:00:00+00:00"]
    assert by_calamine(table_file(kind, ["A"] * 9, [row]))[1] == shown


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_nothing_in_it_is_a_formula(kind: FileKind) -> None:  # attack 42
    data = table_file(kind, TRICKY, [TRICKY])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"<f>" not in whole
    assert b"table:formula" not in whole
    if kind is FileKind.XLSX:
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        assert sheet is not None
        assert {(cell.data_type, cell.number_format) for cell in sheet[2]} == {("s", "@")}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Who waits?", "Who waits"),
        ("", "List"),
        ("[]:*?/\\'", "List"),
        ("Zoë & Co. " * 9, "Zoë & Co. Zoë & Co. Zoë & Co. Z"),
    ],
)
def test_a_sheet_has_a_name_that_every_program_takes(title: str, name: str) -> None:
    for kind in WORKBOOKS:
        data = table_file(kind, ("A",), [], title)
        assert CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names == [name]


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_what_no_spreadsheet_holds_is_refused_in_words(kind: FileKind) -> None:
    with pytest.raises(Refused, match=r"Row 2 has a cell with 40,000 characters.*Take the CSV"):
        table_file(kind, ("A",), [["x" * 40_000]])
    with pytest.raises(Refused, match="16,384 columns"):
        table_file(kind, ["x"] * 16_385, [])
    with pytest.raises(Refused, match="characters"):  # a spreadsheet counts an emoji twice
        table_file(kind, ("A",), [["😀" * 16_384]])
    assert by_calamine(table_file(kind, ("A",), [["x" * 32_767]]))[1] == ["x" * 32_767]


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_the_same_table_makes_the_same_bytes(kind: FileKind) -> None:
    assert table_file(kind, ("A",), [["x"]]) == table_file(kind, ("A",), [["x"]])


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_memory_does_not_grow_with_the_rows(kind: FileKind) -> None:
    def rows(count: int) -> Iterator[tuple[object, ...]]:
        return ((f"Person {n}", f"p{n}@x.example", n, "2026-03-31") for n in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        size = len(table_file(kind, ("Name", "E-mail", "N", "On"), rows(count)))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most - 2 * size  # the file itself, and once more where it is handed over

    assert peak(20_000) < 3_000_000
