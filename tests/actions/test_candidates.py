"""A change of what letters use makes reviewed mail stale; nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.candidates import Details, edit_person
from employer_app.actions.underway import OnItsWay
from employer_app.domain.errors import Changed, NotAllowed, NotFound
from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Candidate, Event, EventPayload
from tests import factories
from tests.actions import mail

pytestmark = pytest.mark.both

KOFI = Details("Kofi Mensah", "kofi@post.example")


@pytest.fixture
def kofi(app: Flask) -> int:
    """Kofi, in two jobs."""
    person = factories.candidate("Kofi Mensah", "kofi@post.example")
    for title in ("Deck Officer", "Purser"):
        factories.application(factories.job(title), candidate_id=person)
    return person


def versions(candidate_id: int) -> tuple[int, list[int]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(Application.version).where(Application.candidate_id == candidate_id))
    return db.session.scalars(sa.select(Candidate.version).where(Candidate.id == candidate_id)).one(), list(
        rows
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Kofi A. Mensah"},
        {"call_name": "Kofi"},
        {"address": "mensah@post.example"},
        {"address": ""},
        {"language": "nl"},
        {"do_not_mail": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_letters_use_makes_reviewed_mail_stale(  # fault 35
    app: Flask, bob: Person, kofi: int, changed: dict[str, object]
) -> None:
    someone = db.session.scalars(sa.select(Application.id).order_by(Application.id)).first()
    assert someone is not None
    message = mail.queue(someone)
    details = replace(KOFI, **changed)  # type: ignore[arg-type]
    with pytest.raises(OnItsWay, match="Kofi Mensah"):
        edit_person(actor=bob, candidate_id=kofi, version=1, details=details)
    assert versions(kofi) == (1, [1, 1])
    assert edit_person(actor=bob, candidate_id=kofi, version=1, details=details, force=True)
    assert versions(kofi) == (2, [2, 2])
    assert not mail.hand_over(message)
    assert mail.status_of(message) is MessageStatus.HELD
    assert verify(db.session()).differences == []


@pytest.mark.parametrize("changed", [{"phone": "+31 10 555 0142"}, {"second_address": "k@work.example"}])
def test_what_no_letter_uses_stops_nothing(
    app: Flask, bob: Person, kofi: int, changed: dict[str, str]
) -> None:
    someone = db.session.scalars(sa.select(Application.id).order_by(Application.id)).first()
    assert someone is not None
    message = mail.queue(someone)
    assert edit_person(actor=bob, candidate_id=kofi, version=1, details=replace(KOFI, **changed))
    assert versions(kofi) == (1, [1, 1])
    assert mail.hand_over(message)


def test_the_change_stands_in_every_history_with_names_apart_from_facts(
    app: Flask, bob: Person, kofi: int
) -> None:
    edit_person(actor=bob, candidate_id=kofi, version=1, details=replace(KOFI, name="Kofi A. Mensah"))
    query = (
        sa.select(Event.subject, Event.facts, EventPayload.payload)
        .join(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.kind == EventKind.CANDIDATE_CHANGED)
    )
    ids = db.session.scalars(sa.select(Application.id))
    expected = {application_subject(one) for one in ids}
    rows = db.session.execute(query).all()
    assert {row.subject for row in rows} == expected
    assert {tuple(row.facts["fields"]) for row in rows} == {("name",)}
    assert rows[0].payload == {"before": {"name": "Kofi Mensah"}, "after": {"name": "Kofi A. Mensah"}}


def test_the_same_details_change_nothing(app: Flask, bob: Person, kofi: int) -> None:
    assert not edit_person(actor=bob, candidate_id=kofi, version=1, details=KOFI)
    assert versions(kofi) == (1, [1, 1])


def test_swapped_addresses_are_found_under_both(app: Flask, bob: Person, kofi: int) -> None:
    both = replace(KOFI, second_address="Mensah@Work.example")
    edit_person(actor=bob, candidate_id=kofi, version=1, details=both)
    swapped = replace(KOFI, address="Mensah@Work.example", second_address="kofi@post.example")
    edit_person(actor=bob, candidate_id=kofi, version=1, details=swapped)
    row = db.session.get_one(Candidate, kofi, populate_existing=True)
    assert (row.address, row.address_key) == ("Mensah@Work.example", "mensah@work.example")
    assert row.second_address_key == "kofi@post.example"
    assert row.search_key == "kofi mensah mensah@work.example kofi@post.example"
    assert row.version == 2


def test_a_stale_page_overwrites_nothing(app: Flask, bob: Person, kofi: int) -> None:
    edit_person(actor=bob, candidate_id=kofi, version=1, details=replace(KOFI, name="Kofi A. Mensah"))
    with pytest.raises(Changed):
        edit_person(actor=bob, candidate_id=kofi, version=1, details=replace(KOFI, address="x@post.example"))
    assert db.session.get_one(Candidate, kofi, populate_existing=True).address == "kofi@post.example"


def test_missing_and_erased_people_are_the_same_answer(app: Flask, bob: Person) -> None:  # attack 14
    for person in (4711, factories.candidate(erased_at=factories.now())):
        with pytest.raises(NotFound):
            edit_person(actor=bob, candidate_id=person, version=1, details=KOFI)


def test_nobody_without_a_role_edits(app: Flask, charlie: Person, kofi: int) -> None:
    with pytest.raises(NotAllowed):
        edit_person(actor=charlie, candidate_id=kofi, version=1, details=replace(KOFI, name="X. Mensah"))
