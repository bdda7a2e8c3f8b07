"""Hand over from the lists: tick, say to whom, and the new owner reads who gave it and why."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.applications import set_owner
from employer_app.actions.users import set_active
from employer_app.domain.role import Person, Role
from employer_app.domain.words import code_words_in
from employer_app.extensions import transaction
from employer_app.models import Application
from tests import factories
from tests.actions.test_handovers import own_owners, owned
from tests.web.pages import visible
from tests.web.test_waiting import rows

SEEN = re.compile(r'name="seen" type="hidden" value="([^"]*)"')


@pytest.fixture
def dora(app: Flask) -> Person:
    """Another recruiter."""
    return factories.person("Dora Lindqvist", "dora@team.example", Role.RECRUITER)


def to_whom(client: FlaskClient, *ids: int, back: str = "/") -> str:
    answer = client.post("/hand-over", data={"only": [str(one) for one in ids], "back": back})
    assert answer.status_code == 200
    return answer.text


def seen(html: str) -> str:
    found = SEEN.search(html)
    assert found
    return found[1]


def test_from_the_home_list_to_a_colleague_with_a_note_and_back(
    app: Flask, as_bob: FlaskClient, bob: Person, dora: Person
) -> None:
    one, other = owned(bob, name="Amara Nwosu"), owned(bob, name="Kofi Mensah")
    home = as_bob.get("/").text
    assert f'name="only" value="{one}"' in home
    page = to_whom(as_bob, one, other, back="/?whose=mine")
    text = visible(page)
    assert "Hand over 2 people" in text
    assert "Now with Bob Adeyemi." in text
    assert "Amara Nwosu, Deck Officer" in text
    assert code_words_in(text) == []
    data = {"to": str(dora.user_id), "note": "I am away", "seen": seen(page), "back": "/?whose=mine"}
    done = as_bob.post("/hand-over/now", data=data)
    assert (done.status_code, done.location) == (303, "/?whose=mine")
    assert own_owners(one, other) == [dora.user_id, dora.user_id]
    home = as_bob.get("/").text
    assert "2 people handed over to Dora Lindqvist." in visible(home)
    assert "Take it back" in visible(home)
    hers = visible(factories.signed_in(app, dora).get("/").text)
    assert len(re.findall(r"Handed over by Bob Adeyemi, \w+ \d+ \w+: “I am away”", hers)) == 2
    assert code_words_in(hers) == []
    assert "I am away" in factories.signed_in(app, dora).get(f"/applications/{one}").text
    undo = re.search(r'action="(/hand-over/\d+/undo)"', home)
    assert undo
    assert as_bob.post(undo[1], data={"back": "/?whose=mine"}).location == "/?whose=mine"
    assert "2 people taken back, as it was before." in visible(as_bob.get("/").text)
    assert own_owners(one, other) == [bob.user_id, bob.user_id]
    as_bob.post(undo[1])
    assert "taken back already" in visible(as_bob.get("/").text)
    assert "Handed over by" not in visible(as_bob.get("/").text)


def test_the_table_of_a_job_hands_over_too(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job()
    someone = owned(bob, job)
    page = as_bob.get(f"/jobs/{job}").text
    assert 'formaction="/hand-over"' in page
    assert f'name="back" value="/jobs/{job}"' in page
    assert f'href="/jobs/{job}"' in to_whom(as_bob, someone, back=f"/jobs/{job}")


def test_nobody_ticked_means_nobody(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    owned(bob)
    for data in ({}, {"only": ["x", "0", "-1", "99999999999"]}):
        assert as_bob.post("/hand-over", data=data).status_code == 303
        assert "Nobody is ticked." in visible(as_bob.get("/").text)
    assert as_bob.post("/hand-over/now", data={"seen": "x 1", "to": "1"}).status_code == 303


def test_a_list_that_changed_is_shown_anew_and_nothing_is_done(
    app: Flask, as_bob: FlaskClient, alice: Person, bob: Person, dora: Person
) -> None:
    someone = owned(bob, name="Amara Nwosu")
    page = to_whom(as_bob, someone)
    set_owner(actor=alice, application_ids=[someone], owner_id=alice.user_id)
    data = {"to": str(dora.user_id), "note": "Kept text", "seen": seen(page)}
    answer = as_bob.post("/hand-over/now", data=data)
    assert answer.status_code == 409
    assert "Amara Nwosu changed hands while you were looking" in visible(answer.text)
    assert "Now with Alice Moreau." in visible(answer.text)
    assert 'value="Kept text"' in answer.text
    assert own_owners(someone) == [alice.user_id]
    again = as_bob.post("/hand-over/now", data={**data, "seen": seen(answer.text)})
    assert again.status_code == 303
    assert own_owners(someone) == [dora.user_id]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"to": "0"}, "not on the team"),
        ({"to": "99999"}, "Choose one of the list."),
        ({"to": "x"}, "Choose one of the list."),
        ({"note": "x" * 501}, "too long"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_done(
    app: Flask, as_bob: FlaskClient, bob: Person, dora: Person, change: dict[str, str], says: str
) -> None:
    someone = owned(bob)
    page = to_whom(as_bob, someone)
    data = {"to": str(dora.user_id), "note": "", "seen": seen(page), **change}
    answer = as_bob.post("/hand-over/now", data=data)
    assert answer.status_code == 200
    assert says in visible(answer.text)
    assert own_owners(someone) == [bob.user_id]


def test_names_and_notes_are_text_and_the_way_back_is_ours(
    app: Flask, as_bob: FlaskClient, bob: Person, dora: Person
) -> None:
    evil = "<script>alert(1)</script>"
    someone = owned(bob, factories.job(evil), name=evil)
    page = to_whom(as_bob, someone, back="https://elsewhere.example/")
    assert "<script>alert" not in page
    assert "elsewhere" not in page
    data = {"to": str(dora.user_id), "note": evil, "seen": seen(page), "back": "//elsewhere.example"}
    assert as_bob.post("/hand-over/now", data=data).location == "/"
    hers = factories.signed_in(app, dora).get("/").text
    assert "<script>alert" not in hers
    assert f"“{evil}”" in visible(hers)


def test_who_may_not_and_who_is_not_signed_in_hand_nothing_over(
    app: Flask,
    as_charlie: FlaskClient,
    client: FlaskClient,
    as_bob: FlaskClient,
    bob: Person,
    charlie: Person,
) -> None:
    someone = owned(bob)
    forms = (
        ("/hand-over", {"only": str(someone)}),
        ("/hand-over/now", {"seen": f"{someone}:{bob.user_id}", "to": str(bob.user_id)}),
        ("/hand-over/1/undo", {}),
        (f"/hand-over/all/{bob.user_id}", {"to": str(bob.user_id)}),
    )
    for address, data in forms:
        assert as_charlie.post(address, data=data).status_code == 403
        assert client.post(address, data=data).location.startswith("/sign-in")
    assert as_bob.post(f"/hand-over/all/{charlie.user_id}", data={"to": str(bob.user_id)}).status_code == 403
    assert own_owners(someone) == [bob.user_id]


def test_what_somebody_left_behind_is_nobodys_until_an_administrator_hands_it_over(
    app: Flask, as_alice: FlaskClient, alice: Person, bob: Person, dora: Person
) -> None:
    owned(bob, name="Amara Nwosu")
    owned(None, name="Kofi Mensah")
    owned(dora, name="Not Theirs")
    assert rows(as_alice.get("/?whose=nobody").text) == ["Kofi Mensah"]
    set_active(actor=alice, user_id=bob.user_id or 0, active=False)
    page = as_alice.get("/?whose=nobody").text
    assert sorted(rows(page)) == ["Amara Nwosu", "Kofi Mensah"]
    assert "2 people wait for an answer, and nobody owns it" in visible(page)
    assert "Bob Adeyemi" not in page
    people = as_alice.get("/settings/people").text
    assert "Hand over 1 person" in visible(people)
    to = {"to": str(dora.user_id), "back": "/settings/people"}
    done = as_alice.post(f"/hand-over/all/{bob.user_id}", data=to)
    assert done.location == "/settings/people"
    people = visible(as_alice.get("/settings/people").text)
    assert "1 person handed over to Dora Lindqvist." in people
    assert "Hand over 1 person" not in people
    assert rows(as_alice.get("/?whose=nobody").text) == ["Kofi Mensah"]
    as_alice.post(f"/hand-over/all/{bob.user_id}", data=to)
    assert "They are with Dora Lindqvist already." in visible(as_alice.get("/").text)
    as_alice.post(f"/hand-over/all/{bob.user_id}", data={"to": "x"})
    assert "Choose a colleague." in visible(as_alice.get("/").text)


def test_everybody_on_the_page_is_ticked_by_a_link_where_there_is_no_script(
    app: Flask, as_bob: FlaskClient, bob: Person
) -> None:
    job = factories.job()
    for _ in range(3):
        owned(bob, job)
    home = as_bob.get("/").text
    assert home.count("data-pick aria-label") == 3
    assert " checked>" not in home.split("data-selection")[1].split("</form>")[0]
    link = re.search(r'Tick <a href="([^"]*)">everybody shown', home)
    assert link
    assert as_bob.get(link[1].replace("&amp;", "&")).text.count(" checked>") >= 3


def test_the_old_pile_is_not_handed_over_from_the_home_list(
    app: Flask, as_bob: FlaskClient, bob: Person
) -> None:
    """Whatever happens to somebody takes them off it, and that is to be chosen."""
    old = owned(bob, name="Amara Nwosu")
    with transaction() as session:
        session.execute(sa.update(Application).where(Application.id == old).values(old_pile=True))
    page = as_bob.get("/?whose=old").text
    assert rows(page) == ["Amara Nwosu"]
    assert "data-pick" not in page
