"""What the settings pages show: the organisation, and its places with their next days off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain.business_time import is_business_day
from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.ledger.history import calendar_of
from employer_app.models import Application, Job, Organisation, Place, safe_mode

_SATURDAY = 5


@dataclass(frozen=True)
class DayOff:
    """A weekday on which nobody works there. `name` is empty for the house's own closed days."""

    day: date
    name: str


@dataclass(frozen=True)
class PlaceRow:
    place: Place
    jobs: int


def organisation(viewer: Person) -> Organisation:
    """The organisation; an empty one with safe mode on before it was first saved."""
    require(viewer, Verb.ADMINISTER)
    return db.session.get(Organisation, 1) or Organisation(id=1, name="", safe_mode=True)


def in_safe_mode(viewer: Person) -> bool:
    """As it holds now, whoever said so."""
    return safe_mode(organisation(viewer).safe_mode)


def places(viewer: Person) -> Sequence[PlaceRow]:
    require(viewer, Verb.READ)
    number = sa.select(sa.func.count(Job.id)).where(Job.place_id == Place.id).scalar_subquery()
    rows = db.session.execute(sa.select(Place, number).order_by(Place.id))
    return [PlaceRow(place, jobs) for place, jobs in rows]


def place(viewer: Person, place_id: int) -> Place:
    """Raises NotFound."""
    require(viewer, Verb.READ)
    row = db.session.get(Place, place_id)
    if row is None:
        raise NotFound("There is no such place.", "Look at the list of places again.")
    return row


def next_days_off(where: Place, count: int = 6) -> Sequence[DayOff]:
    """The next weekdays off at that place, within a year."""
    import holidays  # noqa: PLC0415 -- half a second to import; only this page needs the names

    calendar = calendar_of(where)
    today = now().astimezone(ZoneInfo(where.timezone)).date()
    off = [
        day
        for day in (today + timedelta(days=ahead) for ahead in range(366))
        if day.weekday() < _SATURDAY and not is_business_day(calendar, day)
    ][:count]
    supported = holidays.list_supported_countries(include_aliases=True)
    if where.country not in supported or not off:
        return [DayOff(day, "") for day in off]
    region = where.subdivision if where.subdivision in supported[where.country] else None
    english = "en_US" if "en_US" in holidays.list_localized_countries().get(where.country, []) else None
    years = {day.year for day in off}
    named = holidays.country_holidays(where.country, subdiv=region, years=years, language=english)
    return [DayOff(day, named.get(day, "")) for day in off]


def demo_applications(viewer: Person) -> int:
    """How many applications of the sample are in the app."""
    require(viewer, Verb.ADMINISTER)
    query = sa.select(sa.func.count()).select_from(Application).join(Job, Application.job_id == Job.id)
    return db.session.scalar(query.where(Job.demo)) or 0
