"""Recruitee: candidates with a placement for each job; the placement says whether it ended."""

from __future__ import annotations

from collections.abc import Iterator

from employer_app.domain.applicant_list.vendors.path import Record, addresses, pick, records
from employer_app.domain.applicant_list.vendors.table import Cells, Column, Paths, fill
from employer_app.domain.applicant_list.vendors.vendor import (
    Pile,
    Sign,
    Vendor,
    put_addresses,
    put_answers,
    put_asides,
    sign,
)


def _reference(what: str, *types: str) -> Sign:
    """The records that a detailed answer lists beside the candidate, each with its type."""
    return sign(what, "id type", "title name", where=lambda record: record["type"] in types)


SIGNS = (
    sign("person", "name", "placements adminapp_url initials", "attributes"),
    sign("person", "name emails phones", "", "stage attributes headline"),
    _reference("job", "Offer", "Job", "TalentPool"),
    _reference("stage", "Stage"),
    _reference("reason", "DisqualifyReason"),
    _reference("user", "Admin"),
    sign("job", "title slug", "offer_tags kind careers_url pipeline_template pipeline_template_id"),
    sign("stage", "id name category", "position group placements_count time_limit"),
    sign("user", "email", "initials has_avatar", "name emails"),
)

PERSON: Paths = {
    Column.PERSON_ID: ("id",),
    Column.NAME: ("name",),
    Column.PHONE: ("phones.value", "phones"),
    Column.SOURCE: ("referrer", "source", "sources"),
    Column.LOCATION: ("location.city", "city"),
    Column.APPLIED: ("created_at",),
    Column.UPDATED: ("updated_at",),
}
PLACEMENT: Paths = {
    Column.ID: ("id",),
    Column.JOB_ID: ("offer_id", "offer.id"),
    Column.JOB: ("offer.title",),
    Column.STAGE: ("stage.name",),
    Column.REASON: ("disqualify_reason.name", "disqualify_reason"),
    Column.APPLIED: ("created_at",),
    Column.REJECTED: ("disqualified_at",),
    Column.HIRED: ("hired_at",),
    Column.UPDATED: ("updated_at",),
}


def rows(pile: Pile) -> Iterator[tuple[str, Cells]]:
    """A placement each; a candidate without one is a row too."""
    for person in pile.all("person"):
        for placement in records(person, "placements") or [{}]:
            cells: Cells = {}
            fill(cells, placement, PLACEMENT)
            _ending(cells, placement, pile)
            fill(cells, pile.find("job", cells[Column.JOB_ID]), {Column.JOB: ("title", "name")})
            number = pick(placement, "stage_id", "stage.id")
            fill(cells, pile.find("stage", number), {Column.STAGE: ("name", "title")})
            cells[Column.STAGE] = cells[Column.STAGE] or number
            fill(cells, person, PERSON)
            put_addresses(cells, addresses(person, "emails", "email"))
            put_answers(cells, records(person, "open_question_answers"), ("question.body",), "content")
            put_answers(cells, records(person, "fields"), ("name", "kind"), "values")
            put_asides(cells, person)
            yield "Recruitee candidate", cells


def _ending(cells: Cells, placement: Record, pile: Pile) -> None:
    reason = pile.find("reason", pick(placement, "disqualify_reason_id"))
    fill(cells, reason, {Column.REASON: ("name", "title")})
    if cells[Column.HIRED]:
        cells[Column.STATE] = "hired"
    elif cells[Column.REJECTED] or cells[Column.REASON]:
        cells[Column.STATE] = "disqualified"
    elif placement:
        cells[Column.STATE] = "active"


VENDOR = Vendor("Recruitee", SIGNS, rows)
