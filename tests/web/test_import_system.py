"""The page of a list from another system: its jobs, its words, who knows already, and the way back."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.imports import lists as imports
from employer_app.domain.event import EventKind
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.models import Application, Event, EventPayload, Job, OwedAnswer
from tests import factories
from tests.web.lists import controls, how_many, look, text_of

HEAD = "Application ID,Full name,Email,Job,Stage,State,Applied at\n"
SYSTEM = (
    HEAD
    + """1,Ana Prieto,ana@post.example,REQ-1 | Night Purser,Application Review,active,2026-03-02
2,Bo Lind,bo@post.example,Deck Officer,Face to Face,rejected,2026-03-03
3,Chidi Okeke,chidi@post.example,Deck Officer,Zwinky,rejected,2026-03-03
"""
)


def _rows() -> dict[str, Application]:
    db.session.rollback()
    return {row.external_id: row for row in db.session.scalars(sa.select(Application))}


def _owed() -> int:
    db.session.rollback()
    return how_many(OwedAnswer)


def _payloads(kind: EventKind) -> list[dict[str, Any]]:
    db.session.rollback()
    query = sa.select(EventPayload.payload).join(Event, Event.id == EventPayload.event_id)
    return list(db.session.scalars(query.where(Event.kind == kind).order_by(Event.id)))


def test_each_job_of_the_file_is_made_matched_or_left_out_on_the_page(
    app: Flask, as_bob: FlaskClient
) -> None:
    deck = factories.job("Deckhand")
    there, page = look(as_bob, SYSTEM)
    form = controls(page)
    assert form.getlist("job_public") == ["Deck Officer", "Night Purser"]
    form.setlist("job_to", [str(deck), "out"])
    form.setlist("job_name", ["", ""])
    form.setlist("job_public", ["", ""])
    as_bob.post(there, data=form)
    page = as_bob.get(there)
    assert "2 of 3 rows are ready" in text_of(page)
    as_bob.post(f"{there}/import", data=controls(page))
    assert {row.job_id for row in _rows().values()} == {deck}
    assert how_many(Job) == 1


def test_what_the_team_and_what_candidates_call_a_job_can_be_typed(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    there, page = look(as_bob, SYSTEM)
    form = controls(page)
    form.setlist("job_name", ["Deck Officer", "Purser N"])
    form.setlist("job_public", ["Deck Officer", "Purser, nights"])
    as_bob.post(there, data=form)
    as_bob.post(f"{there}/import", data=controls(as_bob.get(there)))
    titles = db.session.execute(sa.select(Job.title, Job.public_title).order_by(Job.title)).all()
    assert [tuple(row) for row in titles] == [
        ("Deck Officer", "Deck Officer"),
        ("Purser N", "Purser, nights"),
    ]


def test_a_stage_nobody_knows_counts_as_interviewed_until_a_person_says_otherwise(
    app: Flask, as_bob: FlaskClient
) -> None:
    factories.place()
    there, page = look(as_bob, SYSTEM)
    assert "Nobody knows this word here, so these people count as interviewed" in text_of(page)
    form = controls(page)
    words = form.getlist("label")
    means = {"Zwinky": "Applied", "Face to Face": "Interview"}
    form.setlist("stage", [means.get(word, "") for word in words])
    as_bob.post(there, data=form)
    page = as_bob.get(there)
    assert "Nobody knows this word here" not in text_of(page)
    as_bob.post(f"{there}/import", data=controls(page))
    assert _rows()["3"].stage.kind is StageKind.APPLIED


def test_everybody_of_a_state_was_told_on_a_day_and_is_owed_nothing(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    there, page = look(as_bob, SYSTEM)
    form = controls(page)
    assert form.getlist("told_state") == ["rejected"]
    form["told_state_on"] = "2026-04-01"
    as_bob.post(there, data=form)
    page = as_bob.get(there)
    assert controls(page)["told_state_on"] == "2026-04-01"
    as_bob.post(f"{there}/import", data=controls(page))
    told = db.session.scalars(sa.select(Event).where(Event.kind == EventKind.TOLD_ELSEWHERE)).all()
    rows = _rows()
    assert {event.subject for event in told} == {f"application:{rows[number].id}" for number in "23"}
    assert None not in {event.actor_id for event in told}  # a named person's word
    assert _owed() == 1  # the one who still waits


def test_a_word_for_a_state_is_changed_on_the_page(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    there, page = look(as_bob, SYSTEM.replace("rejected", "Wobbled").replace("State", "Status"))
    assert "Not known: they still wait for an answer" in page.text
    form = controls(page)
    words = form.getlist("state")
    form.setlist("means", ["withdrawn" if word == "Wobbled" else "active" for word in words])
    as_bob.post(there, data=form)
    as_bob.post(f"{there}/import", data=controls(as_bob.get(there)))
    assert _rows()["2"].status is Status.WITHDRAWN


LOG = "bo@post.example 2026-03-20\nnobody@elsewhere.example 2026-03-21\nno date: ana@post.example\n"


@pytest.mark.parametrize("dropped", [False, True])
def test_a_mail_log_says_who_knows_already(app: Flask, as_bob: FlaskClient, dropped: bool) -> None:
    factories.place()
    there, page = look(as_bob, SYSTEM)
    form = controls(page)
    if dropped:
        form["mail_log_file"] = (BytesIO(LOG.encode()), "sent.log")  # type: ignore[assignment]
    else:
        form["mail_log"] = LOG
    as_bob.post(there, data=form, content_type="multipart/form-data")
    page = as_bob.get(there)
    said = text_of(page)
    assert "2 addresses were written to in " + ("sent.log" if dropped else "what you pasted") in said
    assert "1 person of this list is among them" in said
    assert "1 line did not count" in said
    as_bob.post(f"{there}/import", data=controls(page))
    (told,) = _payloads(EventKind.TOLD_ELSEWHERE)
    assert "stands in the mail log" in told["how"]
    assert _owed() == 2


def test_a_mail_log_is_forgotten_again(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    there, page = look(as_bob, SYSTEM)
    form = controls(page)
    form["mail_log"] = LOG
    as_bob.post(there, data=form)
    form = controls(as_bob.get(there))
    form["forget_mail_log"] = "yes"
    as_bob.post(there, data=form)
    page = as_bob.get(there)
    assert "addresses were written to" not in text_of(page)
    as_bob.post(f"{there}/import", data=controls(page))
    assert _payloads(EventKind.TOLD_ELSEWHERE) == []


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("hello\n", "names nobody who was written to"),
        ("bo@post.example 03/04/2026\n", "day first or month first"),
    ],
)
def test_a_mail_log_that_proves_nothing_is_refused_and_the_page_keeps_what_was_chosen(
    app: Flask, as_bob: FlaskClient, log: str, words: str
) -> None:
    factories.place()
    there, page = look(as_bob, SYSTEM)
    form = controls(page)
    form["mail_log"] = log
    answer = as_bob.post(there, data=form)
    assert answer.status_code == 422
    assert words in text_of(answer)


def test_a_cell_is_corrected_on_the_page(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    there, page = look(as_bob, SYSTEM.replace("bo@post.example", "bo post.example"))
    assert "2 of 3 rows are ready" in text_of(page)
    form = controls(page)
    (cell,) = [name for name in form if name.startswith("cell-")]
    assert form[cell] == "bo post.example"
    form[cell] = "bo@post.example"
    as_bob.post(there, data=form)
    page = as_bob.get(there)
    assert "3 of 3 rows are ready" in text_of(page)
    as_bob.post(f"{there}/import", data=controls(page))
    assert len(_rows()) == 3


def test_a_private_column_goes_into_the_note_when_somebody_insists_and_out_again(
    app: Flask, as_bob: FlaskClient
) -> None:
    factories.place()
    text = "Name,Email,Job,Date of birth,Notes\nAna Prieto,ana@post.example,Purser,1990-12-24,Sails\n"
    there, page = look(as_bob, text)
    assert "Private (date of birth or age)" in text_of(page)
    assert "1990-12-24" not in page.text
    form = controls(page)
    form.setlist("insist", ["3"])
    as_bob.post(there, data=form)
    page = as_bob.get(there)
    form = controls(page)
    assert form.getlist("insist") == ["3"]
    form.setlist("insist", [])
    as_bob.post(there, data=form)
    form = controls(as_bob.get(there))
    assert form.getlist("insist") == []
    form.setlist("insist", ["3"])
    as_bob.post(there, data=form)
    as_bob.post(f"{there}/import", data=controls(as_bob.get(there)))
    assert [payload["text"] for payload in _payloads(EventKind.NOTE_ADDED)] == [
        "Date of birth: 1990-12-24\nNotes: Sails"
    ]


def test_several_files_at_once_are_several_lists(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    files = [(BytesIO(SYSTEM.encode()), "one.csv"), (BytesIO(SYSTEM.encode()), "two.csv")]
    answer = as_bob.post("/import", data={"file": files}, content_type="multipart/form-data")
    assert (answer.status_code, answer.location) == (303, "/import")
    said = text_of(as_bob.get("/import"))
    assert "one.csv" in said
    assert "two.csv" in said
    assert "2 lists are here" in said


def test_an_import_is_undone_and_the_page_says_so(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    there, page = look(as_bob, SYSTEM)
    as_bob.post(f"{there}/import", data=controls(page))
    assert len(_rows()) == 3
    answer = as_bob.post(f"{there}/undo", data=controls(as_bob.get(there)), follow_redirects=True)
    assert "was undone: 3 people taken out again" in text_of(answer)
    assert _rows() == {}


def test_a_large_list_is_imported_in_the_background(
    app: Flask, as_bob: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "SMALL", 2)
    factories.place()
    there, page = look(as_bob, SYSTEM)
    as_bob.post(f"{there}/import", data=controls(page))
    waiting = text_of(as_bob.get(there))
    assert "3 people" in waiting or "imported" in waiting
    for list_id in imports.asked():
        imports.keep_asked(list_id)
    assert len(_rows()) == 3
    assert "3 people" in text_of(as_bob.get(there))


def test_one_that_is_no_list_among_several_is_said_and_the_others_are_kept(
    app: Flask, as_bob: FlaskClient
) -> None:
    factories.place()
    files = [(BytesIO(SYSTEM.encode()), "one.csv"), (BytesIO(b"%PDF-1.7"), "cv.pdf")]
    answer = as_bob.post("/import", data={"file": files}, content_type="multipart/form-data")
    assert answer.status_code == 422
    said = text_of(answer)
    assert "cv.pdf" in said
    assert "a PDF" in said
    assert "one.csv" in said


def test_how_dates_in_figures_were_read_is_shown_and_can_be_said_otherwise(
    app: Flask, as_bob: FlaskClient
) -> None:
    factories.place()
    text = (
        "Name,Email,Job,Applied at\nAna Prieto,ana@post.example,Purser,{}\nBo Lind,b@post.example,Purser,{}\n"
    )
    _, page = look(as_bob, text.format("23/04/2026", "03/04/2026"))
    assert "Read day first: dates of the list prove it." in text_of(page)
    there, page = look(as_bob, text.format("03/04/2026", "02/04/2026"))
    assert "0 of 2 rows are ready" in text_of(page)
    form = controls(page)
    form["date_order"] = "mdy"
    as_bob.post(there, data=form)
    said = text_of(as_bob.get(there))
    assert "2 of 2 rows are ready" in said
    assert "Read month first, as you chose." in said
