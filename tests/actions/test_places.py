"""Places: a change of the calendar counts every deadline there anew, in the same transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import places
from employer_app.actions.places import PlaceFields
from employer_app.domain.clock import now
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import OwedAnswer, Place
from tests import factories

FIELDS = PlaceFields("Rotterdam", "NL", None, "Europe/Amsterdam", ())


def test_a_place_is_kept_as_the_clocks_read_it(alice: Person) -> None:
    fields = PlaceFields(" München ", "de", "by", "Europe/Berlin", [date(2026, 12, 28), date(2026, 12, 28)])
    place = db.session.get(Place, places.add_place(actor=alice, fields=fields))
    assert place is not None
    assert (place.name, place.country, place.subdivision) == ("München", "DE", "BY")
    assert (place.timezone, place.closed_days) == ("Europe/Berlin", ["2026-12-28"])


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("name", ""),
        ("name", "A\nB"),
        ("country", "Holland"),
        ("country", ""),
        ("country", "1!"),
        ("subdivision", "ZZ"),
        ("timezone", "Europe/Nowhere"),
        ("timezone", "../../etc/passwd"),
        ("timezone", ""),
    ],
)
def test_a_place_that_no_clock_can_use_is_refused(alice: Person, field: str, bad: str) -> None:
    with pytest.raises(Refused) as refused:
        places.add_place(actor=alice, fields=replace(FIELDS, **{field: bad}))
    assert refused.value.field == field


def test_two_places_of_one_name_are_refused(alice: Person) -> None:
    first = places.add_place(actor=alice, fields=FIELDS)
    with pytest.raises(Refused):
        places.add_place(actor=alice, fields=FIELDS)
    places.edit_place(actor=alice, place_id=first, fields=replace(FIELDS, country="BE"))


@pytest.mark.both
def test_closed_days_move_the_deadlines_of_that_place_and_no_other(app: Flask, alice: Person) -> None:
    here, there = factories.place(), factories.place()
    mine = factories.application(factories.job(place_id=here), received=timedelta(days=1))
    other = factories.application(factories.job(place_id=there), received=timedelta(days=1))

    def due(application_id: int) -> object:
        return db.session.scalar(
            sa.select(OwedAnswer.target_at).where(OwedAnswer.application_id == application_id)
        )

    before = due(mine), due(other)
    closed = [now().date() + timedelta(days=ahead) for ahead in range(60)]
    fields = replace(FIELDS, name="Closed for the winter", closed_days=closed)
    assert places.edit_place(actor=alice, place_id=here, fields=fields) == 1
    assert due(mine) > before[0]  # type: ignore[operator]
    assert due(other) == before[1]
    assert verify(db.session()).differences == []


def test_a_new_name_alone_counts_nothing_anew(alice: Person) -> None:
    place_id = places.add_place(actor=alice, fields=FIELDS)
    factories.application(factories.job(place_id=place_id))
    assert places.edit_place(actor=alice, place_id=place_id, fields=replace(FIELDS, name="Harbour")) == 0


def test_a_place_that_is_not_there_is_not_found(alice: Person) -> None:
    with pytest.raises(NotFound):
        places.edit_place(actor=alice, place_id=404, fields=FIELDS)


def test_a_recruiter_changes_no_place(bob: Person) -> None:
    with pytest.raises(NotAllowed):
        places.add_place(actor=bob, fields=FIELDS)
    with pytest.raises(NotAllowed):
        places.edit_place(actor=bob, place_id=factories.place(), fields=FIELDS)
