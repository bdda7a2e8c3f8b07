"""One row of a list to one applicant, or to the reasons why it cannot be imported.

Law: a row is whole or it is bad. Nothing in it is guessed, moved to another column or filled with a default;
what is left out on the way is said in a warning.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from employer_app.domain.address import Address, BadAddress, UnsendableAddress, check_address
from employer_app.domain.applicant_list.columns import ColumnMap, Field, interview_kind
from employer_app.domain.applicant_list.dates import BadDate, DateOrder, is_future, read_date
from employer_app.domain.applicant_list.outcome import Ending, Outcome, no_show
from employer_app.domain.applicant_list.sheet import Row
from employer_app.domain.applicant_list.verdict import Applicant, Interview, Problem
from employer_app.domain.person_name import NameFault, clean_name, compatible_names, join_name, name_problem

LONGEST_TEXT = 500  # characters of a phone, stage, source and the like; a note may be as long as its cell
_NOTHING = re.compile(
    r"(?:[-–—.?/ x]*|n\.?/?a\.?|none|null|nan|nil|undefined|unknown|missing|(?:no|not) [a-z -]+)",
    re.IGNORECASE,
)
_BETWEEN_DATES = re.compile(r"[;\n\r]+")
#: the date that says more comes first
_ENDINGS = {
    Field.HIRED_AT: Outcome.HIRED,
    Field.WITHDRAWN_AT: Outcome.WITHDRAWN,
    Field.REJECTED_AT: Outcome.REJECTED,
    Field.CLOSED_AT: Outcome.CLOSED,
}
#: different texts of one column that are kept to be shared; most columns have few, some are all different
_SHARED = 1000
_NOT_TOLD = {"no", "false", "0", "not sent", "never"}
_MISSING_PART = {NameFault.NO_LETTER, NameFault.EMPTY}


@dataclass(slots=True)
class _Findings:
    """What was found wrong in the row at hand."""

    row: int
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def refuse(self, about: Field, message: str) -> None:
        self.problems.append(Problem(self.row, about, message))


class RowReader:
    """Reads the rows of one list; holds what is the same for all of them."""

    def __init__(
        self,
        header: tuple[str, ...],
        columns: ColumnMap,
        *,
        today: date,
        orders: Mapping[int, DateOrder],
        state_is_stage: bool = False,
    ) -> None:
        """`state_is_stage`: the column of states names stages too, and each of its words is taken as one."""
        self._width = len(header)
        self._needed = max(columns.fields, default=-1) + 1
        self._column = {mapped: index for index, mapped in columns.fields.items()}
        self._interviews = [(i, interview_kind(header[i])) for i in columns.columns(Field.INTERVIEW_DATE)]
        notes = columns.columns(Field.NOTE)
        alone = len(notes) == 1 and notes[0] not in columns.sensitive
        self._notes = [(i, "" if alone else f"{header[i]}: ") for i in notes]
        self._orders = orders
        self._today = today
        self._stage = Field.STATE if state_is_stage else Field.STAGE
        self._state_is_stage = state_is_stage
        self._texts: dict[Field, dict[str, str]] = {about: {} for about in Field}
        self._dates: dict[int, dict[str, date | datetime]] = {index: {} for index in columns.fields}
        self._endings: dict[Ending, Ending] = {}

    def read(self, row: Row) -> Applicant | tuple[Problem, ...]:
        shape = self._shape_problem(row)
        if shape:
            return (Problem(row.number, None, shape),)
        found = _Findings(row.number)
        left_out = self._text(row, Field.LEFT_OUT, found)
        if left_out and not _NOTHING.fullmatch(left_out):
            message = f"{left_out} To import this row all the same, empty the cell with these words."
            return (Problem(row.number, Field.LEFT_OUT, message),)
        name = self._name(row, found)
        address, second = self._addresses(row, found)
        ending, ended_at = self._ending(row, found)
        applicant = Applicant(
            row=row.number,
            name=name,
            call_name=self._call_name(row, found),
            address=address,
            second_address=second,
            phone=self._text(row, Field.PHONE, found),
            language=self._text(row, Field.LANGUAGE, found),
            country=self._text(row, Field.COUNTRY, found),
            location=self._text(row, Field.LOCATION, found),
            job=self._text(row, Field.JOB, found),
            job_id=self._text(row, Field.JOB_ID, found),
            stage_label=self._text(row, self._stage, found),
            applied_at=self._past_date(row, Field.APPLIED_AT, found),
            interviews=self._held_interviews(row, found),
            ending=ending,
            ended_at=ended_at,
            told_at=self._told_at(row, found),
            source=self._text(row, Field.SOURCE, found),
            external_id=self._text(row, Field.EXTERNAL_ID, found),
            person_id=self._text(row, Field.PERSON_ID, found),
            recruiter=self._text(row, Field.RECRUITER, found),
            note=self._note(row),
            warnings=tuple(found.warnings),
        )
        return tuple(found.problems) or applicant

    def _shape_problem(self, row: Row) -> str | None:
        """A row too long or too short may have every cell after the slip in the wrong column."""
        count = len(row.cells)
        if count > self._width:
            return (
                f"This row has {count} cells, but the list {self._width} columns. Cells may have shifted: "
                "put quotation marks around a cell that holds the separator, or empty the cells on the right."
            )
        if count < self._needed:
            return f"This row has only {count} of {self._width} cells. Some may have shifted: add the others."
        return None

    def _cell(self, row: Row, about: Field) -> str:
        index = self._column.get(about)
        return "" if index is None or index >= len(row.cells) else row.cells[index]

    def _text(self, row: Row, about: Field, found: _Findings) -> str:
        if about not in self._column:
            return ""
        cell, known = self._cell(row, about), self._texts[about]
        if cell in known:
            return known[cell]
        text = _one_line(cell)
        if len(text) > LONGEST_TEXT:
            found.refuse(
                about, f"This cell holds {len(text):,} characters; {LONGEST_TEXT} are the most. Shorten it."
            )
        elif len(known) < _SHARED:
            known[cell] = text
        return text

    def _name(self, row: Row, found: _Findings) -> str:
        full = clean_name(self._cell(row, Field.NAME))
        first, last = (self._name_part(row, part, found) for part in (Field.FIRST_NAME, Field.LAST_NAME))
        joined = join_name(first, last)
        if full and joined and full != joined and not compatible_names(full, joined):
            found.warnings.append(f"The full name “{full}” does not fit “{joined}” in the other columns.")
        name = full or joined
        problem = name_problem(name, self._cell(row, Field.ADDRESS))
        if problem and problem.blocks:
            found.refuse(Field.NAME, problem.message)
        elif problem:
            found.warnings.append(problem.message)
        return name

    def _name_part(self, row: Row, about: Field, found: _Findings) -> str:
        """A dash or dot in place of a part is how lists write "has none"."""
        part = clean_name(self._cell(row, about))
        if part and not any(char.isalnum() for char in part):
            found.warnings.append(f"“{part[:20]}” in place of a name part was left out.")
            return ""
        return part

    def _call_name(self, row: Row, found: _Findings) -> str:
        call_name = clean_name(self._cell(row, Field.CALL_NAME))
        problem = name_problem(call_name) if call_name else None
        if problem is None or not problem.blocks:
            return call_name
        if problem.fault in {NameFault.PLACEHOLDER, NameFault.NO_LETTER}:
            found.warnings.append(
                f"“{call_name[:60]}” is no call name and was left out: the full name greets."
            )
        else:
            found.refuse(Field.CALL_NAME, problem.message)
        return ""

    def _addresses(self, row: Row, found: _Findings) -> tuple[Address | None, Address | None]:
        second = self._second_address(row, found)
        if Field.ADDRESS not in self._column:
            return second, None
        text = self._cell(row, Field.ADDRESS).strip()
        if not text or _NOTHING.fullmatch(text):
            missing = "There is no address, so this person cannot be written to."
        else:
            try:
                return check_address(text), second
            except UnsendableAddress as error:
                missing = str(error)
            except BadAddress as error:
                found.refuse(Field.ADDRESS, str(error))
                return None, second
        found.warnings.append(f"{missing} The second address is used." if second else missing)
        return second, None

    def _second_address(self, row: Row, found: _Findings) -> Address | None:
        text = self._cell(row, Field.SECOND_ADDRESS).strip()
        if not text or _NOTHING.fullmatch(text):
            return None
        try:
            return check_address(text)
        except BadAddress as error:
            found.warnings.append(f"The second address was left out. {error}")
            return None

    def _note(self, row: Row) -> str:
        """Of several columns each on a line of its own, with its name."""
        cells = [(named, row.cells[i].strip()) for i, named in self._notes if i < len(row.cells)]
        return "\n".join(f"{named}{text}" for named, text in cells if text)

    def _past_date(self, row: Row, about: Field, found: _Findings) -> date | datetime | None:
        if about not in self._column:
            return None
        text = self._cell(row, about).strip()
        moment = self._date(text, self._column[about], about, found)
        if moment and is_future(moment, self._today):
            found.refuse(about, f"The date “{text}” lies in the future. Correct it.")
        return moment

    def _ending(self, row: Row, found: _Findings) -> tuple[Ending, date | datetime | None]:
        """What the row says of the end, and when that was."""
        dates = {about: self._past_date(row, about, found) for about in _ENDINGS}
        about = next((each for each, moment in dates.items() if moment), None)
        updated = self._past_date(row, Field.UPDATED_AT, found)
        ending = Ending(
            state=self._text(row, Field.STATE, found),
            reason=self._text(row, Field.REASON, found),
            ended_by=self._text(row, Field.ENDED_BY, found),
            dated=_ENDINGS[about] if about else None,
        )
        if len(self._endings) < _SHARED:
            self._endings.setdefault(ending, ending)
        return self._endings.get(ending, ending), dates[about] if about else updated

    def _told_at(self, row: Row, found: _Findings) -> date | datetime | None:
        """A "no" in that column says that nobody wrote; any other word than a date cannot be used."""
        text = self._cell(row, Field.TOLD_AT).strip()
        return None if text.casefold() in _NOT_TOLD else self._past_date(row, Field.TOLD_AT, found)

    def _held_interviews(self, row: Row, found: _Findings) -> tuple[Interview, ...]:
        kind = self._text(row, Field.INTERVIEW_KIND, found)
        interviewers = self._text(row, Field.INTERVIEWERS, found)
        absent = no_show(self._text(row, Field.INTERVIEW_RESULT, found))
        held = []
        for index, said_by_header in self._interviews:
            cell = row.cells[index] if index < len(row.cells) else ""
            for text in filter(None, map(str.strip, _BETWEEN_DATES.split(cell))):
                moment = self._date(text, index, Field.INTERVIEW_DATE, found)
                if moment and is_future(moment, self._today):
                    found.warnings.append(f"The interview on {text} lies ahead and is not counted as held.")
                elif moment:
                    held.append(Interview(moment, said_by_header or kind, interviewers, absent))
        if kind and not held and not any(problem.field is Field.INTERVIEW_DATE for problem in found.problems):
            found.warnings.append("An interview is named without the date it was held, and was left out.")
        return tuple(held)

    def _date(self, text: str, index: int, about: Field, found: _Findings) -> date | datetime | None:
        known = self._dates[index]
        if text in known:
            return known[text]
        if not text or _NOTHING.fullmatch(text):
            return None
        try:
            moment = read_date(text, self._orders.get(index))
        except BadDate as error:
            found.refuse(about, str(error))
            return None
        if len(known) < _SHARED:
            known[text] = moment
        return moment


def _one_line(text: str) -> str:
    """Without line breaks, runs of blanks, and what nobody sees."""
    text = " ".join(text.split())
    if text.isprintable():
        return text
    return clean_name("".join(char for char in text if char.isprintable() or char in "\u200c\u200d"))
