"""A workbook of any kind to a Sheet: which of its sheets holds the list, and what to know before trusting it.

Law: a hidden sheet is never read unasked, formulas are never evaluated, and what was not read is named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from employer_app.domain.applicant_list.header_row import LOOKED_AT, find_header, known_names
from employer_app.domain.applicant_list.reading import Candidate, Reading
from employer_app.domain.applicant_list.sheet import Row, Sheet, UnreadableList, assemble

HEAD = LOOKED_AT + 1  # rows of each sheet looked at, to see whether it holds the list
MOST_LOOKED_AT = 20  # sheets
_FEWEST_KNOWN = 2


@dataclass(frozen=True, slots=True)
class Tab:
    """One sheet; `index` counts all of the workbook from 0, hidden ones included."""

    index: int
    name: str
    visible: bool = True


@dataclass(slots=True)
class Oddities:
    """What a person should know of a sheet, counted while it is read."""

    formulas: int = 0
    empty_formulas: int = 0
    errors: int = 0
    hidden_rows: int = 0
    hidden_columns: int = 0
    merged: int = 0

    @property
    def warnings(self) -> list[str]:
        said = []
        saved = self.formulas - self.empty_formulas
        if saved > 0:
            said.append(
                f"{_cells(saved, 'holds a formula', 'hold formulas')}: the last saved result was taken."
            )
        if self.empty_formulas:
            many = _cells(self.empty_formulas, "has a formula", "have formulas")
            said.append(
                f"{many} without a saved result and came in empty. Save the file in the spreadsheet once."
            )
        if self.errors:
            said.append(f"{_cells(self.errors, 'shows', 'show')} an error such as #REF! and came in empty.")
        if self.hidden_rows:
            said.append(f"{_plural(self.hidden_rows, 'hidden row')} came in like all others.")
        if self.hidden_columns:
            said.append(f"{_plural(self.hidden_columns, 'hidden column')} came in like all others.")
        if self.merged:
            said.append(f"{_plural(self.merged, 'merged area')}: only its first cell holds the text.")
        return said


class Book(Protocol):
    """`kind` is a word for the screen ("XLSX"); `warnings` are about the file as a whole."""

    @property
    def kind(self) -> str: ...
    @property
    def tabs(self) -> Sequence[Tab]: ...
    @property
    def warnings(self) -> Sequence[str]: ...

    def head(self, tab: Tab) -> list[Row]:
        """The first rows that hold something, at most HEAD."""
        ...

    def rows(self, tab: Tab, odd: Oddities) -> Iterator[Row]:
        """All rows that hold something, in order; `odd` is complete at the end. Raises UnreadableList."""
        ...


def read_workbook(book: Book, reading: Reading) -> Sheet:
    """The sheet that was chosen, else the first visible one that looks like a list. Raises UnreadableList."""
    visible = [tab for tab in book.tabs if tab.visible]
    if reading.sheet_name:
        tab = _chosen(book, reading.sheet_name)
    elif not visible:
        raise UnreadableList(
            "The workbook has no visible sheet. Show the sheet with the list and save it again.",
            "sheet",
            _candidates(book, book.tabs),
        )
    else:
        tab = _likeliest(book, visible)
    odd = Oddities()
    sheet = assemble(
        book.rows(tab, odd),
        f"{book.kind}, sheet “{tab.name}”",
        (),
        padded=True,
        header_row=reading.header_row,
    )
    said = [*book.warnings, *_other_sheets(book.tabs, tab), *odd.warnings]
    return replace(
        sheet,
        warnings=(*said, *sheet.warnings),
        sheet_name=tab.name,
        sheet_names=tuple(each.name for each in visible),
    )


def _chosen(book: Book, name: str) -> Tab:
    tab = next((tab for tab in book.tabs if tab.name == name), None)
    if tab is None:
        raise UnreadableList(
            f"There is no sheet “{name[:60]}” in this workbook. Choose another.",
            "sheet",
            _candidates(book, [tab for tab in book.tabs if tab.visible]),
        )
    return tab


def _likeliest(book: Book, visible: Sequence[Tab]) -> Tab:
    if len(visible) == 1:
        return visible[0]
    filled = None
    for tab in visible[:MOST_LOOKED_AT]:
        head = book.head(tab)
        if len(head) > 1:
            at = find_header(head)
            if at + 1 < len(head) and known_names(head[at]) >= _FEWEST_KNOWN:
                return tab
        if head and filled is None:
            filled = tab
    return filled or visible[0]


def _candidates(book: Book, tabs: Sequence[Tab]) -> list[Candidate]:
    found = []
    for tab in tabs[:MOST_LOOKED_AT]:
        head = book.head(tab)
        cells = head[find_header(head)].cells if head else ()
        found.append(Candidate(tab.name, tab.name, tuple(cell[:40] for cell in cells if cell)[:5]))
    return found


def _other_sheets(tabs: Sequence[Tab], chosen: Tab) -> list[str]:
    said = []
    if not chosen.visible:
        said.append(f"Sheet “{chosen.name}” is hidden in the workbook and was read because you chose it.")
    for words, others in (
        ("was not read", [tab for tab in tabs if tab.visible and tab is not chosen]),
        ("is hidden and was not read", [tab for tab in tabs if not tab.visible and tab is not chosen]),
    ):
        if others:
            names = ", ".join(f"“{tab.name}”" for tab in others)
            verb = words if len(others) == 1 else words.replace("was", "were").replace("is ", "are ")
            noun = "Sheet" if len(others) == 1 else "Sheets"
            said.append(f"{noun} {names} {verb}. To import one, choose it, or save it as a file of its own.")
    return said


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _cells(count: int, one: str, many: str) -> str:
    return f"1 cell {one}" if count == 1 else f"{count:,} cells {many}"
