"""The places of the organisation. They give time zone and days off to every deadline of their jobs.

A change of these counts the deadlines anew, in the same transaction: what we owe always equals what follows
from the facts and the place as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.settings import locked_organisation, note_change, one_line
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.ledger.record import refold
from employer_app.models import Application, Job, Place

MOST_CLOSED_DAYS = 366


@dataclass(frozen=True)
class PlaceFields:
    """ISO 3166 codes, an IANA time zone, and the days on which the house is closed beside the holidays."""

    name: str
    country: str
    subdivision: str | None
    timezone: str
    closed_days: Sequence[date]


def add_place(*, actor: Person, fields: PlaceFields) -> int:
    """A new place; returns its id. Raises Refused, naming the field."""
    require(actor, Verb.ADMINISTER)
    values = _checked(fields)
    with transaction() as session:
        organisation = locked_organisation(session)
        _refuse_same_name(session, values["name"], None)
        place = Place(**values)
        session.add(place)
        session.flush()
        note_change(session, organisation, actor, ["places"], {"place_id": place.id, "after": values})
        return place.id


def edit_place(*, actor: Person, place_id: int, fields: PlaceFields) -> int:
    """Change a place; returns how many applications were counted anew. Raises Refused, NotFound."""
    require(actor, Verb.ADMINISTER)
    values = _checked(fields)
    with transaction() as session:
        organisation = locked_organisation(session)
        place = session.get(Place, place_id, with_for_update=True, populate_existing=True)
        if place is None:
            raise NotFound("There is no such place.", "Look at the list of places again.")
        _refuse_same_name(session, values["name"], place_id)
        before = {key: getattr(place, key) for key in values if getattr(place, key) != values[key]}
        if not before:
            return 0
        for key in before:
            setattr(place, key, values[key])
        session.flush()
        payload = {"place_id": place.id, "before": before, "after": {key: values[key] for key in before}}
        note_change(session, organisation, actor, ["places"], payload)
        return _count_anew(session, place_id) if before.keys() - {"name"} else 0


def _count_anew(session: Session, place_id: int) -> int:
    jobs = session.scalars(
        sa.select(Job).where(Job.place_id == place_id).order_by(Job.id).with_for_update(key_share=True)
    ).all()
    concerned = sa.select(Application.id).where(Application.job_id.in_([job.id for job in jobs]))
    ids = session.scalars(concerned.order_by(Application.id)).all()
    refold(session, ids)
    return len(ids)


def _checked(fields: PlaceFields) -> dict[str, Any]:
    name = one_line(fields.name, "name")
    if not name:
        raise Refused("The place has no name.", "Give it the name that the team uses.", "name")
    country = fields.country.strip().upper()
    if len(country) != 2 or not country.isascii() or not country.isalpha():
        raise Refused("This is not a country.", "Choose one of the list.", "country")
    try:
        ZoneInfo(fields.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("There is no such time zone.", "Choose one of the list.", "timezone") from None
    if len(fields.closed_days) > MOST_CLOSED_DAYS:
        raise Refused("These are too many days.", f"Keep at most {MOST_CLOSED_DAYS}.", "closed_days")
    return {
        "name": name,
        "country": country,
        "subdivision": _subdivision(country, fields.subdivision),
        "timezone": fields.timezone,
        "closed_days": sorted({day.isoformat() for day in fields.closed_days}),
    }


def _subdivision(country: str, given: str | None) -> str | None:
    code = (given or "").strip().upper()
    if not code:
        return None
    import holidays  # noqa: PLC0415 -- half a second to import; only this form needs it

    known = holidays.list_supported_countries(include_aliases=True).get(country, [])
    if code not in known:
        listed = f"Use one of: {', '.join(known)}." if known else "Leave it empty for this country."
        raise Refused(f"“{code[:10]}” is not a region with holidays of its own there.", listed, "subdivision")
    return code


def _refuse_same_name(session: Session, name: str, place_id: int | None) -> None:
    same = sa.select(Place.id).where(Place.name == name, Place.id != (place_id or 0))
    if session.scalar(same.limit(1)) is not None:
        raise Refused("There is a place of this name already.", "Give it another name.", "name")
