"""What judging a list answers: who can be imported, which rows cannot and why, what became of each column."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date, datetime

from employer_app.domain.address import Address
from employer_app.domain.applicant_list.columns import Field
from employer_app.domain.applicant_list.dates import DateOrder
from employer_app.domain.applicant_list.outcome import Ending

_UNSAID = Ending()


@dataclass(frozen=True, slots=True)
class Interview:
    """A talk that took place, or to which the candidate did not come (`no_show`); texts may be empty."""

    on: date | datetime
    kind: str = ""
    interviewers: str = ""
    no_show: bool = False


@dataclass(frozen=True, slots=True)
class Applicant:
    """A row that can be imported. `address` is None if nobody can write to the person; `warnings` say why."""

    row: int
    name: str
    call_name: str = ""
    address: Address | None = None
    second_address: Address | None = None
    phone: str = ""
    language: str = ""
    country: str = ""
    location: str = ""
    #: the old system's title and number of the job; empty where the list has no such column
    job: str = ""
    job_id: str = ""
    stage_label: str = ""
    applied_at: date | datetime | None = None
    interviews: tuple[Interview, ...] = ()
    ending: Ending = _UNSAID
    #: when it ended, or failing that when it last changed in the old system
    ended_at: date | datetime | None = None
    #: when the old system wrote to the person about the outcome
    told_at: date | datetime | None = None
    source: str = ""
    #: the old system's numbers of the application and of the person
    external_id: str = ""
    person_id: str = ""
    recruiter: str = ""
    note: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def job_key(self) -> str:
        """What tells the jobs of one list apart: the number, else the title; empty for a list of one job."""
        return self.job_id or self.job


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be imported; `field` is None when it is the row as a whole."""

    row: int
    field: Field | None
    message: str


@dataclass(frozen=True, slots=True)
class BadRow:
    row: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """`row` names the same person at the same address as `of_row`, which is the one imported."""

    row: int
    of_row: int


@dataclass(frozen=True, slots=True)
class Judged:
    """good + bad + duplicates are all rows of the sheet. Columns are named as in columns.labels.

    `orders`: the index of each column of dates in figures to how they were read, day or month first.
    """

    good: tuple[Applicant, ...]
    bad: tuple[BadRow, ...]
    duplicates: tuple[Duplicate, ...]
    mapping: Mapping[str, Field]
    ignored: tuple[str, ...]
    sensitive: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    orders: Mapping[int, DateOrder] = dataclass_field(default_factory=dict)

    @property
    def rows(self) -> int:
        return len(self.good) + len(self.bad) + len(self.duplicates)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(problem for row in self.bad for problem in row.problems)
