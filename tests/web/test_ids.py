"""Numbers that no database takes, wherever a browser may send one: refused in words or passed over."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.forms.ids import MOST, number
from tests import factories
from tests.web.lists import LIST, controls, drop, look, text_of

pytestmark = pytest.mark.both

TOO_MUCH = [str(MOST + 1), str(2**63 - 1), str(2**63), "9" * 400, "-1", "-9" * 20, "1.5", "٣", "²", "\0", "x"]


@pytest.mark.parametrize("text", [*TOO_MUCH, "", "0", None])
def test_what_is_no_id_counts_as_not_said(text: str | None) -> None:
    assert number(text) is None
    assert number("17") == 17


def test_a_list_put_into_a_job_beyond_every_number_is_refused(app: Flask, as_bob: FlaskClient) -> None:
    factories.job("Deck Officer")
    there, page = look(as_bob, LIST)
    sent = controls(page)
    for junk in TOO_MUCH:
        if junk == "-1":  # means the jobs that the list itself names
            continue
        sent["job_id"] = junk
        looked, imported = as_bob.post(there, data=sent), as_bob.post(f"{there}/import", data=sent)
        assert (looked.status_code, imported.status_code) == (422, 422), junk
        assert "Job : Choose one of the list." in text_of(looked)
        assert "Say which job these people applied for" in text_of(imported)


def test_one_job_of_a_list_of_many_beyond_every_number_is_passed_over(
    app: Flask, as_bob: FlaskClient
) -> None:
    rows = "Name,Email,Job\nAna Prieto,ana@post.example,Purser\nBo Lind,bo@post.example,Stoker\n"
    there, page = look(as_bob, rows)
    for junk in TOO_MUCH:
        sent = controls(page)
        sent.setlist("job_to", [junk, junk])
        assert as_bob.post(there, data=sent).status_code in {303, 422}, junk


def test_a_list_dropped_with_a_job_beyond_every_number_is_taken_without_one(
    app: Flask, as_bob: FlaskClient
) -> None:
    for junk in TOO_MUCH:
        assert drop(as_bob, LIST, job_id=junk).status_code == 303, junk
        assert as_bob.get("/import", query_string={"job": junk, "before": junk}).status_code == 200


def test_places_on_a_page_beyond_every_number_are_the_first_page(app: Flask, as_bob: FlaskClient) -> None:
    there, page = look(as_bob, LIST)
    for junk in TOO_MUCH:
        answer = as_bob.get(there, query_string={"from": junk, "show": junk})
        assert text_of(answer).count("Ana Prieto") == text_of(page).count("Ana Prieto"), junk
        for args in ({"job": junk}, {"owner": junk}):
            assert as_bob.get("/audit", query_string=args).status_code == 200, args
            assert as_bob.get("/", query_string=args).status_code == 200, args
            assert as_bob.get("/jobs", query_string=args).status_code == 200, args


def test_a_version_beyond_every_number_is_said_and_nothing_is_done(app: Flask, as_bob: FlaskClient) -> None:
    someone = factories.application(factories.job("Deck Officer"))
    for junk in TOO_MUCH:
        answer = as_bob.post(f"/applications/{someone}/note", data={"text": "Asked.", "version": junk})
        assert answer.status_code == 422, junk
        assert "Load the page again" in text_of(answer)
