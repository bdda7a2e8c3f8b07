"""Two records on a page: look, choose, merge, undo, or say that they are two."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.words import code_words_in
from employer_app.extensions import db
from employer_app.models import Application, Candidate, CandidateMerge
from tests import factories
from tests.actions import mail
from tests.web.pages import visible


@pytest.fixture
def two(app: Flask) -> tuple[int, int]:
    """Anna under two records, both in one job."""
    kept = factories.candidate("Anna Müller", "anna@post.example")
    merged = factories.candidate("Anna Maria Müller", "anna@post.example", phone="0170 1234567")
    job = factories.job("Deck Officer")
    for each in (kept, merged):
        factories.application(job, candidate_id=each)
    return kept, merged


def row(candidate_id: int) -> Candidate:
    db.session.rollback()
    return db.session.get_one(Candidate, candidate_id, populate_existing=True)


def of(candidate_id: int) -> int:
    db.session.rollback()
    query = sa.select(sa.func.count()).where(Application.candidate_id == candidate_id)
    return db.session.scalar(query) or 0


def merge_id() -> int:
    db.session.rollback()
    return db.session.scalars(sa.select(CandidateMerge.id).order_by(CandidateMerge.id.desc())).first() or 0


def sent(client: FlaskClient, two: tuple[int, int], **more: object) -> str:
    fields = {"kept_version": row(two[0]).version, "merged_version": row(two[1]).version, **more}
    answer = client.post(f"/candidates/{two[0]}/same/{two[1]}", data=fields)
    assert answer.status_code == 303, visible(answer.text)
    return answer.location


def test_from_the_list_to_one_record_and_back(app: Flask, as_bob: FlaskClient, two: tuple[int, int]) -> None:
    kept, merged = two
    page = visible(as_bob.get("/candidates/same").text)
    assert "2 records may be one person" in page
    assert "Shares an address: anna@post.example" in page
    page = as_bob.get(f"/candidates/{kept}/same/{merged}").text
    text = visible(page)
    assert code_words_in(text) == []
    assert "1 application moves to the record of Anna Müller. Nothing is lost" in text
    assert "They applied twice for Deck Officer" in text
    assert "phone 0170 1234567" in text
    assert re.findall(r'name="(\w+)" type="radio"', page) == ["name", "name"]
    page = visible(as_bob.get(sent(as_bob, two, name="merged")).text)
    assert "The two records are one now." in page
    assert "Anna Maria Müller, anna@post.example: 1 application moved, by Bob Adeyemi" in page
    assert (row(kept).name, of(kept), of(merged)) == ("Anna Maria Müller", 2, 0)
    gone = as_bob.get(f"/candidates/{merged}")
    assert (gone.status_code, gone.location) == (303, f"/candidates/{kept}")
    assert "was merged into this one" in visible(as_bob.get(gone.location).text)
    assert visible(as_bob.get("/candidates/same").text).count("No two records look like one person") == 1
    assert as_bob.get(f"/candidates/{merged}/same/{kept}").location == f"/candidates/{kept}"
    undone = as_bob.post(f"/candidates/merges/{merge_id()}/undo", data={"version": row(kept).version})
    assert undone.status_code == 303
    assert "The two records are two again" in visible(as_bob.get(undone.location).text)
    assert (row(kept).name, of(kept), of(merged)) == ("Anna Müller", 1, 1)


def test_the_list_is_a_file_too(app: Flask, as_bob: FlaskClient, two: tuple[int, int]) -> None:
    said = as_bob.get("/candidates/same.csv").text.splitlines()
    assert len(said) == 2
    assert "Anna Maria Müller" in said[1]
    assert "Shares an address: anna@post.example" in said[1]


def test_the_history_of_an_application_tells_it(
    app: Flask, as_bob: FlaskClient, two: tuple[int, int]
) -> None:
    query = sa.select(Application.id).where(Application.candidate_id == two[1])
    moved = db.session.scalars(query).one()
    db.session.rollback()
    sent(as_bob, two)
    page = visible(as_bob.get(f"/applications/{moved}").text)
    assert "Two records became one person: Anna Maria Müller (anna@post.example) and Anna Müller" in page
    as_bob.post(f"/candidates/merges/{merge_id()}/undo", data={"version": row(two[0]).version})
    assert "One record became two people again:" in visible(as_bob.get(f"/applications/{moved}").text)


def test_a_changed_record_is_shown_anew_and_nothing_is_merged(
    app: Flask, as_bob: FlaskClient, two: tuple[int, int]
) -> None:
    for fields in (
        {"kept_version": 7, "merged_version": 1},
        {},
        {"kept_version": "x", "merged_version": "-1"},
    ):
        answer = as_bob.post(f"/candidates/{two[0]}/same/{two[1]}", data=fields)
        assert answer.status_code == 422
    assert of(two[1]) == 1


def test_mail_under_way_is_said_before_anything_is_saved(
    app: Flask, as_bob: FlaskClient, two: tuple[int, int]
) -> None:
    query = sa.select(Application.id).where(Application.candidate_id == two[1])
    message = mail.queue(db.session.scalars(query).one())
    fields = {"kept_version": 1, "merged_version": 1}
    answer = as_bob.post(f"/candidates/{two[0]}/same/{two[1]}", data=fields)
    assert answer.status_code == 422
    assert "A message to Anna Maria Müller leaves" in visible(answer.text)
    assert f'href="/messages/{message}"' in answer.text
    assert of(two[1]) == 1
    sent(as_bob, two, force="1")
    undo = f"/candidates/merges/{merge_id()}/undo"
    answer = as_bob.post(undo, data={"version": row(two[0]).version})
    assert answer.status_code == 422
    assert "Undo anyway" in visible(answer.text)
    assert as_bob.post(undo, data={"version": row(two[0]).version, "force": "1"}).status_code == 303
    assert of(two[1]) == 1


def test_an_undo_out_of_turn_is_refused_in_words(
    app: Flask, as_bob: FlaskClient, two: tuple[int, int]
) -> None:
    sent(as_bob, two)
    first, third = merge_id(), factories.candidate("Anna Müller", "third@post.example")
    sent(as_bob, (third, two[0]))
    answer = as_bob.post(f"/candidates/merges/{first}/undo", data={"version": row(two[0]).version})
    assert answer.status_code == 422
    assert "Undo that merge first, then this one." in visible(answer.text)


def test_two_people_are_not_asked_about_again(app: Flask, as_bob: FlaskClient, two: tuple[int, int]) -> None:
    back = f"/candidates/{two[0]}"
    answer = as_bob.post(f"/candidates/{two[0]}/same/{two[1]}/two-people", data={"back": back})
    assert (answer.status_code, answer.location) == (303, back)
    text = visible(as_bob.get(back).text)
    assert "The same person?" not in text
    assert "Also at this address Anna Maria Müller" in text
    evil = as_bob.post(
        f"/candidates/{two[0]}/same/{two[1]}/two-people", data={"back": "//evil.example"}
    )  # attack 23
    assert evil.location == "/candidates/same"


def test_what_stood_in_a_merged_record_is_changed_in_the_kept_one(
    app: Flask, as_bob: FlaskClient, two: tuple[int, int]
) -> None:
    sent(as_bob, two)
    answer = as_bob.post(f"/candidates/{two[1]}", data={"name": "Somebody Else", "version": "2"})
    assert (answer.status_code, answer.location) == (303, f"/candidates/{two[0]}")
    assert row(two[1]).name == "Anna Maria Müller"


@pytest.mark.parametrize("path", ["/candidates/1/same/4711", "/candidates/4711/same/1", "/candidates/same/x"])
def test_what_is_not_there_is_not_found(app: Flask, as_bob: FlaskClient, two: object, path: str) -> None:
    assert as_bob.get(path).status_code == 404


def test_who_may_not_sees_and_changes_nothing(
    app: Flask, client: FlaskClient, as_charlie: FlaskClient, two: tuple[int, int]
) -> None:
    at = f"/candidates/{two[0]}/same/{two[1]}"
    for path in ("/candidates/same", "/candidates/same.csv", at):
        assert as_charlie.get(path).status_code == 403
        assert client.get(path).status_code == 303
    for path in (at, f"{at}/two-people", "/candidates/merges/1/undo"):
        assert as_charlie.post(path, data={"kept_version": 1, "merged_version": 1}).status_code == 403
        assert client.post(path).status_code == 303
    assert of(two[1]) == 1
