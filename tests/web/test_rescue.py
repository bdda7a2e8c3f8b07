"""The page of the backlog: its groups, the plan, each day's list, and what odd hands may send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions import rescue
from employer_app.domain.rescue import HEAPS
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.words import code_words_in
from employer_app.extensions import db, transaction
from employer_app.models import Application, LetGo, Plan, Rescue, RescueMember
from employer_app.queries import rescue as queries
from tests import factories
from tests.actions.backlog import confirm, old_people
from tests.queries.crowd import NOW, days, on_the_pile
from tests.web.pages import visible

SEEN = re.compile(r'name="(seen_[a-z0-9_-]+)" type="hidden" value="([^"]*)"')


@pytest.fixture(autouse=True)
def clock(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def form_of(client: FlaskClient, **more: str) -> dict[str, str]:
    """What a browser would send that leaves everything as it is proposed."""
    html = client.get("/rescue").text
    seen = dict(SEEN.findall(html))
    choices = {name.replace("seen_", "choice_"): "write" for name in seen}
    return {**seen, **choices, "per_day": "2", "starts_on": "2026-11-18", "cause": "filled", **more}


def running_id() -> int:
    db.session.rollback()
    return db.session.scalars(sa.select(Rescue.id)).one()


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_with_nobody_it_says_so(app: Flask, as_bob: FlaskClient) -> None:
    text = visible(as_bob.get("/rescue").text)
    assert "Nobody is on the backlog" in text
    assert "Plan the rescue" not in text


def test_the_groups_add_up_and_are_plain_words(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    old_people(2, ago=500, job_id=job)
    old_people(1, ago=100, job_id=job)
    met = factories.application(job, received=days(300), stage=StageKind.INTERVIEW)
    on_the_pile(met, factories.application(job, address=None, received=days(300)))
    factories.application(job, received=days(0))
    page = as_bob.get("/rescue").text
    text = visible(page)
    assert "4 people are on the backlog" in text
    assert "6 in all = 4 late, in the groups above + 0 probably told already + 0 need no answer" in text
    assert "1 not late" in text
    assert "1 not reached by mail" in text
    assert "Interviewed6 to 12 months 1 An answer after an interview" in text
    assert "Think first whether to write at all" in text
    assert code_words_in(text) == []
    assert "2 on each working day" not in text
    assert "200 on each working day: the last list is on Wed 18 Nov" in text


def test_after_a_year_somebody_has_to_say_whether_to_write_at_all(app: Flask, as_bob: FlaskClient) -> None:
    old_people(2, ago=500)
    data = form_of(as_bob)
    answer = as_bob.post("/rescue/plan", data={**data, "choice_applied-longer": ""})
    assert answer.status_code == 422
    assert "Write to them at all?" in visible(answer.text)
    assert count(Rescue) == 0
    assert as_bob.post("/rescue/plan", data=data).status_code == 303
    assert count(RescueMember) == 2


def test_from_the_plan_over_the_lists_of_days_to_its_end(
    app: Flask, as_bob: FlaskClient, bob: Person, clock: time_machine.Traveller
) -> None:
    old_people(5)
    data = form_of(as_bob)
    reckoned = as_bob.post("/rescue/plan", data={**data, "reckon": "1"})
    assert "5 people to write to, 2 on each working day: the last list is on Fri 20 Nov" in visible(
        reckoned.text
    )
    assert count(Rescue) == 0
    assert as_bob.post("/rescue/plan", data=data).location == "/rescue"
    text = visible(as_bob.get("/rescue").text)
    assert "5 people planned. Nothing is sent" in text
    assert "0 of 5 people are answered" in text
    assert "Prepare the list of today" in text
    assert "5 people on the old pile" in visible(as_bob.get("/?whose=old").text)
    rescue_id = running_id()
    first = as_bob.post(f"/rescue/{rescue_id}/today")
    assert re.fullmatch(r"/plans/\d+/text", first.location)
    assert as_bob.get(first.location).status_code == 200
    assert as_bob.post(f"/rescue/{rescue_id}/today").location == first.location
    text = visible(as_bob.get("/rescue").text)
    assert "Today’s 2 are ready" in text
    clock.shift(timedelta(days=1))
    as_bob = factories.signed_in(app, bob)
    text = visible(as_bob.get("/rescue").text)
    assert "2 people of the list of Wed 18 Nov were not confirmed. They come first today" in text
    second = as_bob.post(f"/rescue/{rescue_id}/today")
    confirm(bob, int(second.location.split("/")[2]))
    text = visible(as_bob.get("/rescue").text)
    assert "The list of today is confirmed: 2 messages." in text
    assert "With an answer on its way 2" in text
    assert code_words_in(text) == []
    as_bob.post(f"/rescue/{rescue_id}/change", data={"per_day": "7"})
    assert "7 on each working day" in visible(as_bob.get("/rescue").text)
    as_bob.post(f"/rescue/{rescue_id}/pause")
    assert "It is paused since" in visible(as_bob.get("/rescue").text)
    as_bob.post(f"/rescue/{rescue_id}/resume")
    as_bob.post(f"/rescue/{rescue_id}/end", data={})
    text = visible(as_bob.get("/rescue").text)
    assert "The rescue has ended. 3 people left, as they were before it." in text
    assert "3 people are on the backlog" in text


def test_a_colleagues_list_of_today_says_whose_it_is(
    app: Flask, as_bob: FlaskClient, as_alice: FlaskClient
) -> None:
    old_people(3)
    as_bob.post("/rescue/plan", data=form_of(as_bob))
    rescue_id = running_id()
    as_bob.post(f"/rescue/{rescue_id}/today")
    assert "Today’s 2 are ready: Bob Adeyemi prepared the list" in visible(as_alice.get("/rescue").text)
    assert as_alice.post(f"/rescue/{rescue_id}/today").status_code == 303
    assert "Take it over" in visible(as_bob.get("/rescue").text)


def test_letting_go_asks_why_and_can_be_taken_back(app: Flask, as_bob: FlaskClient) -> None:
    old_people(2, ago=500)
    let_go = {"choice_applied-longer": "not_needed"}
    answer = as_bob.post("/rescue/plan", data=form_of(as_bob, **let_go))
    assert answer.status_code == 422
    assert "Say why no answer is needed." in visible(answer.text)
    answer = as_bob.post("/rescue/plan", data=form_of(as_bob, reason="Two seasons ago", **let_go))
    assert answer.status_code == 303
    html = as_bob.get("/rescue").text
    assert "2 people need no answer, by your word." in visible(html)
    undo = re.search(r'action="(/rescue/let-go/\d+/undo)"', html)
    assert undo
    as_bob.post(undo[1])
    text = visible(as_bob.get("/rescue").text)
    assert "2 people wait for an answer again, as before." in text
    assert "2 people are on the backlog" in text
    as_bob.post(undo[1])
    assert "taken back already" in visible(as_bob.get("/rescue").text)


def test_a_group_that_changed_is_shown_anew_and_nobody_is_let_go_of(app: Flask, as_bob: FlaskClient) -> None:
    old_people(2, ago=500)
    data = form_of(as_bob, reason="Old", **{"choice_applied-longer": "not_needed"})
    old_people(1, ago=480)
    answer = as_bob.post("/rescue/plan", data=data)
    assert answer.status_code == 409
    assert "The people of a group are not the same any more." in visible(answer.text)
    assert dict(SEEN.findall(answer.text)) != {key: data[key] for key in data if key.startswith("seen_")}
    assert count(LetGo) == 0


@pytest.mark.parametrize(
    "odd",
    [
        {"per_day": "0"},
        {"per_day": "-3"},
        {"per_day": "9" * 40},
        {"per_day": "two"},
        {"per_day": ""},
        {"starts_on": "2026-11-17"},
        {"starts_on": "9999-12-31"},
        {"starts_on": "0001-01-01"},
        {"starts_on": "<b>"},
        {"cause": "none"},
        {"choice_applied-under_12": "none"},
        {"choice_applied-under_12": "later"},
    ],
)
@pytest.mark.parametrize("reckon", [{}, {"reckon": "1"}])
def test_odd_input_is_said_and_plans_nothing(
    app: Flask, as_bob: FlaskClient, odd: dict[str, str], reckon: dict[str, str]
) -> None:
    old_people(2)
    answer = as_bob.post("/rescue/plan", data={**form_of(as_bob), **odd, **reckon})
    assert answer.status_code == (422 if not reckon else answer.status_code)
    assert answer.status_code in {200, 422}
    assert count(Rescue) == 0


def test_groups_that_are_none_of_ours_plan_nobody(app: Flask, as_bob: FlaskClient) -> None:
    old_people(2)
    data = form_of(as_bob, **{"choice_applied-under_12": "later"})
    data |= {f"choice_{name}": "write" for name in HEAPS if str(name) != "applied-under_12"}
    data |= {"choice_x-y": "write", "choice_": "not_needed"}
    assert as_bob.post("/rescue/plan", data=data).status_code == 422
    assert count(Rescue) == 0
    for address in (
        "/rescue/0/today",
        "/rescue/99999/end",
        "/rescue/99999/pause",
        "/rescue/let-go/99999/undo",
    ):
        assert as_bob.post(address).status_code == 404
    assert as_bob.post("/rescue/99999999999/today").status_code == 404
    assert as_bob.post("/rescue/99999/change", data={"per_day": "3"}).status_code == 404


def test_a_number_that_is_none_stays_on_the_page(app: Flask, as_bob: FlaskClient) -> None:
    old_people(2)
    as_bob.post("/rescue/plan", data=form_of(as_bob))
    rescue_id = running_id()
    for per_day in ("0", "", "x", "9" * 30):
        answer = as_bob.post(f"/rescue/{rescue_id}/change", data={"per_day": per_day})
        assert answer.status_code == 422
    assert db.session.scalars(sa.select(Rescue.per_day)).one() == 2


def test_who_may_not_and_who_is_not_signed_in(
    app: Flask, as_charlie: FlaskClient, client: FlaskClient, bob: Person
) -> None:
    old_people(2)
    verbs = ("today", "change", "pause", "resume", "end")
    for address in ("/rescue/plan", "/rescue/let-go/1/undo", *(f"/rescue/1/{verb}" for verb in verbs)):
        assert as_charlie.post(address).status_code == 403
        assert client.post(address).status_code in {302, 303, 401, 403}
    assert as_charlie.get("/rescue").status_code == 403
    assert client.get("/rescue").status_code == 303
    assert (count(Rescue), count(Plan), count(LetGo)) == (0, 0, 0)


def test_it_is_linked_from_the_old_pile_and_from_home_when_a_hundred_are_late(
    app: Flask, as_bob: FlaskClient
) -> None:
    ids = old_people(100)
    assert 'href="/rescue"' not in as_bob.get("/?whose=team").text
    assert 'href="/rescue"' in as_bob.get("/?whose=old").text
    with transaction() as session:
        session.execute(sa.update(Application).where(Application.id.in_(ids)).values(old_pile=False))
    assert 'href="/rescue"' in as_bob.get("/?whose=team").text


def test_newly_late_people_are_offered_beside_the_rescue_that_runs(
    app: Flask, as_bob: FlaskClient, bob: Person
) -> None:
    old_people(2)
    as_bob.post("/rescue/plan", data=form_of(as_bob))
    factories.application(factories.job("Cook"), received=days(50))
    assert "1 person is late and not in this rescue" in visible(as_bob.get("/rescue").text)
    assert as_bob.post("/rescue/plan", data=form_of(as_bob)).status_code == 303
    now = queries.running(bob)
    assert now is not None
    assert now.people == 3
    rescue.end(actor=bob, rescue_id=now.id)
