"""The ways beside mail: the right words for one person, and what came of a call."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions import plans
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.duty import Reason
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person
from employer_app.domain.words import code_words_in
from employer_app.extensions import db
from employer_app.models import Application
from tests import factories
from tests.web.channels import decided, last_event, letter_of, met, post, reasons
from tests.web.pages import visible

PAGES = ("call", "letter", "short-text")
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def someone(app: Flask) -> int:
    """Applied, no mail address."""
    job = factories.job(contact_phone="010 555 0142")
    return factories.application(job, name="Kofi Mensah", address=None, phone="+31 (0)10 555 0199")


@pytest.mark.parametrize("way", PAGES)
def test_nobody_hears_a_no_that_is_not_decided(as_bob: FlaskClient, someone: int, way: str) -> None:
    text = visible(as_bob.get(f"/applications/{someone}/{way}").text)
    assert "Nothing is decided yet" in text
    assert "No, after" not in text
    assert "not to " not in text
    assert code_words_in(text) == []


def test_the_script_is_filled_and_a_voicemail_never_tells(
    as_bob: FlaskClient, bob: Person, someone: int
) -> None:
    decided(bob, met(bob, someone))
    html = as_bob.get(f"/applications/{someone}/call").text
    text = visible(html)
    assert 'href="tel:+31105550199"' in html
    assert "this is Bob Adeyemi from Brightwater Ferries" in text
    assert "We have decided not to offer you the position" in text
    assert "“The role has been filled.”" in text
    voicemail = text[text.index("To a voicemail") : text.index("What no record says")]
    for word in ("decided", "Deck Officer", "position", "filled"):
        assert word not in voicemail
    assert code_words_in(text) == []


def test_who_only_applied_is_not_told_of_talks(as_bob: FlaskClient, bob: Person, someone: int) -> None:
    decided(bob, someone, "LESS-SCREEN")
    text = visible(as_bob.get(f"/applications/{someone}/call").text)
    assert "We have decided not to take your application forward" in text
    assert "From these talks" not in text
    assert "thank you for talking" not in visible(as_bob.get(f"/applications/{someone}/short-text").text)


def test_what_was_typed_stands_in_the_script_and_is_kept_nowhere(
    as_bob: FlaskClient, bob: Person, someone: int
) -> None:
    decided(bob, met(bob, someone))
    before = last_event(someone)
    line = "I enjoyed your drawing of the timetable."
    answer = post(as_bob, someone, "call/script", own_words="1", about="reject_interview", personal_line=line)
    assert answer.status_code == 200
    assert f"“The role has been filled. {line}”" in visible(answer.text)
    assert last_event(someone) == before
    answer = post(as_bob, someone, "call/script", own_words="1", personal_line="x" * 601)
    assert answer.status_code == 422
    assert "x" * 601 in answer.text


@pytest.mark.parametrize("end", ["voicemail", "nobody"])
def test_a_call_that_reached_nobody_clears_nothing(
    as_bob: FlaskClient, bob: Person, someone: int, end: str
) -> None:
    before = reasons(someone)
    day = (now() + timedelta(days=9)).date()
    answer = post(as_bob, someone, "call/ended", end=end, note="Rang at noon.", promise_on=day)
    assert (answer.status_code, answer.location) == (303, f"/applications/{someone}")
    kind, _, payload = last_event(someone)
    assert kind is EventKind.NOTE_ADDED
    assert str(payload["text"]).endswith("counts as no word. Rang at noon.")
    assert reasons(someone) == before != []
    assert db.session.get_one(Application, someone, populate_existing=True).last_contact_at is None
    assert "they still wait" in visible(as_bob.get(answer.location).text)


def test_reached_with_a_date_is_a_word_and_opens_that_date(as_bob: FlaskClient, someone: int) -> None:
    day = (now() + timedelta(days=9)).date()
    assert post(as_bob, someone, "call/ended", end="reached", promise_on=day).status_code == 303
    kind, facts, _ = last_event(someone)
    assert (kind, facts["due"]) == (EventKind.PROMISE_MADE, day.isoformat())
    assert Reason.PROMISE_DUE in reasons(someone)
    assert db.session.get_one(Application, someone, populate_existing=True).last_contact_at is not None


def test_told_only_where_it_is_decided(as_bob: FlaskClient, bob: Person, someone: int) -> None:
    assert 'value="told"' not in as_bob.get(f"/applications/{someone}/call").text
    assert post(as_bob, someone, "call/ended", end="told", note="Said no").status_code == 422
    assert last_event(someone)[0] is EventKind.APPLICATION_RECEIVED
    decided(bob, someone)
    assert 'value="told"' in as_bob.get(f"/applications/{someone}/call").text
    assert post(as_bob, someone, "call/ended", end="told", note="Took it well.").status_code == 303
    kind, facts, payload = last_event(someone)
    assert (kind, facts["tells"]) == (EventKind.CALL_LOGGED, True)
    assert payload["summary"] == "Reached by phone, and told the decision. Took it well."
    assert reasons(someone) == []


def test_a_call_ends_in_a_way_that_somebody_chose(as_bob: FlaskClient, someone: int) -> None:
    for fields in ({}, {"end": "hung up"}):
        answer = post(as_bob, someone, "call/ended", note="A long note", **fields)
        assert answer.status_code == 422
        assert "Choose how the call ended." in visible(answer.text)
        assert "A long note" in answer.text
    assert last_event(someone)[0] is EventKind.APPLICATION_RECEIVED


@pytest.mark.parametrize("way", PAGES)
def test_a_language_without_words_falls_back_and_says_so(app: Flask, as_bob: FlaskClient, way: str) -> None:
    someone = factories.application(factories.job(), name="Jūratė", address=None, language="lt")
    text = visible(as_bob.get(f"/applications/{someone}/{way}").text)
    assert "in Lithuanian yet, so this one is in English." in text
    assert "Hello Jūratė" in text or "Hello Jūratė" in letter_of(
        as_bob.get(f"/applications/{someone}/letter").text
    )


@pytest.mark.parametrize(
    ("way", "words"), [("call", "Guten Tag"), ("letter", "Freundliche Grüße"), ("short-text", "Guten Tag")]
)
def test_it_is_in_the_language_that_they_read(app: Flask, as_bob: FlaskClient, way: str, words: str) -> None:
    someone = factories.application(factories.job(), name="Jürgen Groß", address=None, language="de")
    html = as_bob.get(f"/applications/{someone}/{way}").text
    assert words in html
    assert 'lang="de"' in html
    html = as_bob.get(f"/applications/{someone}/{way}?language=en").text
    assert 'lang="de"' not in html
    assert "so this one is in English" not in html


@pytest.mark.parametrize("way", PAGES)
def test_what_the_address_does_not_mean_and_what_people_wrote_do_no_harm(
    app: Flask, as_bob: FlaskClient, way: str
) -> None:
    job = factories.job(title=EVIL)
    someone = factories.application(job, name=EVIL, address=None, phone=f"javascript:alert(1) {EVIL}")
    answer = as_bob.get(f"/applications/{someone}/{way}?about=%00&language=../x")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "javascript:" not in re.findall(r'href="([^"]*)"', answer.text)


@pytest.mark.parametrize("way", PAGES)
def test_it_is_for_whoever_may_edit_and_not_about_the_erased(
    app: Flask, as_charlie: FlaskClient, as_bob: FlaskClient, client: FlaskClient, someone: int, way: str
) -> None:
    assert as_charlie.get(f"/applications/{someone}/{way}").status_code == 403
    assert client.get(f"/applications/{someone}/{way}").status_code == 303
    gone = factories.application(factories.job(), address=None, erased_at=now())
    assert as_bob.get(f"/applications/{gone}/{way}").status_code == 404
    assert as_bob.get(f"/applications/4711/{way}").status_code == 404


def test_the_application_and_the_send_list_lead_here(as_bob: FlaskClient, bob: Person, someone: int) -> None:
    html = as_bob.get(f"/applications/{someone}").text
    for way in PAGES:
        assert f'href="/applications/{someone}/{way}"' in html
    decided(bob, someone)
    job_id = db.session.get_one(Application, someone).job_id
    plan = plans.start_close_out(job_id=job_id, cause=Cause.FILLED, actor=bob)
    review = as_bob.get(f"/plans/{plan}/review").text
    assert f'href="/applications/{someone}/call"' in review
    assert f'href="/applications/{someone}/letter"' in review
