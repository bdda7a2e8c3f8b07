"""Which share of real names comes out of each way through the app as it went in, to the last mark.

Law: what is printed names nobody: a name that was lost is a file and its place in it, counted from 0.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr
from html import escape
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from python_calamine import CalamineWorkbook

from bench.stores import apps
from employer_app.actions.plan_items import composer
from employer_app.domain.applicant_list.columns import recognise
from employer_app.domain.applicant_list.judge import judge
from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.courtesy import Rule, Severity, check
from employer_app.domain.merge import SAMPLES, compile_text
from employer_app.domain.person_name import clean_name, greeting_name, name_problem
from employer_app.domain.role import Role
from employer_app.domain.starter import starters
from employer_app.domain.table_file import FileKind, table_file
from employer_app.extensions import db, transaction
from employer_app.models import Candidate
from employer_app.smtp.mime import Letter, build
from scripts.quality.section import Section, percent, table
from tests import factories
from tests.domain.applicant_list.workbooks import xls
from tests.domain.courtesy.drafts import NO, draft
from tests.mail_words import to_header

FIRST_LOST = 5
HEAD = ("Full name", "Preferred name", "Email")
FILES = ("world-names.json", "labelled-names.json", "parsed-names.json", "applicants-world.csv")


@dataclass(frozen=True)
class Name:
    """`place`: file and number, which is all that may be printed of it."""

    text: str
    called: str
    place: str


#: what came out of a way, in the order of the names; None where nothing came out
Came = Sequence[str | None]


def names(data: Path) -> Section:
    """Every name of the collection that a letter may be sent to, and which ones may not."""
    every = list(_names(data / "person-names"))
    taken = [one for one in every if not _blocked(one.text)]
    refused = [one.place for one in every if _blocked(one.text) and one.text.isprintable()]
    naughty = [one for one in _naughty(data / "person-names") if not _blocked(one.text)]
    people = taken + naughty
    rows: list[tuple[str, int, int, str]] = []
    below = [f"refused, though nothing is hidden in it: {place}" for place in refused]
    for way, came in _ways(people):
        lost = [one.place for one, text in zip(people, came, strict=True) if text != one.text]
        kept = len(people) - len(lost)
        rows.append((way, len(people), kept, percent(kept, len(people))))
        below += [f"{way}: {len(lost)} lost, first {', '.join(lost[:FIRST_LOST])}"] if lost else []
    lines = [
        f"{len(every)} names, {len(every) - len(taken)} refused; {len(naughty)} naughty strings that pass",
        *table([("way", "names", "the same", "share"), *rows]),
    ]
    return Section("Names as they were given (goal: 100 % of each way)", lines, below)


def _blocked(name: str) -> bool:
    problem = name_problem(name)
    return problem is not None and problem.blocks


def _names(folder: Path) -> Iterator[Name]:
    for file in FILES:
        text = (folder / file).read_text(encoding="utf-8")
        if file.endswith(".csv"):
            records = [{"text": row["name"]} for row in csv.DictReader(io.StringIO(text))]
        else:
            records = json.loads(text)
        for number, one in enumerate(records):
            yield Name(one["text"], one.get("call_name") or "", f"{file} {number}")


def _naughty(folder: Path) -> Iterator[Name]:
    """Those that the one rule of spelling leaves alone: no blanks at an end, none twice."""
    strings = json.loads((folder / "naughty-strings.json").read_text(encoding="utf-8"))
    for number, one in enumerate(strings):
        text = one if isinstance(one, str) else one["text"]
        if text == clean_name(text):
            yield Name(text, "", f"naughty-strings.json {number}")


def _ways(people: Sequence[Name]) -> Iterator[tuple[str, Came]]:
    for kind, write in LISTS.items():
        yield f"in by {kind}", _imported(people, write)
    with apps() as stores:
        for store, app in stores.items():
            yield f"stored in {store}", _stored(app, people)
        yield "on the page", _shown(stores["SQLite"], people)
    for way, read in {"head": _by_library, "head, by the RFC": _by_the_rfc}.items():
        yield f"mail {way}", [read(_letter(one.text)) for one in people]
    yield "mail greeting", _greeted(people)
    yield "wording check", [one.text if _passes(one) else None for one in people]
    for kind, cells in EXPORTS.items():
        yield f"out by {kind}", cells(people)


def _rows(people: Sequence[Name]) -> list[tuple[str, str, str]]:
    return [(one.text, one.called, f"n{number}@post.example") for number, one in enumerate(people)]


def _csv(people: Sequence[Name]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *_rows(people)])
    return text.getvalue().encode()


def _json(people: Sequence[Name]) -> bytes:
    keys = ("name", "preferred_name", "email")
    return json.dumps([dict(zip(keys, row, strict=True)) for row in _rows(people)]).encode()


LISTS: Mapping[str, Callable[[Sequence[Name]], bytes]] = {
    "CSV": _csv,
    "XLSX": lambda people: table_file(FileKind.XLSX, HEAD, _rows(people)),
    "ODS": lambda people: table_file(FileKind.ODS, HEAD, _rows(people)),
    "XLS": lambda people: xls([HEAD, *_rows(people)]),
    "JSON": _json,
}


def _imported(people: Sequence[Name], write: Callable[[Sequence[Name]], bytes]) -> Came:
    sheet = read_list(write(people), "people")
    good = judge(sheet, recognise(sheet.header, sheet.rows), today=date(2100, 1, 1)).good
    found = {one.address.key: one.name for one in good if one.address}
    return [found.get(address) for _, _, address in _rows(people)]


def _stored(app: Flask, people: Sequence[Name]) -> Came:
    with app.app_context():
        factories.organisation()
        with transaction() as session:
            for name, called, address in _rows(people):
                row = Candidate(name=name, call_name=called, address=address, created_at=datetime.now(UTC))
                session.add(row)
        db.session.remove()
        query = sa.text("SELECT address, name FROM candidate")
        found = {row.address: str(row.name) for row in db.session.execute(query)}
        db.session.remove()
    return [found.get(address) for _, _, address in _rows(people)]


def _shown(app: Flask, people: Sequence[Name]) -> Came:
    with app.app_context():
        someone = factories.person("Bob Adeyemi", "bob@team.example", Role.RECRUITER)
        ids = dict(db.session.execute(sa.select(Candidate.address, Candidate.id)).tuples().all())
        browser = factories.signed_in(app, someone)
        db.session.remove()
        pages = [browser.get(f"/candidates/{ids[address]}").text for _, _, address in _rows(people)]
    return [
        one.text if f"<h1><bdi>{_escaped(one.text)}</bdi></h1>" in page else None
        for one, page in zip(people, pages, strict=True)
    ]


def _escaped(text: str) -> str:
    return escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


def _letter(name: str) -> bytes:
    return build(
        Letter(
            message_id="<1@brightwater.example>",
            date=datetime(2026, 11, 24, tzinfo=UTC),
            sender_name="Maren Oduya",
            sender_address="jobs@brightwater.example",
            reply_to="",
            to_name=name,
            to_address="someone@post.example",
            subject="Your application",
            text="Hello",
        )
    )


def _by_library(raw: bytes) -> str:
    return str(make_header(decode_header(parseaddr(message_from_bytes(raw)["To"])[0])))


def _by_the_rfc(raw: bytes) -> str:
    return to_header(raw)[0]


def _greeted(people: Sequence[Name]) -> Came:
    """In every letter that we ship: its first line is the one for anybody, with this name in it."""
    came: list[str | None] = [one.text for one in people]
    for letter in starters():
        parts = compile_text(letter.subject), compile_text(letter.body)
        anybody = composer().compose(*parts, {**SAMPLES, "greeting_name": "Qq"}).text.splitlines()[0]
        for number, one in enumerate(people):
            name = greeting_name(one.text, one.called)
            text = composer().compose(*parts, {**SAMPLES, "greeting_name": name}).text
            if name != (one.called or one.text) or not text.startswith(anybody.replace("Qq", name) + "\n"):
                came[number] = None
    return came


def _passes(one: Name) -> bool:
    """Whether the check of wording finds nothing in the greeting; it may warn of the name itself."""
    greeted = greeting_name(one.text, one.called)
    found = check(draft(NO.replace("Rania", greeted), greeting_name=greeted, full_name=one.text))
    greeting = [each for each in found if each.rule is Rule.GREETS_BY_NAME]
    return not [each for each in greeting if each.severity is Severity.STOPS or each.words != one.text]


def _csv_cells(people: Sequence[Name]) -> Came:
    text = table_file(FileKind.CSV, HEAD, _rows(people)).decode()
    return [row.cells[0] for row in read_list(text.encode(), "people").rows]


def _book_cells(kind: FileKind) -> Callable[[Sequence[Name]], Came]:
    def read(people: Sequence[Name]) -> Came:
        book = CalamineWorkbook.from_filelike(io.BytesIO(table_file(kind, HEAD, _rows(people))))
        return [str(row[0]) for row in book.get_sheet_by_index(0).to_python()[1:]]

    return read


EXPORTS: Mapping[str, Callable[[Sequence[Name]], Came]] = {
    "CSV": _csv_cells,
    "XLSX": _book_cells(FileKind.XLSX),
    "ODS": _book_cells(FileKind.ODS),
}
