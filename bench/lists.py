"""Lists of invented applicants of any length, as an export of another system has them."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from datetime import date, timedelta

from employer_app.domain.table_file import FileKind, table_file

HEADER = (
    "Application ID",
    "Candidate ID",
    "First Name",
    "Last Name",
    "Email",
    "Phone",
    "Country",
    "Job",
    "Job ID",
    "Current Stage",
    "Status",
    "Rejection Reason",
    "Applied On",
    "Rejected On",
    "Source",
)
_FIRST = ("Amara", "Bo", "Chidi", "Dora", "Émile", "Fatima", "Gijs", "Hanna", "Ines", "Jørgen", "Kemal", "Lê")
_LAST = ("Nwosu", "Lind", "Okeke", "Vos", "Bernard", "El Amrani", "de Wit", "Müller", "O’Shea", "Åkerström")
_STAGES = ("Application Review", "Phone Screen", "Face to Face", "Offer")
_START = date(2026, 1, 5)


def rows(count: int, jobs: int = 60) -> Iterator[tuple[str, ...]]:
    """The same for the same count."""
    chance = random.Random(count)
    for number in range(count):
        job = chance.randrange(jobs)
        rejected = chance.random() < 0.4
        applied = _START + timedelta(days=chance.randrange(120))
        yield (
            str(700_000 + number),
            str(300_000 + number),
            chance.choice(_FIRST),
            chance.choice(_LAST),
            f"person{number}@post.example",
            f"+31 6 {10_000_000 + number}",
            "NL",
            f"REQ-{10_000 + job} | Store Colleague {job}",
            f"REQ-{10_000 + job}",
            chance.choice(_STAGES),
            "Rejected" if rejected else "Active",
            "Not enough experience" if rejected else "",
            applied.isoformat(),
            (applied + timedelta(days=20)).isoformat() if rejected else "",
            "Job board",
        )


def as_csv(count: int) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows((HEADER, *rows(count)))
    return out.getvalue().encode()


def as_xlsx(count: int) -> bytes:
    return table_file(FileKind.XLSX, HEADER, rows(count))
