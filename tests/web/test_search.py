"""Find a person or a job: literal, folded, bounded."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.applicants import Arrival, add_applicant
from employer_app.actions.candidates import Details
from employer_app.domain.role import Person
from employer_app.domain.words import code_words_in
from tests import factories
from tests.web.pages import visible


def test_a_person_is_found_by_name_and_by_address(app: Flask, as_bob: FlaskClient, bob: Person) -> None:
    details = Details("Amélie Müller", "amelie@post.example")
    someone = add_applicant(actor=bob, job_id=factories.job(), details=details, arrival=Arrival())
    for text in ("amelie", "MULLER", "müller amé", "@post.exam"):
        answer = as_bob.get("/search", query_string={"q": text})
        assert f'href="/applications/{someone}"' in answer.text, text
        assert code_words_in(visible(answer.text)) == []


def test_a_job_is_found_by_its_title(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job("Maître d’hôtel")
    assert f'href="/jobs/{job}"' in as_bob.get("/search?q=maitre+hotel").text


@pytest.mark.parametrize(
    "text",
    ["%", "_", "' OR 1=1 --", '"*', "\0", "\\", "a" * 5000, "* NEAR(", "(((((((", "９" * 50, "\ud83d\ude00"],
)
def test_odd_texts_are_literal_and_bounded(app: Flask, as_bob: FlaskClient, text: str) -> None:  # attack 74
    factories.application(factories.job(), name="Kofi Mensah")
    answer = as_bob.get("/search", query_string={"q": text.encode("utf-8", "surrogatepass")})
    assert answer.status_code == 200
    assert "Kofi Mensah" not in visible(answer.text)


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}"])
def test_what_was_typed_is_text(app: Flask, as_bob: FlaskClient, evil: str) -> None:  # attack 27, attack 29
    html = as_bob.get("/search", query_string={"q": evil}).text
    assert evil in visible(html)
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_too_many_are_cut_in_words(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job()
    for number in range(51):
        factories.application(job, name=f"Mensah {number:02}")
    text = visible(as_bob.get("/search?q=mensah").text)
    assert "More than 50 people" in text
    assert "Only the first 50 are shown." in text
    assert text.count("Mensah ") == 50


def test_nobody_found_is_a_plain_sentence(app: Flask, as_bob: FlaskClient) -> None:
    assert "Nobody and no job was found for “zzz”." in visible(as_bob.get("/search?q=zzz").text)
    assert "Find a person or a job" in visible(as_bob.get("/search").text)


def test_nobody_without_a_role_finds(app: Flask, as_charlie: FlaskClient) -> None:
    assert as_charlie.get("/search?q=a").status_code == 403
