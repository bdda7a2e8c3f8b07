"""Lists of invented applicants, as a file that somebody saved."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from employer_app.domain.clock import now

ROWS = 500
# fmt: off
#: each with each: a different name for every one of 500 rows
_GIVEN = (
    "Amara", "Björn", "Chidi", "Deepa", "Elif", "Ignacio", "Jun-ho", "Kofi", "Lucía", "Mehmet",
    "Ngọc", "Oluwaseun", "Priya", "Rania", "Siobhán", "Tomasz", "Ülo", "Vera", "Wiktoria", "Yuki",
)
_FAMILY = (
    "Nwosu", "Åkerström", "van den Heuvel", "Álvarez de Toledo y Sánchez-Montañés", "Phạm", "O’Rourke",
    "Wiśniewski", "al-Hashimi", "Fernández Ruiz", "Kim", "Dvořák", "Krishnamurthy", "Pappás", "Weiß",
    "Haddad", "de la Cruz", "Yıldırım", "Jansen", "Mensah", "Iyer", "Horváth", "Laine", "Okafor",
    "Silva", "Tan",
)
# fmt: on
_NO_LATIN = {3: "张晓东", 8: "نور الهدى", 12: "Suryadi"}


def applicants_csv(rows: int, *, start: int = 0, bad: int = 0) -> bytes:
    """A list whose first `bad` rows cannot be read."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Name", "Email", "Phone", "Stage", "Applied on", "Country"])
    first = now().date() - timedelta(days=60)
    for row in range(start, start + rows):
        name = "" if row - start < bad else invented_name(row)
        address = f"person{row}@post.example"
        stage = ("Applied", "Phone screen")[row % 3 == 0]
        applied = date.isoformat(first + timedelta(days=row % 30))
        writer.writerow([name, address, f"010 555 {row % 10000:04d}", stage, applied, "Netherlands"])
    return text.getvalue().encode()


def invented_name(row: int) -> str:
    """Different for 500 rows in a row."""
    number, turn = row % ROWS, row // ROWS
    family, given = divmod(number, len(_GIVEN))
    name = f"{_GIVEN[(given + family + turn) % len(_GIVEN)]} {_FAMILY[family]}"
    return _NO_LATIN.get(row, name)
