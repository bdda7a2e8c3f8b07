"""Letters of our own on their pages: begun, written with check and preview beside them, and kept whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.message import Kind
from employer_app.domain.starter import languages, starter
from employer_app.domain.words import code_words_in
from employer_app.extensions import db
from employer_app.models import MessageTemplate
from tests import factories
from tests.web.batches.walk import fields, id_of
from tests.web.letters import BODY, NEW, complaints, edit, page_of, rows, write
from tests.web.pages import visible

pytestmark = pytest.mark.both


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def test_library_shows_shipped_and_own_letters_together_by_language_and_kind(as_bob: FlaskClient) -> None:
    write(as_bob, name="In Polish", language="pl")
    write(as_bob, name="In English")
    page = as_bob.get("/templates").text
    assert 'href="/templates/filled.warm"' in page
    assert "In English" in page
    assert "In Polish" not in page
    offered = re.search(r'<select id="f-language".*?</select>', page, re.DOTALL)
    assert offered
    assert re.findall(r'value="(\w+)"', offered[0]) == [*languages(), "pl"]
    page = as_bob.get("/templates?language=pl").text
    assert "In Polish" in page
    assert "filled.warm" not in page
    page = as_bob.get("/templates?language=en&kind=holding_note").text
    assert "holding_note.warm" in page
    assert "filled.warm" not in page
    assert "In English" not in page
    assert code_words_in(visible(page)) == []


@pytest.mark.parametrize("query", ["language=xx", "kind=none", "language=../&kind='", "language=%00"])
def test_what_the_address_cannot_mean_shows_the_library(as_bob: FlaskClient, query: str) -> None:
    assert 'href="/templates/filled.warm"' in as_bob.get(f"/templates?{query}").text


@pytest.mark.parametrize("language", languages())
def test_a_shipped_letter_of_any_language_becomes_our_own_and_opens_for_writing(
    as_bob: FlaskClient, language: str
) -> None:
    shipped = starter(Kind.FILLED, language=language)
    page = as_bob.get(f"/templates/filled.warm?language={language}").text
    assert "Make it our own" in page
    sent = fields(page.replace(' class="inline" action="/templates/filled', ' id="own" x="'), "own")
    answer = as_bob.post("/templates/filled.warm/own", data=sent)
    letter = id_of(answer, "own")
    assert answer.location.endswith(f"/own/{letter}/edit")
    opened = fields(page_of(as_bob, letter, "/edit"), "letter")
    assert (opened["language"], opened["subject"]) == (language, shipped.subject)
    assert opened["body"].replace("\r\n", "\n") == shipped.body
    assert complaints(page_of(as_bob, letter)) == ""
    assert as_bob.get(f"/templates/own/{letter}/1/mail").status_code == 200


def test_nothing_becomes_our_own_of_what_is_not_there(as_bob: FlaskClient) -> None:
    assert as_bob.post("/templates/nothing/own").status_code == 404
    assert as_bob.post("/templates/filled.warm/own", data={"language": "xx"}).status_code == 404


def test_writing_shows_check_and_preview_and_keeps_nothing_until_saved(as_bob: FlaskClient) -> None:
    unsure = BODY.replace("decided not to take", "thought about")
    answer = as_bob.post("/templates/own/new", data={**NEW, "body": unsure, "then": "look"})
    assert answer.status_code == 200
    assert "Nothing in the text says no" in complaints(answer.text)
    assert "<mark>Rania</mark>" in answer.text
    assert rows() == 0
    letter = write(as_bob, body=unsure)
    assert "Nothing in the text says no" in complaints(page_of(as_bob, letter))
    assert edit(as_bob, letter).status_code == 303
    assert rows() == 1
    edit(as_bob, letter, body=BODY)
    page = page_of(as_bob, letter)
    assert complaints(page) == ""
    assert "version 2" in page
    assert code_words_in(visible(page)) == []


def test_the_part_beside_the_form_follows_the_typing_and_writes_nothing(as_bob: FlaskClient) -> None:
    answer = as_bob.post("/templates/own/preview", data=NEW)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "<mark>Rania</mark>" in answer.text
    broken = as_bob.post("/templates/own/preview", data={**NEW, "body": "Hello\n{{ greeting_nam }}"})
    assert "In the message, line 2, column 4: There is no field “greeting_nam”." in visible(broken.text)
    for junk in ({}, {**NEW, "occasion": "none"}, {**NEW, "reader": "x"}, {**NEW, "job": "9" * 40}):
        assert as_bob.post("/templates/own/preview", data=junk).status_code == 200
    assert rows() == 0


@pytest.mark.parametrize(
    ("typed", "beside", "says"),
    [
        ({"body": "Hello\n{{ first_nam }}"}, "body", "line 2, column 4: There is no field “first_nam”"),
        ({"subject": "{% for x in y %}"}, "subject", "line 1, column 4: Only “if”, “else” and “unless”"),
        ({"body": "one \u202etwo"}, "body", "line 1, column 5: There is a line break or an invisible"),
        ({"body": ""}, "body", "Write the message."),
        ({"name": ""}, "name", "Give it a name."),
        ({"occasion": "reject_final", "tone": "brief"}, "tone", "This kind is not written in brief."),
        (
            {"occasion": "holding_note", "reason": "FILLED"},
            "reason",
            "This reason does not go with such a text.",
        ),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_is_lost(
    as_bob: FlaskClient, typed: Mapping[str, str], beside: str, says: str
) -> None:  # attack 31
    answer = as_bob.post("/templates/own/new", data={**NEW, **typed})
    assert answer.status_code == 422
    found = re.search(rf'id="{beside}-error" class="form-error">(.*?)</p>', answer.text, re.DOTALL)
    assert found
    assert says in unescape(found[1])
    again = fields(answer.text, "letter")
    for name in ("name", "subject", "body"):
        assert again[name].replace("\r\n", "\n") == {**NEW, **typed}[name]
    assert rows() == 0


class _Tags(HTMLParser):
    """Every tag of a page, with what it leads to or runs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        self.found.add((tag, has.get("src") or has.get("href") or ""))


