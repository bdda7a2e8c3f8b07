"""The rows of a list against the people and applications we know. The name must fit each time.

Found by the old system's number of the application, by its number of the person, by address, and without an
address by name in the job. People of the demo are known only to the demo, for it removes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.imports.jobs import ListJobs
from employer_app.domain.applicant_list.columns import Field
from employer_app.domain.applicant_list.verdict import Applicant, Problem
from employer_app.domain.person_name import compatible_names, search_key
from employer_app.models import Application, Candidate
from employer_app.models.bulk import among

#: so many in one statement
_SLICE = 1000


@dataclass(frozen=True)
class Matched:
    """The good rows, by number. `known` and `here` give the candidate, `twice` the row of the same person.

    A row in none of them is somebody new. `applications` has the application of each row that is here.
    """

    #: not in this job yet
    known: dict[int, int] = field(default_factory=dict)
    #: in this job already
    here: dict[int, int] = field(default_factory=dict)
    applications: dict[int, int] = field(default_factory=dict)
    #: one person under two addresses that we know of
    twice: dict[int, int] = field(default_factory=dict)
    conflicts: dict[int, Problem] = field(default_factory=dict)
    #: their job was left out, or nobody said yet which it is
    left_out: set[int] = field(default_factory=set)

    def imports(self, applicant: Applicant) -> bool:
        row = applicant.row
        elsewhere = (self.here, self.twice, self.conflicts, self.left_out)
        return not any(row in rows for rows in elsewhere)


@dataclass(frozen=True)
class _Known:
    """A candidate, as far as matching needs one; in a job, with their application there."""

    id: int
    name: str
    external_id: str = ""
    application_id: int = 0


@dataclass
class _Here:
    """Who is in one job already."""

    of_person: dict[int, int] = field(default_factory=dict)
    by_number: defaultdict[str, list[_Known]] = field(default_factory=lambda: defaultdict(list))
    #: people without an address, by folded name; two may share one
    nameless: defaultdict[str, list[_Known]] = field(default_factory=lambda: defaultdict(list))


def person_number(source_id: int | None, number: str) -> str:
    """The old system's number of a person, as it is kept; two systems may give the same one."""
    return f"{source_id or 0}:{number}"[:200] if number else ""


def match(
    session: Session, good: Sequence[Applicant], jobs: ListJobs, *, source_id: int | None, demo: bool = False
) -> Matched:
    found = Matched()
    ids = [job.id for job in jobs.found.values() if job.id is not None]
    here = _here(session, ids)
    at_address = _people(session, _address_columns(), [a.address.key for a in good if a.address], demo=demo)
    numbers = [person_number(source_id, a.person_id) for a in good if a.person_id]
    by_number = _people(session, [Candidate.external_id], numbers, demo=demo)
    row_of: dict[tuple[int, str], int] = {}
    for applicant in good:
        job = jobs.of(applicant)
        if job is None:
            found.left_out.add(applicant.row)
            continue
        there = here[job.id] if job.id is not None else _Here()
        numbered = by_number[person_number(source_id, applicant.person_id)] if applicant.person_id else []
        try:
            person = _person(there, numbered, at_address, applicant)
        except _Unclear as unclear:
            found.conflicts[applicant.row] = Problem(applicant.row, Field.ADDRESS, str(unclear))
            continue
        if person is None:
            continue
        place = (person.id, jobs.key(applicant))
        if place in row_of:
            found.twice[applicant.row] = row_of[place]
            continue
        row_of[place] = applicant.row
        application_id = person.application_id or there.of_person.get(person.id, 0)
        (found.here if application_id else found.known)[applicant.row] = person.id
        if application_id:
            found.applications[applicant.row] = application_id
    return found


class _Unclear(ValueError):
    """Nobody but a person can say who this is; str() asks."""


