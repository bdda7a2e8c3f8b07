"""The columns of a list made from records, named so that they are recognised like those of any list.

Law: each record is a row. The columns are the same for all lists of one system, so that what was said of one
list is found again for the next; only those of the job are missing where no record names one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from employer_app.domain.applicant_list.sheet import MOST_COLUMNS, Row, Sheet, assemble
from employer_app.domain.applicant_list.vendors.path import moment, pick

LONGEST_ASIDE = 1000  # characters of an answer or of a field of the company's own
LONGEST_NAME = 120


class Column(StrEnum):
    """The value is the header."""

    ID = "Application ID"
    PERSON_ID = "Candidate ID"
    NAME = "Full name"
    FIRST = "First name"
    LAST = "Last name"
    CALL_NAME = "Preferred name"
    EMAIL = "Email"
    SECOND_EMAIL = "Second email"
    PHONE = "Phone"
    JOB_ID = "Job ID"
    JOB = "Job"
    STAGE = "Stage"
    STATE = "Application state"
    #: where a system has one word for both
    STATUS = "Status"
    REASON = "Reason"
    ENDED_BY = "Ended by"
    APPLIED = "Applied at"
    CLOSED = "Closed at"
    REJECTED = "Rejected at"
    WITHDRAWN = "Withdrawn at"
    HIRED = "Hired at"
    UPDATED = "Last activity"
    INTERVIEWS = "Interview date"
    INTERVIEWERS = "Interviewers"
    SOURCE = "Source"
    LOCATION = "Location"
    COUNTRY = "Country"
    RECRUITER = "Recruiter"
    LEFT_OUT = "Left out because"


MOMENTS = {
    Column.APPLIED,
    Column.CLOSED,
    Column.REJECTED,
    Column.WITHDRAWN,
    Column.HIRED,
    Column.UPDATED,
}
_OF_THE_JOB = {Column.JOB, Column.JOB_ID}
_ONE_WORD = {Column.STAGE, Column.STATE}

#: header to cell; a header that is no Column stands for what nobody asked for, such as an answer
Cells = dict[str, str]
#: where the cell of a column is found: the first path that has something
Paths = Mapping[Column, Sequence[str]]


def fill(cells: Cells, record: object, paths: Paths) -> None:
    """Adds what the record says and nothing else said before."""
    for column, places in paths.items():
        if not cells.get(column):
            found = pick(record, *places)
            cells[column] = moment(found) if column in MOMENTS else found


def sheet_of(
    rows: Iterable[tuple[str, Cells]], source: str, warnings: Iterable[str], *, one_word: bool
) -> Sheet:
    """`rows`: what each record is ("Lever opportunity") and its cells. `one_word`: see Vendor."""
    made = list(rows)
    used = {name for _, cells in made for name, cell in cells.items() if cell}
    absent = ({Column.STATUS} if not one_word else _ONE_WORD - used) | (_OF_THE_JOB - used)
    columns: list[str] = [column for column in Column if column not in absent]
    marker = f"{made[0][0].partition(' ')[0]} record" if made else "Record"
    known = set(Column)
    asides = list(dict.fromkeys(name for _, cells in made for name in cells if name not in known))
    room = MOST_COLUMNS - len(columns) - 1
    said = [*warnings]
    if len(asides) > room:
        said.append(f"{len(asides) - room} answers and fields of your own did not fit and were left out.")
    names = [*columns, *asides[:room]]
    header = (*(name[:LONGEST_NAME].replace("@", " at ") for name in names), marker)
    body = (
        Row(number, (*(cells.get(name, "") for name in names), what))
        for number, (what, cells) in enumerate(made, 2)
    )
    return assemble([Row(1, header), *body], source, said, padded=True)
