"""The shipped sample: one job of an invented ferry company, and its applicants as an export tells them.

Its dates are moved to the present by whole weeks, so that a Tuesday stays a Tuesday and nothing that happened
lies in the future. The list is made by scripts/make_sample.py.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from io import StringIO
from types import MappingProxyType
from typing import Any, Final

_DATA: Final = files("employer_app.domain") / "data" / "sample"
_DATED: Final = ("Applied on", "Interview date")


@dataclass(frozen=True, slots=True)
class SampleJob:
    """The job that the list belongs to; `reference_date` is the day on which its story is told."""

    company: str
    title: str
    public_title: str
    place: str
    country: str
    timezone: str
    contact_name: str
    contact_title: str
    contact_email: str
    contact_phone: str
    reference_date: date
    opened_on: date
    closes_on: date
    decide_by: date


def sample_job(today: date) -> SampleJob:
    """The job, with dates as seen from today; `reference_date` becomes the last such weekday up to today."""
    told = _told()
    shift = _shift(today)
    place, contact = told["place"], told["contact"]
    return SampleJob(
        company=told["company"],
        title=told["title"],
        public_title=told["public_title"],
        place=place["name"],
        country=place["country"],
        timezone=place["timezone"],
        contact_name=contact["name"],
        contact_title=contact["title"],
        contact_email=contact["email"],
        contact_phone=contact["phone"],
        reference_date=told["reference_date"] + shift,
        opened_on=told["opened_on"] + shift,
        closes_on=told["closes_on"] + shift,
        decide_by=told["decide_by"] + shift,
    )


def sample_list(today: date) -> bytes:
    """The applicant list as a CSV file (UTF-8, a header and 412 rows), with every date as seen from today."""
    shift = _shift(today)
    rows = csv.DictReader(StringIO(_text("applicants.csv"), newline=""))
    moved = StringIO(newline="")
    writer = csv.DictWriter(moved, rows.fieldnames or (), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        for column in _DATED:
            if row[column]:
                row[column] = (date.fromisoformat(row[column]) + shift).isoformat()
        writer.writerow(row)
    return moved.getvalue().encode()


def personal_lines() -> Mapping[str, str]:
    """For each person who was interviewed, by address: the sentence that refers to the talk with them."""
    rows = csv.DictReader(StringIO(_text("personal_lines.csv"), newline=""))
    return MappingProxyType({row["Email"]: row["Line"] for row in rows})


def _shift(today: date) -> timedelta:
    days: int = (today - _told()["reference_date"]).days
    return timedelta(weeks=days // 7)


def _told() -> dict[str, Any]:
    return tomllib.loads(_text("sample.toml"))


def _text(name: str) -> str:
    # Bytes, because reading as text would turn the line ends inside a quoted cell into others.
    return (_DATA / name).read_bytes().decode()
