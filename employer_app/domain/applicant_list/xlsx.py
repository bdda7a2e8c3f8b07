"""An XLSX workbook: which sheets it has, where their parts lie, and their rows one after the other.

Law: only the parts needed are unpacked, in pieces and within one budget. Macros are never run.
"""

import posixpath
from array import array
from collections.abc import Iterator
from itertools import islice

from employer_app.domain.applicant_list.package import DAMAGED, LOCKED, SAVE_AS, Package
from employer_app.domain.applicant_list.sheet import LONGEST_CELL, Row, UnreadableList
from employer_app.domain.applicant_list.workbook import HEAD, Oddities, Tab
from employer_app.domain.applicant_list.xlsx_cells import MOST_COLLECTED, Cells, Shared, unescaped
from employer_app.domain.applicant_list.xlsx_styles import CellKind, cell_kinds
from employer_app.domain.applicant_list.xml_stream import Attributes, elements, feed

_MOST_STRINGS = 2_000_000
_MOST_TEXT = 64 * 1024 * 1024  # bytes of all shared strings
_YES = {"1", "true"}


class XlsxBook:
    """Raises UnreadableList for what is none, or is locked."""

    kind = "XLSX"

    def __init__(self, package: Package) -> None:
        _refuse_others(package)
        self._package = package
        workbook, relations = package.whole("xl/workbook.xml"), package.whole("xl/_rels/workbook.xml.rels")
        if workbook is None or relations is None:
            raise UnreadableList(DAMAGED)
        targets = _targets(relations)
        self._since_1904 = False
        self._paths: dict[int, str] = {}
        self.tabs: list[Tab] = []
        for name, found in elements(workbook, ("sheet", "workbookPr")):
            if name == "workbookPr":
                self._since_1904 = found.get("date1904") in _YES
                continue
            kind, path = targets.get(found.get("id", ""), ("", ""))
            if kind == "worksheet":
                tab = Tab(len(self.tabs), found.get("name", ""), found.get("state", "visible") == "visible")
                self.tabs.append(tab)
                self._paths[tab.index] = path
        parts = {kind: path for kind, path in targets.values() if path in package}
        styles = package.whole(parts["styles"]) if "styles" in parts else None
        self._kinds: list[CellKind] = cell_kinds(styles) if styles else []
        self._shared = _shared(package, parts["sharedStrings"]) if "sharedStrings" in parts else _Strings()
        self.warnings: list[str] = []
        if package.under("xl/vbaproject.bin") or package.under("xl/macrosheets/"):
            self.warnings.append("The workbook holds macros. They were not run.")

    def head(self, tab: Tab) -> list[Row]:
        return list(islice(self.rows(tab, Oddities()), HEAD))

    def rows(self, tab: Tab, odd: Oddities) -> Iterator[Row]:
        cells = Cells(self._shared, self._kinds, odd, since_1904=self._since_1904)
        for _ in feed(self._package.pieces(self._paths[tab.index]), cells):
            yield from cells.take()


def _refuse_others(package: Package) -> None:
    if "xl/workbook.bin" in package:
        raise UnreadableList(f"This is a binary workbook (.xlsb). {SAVE_AS}")
    if "xl/workbook.xml" not in package:
        if package.under("index/") or "index.zip" in package:
            raise UnreadableList("This is an Apple Numbers file. Export it from Numbers as CSV or Excel.")
        raise UnreadableList(f"This is a packed file, but not a workbook. Unpack it first. {SAVE_AS}")
    if package.locked:
        raise UnreadableList(LOCKED)


def _targets(relations: bytes) -> dict[str, tuple[str, str]]:
    """Relation id to (kind, path inside the archive)."""
    targets = {}
    for _, found in elements(relations, ("Relationship",)):
        target = found.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        targets[found.get("Id", "")] = (found.get("Type", "").rpartition("/")[2], path)
    return targets


class _Strings(Shared):
    """The shared strings, packed into one run of bytes: a list of 200,000 people has a million of them."""

    prefixed = False

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("L")
        self._parts: list[str] = []
        self._length = 0
        self._inside = self._phonetic = False
        self.starts = {"t": self._begin_text, "rPh": self._begin_phonetic}
        self.ends = {"t": self._end_text, "rPh": self._end_phonetic, "si": self._end_string}

    def __getitem__(self, index: int) -> str:
        """Raises IndexError."""
        if index < 0:
            raise IndexError(index)
        begin = self._ends[index - 1] if index else 0
        return self._bytes[begin : self._ends[index]].decode("utf-8", "surrogatepass")

    def _begin_text(self, attributes: Attributes) -> None:
        self._inside = not self._phonetic

    def _end_text(self) -> None:
        self._inside = False

    def _begin_phonetic(self, attributes: Attributes) -> None:
        self._phonetic = True

    def _end_phonetic(self) -> None:
        self._phonetic = False

    def _end_string(self) -> None:
        string = unescaped("".join(self._parts))[: LONGEST_CELL + 1]
        self._bytes += string.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))
        self._parts.clear()
        self._length = 0
        if len(self._ends) > _MOST_STRINGS or len(self._bytes) > _MOST_TEXT:
            raise UnreadableList(
                "The workbook holds more text than a list needs. Copy the list alone into a new workbook."
            )

    def text(self, text: str) -> None:
        if self._inside and self._length < MOST_COLLECTED:
            self._parts.append(text)
            self._length += len(text)


def _shared(package: Package, path: str) -> Shared:
    strings = _Strings()
    for _ in feed(package.pieces(path), strings):
        pass
    return strings
