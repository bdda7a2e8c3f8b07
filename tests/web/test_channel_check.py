"""The wording check beside a letter on paper and a phone script: facts stop, style never does."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.event import EventKind
from employer_app.domain.role import Person
from employer_app.domain.words import code_words_in
from tests import factories
from tests.web.channels import decided, last_event, letter_of, met, post
from tests.web.pages import visible

STYLE = "Unfortunately we found better candidates!"
FACT = "You are too old for this."


@pytest.fixture
def someone(app: Flask) -> int:
    """Applied, no mail address."""
    job = factories.job(contact_phone="010 555 0142")
    return factories.application(job, name="Kofi Mensah", address=None, phone="+31 (0)10 555 0199")


@pytest.fixture
def told(bob: Person, someone: int) -> int:
    return decided(bob, someone)


def checked(html: str) -> str:
    """What stands in the panel of the check."""
    found = re.search(r'<section class="panel" aria-labelledby="check">.*?</section>', html, re.DOTALL)
    assert found is not None
    return visible(found[0])


def letter(client: FlaskClient, application_id: int, more: str = "") -> dict[str, str]:
    page = client.get(f"/applications/{application_id}/letter").text
    text = letter_of(page).replace("\r\n", "\n")
    before, sep, after = text.partition("\n\nKind regards")
    assert sep
    return {
        "text": f"{before}\n\n{more}{sep}{after}" if more else text,
        "subject": "Deck Officer",
        "address": "Kofi Mensah\nHarbour Lane 7",
    }


def test_the_letter_that_we_ship_has_nothing_against_it(as_bob: FlaskClient, told: int) -> None:
    html = as_bob.get(f"/applications/{told}/letter").text
    assert "Nothing to say of this letter." in checked(html)
    assert code_words_in(visible(html)) == []


def test_style_is_said_and_stops_nothing(as_bob: FlaskClient, told: int) -> None:
    typed = letter(as_bob, told, STYLE)
    answer = post(as_bob, told, "letter/check", **typed)
    assert answer.status_code == 200
    assert "This sets the reader below other people" in checked(answer.text)
    assert letter_of(answer.text).replace("\r\n", "\n").strip() == typed["text"].strip()
    assert last_event(told)[0] is EventKind.DECISION_MADE
    assert post(as_bob, told, "letter/posted", **typed, tells="y").status_code == 303
    assert STYLE in str(last_event(told)[2]["summary"])


@pytest.mark.parametrize("way", ["pdf", "posted"])
def test_a_fact_stops_the_print_and_the_record(as_bob: FlaskClient, told: int, way: str) -> None:
    typed = letter(as_bob, told, FACT)
    answer = post(as_bob, told, f"letter/{way}", **typed, tells="y")
    assert answer.status_code == 422
    assert "too old" in checked(answer.text)
    assert "Put it right first" in visible(answer.text)
    assert FACT in letter_of(answer.text)
    assert last_event(told)[0] is EventKind.DECISION_MADE


def test_what_the_check_does_not_know_as_a_no_a_person_can_stand_for(as_bob: FlaskClient, told: int) -> None:
    text = "Hello Kofi Mensah,\n\nthank you for applying for Deck Officer. The berth has found its mate."
    typed = {"text": text, "address": "Kofi Mensah\nHarbour Lane 7", "tells": "y"}
    answer = post(as_bob, told, "letter/posted", **typed)
    assert answer.status_code == 422
    assert 'name="says_no"' in answer.text
    assert post(as_bob, told, "letter/posted", **typed, says_no="y").status_code == 303
    assert last_event(told)[1] == {"tells": True, "says_no": True}


def test_the_letter_after_a_call_that_told_is_not_told_twice(as_bob: FlaskClient, told: int) -> None:
    post(as_bob, told, "call/ended", end="told")
    page = as_bob.get(f"/applications/{told}/letter").text
    assert "already been told" not in checked(page)
    assert post(as_bob, told, "letter/posted", **letter(as_bob, told)).status_code == 303


def test_a_letter_to_somebody_who_still_runs_elsewhere_says_so(
    as_bob: FlaskClient, app: Flask, bob: Person
) -> None:
    kofi = factories.candidate("Kofi Mensah", None)
    one = decided(bob, factories.application(factories.job("Deck Officer"), candidate_id=kofi))
    factories.application(factories.job("Harbour Pilot"), candidate_id=kofi)
    assert "still in the running for another role" in checked(as_bob.get(f"/applications/{one}/letter").text)


def test_a_notice_of_the_law_stands_on_paper_too(as_bob: FlaskClient, app: Flask) -> None:
    notice = "You may ask for a review within 30 days."
    one = factories.application(factories.job("Deck Officer", notice=notice), address=None)
    assert letter_of(as_bob.get(f"/applications/{one}/letter").text).count(notice) == 1


def test_words_that_a_fact_stands_against_are_not_put_into_a_script(
    as_bob: FlaskClient, bob: Person, someone: int
) -> None:
    decided(bob, met(bob, someone), "CANCEL")
    page = as_bob.get(f"/applications/{someone}/call", query_string={"about": "cancelled_or_on_hold"})
    assert "Nothing to say of these words." in checked(page.text)
    sent = {"own_words": "1", "about": "cancelled_or_on_hold"}
    fine = post(as_bob, someone, "call/script", **sent, cause_sentence="The ship was sold.")
    assert fine.status_code == 200
    assert "The ship was sold." in script(fine.text)
    rude = post(as_bob, someone, "call/script", **sent, cause_sentence="You did not have what it takes.")
    assert rude.status_code == 200
    assert "what it takes" in script(rude.text)
    assert "Warns" in checked(rude.text)
    untrue = post(as_bob, someone, "call/script", **sent, cause_sentence=FACT)
    assert untrue.status_code == 422
    assert "too old" in checked(untrue.text)
    assert "What you typed is not in the script above" in checked(untrue.text)
    assert "too old" not in script(untrue.text)
    assert FACT in untrue.text
    assert post(as_bob, someone, "call/ended", end="told", note=FACT).status_code == 303


def script(html: str) -> str:
    found = re.search(r'<section class="panel" aria-labelledby="script">.*?</section>', html, re.DOTALL)
    assert found is not None
    return visible(found[0])


@pytest.mark.parametrize("way", ["letter", "call"])
def test_a_score_stands_where_the_job_tells_it(
    as_bob: FlaskClient, bob: Person, app: Flask, way: str
) -> None:
    for tells in (False, True):
        one = factories.application(factories.job(f"Deck Officer {tells}", tells_score=tells), address=None)
        decided(bob, met(bob, one), "CANCEL")
        score = "You scored 62 out of 100 points."
        about = {"own_words": "1", "about": "cancelled_or_on_hold", "cause_sentence": score}
        if way == "call":
            answer = post(as_bob, one, "call/script", **about)
        else:
            typed = letter(as_bob, one, score)
            answer = post(as_bob, one, "letter/check", **typed)
        assert ("Scores, places" in checked(answer.text)) is not tells
