"""A letter on paper: begun from the record, printed for a window, posted; its address is kept nowhere."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import EventPayload
from employer_app.web import paper
from tests import factories
from tests.pango import needs_pango
from tests.web.channels import decided, last_event, letter_of, met, post, reasons
from tests.web.pages import visible
from tests.web.test_picture import unpacked

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def someone(app: Flask) -> int:
    """Applied, no mail address."""
    job = factories.job(contact_phone="010 555 0142")
    return factories.application(job, name="Kofi Mensah", address=None, phone="+31 (0)10 555 0199")


def test_a_letter_begins_filled_with_gaps_where_no_record_knows(
    as_bob: FlaskClient, bob: Person, someone: int
) -> None:
    decided(bob, met(bob, someone))
    first = letter_of(as_bob.get(f"/applications/{someone}/letter").text)
    assert "Thank you for talking with Jonas Lindholm on" in first
    assert "\n\n…\n\n" in first
    line = "I enjoyed your drawing of the timetable."
    answer = post(as_bob, someone, "letter/text", own_words="1", about="reject_interview", personal_line=line)
    assert f"\n\n{line}\n\n" in letter_of(answer.text)
    for path, more in (("pdf", {"address": "Kofi Mensah\nQuay 1"}), ("posted", {})):
        answer = post(as_bob, someone, f"letter/{path}", text=first, **more)
        assert answer.status_code == 422
        assert "stands where something is missing" in visible(answer.text)


def test_a_posted_letter_tells_and_its_address_is_kept_nowhere(
    as_bob: FlaskClient, bob: Person, someone: int
) -> None:
    decided(bob, someone)
    html = as_bob.get(f"/applications/{someone}/letter").text
    assert re.search(r"<input[^>]*checked[^>]*name=\"tells\"", html)
    fields = {"text": letter_of(html), "subject": "Deck Officer", "address": "Kofi Mensah\nHarbour Lane 7"}
    today = now().astimezone(ZoneInfo("Europe/Amsterdam")).date()
    answer = post(as_bob, someone, "letter/posted", **fields, tells="y", posted_on=today)
    assert answer.status_code == 303
    kind, facts, payload = last_event(someone)
    assert (kind, facts["tells"]) == (EventKind.LETTER_LOGGED, True)
    assert str(payload["summary"]).startswith("Deck Officer\n\nHello Kofi Mensah,")
    assert reasons(someone) == []
    everything = db.session.scalars(sa.select(EventPayload.payload)).all()
    assert "Harbour Lane" not in str(everything)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"tells": "y"}, "There is no decision yet that this could tell."),
        ({"posted_on": "2124-01-01"}, "This is in the future."),
        ({"promise_on": "2020-01-01"}, "This day has passed."),
        ({"text": ""}, "Write the letter."),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    as_bob: FlaskClient, someone: int, fields: dict[str, str], said: str
) -> None:
    begun = letter_of(as_bob.get(f"/applications/{someone}/letter").text)
    typed = {"text": begun, "address": "Kofi Mensah\nHarbour Lane 7", **fields}
    answer = post(as_bob, someone, "letter/posted", **typed)
    assert answer.status_code == 422
    assert said in visible(answer.text)
    assert "Harbour Lane 7" in answer.text
    assert last_event(someone)[0] is EventKind.APPLICATION_RECEIVED


@needs_pango
@pytest.mark.parametrize(("country", "width"), [("NL", "595.27"), ("US", "612")])
def test_the_pdf_is_one_page_of_that_places_paper(
    app: Flask, as_bob: FlaskClient, country: str, width: str
) -> None:
    place = factories.place(country)
    someone = factories.application(factories.job(place_id=place), name="Kofi Mensah", address=None)
    html = as_bob.get(f"/applications/{someone}/letter").text
    answer = post(as_bob, someone, "letter/pdf", text=letter_of(html), address=f"Kofi Mensah\n{EVIL}")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    objects = unpacked(answer.data)
    assert len(re.findall(rb"/Type /Page\b(?!s)", objects)) == 1
    assert re.search(rb"/MediaBox \[0 0 " + width.encode(), objects)


@pytest.mark.parametrize("address", ["", " \n ", "\n".join("abcdefg"), "x" * 260])
def test_an_address_fits_the_window(as_bob: FlaskClient, someone: int, address: str) -> None:
    answer = post(as_bob, someone, "letter/pdf", text="Hello", address=address)
    assert answer.status_code == 422
    assert "window" in visible(answer.text)


def test_without_the_library_the_letter_prints_from_the_browser(
    as_bob: FlaskClient, someone: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(_html: str) -> bytes:
        raise paper.NoPdf

    monkeypatch.setattr(paper, "pdf_of", lacking)
    begun = letter_of(as_bob.get(f"/applications/{someone}/letter").text)
    evil = "<img src=x onerror=alert(1)>"
    text = begun.replace("Kind regards", f"{evil}\n\nKind regards").replace("\r\n", "\n")
    typed = {"text": text, "address": f"Kofi\n{evil}", "subject": evil}
    answer = post(as_bob, someone, "letter/pdf", **typed)
    assert answer.status_code == 501
    assert visible(answer.text).count(evil) == 5
    assert evil not in answer.text
    assert 'class="words signs">Bob Adeyemi' in answer.text
    assert letter_of(answer.text) == typed["text"]


def test_a_call_that_told_may_be_followed_by_the_letter(
    as_bob: FlaskClient, bob: Person, someone: int
) -> None:
    decided(bob, someone)
    post(as_bob, someone, "call/ended", end="told")
    assert "role has now been filled" in letter_of(as_bob.get(f"/applications/{someone}/letter").text)
    assert "been filled" not in as_bob.get(f"/applications/{someone}/short-text").text
