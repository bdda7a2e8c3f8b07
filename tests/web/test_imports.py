"""The pages of an import: what is said, what is kept as typed, and that looking writes nobody."""

from __future__ import annotations

import re
from html import unescape

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.role import Person
from employer_app.domain.sample import sample_list
from employer_app.domain.stage import StageKind
from employer_app.domain.words import code_words_in
from employer_app.extensions import db, transaction
from employer_app.models import ApplicantList, Application, Candidate, Event, Job
from tests import factories
from tests.web.lists import BAD, LIST, controls, drop, how_many, look, text_of


def test_an_import_from_the_file_to_the_result(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job("Deck Officer")
    there, page = look(as_bob, BAD, job_id=str(job))
    said = text_of(page)
    assert "2 of 3 rows are ready" in said
    assert "Nothing is written yet" in said
    assert (
        "3 rows = 2 ready + 1 cannot be imported + 0 stand there twice + 0 with something new "
        "+ 0 here already + 0 left out"
    ) in said
    assert "Import the good 2, give me the 1 bad row as a file" in said
    assert "Nobody knows this word here" in said
    assert (how_many(Candidate), how_many(Application)) == (0, 0)
    answer = as_bob.post(f"{there}/import", data=controls(page))
    assert (answer.status_code, answer.location) == (303, there)
    done = text_of(as_bob.get(there))
    assert "2 people are in Deck Officer now" in done
    assert (
        "3 rows = 2 imported + 1 not imported + 0 stood there twice + 0 changed + 0 were here already "
        "+ 0 left out"
    ) in done
    assert how_many(Application) == 2
    assert "Deck Officer" in text_of(as_bob.get("/import"))


def test_looking_writes_no_person_job_or_event(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    before = how_many(Event)
    there, page = look(as_bob, LIST)
    form = controls(page)
    form["job_title"] = "Purser"
    assert as_bob.post(there, data=form).status_code == 303
    as_bob.get(f"{there}/bad-rows.csv")
    assert [how_many(table) for table in (Candidate, Application, Job, Event)] == [0, 0, 0, before]


def test_a_new_job_is_made_with_the_import(app: Flask, as_bob: FlaskClient) -> None:
    factories.place()
    there, page = look(as_bob, LIST)
    assert "2 of 2 rows can be read, and wait for their job" in text_of(page)
    assert "One thing is missing: the job that these people applied for" in text_of(page)
    assert page.text.index("Use this job") < page.text.index("Columns")
    form = controls(page)
    form["job_title"] = "  Night   Purser "
    as_bob.post(there, data=form)
    page = as_bob.get(there)
    assert "a new job that the import makes" in text_of(page)
    as_bob.post(f"{there}/import", data=controls(page))
    assert db.session.scalars(sa.select(Job.title)).all() == ["Night Purser"]
    assert "2 people are in Night Purser now" in text_of(as_bob.get(there))


def test_what_was_changed_on_the_page_is_looked_at_before_it_is_imported(
    app: Flask, as_bob: FlaskClient
) -> None:
    factories.job("Deck Officer")
    second = factories.job("Purser")
    there, page = look(as_bob, LIST, job_id=str(second))
    form = controls(page)
    form["column-3"] = "source"
    form.setlist("stage", ["Phone screen", "Applied"])
    answer = as_bob.post(f"{there}/import", data=form, follow_redirects=True)
    assert "Nothing was imported yet: you changed something" in text_of(answer)
    assert how_many(Application) == 0
    as_bob.post(f"{there}/import", data=controls(answer))
    assert how_many(Application) == 2
    rows = db.session.scalars(sa.select(Application).order_by(Application.id)).all()
    assert [(row.source, row.stage.name) for row in rows] == [
        ("", "Applied"),
        ("<b>shy</b>", "Phone screen"),
    ]


def test_the_newest_word_about_a_column_wins(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    text = "Name,Nick,Email\nAna Prieto,Anita Prieto,ana@post.example\n"
    there, page = look(as_bob, text, job_id=str(job))
    form = controls(page)
    assert (form["column-0"], form["column-1"]) == ("name", "")
    form["column-1"] = "name"
    as_bob.post(there, data=form)
    page = as_bob.get(there)
    form = controls(page)
    assert (form["column-0"], form["column-1"]) == ("", "name")
    as_bob.post(f"{there}/import", data=form)
    assert db.session.scalars(sa.select(Candidate.name)).all() == ["Anita Prieto"]


def test_a_choice_that_cannot_be_is_refused_and_everything_typed_is_kept(
    app: Flask, as_bob: FlaskClient
) -> None:
    job = factories.job()
    there, page = look(as_bob, "Name,Nick,Mail,Extra\nAna,Anita,ana@post.example,x\n", job_id=str(job))
    form = controls(page)
    form["column-1"] = form["column-3"] = "source"
    form["date_order"] = "mdy"
    answer = as_bob.post(there, data=form)
    assert answer.status_code == 422
    assert "were both chosen for the same thing" in text_of(answer)
    again = controls(answer)
    assert (again["column-1"], again["column-3"], again["date_order"]) == ("source", "source", "mdy")


def test_the_same_file_again_has_nothing_to_import(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    there, page = look(as_bob, LIST, job_id=str(job))
    as_bob.post(f"{there}/import", data=controls(page))
    _, page = look(as_bob, LIST, job_id=str(job))
    said = text_of(page)
    assert "2 here already" in said
    assert "Nobody on this list is new here, so there is nothing to import." in said
    assert re.search(r'class="btn btn-primary text-wrap" disabled', page.text)


def test_two_clicks_import_once(app: Flask, as_bob: FlaskClient) -> None:
    there, page = look(as_bob, LIST, job_id=str(factories.job()))
    for _ in range(2):
        assert as_bob.post(f"{there}/import", data=controls(page)).status_code == 303
    assert how_many(Application) == 2


def test_an_old_look_imports_nothing(app: Flask, as_bob: FlaskClient, bob: Person) -> None:  # fault 53
    job = factories.job()
    there, page = look(as_bob, LIST, job_id=str(job))
    form = controls(page)
    with transaction() as session:
        session.execute(sa.text("UPDATE stage SET name = 'Sniff test' WHERE kind = 'final'"))
    answer = as_bob.post(f"{there}/import", data=form, follow_redirects=True)
    assert "Nothing was imported" in text_of(answer)
    assert how_many(Application) == 0


def test_a_job_closed_meanwhile_is_said_and_nothing_is_imported(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job("Purser")
    there, page = look(as_bob, LIST, job_id=str(job))
    with transaction() as session:
        session.execute(sa.text("UPDATE job SET status = 'closed'"))
    answer = as_bob.post(f"{there}/import", data=controls(page), follow_redirects=True)
    assert "takes no applications now" in text_of(answer)
    assert how_many(Application) == 0


def test_every_row_is_listed_fifty_a_page_and_bad_ones_first(app: Flask, as_bob: FlaskClient) -> None:
    data = sample_list(now().date())
    there, page = look(as_bob, data, job_id=str(factories.job()))
    assert "410 of 412 rows are ready" in text_of(page)
    assert "50 of 412 shown." in text_of(page)
    seen: list[int] = []
    address: str | None = there
    while address:
        page = as_bob.get(address)
        seen += [int(number) for number in re.findall(r">Row (\d+)<", page.text)]
        found = re.search(r'<a href="([^"#]+)#rows" rel="next"', page.text)
        address = unescape(found[1]) if found else None
    assert seen[0] == 413
    assert sorted(seen) == list(range(2, 414))
    only = as_bob.get(f"{there}?show=twice")
    assert len(re.findall(r">Row \d+<", only.text)) == 1
    for nonsense in ("?show=x", "?from=-3", "?from=99999", "?from=x"):
        assert as_bob.get(there + nonsense).status_code == 200


def test_a_list_of_one_row_is_said_well(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job("Purser")
    there, page = look(as_bob, "Name,Email\nAna,ana@post.example\n", job_id=str(job))
    assert "1 of 1 row is ready" in text_of(page)
    assert "Import 1 person" in text_of(page)
    as_bob.post(f"{there}/import", data=controls(page))
    assert "1 person is in Purser now" in text_of(as_bob.get(there))


def test_an_acknowledgement_is_asked_for_by_a_tick(app: Flask, as_bob: FlaskClient) -> None:
    there, page = look(as_bob, LIST, job_id=str(factories.job()))
    form = controls(page)
    assert "ack_expected" not in form
    form["ack_expected"] = "y"
    as_bob.post(there, data=form)
    as_bob.post(f"{there}/import", data=controls(as_bob.get(there)))
    facts = [event.facts for event in db.session.scalars(sa.select(Event)) if "ack_expected" in event.facts]
    assert [fact["ack_expected"] for fact in facts] == [True, True]
    assert StageKind(facts[1]["stage_kind"]) is StageKind.INTERVIEW


def test_without_a_role_nothing_of_an_import_is_seen_or_done(
    app: Flask, as_bob: FlaskClient, as_charlie: FlaskClient, client: FlaskClient
) -> None:
    there, page = look(as_bob, LIST, job_id=str(factories.job()))
    form = controls(page)
    for someone in (as_charlie, client):
        for address in ("/import", there, f"{there}/bad-rows.csv"):
            answer = someone.get(address)
            assert answer.status_code in {302, 303, 401, 403}
            assert "Prieto" not in answer.text
        for address in (there, f"{there}/import", f"{there}/throw-away"):
            assert someone.post(address, data=form).status_code in {302, 303, 401, 403}
        assert drop(someone, LIST).status_code in {302, 303, 401, 403}
    assert as_charlie.get(there).status_code == 403
    assert (how_many(Application), how_many(ApplicantList)) == (0, 1)


def test_a_list_that_is_not_there_is_not_found(app: Flask, as_bob: FlaskClient) -> None:
    for address in ("/import/77", "/import/99999999999", "/import/77/bad-rows.csv"):
        assert as_bob.get(address).status_code == 404
    assert as_bob.post("/import/77/import", data={}).status_code == 404


def test_no_code_word_stands_on_these_pages(app: Flask, as_bob: FlaskClient) -> None:
    there, page = look(as_bob, BAD, job_id=str(factories.job()))
    pages = [as_bob.get("/import"), page, drop(as_bob, b"")]
    as_bob.post(f"{there}/import", data=controls(page))
    pages.append(as_bob.get(there))
    assert [code_words_in(text_of(one)) for one in pages] == [[], [], [], []]
