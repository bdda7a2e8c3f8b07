"""The second look, as two people walk it: one asks, the other reads, releases or sends back."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.role import Person
from employer_app.domain.words import code_words_in
from employer_app.extensions import db, transaction
from employer_app.models import Batch, Message, PlanItem, ReleaseRequest
from tests import factories
from tests.actions.large_lists import how_many
from tests.web.batches.walk import confirm, id_of, save, start, title
from tests.web.pages import visible

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three decisions are many."""
    monkeypatch.setitem(app.config, "SECOND_PERSON_FROM", 3)


@pytest.fixture
def plan(as_bob: FlaskClient, alice: Person) -> int:
    job = factories.job("Deck Officer")
    for name in ("Amara Nwosu", "Bo Lind", "Chidi Okeke"):
        factories.application(job, name=name)
    factories.application(job, name="MARTA KLEIN")
    return start(as_bob, job)


def ask(client: FlaskClient, plan: int) -> int:
    return id_of(confirm(client, plan), "releases")


def test_confirm_asks_for_a_second_look_and_says_so(as_bob: FlaskClient, plan: int) -> None:
    page = visible(as_bob.get(f"/plans/{plan}/confirm").text)
    assert "Ask for a second look" in page
    assert "Somebody else looks first." in page
    request = ask(as_bob, plan)
    assert id_of(confirm(as_bob, plan), "releases") == request  # pressed twice
    assert (how_many(ReleaseRequest), how_many(Batch), how_many(Message)) == (1, 0, 0)
    page = visible(as_bob.get(f"/plans/{plan}/confirm").text)
    assert "Waits for a second person" in page
    assert "Ask for a second look" not in page
    own = visible(as_bob.get(f"/releases/{request}").text)
    assert "Take it back" in own
    assert "Release it" not in own
    assert code_words_in(page) == code_words_in(own) == []


def test_the_other_person_finds_it_reads_it_and_releases_it(
    as_alice: FlaskClient, as_bob: FlaskClient, plan: int
) -> None:
    request = ask(as_bob, plan)
    assert "1 large list waits" in visible(as_alice.get("/outbox").text)
    assert "large list" not in visible(as_bob.get("/outbox").text)
    assert f'href="/releases/{request}"' in as_alice.get("/releases").text
    page = as_alice.get(f"/releases/{request}").text
    words = visible(page)
    assert title(as_alice.get(f"/releases/{request}")) == "4 · Deck Officer, Rotterdam"
    assert "Bob Adeyemi asks for a second look before 4 people are told." in words
    assert "1 to look at" in words
    assert "3 at random" in words
    assert "MARTA KLEIN" in words
    assert code_words_in(words) == []
    answer = as_alice.post(f"/releases/{request}/approve")
    batch = id_of(answer, "batches")
    assert id_of(as_alice.post(f"/releases/{request}/approve"), "batches") == batch
    shown = visible(as_bob.get(f"/batches/{batch}").text)
    assert "Confirmed by Bob Adeyemi" in shown
    assert "Released by Alice Moreau." in shown
    assert code_words_in(shown) == []
    assert as_bob.get(f"/plans/{plan}/confirm").location.endswith(f"/batches/{batch}")
    audit = visible(as_bob.get("/audit").text)
    assert "Released by Alice Moreau." in audit
    over = visible(as_alice.get(f"/releases/{request}").text)
    assert "Released by Alice Moreau" in over
    assert "Release it" not in over


def test_any_message_can_be_read_and_the_draw_stays(as_alice: FlaskClient, as_bob: FlaskClient) -> None:
    job = factories.job("Deck Officer")
    for number in range(70):
        factories.application(job, name=f"Person {chr(65 + number % 26)}{chr(97 + number // 26)}ndt")
    plan = start(as_bob, job)
    request = id_of(confirm(as_bob, plan, 70), "releases")
    first, again = (as_alice.get(f"/releases/{request}").text for _ in range(2))

    def drawn(page: str) -> list[str]:
        return re.findall(r"at=(\d+)", page.split('id="drawn"')[1].split("</section>")[0])

    assert len(drawn(first)) == 10
    assert drawn(first) == drawn(again)
    assert "50 of 70 shown." in visible(first)
    last = db.session.scalars(
        sa.select(PlanItem.application_id).order_by(PlanItem.application_id.desc())
    ).first()
    db.session.rollback()
    assert "Message to" in visible(as_alice.get(f"/releases/{request}?at={last}&view=plain").text)
    mail = as_alice.get(f"/releases/{request}/messages/{last}/mail")
    assert mail.status_code == 200
    assert mail.headers["Content-Security-Policy"].startswith("sandbox")
    following = re.search(r'href="([^"]*after=[^"]*)" rel="next"', first)
    assert following
    assert "20" in visible(as_alice.get(following[1].replace("&amp;", "&")).text)


