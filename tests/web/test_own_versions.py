"""The versions of a letter of our own, and who stands for one."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.audience import Audience, Group
from tests import factories
from tests.web.batches.walk import messages, save, skips, start
from tests.web.letters import BODY, complaints, edit, page_of, rows, stored, write
from tests.web.pages import visible

pytestmark = pytest.mark.both


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def test_older_versions_are_looked_at_and_brought_back(as_bob: FlaskClient) -> None:
    letter = write(as_bob)
    edit(as_bob, letter, subject="Another {{ role_title }}")
    old = page_of(as_bob, letter, "/1")
    assert "The {{ role_title }} role" in old
    assert "Version 2 is in use." in visible(old)
    address = f"/templates/own/{letter}/1/bring-back"
    assert as_bob.post(address, data={"version": "1"}).status_code == 303
    assert rows() == 2
    as_bob.post(address, data={"version": "2"})
    assert "The {{ role_title }} role" in page_of(as_bob, letter)
    assert "The text, version 3" in visible(page_of(as_bob, letter))
    assert as_bob.get(f"/templates/own/{letter}/9").status_code == 404


def test_a_pin_names_who_and_the_word_of_a_person_is_one_click(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    odd = BODY.replace(
        "We have decided not to take your\napplication further", "The berth went to another hand"
    )
    letter = write(as_bob, body=odd)
    page = page_of(as_bob, letter)
    assert "Nothing in the text says no" in complaints(page)
    assert "This text does say no" in page
    as_bob.post(f"/templates/own/{letter}/1/pin", data={"says_no": "1"})
    page = page_of(as_bob, letter)
    assert "Bob Adeyemi has read this version and stands for it" in visible(page)
    assert "It does say no." in visible(page)
    assert complaints(page) == ""
    plan = start(as_bob, job)
    assert messages(plan) == {"Amara Nwosu"}
    text = stored(plan).groups[Audience(Group.APPLIED)]
    assert (text.letter, text.pinned, text.says_no) == (f"{letter}/1", True, True)
    # other words are nobody's
    save(as_bob, plan, {"applied-body": text.body + "\nOnce more.\n"})
    assert skips(plan).keys() == {"Amara Nwosu"}
    assert "Nothing in the text says no" in skips(plan)["Amara Nwosu"]
    as_bob.post(f"/templates/own/{letter}/1/unpin")
    assert "Nothing in the text says no" in complaints(page_of(as_bob, letter))


def test_a_pin_of_facts_that_are_wrong_stops_all_the_same(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    letter = write(
        as_bob, body=BODY.replace("the {{ role_title }} role", "a job"), subject="Your application"
    )
    as_bob.post(f"/templates/own/{letter}/1/pin", data={"says_no": "1"})
    plan = start(as_bob, job)
    assert "The role is not named" in skips(plan)["Amara Nwosu"]


def test_a_language_that_nobody_checks_is_pinned_by_somebody_who_reads_it(
    as_bob: FlaskClient, job: int
) -> None:
    letter = write(as_bob, language="pl", body=BODY.replace("Hello", "Cześć"))
    assert "We cannot check the wording in this language." in complaints(page_of(as_bob, letter))
    as_bob.post(f"/templates/own/{letter}/1/pin")
    assert complaints(page_of(as_bob, letter)) == ""


def test_a_letter_that_was_put_away_is_offered_no_more_and_can_come_back(
    as_bob: FlaskClient, job: int
) -> None:
    factories.application(job)
    letter = write(as_bob)
    as_bob.post(f"/templates/own/{letter}/retire")
    assert "Not offered any more" in as_bob.get("/templates").text
    plan = start(as_bob, job)
    assert stored(plan).groups[Audience(Group.APPLIED)].letter == "en/filled.warm"
    assert f'value="{letter}/1"' not in as_bob.get(f"/plans/{plan}/text").text
    as_bob.post(f"/templates/own/{letter}/bring-back")
    assert "Not offered any more" not in as_bob.get("/templates").text
    assert f'value="{letter}/1"' in as_bob.get(f"/plans/{plan}/text").text
