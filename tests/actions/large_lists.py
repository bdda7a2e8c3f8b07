"""Arrange send lists that are large by the settings of a test, and what happened to their messages."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import sqlalchemy as sa

from employer_app.actions import batches, plans
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import db, for_a_thread, transaction
from employer_app.models import Batch, Message, Plan
from tests import factories


def plan_for(actor: Person, people: int, job: int | None = None) -> int:
    """A close-out of so many, in a job of their own unless one is given."""
    job = job or factories.job()
    ids = [factories.application(job) for _ in range(people)]
    return plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=actor, application_ids=ids)


def digest_of(plan_id: int) -> str:
    db.session.rollback()
    return db.session.scalars(sa.select(Plan.digest).where(Plan.id == plan_id)).one()


def confirm(plan_id: int, actor: Person, typed_count: int | None = None) -> int:
    return batches.confirm(plan_id=plan_id, digest=digest_of(plan_id), actor=actor, typed_count=typed_count)


def batch(batch_id: int) -> Batch:
    db.session.rollback()
    return db.session.get_one(Batch, batch_id, populate_existing=True)


def how_many(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def message_ids(batch_id: int) -> list[int]:
    db.session.rollback()
    query = sa.select(Message.id).where(Message.batch_id == batch_id).order_by(Message.id)
    return list(db.session.scalars(query))


def sent(ids: list[int], status: MessageStatus = MessageStatus.ACCEPTED) -> None:
    """They left at this moment, and the mail server said so."""
    with transaction() as session:
        session.execute(sa.update(Message).where(Message.id.in_(ids)).values(status=status, fenced_at=now()))


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Each in a thread of its own, let loose together; what each gave back, or how it was refused."""
    start, given = Barrier(len(acts)), [None] * len(acts)

    def loose(number: int, act: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            start.wait()
            try:
                given[number] = act()
            except Exception as error:
                given[number] = error

        return for_a_thread(run)

    threads = [Thread(target=loose(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given
