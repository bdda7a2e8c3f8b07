"""Builds XLSX, ODS and XLS files for tests, whole ones and ones that lie."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time

import xlwt
from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
CONTENT = "content.xml"
_ODS_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {"office": "office", "table": "table", "text": "text", "style": "style"}.items()
)
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def workbook(rows: Iterable[Sequence[object]], title: str = "List") -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def edited(data: bytes, part: str, edit: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part changed; a part that is missing is added from nothing."""
    before = zipfile.ZipFile(io.BytesIO(data))
    parts = {name: before.read(name) for name in before.namelist()}
    return zipped({**parts, part: edit(parts.get(part, b""))})


def with_shared(data: bytes, strings: str) -> bytes:
    """The workbook with these shared strings (XML of the <si> elements), which openpyxl does not write."""
    relation = (
        b'<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"'
        b' Target="sharedStrings.xml" Id="rId99"/></Relationships>'
    )
    data = edited(data, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"</Relationships>", relation))
    return edited(data, "xl/sharedStrings.xml", lambda _: f"<sst>{strings}</sst>".encode())


def ods_of(tables: str, styles: str = "", **parts: bytes) -> bytes:
    """An OpenDocument spreadsheet of these tables, written as XML."""
    content = (
        f"<office:document-content {_ODS_NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return zipped({"mimetype": ODS_TYPE, CONTENT: content, **parts})


def ods_table(rows: str, name: str = "List", more: str = "") -> str:
    return f'<table:table table:name="{name}" {more}>{rows}</table:table>'


def ods_row(*texts: str, more: str = "") -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        if text
        else "<table:table-cell/>"
        for text in texts
    )
    return f"<table:table-row {more}>{cells}</table:table-row>"


def xls(rows: Iterable[Sequence[object]], title: str = "List") -> bytes:
    book = xlwt.Workbook()
    fill(book.add_sheet(title), rows)
    return saved_xls(book)


def fill(sheet: xlwt.Worksheet, rows: Iterable[Sequence[object]]) -> None:
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, value, *_style(value))


def saved_xls(book: xlwt.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _style(value: object) -> list[xlwt.XFStyle]:
    for kind, shown in ((datetime, "yyyy-mm-dd hh:mm"), (date, "yyyy-mm-dd"), (time, "hh:mm:ss")):
        if isinstance(value, kind):
            return [xlwt.easyxf(num_format_str=shown)]
    return []
