"""One person's history, page and finding, read the same on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.applications import set_owner
from employer_app.actions.candidates import Details, edit_person
from employer_app.actions.contacts import add_note, log_call
from employer_app.actions.decisions import decide
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.errors import NotAllowed, NotFound
from employer_app.domain.event import EventKind
from employer_app.domain.message import Kind, MessageStatus, Purpose
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from employer_app.extensions import transaction
from employer_app.models import Delivery, Message
from employer_app.queries.applications import application_page
from employer_app.queries.candidates import candidate_page
from employer_app.queries.choices import job_to_join, team
from employer_app.queries.glance import glance
from employer_app.queries.search import find
from employer_app.queries.timeline import timeline
from tests import factories
from tests.actions import mail

pytestmark = pytest.mark.both


def accepted(message: int, application: int, *, ago: timedelta = timedelta(0)) -> None:
    with transaction() as session:
        values = {"status": MessageStatus.ACCEPTED, "fenced_at": now() - ago}
        session.execute(sa.update(Message).where(Message.id == message).values(**values))
        for attempt, reply in ((1, "450 later"), (2, "250 Ok")):
            session.add(
                Delivery(message_id=message, attempt=attempt, outcome="accepted", reply=reply, at=now() - ago)
            )
    factories.happened(application, EventKind.MESSAGE_ACCEPTED, ago=ago, message_id=message, tells=False)


def test_timeline_tells_a_message_once_with_the_last_reply(app: Flask, bob: Person) -> None:
    someone = factories.application(factories.job())
    message = mail.queue(someone, purpose=Purpose.UPDATE, kind=Kind.HOLDING_NOTE, text="Next word soon")
    accepted(message, someone, ago=timedelta(hours=2))
    add_note(actor=bob, application_id=someone, text="A note")
    entries = timeline(bob, someone).entries
    note, letter, received = entries
    assert (note.kind, note.who, note.payload, note.reached) == (
        EventKind.NOTE_ADDED,
        "Bob Adeyemi",
        {"text": "A note"},
        False,
    )
    assert letter.letter is not None
    assert (letter.letter.text, letter.letter.reply, letter.reached) == ("Next word soon", "250 Ok", True)
    assert received.kind is EventKind.APPLICATION_RECEIVED


def test_timeline_orders_by_when_it_happened(app: Flask, bob: Person) -> None:
    someone = factories.application(factories.job())
    add_note(actor=bob, application_id=someone, text="written today")
    log_call(
        actor=bob,
        application_id=someone,
        summary="of last week",
        tells=False,
        occurred_at=now() - timedelta(days=7),
    )
    kinds = [entry.kind for entry in timeline(bob, someone).entries]
    assert kinds == [EventKind.NOTE_ADDED, EventKind.CALL_LOGGED, EventKind.APPLICATION_RECEIVED]


def test_timeline_says_how_many_are_older(app: Flask, bob: Person) -> None:
    someone = factories.application(factories.job())
    for number in range(4):
        add_note(actor=bob, application_id=someone, text=str(number))
    cut = timeline(bob, someone, limit=2)
    assert (len(cut.entries), cut.more) == (2, 3)
    assert len(timeline(bob, someone, limit=None).entries) == 5


def test_page_holds_all_debts_worst_first_and_the_standing_decision(app: Flask, bob: Person) -> None:
    someone = factories.application(factories.job(), received=timedelta(days=20))
    factories.happened(someone, EventKind.PROMISE_MADE, ago=timedelta(days=5), due="2030-01-07")
    page = application_page(bob, someone)
    assert [debt.reason for debt in page.owed] == [Reason.PROMISE_DUE, Reason.SILENT]
    assert page.decision is None
    decide(actor=bob, application_id=someone, code="FILLED", version=1)
    page = application_page(bob, someone)
    assert page.decision is not None
    assert (page.decision.label, page.decision.by) == ("The role is filled", "Bob Adeyemi")


def test_page_names_the_owner_of_the_job_when_nobody_else(app: Flask, bob: Person, alice: Person) -> None:
    someone = factories.application(factories.job(owner_id=alice.user_id))
    page = application_page(bob, someone)
    assert (page.own_owner_id, page.owner_id, page.owner) == (None, alice.user_id, "Alice Moreau")
    set_owner(actor=bob, application_ids=[someone], owner_id=bob.user_id)
    assert application_page(bob, someone).owner == "Bob Adeyemi"


def test_other_applications_of_the_person_are_linked(app: Flask, bob: Person) -> None:
    person = factories.candidate("Kofi Mensah")
    first, second = (
        factories.application(factories.job(title), candidate_id=person) for title in ("Cook", "Purser")
    )
    others = application_page(bob, first).others
    assert [(one.id, one.job, one.status, one.waiting) for one in others] == [
        (second, "Purser", Status.ACTIVE, True)
    ]
    assert {one.id for one in candidate_page(bob, person).applications} == {first, second}


def test_missing_rows_are_not_found(app: Flask, bob: Person) -> None:  # attack 14
    for call in (application_page, candidate_page, job_to_join):
        with pytest.raises(NotFound):
            call(bob, 4711)


def test_search_is_folded_literal_and_asks_for_every_word(app: Flask, bob: Person) -> None:
    person = factories.candidate("Ex Ample", "x_y%z@post.example")
    edit_person(
        actor=bob,
        candidate_id=person,
        version=1,
        details=Details("Łukasz Wiśniewski", "x_y%z@post.example"),
    )
    factories.candidate("Other One", "xayaz@post.example")
    for text in ("lukasz", "WISNIEWSKI lukasz", "x_y%", "y%z@"):
        assert [one.candidate_id for one in find(bob, text).people] == [person], text
    for text in ("x%z", "x_z", "lukasz other", ""):
        assert not find(bob, text).people, text


def test_search_shows_the_newest_application(app: Flask, bob: Person) -> None:
    person = factories.candidate("Kofi Mensah")
    factories.application(factories.job("Cook"), candidate_id=person, received=timedelta(days=90))
    newest = factories.application(factories.job("Purser"), candidate_id=person)
    (found,) = find(bob, "kofi").people
    assert (found.application_id, found.job, found.applications, found.waiting) == (newest, "Purser", 2, True)


def test_search_forgets_who_was_erased(app: Flask, bob: Person) -> None:
    factories.candidate("Kofi Mensah", erased_at=now())
    assert not find(bob, "kofi").people


def test_glance_counts_what_leaves_and_which_dates_are_open(app: Flask, bob: Person) -> None:
    someone = factories.application(factories.job())
    mail.queue(someone, due_in=timedelta(0))
    today = now().date()
    factories.happened(someone, EventKind.PROMISE_MADE, due=today.isoformat())
    factories.happened(someone, EventKind.PROMISE_MADE, due=(today - timedelta(days=9)).isoformat())
    seen = glance(bob, "UTC")
    assert [(one.kind, one.messages) for one in seen.leaving] == [(Kind.REJECT_APPLICATION, 1)]
    assert seen.missed >= 1
    assert seen.told == 0


def test_team_is_who_can_sign_in_and_has_a_role(
    app: Flask, bob: Person, alice: Person, charlie: Person
) -> None:
    assert [one.name for one in team(bob)] == ["Alice Moreau", "Bob Adeyemi"]


def test_nobody_without_a_role_reads(app: Flask, charlie: Person) -> None:
    someone = factories.application(factories.job())
    for call in (
        lambda: timeline(charlie, someone),
        lambda: application_page(charlie, someone),
        lambda: candidate_page(charlie, 1),
        lambda: find(charlie, "x"),
        lambda: team(charlie),
        lambda: glance(charlie, "UTC"),
        lambda: job_to_join(charlie, 1),
    ):
        with pytest.raises(NotAllowed):
            call()
