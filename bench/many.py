"""Very many messages that wait, each to a person of its own. The database makes them of a single one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from bench import close_out, processes
from employer_app.domain.event import application_subject, job_subject
from employer_app.domain.message import MessageStatus
from employer_app.extensions import Base, db, transaction
from employer_app.models import (
    Application,
    Candidate,
    Event,
    Job,
    Message,
    MessageApplication,
    OwedAnswer,
    Stage,
)

#: so many applications have a history, which is more than a worker gets to in a few seconds
_WITH_HISTORY = 50_000
_IN_A_JOB = 1_000


def queue(count: int) -> None:
    """All are due. Call inside an application context, with a database that may be emptied."""
    close_out.confirm(close_out.planned(1), 1)
    close_out.due()
    with transaction() as session:
        _multiply(session, count - 1)
        if session.get_bind().dialect.name == "postgresql":
            for model in (Candidate, Application, Message, Event, Job, Stage):
                last = sa.func.max(_table(model).c.id)
                session.execute(sa.select(sa.func.setval(f"{_table(model).name}_id_seq", last)))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


@contextmanager
def delivering(app: Flask, mail_port: int) -> Iterator[int]:
    """The process id of a worker that is at it."""
    before = left()
    with processes.worker(app, mail_port) as process_id:
        processes.until(lambda: left() > before, "the first letter")
        yield process_id


def left() -> int:
    """How many are with the mail server."""
    query = sa.select(sa.func.count()).where(Message.status == MessageStatus.ACCEPTED)
    found = db.session.scalar(query) or 0
    db.session.rollback()
    return found


def _multiply(session: Session, times: int) -> None:
    """The only candidate, application and message, so many times more."""
    person, application, message, job = (
        session.scalars(sa.select(model.id)).one() for model in (Candidate, Application, Message, Job)
    )
    stages = _copy_jobs(session, job, times // _IN_A_JOB)
    one, number = _numbers(times)
    digits = sa.cast(number, sa.String)
    whom = {"name": "Amara Many" + digits, "address": "many" + digits + "@post.example"}
    keys = {"address_key": whom["address"], "search_key": "amara many" + digits}
    _copy(session, Candidate, one, id=number + person, **whom, **keys)
    of_job = {"job_id": job + number // _IN_A_JOB}
    stage_id = Application.stage_id + stages * (number // _IN_A_JOB)
    applied = {"id": number + application, "candidate_id": number + person, "stage_id": stage_id}
    _copy(session, Application, one, **applied, **of_job)
    told = {"id": number + message, "candidate_id": number + person}
    _copy(session, Message, one, **told, **whom, message_id="<many." + digits + "@brightwater.example>")
    linked = {"message_id": number + message, "application_id": number + application}
    _copy(session, MessageApplication, one, **linked)
    one, number = _numbers(min(times, _WITH_HISTORY))
    apart = _copy_history(session, application_subject(application), one, number + application)
    owed = {"application_id": number + application, "job_id": job + number // _IN_A_JOB}
    _copy(session, OwedAnswer, one, **owed, source_event_id=OwedAnswer.source_event_id + apart)


def _copy_jobs(session: Session, job: int, times: int) -> int:
    """With their stages; returns how far apart the ids of the same stage of two jobs are."""
    stages = session.scalars(sa.select(sa.func.max(Stage.id) - sa.func.min(Stage.id) + 1)).one()
    if times:
        one, number = _numbers(times)
        _copy(session, Job, one, id=number + job)
        _copy(session, Stage, one, id=Stage.id + stages * number, job_id=number + job)
        _copy_history(session, job_subject(job), one, number + job)
    return stages


def _copy_history(
    session: Session, subject: str, one: sa.CTE, new_id: sa.ColumnElement[int]
) -> sa.ColumnElement[int]:
    """What happened to this subject, for others of its kind; returns how far the ids lie behind."""
    its = Event.subject == subject
    first, last = session.execute(sa.select(sa.func.min(Event.id), sa.func.max(Event.id)).where(its)).one()
    behind = session.scalars(sa.select(sa.func.max(Event.id))).one() - last
    apart = behind + (last - first + 1) * one.c.number
    named = subject.rpartition(":")[0] + ":" + sa.cast(new_id, sa.String)
    _copy(session, Event, one, its, id=Event.id + apart, subject=named)
    return apart


def _numbers(last: int) -> tuple[sa.CTE, sa.ColumnElement[int]]:
    """1 to `last`, one a row."""
    numbers = sa.select(sa.literal(1).label("number")).cte("numbers", recursive=True)
    more = sa.select(numbers.c.number + 1).where(numbers.c.number < last)
    found = numbers.union_all(more)
    return found, found.c.number


def _copy(
    session: Session, model: type[Base], one: sa.CTE, *where: sa.ColumnElement[bool], **changed: Any
) -> None:
    """Each row, once for each number."""
    table = _table(model)
    rows = sa.select(*(changed.get(column.name, column) for column in table.c))
    rows = rows.select_from(table.join(one, sa.true())).where(*where)
    session.execute(sa.insert(table).from_select(list(table.c), rows, include_defaults=False))


def _table(model: type[Base]) -> sa.Table:
    return cast(sa.Table, model.__table__)