def _person(
    there: _Here, numbered: Sequence[_Known], at_address: Mapping[str, list[_Known]], applicant: Applicant
) -> _Known | None:
    """Raises _Unclear."""
    same = there.by_number.get(applicant.external_id, []) if applicant.external_id else []
    for known in (*same, *numbered):
        if compatible_names(known.name, applicant.name):
            return known
    if applicant.address:
        return _by_address(at_address[applicant.address.key], applicant)
    return _by_name(there, applicant)


def _by_address(people: Sequence[_Known], applicant: Applicant) -> _Known | None:
    fitting = [known for known in people if compatible_names(known.name, applicant.name)]
    if len(fitting) > 1:
        key = search_key(applicant.name)
        fitting = [known for known in fitting if search_key(known.name) == key] or fitting
    if people and not fitting:
        raise _Unclear(
            f"This address belongs to {people[0].name}, whom we know. "
            f"If {applicant.name} is somebody else, ask for another address."
        )
    if len({known.id for known in fitting}) > 1:
        names = " and ".join(known.name for known in fitting[:2])
        raise _Unclear(f"We know {names} at this address. Add {applicant.name} by hand, and say who it is.")
    return fitting[0] if fitting else None


def _by_name(here: _Here, applicant: Applicant) -> _Known | None:
    """Each of them stands for one row: two namesakes of a list are still two when it comes again."""
    people = here.nameless.get(search_key(applicant.name), [])
    fitting = [k for k in people if not (k.external_id and applicant.external_id)]
    if not fitting:
        return None
    people.remove(fitting[0])
    return fitting[0]


def _here(session: Session, job_ids: Sequence[int]) -> defaultdict[int, _Here]:
    here: defaultdict[int, _Here] = defaultdict(_Here)
    for start in range(0, len(job_ids), _SLICE):
        query = (
            sa.select(
                Candidate.id,
                Candidate.name,
                Candidate.address,
                Application.external_id,
                Application.id.label("application_id"),
                Application.job_id,
            )
            .join(Application, Application.candidate_id == Candidate.id)
            .where(Application.job_id.in_(job_ids[start : start + _SLICE]))
            .order_by(Application.id)
        )
        for row in session.execute(query):
            known = _Known(row.id, row.name, row.external_id, row.application_id)
            there = here[row.job_id]
            there.of_person[row.id] = row.application_id
            if row.external_id:
                there.by_number[row.external_id].append(known)
            if row.address is None:
                there.nameless[search_key(row.name)].append(known)
    return here


def _address_columns() -> list[sa.orm.InstrumentedAttribute[str | None]]:
    """Who is written to at an address; only where nobody is, whose second address it is."""
    return [Candidate.address_key, Candidate.second_address_key]


def _people(
    session: Session,
    columns: Sequence[sa.orm.InstrumentedAttribute[str | None]] | Sequence[sa.orm.InstrumentedAttribute[str]],
    keys: Sequence[str],
    *,
    demo: bool,
) -> defaultdict[str, list[_Known]]:
    """By key: those whom the first of the columns finds, else those whom the next finds."""
    # Asked of those who were found, and no condition: SQLite would go through all people who are not merged.
    stands = sa.and_(
        Candidate.erased_at.is_(None), Candidate.merged_into_id.is_(None), Candidate.demo == demo
    )
    found: list[defaultdict[str, list[_Known]]] = []
    for column in columns:
        people: defaultdict[str, list[_Known]] = defaultdict(list)
        for start in range(0, len(keys), _SLICE):
            query = (
                sa.select(Candidate.id, Candidate.name, column.label("key"), stands.label("stands"))
                .where(among(session, column, keys[start : start + _SLICE]))
                .order_by(Candidate.id)
            )
            for row in session.execute(query):
                if row.stands:
                    people[row.key].append(_Known(row.id, row.name))
        found.append(people)
    merged: defaultdict[str, list[_Known]] = defaultdict(list)
    for people in reversed(found):
        merged |= people
    return merged
