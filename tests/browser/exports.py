"""Exports of three systems, as a recruiter saves them on a Monday: invented people, counted as they are made.

What every row must come to in the picture is said here by the rules of docs/ledger.md, not by the app's code.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from employer_app.domain.clock import now
from employer_app.domain.table_file.xlsx import xlsx
from tests.browser.lists import invented_name

#: rows of each file
GREENHOUSE, LEVER, GERMAN = 440, 270, 190


def _parts(text: str) -> list[str]:
    return text.split("|")


#: the one row that cannot be read as it is
MENDED, BROKEN = 2001, "applicant2001(at)post.example"
_ROLES = _parts(
    "Deckhand|Ticket Agent|Marine Engineer|Harbour Pilot|Payroll Clerk|Timetable Planner|Chef|"
    "Night Porter|Data Analyst|Lifeguard|Purser|Crane Operator"
)
_PLACES = ("Rotterdam", "Leith", "Split")
_POSTINGS = _parts(
    "Product Designer|Site Reliability Engineer|Customer Success Lead|Technical Writer|Finance Partner|"
    "Field Sales Manager, Nordics|People Partner|Security Engineer|Legal Counsel|Data Platform Engineer|"
    "Office Coordinator|Growth Marketer"
)
_STELLEN = _parts(
    "Bootsführer (m/w/d)|Fahrkartenverkäuferin / Fahrkartenverkäufer (m/w/d)|Koch (m/w/d)|"
    "Werkstattleitung (m/w/d)|Sachbearbeitung Lohn (m/w/d)|Kapitän Binnenschifffahrt (m/w/d)|"
    "Elektroniker (m/w/d)|Reinigungskraft (m/w/d)|Ausbildung Hafenschiffer 2027|"
    "Personalreferent (m/w/d)|Disponent (m/w/d)|IT-Systemadministrator (m/w/d)"
)
_GERMAN_GIVEN = _parts(
    "Jürgen|Käthe|Sören|Ulrike|Heiner|Änne|Thorben|Roswitha|Detlef|Grete|Jörn|Silke|Bärbel|Malte"
)
_GERMAN_FAMILY = _parts(
    "Großkopf|Brüggemann|Petersen|Weißhaupt|von der Heide|Schröder-Voß|Lüdtke|Ackermann|Jansen|Behrens|"
    "Möller|Harms|Kröger|Tietjen|Freese"
)
_MET = {"Interview": "interviewed", "Final round": "runner_up", "Offer": "runner_up"}
#: places of the rows that the next export says something new of, or no more
MOVED, TURNED_DOWN, HIRED, GONE = 1, 3, 4, 6


@dataclass(frozen=True)
class Row:
    """One application of an export. `depth` and `end` in our own words, whatever the file calls them."""

    number: int
    name: str
    email: str
    job: str
    depth: str
    end: str
    applied: date
    #: the old system's own word that they know
    told: date | None = None

    @property
    def bucket(self) -> str:
        """Where the person must stand in the picture."""
        if self.end in {"hired", "withdrew"}:
            return self.end
        if self.told:
            return "told_elsewhere"
        if not self.email:
            return "no_address"
        if self.end == "rejected":
            return "not_told"
        return _MET.get(self.depth, "applied")


@dataclass(frozen=True)
class Export:
    filename: str
    data: bytes
    rows: Sequence[Row]

    @property
    def jobs(self) -> int:
        return len({row.job for row in self.rows})

    def buckets(self) -> Counter[str]:
        return Counter(row.bucket for row in self.rows)


def _rows(count: int, start: int, jobs: Sequence[str], ends: Sequence[tuple[str, str]]) -> list[Row]:
    """`ends`: pairs of depth and end that follow one another."""
    today = now().date()
    found = []
    for number in range(start, start + count):
        depth, end = ends[number % len(ends)]
        applied = today - timedelta(days=3 + number * 7 % 290)
        address = "" if number % 97 == 5 else f"applicant{number}@post.example"
        job = jobs[number // 3 % len(jobs)]
        found.append(Row(number, invented_name(number), address, job, depth, end, applied))
    return found


_MIXED = (
    ("Applied", "active"),
    ("Applied", "active"),
    ("Phone screen", "rejected"),
    ("Applied", "active"),
    ("Interview", "active"),
    ("Applied", "rejected"),
    ("Applied", "active"),
    ("Final round", "active"),
    ("Interview", "rejected"),
    ("Applied", "withdrew"),
    ("Phone screen", "active"),
    ("Offer", "hired"),
    ("Applied", "active"),
)


def greenhouse(told: date) -> Export:
    """CSV with many jobs; whoever is “Rejected” was told on one day, which only the recruiter knows."""
    jobs = [f"{role}, {place}" for role in _ROLES for place in _PLACES]
    made = _rows(GREENHOUSE, 0, jobs, _MIXED)
    return _greenhouse([replace(row, told=told) if row.end == "rejected" else row for row in made])


def following(first: Export) -> Export:
    """The next export of the same system: one moved, one turned down, one hired, one gone, one new."""
    rows = list(first.rows)
    rows[MOVED] = replace(rows[MOVED], depth="Interview")
    rows[TURNED_DOWN] = replace(rows[TURNED_DOWN], end="rejected")
    rows[HIRED] = replace(rows[HIRED], end="hired")
    del rows[GONE]
    jobs = list(dict.fromkeys(row.job for row in rows))
    return _greenhouse([*rows, *_rows(1, GREENHOUSE, jobs, _MIXED)], "greenhouse-candidates next.csv")


def _greenhouse(rows: Sequence[Row], filename: str = "greenhouse-candidates.csv") -> Export:
    stages = {
        "Applied": "Application Review",
        "Phone screen": "Preliminary Phone Screen",
        "Interview": "Face to Face",
        "Final round": "Final Interview",
        "Offer": "Offer",
    }
    status = {"active": "Active", "rejected": "Rejected", "withdrew": "Rejected", "hired": "Hired"}
    reason = {"rejected": "Hired someone else", "withdrew": "They rejected us"}
    header = _parts(
        "Application ID|Candidate ID|First Name|Last Name|Email|Phone|Job|Stage|Status|Rejection Reason|"
        "Applied On|Gender|Salary Expectation"
    )

    def cells(r: Row) -> list[object]:
        first, _, last = r.name.partition(" ")
        who = [7_000_000 + r.number, 5_000_000 + r.number, first, last, r.email, f"+31 10 555 {r.number:04d}"]
        how = [r.job, stages[r.depth], status[r.end], reason.get(r.end, ""), r.applied.isoformat()]
        return [*who, *how, "Decline to say", ""]

    return Export(filename, _csv(header, map(cells, rows), ",", "utf-8"), rows)


def lever(logged: Callable[[Row], date | None]) -> Export:
    """A workbook whose archived people are known by their reason; a mail log says which of them know."""
    rows = [
        Row(
            r.number,
            r.name,
            r.email,
            r.job,
            r.depth,
            r.end,
            r.applied,
            logged(r) if r.end == "rejected" else None,
        )
        for r in _rows(LEVER, 1000, _POSTINGS, _MIXED)
    ]
    stages = {
        "Applied": "New applicant",
        "Phone screen": "Recruiter screen",
        "Interview": "On-site loop",
        "Final round": "Final interview",
        "Offer": "Offer",
    }
    reasons = {"active": "", "rejected": "Underqualified", "withdrew": "Withdrew", "hired": "Hired"}
    header = [
        "Opportunity ID",
        "Contact ID",
        "Name",
        "Email",
        "Posting",
        "Stage",
        "Archive reason",
        "Created at",
        "Owner",
    ]
    lines = [
        (
            f"opp-{r.number:06x}",
            f"con-{r.number:06x}",
            r.name,
            r.email,
            r.job,
            stages[r.depth],
            reasons[r.end],
            f"{r.applied.isoformat()}T09:30:00Z",
            "Rae Lindqvist",
        )
        for r in rows
    ]
    return Export("lever opportunities.xlsx", xlsx(header, lines, "Opportunities"), rows)


def german() -> Export:
    """Semicolons, Windows letters, days first; the day of the letter stands in a column of its own."""
    rows = []
    for r in _rows(GERMAN, 2000, _STELLEN, _MIXED):
        day = r.applied + timedelta(days=30)
        told = day if r.end == "rejected" and r.number % 2 and day < now().date() else None
        given, family = _GERMAN_GIVEN[r.number % 14], _GERMAN_FAMILY[r.number % 15]
        rows.append(Row(r.number, f"{given} {family}", r.email, r.job, r.depth, r.end, r.applied, told))
    stages = {
        "Applied": "Eingang",
        "Phone screen": "Vorauswahl",
        "Interview": "Vorstellungsgespräch",
        "Final round": "Zweitgespräch",
        "Offer": "Vertragsangebot",
    }
    status = {
        "active": "in Bearbeitung",
        "rejected": "abgelehnt",
        "withdrew": "zurückgezogen",
        "hired": "eingestellt",
    }
    header = _parts(
        "Bewerber-ID|Vorname|Nachname|E-Mail|Telefon|Geburtsdatum|Stelle|Phase|Status|Beworben am|"
        "Absage versendet am"
    )

    def cells(r: Row) -> list[object]:
        first, _, last = r.name.partition(" ")
        return [
            f"B-{r.number}",
            first,
            last,
            BROKEN if r.number == MENDED else r.email,
            f"040 555{r.number:04d}",
            "01.01.1990",
            r.job,
            stages[r.depth],
            status[r.end],
            f"{r.applied:%d.%m.%Y}",
            f"{r.told:%d.%m.%Y}" if r.told else "",
        ]

    return Export("bewerbungen.csv", _csv(header, map(cells, rows), ";", "cp1252"), rows)


def mail_log(rows: Iterable[Row]) -> str:
    """An address and a day on each line."""
    return "\n".join(f"{r.email}, {r.told:%Y-%m-%d}" for r in rows if r.told and r.email)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]], separator: str, encoding: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding, "replace")
