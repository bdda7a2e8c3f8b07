"""What the mail of the morning says to one person, and who is to get one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain.business_time import Calendar
from employer_app.domain.clock import now
from employer_app.domain.digest import MOST_LINES, Digest, Line
from employer_app.domain.role import Person, Role, Verb, require
from employer_app.domain.words import t
from employer_app.extensions import db
from employer_app.ledger.history import calendar_of
from employer_app.models import Place, RoleRow, User
from employer_app.queries.owed import Filters, Group, OwedRow, due, owed_counts, owed_page


@dataclass(frozen=True)
class Reader:
    """Somebody of the team who wants it. `before`: the last day for which it was taken in hand."""

    user_id: int
    name: str
    email: str
    before: date | None


def digest_of(viewer: Person, user_id: int, *, at: datetime | None = None) -> Digest | None:
    """What this person owes now, late first; None when that is nothing. The old pile stays out."""
    require(viewer, Verb.READ)
    at = at or now()
    theirs = Filters(owner_id=user_id, old_pile=False)
    counts = owed_counts(viewer, theirs, at=at)
    if not counts.shown:
        return None
    page = owed_page(viewer, theirs, at=at, limit=MOST_LINES)
    return Digest([_line(row, at) for row in page.rows], counts.shown, counts.late)


def readers(viewer: Person, day: date) -> Sequence[Reader]:
    """Who may sign in, has a role, wants the mail, and was not seen to on that day; by id."""
    require(viewer, Verb.READ)
    query = (
        sa.select(User.id, User.name, User.email, User.digest_day)
        .where(User.active, User.digest, sa.or_(User.digest_day.is_(None), User.digest_day < day))
        .where(User.roles.any(RoleRow.name.in_([role.value for role in Role])))
        .order_by(User.id)
    )
    return [Reader(*row) for row in db.session.execute(query)]


def reader_by_email(viewer: Person, email: str) -> Reader | None:
    """Whoever signs in with that address, whether they want the mail or not."""
    require(viewer, Verb.ADMINISTER)
    query = sa.select(User.id, User.name, User.email, User.digest_day)
    row = db.session.execute(query.where(User.email == email.strip().casefold())).first()
    return Reader(*row) if row else None


def house_calendar(viewer: Person) -> Calendar:
    """The working days of the organisation's first place; without a place Monday to Friday, in UTC."""
    require(viewer, Verb.READ)
    place = db.session.scalars(sa.select(Place).order_by(Place.id).limit(1)).first()
    return calendar_of(place) if place else Calendar("", None, "UTC")


def _line(row: OwedRow, at: datetime) -> Line:
    late = row.group is Group.LATE
    zone = ZoneInfo(row.calendar.timezone)
    passed = row.target_at.astimezone(zone).date() < at.astimezone(zone).date()
    return Line(
        application_id=row.application_id,
        name=row.name,
        job_title=row.job_title,
        reason=t(f"owed.reason_late.{row.reason}" if late else f"owed.reason.{row.reason}"),
        due="Due, not late yet" if passed and not late else due(row, at)[0],
    )