def test_hostile_words_come_out_as_text(as_bob: FlaskClient) -> None:  # attack 36
    hostile = (
        "<script>alert(1)</script> <img src=https://x.example/t.gif> <form action=https://x.example> "
        "[x](javascript:alert(1)) ![x](https://x.example/t.gif)"
    )
    name = "<em>Name</em>"
    letter = write(as_bob, body=BODY + hostile, name=name, subject="<em>{{ role_title }}</em>")
    for page in (
        page_of(as_bob, letter),
        page_of(as_bob, letter, "/edit"),
        as_bob.get(f"/templates/own/{letter}/1/mail").text,
        as_bob.get("/templates").text,
        as_bob.post("/templates/own/preview", data={**NEW, "body": hostile, "subject": name}).text,
    ):
        tags = _Tags(page).found
        assert ("script", "") not in tags
        assert not {tag for tag, _ in tags} & {"img", "em"}
        assert not [to for _, to in tags if "javascript:" in to]
        assert {tag for tag, to in tags if "x.example" in to} <= {"a"}
    mail = as_bob.get(f"/templates/own/{letter}/1/mail")
    assert mail.headers["Content-Security-Policy"].startswith("sandbox;")


def test_a_real_applicant_can_be_chosen_for_the_preview(as_bob: FlaskClient, job: int) -> None:
    kofi = factories.application(job, name="Kofi <Mensah>")
    answer = as_bob.post("/templates/own/new", data={**NEW, "then": "look", "reader": str(kofi)})
    assert "As Kofi &lt;Mensah&gt; would read it" in answer.text.replace("<bdi>", "").replace("</bdi>", "")
    assert "<mark>Deck Officer</mark>" in answer.text
    assert "<mark>Bob Adeyemi</mark>" in answer.text
    gone = as_bob.post("/templates/own/new", data={**NEW, "then": "look", "reader": str(kofi + 1)})
    assert "with sample values" in gone.text


def test_only_applicants_of_its_job_are_offered_for_a_letter_of_one_job(
    as_bob: FlaskClient, job: int
) -> None:
    factories.application(job, name="Kofi Mensah")
    factories.application(factories.job("Purser"), name="Amara Nwosu")
    page = as_bob.post("/templates/own/new", data={**NEW, "job": str(job), "then": "look"}).text
    assert "Kofi Mensah, Deck Officer" in page
    assert "Amara Nwosu" not in page


def test_two_who_write_at_once_hear_of_each_other_and_the_second_may_insist(
    as_bob: FlaskClient, as_alice: FlaskClient
) -> None:
    letter = write(as_bob)
    mine = fields(page_of(as_alice, letter, "/edit"), "letter")
    edit(as_bob, letter, subject="Bob's {{ role_title }}")
    address = f"/templates/own/{letter}/edit"
    answer = as_alice.post(address, data={**mine, "then": "save", "subject": "Alice's {{ role_title }}"})
    assert answer.status_code == 422
    assert "Somebody saved version 2 of this text since you opened it." in visible(answer.text)
    again = fields(answer.text, "letter")
    assert again["subject"] == "Alice's {{ role_title }}"
    assert as_alice.post(address, data={**again, "then": "save"}).status_code == 303
    assert "version 3" in page_of(as_bob, letter)


def test_whoever_has_no_role_sees_and_writes_nothing(as_bob: FlaskClient, as_charlie: FlaskClient) -> None:
    letter = write(as_bob)
    for address in ("", "/edit", "/1", "/1/mail"):
        assert as_charlie.get(f"/templates/own/{letter}{address}").status_code == 403
    for address in ("new", "preview", f"{letter}/edit", f"{letter}/retire", f"{letter}/1/pin"):
        assert as_charlie.post(f"/templates/own/{address}", data=NEW).status_code == 403
    db.session.rollback()
    assert db.session.scalars(sa.select(MessageTemplate.version)).all() == [1]


@pytest.mark.parametrize("address", ["/9", "/9/edit", "/0", "/1/1", "/99999999999", "/x", "/9/1/mail"])
def test_what_is_not_there_is_not_found(as_bob: FlaskClient, address: str) -> None:
    assert as_bob.get(f"/templates/own{address}").status_code == 404
