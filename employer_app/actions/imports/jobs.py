"""Which jobs the people of a list go into: open ones, or new ones that the import itself makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.job_fields import JobFields
from employer_app.actions.jobs import insert_jobs
from employer_app.actions.settings import one_line
from employer_app.domain.applicant_list.choices import JobChoice, ListChoices
from employer_app.domain.applicant_list.verdict import Applicant
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.job_title import public_title
from employer_app.domain.role import Person
from employer_app.domain.stage import DEFAULT_STAGES, StagePlan
from employer_app.domain.status import JobStatus
from employer_app.extensions import db
from employer_app.models import Job, Place

CLOSED = ("This job takes no applications now.", "Open the job first, or choose another.")
LONGEST_TITLE = 120


@dataclass(frozen=True)
class ListJob:
    """`id` is None for a job that does not exist yet; its stages will be the usual ones."""

    id: int | None
    title: str
    stages: tuple[StagePlan, ...]
    demo: bool = False
    public_title: str = ""
    #: the old system's number, to be kept with a new job
    number: str = ""


@dataclass(frozen=True)
class ListJobs:
    """Each of the list's jobs, by its key (Applicant.job_key), in the list's order.

    A key is in exactly one of `found`, `trouble` and `left_out`. `one`: everybody goes into one job, "".
    """

    one: bool
    titles: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, ListJob] = field(default_factory=dict)
    trouble: Mapping[str, Refused] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    def key(self, applicant: Applicant) -> str:
        return "" if self.one else applicant.job_key

    def of(self, applicant: Applicant) -> ListJob | None:
        return self.found.get(self.key(applicant))


def jobs_of_list(
    session: Session,
    good: Iterable[Applicant],
    choices: ListChoices,
    *,
    by_column: bool,
    source_id: int | None,
) -> ListJobs:
    """`by_column`: the list names its jobs. Then each is looked up by what was said, number, and title."""
    if choices.job_id is not None or choices.job_title or not by_column:
        return _one_job(choices)
    titles: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for applicant in good:
        key = applicant.job_key
        titles[key] = titles.get(key) or applicant.job or applicant.job_id
        numbers.setdefault(key, applicant.job_id)
    found: dict[str, ListJob] = {}
    trouble: dict[str, Refused] = {}
    shared = Counter(title.casefold() for title in titles.values())
    for key, title in titles.items():
        if shared[title.casefold()] > 1 and numbers[key]:
            titles[key] = f"{title} ({numbers[key]})"  # two vacancies of one name stay two
    known = _Known(session, source_id)
    for key, title in titles.items():
        choice = choices.jobs.get(key, JobChoice())
        if choice.left_out:
            continue
        try:
            found[key] = known.job(choice, title, numbers[key])
        except Refused as refused:
            trouble[key] = refused
    left_out = frozenset(titles) - set(found) - set(trouble)
    return ListJobs(False, titles, found, trouble, left_out)


def _one_job(choices: ListChoices) -> ListJobs:
    nothing = Refused("Say which job these people applied for.", "", "job_id")
    if choices.job_id is None and not choices.job_title:
        return ListJobs(True, {"": ""}, {}, {"": nothing})
    try:
        number = choices.job_id
        job = job_of_title(choices.job_title) if number is None else job_of_list(number)
    except Refused as refused:
        return ListJobs(True, {"": ""}, {}, {"": refused})
    return ListJobs(True, {"": job.title}, {"": job}, {})


class _Known:
    """The jobs there are, read once for a whole list."""

    def __init__(self, session: Session, source_id: int | None) -> None:
        self._jobs = session.scalars(sa.select(Job).order_by(Job.id)).all()
        self._source_id = source_id

    def job(self, choice: JobChoice, title: str, number: str) -> ListJob:
        """Raises Refused when nobody but a person can say which job it is."""
        if choice.job_id is not None:
            return job_of_list(choice.job_id)
        numbered = [job for job in self._jobs if number and self._has_number(job, number)]
        if len(numbered) == 1 and not choice.title:
            return job_of_list(numbered[0].id)
        wanted = choice.title or title
        if not wanted:
            raise Refused(
                "Some rows name no job.", "Say which job they belong to, or leave them out.", "job_id"
            )
        job = _of_title(self._jobs, wanted)
        if job.id is not None:
            return job
        shown = choice.public_title or public_title(wanted)
        if not shown:
            raise Refused(
                f"“{wanted}” is a number, not a title.", "Type a title for candidates.", "public_title"
            )
        return replace(job, public_title=shown, number=number)

    def _has_number(self, job: Job, number: str) -> bool:
        return job.external_id == number and job.source_id in {None, self._source_id}


def job_of_list(job_id: int) -> ListJob:
    """Raises NotFound, and Refused for a job that is not open."""
    job = db.session.get(Job, job_id, populate_existing=True)
    if job is None:
        raise NotFound("There is no such job.", "It may have been removed.", "job_id")
    if job.status is not JobStatus.OPEN:
        raise Refused(*CLOSED, "job_id")
    plans = tuple(StagePlan(stage.name, stage.kind, stage.counts_as_interview) for stage in job.stages)
    return ListJob(job.id, job.title, plans, job.demo, job.public_title)


def job_of_title(title: str) -> ListJob:
    """The open job that is called so, by its own or its public title, else a new one.

    Raises Refused when several are, and when the only one is closed: a second one would part its people.
    """
    return _of_title(db.session.scalars(sa.select(Job).order_by(Job.id)).all(), title)


def _of_title(jobs: Sequence[Job], title: str) -> ListJob:
    title = " ".join(one_line(title, "job_title").split())[:LONGEST_TITLE]
    if not title:
        raise Refused("Say which job these people applied for.", "", "job_id")
    rows = _called(jobs, title)
    found = [row.id for row in rows if row.status is JobStatus.OPEN]
    if len(found) > 1:
        raise Refused(
            f"{len(found)} open jobs are called “{title}”.", "Rename all but one of them.", "job_title"
        )
    if found:
        return job_of_list(found[0])
    if rows:
        raise Refused(
            f"There is a job “{title}”, but it takes no applications now.",
            "Open it, or choose another title.",
            "job_title",
        )
    return ListJob(None, title, DEFAULT_STAGES)


def lock_jobs(
    session: Session, jobs: Mapping[str, ListJob], actor: Person, source_id: int | None
) -> dict[str, Job]:
    """The rows by key, so locked that none can be closed meanwhile; new ones are made, in the usual place.

    Raises Refused when one was closed since, Changed when somebody else has just made one of that name.
    """
    rows: dict[str, Job] = {}
    for key, job in sorted(jobs.items(), key=lambda pair: pair[1].id or 0):
        if job.id is not None:
            rows[key] = _locked(session, job.id)
    new: dict[str, ListJob] = {}
    for job in jobs.values():
        if job.id is None:
            new.setdefault(job.title.casefold(), job)
    if new:
        made = dict(zip(new, _make(session, list(new.values()), actor, source_id), strict=True))
        rows |= {key: made[job.title.casefold()] for key, job in jobs.items() if job.id is None}
    return rows


def _locked(session: Session, job_id: int) -> Job:
    query = sa.select(Job).where(Job.id == job_id).with_for_update(read=True, of=Job)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("There is no such job.", "It may have been removed.", "job_id")
    if row.status is not JobStatus.OPEN:
        raise Refused(*CLOSED, "job_id")
    return row


def _make(session: Session, jobs: Sequence[ListJob], actor: Person, source_id: int | None) -> list[Job]:
    titles = session.execute(sa.select(Job.title, Job.public_title))
    taken = {title.casefold() for pair in titles for title in pair}
    for job in jobs:
        if job.title.casefold() in taken:
            raise Changed(f"A job “{job.title}” has just been made.", "Look at the list again.")
        taken |= {job.title.casefold(), (job.public_title or job.title).casefold()}
    place_id = session.scalar(sa.select(sa.func.min(Place.id)))
    if place_id is None:
        raise Refused("There is no place for a new job yet.", "Add one under Settings, Places.")
    rows = insert_jobs(
        session,
        [
            (
                JobFields(job.title, place_id, public_title=job.public_title, owner_id=actor.user_id),
                job.stages,
            )
            for job in jobs
        ],
        actor=actor,
    )
    for row, job in zip(rows, jobs, strict=True):
        row.external_id, row.source_id = job.number[:200], source_id
    session.flush()
    return rows


def _called(jobs: Sequence[Job], title: str) -> list[Job]:
    """Compared here: no database folds every letter, and jobs are few."""
    wanted = title.casefold()
    return [job for job in jobs if wanted in {job.title.casefold(), job.public_title.casefold()}]
