"""Teamtailor: JSON:API. An application names candidate, job, stage and reason by type and number."""

from __future__ import annotations

from collections.abc import Iterator

from employer_app.domain.applicant_list.vendors.path import Record, addresses, pick, records, yes
from employer_app.domain.applicant_list.vendors.table import Cells, Column, Paths, fill
from employer_app.domain.applicant_list.vendors.vendor import (
    NO_APPLICATION,
    Pile,
    Sign,
    Vendor,
    put_addresses,
    put_asides,
    put_interviews,
    sign,
)


def _typed(what: str, name: str) -> Sign:
    return sign(what, "type id", "attributes relationships", where=lambda record: record["type"] == name)


_TYPES = {
    "job-applications": "application",
    "candidates": "person",
    "jobs": "job",
    "stages": "stage",
    "reject-reasons": "reason",
    "users": "user",
    "interviews": "interview",
}
SIGNS = (
    *(_typed(what, name) for name, what in _TYPES.items()),
    sign(
        "other record", "type id", "attributes relationships", where=lambda record: "-" in str(record["type"])
    ),
)

PERSON: Paths = {
    Column.NAME: ("attributes.name",),
    Column.FIRST: ("attributes.first-name",),
    Column.LAST: ("attributes.last-name",),
    Column.PHONE: ("attributes.phone",),
    Column.SOURCE: ("attributes.referring-site",),
    Column.UPDATED: ("attributes.updated-at",),
}
APPLICATION: Paths = {
    Column.ID: ("id",),
    Column.PERSON_ID: ("relationships.candidate.data.id",),
    Column.JOB_ID: ("relationships.job.data.id",),
    Column.APPLIED: ("attributes.created-at",),
    Column.HIRED: ("attributes.hired-at",),
    Column.UPDATED: ("attributes.changed-stage-at", "attributes.updated-at"),
    Column.SOURCE: ("attributes.referring-site",),
}


def rows(pile: Pile) -> Iterator[tuple[str, Cells]]:
    """A job application each, then the candidates whom none of them names."""
    applied = {pick(person, "relationships.candidate.data.id") for person in pile.all("application")} - {""}
    owned = _owners(pile)
    for application in pile.all("application"):
        cells: Cells = {}
        fill(cells, application, APPLICATION)
        number = cells[Column.PERSON_ID] or owned.get(cells[Column.ID], "")
        cells[Column.PERSON_ID] = number
        applied.add(number)
        _person(cells, pile.find("person", number))
        _job(cells, application, pile)
        _ending(cells, application, pile)
        put_asides(cells, application)
        yield "Teamtailor application", cells
    applied.discard("")
    for person in pile.all("person"):
        if pick(person, "id") in applied:
            continue
        cells = {Column.PERSON_ID: pick(person, "id")}
        _person(cells, person)
        fill(cells, person, {Column.APPLIED: ("attributes.created-at",)})
        if pile.of.get("application") and not cells.get(Column.LEFT_OUT):
            cells[Column.LEFT_OUT] = NO_APPLICATION
        yield "Teamtailor candidate", cells


def _owners(pile: Pile) -> dict[str, str]:
    """Of an application that does not name its candidate: the candidate who names it."""
    return {
        pick(application, "id"): pick(person, "id")
        for person in pile.all("person")
        for application in records(person, "relationships.job-applications.data")
    }


def _person(cells: Cells, person: Record) -> None:
    fill(cells, person, PERSON)
    put_addresses(cells, addresses(person, "attributes.email"))
    put_asides(cells, person)
    if yes(person, "attributes.anonymized", "attributes.anonymised"):
        cells[Column.LEFT_OUT] = "This person was anonymised in Teamtailor."
    elif pick(person, "attributes.restricted-at"):
        cells[Column.LEFT_OUT] = "This person is restricted in Teamtailor."


def _job(cells: Cells, application: Record, pile: Pile) -> None:
    job = pile.find("job", cells[Column.JOB_ID])
    fill(cells, job, {Column.JOB: ("attributes.internal-name", "attributes.title")})
    stage = pile.find("stage", pick(application, "relationships.stage.data.id"))
    fill(cells, stage, {Column.STAGE: ("attributes.name",)})
    owner = pile.find("user", pick(job, "relationships.user.data.id"))
    fill(cells, owner, {Column.RECRUITER: ("attributes.name",)})
    talks = pile.grouped("interview", "relationships.job-application.data.id").get(cells[Column.ID], [])
    put_interviews(cells, [pick(talk, "attributes.starts-at") for talk in talks], [])


def _ending(cells: Cells, application: Record, pile: Pile) -> None:
    reason = pile.find("reason", pick(application, "relationships.reject-reason.data.id"))
    left = pick(reason, "attributes.rejected-by-company") == "false"
    fill(cells, reason, {Column.REASON: ("attributes.reason", "attributes.name")})
    fill(cells, application, {Column.WITHDRAWN if left else Column.REJECTED: ("attributes.rejected-at",)})
    ended = cells.get(Column.WITHDRAWN) or cells.get(Column.REJECTED)
    if cells[Column.HIRED]:
        cells[Column.STATE] = "hired"
    elif not ended:
        cells[Column.STATE], cells[Column.REASON] = "active", ""
    else:
        cells[Column.STATE] = "withdrawn" if left else "rejected"
    cells[Column.ENDED_BY] = "rejected by candidate" if left and ended else ""


VENDOR = Vendor("Teamtailor", SIGNS, rows)
