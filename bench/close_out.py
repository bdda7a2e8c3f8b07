"""A close-out as people do it: a job with applicants, a send list that is confirmed, a worker that delivers.

The time to undo is taken off, and the letters are those of a new installation.
"""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from bench import processes
from bench.report import Taken, seconds
from bench.sizes import size
from employer_app.actions import batches, plans
from employer_app.actions.imports.lists import keep_look
from employer_app.actions.imports.look import look_at
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import OPERATOR
from employer_app.extensions import db, transaction
from employer_app.models import Job, Message, Plan
from employer_app.outbox import worker
from tests import factories

PEOPLE = size("PEOPLE", 1000)
_HEADER = ("First Name", "Last Name", "Email", "Job", "Job ID", "Current Stage", "Status", "Applied On")


def people(count: int) -> int:
    """A job with so many applicants, in a database that was emptied; returns the job."""
    factories.empty_database()
    factories.organisation()
    factories.place()
    applied = (now() - timedelta(days=20)).date().isoformat()
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(_HEADER)
    for number in range(count):
        whom = ("Amara", f"Example{number}", f"person{number}@post.example")
        rows.writerow((*whom, "Deck Officer", "REQ-1", "Application Review", "Active", applied))
    found = look_at(read_list(out.getvalue().encode(), "list"), ListChoices(), actor=OPERATOR)
    keep_look(found, actor=OPERATOR, good_only=False)
    return db.session.scalars(sa.select(Job.id)).one()


def planned(count: int) -> int:
    """A send list that tells so many people that the job is filled, as it is reviewed."""
    return plans.start_close_out(job_id=people(count), cause=Cause.FILLED, actor=OPERATOR)


def confirm(plan: int, count: int) -> None:
    digest = db.session.get_one(Plan, plan).digest
    batches.confirm(plan_id=plan, digest=digest, actor=OPERATOR, typed_count=count)


def due() -> None:
    """The time to undo is over."""
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(seconds=1)))


def close_out(app: Flask, connections: int, count: int = PEOPLE) -> Taken:
    """From the confirm to the last answer of the mail server."""
    app.config["CONNECTIONS"] = connections
    with app.app_context():
        plan = planned(count)
        taken = seconds(lambda: confirm(plan, count))
        due()
        taken += seconds(worker.drain)
        _all_accepted(count)
        worker.leave()
    return taken


def close_out_by(app: Flask, mail_port: int, connections: int, workers: int, count: int = PEOPLE) -> Taken:
    """The same with several worker processes, which run already; their processor time is not counted."""
    with app.app_context():
        plan = planned(count)
        with processes.workers(app, mail_port, connections, workers) as hand_over:
            taken = seconds(lambda: confirm(plan, count))
            due()
            taken += seconds(hand_over)
        _all_accepted(count)
    return taken


def delivery(app: Flask, connections: int, count: int = PEOPLE) -> Taken:
    """The same without the confirm."""
    app.config["CONNECTIONS"] = connections
    with app.app_context():
        confirm(planned(count), count)
        due()
        taken = seconds(worker.drain)
        _all_accepted(count)
        worker.leave()
    return taken


def mail_to(app: Flask, port: int) -> None:
    app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=port, MAIL_USE_TLS=False)


def _all_accepted(count: int) -> None:
    query = sa.select(sa.func.count()).where(Message.status == MessageStatus.ACCEPTED)
    assert db.session.scalar(query) == count
    db.session.rollback()
