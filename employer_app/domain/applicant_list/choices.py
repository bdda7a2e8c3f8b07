"""What a person says about a list before it is imported; stored as JSON until then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from employer_app.domain.applicant_list.columns import Field
from employer_app.domain.applicant_list.outcome import Outcome
from employer_app.domain.applicant_list.reading import Reading

_LISTS = ("log_names", "log_ignored")


@dataclass(frozen=True)
class JobChoice:
    """Where the people of one of the list's jobs go: into `job_id`, else into a new job of these titles."""

    job_id: int | None = None
    title: str = ""
    public_title: str = ""
    left_out: bool = False


@dataclass(frozen=True)
class Told:
    """What the old system sent already, as a named person says: the evidence that the list itself lacks.

    Dates are ISO. `everybody` holds for all who were turned down, `states` and `stages` for those of a word.
    `log` comes from mail logs: address key to the moment or day of the last mail.
    `log_names` are their files; `log_ignored` says what of them did not count: line, text and reason.
    """

    everybody: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    log: Mapping[str, str] = field(default_factory=dict)
    log_names: Sequence[str] = ()
    log_ignored: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class ListChoices:
    """What a person said about a list.

    `job_id` or `job_title` put everybody into one job. Without them the list's own column of jobs decides,
    and `jobs` says what each of its jobs (Applicant.job_key) becomes.
    """

    job_id: int | None = None
    job_title: str = ""
    jobs: Mapping[str, JobChoice] = field(default_factory=dict)
    #: column index to field; None leaves the column out
    columns: Mapping[int, Field | None] = field(default_factory=dict)
    #: private columns that somebody insists on having in the note
    insisted: frozenset[int] = frozenset()
    #: the list's word for a stage to the name of the job's
    stages: Mapping[str, str] = field(default_factory=dict)
    #: a stage's or a state's label to the end that it means
    endings: Mapping[str, Outcome] = field(default_factory=dict)
    states: Mapping[str, Outcome] = field(default_factory=dict)
    told: Told = field(default_factory=Told)
    #: corrected cells: row number to column index to text
    edits: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    #: "dmy" or "mdy"; None: what the dates themselves prove
    date_order: str | None = None
    #: an acknowledgement is owed to these people; old lists usually had theirs
    ack_expected: bool = False
    #: whoever is late already goes on the home list at once, and not on the old pile
    late_at_home: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "columns": {str(key): value.value if value else None for key, value in self.columns.items()},
            "insisted": sorted(self.insisted),
            "edits": {
                str(row): {str(i): text for i, text in cells.items()} for row, cells in self.edits.items()
            },
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ListChoices:
        def outcomes(name: str) -> dict[str, Outcome]:
            return {label: Outcome(value) for label, value in stored.get(name, {}).items()}

        columns = stored.get("columns", {}).items()
        edits = stored.get("edits", {}).items()
        told = stored.get("told", {})
        special: dict[str, Any] = {
            "jobs": {key: JobChoice(**said) for key, said in stored.get("jobs", {}).items()},
            "columns": {int(key): Field(value) if value else None for key, value in columns},
            "insisted": frozenset(stored.get("insisted", ())),
            "endings": outcomes("endings"),
            "states": outcomes("states"),
            "told": Told(**{**told, **{name: tuple(told[name]) for name in _LISTS if name in told}}),
            "edits": {int(row): {int(i): text for i, text in cells.items()} for row, cells in edits},
            "reading": Reading(**stored.get("reading", {})),
        }
        return cls(**{**stored, **special})
