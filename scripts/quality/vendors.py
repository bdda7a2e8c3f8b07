"""Which share of the records in other systems' JSON is read with its name, address and state.

The payloads are walked here by code of its own, which knows nothing of the reader.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from employer_app.domain.applicant_list.columns import ColumnMap, Field, recognise
from employer_app.domain.applicant_list.judge import judge
from employer_app.domain.applicant_list.outcome import Ending, Outcome, outcome_of
from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.applicant_list.sheet import Row, UnreadableList
from employer_app.domain.applicant_list.vendors import bundle
from scripts.quality.section import Section, percent, table

GOAL = 0.98
#: folder, what its files begin with, and the system
FOLDERS = (
    ("ats-greenhouse", "", "Greenhouse"),
    ("ats-lever", "", "Lever"),
    ("ats-workable", "", "Workable"),
    ("ats-ashby", "", "Ashby"),
    ("ats-bamboohr", "", "BambooHR"),
    ("ats-teamtailor", "", "Teamtailor"),
    ("ats-other", "smartrecruiters", "SmartRecruiters"),
    ("ats-other", "recruitee", "Recruitee"),
)
LOOKUPS = {"Lever": "lookup-*.json", "Workable": "lookup-*.json"}
TODAY = date(2100, 1, 1)


@dataclass(frozen=True)
class Raw:
    """What a record says by itself; no addresses and no name where it has none."""

    name: str
    addresses: frozenset[str]
    state: str


@dataclass
class Totals:
    files: int = 0
    records: int = 0
    name: int = 0
    address: int = 0
    state: int = 0
    whole: int = 0
    rows: int = 0
    judged: int = 0
    trouble: list[str] = field(default_factory=list)


def payloads(data: Path) -> Section:
    """Each file by itself, with the lists of stages and reasons of its system."""
    totals = {name: _measured(data / folder, start, name) for folder, start, name in FOLDERS}
    heads = ("system", "files", "records", "name", "address", "state", "all three", "rows", "accounted for")
    rows: list[tuple[object, ...]] = [heads]
    below = []
    for name, one in totals.items():
        shares = (percent(part, one.records) for part in (one.name, one.address, one.state, one.whole))
        rows.append((name, one.files, one.records, *shares, one.rows, one.judged))
        below += one.trouble
        if one.whole < GOAL * one.records:
            below.append(f"{name}: {percent(one.whole, one.records)} of the records, {GOAL:.0%} is the goal")
        if one.rows != one.judged:
            below.append(f"{name}: {one.rows} rows, {one.judged} accounted for")
    return Section("Records of other systems read whole (goal: 98 %)", table(rows), below)


def _measured(folder: Path, start: str, system: str) -> Totals:
    found = Totals()
    lookups = sorted(folder.glob(LOOKUPS[system])) if system in LOOKUPS else []
    words = _Words(lookups)
    for path in sorted(folder.glob(f"{start}*.json")):
        if path.name == "expected.json" or path in lookups:
            continue
        wanted = list(_raw(json.loads(path.read_text(encoding="utf-8")), system, words))
        if not wanted:
            continue
        found.files += 1
        found.records += len(wanted)
        files = [(one.name, one.read_bytes()) for one in (path, *lookups)]
        try:
            sheet = read_list(bundle(files)[0][1], path.name)
        except UnreadableList as error:
            found.trouble.append(f"{path.name}: {error}")
            continue
        columns = recognise(sheet.header, sheet.rows)
        found.rows += len(sheet.rows)
        found.judged += judge(sheet, columns, today=TODAY).rows
        _compare(found, wanted, [_read(row, columns) for row in sheet.rows])
    return found


def _compare(found: Totals, wanted: list[Raw], read: list[tuple[str, str, str]]) -> None:
    """Each row counts for one record; the best fit first, so that two of one name are told apart."""
    left = list(read)
    for record in wanted:
        fits = [(*_fit(record, row), row) for row in left]
        if not fits:
            return
        name, address, state, row = max(fits, key=lambda fit: (fit[0] and fit[1], fit[0] + fit[1], fit[2]))
        left.remove(row)
        found.name += name
        found.address += address
        found.state += state
        found.whole += name and address and state


def _fit(record: Raw, row: tuple[str, str, str]) -> tuple[bool, bool, bool]:
    name, address, state = row
    return (
        name == record.name,
        address.casefold() in record.addresses if record.addresses else not address,
        state == record.state,
    )


def _read(row: Row, columns: ColumnMap) -> tuple[str, str, str]:
    def cell(about: Field) -> str:
        index = columns.column(about)
        return "" if index is None else row.cells[index]

    dated = {
        Outcome.HIRED: Field.HIRED_AT,
        Outcome.WITHDRAWN: Field.WITHDRAWN_AT,
        Outcome.REJECTED: Field.REJECTED_AT,
        Outcome.CLOSED: Field.CLOSED_AT,
    }
    ending = Ending(
        cell(Field.STATE),
        cell(Field.REASON),
        cell(Field.ENDED_BY),
        next((outcome for outcome, about in dated.items() if cell(about)), None),
    )
    name = cell(Field.NAME) or f"{cell(Field.FIRST_NAME)} {cell(Field.LAST_NAME)}"
    return " ".join(name.split()), cell(Field.ADDRESS), outcome_of(ending, {}).value


class _Words:
    """The texts of the stages and reasons that a system gives as numbers."""

    def __init__(self, files: list[Path]) -> None:
        self.reasons: dict[str, Any] = {}
        for path in files:
            answer = json.loads(path.read_text(encoding="utf-8"))["response"]
            for one in answer["data"] if isinstance(answer, dict) else answer:
                self.reasons[one["id"]] = self.reasons[one.get("description", "")] = one


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a payload, outermost first; what was sent to get it is none of it."""
    if isinstance(value, dict):
        yield value
        for name, inside in value.items():
            if name != "request":
                yield from _objects(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _objects(inside)


def _raw(payload: Any, system: str, words: _Words) -> Iterator[Raw]:
    every = list(_objects(payload))
    return {
        "Greenhouse": _greenhouse,
        "Lever": _lever,
        "Workable": _workable,
        "Ashby": _ashby,
        "BambooHR": _bamboohr,
        "Teamtailor": _teamtailor,
        "SmartRecruiters": _smartrecruiters,
        "Recruitee": _recruitee,
    }[system](every, words)


def _made(name: str, addresses: list[Any], state: str) -> Raw:
    return Raw(" ".join(name.split()), frozenset(str(one).casefold() for one in addresses if one), state)


def _greenhouse(every: list[dict[str, Any]], _: _Words) -> Iterator[Raw]:
    people = [
        one for one in every if "first_name" in one and ("email_addresses" in one or "can_email" in one)
    ]
    by_id = {one.get("id"): one for one in people}
    applications = [one for one in every if "applied_at" in one and "prospect" in one]
    named = set()
    for one in applications:
        number = one.get("candidate_id") or one.get("candidate", {}).get("id")
        named.add(number)
        person = by_id.get(number, {})
        reason = ((one.get("rejection_reason") or {}).get("type") or {}).get("name", "")
        state = {"rejected": "rejected", "hired": "hired", "accepted": "hired"}.get(
            one.get("status", ""), "active"
        )
        if state == "rejected" and reason == "They rejected us":
            state = "withdrawn"
        yield _of_greenhouse(person, state)
    for person in people:
        if person.get("id") not in named or person.get("id") is None:
            yield _of_greenhouse(person, "active")


def _of_greenhouse(person: dict[str, Any], state: str) -> Raw:
    name = f"{person.get('first_name', '')} {person.get('last_name', '')}"
    return _made(name, [one.get("value") for one in person.get("email_addresses", [])], state)


def _lever(every: list[dict[str, Any]], words: _Words) -> Iterator[Raw]:
    for one in every:
        if not {"stage", "emails", "name"} <= one.keys():
            continue
        state = "active"
        if one.get("archived"):
            reason = words.reasons.get(one["archived"]["reason"], {})
            text = reason.get("text", "").casefold()
            left = any(word in text for word in ("withdr", "offer declined"))
            silent = not text or text.startswith("no response")
            state = "withdrawn" if left else "closed" if silent else "rejected"
            state = "hired" if reason.get("type") == "hired" else state
        yield _made(one["name"] or "", one["emails"], state)


def _workable(every: list[dict[str, Any]], words: _Words) -> Iterator[Raw]:
    for one in every:
        if not {"firstname", "lastname", "disqualified"} <= one.keys():
            continue
        why = words.reasons.get(one.get("disqualification_reason") or "-", {})
        state = "rejected" if one["disqualified"] else "active"
        if why.get("candidate_withdrew") or one.get("withdrew"):
            state = "withdrawn"
        yield _made(one["name"], [one.get("email")], "hired" if one.get("hired_at") else state)


def _ashby(every: list[dict[str, Any]], _: _Words) -> Iterator[Raw]:
    ended = {"RejectedByOrg": "rejected", "RejectedByCandidate": "withdrawn"}
    inside = [id(one["candidate"]) for one in every if isinstance(one.get("candidate"), dict)]
    for one in every:
        if "candidate" in one and "status" in one and "job" in one:
            state = {"Hired": "hired", "Archived": "closed"}.get(one["status"], "active")
            if state == "closed":
                state = ended.get((one.get("archiveReason") or {}).get("reasonType", ""), "closed")
            person = one["candidate"]
            yield _made(person["name"], [(person.get("primaryEmailAddress") or {}).get("value")], state)
        elif "primaryEmailAddress" in one and id(one) not in inside:
            known = [one["primaryEmailAddress"] or {}, *one.get("emailAddresses", [])]
            yield _made(one["name"], [address.get("value") for address in known], "active")


def _bamboohr(every: list[dict[str, Any]], _: _Words) -> Iterator[Raw]:
    for one in every:
        if "applicant" in one and "status" in one:
            person, label = one["applicant"], one["status"]["label"].casefold()
            state = "hired" if label == "hired" else "rejected" if label.startswith("not ") else "active"
            yield _made(f"{person['firstName']} {person['lastName']}", [person["email"]], state)


def _teamtailor(every: list[dict[str, Any]], _: _Words) -> Iterator[Raw]:
    people = {one["id"]: one for one in every if one.get("type") == "candidates" and "attributes" in one}
    for one in every:
        if one.get("type") == "job-applications" and "attributes" in one:
            number = (one["relationships"]["candidate"].get("data") or {}).get("id")
            person = people.pop(number, {}).get("attributes", {})
            state = "rejected" if one["attributes"].get("rejected-at") else "active"
            yield _made(
                f"{person.get('first-name', '')} {person.get('last-name', '')}", [person.get("email")], state
            )
    for one in people.values():
        person = one["attributes"]
        name = f"{person['first-name'] or ''} {person['last-name'] or ''}"
        yield _made(name, [person["email"]], "active")


def _smartrecruiters(every: list[dict[str, Any]], _: _Words) -> Iterator[Raw]:
    for one in every:
        if not {"firstName", "lastName", "createdOn"} <= one.keys():
            continue
        assigned = [one.get("primaryAssignment"), *one.get("secondaryAssignments", [])]
        for assignment in [each for each in assigned if each] or [{}]:
            state = str(assignment.get("status", "")).casefold()
            ended = state if state in {"rejected", "withdrawn", "hired"} else "active"
            yield _made(f"{one['firstName']} {one['lastName']}", [one.get("email")], ended)


def _recruitee(every: list[dict[str, Any]], _: _Words) -> Iterator[Raw]:
    for one in every:
        for placement in one.get("placements") or ():
            ended = "rejected" if placement.get("disqualified_at") else "active"
            state = "hired" if placement.get("hired_at") else ended
            yield _made(one["name"], one["emails"], state)
