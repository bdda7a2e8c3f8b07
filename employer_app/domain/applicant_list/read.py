"""Bytes of an uploaded file to a Sheet, or a plain sentence that says why not and what to do.

Law: the content decides what a file is, never its name; limits hold before anything is unpacked or parsed.
What a person chose in `reading` is obeyed or refused, never half followed.
"""

from dataclasses import replace

from employer_app.domain.applicant_list.csv_text import SEPARATORS, records
from employer_app.domain.applicant_list.encoding import decode
from employer_app.domain.applicant_list.ods import OdsBook
from employer_app.domain.applicant_list.package import Package, is_package
from employer_app.domain.applicant_list.reading import Reading
from employer_app.domain.applicant_list.sheet import MOST_BYTES, Sheet, UnreadableList, assemble
from employer_app.domain.applicant_list.vendors import is_json, read_json
from employer_app.domain.applicant_list.workbook import read_workbook
from employer_app.domain.applicant_list.xls import XlsBook, is_old_office
from employer_app.domain.applicant_list.xlsx import XlsxBook

_SAVE_AS = "Open it in the spreadsheet and save it as XLSX or CSV."
_BEGINNING = 10_000  # characters
_OTHER_FILES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "a text document",
    b"\x1f\x8b": "a compressed file",
    b"Rar!": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"SQLite format 3": "a database",
}


def read_list(data: bytes, filename: str, reading: Reading = Reading()) -> Sheet:  # noqa: B008 - frozen
    """The table in a CSV, XLSX, ODS or XLS file, or the records of JSON. `filename` decides nothing.

    Raises UnreadableList, with a `doubt` where `reading` could decide.
    """
    _refuse_before_reading(data)
    if is_package(data):
        package = Package(data)
        return read_workbook(OdsBook(package) if "content.xml" in package else XlsxBook(package), reading)
    if is_old_office(data):
        return read_workbook(XlsBook(data), reading)
    decoded = decode(data, reading.encoding)
    beginning = decoded.open().read(_BEGINNING)
    if is_json(beginning):
        return read_json(decoded.text)
    _refuse_other_text(beginning)
    rows, separator = records(decoded, reading.separator)
    warnings = [decoded.warning] if decoded.warning else []
    sheet = assemble(
        rows,
        f"CSV, {decoded.name}, {SEPARATORS[separator]}",
        warnings,
        padded=False,
        header_row=reading.header_row,
    )
    return replace(sheet, encoding=decoded.name, separator=SEPARATORS[separator])


def _refuse_before_reading(data: bytes) -> None:
    if not data:
        raise UnreadableList("The file is empty (0 bytes). Export or save the list again.")
    if len(data) > MOST_BYTES:
        raise UnreadableList(
            f"The file has {len(data) / 1024 / 1024:.0f} MB; {MOST_BYTES // 1024 // 1024} are the most. "
            "Delete the columns you do not need, or split the list."
        )
    for start, what in _OTHER_FILES.items():
        if data.startswith(start):
            raise UnreadableList(f"This is {what}, not a list. {_SAVE_AS}")


def _refuse_other_text(text: str) -> None:
    start = text[:500].lstrip("\ufeff \r\n\t").lower()
    if start.startswith(("<!doctype", "<html", "<table", "<?xml", "<head", "<meta", "<style")):
        raise UnreadableList(f"This is a web page or XML under another name, not a spreadsheet. {_SAVE_AS}")
    if any(char < " " and char not in "\t\r" for char in start.partition("\n")[0]):
        raise UnreadableList(f"This is not a text file. {_SAVE_AS}")
