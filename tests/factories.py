"""Arrange: people, places, jobs and applications, made through the app's own verbs wherever there is one.

Call inside an application context. Functions return ids, for rows go stale.
"""

from __future__ import annotations

import itertools
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from employer_app.cli.migrations import upgrade
from employer_app.domain.clock import now
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person, Role
from employer_app.domain.stage import DEFAULT_STAGES, StageKind
from employer_app.extensions import Base, db, transaction
from employer_app.ledger.record import NewFact, record
from employer_app.models import Application, Candidate, Job, Organisation, Place, RoleRow, Stage, User
from employer_app.outbox import worker

_numbers = itertools.count(1)


class Browser(FlaskClient):
    """Each request in an application context of its own, as in real life: in the arranging one, all requests
    of a test would share `g`, and with it whoever signed in first."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


def migrate(app: Flask) -> None:
    with app.app_context():
        upgrade()


@contextmanager
def postgres_database(url: str) -> Iterator[str]:
    """A database of its own on the given server, dropped afterwards."""
    name = f"employer_test_{secrets.token_hex(6)}"
    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    server = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
        # no test cuts the power of the server, so nothing is lost by not waiting for its disk
        connection.execute(sa.text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    try:
        yield address.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        server.dispose()


def empty_database() -> None:
    """And with it goes the journal of what left: else this looks like a database that was put back."""
    worker.leave()
    shutil.rmtree(Path(current_app.instance_path) / "journal", ignore_errors=True)
    with transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name != "role":
                session.execute(sa.delete(table))


def organisation(**values: object) -> None:
    with transaction() as session:
        fields = {
            "name": "Brightwater Ferries",
            "sender_name": "Brightwater Ferries",
            "sender_address": "jobs@brightwater.example",
            "reply_to": "jobs@brightwater.example",
            "safe_mode": False,
        }
        session.add(Organisation(id=1, **{**fields, **values}))


def person(name: str, email: str, *roles: Role) -> Person:
    with transaction() as session:
        known = {row.name: row for row in session.scalars(sa.select(RoleRow))}
        user = User(
            email=email,
            name=name,
            active=True,
            fs_uniquifier=secrets.token_hex(16),
            create_datetime=now(),
            update_datetime=now(),
        )
        for role in roles:
            user.roles.append(known.get(role.value) or RoleRow(name=role.value))
        session.add(user)
        session.flush()
        user_id = user.id
    return Person(user_id, name, frozenset(roles))


def signed_in(app: Flask, someone: Person) -> FlaskClient:
    """A browser of this person, as if they had just signed in."""
    uniquifier = db.session.scalar(sa.select(User.fs_uniquifier).where(User.id == someone.user_id))
    db.session.remove()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = uniquifier
        session["_fresh"] = True
        session["fs_cc"] = "set"
        session["fs_paa"] = now().timestamp()
    return client


def place(country: str = "NL", timezone: str = "Europe/Amsterdam") -> int:
    with transaction() as session:
        row = Place(name="Rotterdam", country=country, timezone=timezone, closed_days=[])
        session.add(row)
        session.flush()
        return row.id


def job(
    title: str = "Deck Officer",
    *,
    place_id: int | None = None,
    closing_on: date | None = None,
    **more: object,
) -> int:
    place_id = place_id or place()
    with transaction() as session:
        row = Job(
            **{"title": title, "public_title": title, "place_id": place_id, "closing_on": closing_on, **more},
            created_at=now(),
            contact_name="Maren Oduya",
            contact_address="maren@brightwater.example",
        )
        row.stages = [
            Stage(
                position=number, name=plan.name, kind=plan.kind, counts_as_interview=plan.counts_as_interview
            )
            for number, plan in enumerate(DEFAULT_STAGES)
        ]
        session.add(row)
        session.flush()
        return row.id


def candidate(name: str | None = None, address: str | None = "auto", **more: object) -> int:
    number = next(_numbers)
    name = name or f"Person {chr(65 + number % 26)}. Example{number}"
    if address == "auto":
        address = f"person{number}@post.example"
    with transaction() as session:
        row = Candidate(
            name=name,
            address=address,
            address_key=address,
            search_key=name.casefold(),
            created_at=now(),
            **more,
        )
        session.add(row)
        session.flush()
        return row.id


def application(
    job_id: int,
    *,
    name: str | None = None,
    address: str | None = "auto",
    candidate_id: int | None = None,
    received: datetime | timedelta = timedelta(days=20),
    stage: StageKind = StageKind.APPLIED,
    ack_expected: bool = False,
    **candidate_fields: object,
) -> int:
    """An application received at that moment (or that long ago), standing at that kind of stage."""
    moment = now() - received if isinstance(received, timedelta) else received
    candidate_id = candidate_id or candidate(name, address, **candidate_fields)
    with transaction() as session:
        first = sa.select(Stage).where(Stage.job_id == job_id).order_by(Stage.position)
        stage_row = session.scalars(first.where(Stage.kind == stage)).first()
        assert stage_row is not None
        row = Application(
            job_id=job_id, candidate_id=candidate_id, stage_id=stage_row.id, received_at=moment, round=1
        )
        session.add(row)
        session.flush()
        facts = {"stage_kind": stage.value, "ack_expected": ack_expected}
        record(
            session,
            [NewFact(row.id, EventKind.APPLICATION_RECEIVED, facts, occurred_at=moment)],
            actor_id=None,
        )
        return row.id


def happened(
    application_id: int,
    kind: EventKind,
    *,
    ago: timedelta = timedelta(0),
    payload: dict[str, object] | None = None,
    **facts: object,
) -> None:
    """Record one fact on an application, that long ago."""
    with transaction() as session:
        fact = NewFact(application_id, kind, facts, payload or {}, now() - ago)
        record(session, [fact], actor_id=None)
