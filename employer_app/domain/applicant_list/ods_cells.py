"""One pass over the content of an OpenDocument spreadsheet: the tables, and the rows of one as text."""

from employer_app.domain.applicant_list.cell_text import (
    boolean_text,
    check_count,
    check_reach,
    duration_text,
    iso_text,
    number_text,
)
from employer_app.domain.applicant_list.sheet import LONGEST_CELL, MOST_COLUMNS, Row
from employer_app.domain.applicant_list.workbook import Oddities
from employer_app.domain.applicant_list.xml_stream import Attributes

_VALUES = {
    "float": "office:value",
    "currency": "office:value",
    "percentage": "office:value",
    "date": "office:date-value",
    "time": "office:time-value",
    "boolean": "office:boolean-value",
    "string": "office:string-value",
}
_MOST_TABLES = 1_000


class Cells:
    """A handler of xml_stream.feed; `take` gives the rows of table `only` that are whole.

    With `only` None every table gives its first `most` rows into `heads`. Names are taken with the prefixes
    that every program writes.
    """

    prefixed = True

    def __init__(self, odd: Oddities, *, only: int | None, most: int = 0) -> None:
        self.tables: list[tuple[str, str]] = []
        self.hidden_styles: set[str] = set()
        self.heads: dict[int, list[Row]] = {}
        self._odd, self._only, self._most = odd, only, most
        self._done: list[Row] = []
        self._style = ""
        self._depth = 0  # of tables: one may stand in a cell of another
        self._wanted = False
        self._row = self._count = self._repeated_rows = self._hidden = 0
        self._cells: list[str] = []
        self._column = 0
        self._cell: Attributes = {}
        self._parts: list[str] = []
        self._paragraphs = self._length = 0
        self._inside = False
        self._aside = 0  # depth of remarks and drawings inside a cell, whose text is not the cell's
        self.starts = {
            "table:table": self._begin_table,
            "table:table-column": self._begin_column,
            "table:table-row": self._begin_row,
            "table:table-cell": self._begin_cell,
            "table:covered-table-cell": self._begin_cell,
            "text:p": self._begin_paragraph,
            "text:s": self._begin_blanks,
            "text:tab": self._begin_tab,
            "text:line-break": self._begin_break,
            "office:annotation": self._begin_aside,
            "draw:frame": self._begin_aside,
            "style:style": self._begin_style,
            "style:table-properties": self._begin_properties,
        }
        self.ends = {
            "table:table": self._end_table,
            "table:table-row": self._end_row,
            "table:table-cell": self._end_cell,
            "table:covered-table-cell": self._end_cell,
            "text:p": self._end_paragraph,
            "office:annotation": self._end_aside,
            "draw:frame": self._end_aside,
        }

    def take(self) -> list[Row]:
        done, self._done = self._done, []
        return done

    @property
    def has_all_heads(self) -> bool:
        """Whether the first rows of every table so far are there."""
        return bool(self.tables) and not self._wanted

    def _begin_style(self, attributes: Attributes) -> None:
        self._style = attributes.get("style:name", "")

    def _begin_properties(self, attributes: Attributes) -> None:
        if attributes.get("table:display") == "false":
            self.hidden_styles.add(self._style)

    def _begin_aside(self, attributes: Attributes) -> None:
        self._aside += 1

    def _end_aside(self) -> None:
        self._aside -= 1

    def _begin_cell(self, attributes: Attributes) -> None:
        if self._wanted and self._depth == 1:
            self._cell, self._paragraphs = attributes, 0
            if "table:number-columns-spanned" in attributes or "table:number-rows-spanned" in attributes:
                self._odd.merged += not _spans_one(attributes)

    def _begin_column(self, attributes: Attributes) -> None:
        if self._wanted and self._depth == 1 and attributes.get("table:visibility", "visible") != "visible":
            self._odd.hidden_columns += int(attributes.get("table:number-columns-repeated", 1))

    def _begin_paragraph(self, attributes: Attributes) -> None:
        if self._wanted and self._depth == 1 and not self._aside:
            self._inside = True
            if self._paragraphs:
                self._add("\n")
            self._paragraphs += 1

    def _end_paragraph(self) -> None:
        self._inside = self._inside and bool(self._aside)

    def _begin_blanks(self, attributes: Attributes) -> None:
        if self._inside and not self._aside:
            self._add(" " * min(int(attributes.get("text:c", 1)), LONGEST_CELL))

    def _begin_tab(self, attributes: Attributes) -> None:
        if self._inside and not self._aside:
            self._add("\t")

    def _begin_break(self, attributes: Attributes) -> None:
        if self._inside and not self._aside:
            self._add("\n")

    def text(self, text: str) -> None:
        if self._inside and not self._aside:
            self._add(text)

    def _add(self, text: str) -> None:
        if text and self._length <= LONGEST_CELL:
            self._parts.append(text)
            self._length += len(text)

    def _end_table(self) -> None:
        self._depth -= 1

    def _begin_table(self, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > 1:
            return
        index = len(self.tables)
        if index >= _MOST_TABLES:
            raise ValueError("tables")
        self.tables.append((attributes.get("table:name", ""), attributes.get("table:style-name", "")))
        self._wanted = self._only in {None, index}
        self._row = 0

    def _begin_row(self, attributes: Attributes) -> None:
        if not self._wanted or self._depth != 1:
            return
        self._repeated_rows = max(int(attributes.get("table:number-rows-repeated", 1)), 1)
        self._cells, self._column = [], 0
        shown = attributes.get("table:visibility", "visible") == "visible"
        self._hidden = 0 if shown else self._repeated_rows

    def _end_cell(self) -> None:
        if not self._wanted or self._depth != 1:
            return
        several = self._cell.get("table:number-columns-repeated")
        repeated = max(int(several), 1) if several else 1
        text = self._text()
        if self._parts:
            self._parts.clear()
            self._length = 0
        if text:
            last = self._column + repeated - 1
            if last >= MOST_COLUMNS:
                check_reach(self._row + 1, last)
            if self._column > len(self._cells):
                self._cells.extend([""] * (self._column - len(self._cells)))
            self._cells.extend([text] * repeated)
        self._column += repeated

    def _end_row(self) -> None:
        if not self._wanted or self._depth != 1:
            return
        first, self._row = self._row + 1, self._row + self._repeated_rows
        if not self._cells:
            return
        self._odd.hidden_rows += self._hidden
        self._count += len(self._cells) * self._repeated_rows
        check_reach(self._row, 0)
        check_count(self._count)
        cells = tuple(self._cells)
        made = (Row(number, cells) for number in range(first, self._row + 1))
        if self._only is None:
            head = self.heads.setdefault(len(self.tables) - 1, [])
            head.extend(row for row, _ in zip(made, range(self._most - len(head)), strict=False))
            self._wanted = len(head) < self._most
        else:
            self._done.extend(made)

    def _text(self) -> str:
        cell = self._cell
        kind = cell.get("office:value-type", "")
        shown = "".join(self._parts)
        formula = "table:formula" in cell
        if cell.get("calcext:value-type") == "error" or (formula and shown.startswith(("#", "Err:"))):
            self._odd.errors += 1
            return ""
        value = cell.get(_VALUES.get(kind, ""), "")
        text = _value(kind, value) if value else shown
        if formula:
            self._odd.formulas += 1
            self._odd.empty_formulas += not text
        return text


def _value(kind: str, value: str) -> str:
    """Raises ValueError for a number that is none."""
    if kind in {"float", "currency", "percentage"}:
        return number_text(value)
    if kind == "date":
        return iso_text(value)
    if kind == "time":
        return duration_text(value)
    if kind == "boolean":
        return boolean_text(value == "true")
    return value


def _spans_one(attributes: Attributes) -> bool:
    spans = ("table:number-columns-spanned", "table:number-rows-spanned")
    return all(attributes.get(span, "1") == "1" for span in spans)
