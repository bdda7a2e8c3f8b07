"""Very many messages that wait, each to a person of its own. The database makes them of a single one."""

from __future__ import annotations

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench import close_out
from employer_app.domain.event import application_subject
from employer_app.extensions import Base, db, transaction
from employer_app.models import Application, Candidate, Event, Message, MessageApplication, OwedAnswer

#: so many applications have a history, which is more than a worker gets to in a few seconds
_WITH_HISTORY = 50_000


def queue(count: int) -> None:
    """All are due. Call inside an application context, with a database that may be emptied."""
    close_out.confirm(close_out.planned(1), 1)
    close_out.due()
    with transaction() as session:
        _multiply(session, count - 1)
        if session.get_bind().dialect.name == "postgresql":
            for model in (Candidate, Application, Message, Event):
                last = sa.func.max(_table(model).c.id)
                session.execute(sa.select(sa.func.setval(f"{_table(model).name}_id_seq", last)))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


def _multiply(session: Session, times: int) -> None:
    """The only candidate, application and message, so many times more."""
    one, number = _numbers(times)
    person, application, message = (
        session.scalars(sa.select(model.id)).one() for model in (Candidate, Application, Message)
    )
    digits = sa.cast(number, sa.String)
    whom = {"name": "Amara Many" + digits, "address": "many" + digits + "@post.example"}
    keys = {"address_key": whom["address"], "search_key": "amara many" + digits}
    _copy(session, Candidate, one, id=number + person, **whom, **keys)
    _copy(session, Application, one, id=number + application, candidate_id=number + person)
    rfc_id = "<many." + digits + "@brightwater.example>"
    _copy(
        session,
        Message,
        one,
        id=number + message,
        candidate_id=number + person,
        message_id=rfc_id,
        **whom,
    )
    linked = {"message_id": number + message, "application_id": number + application}
    _copy(session, MessageApplication, one, **linked)
    one, number = _numbers(min(times, _WITH_HISTORY))
    apart = session.scalars(sa.select(sa.func.max(Event.id))).one() * number
    prefix = application_subject(application).rpartition(":")[0]
    subject = f"{prefix}:" + sa.cast(number + application, sa.String)
    _copy(
        session,
        Event,
        one,
        Event.subject == application_subject(application),
        id=Event.id + apart,
        subject=subject,
    )
    _copy(
        session,
        OwedAnswer,
        one,
        application_id=number + application,
        source_event_id=OwedAnswer.source_event_id + apart,
    )


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
