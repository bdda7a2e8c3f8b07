"""Filters of the home list in its address, as chips and in the file; and all that match, taken at once."""

from __future__ import annotations

import csv
import html as markup
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from employer_app.actions.decisions import decide
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.words import code_words_in
from employer_app.extensions import db, transaction
from employer_app.models import Application, Handover, Plan
from employer_app.web import all_matching
from tests import factories
from tests.web.pages import visible
from tests.web.test_waiting import rows, waiting

CHIP = re.compile(r'<a class="chip" href="([^"]*)"><span class="visually-hidden">[^<]*</span>([^<]*)<')
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
SEEN = re.compile(r'name="seen" type="hidden" value="([^"]*)"')


def chips(html: str) -> dict[str, str]:
    return {label: markup.unescape(href) for href, label in CHIP.findall(html)}


def sent_along(html: str) -> dict[str, str]:
    """What the form of the list carries besides the ticks."""
    form = html[html.index("<form data-selection") :]
    return {
        name: markup.unescape(value)
        for name, value in HIDDEN.findall(form)
        if name in {"matching", "counted", "back"}
    }


def only(answer: TestResponse) -> set[int]:
    """Whom the page of a send list holds."""
    assert answer.status_code == 200, visible(answer.text)
    found = re.search(r'name="only" value="([^"]*)"', answer.text)
    assert found
    return {int(one) for one in found[1].split()}


def test_each_filter_is_a_chip_that_goes_away_alone(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    place, job = factories.place(), factories.job("Cook", language="de")
    waiting(bob, job, name="Amara Nwosu", stage=StageKind.INTERVIEW)
    waiting(bob, job, name="Kofi Mensah", address=None)
    address = f"/?whose=team&job={job}&reached=interview&silent=30&language=de&address=yes"
    html = as_bob.get(address).text
    assert rows(html) == ["Amara Nwosu"]
    assert code_words_in(visible(html)) == []
    found = chips(html)
    assert list(found) == [
        "Job: Cook",
        "Came as far as: Interview",
        "Last word: 30 days ago or longer",
        "Language: German",
        "Has a mail address",
        "All filters",
    ]
    parts = (f"job={job}", "reached=interview", "silent=30", "language=de", "address=yes")
    for chip, part in zip(list(found)[:-1], parts, strict=True):
        assert part not in found[chip]
        assert found[chip].count("=") == address.count("=") - 1
    assert found["All filters"] == "/?whose=team"
    assert rows(as_bob.get(f"/?whose=team&job={job}&address=no").text) == ["Kofi Mensah"]
    assert list(chips(as_bob.get("/?whose=team&address=no").text)) == ["No mail address"]
    assert rows(as_bob.get(f"/?whose=team&place={place}").text) == []
    assert "Owner: one that is not here any more" in chips(as_bob.get("/?owner=999").text)


def test_the_file_has_whom_the_page_has(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job()
    waiting(bob, job, name="Amara Nwosu", received=timedelta(days=60))
    waiting(bob, job, name="Kofi Mensah", received=timedelta(days=20))
    html = as_bob.get("/?silent=45").text
    assert rows(html) == ["Amara Nwosu"]
    link = re.search(r'href="(/waiting.csv[^"]*format=csv)"', html)
    assert link
    table = list(csv.reader(io.StringIO(as_bob.get(markup.unescape(link[1])).text)))
    assert [line[0] for line in table[1:]] == ["Amara Nwosu"]


@pytest.mark.parametrize(
    "query",
    [
        "reached=<script>&group='&silent=-1&owner=x&place=1e9&source=list-&address=maybe&language=%00",
        "silent=99999999999&source=list-99999999999&owner=0",
        "source=system-1;drop&source=list-1&language=" + "x" * 500,
        "group=late%00&reached=Interview&address=YES",
    ],
)
def test_what_is_no_filter_is_as_if_it_was_not_there(
    app: Flask, as_bob: FlaskClient, bob: Person, query: str
) -> None:
    waiting(bob, factories.job(), name="Amara Nwosu")
    page = as_bob.get(f"/?{query}")
    assert page.status_code == 200
    if "source=list-1" not in query:
        assert rows(page.text) == ["Amara Nwosu"]
        assert chips(page.text) == {}
    assert "<script>" not in page.text


def test_all_that_match_are_exactly_those_the_filters_find(
    app: Flask, as_bob: FlaskClient, bob: Person
) -> None:
    cook, officer = factories.job("Cook"), factories.job("Deck Officer")
    meant = {waiting(bob, job, received=timedelta(days=60)) for job in (cook, officer) for _ in range(3)}
    waiting(bob, cook, name="Too Fresh")
    waiting(bob, cook, mine=False, received=timedelta(days=60))
    page = as_bob.get("/?silent=45").text
    assert "all 6 that match" in visible(page)
    data = {**sent_along(page), "all_matching": "1"}
    for what in ("close-out", "update"):
        answer = as_bob.post(f"/send-lists/{what}", data=data)
        assert only(answer) == meant
        assert "when you looked" not in visible(answer.text)
        assert code_words_in(visible(answer.text)) == []
    handed = as_bob.post("/hand-over", data=data)
    seen = SEEN.search(handed.text)
    assert seen
    assert {int(pair.partition(":")[0]) for pair in seen[1].split()} == meant
    everybody = [str(one) for one in meant]
    go = {"start": "1", "cause": "filled", "only": " ".join(everybody), "person": everybody}
    done = as_bob.post("/send-lists/close-out", data={**data, **go})
    assert done.status_code == 303
    plan = db.session.scalars(sa.select(Plan)).one()
    assert set(plan.choices["application_ids"]) == meant
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Handover)) == 0