@pytest.mark.parametrize("query", ["at=999999", "at=0", "at=-1", "at=x", "after=x", "flagged=2147483648"])
def test_an_odd_address_is_no_error_of_ours(
    as_alice: FlaskClient, as_bob: FlaskClient, plan: int, query: str
) -> None:
    request = ask(as_bob, plan)
    assert as_alice.get(f"/releases/{request}?{query}").status_code in {200, 400, 404}


def test_sent_back_with_a_reason_that_the_author_reads_where_they_confirm(
    as_alice: FlaskClient, as_bob: FlaskClient, plan: int
) -> None:
    request = ask(as_bob, plan)
    nothing = as_alice.post(f"/releases/{request}/refuse", data={"because": " "})
    assert nothing.status_code == 422
    assert "Say what is to be put right." in visible(nothing.text)
    why = "<b>Marta</b> is a colleague"
    assert as_alice.post(f"/releases/{request}/refuse", data={"because": why}).status_code == 303
    page = as_bob.get(f"/plans/{plan}/confirm").text
    assert "Sent back by Alice Moreau" in visible(page)
    assert "&lt;b&gt;Marta&lt;/b&gt; is a colleague" in page
    assert "Ask for a second look" in visible(page)
    late = as_alice.post(f"/releases/{request}/approve", follow_redirects=True)
    assert "answered or taken back meanwhile" in visible(late.text)
    assert how_many(Message) == 0
    assert "MARTA" not in visible(as_alice.get(f"/releases/{request}").text)


def test_taken_back_by_its_author_alone(as_alice: FlaskClient, as_bob: FlaskClient, plan: int) -> None:
    request = ask(as_bob, plan)
    assert as_alice.post(f"/releases/{request}/withdraw").status_code == 403
    answer = as_bob.post(f"/releases/{request}/withdraw", follow_redirects=True)
    assert "Taken back." in visible(answer.text)
    assert as_alice.post(f"/releases/{request}/approve").status_code == 303
    assert how_many(Batch) == 0


def test_a_changed_list_is_void_with_a_clear_word_for_both(
    as_alice: FlaskClient, as_bob: FlaskClient, plan: int
) -> None:
    request = ask(as_bob, plan)
    save(as_bob, plan, {"cause_sentence": "We found somebody."})
    page = visible(as_alice.get(f"/releases/{request}").text)
    assert "The list was changed after it was asked for" in page
    assert "Bob Adeyemi has to ask again." in page
    assert "Release it" not in page
    answer = as_alice.post(f"/releases/{request}/approve", follow_redirects=True)
    assert "Bob Adeyemi changed the list after asking." in visible(answer.text)
    assert how_many(Batch) == 0
    again = ask(as_bob, plan)
    assert again != request
    assert id_of(as_alice.post(f"/releases/{again}/approve"), "batches")


def test_one_that_expired_says_so(as_alice: FlaskClient, as_bob: FlaskClient, plan: int) -> None:
    request = ask(as_bob, plan)
    with transaction() as session:
        session.execute(sa.update(ReleaseRequest).values(expires_at=ReleaseRequest.asked_at))
    assert "Nobody answered in time." in visible(as_alice.get(f"/releases/{request}").text)
    assert "No list waits for a second person" in visible(as_alice.get("/releases").text)
    assert "Nobody answered in time" in visible(as_bob.get(f"/plans/{plan}/confirm").text)
    assert ask(as_bob, plan) != request


def test_who_may_not_and_who_is_not_signed_in(
    client: FlaskClient, as_charlie: FlaskClient, as_bob: FlaskClient, plan: int
) -> None:
    request = ask(as_bob, plan)
    for path in ("/releases", f"/releases/{request}", f"/releases/{request}/messages/1/mail"):
        assert as_charlie.get(path).status_code == 403
        assert "/sign-in" in client.get(path).location
    for act in ("approve", "refuse", "withdraw"):
        assert as_charlie.post(f"/releases/{request}/{act}").status_code == 403
        assert client.post(f"/releases/{request}/{act}").status_code in {302, 303, 401, 403}
    assert as_bob.get(f"/releases/{request + 99}").status_code == 404
    assert (how_many(Batch), how_many(Message)) == (0, 0)


def test_nobody_releases_their_own(as_bob: FlaskClient, plan: int) -> None:
    request = ask(as_bob, plan)
    assert as_bob.post(f"/releases/{request}/approve").status_code == 403
    assert as_bob.post(f"/releases/{request}/refuse", data={"because": "x"}).status_code == 403
    assert how_many(Batch) == 0


def test_with_one_user_it_is_confirmed_at_once_and_the_pages_say_so(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job("Deck Officer")
    for _ in range(4):
        factories.application(job)
    plan = start(as_bob, job)
    assert "Tell 4 people" in visible(as_bob.get(f"/plans/{plan}/confirm").text)
    batch = id_of(confirm(as_bob, plan), "batches")
    page = visible(as_bob.get(f"/batches/{batch}").text)
    assert "Released by nobody else: there was one user only" in page
    assert "No mail about it has left" in page
    assert "Released by nobody else" in visible(as_bob.get("/audit").text)
    assert code_words_in(page) == []
