"""Workable: candidates, one a job. Who withdrew is said by the candidate or by the list of reasons."""

from __future__ import annotations

from collections.abc import Iterator

from employer_app.domain.applicant_list.vendors.path import Record, addresses, pick, records, yes
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

SIGNS = (
    sign("person", "disqualified", "firstname lastname email name stage"),
    sign("person", "firstname lastname", "headline profile_url stage sourced email job"),
    sign("interview", "starts_at candidate", "type title"),
    sign("reason", "description candidate_withdrew"),
    sign("activity", "action", "stage_name target_stage"),
    sign("job", "shortcode title"),
    sign("stage", "slug name kind"),
    sign("user", "role email", "headline active", "firstname first_name"),
)

PERSON: Paths = {
    Column.ID: ("id",),
    Column.NAME: ("name",),
    Column.FIRST: ("firstname",),
    Column.LAST: ("lastname",),
    Column.PHONE: ("phone",),
    Column.JOB_ID: ("job.shortcode", "job.id"),
    Column.JOB: ("job.title",),
    Column.STAGE: ("stage.name", "stage"),
    Column.REASON: ("disqualification_reason.description", "disqualification_reason"),
    Column.APPLIED: ("created_at",),
    Column.HIRED: ("hired_at",),
    Column.UPDATED: ("updated_at",),
    Column.SOURCE: ("common_source", "domain", "outlet"),
    Column.LOCATION: ("location.location_str", "location.city"),
    Column.COUNTRY: ("location.country",),
}


def rows(pile: Pile) -> Iterator[tuple[str, Cells]]:
    """A candidate each."""
    withdrew = {
        pick(reason, "description") for reason in pile.all("reason") if yes(reason, "candidate_withdrew")
    }
    talks = pile.grouped("interview", "candidate.id")
    for person in pile.all("person"):
        cells: Cells = {}
        fill(cells, person, PERSON)
        put_addresses(cells, addresses(person, "email"))
        _ending(cells, person, withdrew)
        held = [talk for talk in talks.get(cells[Column.ID], []) if not yes(talk, "cancelled")]
        put_interviews(
            cells,
            [pick(talk, "starts_at") for talk in held],
            [pick(who, "name") for talk in held for who in records(talk, "members")],
        )
        put_answers(cells, records(person, "answers"), ("question.body", "question"), "answer.body")
        put_asides(cells, person)
        if yes(person, "anonymized"):
            cells[Column.LEFT_OUT] = "This person was anonymised in Workable."
        yield "Workable candidate", cells


def _ending(cells: Cells, person: Record, withdrew: set[str]) -> None:
    left = yes(person, "withdrew") or (bool(cells[Column.REASON]) and cells[Column.REASON] in withdrew)
    fill(cells, person, {Column.WITHDRAWN if left else Column.REJECTED: ("disqualified_at",)})
    if cells[Column.HIRED]:
        cells[Column.STATE] = "hired"
    elif left:
        cells[Column.STATE], cells[Column.ENDED_BY] = "withdrawn", "candidate withdrew"
    else:
        cells[Column.STATE] = "disqualified" if yes(person, "disqualified") else "active"


VENDOR = Vendor("Workable", SIGNS, rows)
