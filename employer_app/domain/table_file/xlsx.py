"""A table as an XLSX workbook. See docs/decisions/0010-own-writers-of-workbooks.md.

Law: text stands in inline strings of the format "text", so it also stays text when somebody edits the cell.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from employer_app.domain.table_file.cell import NO_CHARACTER, checked, sheet_title
from employer_app.domain.table_file.package import XML, packed

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: a character that XML has no place for, a CR that XML would change, and what looks like the escape of one
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f]|_(?=x[0-9A-Fa-f]{4}_)")

_PARTS = {
    "[Content_Types].xml": (
        f'{XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    # formats of cells: 0 as it comes, 1 text, 2 text in bold
    "xl/styles.xml": (
        f'{XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
        '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    ),
}
_BEFORE = (
    f'{XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultColWidth="20" defaultRowHeight="15"/><sheetData>'
)
_AFTER = "</sheetData></worksheet>"


def xlsx(header: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> bytes:
    """As table.table_file says."""
    workbook = (
        f'{XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews><sheets>'
        f'<sheet name={quoteattr(sheet_title(title))} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    parts = {**_PARTS, "xl/workbook.xml": workbook}
    return packed(parts, "xl/worksheets/sheet1.xml", _sheet(header, rows))


def _sheet(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield _BEFORE
    for number, cells in enumerate(checked(header, rows), 1):
        style = 2 if number == 1 else 1
        inside = "".join(
            f'<c r="{_column(place)}{number}"{_cell(cell, style)}'
            for place, cell in enumerate(cells)
            if cell != ""
        )
        yield f'<row r="{number}">{inside}</row>'
    yield _AFTER


def _cell(cell: int | float | str, style: int) -> str:
    if not isinstance(cell, str):
        return f"><v>{cell!r}</v></c>"
    text = escape(_ESCAPED.sub(_by_number, NO_CHARACTER.sub("\ufffd", cell)))
    return f' s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _by_number(found: re.Match[str]) -> str:
    """Office Open XML 22.9.2.19: a character as _xHHHH_, and so the underscore that only looks like one."""
    return f"_x{ord(found[0]):04X}_"


def _column(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
