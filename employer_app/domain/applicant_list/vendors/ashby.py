"""Ashby: applications with the candidate in them, and candidates. `reasonType` says which side ended it."""

from __future__ import annotations

from collections.abc import Iterator

from employer_app.domain.applicant_list.vendors.path import Record, addresses, at, pick, records, yes
from employer_app.domain.applicant_list.vendors.table import Cells, Column, Paths, fill
from employer_app.domain.applicant_list.vendors.vendor import (
    NO_APPLICATION,
    Pile,
    Vendor,
    put_addresses,
    put_answers,
    put_asides,
    put_interviews,
    sign,
)

SIGNS = (
    sign("application", "candidate status", "currentInterviewStage archiveReason job archivedAt"),
    sign("interview", "applicationId interviewEvents"),
    sign("person", "name", "primaryEmailAddress emailAddresses applicationIds"),
    sign("user", "globalRole"),
    sign("reason", "text reasonType"),
    sign("stage", "title interviewPlanId"),
    sign("job", "title status", "interviewPlanIds defaultInterviewPlanId employmentType hiringTeam"),
    sign("source", "title sourceType"),
)

PERSON: Paths = {
    Column.PERSON_ID: ("id",),
    Column.NAME: ("name",),
    Column.PHONE: ("primaryPhoneNumber.value", "phoneNumbers.value"),
    Column.SOURCE: ("source.title",),
    Column.LOCATION: ("location.locationSummary", "primaryLocation.locationSummary"),
    Column.RECRUITER: ("creditedToUser.name",),
    Column.UPDATED: ("updatedAt",),
}
APPLICATION: Paths = {
    Column.ID: ("id",),
    Column.PERSON_ID: ("candidate.id", "candidateId"),
    Column.STAGE: ("currentInterviewStage.title",),
    Column.STATE: ("status",),
    Column.REASON: ("archiveReason.text",),
    Column.ENDED_BY: ("archiveReason.reasonType",),
    Column.APPLIED: ("createdAt",),
    Column.CLOSED: ("archivedAt",),
    Column.HIRED: ("hiredAt",),
    Column.UPDATED: ("updatedAt",),
    Column.SOURCE: ("source.title",),
    Column.JOB_ID: ("job.id", "jobId"),
    Column.JOB: ("job.title",),
}


def rows(pile: Pile) -> Iterator[tuple[str, Cells]]:
    """An application each, then the candidates whom none of them names."""
    talks = pile.grouped("interview", "applicationId")
    applied: set[str] = set()
    for application in pile.all("application"):
        cells: Cells = {}
        fill(cells, application, APPLICATION)
        inside = at(application, "candidate")
        applied.add(cells[Column.PERSON_ID])
        _person(cells, inside if isinstance(inside, dict) else {})
        known = pile.find("person", cells[Column.PERSON_ID])
        if known and not cells.get(Column.EMAIL):
            _person(cells, known)
        fill(cells, known, PERSON)
        fill(cells, pile.find("job", cells[Column.JOB_ID]), {Column.JOB: ("title",)})
        stage = pile.find("stage", pick(application, "currentInterviewStageId"))
        fill(cells, stage, {Column.STAGE: ("title",)})
        reason = pile.find("reason", pick(application, "archiveReasonId", "archiveReason.id"))
        fill(cells, reason, {Column.REASON: ("text",), Column.ENDED_BY: ("reasonType",)})
        put_answers(cells, records(application, "customFields"), ("title",), "value")
        put_asides(cells, application)
        _talks(cells, talks.get(cells[Column.ID], []))
        yield "Ashby application", cells
    applied.discard("")
    for person in pile.all("person"):
        if pick(person, "id") in applied:
            continue
        cells = {}
        _person(cells, person)
        fill(cells, person, {Column.APPLIED: ("createdAt",)})
        if applied and not cells.get(Column.LEFT_OUT):
            cells[Column.LEFT_OUT] = NO_APPLICATION
        yield "Ashby candidate", cells


def _person(cells: Cells, person: Record) -> None:
    fill(cells, person, PERSON)
    put_addresses(cells, addresses(person, "emailAddresses", "primaryEmailAddress", "email"))
    put_answers(cells, records(person, "customFields"), ("title",), "value")
    put_asides(cells, person)
    if yes(person, "isAnonymized", "anonymized"):
        cells[Column.LEFT_OUT] = "This person was anonymised in Ashby."
    elif yes(person, "isConfidential", "confidential"):
        cells[Column.LEFT_OUT] = "This person is confidential in Ashby."


def _talks(cells: Cells, schedules: list[Record]) -> None:
    events = [
        event
        for schedule in schedules
        if pick(schedule, "status") not in {"Cancelled", "NeedsScheduling"}
        for event in records(schedule, "interviewEvents")
    ]
    names = [
        pick(who, "name") or f"{pick(who, 'firstName')} {pick(who, 'lastName')}".strip()
        for event in events
        for who in records(event, "interviewers")
    ]
    put_interviews(cells, [pick(event, "startTime") for event in events], names)


VENDOR = Vendor("Ashby", SIGNS, rows)
