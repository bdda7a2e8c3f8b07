"""Saved filters on the pages: save what is filtered, open it, rename it, share it, throw it away and back."""

from __future__ import annotations

import html as markup
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.saved_filters import save
from employer_app.domain.filter_page import FilterPage
from employer_app.domain.role import Person
from employer_app.domain.words import code_words_in
from employer_app.extensions import db
from employer_app.queries.saved_filters import saved_filters
from tests import factories
from tests.queries.test_health import _statements
from tests.web.pages import visible
from tests.web.test_waiting import rows, waiting

FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def offered(html: str) -> dict[str, str]:
    """The fields of the form that saves."""
    form = html[html.index('action="/saved-filters"') :]
    form = form[: form.index("</form>")]
    return {name: markup.unescape(value) for name, value in FIELD.findall(form)}


def link_to(html: str, name: str) -> str:
    found = re.search(rf'<a href="([^"]*)"[^>]*><bdi>{re.escape(markup.escape(name))}</bdi>', html)
    assert found
    return markup.unescape(found[1])


def kept(viewer: Person) -> list[tuple[str, dict[str, str], bool]]:
    db.session.rollback()
    return [(one.name, dict(one.args), one.shared) for one in saved_filters(viewer)]


def test_from_the_home_list_and_back_to_it(
    app: Flask, as_bob: FlaskClient, bob: Person, alice: Person, as_alice: FlaskClient
) -> None:
    job = factories.job()
    waiting(bob, job, name="Amara Nwosu")
    waiting(bob, job, name="Kofi Mensah", address=None)
    assert 'action="/saved-filters"' not in as_bob.get("/?whose=team").text
    page = as_bob.get("/?whose=team&address=no&silent=30").text
    data = {**offered(page), "name": "To call", "shared": "y"}
    done = as_bob.post("/saved-filters", data=data)
    assert (done.status_code, done.location) == (303, "/?whose=team&silent=30&address=no")
    assert kept(bob) == [("To call", {"whose": "team", "silent": "30", "address": "no"}, True)]
    home = as_bob.get("/").text
    assert "Saved as “To call”." in visible(home)
    opened = as_bob.get(link_to(home, "To call")).text
    assert rows(opened) == ["Kofi Mensah"]
    assert 'aria-current="true"><bdi>To call' in opened
    assert code_words_in(visible(opened)) == []
    hers = as_alice.get("/").text
    assert "To call Bob Adeyemi" in visible(hers)
    assert link_to(hers, "To call") == link_to(home, "To call")


def test_of_the_table_of_a_job_the_stage_stays_with_its_job_and_a_name_is_not_kept(
    app: Flask, as_bob: FlaskClient, bob: Person
) -> None:
    job, other = factories.job(), factories.job("Cook")
    factories.application(job, name="Amara Nwosu")
    factories.application(other, name="Kofi Mensah")
    assert 'action="/saved-filters"' not in as_bob.get(f"/jobs/{job}?q=Amara").text
    searched = as_bob.get(f"/jobs/{job}?silent=7&q=Amara").text
    as_bob.post("/saved-filters", data={**offered(searched), "name": "Any"})
    stage = re.search(r"\?stage=(\d+)", as_bob.get(f"/jobs/{job}").text)
    assert stage
    page = as_bob.get(f"/jobs/{job}?stage={stage[1]}").text
    as_bob.post("/saved-filters", data={**offered(page), "name": "Here"})
    assert kept(bob) == [("Any", {"silent": "7"}, False), ("Here", {"stage": stage[1]}, False)]
    assert link_to(as_bob.get(f"/jobs/{job}").text, "Here") == f"/jobs/{job}?stage={stage[1]}"
    there = as_bob.get(f"/jobs/{other}").text
    assert link_to(there, "Any") == f"/jobs/{other}?silent=7"
    assert "<bdi>Here</bdi>" not in there
    listed = as_bob.get("/saved-filters").text
    assert re.findall(r'<bdi>(\w+)</bdi></\w+><span class="sub">\s*([^<]*)<', listed) == [
        ("Any", "The table of any job"),
        ("Here", "The table of Deck Officer"),
    ]


