"""Several lists at once: one leads to the next, and each asks only for what nobody but a person can say."""

from __future__ import annotations

from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.event import EventKind
from employer_app.extensions import db
from employer_app.models import ApplicantList, Application, Event, ImportSource, OwedAnswer
from tests import factories
from tests.web.lists import controls, how_many, look, text_of

HEAD = "Application ID,Full name,Email,Job,Stage,State,Applied at\n"
ONE = HEAD + "1,Ana Prieto,ana@post.example,Deck Officer,Zwinky,active,2026-03-02\n"
TWO = HEAD + "2,Bo Lind,bo@post.example,Purser,Zwinky,rejected,2026-03-03\n"
THREE = HEAD + "3,Chidi Okeke,chidi@post.example,Purser,Applied,active,2026-03-03\n"
#: another shape, which says of the end only why
REASONS = "Name,Email,Job,Stage,Archive reason\nDora Vos,dora@post.example,Cook,Applied,Underqualified\n"


def _drop(client: FlaskClient, *texts: str) -> None:
    files = [(BytesIO(text.encode()), f"list {number}.csv") for number, text in enumerate(texts, 1)]
    client.post("/import", data={"file": files}, content_type="multipart/form-data")


def _told() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Event.subject).where(Event.kind == EventKind.TOLD_ELSEWHERE)))


def test_one_list_leads_to_the_next_until_none_is_left(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    _drop(as_bob, ONE, THREE)
    index = as_bob.get("/import")
    assert "2 lists wait for you" in text_of(index)
    assert 'href="/import/1">Go on with list 1.csv' in index.text
    first = as_bob.get("/import/1")
    assert "1 more list waits after this one" in text_of(first)
    as_bob.post("/import/1/import", data=controls(first))
    done = as_bob.get("/import/1")
    assert 'href="/import/2">Next list: list 2.csv' in done.text
    last = as_bob.get("/import/2")
    assert "after this one" not in text_of(last)
    as_bob.post("/import/2/import", data=controls(last))
    assert "Next list" not in text_of(as_bob.get("/import/2"))
    assert "See who waits" in text_of(as_bob.get("/import/2"))
    assert "wait for you" not in text_of(as_bob.get("/import"))


def test_what_was_said_of_one_list_holds_for_the_next_that_came_with_it(
    app: Flask, as_bob: FlaskClient
) -> None:
    factories.place()
    _drop(as_bob, ONE, TWO)
    assert "“Zwinky”" in text_of(as_bob.get("/import/2"))
    form = controls(as_bob.get("/import/1"))
    form.setlist("stage", ["Applied"])
    as_bob.post("/import/1", data=form)
    as_bob.post("/import/1/import", data=controls(as_bob.get("/import/1")))
    page = as_bob.get("/import/2")
    assert "has a name that is new here" not in text_of(page)
    as_bob.post("/import/2/import", data=controls(page))
    assert how_many(Application) == 2
    sources = set(db.session.scalars(sa.select(ApplicantList.source_id)))
    assert sources == set(db.session.scalars(sa.select(ImportSource.id)))  # the first list too has its system


def test_what_nobody_has_to_say_is_not_asked(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    _, page = look(as_bob, THREE)
    assert "Everything was understood" in text_of(page)
    _, page = look(as_bob, ONE.replace("ana@", "ana@@") + THREE.removeprefix(HEAD))
    assert "1 row cannot be read" in text_of(page)
    _, page = look(as_bob, TWO)
    said = text_of(page)
    assert "1 stage has a name that is new here: “Zwinky”" in said
    assert "1 person was turned down, and nothing shows that they know" in said
    assert "could hold one of two things" not in said


@pytest.mark.parametrize("text", [REASONS, TWO.replace("rejected", "archived")], ids=["a reason", "closed"])
def test_one_day_for_everybody_who_was_turned_down_tells_them(
    app: Flask, as_bob: FlaskClient, text: str
) -> None:
    factories.place()
    there, page = look(as_bob, text)
    form = controls(page)
    named = "told_all_on" if "told_all_on" in form else "told_state_on"
    form[named] = "2026-04-01"
    as_bob.post(there, data=form)
    page = as_bob.get(there)
    assert controls(page)[named] == "2026-04-01"
    assert "nothing shows that they know" not in text_of(page)
    as_bob.post(f"{there}/import", data=controls(page))
    assert _told() == [f"application:{one}" for one in db.session.scalars(sa.select(Application.id))]
    assert how_many(OwedAnswer) == 0


def test_the_day_for_everybody_says_nothing_of_those_who_still_run(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    there, page = look(as_bob, REASONS + "Emre Kaya,emre@post.example,Cook,Applied,\n")
    form = controls(page)
    form["told_all_on"] = "2026-04-01"
    as_bob.post(there, data=form)
    as_bob.post(f"{there}/import", data=controls(as_bob.get(there)))
    assert len(_told()) == 1
    assert how_many(OwedAnswer) == 1


def test_a_day_that_is_none_is_passed_over(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    there, page = look(as_bob, REASONS)
    form = controls(page)
    form["told_all_on"] = "soon"
    as_bob.post(there, data=form)
    assert controls(as_bob.get(there))["told_all_on"] == ""


def test_who_is_told_already_is_not_asked_about_with_the_next_export(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    there, page = look(as_bob, TWO)
    form = controls(page)
    form["told_state_on"] = "2026-04-01"
    as_bob.post(there, data=form)
    as_bob.post(f"{there}/import", data=controls(as_bob.get(there)))
    _, page = look(as_bob, TWO + THREE.removeprefix(HEAD))
    assert "nothing shows that they know" not in text_of(page)


def test_a_list_whose_rows_all_fail_leads_to_its_columns(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    _, page = look(as_bob, "Candidate number,Applied on\n17,2026-03-02\n18,2026-03-03\n")
    said = text_of(page)
    assert "None of the 2 rows can be read." in said
    assert "No row of this list can be read, so there is nothing to import" in said
    assert '<details class="fold" open>' in page.text
