"""Files made to fill the memory or to take for ever; each is small, or of the size that is let in."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.domain.applicant_list.workbooks import (
    SHEET,
    edited,
    ods_of,
    ods_row,
    ods_table,
    with_shared,
    workbook,
    xls,
    zipped,
)

TWO = [["Name", "Email"], ["Anna Weiss", "anna@x.example"]]
MB = 1024 * 1024


def sheet_of(rows: bytes) -> bytes:
    return edited(workbook(TWO), SHEET, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))


def _streamed(part: str, pieces: Callable[[], Iterator[bytes]]) -> bytes:
    """A workbook with one part that is far longer than memory."""
    whole, file = zipfile.ZipFile(io.BytesIO(workbook(TWO))), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in whole.namelist():
            if name != part:
                archive.writestr(name, whole.read(name))
        with archive.open(part, "w", force_zip64=True) as target:
            for piece in pieces():
                target.write(piece)
    return file.getvalue()


def _blanks() -> Iterator[bytes]:
    yield b"<worksheet>"
    for _ in range(402):
        yield b" " * MB


def _deep() -> Iterator[bytes]:
    for _ in range(2):
        yield b"<a>" * 300_000


def _one_token() -> Iterator[bytes]:
    yield b'<worksheet name="'
    for _ in range(12):
        yield b"x" * MB


def _many_cells() -> Iterator[bytes]:
    yield b"<worksheet><sheetData>"
    for _ in range(26):
        yield b"<c/>" * 300_000


def _long_string(columns: int) -> bytes:
    """One text of 32,767 characters that very many cells name."""
    rows = (b"<row>" + b'<c t="s"><v>0</v></c>' * columns + b"</row>") * 10_000
    return with_shared(sheet_of(rows), f"<si><t>{'x' * 32_767}</t></si>")


def _many_entries() -> bytes:
    """A table of contents of a million entries, which takes a gigabyte once it is read."""
    entry = b"PK\x01\x02" + b"\0" * 42
    count = 800_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(entry) * count, 0, 0)
    return b"PK\x03\x04" + entry * count + end


def _xls_far() -> bytes:
    rows: list[list[object]] = [["Name", "Email"], *([] for _ in range(65_534)), [None] * 255 + ["x"]]
    return xls(rows)


def _nested() -> bytes:
    data = b"x" * MB
    for _ in range(42):
        data = zipped({"a.zip": data})
    return data


#: name of the file to (its bytes, a word of the refusal)
ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (lambda: _streamed(SHEET, _blanks), "400 MB"),  # attack 44
    "nested": (_nested, "packed file"),
    "entries": (_many_entries, "too many parts"),
    "paths": (lambda: zipped({"../../etc/passwd": "x", "/abs": "x"}), "packed file"),
    "deep": (lambda: _streamed(SHEET, _deep), "damaged"),
    "token": (lambda: _streamed(SHEET, _one_token), "damaged"),
    "tags": (lambda: _streamed(SHEET, _many_cells), "more than a list needs"),
    "strings": (lambda: _long_string(100), "3,276,700 characters"),
    "strings of a row": (lambda: _long_string(30), "MB of text"),
    "corner": (lambda: sheet_of(b'<row><c r="XFD1048576"><v>1</v></c></row>'), "reaches to cell"),  # 45
    "corner.xls": (_xls_far, "reaches to cell"),
    "corner.ods": (
        lambda: ods_of(
            ods_table(
                ods_row("Name", "Email")
                + ods_row("", more='table:number-rows-repeated="1048570"')
                + ods_row("x")
            )
        ),
        "reaches to cell",
    ),
    "repeated.ods": (
        lambda: ods_of(
            ods_table(ods_row("Name", "Email") + ods_row("A", more='table:number-rows-repeated="999999999"'))
        ),
        "reaches to cell",
    ),
    "repeated text.ods": (
        lambda: ods_of(
            ods_table(
                ods_row("Name", "Email") + ods_row("x" * 30_000, more='table:number-rows-repeated="200000"')
            )
        ),
        "MB of text",
    ),
    "entities.ods": (  # attack 47
        lambda: edited(
            ods_of(ods_table(ods_row("A", "B"))),
            "content.xml",
            lambda xml: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml,
        ),
        "document type",
    ),
    "cell": (lambda: b"Name,Email\n" + b"x" * (39 * MB) + b",a@x.example\n", "too long"),  # attack 50
    "cell.xlsx": (
        lambda: sheet_of(b'<row><c t="inlineStr"><is><t>' + b"x" * (50 * MB) + b"</t></is></c></row>"),
        "characters",
    ),
    "columns": (lambda: b"Name," * 10_000 + b"Email\n" + b"," * 10_000 + b"x\n", "10,001 columns"),
    "quote": (lambda: b'Name,Email\n"Anna,a@x.example\n' + b"Jan,j@x.example\n" * (2 * MB), "quotation"),
    "empty bytes": (lambda: b"Name,Email\nA\0nna,a@x.example\n" * MB, "NUL"),
    "no blanks": (lambda: b"Name\n" + b"a" * (30 * MB) + b"\xfc\n", "too long"),
    "old words": (lambda: b"Name,Email\n" + b"\xfc\xe4\xdf\n" * (8 * MB), "200,000 rows"),
    "rows": (lambda: b"Name,Email\n" + b"a,b\n" * 9_000_000, "200,000 rows"),
    "blank rows": (lambda: b"Name,Email\n" + b"\n" * (39 * MB), "200,000 rows"),
}


def write_all(folder: Path) -> None:
    for name, (make, _) in ATTACKS.items():
        (folder / name).write_bytes(make())