def test_rename_share_throw_away_and_put_back(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    row = save(actor=bob, page=FilterPage.HOME, name="Long wait", args={"silent": "30"})
    as_bob.post(f"/saved-filters/{row}", data={"name": "Very long wait", "shared": "y"})
    assert kept(bob) == [("Very long wait", {"silent": "30"}, True)]
    as_bob.post(f"/saved-filters/{row}", data={"name": ""})
    page = visible(as_bob.get("/saved-filters").text)
    assert "Type a name. Nothing was saved." in page
    assert code_words_in(page) == []
    assert kept(bob) == [("Very long wait", {"silent": "30"}, True)]
    as_bob.post(f"/saved-filters/{row}/delete")
    gone = as_bob.get("/saved-filters").text
    assert "“Very long wait” is thrown away." in visible(gone)
    assert "You have saved no filter yet." in visible(gone)
    undo = re.search(r'action="(/saved-filters/\d+/put-back)"', gone)
    assert undo
    assert as_bob.post(undo[1], data={"back": "/saved-filters"}).location == "/saved-filters"
    assert "“Very long wait” is back." in visible(as_bob.get("/saved-filters").text)


@pytest.mark.parametrize(
    "data",
    [
        {"page": "home", "filters": "job=x&whose=all&evil=1", "name": "x"},
        {"page": "none", "filters": "silent=7", "name": "x"},
        {"page": "home", "filters": "silent=7", "name": "  "},
        {"page": "home", "filters": "silent=7", "name": "x" * 61},
        {"page": "job", "filters": "q=Amara", "name": "x", "job": "1"},
        {"filters": "%00", "name": "x"},
        {},
    ],
)
def test_what_is_no_filter_or_no_name_is_not_kept(
    app: Flask, as_bob: FlaskClient, bob: Person, data: dict[str, str]
) -> None:
    answer = as_bob.post("/saved-filters", data={**data, "back": "https://evil.example/"})
    assert (answer.status_code, answer.location) == (303, "/")
    assert kept(bob) == []


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x>', "{{7*7}}"])
def test_names_are_text(app: Flask, as_bob: FlaskClient, bob: Person, evil: str) -> None:
    waiting(bob, factories.job())
    save(actor=bob, page=FilterPage.HOME, name=evil, args={"silent": "30"})
    for address in ("/", "/saved-filters"):
        html = as_bob.get(address).text
        assert evil in visible(html)
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_strangers_find_nothing_of_mine(
    app: Flask, bob: Person, as_alice: FlaskClient, as_charlie: FlaskClient, client: FlaskClient
) -> None:
    row = save(actor=bob, page=FilterPage.HOME, name="Long wait", args={"silent": "30"})
    assert "Long wait" not in as_alice.get("/saved-filters").text
    for path in (f"/saved-filters/{row}", f"/saved-filters/{row}/delete", f"/saved-filters/{row}/put-back"):
        assert as_alice.post(path, data={"name": "Hers"}).status_code == 404
        assert as_charlie.post(path, data={"name": "Hers"}).status_code == 403
        assert client.post(path, data={"name": "Hers"}).location.startswith("/sign-in")
    assert as_charlie.get("/saved-filters").status_code == 403
    assert client.get("/saved-filters").location.startswith("/sign-in")
    assert kept(bob) == [("Long wait", {"silent": "30"}, False)]


def test_the_menu_costs_one_statement_however_many_there_are(
    app: Flask, as_bob: FlaskClient, bob: Person
) -> None:
    waiting(bob, factories.job())
    as_bob.get("/?whose=mine")
    with _statements() as before:
        as_bob.get("/?whose=mine")
    for n in range(9):
        save(actor=bob, page=FilterPage.HOME, name=f"Filter {n}", args={"silent": "30"})
    with _statements() as after:
        as_bob.get("/?whose=mine")
    assert len(after) == len(before)
    assert sum("saved_filter" in one for one in after) == 1
