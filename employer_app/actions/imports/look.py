"""A list as it would be imported now: what each column, row, job and stage means. Nothing here is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.imports.compare import Compared, compare
from employer_app.actions.imports.jobs import ListJobs, jobs_of_list
from employer_app.actions.imports.judging import JudgedSheet, corrected, judge_sheet
from employer_app.actions.imports.match import Matched, match
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.columns import (
    ColumnMap,
    Field,
)
from employer_app.domain.applicant_list.export import bad_rows
from employer_app.domain.applicant_list.outcome import Outcome, recognise_state
from employer_app.domain.applicant_list.sheet import Row, Sheet
from employer_app.domain.applicant_list.source import fingerprint, recall
from employer_app.domain.applicant_list.verdict import Applicant, BadRow, Judged
from employer_app.domain.errors import Refused
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.stage import DEFAULT_STAGES, StagePlan
from employer_app.domain.stage_label import map_labels
from employer_app.extensions import db
from employer_app.models import ImportSource


@dataclass(frozen=True)
class Look:
    """A list as it would be imported now; nothing has been kept.

    `stages` has each label of the good rows with the stage it means, None where nobody knows: whoever stands
    there counts as interviewed. `states` likewise; an unknown state means that the person still waits.
    """

    sheet: Sheet
    columns: ColumnMap
    judged: Judged
    choices: ListChoices
    jobs: ListJobs
    stages: Mapping[str, StagePlan | None]
    states: Mapping[str, Outcome | None]
    matched: Matched
    compared: Compared
    #: the system that lists of this shape came from before
    source_id: int | None
    source_name: str = ""

    @cached_property
    def new(self) -> list[Applicant]:
        """Who would be imported."""
        return [applicant for applicant in self.judged.good if self.matched.imports(applicant)]

    @property
    def bad_rows(self) -> tuple[BadRow, ...]:
        """Those that cannot be read, and those of whom nobody can say who they are; in order."""
        unclear = [BadRow(row, (problem,)) for row, problem in self.matched.conflicts.items()]
        return tuple(sorted([*self.judged.bad, *unclear], key=lambda row: row.row))

    @property
    def bad(self) -> int:
        return len(self.judged.bad) + len(self.matched.conflicts)

    @property
    def corrected_rows(self) -> Sequence[Row]:
        """The rows with what was corrected on the page."""
        return corrected(self.sheet, self.choices.edits).rows

    @property
    def listed(self) -> int:
        """How many jobs the list itself names; 0 without such a column."""
        if not {Field.JOB, Field.JOB_ID} & set(self.columns.fields.values()):
            return 0
        return len({applicant.job_key for applicant in self.judged.good})

    @property
    def job_trouble(self) -> Refused | None:
        """Why one of the jobs cannot be had; nothing is imported before that is settled."""
        return next(iter(self.jobs.trouble.values()), None)

    def bad_rows_table(self) -> tuple[Sequence[str], list[Sequence[object]]]:
        """Header and rows, with the reasons, to be mended and brought in again."""
        return bad_rows(self.sheet, self.bad_rows)

    @property
    def digest(self) -> str:
        """Changes with the file, the choices and what they mean; not with people who came in meanwhile."""
        stages = {label: stage and (stage.name, stage.kind) for label, stage in self.stages.items()}
        jobs = {key: (job.id, job.title, job.public_title) for key, job in self.jobs.found.items()}
        changes = {row: found.summary for row, found in self.compared.changes.items()}
        said = [self.sheet.header, self.choices.to_json(), jobs, stages, changes]
        digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
        for row in self.sheet.rows:
            digest.update(repr(row.cells).encode())
        return digest.hexdigest()


def source_of(session: Session, sheet: Sheet) -> ImportSource | None:
    """The system that lists of this shape came from before, if there was one."""
    return session.scalar(
        sa.select(ImportSource).where(ImportSource.fingerprint == fingerprint(sheet.header))
    )


def first_choices(session: Session, sheet: Sheet, choices: ListChoices) -> ListChoices:
    """What to start a look with: what was said of the last list of this system, and the list's only job."""
    source = source_of(session, sheet)
    if source:
        choices = recall(sheet.header, source.remembered, choices)
    return choices


def look_at(sheet: Sheet, choices: ListChoices, *, actor: Person) -> Look:
    """The same for a sheet that is not stored, such as a file given on the command line."""
    require(actor, Verb.IMPORT)
    return look_at_judged(judge_sheet(sheet, choices), choices)


def look_at_judged(rows: JudgedSheet, choices: ListChoices) -> Look:
    session, sheet, columns, judged = db.session(), rows.sheet, rows.columns, rows.judged
    source = source_of(session, sheet)
    source_id = source.id if source else None
    by_column = bool({Field.JOB, Field.JOB_ID} & set(columns.fields.values()))
    jobs = jobs_of_list(session, judged.good, choices, by_column=by_column, source_id=source_id)
    if jobs.one and jobs.found and jobs.found[""].id:  # a title that names an open job means that job
        choices = replace(choices, job_id=jobs.found[""].id, job_title="")
    stages = _stages(judged.good, jobs, choices)
    states = {
        label: choices.states.get(label, recognise_state(label))
        for label in dict.fromkeys(applicant.ending.state for applicant in judged.good)
        if label
    }
    demo = any(job.demo for job in jobs.found.values())
    matched = match(session, judged.good, jobs, source_id=source_id, demo=demo)
    unread = _unread(rows)
    compared = compare(
        session, judged.good, matched, jobs, choices, stages, source_id=source_id, unread=unread
    )
    return Look(
        sheet,
        columns,
        judged,
        choices,
        jobs,
        stages,
        states,
        matched,
        compared,
        source_id,
        source.name if source else "",
    )


def _unread(rows: JudgedSheet) -> frozenset[str]:
    """The numbers, addresses and names of the rows that could not be read, in small letters."""
    bad = {row.row for row in rows.judged.bad}
    if not bad:
        return frozenset()
    about = (Field.EXTERNAL_ID, Field.ADDRESS, Field.NAME)
    places = [index for field in about for index in rows.columns.columns(field)]
    cells = (row.cells for row in rows.sheet.rows if row.number in bad)
    texts = (row[index].strip().casefold() for row in cells for index in places if index < len(row))
    return frozenset(text for text in texts if text)


def _stages(
    good: Sequence[Applicant], jobs: ListJobs, choices: ListChoices
) -> Mapping[str, StagePlan | None]:
    """What each label means: by the stages of the one job, or by those that new jobs have."""
    if not jobs.found:
        return {}
    vocabulary = stage_names(jobs)
    labelled = (applicant.stage_label for applicant in good if jobs.of(applicant))
    stages = map_labels(labelled, vocabulary)
    said = {
        label: stage
        for label, name in choices.stages.items()
        if (stage := next((stage for stage in vocabulary if stage.name == name), None))
    }
    return {label: said.get(label, stage) for label, stage in stages.items()}


def stage_names(jobs: ListJobs) -> tuple[StagePlan, ...]:
    """The stages to choose from, in order: of all the jobs, each name once."""
    plans = {plan.name: plan for job in jobs.found.values() for plan in job.stages}
    if len({job.stages for job in jobs.found.values()}) > 1:
        plans = {plan.name: plan for plan in DEFAULT_STAGES} | plans
    return tuple(sorted(plans.values(), key=lambda plan: plan.kind.depth))
