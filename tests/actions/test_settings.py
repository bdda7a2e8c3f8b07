"""The organisation: made with safe mode on, changed with a record, and harmless in the head of a mail."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import settings
from employer_app.actions.settings import OrganisationFields
from employer_app.domain.errors import NotAllowed, Refused
from employer_app.domain.event import ORGANISATION_SUBJECT
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Event, EventPayload, Organisation, Place
from tests import factories

FIELDS = OrganisationFields(
    name="Brightwater Ferries",
    sender_name="Brightwater Ferries",
    sender_address="jobs@brightwater.example",
    reply_to="jobs@brightwater.example",
    signature="",
    retention_months=None,
)


def _facts() -> list[tuple[object, object, object]]:
    rows = db.session.execute(
        sa.select(Event.actor_id, Event.facts, EventPayload.payload)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.subject == ORGANISATION_SUBJECT)
        .order_by(Event.seq)
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]


def test_a_fresh_organisation_has_safe_mode_and_a_place_and_is_made_once(app: Flask) -> None:
    with transaction() as session:
        session.execute(sa.delete(Organisation))
    settings.ensure_organisation(name="Brightwater Ferries")
    settings.ensure_organisation(name="Another")
    row = db.session.get(Organisation, 1)
    assert row is not None
    assert (row.name, row.safe_mode, row.sender_address) == ("Brightwater Ferries", True, "")
    assert db.session.scalar(sa.select(sa.func.count(Place.id))) == 1


def test_a_place_that_is_there_is_left_alone(app: Flask) -> None:
    factories.place(country="DE", timezone="Europe/Berlin")
    settings.ensure_organisation()
    assert [row.country for row in db.session.scalars(sa.select(Place))] == ["DE"]


def test_a_change_is_recorded_with_before_and_after_and_who(alice: Person) -> None:
    settings.edit_organisation(actor=alice, fields=replace(FIELDS, sender_name="Hiring at Brightwater"))
    assert _facts() == [
        (
            alice.user_id,
            {"fields": ["sender_name"]},
            {
                "before": {"sender_name": "Brightwater Ferries"},
                "after": {"sender_name": "Hiring at Brightwater"},
            },
        )
    ]


def test_saving_without_a_change_records_nothing(alice: Person) -> None:
    settings.edit_organisation(actor=alice, fields=FIELDS)
    assert _facts() == []


@pytest.mark.parametrize("field", ["name", "sender_name"])
@pytest.mark.parametrize(
    "bad", ["A\r\nBcc: v@x.example", "A\nB", "A\x0bB", "A\x85B", "A\u2028B", "A\0B", "A\u202eB"]
)
def test_a_name_cannot_break_the_head_of_a_mail(alice: Person, field: str, bad: str) -> None:  # attack 32
    with pytest.raises(Refused) as refused:
        settings.edit_organisation(actor=alice, fields=replace(FIELDS, **{field: bad}))  # type: ignore[arg-type]
    assert refused.value.field == field


@pytest.mark.parametrize("field", ["sender_address", "reply_to"])
@pytest.mark.parametrize(
    "bad", ["a@x.example, b@x.example", "Jobs <a@x.example>", "a@x.example\r\nBcc: v@x", "nobody"]
)
def test_only_one_plain_address_is_a_sender(
    alice: Person, field: str, bad: str
) -> None:  # attack 32, attack 33
    with pytest.raises(Refused) as refused:
        settings.edit_organisation(actor=alice, fields=replace(FIELDS, **{field: bad}))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert _facts() == []


def test_a_signature_keeps_its_lines_and_loses_what_cannot_be_seen(alice: Person) -> None:
    settings.edit_organisation(actor=alice, fields=replace(FIELDS, signature=" Maren\r\nPier 4\x00\x07 "))
    row = db.session.get(Organisation, 1)
    assert row is not None
    assert row.signature == "Maren\nPier 4"


@pytest.mark.parametrize("months", [0, -1, 121, 10**9])
def test_months_have_sense(alice: Person, months: int) -> None:
    with pytest.raises(Refused):
        settings.edit_organisation(actor=alice, fields=replace(FIELDS, retention_months=months))


def test_safe_mode_goes_off_only_with_a_sender_and_both_ways_are_recorded(alice: Person) -> None:
    settings.set_safe_mode(actor=alice, on=True)
    settings.set_safe_mode(actor=alice, on=True)
    settings.edit_organisation(actor=alice, fields=replace(FIELDS, sender_address=""))
    with pytest.raises(Refused) as refused:
        settings.set_safe_mode(actor=alice, on=False)
    assert refused.value.field == "sender_address"
    settings.edit_organisation(actor=alice, fields=FIELDS)
    settings.set_safe_mode(actor=alice, on=False)
    changed = [facts["fields"] for _, facts, _ in _facts()]  # type: ignore[index]
    assert changed == [["safe_mode"], ["sender_address"], ["sender_address"], ["safe_mode"]]


def test_a_recruiter_changes_no_setting(bob: Person) -> None:  # attack 20
    with pytest.raises(NotAllowed):
        settings.edit_organisation(actor=bob, fields=replace(FIELDS, sender_address="evil@x.example"))
    with pytest.raises(NotAllowed):
        settings.set_safe_mode(actor=bob, on=True)
    assert _facts() == []
