"""What a list's own words mean: its jobs, stages and states, with who was told of the end and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from employer_app.actions.imports.jobs import ListJobs
from employer_app.actions.imports.look import Look, stage_names
from employer_app.domain.applicant_list.choices import JobChoice
from employer_app.domain.applicant_list.outcome import Outcome
from employer_app.domain.applicant_list.standing import outcome
from employer_app.domain.words import t
from employer_app.forms.import_choices import END, LEFT_OUT, NEW, Shown
from employer_app.web.import_looks import Verdict, bad_lines


@dataclass(frozen=True)
class JobLine:
    """One of the list's jobs. `to`: "new", "out", or the id of the job that it goes into."""

    key: str
    #: as the list calls it
    listed: str
    people: int
    to: str
    title: str
    public_title: str
    trouble: str


@dataclass(frozen=True)
class WordLine:
    """A stage or a state of the list, and what it means."""

    label: str
    people: int
    #: empty: nobody knows the word
    means: str


def job_lines(found: Look) -> list[JobLine]:
    """Empty when everybody goes into one job. What needs a person comes first."""
    jobs: ListJobs = found.jobs
    if jobs.one:
        return []
    people = Counter(jobs.key(applicant) for applicant in found.judged.good)
    lines = []
    for key, listed in jobs.titles.items():
        job, trouble = jobs.found.get(key), jobs.trouble.get(key)
        choice = found.choices.jobs.get(key, JobChoice())
        if job is None:
            title, public = choice.title or listed, choice.public_title
            to = LEFT_OUT if key in jobs.left_out else str(choice.job_id or NEW)
        else:
            title, public, to = job.title, job.public_title, str(job.id or NEW)
        lines.append(JobLine(key, listed, people[key], to, title, public, str(trouble) if trouble else ""))
    return sorted(lines, key=lambda line: (not line.trouble, -line.people, line.listed))


def stage_lines(found: Look, typed: Mapping[str, str]) -> list[WordLine]:
    """What nobody knows first, then by people. An empty word means the first stage, and is not shown."""
    people = Counter(a.stage_label for a in found.judged.good if found.jobs.of(a))
    endings = found.choices.endings
    lines = []
    for label, stage in found.stages.items():
        means = f"{END}{endings[label].value}" if label in endings else stage.name if stage else ""
        means = typed.get(label, means)
        if label:
            lines.append(WordLine(label, people[label], means))
    return sorted(lines, key=lambda line: (bool(line.means), -line.people, line.label))


def state_lines(found: Look, typed: Mapping[str, str]) -> list[WordLine]:
    """What nobody knows first, then by people."""
    people = Counter(applicant.ending.state for applicant in found.judged.good)
    lines = [
        WordLine(label, people[label], typed.get(label, means.value if means else ""))
        for label, means in found.states.items()
    ]
    return sorted(lines, key=lambda line: (bool(line.means), -line.people, line.label))


def stage_options(found: Look) -> list[tuple[str, str]]:
    """The stages, then the ends that a stage's word may mean after all."""
    ends = (Outcome.REJECTED, Outcome.WITHDRAWN, Outcome.HIRED)
    return [
        *((plan.name, plan.name) for plan in stage_names(found.jobs)),
        *((f"{END}{end.value}", t("import.ended_as", how=t(f"import.outcome.{end.value}"))) for end in ends),
    ]


def state_options() -> list[tuple[str, str]]:
    return [(each.value, t(f"import.outcome.{each.value}")) for each in Outcome]


def endings(found: Look) -> Sequence[tuple[str, int]]:
    """How the applications of the list stand, with people; only what there is."""
    counted = Counter(outcome(applicant, found.choices) for applicant in found.new)
    return [(t(f"import.outcome.{each.value}"), counted[each]) for each in Outcome if counted[each]]


def mailed(found: Look) -> int:
    """How many people of the list the mail log names."""
    log = found.choices.told.log
    return sum(
        1
        for applicant in found.judged.good
        if any(one and one.key in log for one in (applicant.address, applicant.second_address))
    )


def shown(found: Look) -> Shown:
    """What the page shows when nothing was typed, so that only changes are kept as choices."""
    lines = (line for verdict in (Verdict.BAD, Verdict.UNCLEAR) for line in bad_lines(found, verdict))
    cells = {(line.number, index): text for line in lines for index, _, text in line.cells}
    return Shown(
        columns=found.columns.fields,
        jobs={
            line.key: JobChoice(left_out=True)
            if line.to == LEFT_OUT
            else JobChoice(title=line.title, public_title=line.public_title)
            if line.to == NEW
            else JobChoice(job_id=int(line.to))
            for line in job_lines(found)
        },
        stages={line.label: line.means for line in stage_lines(found, {})},
        states={line.label: line.means for line in state_lines(found, {})},
        cells=cells,
    )
