"""Lists of one shape come from one system: what was said of one list is offered for the next.

Remembered by header, never by place, and only what still fits: a column that is gone takes its meaning along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from employer_app.domain.applicant_list.choices import JobChoice, ListChoices
from employer_app.domain.applicant_list.columns import Field, fold_header
from employer_app.domain.applicant_list.outcome import Outcome


def fingerprint(header: Sequence[str]) -> str:
    """Of the names of the columns, whatever their order and spelling; 64 hexadecimal digits."""
    names = sorted({fold_header(name) for name in header} - {""})
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def remember(header: Sequence[str], choices: ListChoices, jobs: Mapping[str, int]) -> dict[str, Any]:
    """What to offer next time. `jobs`: the job that each of the list's jobs went into."""
    left_out = {key for key, choice in choices.jobs.items() if choice.left_out}
    return {
        "columns": {
            fold_header(header[index]): about.value if about else None
            for index, about in choices.columns.items()
            if index < len(header) and index not in choices.insisted
        },
        "jobs": {key: asdict(JobChoice(job_id=job_id)) for key, job_id in jobs.items() if key}
        | {key: asdict(JobChoice(left_out=True)) for key in left_out},
        "stages": dict(choices.stages),
        "endings": dict(choices.endings),
        "states": dict(choices.states),
        "date_order": choices.date_order,
    }


def recall(header: Sequence[str], stored: Mapping[str, Any], choices: ListChoices) -> ListChoices:
    """`choices` with what was said of the last list of this system underneath."""
    folded = [fold_header(name) for name in header]
    columns = {
        folded.index(name): Field(value) if value else None
        for name, value in stored.get("columns", {}).items()
        if folded.count(name) == 1
    }
    jobs = {key: JobChoice(**said) for key, said in stored.get("jobs", {}).items()}

    def outcomes(name: str) -> dict[str, Outcome]:
        return {label: Outcome(value) for label, value in stored.get(name, {}).items()}

    return replace(
        choices,
        columns={**columns, **choices.columns},
        jobs={**jobs, **choices.jobs},
        stages={**stored.get("stages", {}), **choices.stages},
        endings={**outcomes("endings"), **choices.endings},
        states={**outcomes("states"), **choices.states},
        date_order=choices.date_order or stored.get("date_order"),
    )
