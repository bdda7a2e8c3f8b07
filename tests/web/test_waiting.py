"""The home page: one row a person, each number with its people behind it, the filter in the address."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.applications import set_owner
from employer_app.actions.decisions import decide
from employer_app.domain.clock import now
from employer_app.domain.event import EventKind
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.words import code_words_in
from employer_app.extensions import transaction
from employer_app.models import Application
from tests import factories
from tests.actions import mail
from tests.web.pages import visible


def waiting(actor: Person, job: int, *, name: str | None = None, mine: bool = True, **more: object) -> int:
    someone = factories.application(job, name=name, **{"received": timedelta(days=40), **more})  # type: ignore[arg-type]
    if mine:
        set_owner(actor=actor, application_ids=[someone], owner_id=actor.user_id)
    return someone


def rows(html: str) -> list[str]:
    """The names in the list, in order."""
    return re.findall(r'<a href="[^"]*" data-open><bdi>([^<]*)</bdi></a>', html)


def test_an_empty_app_says_what_comes_next(app: Flask, as_bob: FlaskClient) -> None:
    for address in ("/", "/?whose=team", "/?whose=all", "/?job=17"):
        page = as_bob.get(address).text
        text = visible(page)
        assert "Nobody has applied here yet" in text
        assert "heard from us" not in text
        assert "nobody an answer" not in text
        assert 'href="/import"' in page
        assert "Import a list" in text
        assert code_words_in(text) == []


def test_who_owes_nobody_is_not_told_to_begin(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    gone = factories.application(factories.job(), received=timedelta(days=40))
    decide(actor=bob, application_id=gone, code="WD-SELF", version=1)
    text = visible(as_bob.get("/").text)
    assert "You owe nobody an answer" in text
    assert "Nobody has applied" not in text


def test_the_number_in_the_title_is_the_number_of_people(
    app: Flask, as_bob: FlaskClient, bob: Person
) -> None:
    job = factories.job()
    names = ["Amara Nwosu", "Kofi Mensah", "Ngọc Anh Phạm"]
    for name in names:
        waiting(bob, job, name=name)
    html = as_bob.get("/").text
    assert "You owe 3 people an answer" in visible(html)
    assert sorted(rows(html)) == sorted(names)
    assert code_words_in(visible(html)) == []


def test_the_worst_comes_first_and_writes_where_it_is_answered(
    app: Flask, as_bob: FlaskClient, bob: Person
) -> None:
    job = factories.job()
    silent = waiting(bob, job, name="Silent Person")
    decided = waiting(bob, job, name="Decided Person", stage=StageKind.FINAL)
    decide(
        actor=bob,
        application_id=decided,
        code="FINAL-2",
        version=1,
        made_at=now() - timedelta(days=20),
    )
    html = as_bob.get("/").text
    assert rows(html) == ["Decided Person", "Silent Person"]
    assert f'href="/jobs/{job}/close-out?only={decided}"' in html
    assert f'href="/jobs/{job}/update?only={silent}"' in html
    assert f'href="/applications/{silent}?open=call"' in html


def test_mine_team_and_all_differ(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job()
    waiting(bob, job, name="Mine")
    waiting(bob, job, name="Nobodys", mine=False)
    waiting(bob, job, name="Fresh", mine=False, received=timedelta(hours=1))
    assert rows(as_bob.get("/").text) == ["Mine"]
    assert sorted(rows(as_bob.get("/?whose=team").text)) == ["Mine", "Nobodys"]
    assert sorted(rows(as_bob.get("/?whose=all").text)) == ["Fresh", "Mine", "Nobodys"]


def test_ten_with_one_reason_fold_and_unfold(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job("Data Analyst")
    for _ in range(12):
        waiting(bob, job)
    waiting(bob, factories.job("Cook"), name="Sven Bakker")
    html = as_bob.get("/").text
    assert "You owe 13 people an answer" in visible(html)
    assert sorted(rows(html)) == ["12 people", "Sven Bakker"]
    assert "Close out 12" in visible(html)
    of_pile = f"whose=mine&amp;reason=silent&amp;group=late&amp;job={job}"
    assert f'href="/send-lists/close-out?{of_pile}&amp;counted=12"' in html
    assert f'href="/send-lists/update?{of_pile}&amp;counted=12"' in html
    assert len(rows(as_bob.get(f"/?{of_pile}".replace("&amp;", "&")).text)) == 12
    inside = as_bob.get(f"/?job={job}&reason=silent").text
    assert len(rows(inside)) == 12
    assert "12 people" not in rows(inside)


def test_nine_do_not_fold(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job()
    for _ in range(9):
        waiting(bob, job)
    assert len(rows(as_bob.get("/").text)) == 9


def test_long_lists_page_without_losing_anybody(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job()
    for number in range(60):
        waiting(bob, job, name=f"Person {number:02}")
    path = f"/?job={job}&reason=silent"
    first = as_bob.get(path).text
    assert len(rows(first)) == 50
    onward = re.search(r'href="([^"]*)" rel="next"', first)
    assert onward is not None
    second = as_bob.get(onward[1].replace("&amp;", "&")).text
    assert sorted(rows(first) + rows(second)) == [f"Person {number:02}" for number in range(60)]
    assert "Back to the most urgent" in visible(second)


def test_filters_narrow_by_job_and_reason(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    cook, officer = factories.job("Cook"), factories.job("Deck Officer")
    waiting(bob, cook, name="Cook Person")
    someone = waiting(bob, officer, name="Officer Person")
    factories.happened(someone, EventKind.PROMISE_MADE, ago=timedelta(days=9), due="2024-05-03")
    assert rows(as_bob.get(f"/?job={cook}").text) == ["Cook Person"]
    assert rows(as_bob.get("/?reason=promise_due").text) == ["Officer Person"]
    nobody = as_bob.get(f"/?job={cook}&reason=promise_due").text
    assert "Nobody waits here" in visible(nobody)
    assert "All filters" in visible(nobody)


@pytest.mark.parametrize(
    "query",
    [
        "whose=%3Cscript%3E",
        "whose=&job=&reason=",
        "job=-1",
        "job=1%20OR%201=1",
        "job=99999999999999999999",
        "job=%D9%A3",
        "reason=' OR '1'='1",
        "reason=%00",
        "job=999999999&whose=all",
        "sort=name;drop%20table&page=-5&entriesPerPage=1e9",
    ],
)
def test_odd_addresses_are_typed_and_harmless(  # attack 29, attack 74
    app: Flask, as_bob: FlaskClient, bob: Person, query: str
) -> None:
    waiting(bob, factories.job())
    answer = as_bob.get(f"/?{query}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert as_bob.get(f"/waiting.csv?{query}").status_code == 200


@pytest.mark.parametrize("after", ["x", "late~0~1e400~1", "late~0~nan~1", "a~b~c~d", "late~0~0~1~2", "%00"])
def test_an_odd_page_marker_is_refused_in_words(
    app: Flask, as_bob: FlaskClient, after: str
) -> None:  # attack 74
    answer = as_bob.get(f"/?after={after}")
    assert answer.status_code == 400
    assert "Go back to the first page" in visible(answer.text)


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}"])
def test_names_and_titles_are_text(
    app: Flask, as_bob: FlaskClient, bob: Person, evil: str
) -> None:  # attack 27
    waiting(bob, factories.job(evil), name=evil)
    html = as_bob.get("/").text
    assert visible(html).count(evil) >= 2
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_the_csv_has_everybody_and_runs_no_formula(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job("=cmd|'/C calc'!A0")
    names = {"=HYPERLINK(1)", "+49 Person", "-Minus", "@At", *(f"Person {n}" for n in range(9))}
    for name in names:
        waiting(bob, job, name=name)
    answer = as_bob.get("/waiting.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    table = list(csv.reader(io.StringIO(answer.text)))
    assert len(table) == 1 + len(names)
    assert not [cell for line in table for cell in line if cell[:1] in "=+-@|" and cell[:1]]
    assert {line[0].removeprefix("'") for line in table[1:]} == names


def test_nobody_to_mail_is_called_first(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    job = factories.job()
    waiting(bob, job, name="No Address", address=None)
    text = visible(as_bob.get("/").text)
    assert "No address: call or write a letter." in text
    assert "/update?only=" not in as_bob.get("/").text


def test_the_side_says_what_leaves_and_what_needs_a_person(
    app: Flask, as_bob: FlaskClient, bob: Person
) -> None:
    someone = waiting(bob, factories.job())
    mail.queue(someone, due_in=timedelta(0))
    text = visible(as_bob.get("/").text)
    assert "Leaving today Nothing leaves now: the part of this app that sends is not running. " in text
    assert "No, after the applicationfrom now on 1 " in text


def test_nothing_of_mine_leads_to_the_team(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    waiting(bob, factories.job(), mine=False)
    text = visible(as_bob.get("/").text)
    assert "You owe nobody an answer" in text
    assert "1 person waits for an answer from a colleague of yours, or from nobody yet." in text


def test_nobody_without_a_role_sees_who_waits(
    app: Flask, as_charlie: FlaskClient, client: FlaskClient
) -> None:
    assert as_charlie.get("/").status_code == 403
    assert as_charlie.get("/waiting.csv").status_code == 403
    assert client.get("/").location.startswith("/sign-in")


def test_a_home_list_that_is_empty_beside_an_old_pile_says_so(
    app: Flask, as_bob: FlaskClient, bob: Person
) -> None:
    """Nobody has heard from us: they only came here too late for the home list."""
    old = waiting(bob, factories.job(), name="Amara Nwosu")
    with transaction() as session:
        session.execute(sa.update(Application).where(Application.id == old).values(old_pile=True))
    for address in ("/", "/?whose=team", "/?whose=all"):
        page = as_bob.get(address).text
        text = visible(page)
        assert "1 person waits on the old pile" in text
        assert "heard from us" not in text
        assert "nobody an answer" not in text
        assert 'href="/?whose=old"' in page
    assert "1 person on the old pile" in visible(as_bob.get("/?whose=old").text)
