"""Lists that nobody prepared for this app: from the file to one mail a person, under the name they gave.

The lists lie where EMPLOYER_TEST_DATA says; without it these tests are skipped. What must come out is worked
out here from the bare cells, apart from the code of the import.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import batches, plans
from employer_app.actions.imports import lists as imports
from employer_app.actions.imports.keep import Imported
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import Refused
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Candidate, Message, OwedAnswer, Plan, PlanItem
from employer_app.outbox import worker
from tests import factories
from tests.smtp_sink import SmtpSink

pytestmark = pytest.mark.both

WORLD = "applicants-world.csv"


@dataclass
class Told:
    """What stands in a file by a bare reading: each row is one of the four below."""

    rows: int = 0
    #: address, in small letters, to the name beside it
    by_address: dict[str, str] = field(default_factory=dict)
    without_address: list[str] = field(default_factory=list)
    bad: int = 0
    again: int = 0


def read_bare(path: Path, meaning: Mapping[str, str]) -> Told:
    told = Told()
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    place = {meaning[name]: index for index, name in reversed(list(enumerate(header))) if name in meaning}
    for cells in rows:
        if not any(cells):
            continue
        told.rows += 1
        name = cells[place["name"]]
        address = cells[place["email"]].casefold()
        if len(cells) > len(header) or not name:
            told.bad += 1
        elif not address:
            told.without_address.append(name)
        elif address in told.by_address:
            told.again += 1
        else:
            told.by_address[address] = name
    return told


def real_lists(data: Path) -> Iterator[tuple[Path, Told]]:
    """Every list that has rows, names, and an address for each person or most."""
    folder = data / "csv-exports"
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    for name, about in expected.items():
        if about.get("rows") and {"name", "email"} <= set(about["columns"].values()):
            told = read_bare(folder / name, about["columns"])
            assert told.rows == about["rows"]
            yield folder / name, told
    path = data / "person-names" / WORLD
    yield path, read_bare(path, {"name": "name", "email": "email"})


def bring_in(path: Path, job: int, bob: Person) -> Imported:
    list_id = imports.upload(filename=path.name, data=path.read_bytes(), actor=bob, job_id=job)
    digest = imports.look(list_id=list_id, actor=bob).digest
    return imports.keep(list_id=list_id, digest=digest, actor=bob, good_only=True)


def close_out(job: int, bob: Person) -> tuple[list[PlanItem], int]:
    """The plan's rows, and how many messages were confirmed, due now."""
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    items = list(db.session.scalars(sa.select(PlanItem).where(PlanItem.plan_id == plan)))
    messages = sum(1 for item in items if item.text)
    digest = db.session.get_one(Plan, plan).digest
    batches.confirm(plan_id=plan, digest=digest, actor=bob, typed_count=messages)
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(seconds=1)))
    return items, messages


@dataclass(frozen=True)
class Mail:
    """As its reader gets it."""

    address: str
    name: str
    text: str
    html: str
    raw: bytes


def read_mail(raw: bytes) -> Mail:
    """By the library's older reader: the newer one of Python 3.11 puts a blank into a name of two parts."""
    name, address = parseaddr(message_from_bytes(raw)["To"])
    whole = message_from_bytes(raw, policy=SMTP)
    text, html = (whole.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return Mail(address.casefold(), str(make_header(decode_header(name))), text, html, raw)


def deliver(app: Flask) -> list[Mail]:
    with SmtpSink() as sink:
        app.config["MAIL_PORT"] = sink.port
        try:
            worker.drain()
        finally:
            worker.leave()
    mails = [read_mail(one.raw) for one in sink.accepted]
    # The envelope and the letter name the same single person.
    assert [one.recipients for one in sink.accepted] == [(mail.address,) for mail in mails]
    return mails


def test_each_real_list_ends_in_one_mail_a_person_under_their_own_name(
    app: Flask, bob: Person, data: Path
) -> None:
    lists = list(real_lists(data))
    assert len(lists) > 1
    for path, told in lists:
        factories.empty_database()
        factories.organisation()
        actor = factories.person("Bob Adeyemi", "bob@team.example", *bob.roles)
        job = factories.job("Deck Officer")
        done = bring_in(path, job, actor)
        people = len(told.by_address) + len(told.without_address)
        counted = (done.rows, done.created, done.already_here, done.bad, done.duplicates, done.job_ids)
        assert counted == (told.rows, people, 0, told.bad, told.again, (job,)), path.name
        again = bring_in(path, job, actor)
        assert (again.created, again.already_here) == (0, people), path.name

        items, messages = close_out(job, actor)
        assert len(items) == people
        skipped = sorted((item.name, item.skip_reason) for item in items if not item.text)
        no_address = "No mail address. Call, or write a letter."
        assert skipped == sorted((name, no_address) for name in told.without_address), path.name
        assert messages == len(told.by_address)

        mails = deliver(app)
        assert sorted(mail.address for mail in mails) == sorted(told.by_address), path.name
        for mail in mails:
            name = told.by_address[mail.address]
            assert mail.name == name
            assert name in mail.text
        db.session.rollback()
        assert set(db.session.scalars(sa.select(Message.status))) == {MessageStatus.ACCEPTED}
        waiting = (
            sa.select(Candidate.name)
            .join(Application, Application.candidate_id == Candidate.id)
            .join(OwedAnswer, OwedAnswer.application_id == Application.id)
            .distinct()
        )
        # Nobody is silently left out: who could not be written to is still owed an answer.
        assert set(db.session.scalars(waiting)) <= set(told.without_address)
        untold = sa.select(Candidate.name).join(Application).where(Application.told_at.is_(None))
        assert sorted(db.session.scalars(untold)) == sorted(told.without_address)
        assert verify(db.session()).differences == []
        assert deliver(app) == []


def test_every_other_real_list_says_what_it_lacks_and_keeps_nothing(
    app: Flask, bob: Person, data: Path
) -> None:
    folder = data / "csv-exports"
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    job = factories.job("Deck Officer")
    seen = 0
    for name, about in expected.items():
        if Path(name).suffix not in {".csv", ".xlsx"}:
            continue
        means = set(about.get("columns", {}).values())
        if about.get("rows") and {"name", "email"} <= means:
            continue
        seen += 1
        path = folder / name
        rows = about.get("rows") or (about.get("sheets") or {}).get("candidates") or 0
        if not rows:
            with pytest.raises(Refused, match="no rows"):
                imports.upload(filename=name, data=path.read_bytes(), actor=bob)
            continue
        list_id = imports.upload(filename=name, data=path.read_bytes(), actor=bob)
        imports.choose(list_id=list_id, choices=ListChoices(job_id=job), actor=bob)
        found = imports.look(list_id=list_id, actor=bob)
        assert found.judged.rows == rows, name
        nameless = not means & {"name", "first_name", "last_name"}
        if nameless:
            assert found.bad == rows, name
            assert any("No column holds the names" in warning for warning in found.judged.warnings), name
        if "email" not in means:
            assert any("nobody on this list can be written to" in w for w in found.judged.warnings), name
        private = {header for header, meaning in about.get("columns", {}).items() if meaning == "sensitive"}
        assert not private & set(found.judged.mapping), name
    assert seen > 5
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Candidate)) == 0
