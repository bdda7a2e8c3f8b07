"""Greenhouse: Harvest lists and single records, and the bodies of its webhooks.

An application names its candidate by number; `rejection_reason.type` says which side ended it.
"""

from __future__ import annotations

from collections.abc import Iterator

from employer_app.domain.applicant_list.vendors.path import Record, addresses, at, pick, records, yes
from employer_app.domain.applicant_list.vendors.table import Cells, Column, Paths, fill
from employer_app.domain.applicant_list.vendors.vendor import (
    NO_APPLICATION,
    Pile,
    Vendor,
    put_answers,
    put_asides,
    put_interviews,
    sign,
)

_SIDES = {"we rejected them", "they rejected us", "none specified"}

SIGNS = (
    sign("notice", "anonymized_fields"),
    sign("interview", "application_id start", "interview interviewers organizer status"),
    sign("offer", "application_id", "offer_status sent_at sent_on starts_at resolved_at", "applied_at"),
    sign("equality answer", "application_id", "race gender veteran_status disability_status"),
    sign("application", "prospect", "applied_at candidate_id person_id status"),
    sign("application", "candidate_id", "applied_at rejected_at rejection_reason_id"),
    sign("application", "applied_at status", "current_stage rejection_reason candidate"),
    sign(
        "person",
        "first_name last_name",
        "email_addresses application_ids phone_numbers can_email is_private deleted_application_ids",
    ),
    sign("user", "name", "primary_email_address site_admin"),
    sign("job", "name", "requisition_id hiring_team opened_at is_template confidential", "email"),
    sign("stage", "id name job_id", "priority interviews"),
    sign(
        "reason",
        "id name type",
        where=lambda record: pick(record, "type.name").casefold() in _SIDES,
    ),
    sign("source", "id name type", where=lambda record: isinstance(record["type"], dict)),
)
INSIDE = {"application": ("candidate",), "person": ("applications",)}

PERSON: Paths = {
    Column.PERSON_ID: ("id",),
    Column.NAME: ("name",),
    Column.FIRST: ("first_name",),
    Column.LAST: ("last_name",),
    Column.CALL_NAME: ("preferred_name",),
    Column.PHONE: ("phone_numbers.value",),
    Column.RECRUITER: ("recruiter.name",),
    Column.UPDATED: ("last_activity", "updated_at"),
}
APPLICATION: Paths = {
    Column.ID: ("id",),
    Column.PERSON_ID: ("candidate_id", "person_id", "candidate.id"),
    Column.STAGE: ("current_stage.name", "stage_name", "stage.name"),
    Column.STATE: ("status",),
    Column.REASON: ("rejection_reason.name",),
    Column.ENDED_BY: ("rejection_reason.type.name",),
    Column.APPLIED: ("applied_at", "created_at"),
    Column.REJECTED: ("rejected_at",),
    Column.HIRED: ("hired_at",),
    Column.UPDATED: ("last_activity_at", "updated_at"),
    Column.SOURCE: ("source.public_name", "source.name"),
    Column.LOCATION: ("location.address",),
    Column.RECRUITER: ("recruiter.name",),
    Column.JOB_ID: ("jobs.id", "job.id", "job_id"),
    Column.JOB: ("jobs.name", "job.name"),
}


def rows(pile: Pile) -> Iterator[tuple[str, Cells]]:
    """An application each, then the candidates whom none of them names."""
    talks = pile.grouped("interview", "application_id")
    applied: set[str] = set()
    listed = {pick(application, "id") for application in pile.all("application")} - {""}
    inner = [one for one in pile.all("inner application") if pick(one, "id") not in listed]
    for application in [*pile.all("application"), *inner]:
        cells: Cells = {}
        fill(cells, application, APPLICATION)
        _look_up(cells, application, pile)
        person = pile.find("person", cells[Column.PERSON_ID]) or at(application, "candidate") or {}
        applied.add(cells[Column.PERSON_ID])
        _talks(cells, talks.get(cells[Column.ID], []))
        _person(cells, person)
        put_asides(cells, application, "custom_fields")
        put_answers(cells, records(application, "answers"), ("question",), "answer")
        if yes(application, "prospect"):
            cells[Column.LEFT_OUT] = "A prospect in Greenhouse, who has not applied for a job."
        elif not pick(application, "status", "applied_at") and pick(application, "rejected_by_user_id"):
            cells[Column.LEFT_OUT] = "This application was deleted in Greenhouse."
        yield "Greenhouse application", cells
    applied.discard("")
    for person in pile.all("person"):
        if pick(person, "id") in applied:
            continue
        cells = {}
        _person(cells, person)
        fill(cells, person, {Column.APPLIED: ("created_at",)})
        if applied and not cells.get(Column.LEFT_OUT):
            cells[Column.LEFT_OUT] = NO_APPLICATION
        yield "Greenhouse candidate", cells
    for notice in pile.all("notice"):
        yield (
            "Greenhouse notice",
            {
                Column.PERSON_ID: pick(notice, "candidate_id"),
                Column.LEFT_OUT: "This person was anonymised in Greenhouse.",
            },
        )


def _person(cells: Cells, person: Record) -> None:
    fill(cells, person, PERSON)
    found = addresses(person, "email_addresses", "email")
    cells |= dict(zip((Column.EMAIL, Column.SECOND_EMAIL), found, strict=False))
    put_asides(cells, person, "custom_fields")
    if yes(person, "is_private", "private"):
        cells[Column.LEFT_OUT] = "This person is marked as private in Greenhouse."
    if "deleted_application_ids" in person:
        cells[Column.LEFT_OUT] = "This person was deleted in Greenhouse."


def _look_up(cells: Cells, application: Record, pile: Pile) -> None:
    """What a newer application gives as a number only, by the lists that came along."""
    fill(cells, pile.find("job", cells[Column.JOB_ID]), {Column.JOB: ("name",)})
    stage = pile.find("stage", pick(application, "stage_id", "current_stage_id", "current_stage.id"))
    fill(cells, stage, {Column.STAGE: ("name",)})
    reason = pile.find("reason", pick(application, "rejection_reason_id", "candidate_rejection_reason_id"))
    fill(cells, reason, {Column.REASON: ("name",), Column.ENDED_BY: ("type.name",)})
    source = pile.find("source", pick(application, "source_id", "source.id"))
    fill(cells, source, {Column.SOURCE: ("name",)})


def _talks(cells: Cells, talks: list[Record]) -> None:
    held = [talk for talk in talks if pick(talk, "status") not in {"cancelled", "to_be_scheduled"}]
    put_interviews(
        cells,
        [pick(talk, "start.date_time", "start.date") for talk in held],
        [pick(who, "name") for talk in held for who in records(talk, "interviewers")],
    )


VENDOR = Vendor("Greenhouse", SIGNS, rows, INSIDE)
