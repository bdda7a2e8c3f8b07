"""Queue messages, run the worker against a scripted mail server, and look at what the database says."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from employer_app.actions import batches, plans
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.duty import Reason
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Journal, Message, OwedAnswer, Plan
from employer_app.outbox import worker
from tests import factories
from tests.smtp_sink import Script, SmtpSink


def queue(bob: Person, people: int = 1, **fields: object) -> list[int]:
    """So many confirmed messages, due now."""
    job = factories.job("Deck Officer")
    for _ in range(people):
        factories.application(job, **fields)
    plan = plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)
    digest = db.session.get_one(Plan, plan).digest
    batches.confirm(plan_id=plan, digest=digest, actor=bob, typed_count=people)
    make_due()
    return list(db.session.scalars(sa.select(Message.id).order_by(Message.id)))


def make_due() -> None:
    """The time to undo is over."""
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(seconds=1)))


def drain(app: Flask, script: Script | None = None) -> SmtpSink:
    """What a worker hands over that was there all the time, however far the test has travelled."""
    with transaction() as session:
        session.execute(sa.update(Journal).values(seen_at=now()))
    with SmtpSink(script) as sink:
        app.config["MAIL_PORT"] = sink.port
        worker.drain()
    return sink


def statuses() -> list[MessageStatus]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Message.status).order_by(Message.id)))


def reasons() -> set[Reason]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(OwedAnswer.reason)))
