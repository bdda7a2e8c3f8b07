"""Which share of real headers is mapped to its meaning without help, and whether a private one ever is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from employer_app.domain.applicant_list.columns import ColumnMap, Field, recognise
from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.applicant_list.sheet import NobodyInList
from scripts.quality.section import Section, percent, table

GOAL = 0.95
#: The words of the collection for a meaning, and the fields of ours that hold it. A word that is not here
#: (the employer or the headline of a person) has no field of ours and counts as missed.
MEANINGS: dict[str, set[Field]] = {
    "name": {Field.NAME},
    "first_name": {Field.FIRST_NAME},
    "last_name": {Field.LAST_NAME},
    "email": {Field.ADDRESS},
    "phone": {Field.PHONE},
    "job": {Field.JOB, Field.JOB_ID},
    "job_id": {Field.JOB_ID},
    "stage": {Field.STAGE},
    "state": {Field.STATE},
    "reason": {Field.REASON},
    "source": {Field.SOURCE},
    "applied_at": {Field.APPLIED_AT},
    "updated_at": {Field.UPDATED_AT},
    "closed_at": {Field.CLOSED_AT, Field.REJECTED_AT, Field.WITHDRAWN_AT},
    "rejected_at": {Field.REJECTED_AT},
    "withdrawn_at": {Field.WITHDRAWN_AT},
    "hired_at": {Field.HIRED_AT},
    "told_at": {Field.TOLD_AT},
    "id": {Field.EXTERNAL_ID, Field.PERSON_ID},
    "id_or_email": {Field.EXTERNAL_ID, Field.PERSON_ID, Field.ADDRESS},
    "location": {Field.LOCATION, Field.COUNTRY},
    "recruiter": {Field.RECRUITER},
    "note": {Field.NOTE},
    "language": {Field.LANGUAGE},
}
NO_MEANING = {"other", "sensitive"}


@dataclass
class Found:
    """What became of the headers of one file."""

    name: str
    meant: int = 0
    right: int = 0
    private: int = 0
    private_mapped: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)


def headers(data: Path) -> Section:
    """The lists whose headers somebody labelled."""
    found = [_measured(data, name, columns) for name, columns in labelled(data)]
    meant, right = sum(one.meant for one in found), sum(one.right for one in found)
    rows = [
        ("file", "with a meaning", "right", "share", "private", "private mapped"),
        *(
            (
                one.name,
                one.meant,
                one.right,
                percent(one.right, one.meant),
                one.private,
                len(one.private_mapped),
            )
            for one in found
        ),
        (
            "all",
            meant,
            right,
            percent(right, meant),
            sum(one.private for one in found),
            sum(len(one.private_mapped) for one in found),
        ),
    ]
    lines = table(rows)
    for title, part in (("wrong", "wrong"), ("missed", "missed"), ("also mapped, without a label", "beyond")):
        lines += [
            f"{title}: {one.name}: {', '.join(getattr(one, part))}" for one in found if getattr(one, part)
        ]
    below = (
        [f"{percent(right, meant)} of the headers are right, {GOAL:.0%} is the goal"]
        if right < GOAL * meant
        else []
    )
    below += [
        f"private, and mapped: {one.name}: {', '.join(one.private_mapped)}"
        for one in found
        if one.private_mapped
    ]
    return Section("Headers mapped without help (goal: 95 %, and no private one)", lines, below)


def vendor_tables(data: Path) -> Section:
    """Raw tables of vendors, whose headers nobody labelled: only what must not happen is measured."""
    files = sorted(data.glob("ats-*/*.csv"))
    mapped = left_out = ignored = 0
    below = []
    for path in files:
        header, found = _recognised(path)
        mapped, left_out = mapped + len(found.fields), left_out + len(found.sensitive)
        ignored += len(header) - len(found.fields) - len(found.sensitive)
        if "eeoc" in path.stem:
            kept = {Field.EXTERNAL_ID, Field.PERSON_ID, Field.APPLIED_AT}
            below += [f"{path.name}: {header[i]}" for i, to in found.fields.items() if to not in kept]
    line = f"{len(files)} tables: {mapped} columns mapped, {left_out} left out as private, {ignored} ignored"
    return Section("Raw tables of vendors (goal: no equality answer mapped)", [line], below)


def labelled(data: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Each file with labelled headers: header to meaning."""
    truth = json.loads((data / "csv-exports" / "expected.json").read_text(encoding="utf-8"))
    return ((name, one["columns"]) for name, one in truth.items() if "columns" in one)


def _recognised(path: Path) -> tuple[Sequence[str], ColumnMap]:
    """The header of a list, which may have no rows, and what its columns mean."""
    try:
        sheet = read_list(path.read_bytes(), path.name)
    except NobodyInList as found:
        return found.header, recognise(found.header)
    return sheet.header, recognise(sheet.header, sheet.rows)


def _measured(data: Path, name: str, meanings: dict[str, str]) -> Found:
    headers, found = _recognised(data / "csv-exports" / name)
    result = Found(name)
    for index, header in enumerate(headers):
        meaning, to = meanings.get(header, "other"), found.fields.get(index)
        if meaning == "sensitive":
            result.private += 1
            result.private_mapped += [header] if to else []
        elif meaning in NO_MEANING:
            result.beyond += [f"“{header}” as {to}"] if to else []
        else:
            result.meant += 1
            result.right += to in MEANINGS.get(meaning, set())
            if to is None:
                result.missed.append(f"“{header}” ({meaning})")
            elif to not in MEANINGS.get(meaning, set()):
                result.wrong.append(f"“{header}” ({meaning}) as {to}")
    return result
