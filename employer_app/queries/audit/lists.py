"""The people behind a figure, chosen by the figure's own definition: number and list cannot disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.errors import Refused
from employer_app.domain.message import Kind, MessageStatus, Purpose
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.models import Application, Candidate, Job, Message, MessageApplication, Stage, User
from employer_app.queries.audit.figures import MESSAGES, PROMISES, Figure, Filters, Tables, midnight, within
from employer_app.queries.audit.promises import given, matching

PAGE = 50
_SLICE = 500


@dataclass(frozen=True)
class After:
    """After which row a page begins. `str()` of it is safe in an address."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.timestamp()!r}~{self.id}"

    @classmethod
    def parse(cls, text: str) -> After:
        """Raises Refused."""
        try:
            moment, row_id = text.split("~")
            return cls(datetime.fromtimestamp(float(moment), UTC), int(row_id))
        except (ValueError, OverflowError, OSError):
            raise Refused("This address is incomplete.", "Go back to the first page of the list.") from None


@dataclass(frozen=True)
class ListRow:
    """One person in one job; for messages and dates, one of those. The list is ordered by `at`."""

    id: int
    application_id: int
    name: str
    job_id: int
    job_title: str
    stage: str
    status: Status
    owner: str
    received_at: datetime
    last_contact_at: datetime | None
    decided_at: datetime | None
    told_at: datetime | None
    told_how: str | None
    #: the worst of what we owe, and when the first of it is or was due
    reason: Reason | None
    target_at: datetime | None
    at: datetime
    message_id: int | None = None
    message_kind: Kind | None = None
    message_status: MessageStatus | None = None
    #: `at` is a date that we gave
    is_date: bool = False

    @property
    def after(self) -> After:
        return After(self.at, self.id)


@dataclass(frozen=True)
class ListPage:
    rows: Sequence[ListRow]
    total: int
    after: After | None


def job_choices(viewer: Person) -> list[tuple[int, str]]:
    """Every job that anybody applied to, by title."""
    require(viewer, Verb.READ)
    applied = sa.exists().where(Application.job_id == Job.id)
    query = sa.select(Job.id, Job.title).where(applied).order_by(Job.title, Job.id)
    return [(row.id, row.title) for row in db.session.execute(query)]


def audit_list(
    viewer: Person,
    figure: Figure,
    filters: Filters | None = None,
    after: After | None = None,
    *,
    limit: int = PAGE,
    at: datetime | None = None,
) -> ListPage:
    """Longest wait first."""
    require(viewer, Verb.READ)
    filters, tables = filters or Filters(), Tables(at or now())
    if figure in PROMISES:
        dates = _dates(figure, filters, tables)
        left = [each for each in dates if after is None or each > (after.at, after.id)]
        rows, total = _dated(tables, left[: limit + 1]), len(dates)
    else:
        chosen = _rows_of(figure, filters, tables).subquery()
        total = db.session.scalar(sa.select(sa.func.count()).select_from(chosen)) or 0
        query = sa.select(chosen).order_by(chosen.c.at, chosen.c.id)
        if after is not None:
            query = query.where(sa.tuple_(chosen.c.at, chosen.c.id) > sa.tuple_(after.at, after.id))
        rows = [_row(row) for row in db.session.execute(query.limit(limit + 1)).mappings()]
    return ListPage(rows[:limit], total, rows[limit - 1].after if len(rows) > limit else None)


def every_row(
    viewer: Person, figure: Figure, filters: Filters | None = None, at: datetime | None = None
) -> Iterator[ListRow]:
    """All of them, for a file."""
    require(viewer, Verb.EXPORT)
    after: After | None = None
    while True:
        page = audit_list(viewer, figure, filters, after, limit=_SLICE, at=at)
        yield from page.rows
        if page.after is None:
            return
        after = page.after


def _rows_of(figure: Figure, filters: Filters, tables: Tables) -> sa.Select[*tuple[Any, ...]]:
    if figure in MESSAGES:
        return _messages(figure, filters, tables)
    meaning = tables.meaning(figure)
    return _people(tables, Application.id.label("id"), meaning.first.label("at")).where(
        meaning.where, *within(meaning.moment, filters), *tables.chosen(filters)
    )


def _people(tables: Tables, *columns: Any) -> sa.Select[*tuple[Any, ...]]:
    return (
        tables.select(
            *columns,
            Application.id.label("application_id"),
            Candidate.name,
            Application.job_id,
            Job.title.label("job_title"),
            Stage.name.label("stage"),
            Application.status,
            sa.func.coalesce(User.name, "").label("owner"),
            Application.received_at,
            Application.last_contact_at,
            Application.decided_at,
            Application.told_at,
            Application.told_how,
            sa.func.coalesce(tables.debts.c.due_rank, tables.debts.c.rank).label("rank"),
            tables.debts.c.target_at,
        )
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Stage, Stage.id == Application.stage_id)
        .outerjoin(User, User.id == sa.func.coalesce(Application.owner_id, Job.owner_id))
    )


def _messages(figure: Figure, filters: Filters, tables: Tables) -> sa.Select[*tuple[Any, ...]]:
    """One row a message, with the first of its applications that the filters choose."""
    chosen = tables.select(Application.id).where(*tables.chosen(filters))
    first = (
        sa.select(
            MessageApplication.message_id, sa.func.min(MessageApplication.application_id).label("about")
        )
        .where(MessageApplication.application_id.in_(chosen))
        .group_by(MessageApplication.message_id)
        .subquery()
    )
    columns = (
        Message.id.label("id"),
        Message.id.label("message_id"),
        Message.kind.label("message_kind"),
        Message.status.label("message_status"),
        Message.created_at.label("at"),
    )
    return (
        _people(tables, *columns)
        .join(first, first.c.about == Application.id)
        .join(Message, Message.id == first.c.message_id)
        .where(
            Message.status.in_(MESSAGES[figure]),
            Message.purpose != Purpose.ACCOUNT,
            *within(Message.created_at, filters),
        )
    )


def _dates(figure: Figure, filters: Filters, tables: Tables) -> list[tuple[datetime, int]]:
    """Each date that we gave as (the moment it begins, application), in order."""
    found = matching(given(tables, filters), figure)
    return sorted((midnight(each.due), each.application_id) for each in found)


def _dated(tables: Tables, dates: Sequence[tuple[datetime, int]]) -> list[ListRow]:
    ids = {application_id for _, application_id in dates}
    query = _people(tables, Application.id.label("id")).where(Application.id.in_(ids))
    people = {row["id"]: row for row in db.session.execute(query).mappings()}
    return [_row({**people[application_id], "at": at, "is_date": True}) for at, application_id in dates]


def _row(row: Mapping[Any, Any]) -> ListRow:
    values = {name: row[name] for name in ListRow.__dataclass_fields__ if name in row}
    values["reason"] = list(Reason)[row["rank"]] if row["rank"] is not None else None
    return ListRow(**values)
