"""All jobs, those with late answers first, in few statements however many rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.domain.errors import NotAllowed
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person, Role
from employer_app.domain.status import JobStatus
from employer_app.extensions import db
from employer_app.queries.jobs import (
    Filters,
    JobFilters,
    Owed,
    Shelf,
    board,
    every_row,
    job_form,
    job_head,
    list_jobs,
    matching,
    people,
)
from tests import factories

pytestmark = pytest.mark.both


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        sent.append(text)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_list_has_those_with_late_answers_first_and_counts_people(app: Flask, bob: Person) -> None:
    calm, late, empty = factories.job("Calm"), factories.job("Late"), factories.job("Empty")
    factories.application(calm, received=timedelta(hours=1))
    for _ in range(2):
        someone = factories.application(late, received=timedelta(days=60))
        factories.happened(someone, EventKind.PROMISE_MADE, due="2020-01-07")  # two debts, one person
    gone = factories.application(late)
    factories.happened(gone, EventKind.STATUS_CHANGED, status="withdrawn")
    page = list_jobs(bob, JobFilters())
    assert [row.id for row in page.rows] == [late, empty, calm]
    counts = [(row.people, row.live, row.waiting, row.late) for row in page.rows]
    assert counts == [(3, 2, 2, 2), (0, 0, 0, 0), (1, 1, 0, 0)]
    for row in page.rows:
        assert people(bob, row.id, Filters(owed=Owed.LATE)).total == row.late
        assert people(bob, row.id, Filters(owed=Owed.WAITING)).total == row.waiting


def test_list_pages_hold_every_job_once(app: Flask, bob: Person) -> None:
    made = [factories.job(f"Job {number}") for number in range(7)]
    for job in made[::2]:
        factories.application(job, received=timedelta(days=60))
    seen: list[int] = []
    after = None
    for _ in range(5):
        page = list_jobs(bob, JobFilters(), after=after, limit=2)
        seen += [row.id for row in page.rows]
        after = page.after
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 7
    assert set(seen[:4]) == set(made[::2])


def test_list_is_filtered_by_shelf_title_and_owner(app: Flask, bob: Person, alice: Person) -> None:
    open_job = factories.job("Élise’s job", public_title="Écluse 100%", owner_id=alice.user_id)
    done = factories.job("Purser", status=JobStatus.FINISHED)

    def found(**which: object) -> list[int]:
        return [row.id for row in list_jobs(bob, JobFilters(**which)).rows]

    assert found() == [open_job]
    assert found(shelf=Shelf.FINISHED) == [done]
    assert found(shelf=Shelf.ALL) == [done, open_job]
    assert found(shelf=Shelf.ALL, text="ecluse") == [open_job]
    assert found(shelf=Shelf.ALL, text="100%") == [open_job]
    assert found(shelf=Shelf.ALL, text="%' OR 1=1 --") == []
    assert found(shelf=Shelf.ALL, owner_id=alice.user_id) == [open_job]


def test_number_of_statements_does_not_grow_with_the_rows(app: Flask, bob: Person) -> None:
    made = [factories.job(f"Job {number}") for number in range(60)]
    for _ in range(30):
        factories.application(made[0])
    with statements() as sent:
        assert len(list_jobs(bob, JobFilters(), limit=60).rows) == 60
    assert len([text for text in sent if text.startswith("SELECT")]) == 2
    with statements() as sent:
        people(bob, made[0], Filters())
        board(bob, made[0], Filters())
    assert len([text for text in sent if text.startswith("SELECT")]) == 6
    with statements() as sent:
        job_head(bob, made[0])
    assert len([text for text in sent if text.startswith("SELECT")]) == 5


def test_nobody_without_a_role_reads_a_job(app: Flask, charlie: Person) -> None:
    job = factories.job()
    reads = (
        lambda: job_head(charlie, job),
        lambda: job_form(charlie, job),
        lambda: people(charlie, job, Filters()),
        lambda: board(charlie, job, Filters()),
        lambda: matching(charlie, job, Filters(), limit=1),
        lambda: every_row(charlie, job, Filters()),
        lambda: list_jobs(charlie, JobFilters()),
    )
    for read in reads:
        with pytest.raises(NotAllowed):
            read()
    assert Role.RECRUITER not in charlie.roles
