"""One job with its people: numbers that open their lists, and a selection that is exactly what was ticked."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.event import EventKind
from employer_app.extensions import db
from employer_app.models import Application, Job, Stage
from tests import factories
from tests.actions import mail
from tests.web.pages import visible

DECISION = {"decision_id": 1, "disposition": "FILLED", "status": "rejected", "stage_kind": "applied"}


def row(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def stage(job_id: int, name: str) -> int:
    db.session.rollback()
    return db.session.scalars(sa.select(Stage.id).where(Stage.job_id == job_id, Stage.name == name)).one()


def where(application_id: int) -> str:
    db.session.rollback()
    query = sa.select(Stage.name).join(Application, Application.stage_id == Stage.id)
    return db.session.scalars(query.where(Application.id == application_id)).one()


def fields(**changes: object) -> dict[str, object]:
    place = factories.place()
    return {"title": "Deck Officer", "place_id": place, "owner_id": 0, "openings": 1, **changes}


def form_of(page: str) -> dict[str, list[str]]:
    """What the browser would send of the form with the people: hidden fields and ticked boxes."""
    form = page[page.index("<form data-selection") : page.index("data-selbar")]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ("checkbox" not in tag or " checked" in tag):
            sent.setdefault(name[1], []).append(value[1])
    return sent


def test_strip_filters_and_table_say_the_same_numbers(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    for _ in range(4):
        factories.application(job, received=timedelta(days=30))
    gone = factories.application(job)
    factories.happened(gone, EventKind.STATUS_CHANGED, status="withdrawn")
    page = as_bob.get(f"/jobs/{job}").text
    for link, label, count in re.findall(
        r'<a href="([^"]+)"[^>]*><span class="label">([^<]+)</span><span class="count">(\d+)</span>', page
    ):
        behind = as_bob.get(link.replace("&amp;", "&")).text
        assert behind.count("<tr data-row>") == int(count), label
    applied = stage(job, "Applied")
    text = visible(as_bob.get(f"/jobs/{job}?stage={applied}&silent=21").text)
    assert "Stage: Applied" in text
    assert "Last word: over 21 days ago" in text
    assert "4 people, longest wait first." in text


def test_page_of_many_people_has_a_next_one_and_ticks_all_that_match(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    people = [factories.application(job) for _ in range(53)]
    told = factories.application(job)
    factories.happened(told, EventKind.DECISION_MADE, owed=True, **DECISION)
    factories.happened(told, EventKind.CALL_LOGGED, tells=True)
    page = as_bob.get(f"/jobs/{job}").text
    assert "50 of 54 shown." in visible(page)
    assert "all 53 that match and still get an answer" in visible(page)
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following
    assert as_bob.get(following[1].replace("&amp;", "&")).text.count("<tr data-row>") == 4
    assert "only" not in form_of(page)  # nothing is ticked before somebody ticks it
    everybody = form_of(as_bob.get(f"/jobs/{job}?pick=all").text)
    assert sorted(map(int, everybody["only"])) == people
    shown = form_of(as_bob.get(f"/jobs/{job}?pick=page").text)
    assert len(shown["only"]) == 50
    sent = {**everybody, "stage_id": stage(job, "Phone screen")}
    answer = as_bob.post(f"/jobs/{job}/move", data=sent, follow_redirects=True)
    assert "53 people moved to “Phone screen”." in visible(answer.text)
    assert {where(one) for one in people} == {"Phone screen"}
    assert where(told) == "Applied"


def test_move_returns_to_the_same_filter_and_view(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    someone = factories.application(job, name="Gül Demir")
    page = as_bob.get(f"/jobs/{job}?view=board&q=Demir").text
    action = re.search(r'<form data-selection method="post" action="([^"]+)"', page)
    assert action
    sent = {**form_of(page), "only": someone, "stage_id": stage(job, "Final")}
    answer = as_bob.post(action[1].replace("&amp;", "&"), data=sent)
    assert (answer.status_code, answer.location) == (303, f"/jobs/{job}?view=board&q=Demir")
    assert where(someone) == "Final"


def test_move_with_one_foreign_or_stale_person_moves_nobody(app: Flask, as_bob: FlaskClient) -> None:
    job, other = factories.job(), factories.job("Purser")
    people = [factories.application(job) for _ in range(100)]
    foreign = factories.application(other)
    screen = stage(job, "Phone screen")
    versions = " ".join(f"{one}:1" for one in [*people, foreign])
    for strays in ([foreign], [2**31 - 1]):  # attack 15
        sent = {"only": [*people, *strays], "versions": versions, "stage_id": screen}
        as_bob.post(f"/jobs/{job}/move", data=sent)
        assert {where(one) for one in [*people, foreign]} == {"Applied"}
    stale = {
        "only": people,
        "versions": versions.replace(f"{people[7]}:1", f"{people[7]}:9"),
        "stage_id": screen,
    }
    answer = as_bob.post(f"/jobs/{job}/move", data=stale, follow_redirects=True)
    assert "changed while you were looking" in visible(answer.text)
    assert {where(one) for one in people} == {"Applied"}
    foreign_stage = {"only": people, "versions": versions, "stage_id": stage(other, "Final")}  # attack 14
    answer = as_bob.post(f"/jobs/{job}/move", data=foreign_stage, follow_redirects=True)
    assert "Choose the stage" in visible(answer.text)
    assert {where(one) for one in people} == {"Applied"}


def test_move_says_first_that_a_message_leaves(app: Flask, as_bob: FlaskClient) -> None:  # fault 31
    job = factories.job()
    someone = factories.application(job, name="Kofi Mensah")
    mail.queue(someone)
    sent = {"only": someone, "versions": f"{someone}:1", "stage_id": stage(job, "Offer")}
    answer = as_bob.post(f"/jobs/{job}/move", data=sent)
    assert answer.status_code == 409
    assert "A message to Kofi Mensah leaves" in visible(answer.text)
    assert where(someone) == "Applied"
    form = answer.text[answer.text.index("<main") :]
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert as_bob.post(f"/jobs/{job}/move", data=again).status_code == 303
    assert where(someone) == "Offer"


def test_nobody_ticked_never_means_everybody(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    someone = factories.application(job)
    for what in ("close-out", "update"):
        answer = as_bob.post(f"/jobs/{job}/picked/{what}", data={}, follow_redirects=True)
        assert "Nobody is ticked." in visible(answer.text)
        answer = as_bob.post(f"/jobs/{job}/picked/{what}", data={"only": someone})
        assert (answer.status_code, answer.location) == (307, f"/jobs/{job}/{what}")
    answer = as_bob.post(f"/jobs/{job}/move", data={"stage_id": stage(job, "Final")}, follow_redirects=True)
    assert "Nobody is selected." in visible(answer.text)


def test_people_who_get_no_more_answer_have_no_box(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    gone = factories.application(job, name="Ilse van der Meer")
    factories.happened(gone, EventKind.STATUS_CHANGED, status="withdrawn")
    page = as_bob.get(f"/jobs/{job}").text
    assert "Withdrawn" in visible(page)
    assert 'name="only"' not in page
    assert "data-selbar" not in page


def test_board_and_empty_filter(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    for _ in range(23):
        factories.application(job)
    page = as_bob.get(f"/jobs/{job}?view=board").text
    assert page.count('class="card-row"') == 20
    assert "3 more" in visible(page)
    nobody = visible(as_bob.get(f"/jobs/{job}?q=zzzz&view=board").text)
    assert "Nobody matches this filter." in nobody
    assert "Show all 23" in nobody


def test_csv_holds_the_filtered_people_and_runs_nothing(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    factories.application(job, name="=HYPERLINK(1)", received=timedelta(days=30))
    factories.application(job, name="Ana María", received=timedelta(hours=1))
    answer = as_bob.get(f"/jobs/{job}/people.csv?silent=21")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=job-{job}.csv"
    [header, only] = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert header == [
        "Name",
        "Applied",
        "Our last word",
        "Owed because",
        "Due",
        "Late",
        "Owner",
        "Stage",
        "Status",
    ]
    assert only[0] == "'=HYPERLINK(1)"
    assert (only[3], only[5], only[7], only[8]) == ("No word for too long", "yes", "Applied", "In progress")
    assert len(list(csv.reader(io.StringIO(as_bob.get(f"/jobs/{job}/people.csv").text)))) == 3
