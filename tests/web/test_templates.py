"""The texts we ship: all of them listed, each with what a reader would get."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from employer_app.domain.kind import about
from employer_app.domain.message import Kind
from employer_app.domain.starter import starters
from employer_app.domain.words import code_words_in, t
from tests.web.pages import visible


def test_library_lists_every_text(as_bob: FlaskClient) -> None:
    page = as_bob.get("/templates").text
    for letter in starters():
        assert f'href="/templates/{letter.key}"' in page
        assert letter.when in page or letter.tone != "warm"
    assert code_words_in(visible(page)) == []


def test_library_puts_every_kind_under_its_name_and_purpose(as_bob: FlaskClient) -> None:
    page = visible(as_bob.get("/templates").text)
    places = [page.find(f"{t(f'message.kind.{kind}')} {about(kind).purpose}") for kind in Kind]
    assert -1 not in places
    assert places == sorted(places)
    late, usual = page.find("Filled, and late"), page.find("Filled Warm")
    assert places[list(Kind).index(Kind.FILLED)] < usual < late < page.find("Role cancelled")


@pytest.mark.parametrize("key", [letter.key for letter in starters()])
def test_each_text_is_shown_filled_in(as_bob: FlaskClient, key: str) -> None:
    page = as_bob.get(f"/templates/{key}").text
    assert "<mark>Rania" in page
    assert 'class="hole"' not in page
    mail = as_bob.get(f"/templates/{key}/mail")
    assert "Rania" in mail.text
    assert mail.headers["Content-Security-Policy"].startswith("sandbox;")


def test_text_leads_to_its_other_tones_and_occasions(as_bob: FlaskClient) -> None:
    page = as_bob.get("/templates/cancelled_or_on_hold.late.warm").text
    for key in ("cancelled_or_on_hold.warm", "on_hold.warm"):
        assert f'href="/templates/{key}"' in page
    assert "cancelled_or_on_hold.formal" not in page
    assert code_words_in(visible(page)) == []


def test_text_is_also_shown_for_a_phone_screen_and_a_call(as_bob: FlaskClient) -> None:
    final = visible(as_bob.get("/templates/reject_final.warm").text)
    assert "As a text message" not in final
    assert "To a voicemail" in final
    received = visible(as_bob.get("/templates/acknowledgement.warm").text)
    assert "As a text message" in received
    assert "To a voicemail" not in received


@pytest.mark.parametrize("key", ["nothing", "filled", "filled.loud", "..%2Fsecret"])
def test_unknown_text_is_not_found(as_bob: FlaskClient, key: str) -> None:
    assert as_bob.get(f"/templates/{key}").status_code == 404
