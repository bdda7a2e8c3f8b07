"""Lever: opportunities, and the lists of postings, stages and archive reasons that they name by number.

An archived opportunity ended; who ended it, only the text of the archive reason tells.
"""

from __future__ import annotations

from collections.abc import Iterator

from employer_app.domain.applicant_list.vendors.path import Record, addresses, at, entries, pick, records, yes
from employer_app.domain.applicant_list.vendors.table import Cells, Column, Paths, fill
from employer_app.domain.applicant_list.vendors.vendor import (
    Pile,
    Vendor,
    put_addresses,
    put_answers,
    put_asides,
    sign,
)

#: the stages that every account has; all others are named by the list of stages
_BUILT_IN = {
    "lead-new": "New lead",
    "lead-reached-out": "Reached out",
    "lead-responded": "Responded",
    "applicant-new": "New applicant",
    "offer": "Offer",
}
_NOT_LEVER = "disqualified stage_kind placements adminapp_url initials attributes"

SIGNS = (
    sign("notice", "opportunityId", "toArchived fromArchived toStageId fromStageId contactId", "posting"),
    sign("application", "posting", "opportunityId candidateId", "stage"),
    sign("opportunity", "name stage", "archived contact stageChanges lastAdvancedAt emails", _NOT_LEVER),
    sign("opportunity", "contact archived", "", _NOT_LEVER),
    sign("contact", "name emails", "isAnonymized headline", f"stage {_NOT_LEVER}"),
    sign("user", "username", "accessRole email"),
    sign("posting", "text", "distributionChannels reqCode hiringManager categories"),
    sign("reason", "id text", "type status", "state reasonType"),
    sign("stage", "id text", where=lambda record: len(record) == 2),
)

PERSON: Paths = {
    Column.NAME: ("name",),
    Column.PHONE: ("phones.value", "phones"),
    Column.LOCATION: ("location.name", "location"),
}
OPPORTUNITY: Paths = {
    Column.ID: ("id",),
    Column.PERSON_ID: ("contact.id", "contact"),
    Column.STAGE: ("stage.text",),
    Column.APPLIED: ("createdAt",),
    Column.CLOSED: ("archived.archivedAt", "archivedAt"),
    Column.UPDATED: ("lastInteractionAt", "updatedAt"),
    Column.SOURCE: ("sources", "origin"),
    Column.RECRUITER: ("owner.name",),
}


def rows(pile: Pile) -> Iterator[tuple[str, Cells]]:
    """An opportunity each, then contacts that belong to none, and notices."""
    applications: dict[str, list[Record]] = {}
    for application in pile.all("application"):
        number = pick(application, "opportunityId", "candidateId")
        applications.setdefault(number, []).append(application)
    contacts = set()
    for opportunity in pile.all("opportunity"):
        cells: Cells = {}
        fill(cells, opportunity, OPPORTUNITY)
        contacts.add(cells[Column.PERSON_ID])
        contact = pile.find("contact", cells[Column.PERSON_ID]) or at(opportunity, "contact")
        inside = [*records(opportunity, "applications"), *applications.get(cells[Column.ID], [])]
        _person(cells, opportunity, contact)
        _stage(cells, opportunity, pile)
        _ending(cells, opportunity, pile)
        _job(cells, opportunity, inside, pile)
        owner = pile.find("user", pick(opportunity, "owner"))
        fill(cells, owner, {Column.RECRUITER: ("name",)})
        for application in inside:
            for form in records(application, "customQuestions"):
                put_answers(cells, records(form, "fields"), ("text",), "value")
        put_asides(cells, opportunity)
        yield "Lever opportunity", cells
    for contact in pile.all("contact"):
        if pick(contact, "id") not in contacts:
            cells = {Column.PERSON_ID: pick(contact, "id")}
            _person(cells, contact, None)
            yield "Lever contact", cells
    for notice in pile.all("notice"):
        yield (
            "Lever notice",
            {
                Column.ID: pick(notice, "opportunityId"),
                Column.LEFT_OUT: "A notice of Lever that names nobody. Choose the list of opportunities.",
            },
        )


def _person(cells: Cells, record: Record, contact: object) -> None:
    fill(cells, record, PERSON)
    fill(cells, contact, PERSON)
    put_addresses(cells, addresses(record, "emails") or addresses(contact, "emails"))
    if yes(record, "isAnonymized") or yes(contact, "isAnonymized"):
        cells[Column.LEFT_OUT] = "This person was anonymised in Lever."
    elif pick(record, "confidentiality").casefold() == "confidential":
        cells[Column.LEFT_OUT] = "This opportunity is confidential in Lever."


def _stage(cells: Cells, opportunity: Record, pile: Pile) -> None:
    number = pick(opportunity, "stage.id", "stage")
    known = pick(pile.find("stage", number), "text") or _BUILT_IN.get(number, number)
    cells[Column.STAGE] = cells[Column.STAGE] or known


def _ending(cells: Cells, opportunity: Record, pile: Pile) -> None:
    """A reason that is a number only is no reason: it would look as if somebody had been turned down."""
    archived = at(opportunity, "archived")
    if not archived and not cells[Column.CLOSED]:
        cells[Column.STATE] = "active"
        return
    reason = at(archived, "reason") or at(opportunity, "archiveReason")
    known = reason if isinstance(reason, dict) else pile.find("reason", str(reason or ""))
    cells[Column.REASON] = pick(known, "text")
    cells[Column.STATE] = "hired" if pick(known, "type") == "hired" else "archived"


def _job(cells: Cells, opportunity: Record, applications: list[Record], pile: Pile) -> None:
    postings = [at(application, "posting") for application in applications]
    for posting in [*postings, *entries(opportunity, "posting"), *entries(opportunity, "postings")]:
        number = pick(posting, "id") if isinstance(posting, dict) else str(posting or "")
        if number and not cells.get(Column.JOB_ID):
            cells[Column.JOB_ID] = number
            cells[Column.JOB] = pick(posting, "text") or pick(pile.find("posting", number), "text")


VENDOR = Vendor("Lever", SIGNS, rows, one_word=False)
