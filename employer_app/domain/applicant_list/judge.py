"""A sheet and what its columns mean, to who can be imported and what cannot, with every reason.

Law: every row ends as one of good, bad or duplicate, and every column as one of mapped, ignored or sensitive.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date

from employer_app.domain.applicant_list.columns import ColumnMap, Field, SensitiveColumn, labels
from employer_app.domain.applicant_list.dates import DateOrder, column_order, needs_order
from employer_app.domain.applicant_list.field import DATES
from employer_app.domain.applicant_list.outcome import recognise_state
from employer_app.domain.applicant_list.pairs import names_out_of_step, sort_out
from employer_app.domain.applicant_list.row import RowReader
from employer_app.domain.applicant_list.sheet import Sheet
from employer_app.domain.applicant_list.verdict import Applicant, BadRow, Judged

#: so many rows are judged between two words about the progress
STEP = 1000
_NAMES = {Field.NAME, Field.FIRST_NAME, Field.LAST_NAME}


def judge(
    sheet: Sheet,
    columns: ColumnMap,
    *,
    today: date,
    date_order: DateOrder | str | None = None,
    insisted: Collection[int] = frozenset(),
    progress: Callable[[int], None] | None = None,
) -> Judged:
    """Judges every row. `date_order` is a person's choice; without it each date column must prove its own.

    `insisted`: private columns that a person wants all the same. `progress` is told how many rows are done.
    Raises SensitiveColumn if `columns` maps a private column that nobody insisted on.
    """
    named = labels(sheet.header)
    refused = columns.refusal(named, insisted)
    if refused:
        raise SensitiveColumn(refused)
    orders = _orders(sheet, columns, date_order)
    reader = RowReader(
        sheet.header,
        columns,
        today=today,
        orders=orders,
        state_is_stage=_state_is_stage(sheet, columns),
    )
    applicants, bad = [], []
    for done, row in enumerate(sheet.rows):
        if progress and done % STEP == 0:
            progress(done)
        result = reader.read(row)
        if isinstance(result, Applicant):
            applicants.append(result)
        else:
            bad.append(BadRow(row.number, result))
    parted = sort_out(applicants)
    return Judged(
        good=tuple(parted.good),
        bad=tuple(sorted([*bad, *parted.bad], key=lambda row: row.row)),
        duplicates=tuple(parted.duplicates),
        mapping={named[index]: field for index, field in columns.fields.items()},
        ignored=tuple(
            name for i, name in enumerate(named) if i not in columns.fields and i not in columns.sensitive
        ),
        sensitive=tuple(named[index] for index in sorted(columns.sensitive - set(columns.fields))),
        warnings=(*sheet.warnings, *_list_warnings(sheet, columns, named, applicants)),
        orders=orders,
    )


def _state_is_stage(sheet: Sheet, columns: ColumnMap) -> bool:
    """Whether the only column of states also names stages, such as "Interviewing" beside "Rejected".

    Then each of its words is a label of a stage too. Else a rejected person would look as if never met.
    """
    index = columns.column(Field.STATE)
    if index is None or columns.column(Field.STAGE) is not None:
        return False
    said = {row.cells[index].strip() for row in sheet.rows if index < len(row.cells)} - {""}
    return any(recognise_state(label) is None for label in said)


def _orders(sheet: Sheet, columns: ColumnMap, choice: DateOrder | str | None) -> Mapping[int, DateOrder]:
    """Each date column's order of day and month; one that proves none follows the others of its list."""
    indexes = [index for field in DATES for index in columns.columns(field)]
    texts: dict[int, set[str]] = {index: set() for index in indexes}
    for row in sheet.rows if indexes else ():
        for index in indexes:
            if index < len(row.cells):
                texts[index].add(row.cells[index])
    of_list = column_order(text for values in texts.values() for text in values)
    found = {
        index: DateOrder(choice) if choice else column_order(values) or of_list
        for index, values in texts.items()
        if needs_order(values)
    }
    return {index: order for index, order in found.items() if order}


def _list_warnings(
    sheet: Sheet, columns: ColumnMap, named: list[str], applicants: list[Applicant]
) -> list[str]:
    said = []
    mapped = set(columns.fields.values())
    if not mapped & _NAMES:
        said.append("No column holds the names. Choose it, or name it “Name” in the list.")
    if Field.ADDRESS not in mapped:
        said.append("No column holds the e-mail addresses, so nobody on this list can be written to.")
    if columns.ambiguous:
        names = ", ".join(f"“{named[index]}”" for index in sorted(columns.ambiguous))
        said.append(f"These columns could hold the same thing, so none was used: {names}. Choose one.")
    if names_out_of_step(applicants):
        said.append(
            "Many names fit the address of another row. The columns may have been sorted apart: "
            "compare some rows with the original before you import."
        )
    return said
