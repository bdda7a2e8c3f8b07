"""Write the shipped sample list: 412 rows of invented applicants for one job at an invented ferry company.

    python scripts/make_sample.py

The same bytes come out each time. Everybody is invented, every address ends in `.example`. What the list
must hold (a broken row, a duplicate, somebody without an address, people who were met) stands here and in
sample_people.toml, so that nobody has to guess it from the rows.
"""

import csv
import random
import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "employer_app" / "domain" / "data" / "sample"

WITHOUT_ADDRESS = "Willem Aalbers"
APPLIED_TWICE = "Femke Bakker"
BROKEN = ("Lena Vogt", "lena.vogt@@harbour.example")
SCREENED = 59
DAYS_OPEN = 28

DOMAINS = """
    lantern postbus mailhaus rivermail northpier tidemark harbour quayside papermill bluekite oakroom windrose
    fernmail brightbox seagull cobble tramline letterbee saltmail pebble
"""
SOURCES = {
    "Company website": 4,
    "Job board": 3,
    "Professional network": 1,
    "Referral": 1,
    "University careers page": 1,
    "Local newspaper": 1,
}
NOTES = (
    "Prefers mail to calls",
    "Can start on 1 January",
    "Asked for the salary range, answered by phone",
    'Calls the job "timetable analyst"',
    "Portfolio: three dashboards, one map",
    "Sent the certificate later,\nadded to the file",
    "Cover letter addressed to the harbour office",
    "Works in shifts; call before 10:00 or after 18:00",
    "Would like to work four days, said so in the form",
    "Referred by a colleague; tell the colleague too",
)


@dataclass
class Row:
    """One line of the list; the column names are made of the field names."""

    candidate_id: str
    name: str
    email: str
    phone: str
    country: str
    language: str = "en"
    stage: str = "Applied"
    applied_on: str = ""
    interview_date: str = ""
    interview_kind: str = ""
    interviewers: str = ""
    source: str = ""
    notes: str = ""


HEADER = [name.replace("_", " ").capitalize().replace(" id", " ID") for name in Row.__dataclass_fields__]


def ascii_words(name: str) -> list[str]:
    """The words of a name in plain lower-case letters."""
    special = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss"})
    more = str.maketrans(
        {"æ": "ae", "Æ": "Ae", "þ": "th", "Þ": "Th", "ð": "d", "ʻ": "", "'": "", "-": "", ".": ""}
    )
    plain = unicodedata.normalize("NFKD", name.translate(special).translate(more))
    return re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)).lower())


def local_part(name: str, dice: random.Random) -> str:
    """What stands before the @, in one of the ways in which people write their name there."""
    first, *others = (word for word in ascii_words(name) if word not in ("jr", "iii", "iv"))
    if not others:
        return f"{first}{dice.randint(2, 99)}"
    last = others[-1] if len(others) > 2 else "".join(others)
    if dice.random() < 0.4:
        return f"{first}.{last}"
    ways = (
        f"{first[0]}.{last}",
        f"{last}.{first}",
        f"{first}_{last}",
        f"{first}{last}",
        f"{first}{last}{dice.randint(60, 99)}",
        f"{first}.{last}+jobs",
    )
    return dice.choices(ways, (4, 3, 3, 3, 3, 1))[0]


def read_people(countries: list[dict[str, str]], first_day: date, dice: random.Random) -> list[Row]:
    """Everybody once, at the first stage."""
    rows = []
    for country in countries:
        for entry in " ".join(country["people"].split()).split("; "):
            name, _, local = entry.partition("=")
            phone = f"+{country['dial']} {dice.randint(10, 98)} 555 01{dice.randint(0, 99):02}"
            rows.append(
                Row(
                    candidate_id="",
                    name=name,
                    email=f"{local or local_part(name, dice)}@{dice.choice(DOMAINS.split())}.example",
                    phone=phone if dice.random() < 0.8 else "",
                    country=country["name"],
                    applied_on=str(first_day + timedelta(days=dice.randrange(DAYS_OPEN))),
                    source=dice.choices(list(SOURCES), list(SOURCES.values()))[0],
                    notes=dice.choice(NOTES) if dice.random() < 0.12 else "",
                )
            )
    return rows


def move_on(rows: list[Row], met: list[dict[str, Any]], reference: date, dice: random.Random) -> None:
    """Some were called, a few were met."""
    by_name = {row.name: row for row in rows}
    for meeting in met:
        row = by_name[meeting["name"]]
        row.stage, row.interview_kind, row.interviewers = meeting["stage"], meeting["kind"], meeting["by"]
        row.interview_date = str(reference - timedelta(days=meeting["days_before"]))
    only_applied = [
        row for row in rows if row.stage == "Applied" and row.name not in (WITHOUT_ADDRESS, APPLIED_TWICE)
    ]
    for row in dice.sample(only_applied, SCREENED):
        row.stage = "Phone screen"


def add_trouble(rows: list[Row], last_day: date) -> None:
    """What every real list has: a row that cannot be read, a person twice, a person without an address."""
    by_name = {row.name: row for row in rows}
    by_post = by_name[WITHOUT_ADDRESS]
    by_post.email, by_post.phone, by_post.source = "", "+31 10 555 0163", "By post"
    by_post.notes = "Applied by letter, no e-mail address in it"
    name, address = BROKEN
    rows.append(
        Row("", name, address, "+49 40 555 0117", "Germany", applied_on=str(last_day), source="Job board")
    )
    once = by_name[APPLIED_TWICE]
    once.applied_on = str(last_day - timedelta(days=12))
    rows.append(replace(once, applied_on=str(last_day), source="Job board", notes=""))


def write(name: str, rows: list[list[str]]) -> None:
    with (SAMPLE / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def main() -> None:
    dice = random.Random("Brightwater Ferries")  # noqa: S311 -- the same list each time, nothing secret
    job = tomllib.loads((SAMPLE / "sample.toml").read_text(encoding="utf-8"))
    people = tomllib.loads((HERE / "sample_people.toml").read_text(encoding="utf-8"))
    rows = read_people(people["country"], job["opened_on"], dice)
    move_on(rows, people["met"], job["reference_date"], dice)
    add_trouble(rows, job["closes_on"])
    dice.shuffle(rows)
    rows.sort(key=lambda row: row.applied_on)
    for number, row in enumerate(rows, start=26001):
        row.candidate_id = f"BF-{number}"
    write("applicants.csv", [HEADER, *(list(vars(row).values()) for row in rows)])
    address = {row.name: row.email for row in rows}
    write(
        "personal_lines.csv",
        [["Email", "Line"], *([address[met["name"]], met["line"]] for met in people["met"])],
    )


if __name__ == "__main__":
    main()
