"""Import what was looked at: people, applications, and what a newer list says of those who are here.

All or nothing, in one transaction. Locks in the order list, organisation, jobs, people, applications.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.imports.compare import Compared, compare
from employer_app.actions.imports.jobs import ListJobs, lock_jobs
from employer_app.actions.imports.judging import Progress
from employer_app.actions.imports.look import Look
from employer_app.actions.imports.match import match
from employer_app.actions.imports.update import CORRECTED, lock_all
from employer_app.actions.imports.work import Work
from employer_app.actions.same_person import one_at_a_time
from employer_app.domain.applicant_list.source import fingerprint, remember
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, Refused
from employer_app.domain.event import ORGANISATION_SUBJECT, EventKind
from employer_app.domain.person_name import search_key
from employer_app.domain.role import Person
from employer_app.ledger.record import NewFact
from employer_app.ledger.subject import record_on
from employer_app.models import ImportSource, Job, Organisation


@dataclass(frozen=True)
class Imported:
    """rows = created + changed + already_here + bad + duplicates + left_out."""

    rows: int
    created: int
    changed: int
    already_here: int
    bad: int
    duplicates: int
    left_out: int
    job_ids: tuple[int, ...]
    #: not shown on the home list until somebody plans them
    old_pile: int

    @property
    def job_id(self) -> int | None:
        """The job, when it is one."""
        return self.job_ids[0] if len(self.job_ids) == 1 else None


def keep_in(
    session: Session,
    found: Look,
    actor: Person,
    *,
    good_only: bool,
    name: str,
    list_id: int | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Raises Refused and Changed; then the caller's transaction keeps nothing."""
    if found.job_trouble:
        raise found.job_trouble
    if not found.jobs.found:
        raise Refused("Say which job these people applied for.", field="job_id")
    _refuse_bad(found, good_only)
    moment = now()
    source = _source(session, found, name, moment)
    one_at_a_time(session, sorted({search_key(job.title) for job in found.jobs.found.values() if not job.id}))
    jobs = lock_jobs(session, _needed(found), actor, source.id)
    good = found.judged.good
    one_at_a_time(session, (a.address.key if a.address else search_key(a.name) for a in good))
    found = _anew(session, found, jobs, good_only=good_only)
    work = Work(session, found, jobs, actor.user_id, source.id, moment)
    changes = work.update()
    created = work.insert(progress)
    ids = [*created.values(), *changes]
    if list_id is not None:
        work.note_effects(list_id, created, changes)
    source.remembered = remember(
        found.sheet.header, found.choices, {key: job.id for key, job in jobs.items()}
    )
    imported = _counted(found, created, changes, jobs, work.old_pile)
    if ids:
        _say(session, actor, list_id, imported)
    return imported


def _refuse_bad(found: Look, good_only: bool) -> None:
    if found.bad and not good_only:
        rows = "row" if found.bad == 1 else "rows"
        raise Refused(
            f"{found.bad} {rows} of {found.judged.rows} cannot be imported.",
            "Nothing was imported. Mend them in the file, or import the good ones only.",
        )


def _needed(found: Look) -> dict[str, Any]:
    """The jobs that a row goes into; one that only bad rows name is not made."""
    used = {found.jobs.key(applicant) for applicant in found.judged.good}
    return {key: job for key, job in found.jobs.found.items() if key in used or job.id is not None}


def _source(session: Session, found: Look, name: str, moment: datetime) -> ImportSource:
    shape = fingerprint(found.sheet.header)
    one_at_a_time(session, [shape])
    row = session.scalar(sa.select(ImportSource).where(ImportSource.fingerprint == shape))
    if row is None:
        row = ImportSource(name=name, fingerprint=shape, remembered={}, created_at=moment)
        session.add(row)
        session.flush()
    return row


def _anew(session: Session, found: Look, jobs: Mapping[str, Job], *, good_only: bool) -> Look:
    """Who is here and what is new, looked at again under the locks. Raises Changed when that differs."""
    there = ListJobs(
        found.jobs.one,
        found.jobs.titles,
        {key: replace(found.jobs.found[key], id=row.id, demo=row.demo) for key, row in jobs.items()},
        found.jobs.trouble,
        found.jobs.left_out,
    )
    good, demo = found.judged.good, any(row.demo for row in jobs.values())
    matched = match(session, good, there, source_id=found.source_id, demo=demo)
    corrected = [row for row, differs in found.compared.changes.items() if CORRECTED & set(differs.changes)]
    ids = matched.applications
    lock_all(session, list(ids.values()), [ids[row] for row in corrected if row in ids])
    compared = compare(session, good, matched, there, found.choices, found.stages, source_id=found.source_id)
    if _said(compared) != _said(found.compared):
        raise Changed("Somebody worked on these people just now.", "Nothing was imported. Look at it again.")
    found = replace(found, jobs=there, matched=matched, compared=compared)
    _refuse_bad(found, good_only)
    return found


def _said(compared: Compared) -> dict[int, list[str]]:
    return {row: differs.summary for row, differs in compared.changes.items()}


def _counted(
    found: Look, created: Mapping[int, int], changes: Mapping[int, Any], jobs: Mapping[str, Job], pile: int
) -> Imported:
    return Imported(
        rows=found.judged.rows,
        created=len(created),
        changed=len(changes),
        already_here=len(found.matched.here) - len(changes),
        bad=found.bad,
        duplicates=len(found.judged.duplicates) + len(found.matched.twice),
        left_out=len(found.matched.left_out),
        job_ids=tuple(sorted({job.id for job in jobs.values()})),
        old_pile=pile,
    )


def _say(session: Session, actor: Person, list_id: int | None, imported: Imported) -> None:
    organisation = session.get(Organisation, 1, with_for_update=True, populate_existing=True)
    if organisation is None:
        return
    counts = {"created": imported.created, "changed": imported.changed}
    fact = NewFact(0, EventKind.LIST_IMPORTED, {"list_id": list_id, "counts": counts})
    record_on(session, ORGANISATION_SUBJECT, organisation, fact, actor_id=actor.user_id)
