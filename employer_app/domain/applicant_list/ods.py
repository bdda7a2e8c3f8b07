"""An OpenDocument spreadsheet: which sheets it has, and their rows one after the other.

Law: a cell or row that says it stands there a million times is counted before it is unfolded.
"""

from collections.abc import Iterator

from employer_app.domain.applicant_list.ods_cells import Cells
from employer_app.domain.applicant_list.package import DAMAGED, LOCKED, SAVE_AS, Package
from employer_app.domain.applicant_list.sheet import Row, UnreadableList
from employer_app.domain.applicant_list.workbook import HEAD, Oddities, Tab
from employer_app.domain.applicant_list.xml_stream import feed

_CONTENT = "content.xml"
_TABLE = b"<table:table "


class OdsBook:
    """Raises UnreadableList for what is none, or is locked."""

    kind = "ODS"

    def __init__(self, package: Package) -> None:
        if package.locked or b"encryption-data" in (package.whole("META-INF/manifest.xml") or b""):
            raise UnreadableList(LOCKED)
        kind = package.whole("mimetype") or b""
        if kind and b"spreadsheet" not in kind:
            raise UnreadableList(f"This is an OpenDocument text or picture, not a spreadsheet. {SAVE_AS}")
        self._package = package
        self.warnings: list[str] = []
        if package.under("basic/") or package.under("scripts/"):
            self.warnings.append("The workbook holds macros. They were not run.")
        cells = Cells(Oddities(), only=None, most=HEAD)
        alone = _has_one_table(package.pieces(_CONTENT))
        for _ in feed(package.pieces(_CONTENT), cells):
            if alone and cells.has_all_heads:
                break  # the rest would only be read for the names of other sheets
        self._heads = cells.heads
        self.tabs = [
            Tab(index, name, style not in cells.hidden_styles)
            for index, (name, style) in enumerate(cells.tables)
        ]
        if not self.tabs:
            raise UnreadableList(DAMAGED)

    def head(self, tab: Tab) -> list[Row]:
        return self._heads.get(tab.index, [])

    def rows(self, tab: Tab, odd: Oddities) -> Iterator[Row]:
        cells = Cells(odd, only=tab.index)
        for _ in feed(self._package.pieces(_CONTENT), cells):
            yield from cells.take()


def _has_one_table(pieces: Iterator[bytes]) -> bool:
    """Whether the beginning of a table stands there once only; False where that is not plain to see."""
    count, before = 0, b""
    for piece in pieces:
        found = before + piece
        count += found.count(_TABLE)
        before = found[-len(_TABLE) + 1 :]
    return count == 1
