"""SmartRecruiters: candidates with an assignment to each job; its status says how that stands."""

from __future__ import annotations

from collections.abc import Iterator

from employer_app.domain.applicant_list.vendors.path import Record, addresses, pick, records
from employer_app.domain.applicant_list.vendors.table import Cells, Column, Paths, fill
from employer_app.domain.applicant_list.vendors.vendor import (
    Pile,
    Vendor,
    put_addresses,
    put_answers,
    put_asides,
    put_interviews,
    sign,
)

#: how it ended, by the status; every other one is still under way
_ENDED = {"HIRED": "hired", "REJECTED": "rejected", "WITHDRAWN": "withdrawn", "TRANSFERRED": "closed"}

SIGNS = (
    sign("person", "firstName lastName", "primaryAssignment secondaryAssignments createdOn assignments"),
    sign("interview", "timeslots", "candidate jobId"),
    sign("job", "title", "refNumber postingStatus"),
    sign("user", "systemRole"),
)

PERSON: Paths = {
    Column.PERSON_ID: ("id",),
    Column.FIRST: ("firstName",),
    Column.LAST: ("lastName",),
    Column.PHONE: ("phoneNumber", "phone"),
    Column.LOCATION: ("location.city", "location.region"),
    Column.COUNTRY: ("location.country",),
    Column.APPLIED: ("createdOn",),
    Column.UPDATED: ("updatedOn",),
}
ASSIGNMENT: Paths = {
    Column.ID: ("id", "applicationId"),
    Column.JOB_ID: ("job.id", "jobId"),
    Column.JOB: ("job.title", "jobTitle"),
    Column.STAGE: ("subStatus.label", "subStatus", "status"),
    Column.APPLIED: ("appliedOn", "createdOn"),
    Column.UPDATED: ("updatedOn", "statusChangedOn"),
    Column.HIRED: ("hiredOn",),
    Column.SOURCE: ("source.label", "source"),
    Column.REASON: (
        "reasonOfRejection.label",
        "reasonOfWithdrawal.label",
        "statusReason.label",
        "statusReason",
        "reasonOfRejection",
        "reasonOfWithdrawal",
    ),
}


def rows(pile: Pile) -> Iterator[tuple[str, Cells]]:
    """An assignment each; a candidate without one is a row too."""
    for person in pile.all("person"):
        assignments = [
            *records(person, "primaryAssignment"),
            *records(person, "secondaryAssignments"),
            *records(person, "assignments"),
        ]
        for assignment in assignments or [person]:
            cells: Cells = {}
            if assignment is not person:
                fill(cells, assignment, ASSIGNMENT)
            elif pick(person, "status"):
                fill(cells, person, {column: ASSIGNMENT[column] for column in (Column.STAGE, Column.REASON)})
            _ending(cells, assignment)
            fill(cells, person, PERSON)
            put_addresses(cells, addresses(person, "email", "emails"))
            fill(cells, pile.find("job", cells.get(Column.JOB_ID, "")), {Column.JOB: ("title",)})
            _talks(cells, pile)
            put_answers(cells, records(person, "answers"), ("question.label", "question"), "answer")
            put_asides(cells, person)
            yield "SmartRecruiters candidate", cells


def _ending(cells: Cells, assignment: Record) -> None:
    status = pick(assignment, "status").upper()
    cells[Column.STATE] = _ENDED.get(status, "active" if status else "")
    if status not in _ENDED:
        cells[Column.REASON] = ""
    elif status == "WITHDRAWN":
        cells[Column.ENDED_BY] = "candidate withdrew"


def _talks(cells: Cells, pile: Pile) -> None:
    slots = [
        slot
        for talk in pile.grouped("interview", "candidate.id").get(cells[Column.PERSON_ID], [])
        if pick(talk, "jobId") in {"", cells.get(Column.JOB_ID, "")}
        for slot in records(talk, "timeslots")
    ]
    put_interviews(cells, [pick(slot, "startsOn") for slot in slots], [])


VENDOR = Vendor("SmartRecruiters", SIGNS, rows)
