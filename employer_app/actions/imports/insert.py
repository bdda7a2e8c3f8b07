"""Insert the people and applications of a list, and record what it says happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from employer_app.actions.imports.match import person_number
from employer_app.domain.applicant_list.standing import ListFact, Standing, list_facts
from employer_app.domain.applicant_list.verdict import Applicant
from employer_app.domain.disposition import disposition
from employer_app.domain.language import language_code
from employer_app.domain.person_name import search_key
from employer_app.domain.phone import phone_key
from employer_app.domain.status import Status
from employer_app.ledger.arrival import arrive
from employer_app.ledger.record import NewFact
from employer_app.models import Application, Candidate, Decision, Job
from employer_app.models.bulk import insert_rows, reserve_ids


@dataclass(frozen=True)
class Arrival:
    """An applicant who is new in `job`, and where the list says they stand."""

    applicant: Applicant
    job: Job
    stage_id: int
    standing: Standing


@dataclass(frozen=True)
class Inserted:
    """By row number: the application, and the candidate. By application: see `arrive`."""

    applications: Mapping[int, int] = field(default_factory=dict)
    people: Mapping[int, int] = field(default_factory=dict)
    event_seq: Mapping[int, int] = field(default_factory=dict)
    old_pile: int = 0


def insert(
    session: Session,
    arrivals: Sequence[Arrival],
    known: Mapping[int, int],
    *,
    actor_id: int | None,
    source_id: int | None,
    ack: bool,
    moment: datetime,
    late_before: datetime | None,
) -> Inserted:
    """Insert people and applications, and record what the list says.

    `known`: row number to the candidate whom we know already. `ack`: an acknowledgement is owed to each.
    `late_before`: see `arrive`.
    """
    if not arrivals:
        return Inserted()
    unknown = [arrival for arrival in arrivals if arrival.applicant.row not in known]
    people = {**known, **_insert_people(session, unknown, moment, source_id)}
    numbers = reserve_ids(session, Application, len(arrivals))
    ids = {arrival.applicant.row: number for arrival, number in zip(arrivals, numbers, strict=True)}
    rows = [
        {
            "id": ids[arrival.applicant.row],
            "job_id": arrival.job.id,
            "candidate_id": people[arrival.applicant.row],
            "stage_id": arrival.stage_id,
            "owner_id": arrival.job.owner_id or actor_id,
            "source": arrival.applicant.source,
            "external_id": arrival.applicant.external_id,
            "source_id": source_id,
            "received_at": arrival.standing.received_at,
        }
        for arrival in arrivals
    ]
    found: list[tuple[int, ListFact]] = []
    for arrival in arrivals:
        zone = ZoneInfo(arrival.job.place.timezone)
        facts = list_facts(arrival.applicant, arrival.standing, zone, moment, ack=ack)
        found += [(ids[arrival.applicant.row], fact) for fact in facts]
    facts_of_all, decisions = new_facts(session, found, actor_id=actor_id)
    arrived = arrive(session, rows, facts_of_all, actor_id=actor_id, late_before=late_before)
    insert_rows(session, Decision, decisions)
    return Inserted(ids, people, arrived.event_seq, arrived.old_pile)


def new_facts(
    session: Session,
    found: Sequence[tuple[int, ListFact]],
    *,
    actor_id: int | None,
    before: Mapping[int, Status] | None = None,
) -> tuple[list[NewFact], list[dict[str, Any]]]:
    """Facts as the ledger takes them, and the rows of their decisions. `before`: else active."""
    decided = [(application_id, fact) for application_id, fact in found if fact.code]
    decisions = [
        {
            "id": number,
            "application_id": application_id,
            "disposition": fact.code,
            "status": disposition(fact.code).status,
            "previous_status": (before or {}).get(application_id, Status.ACTIVE).value,
            "decided_by": actor_id,
            "made_at": fact.occurred_at,
        }
        for (application_id, fact), number in zip(
            decided, reserve_ids(session, Decision, len(decided)), strict=True
        )
    ]
    numbers = {row["application_id"]: row["id"] for row in decisions}
    facts = [
        NewFact(
            application_id,
            fact.kind,
            {**fact.facts, "decision_id": numbers[application_id]} if fact.code else fact.facts,
            fact.payload,
            fact.occurred_at,
        )
        for application_id, fact in found
    ]
    return facts, decisions


def _insert_people(
    session: Session, unknown: Sequence[Arrival], moment: datetime, source_id: int | None
) -> dict[int, int]:
    """Row number to the id of the new candidate. Rows at one address, or of one number, are one person."""
    by_key: dict[str, list[Arrival]] = {}
    alone: list[list[Arrival]] = []
    numbered: dict[str, list[Arrival]] = {}
    for arrival in unknown:
        applicant = arrival.applicant
        if applicant.address:
            by_key.setdefault(applicant.address.key, []).append(arrival)
        elif applicant.person_id:
            numbered.setdefault(applicant.person_id, []).append(arrival)
        else:
            alone.append([arrival])
    groups = [*by_key.values(), *numbered.values(), *alone]
    numbers = reserve_ids(session, Candidate, len(groups))
    rows = [
        {"id": number, **_candidate(group[0], moment, source_id)}
        for group, number in zip(groups, numbers, strict=True)
    ]
    insert_rows(session, Candidate, rows)
    return {
        arrival.applicant.row: number
        for group, number in zip(groups, numbers, strict=True)
        for arrival in group
    }


def _candidate(arrival: Arrival, moment: datetime, source_id: int | None) -> dict[str, Any]:
    applicant = arrival.applicant
    first, second = applicant.address, applicant.second_address
    addresses = [address.mailbox for address in (first, second) if address]
    return {
        "name": applicant.name,
        "call_name": applicant.call_name,
        "address": first.mailbox if first else None,
        "address_key": first.key if first else None,
        "second_address": second.mailbox if second else None,
        "second_address_key": second.key if second else None,
        "phone": applicant.phone,
        "phone_key": phone_key(applicant.phone, applicant.country or arrival.job.place.country),
        "language": language_code(applicant.language),
        # Longer than its column is only a sentence, which says nothing that a letter could use.
        "country": applicant.country if len(applicant.country) <= 60 else "",
        "location": applicant.location if len(applicant.location) <= 120 else "",
        "external_id": person_number(source_id, applicant.person_id),
        "search_key": search_key(" ".join((applicant.name, applicant.call_name, *addresses))),
        "demo": arrival.job.demo,
        "created_at": moment,
    }