def test_without_the_tick_only_the_ticked_are_taken(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job()
    one, _ = waiting(bob, job), waiting(bob, job)
    data = {**sent_along(as_bob.get("/").text), "only": str(one)}
    assert only(as_bob.post("/send-lists/close-out", data=data)) == {one}


def test_another_number_by_now_is_said_before_going_on(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job()
    first = {waiting(bob, job) for _ in range(3)}
    data = {**sent_along(as_bob.get("/").text), "all_matching": "1"}
    late = waiting(bob, job)
    answer = as_bob.post("/send-lists/close-out", data=data)
    assert "3 when you looked, 4 now." in visible(answer.text)
    assert only(answer) == {*first, late}
    handed = visible(as_bob.post("/hand-over", data=data).text)
    assert "3 when you looked, 4 now." in handed
    assert "Hand over 4 people" in handed


def test_who_is_owed_no_final_answer_is_left_out_and_counted(
    app: Flask, as_bob: FlaskClient, bob: Person
) -> None:
    """A mail to somebody who knows came back: they stay owed a word, and get no second "no"."""
    job = factories.job()
    one = waiting(bob, job)
    told = waiting(bob, job, name="Told Person")
    untold = waiting(bob, job, name="Untold Person")
    decide(actor=bob, application_id=untold, code="BQ-EXP", version=1)
    decide(actor=bob, application_id=told, code="BQ-EXP", version=1)
    factories.happened(told, EventKind.CALL_LOGGED, tells=True)
    factories.happened(told, EventKind.MESSAGE_FAILED, message_id=1)
    home = as_bob.get("/?whose=all").text
    assert {"Told Person", "Untold Person"} < set(rows(home))
    answer = as_bob.post("/send-lists/close-out", data={**sent_along(home), "all_matching": "1"})
    assert only(answer) == {one, untold}
    assert "1 person of them is owed no final answer" in visible(answer.text)


@pytest.mark.parametrize(
    "matching",
    ["", "whose=mine&job=x", "whose=everybody", "job=1", "whose=team&silent=-5", "whose=all&source=list-x"],
)
def test_a_filter_that_cannot_be_read_takes_nobody(
    app: Flask, as_bob: FlaskClient, bob: Person, matching: str
) -> None:
    waiting(bob, factories.job())
    data = {"matching": matching, "counted": "1", "all_matching": "1", "back": "/?whose=team"}
    for path in ("/send-lists/close-out", "/send-lists/update", "/hand-over"):
        answer = as_bob.post(path, data=data)
        assert (answer.status_code, answer.location) == (303, "/?whose=team")
        assert "This list cannot be read." in visible(as_bob.get("/").text)
    assert as_bob.get(f"/send-lists/close-out?{matching}").status_code == 303


def test_filters_that_find_nobody_by_now_take_nobody(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    waiting(bob, factories.job())
    data = {"matching": "whose=mine&job=999", "counted": "1", "all_matching": "1"}
    for path in ("/send-lists/close-out", "/send-lists/update", "/hand-over"):
        assert as_bob.post(path, data=data).status_code == 303
        assert "Nobody is ticked." in visible(as_bob.get("/").text)


def test_more_than_one_list_holds_are_refused_in_words(
    app: Flask, as_bob: FlaskClient, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = factories.job()
    for _ in range(3):
        waiting(bob, job)
    data = {**sent_along(as_bob.get("/").text), "all_matching": "1"}
    monkeypatch.setattr(all_matching, "MOST_IN_A_LIST", 2)
    assert as_bob.post("/send-lists/close-out", data=data).status_code == 303
    page = visible(as_bob.get("/").text)
    assert "These are more than 2 people at once. Filter the list, and do it in parts." in page
    assert "All 3 that match" not in page
    assert "narrow the list below 2" in page


def test_a_folded_row_leads_to_its_own_people(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job("Data Analyst")
    meant = {waiting(bob, job) for _ in range(11)}
    waiting(bob, job, name="Not Mine", mine=False)
    waiting(bob, factories.job("Cook"), name="Sven Bakker")
    html = as_bob.get("/").text
    links = [markup.unescape(one) for one in re.findall(r'href="(/send-lists/[^"]*)"', html)]
    assert [link.partition("?")[0] for link in links] == ["/send-lists/close-out", "/send-lists/update"]
    for link in links:
        answer = as_bob.get(link)
        assert only(answer) == meant
        assert "when you looked" not in visible(answer.text)
    extra = waiting(bob, job)
    answer = as_bob.get(links[0])
    assert "11 when you looked, 12 now." in visible(answer.text)
    assert only(answer) == {*meant, extra}


def test_a_list_of_folded_rows_alone_can_be_taken_whole(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job()
    meant = {waiting(bob, job) for _ in range(12)}
    page = as_bob.get("/").text
    assert "Take all 12 that match." in visible(page)
    link = re.search(r'href="([^"]*pick=all)"', page)
    assert link
    chosen = as_bob.get(markup.unescape(link[1])).text
    assert "All 12 that match are taken." in visible(chosen)
    assert re.search(r'name="all_matching"[^>]* checked', chosen)
    data = {**sent_along(chosen), "all_matching": "1"}
    assert only(as_bob.post("/send-lists/update", data=data)) == meant


def test_the_old_pile_is_not_taken_from_the_home_list(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    old = waiting(bob, factories.job())
    with transaction() as session:
        session.execute(sa.update(Application).where(Application.id == old).values(old_pile=True))
    assert 'name="all_matching"' not in as_bob.get("/?whose=old").text


def test_only_who_may_read_is_answered(
    app: Flask, as_bob: FlaskClient, as_charlie: FlaskClient, client: FlaskClient, bob: Person
) -> None:
    waiting(bob, factories.job())
    data = {**sent_along(as_bob.get("/").text), "all_matching": "1"}
    address = f"/send-lists/close-out?{data['matching']}"
    assert as_charlie.post("/send-lists/close-out", data=data).status_code == 403
    assert as_charlie.post("/hand-over", data=data).status_code == 403
    assert as_charlie.get(address).status_code == 403
    assert client.get(address).location.startswith("/sign-in")


def test_the_table_of_a_job_has_the_same_filters(
    app: Flask, as_bob: FlaskClient, bob: Person, alice: Person
) -> None:
    job = factories.job("Cook", language="fr", owner_id=alice.user_id)
    waiting(bob, job, name="Amara Nwosu")
    waiting(bob, job, name="Kofi Mensah", mine=False, address=None, language="de")
    found = {
        f"owner={bob.user_id}": ("Amara Nwosu", "Owner: Bob Adeyemi"),
        f"owner={alice.user_id}": ("Kofi Mensah", "Owner: Alice Moreau"),
        "language=fr": ("Amara Nwosu", "Language: French"),
        "language=de": ("Kofi Mensah", "Language: German"),
        "address=no": ("Kofi Mensah", "No mail address"),
        "address=yes&owner=x&source=x": ("Amara Nwosu", "Has a mail address"),
    }
    names = re.compile(r'<a class="name"[^>]*><bdi>([^<]*)</bdi>')
    for query, (name, chip) in found.items():
        html = as_bob.get(f"/jobs/{job}?{query}").text
        assert names.findall(html) == [name], query
        assert list(chips(html)) == [chip]
        assert "1 of 2 people" in visible(html)
        table = list(csv.reader(io.StringIO(as_bob.get(f"/jobs/{job}/people.csv?{query}").text)))
        assert [line[0] for line in table[1:]] == [name]
    assert names.findall(as_bob.get(f"/jobs/{job}?source=list-7").text) == []
