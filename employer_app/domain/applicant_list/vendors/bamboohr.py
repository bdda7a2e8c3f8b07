"""BambooHR: applications with a status that is stage and end in one word, which a company may rename."""

from __future__ import annotations

from collections.abc import Iterator

from employer_app.domain.applicant_list.vendors.path import addresses, at, pick, records
from employer_app.domain.applicant_list.vendors.table import Cells, Column, Paths, fill
from employer_app.domain.applicant_list.vendors.vendor import (
    Pile,
    Vendor,
    put_addresses,
    put_answers,
    put_asides,
    sign,
)

SIGNS = (
    sign("application", "applicant", "appliedDate status job"),
    sign("job", "title hiringLead"),
    sign("status", "name code", "enabled manageable translatedName"),
)

APPLICATION: Paths = {
    Column.ID: ("id",),
    Column.PERSON_ID: ("applicant.id",),
    Column.FIRST: ("applicant.firstName",),
    Column.LAST: ("applicant.lastName",),
    Column.NAME: ("applicant.name",),
    Column.PHONE: ("applicant.phoneNumber", "applicant.phone"),
    Column.JOB_ID: ("job.id",),
    Column.JOB: ("job.title.label", "job.title"),
    Column.STATUS: ("status.label", "status.name", "status"),
    Column.APPLIED: ("appliedDate",),
    Column.UPDATED: ("status.dateChanged", "lastUpdated"),
    Column.SOURCE: ("applicant.source", "source"),
    Column.LOCATION: ("applicant.address.city",),
    Column.COUNTRY: ("applicant.address.country",),
}


def rows(pile: Pile) -> Iterator[tuple[str, Cells]]:
    """An application each."""
    for application in pile.all("application"):
        cells: Cells = {}
        fill(cells, application, APPLICATION)
        put_addresses(cells, addresses(application, "applicant.email"))
        lead = at(application, "job.hiringLead")
        cells[Column.RECRUITER] = f"{pick(lead, 'firstName')} {pick(lead, 'lastName')}".strip()
        put_answers(
            cells,
            records(application, "questionsAndAnswers"),
            ("question.label", "question"),
            "answer",
        )
        put_asides(cells, application)
        yield "BambooHR application", cells


VENDOR = Vendor("BambooHR", SIGNS, rows, one_word=True)
