"""A table as an OpenDocument spreadsheet. See docs/decisions/0010-own-writers-of-workbooks.md.

Law: text stands whole in an attribute, where blanks and line breaks are kept, and once more as the paragraphs
that a program shows. What XML cannot hold is replaced by the sign for that (U+FFFD), never left out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from employer_app.domain.table_file.cell import NO_CHARACTER, checked, sheet_title
from employer_app.domain.table_file.kind import FileKind
from employer_app.domain.table_file.package import XML, packed

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = {
    "office": "office:1.0",
    "table": "table:1.0",
    "text": "text:1.0",
    "style": "style:1.0",
    "number": "datastyle:1.0",
    "fo": "xsl-fo-compatible:1.0",
}
_IN_ATTRIBUTE = {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_LINE_END = re.compile(r"\r\n|\r|\n")
#: XML and OpenDocument make one blank of several, and none of one at the edge
_BLANKS = re.compile(r"^ +| +$| {2,}|\t")
#: XML 1.0 has no way to write these, not even escaped
_FORBIDDEN = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f]|{NO_CHARACTER.pattern}")
_MIMETYPE = FileKind.ODS.content_type

_MANIFEST = (
    f'{XML}<manifest:manifest xmlns:manifest="{_NAMES}manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_BEFORE = (
    f'{XML}<office:document-content office:version="1.3" '
    + " ".join(f'xmlns:{short}="{_NAMES}{name}"' for short, name in _SPACES.items())
    + '><office:automatic-styles><number:text-style style:name="N49"><number:text-content/>'
    '</number:text-style><style:style style:name="co" style:family="table-column">'
    '<style:table-column-properties style:column-width="4.2cm"/></style:style>'
    '<style:style style:name="t" style:family="table-cell" style:data-style-name="N49"/>'
    '<style:style style:name="h" style:family="table-cell" style:data-style-name="N49">'
    '<style:text-properties fo:font-weight="bold"/></style:style></office:automatic-styles>'
    "<office:body><office:spreadsheet>"
)
_AFTER = "</table:table></office:spreadsheet></office:body></office:document-content>"


def ods(header: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> bytes:
    """As table.table_file says."""
    return packed(
        {"META-INF/manifest.xml": _MANIFEST}, "content.xml", _content(header, rows, title), first=_MIMETYPE
    )


def _content(header: Sequence[str], rows: Iterable[Sequence[object]], title: str) -> Iterator[str]:
    yield _BEFORE
    yield f"<table:table table:name={quoteattr(sheet_title(title))}>"
    yield f'<table:table-column table:style-name="co" table:number-columns-repeated="{len(header) or 1}"/>'
    for number, cells in enumerate(checked(header, rows), 1):
        style = "h" if number == 1 else "t"
        inside = "".join(_cell(cell, style) for cell in cells) or "<table:table-cell/>"
        yield f"<table:table-row>{inside}</table:table-row>"
    yield _AFTER


def _cell(cell: int | float | str, style: str) -> str:
    if not isinstance(cell, str):
        shown = f"<text:p>{cell!r}</text:p>"
        return (
            f'<table:table-cell office:value-type="float" office:value="{cell!r}">{shown}</table:table-cell>'
        )
    if not cell:
        return "<table:table-cell/>"
    text = _FORBIDDEN.sub("\ufffd", cell)
    shown = "".join(f"<text:p>{_paragraph(line)}</text:p>" for line in _LINE_END.split(text))
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string" '
        f"office:string-value={quoteattr(text, _IN_ATTRIBUTE)}>{shown}</table:table-cell>"
    )


def _paragraph(line: str) -> str:
    return _BLANKS.sub(_kept_blanks, escape(line))


def _kept_blanks(found: re.Match[str]) -> str:
    return "<text:tab/>" if found[0] == "\t" else f'<text:s text:c="{len(found[0])}"/>'
