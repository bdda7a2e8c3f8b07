"""Beside the text: one person's letter as it would be. It follows what is typed, and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from employer_app.domain.event import EventKind
from employer_app.domain.merge import MAX_SOURCE
from employer_app.domain.stage import StageKind
from employer_app.domain.words import code_words_in
from employer_app.extensions import db
from employer_app.models import Event, Plan, PlanItem
from tests import factories
from tests.web.batches.walk import confirm, digest, fields, messages, save, skips, start
from tests.web.pages import visible

LINE = "You drew the night timetable as a queue on the whiteboard."
NO_DECISION = "Hello {{ greeting_name }},\n\nthe post of {{ role_title }} has gone to somebody else.\n"
#: stops nobody, and tells nothing about what is tried
FINE = (
    "Hello {{ greeting_name }},\n\nThank you for your application for {{ role_title }}. We have decided "
    "not to take it forward.\n\nReply to this message with any question.\n\n{{ sender_name }}\n"
)


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def typed(client: FlaskClient, plan: int, more: Mapping[str, str], group: str = "applied") -> TestResponse:
    """What comes back while somebody types this over the page as it stands."""
    form = fields(client.get(f"/plans/{plan}/text").text, "texts")
    return client.post(f"/plans/{plan}/text/preview?group={group}", data={**form, **more})


def stored(plan: int) -> tuple[object, ...]:
    db.session.rollback()
    events = db.session.scalar(sa.select(sa.func.count()).select_from(Event))
    items = db.session.execute(sa.select(PlanItem.text, PlanItem.html).where(PlanItem.plan_id == plan)).all()
    head = db.session.execute(sa.select(Plan.choices, Plan.digest, Plan.expires_at).where(Plan.id == plan))
    return events, items, head.one()


def test_what_is_typed_shows_at_once_and_is_not_stored(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    plan = start(as_bob, job)
    before = stored(plan)
    answer = typed(as_bob, plan, {"applied-body": FINE + "\nMooring lines and good wishes."})
    assert answer.status_code == 200
    page = visible(answer.text)
    assert "As Amara Nwosu will read it" in page
    assert "Mooring lines and good wishes." in page
    assert "<html" not in answer.text
    assert code_words_in(page) == []
    assert stored(plan) == before


def test_letter_to_anybody_of_the_group_can_be_read(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    zoe = factories.application(job, name="Zoe Lindqvist")
    plan = start(as_bob, job)
    assert "As Amara Nwosu will read it" in visible(typed(as_bob, plan, {}).text)
    assert "As Zoe Lindqvist will read it" in visible(typed(as_bob, plan, {"at-applied": str(zoe)}).text)
    page = save(as_bob, plan, {"at-applied": str(zoe)}, then="stay")
    assert "As Zoe Lindqvist will read it" in visible(as_bob.get(page.location).text)


@pytest.mark.parametrize(
    ("body", "place", "why"),
    [
        (
            "Hello {{ greeting_name }},\n\nyou {{ first_nam }}",
            "Message, line 3, column 8",
            "no field “first_nam”",
        ),
        ("Hello {{ greeting_nam }},", "Message, line 1, column 10", "Did you mean “greeting_name”?"),
        ("Hello\n{% if place %}there", "Message, line 2, column 1", "not complete"),
        (FINE + "\n{{ closing_date }}", "Message, line 9, column 1", "The last day on which applications"),
    ],
)
def test_unknown_and_missing_fields_are_said_with_their_place(
    as_bob: FlaskClient, job: int, body: str, place: str, why: str
) -> None:
    factories.application(job)
    page = visible(typed(as_bob, start(as_bob, job), {"applied-body": body}).text)
    assert place in page
    assert why in page
    assert "1 stops" in page


def test_what_people_and_records_say_comes_out_as_text(as_bob: FlaskClient) -> None:  # attack 28
    hostile = "<script>alert(1)</script> {{ config }} [x](javascript:alert(1))"
    job = factories.job(hostile)
    factories.application(job, name='<img src=x onerror="alert(1)">Amara Nwosu')
    plan = start(as_bob, job)
    answer = typed(as_bob, plan, {"applied-body": FINE + hostile.replace("{{ config }}", "") + "<b>bold</b>"})
    assert answer.status_code == 200
    for mark in ("<script", "<img", "<b>bold", 'href="javascript'):
        assert mark not in answer.text
    assert "{{ config }}" in visible(answer.text)
    mail = as_bob.post(
        f"/plans/{plan}/text/preview/mail?group=applied",
        data=fields(as_bob.get(f"/plans/{plan}/text").text, "texts"),
    )
    assert "<script" not in mail.text
    assert "<img" not in mail.text


def test_the_mail_itself_is_made_of_what_is_typed_and_may_do_nothing(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    plan = start(as_bob, job)
    form = fields(as_bob.get(f"/plans/{plan}/text").text, "texts")
    url = f"/plans/{plan}/text/preview/mail?group=applied"
    mail = as_bob.post(url, data={**form, "applied-body": FINE + "Mooring lines."})
    assert mail.text.lstrip().lower().startswith("<!doctype html")
    assert "Mooring lines." in mail.text
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    assert "default-src 'none'" in mail.headers["Content-Security-Policy"]
    unfinished = as_bob.post(url, data={**form, "applied-body": "Hello {{ greet"})
    assert (unfinished.status_code, unfinished.mimetype) == (200, "text/plain")
    page = as_bob.get(f"/plans/{plan}/text").text
    assert '<iframe class="frame" sandbox name=' in page


def test_list_of_somebody_else_is_not_there(as_bob: FlaskClient, as_alice: FlaskClient, job: int) -> None:
    factories.application(job)
    plan = start(as_bob, job)
    for path in ("", "/mail"):
        url = f"/plans/{plan}/text/preview{path}?group=applied"
        assert as_alice.post(url, data={"applied-body": FINE}).status_code == 404


def test_stranger_and_unknown_group_are_refused(as_bob: FlaskClient, job: int) -> None:  # attack 14
    factories.application(job)
    stranger = factories.application(factories.job("Purser"), name="Sofia Papadaki")
    plan = start(as_bob, job)
    answer = typed(as_bob, plan, {"at-applied": str(stranger)})
    assert answer.status_code == 404
    assert "Sofia" not in answer.text
    assert as_bob.post(f"/plans/{plan}/text/preview?group=applied&at={stranger}", data={}).status_code == 404
    assert typed(as_bob, plan, {}, group="final").status_code == 400
    assert typed(as_bob, plan, {}, group="<script>").status_code == 400


def test_text_that_is_too_long_is_refused_in_words(as_bob: FlaskClient, job: int) -> None:
    factories.application(job)
    plan = start(as_bob, job)
    before = stored(plan)
    page = visible(typed(as_bob, plan, {"applied-body": "word " * MAX_SOURCE}).text)
    assert f"The text is too long: {MAX_SOURCE:,} characters are enough." in page
    assert "word word" not in page
    assert stored(plan) == before


def test_what_cannot_stay_is_said_and_the_rest_is_read(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    plan = start(as_bob, job)
    wrong = {"applied-reason": "SPAM", "cause_sentence": "x" * 301, "applied-body": FINE + "Mooring lines."}
    page = visible(typed(as_bob, plan, wrong).text)
    assert "Choose one of the list." in page
    assert "300 characters at most" in page
    assert "Mooring lines." in page


def test_complaint_quotes_the_words_and_marks_them_in_the_plain_text(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    answer = typed(as_bob, start(as_bob, job), {"applied-body": FINE + "We will keep your CV on file."})
    page = visible(answer.text)
    assert "Stops" in page
    assert "has not agreed" in page
    quoted = answer.text.split("<q>")[1].split("</q>")[0]
    assert f'<mark class="fault-stops">{quoted}</mark>' in answer.text


def test_person_met_is_asked_for_a_line_and_one_that_somebody_else_has_is_said(
    as_bob: FlaskClient, job: int
) -> None:
    kofi = factories.application(job, name="Kofi Mensah", stage=StageKind.INTERVIEW)
    lena = factories.application(job, name="Lena Brandt", stage=StageKind.INTERVIEW)
    plan = start(as_bob, job)
    page = typed(as_bob, plan, {}, "interviewed").text
    assert "Their own line is not written yet." in visible(page)
    assert f'href="#line-{kofi}"' in page
    both = {f"line-{kofi}": LINE, f"line-{lena}": f" {LINE} "}
    page = visible(typed(as_bob, plan, both, "interviewed").text)
    assert "in the letter of somebody else on this list" in page
    apart = {f"line-{kofi}": LINE, f"line-{lena}": "Your logbook was the neatest I have seen."}
    assert "somebody else on this list" not in visible(typed(as_bob, plan, apart, "interviewed").text)


def test_facts_and_what_they_have_had_stand_beside_the_letter(as_bob: FlaskClient, job: int) -> None:
    amara = factories.application(job, name="Amara Nwosu")
    factories.happened(amara, EventKind.CALL_LOGGED, ago=timedelta(days=3), tells=False)
    plan = start(as_bob, job)
    page = typed(as_bob, plan, {"applied-body": FINE + "{% if decision_by %}{{ decision_by }}{% endif %}"})
    seen = visible(page.text)
    assert "Facts used: 4, 1 of them missing" in seen
    assert "role_title Deck Officer" in seen
    assert "decision_by Missing; its part of the text goes away" in seen
    assert "What they have already received from us: 1" in seen
    assert f'href="/applications/{amara}"' in page.text


def test_person_who_gets_no_message_is_said(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu", address=None)
    page = visible(typed(as_bob, start(as_bob, job), {}).text)
    assert "No mail address. Call, or write a letter." in page


def test_text_that_says_no_by_somebodys_word_goes_and_it_is_recorded(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    plan = start(as_bob, job)
    assert 'name="applied-says_no"' in typed(as_bob, plan, {"applied-body": NO_DECISION}).text
    assert 'name="applied-says_no"' not in typed(as_bob, plan, {"applied-body": FINE}).text
    save(as_bob, plan, {"applied-body": NO_DECISION})
    assert "Nothing in the text says no" in skips(plan)["Amara Nwosu"]
    before = digest(plan)
    save(as_bob, plan, {"applied-body": NO_DECISION, "applied-says_no": "y"})
    assert (messages(plan), digest(plan) != before) == ({"Amara Nwosu"}, True)
    page = as_bob.get(f"/plans/{plan}/text").text
    assert "you said that it does say no" in visible(page)
    assert "Your word that this text does say no" in visible(as_bob.get(f"/plans/{plan}/confirm").text)
    confirm(as_bob, plan)
    db.session.rollback()
    note = db.session.scalars(sa.select(Event).where(Event.kind == EventKind.SETTINGS_CHANGED)).all()[-1]
    assert note.facts["groups"] == ["applied"]
    assert note.actor_id is not None


def test_list_that_was_confirmed_meanwhile_leads_to_its_page(as_bob: FlaskClient, job: int) -> None:
    factories.application(job)
    plan = start(as_bob, job)
    form = fields(as_bob.get(f"/plans/{plan}/text").text, "texts")
    confirm(as_bob, plan)
    answer = as_bob.post(f"/plans/{plan}/text/preview?group=applied", data=form)
    assert (answer.status_code, answer.text) == (204, "")
    assert answer.headers["HX-Redirect"].startswith("/batches/")
