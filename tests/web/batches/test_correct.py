"""From a message that was wrong to its correction, as a browser walks it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.message import Kind, MessageStatus
from employer_app.domain.words import code_words_in
from employer_app.extensions import db, transaction
from employer_app.models import Application, Batch, Candidate, Message, Plan
from tests import factories
from tests.web.batches.walk import confirm, id_of, messages, save, start, title
from tests.web.pages import visible

pytestmark = pytest.mark.both

RIGHT = {"typed-correction_text": "We wrote that the role is in Leeds. It is in Rotterdam."}


@pytest.fixture
def batch(app: Flask, as_bob: FlaskClient) -> int:
    """Three people; the messages of two have left."""
    job = factories.job("Deck Officer")
    for name in ("Amara Nwosu", "Kofi Mensah", "Zoë Last"):
        factories.application(job, name=name)
    found = id_of(confirm(as_bob, start(as_bob, job)), "batches")
    put("Amara Nwosu", MessageStatus.ACCEPTED)
    put("Kofi Mensah", MessageStatus.UNCERTAIN)
    return found


def put(name: str, status: MessageStatus) -> None:
    with transaction() as session:
        values = {"status": status, "fenced_at": now()}
        session.execute(sa.update(Message).where(Message.name == name).values(**values))


def message(name: str, kind: Kind = Kind.FILLED) -> Message:
    db.session.rollback()
    query = sa.select(Message).where(Message.name == name, Message.kind == kind)
    return db.session.scalars(query).one()


def application(name: str) -> int:
    db.session.rollback()
    query = sa.select(Application.id).join(Candidate).where(Candidate.name == name)
    return db.session.scalars(query).one()


def plans() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) or 0


def test_whole_list_is_corrected_and_both_sides_say_so(app: Flask, as_bob: FlaskClient, batch: int) -> None:
    page = as_bob.get(f"/batches/{batch}")
    assert f'href="/batches/{batch}/correct"' in page.text
    choose = as_bob.get(f"/batches/{batch}/correct")
    text = visible(choose.text)
    assert title(choose) == "Write a correction"
    assert "Amara Nwosu" in text
    assert "Zoë Last" not in text
    assert "Everybody who has had none yet: 2" in text
    assert code_words_in(text) == []
    plan = id_of(as_bob.post(f"/batches/{batch}/correct", data={"who": "all"}), "plans")
    texts = as_bob.get(f"/plans/{plan}/text").text
    assert "What was wrong, and what is right" in visible(texts)
    assert "Holding note" not in visible(texts)
    save(as_bob, plan, RIGHT)
    assert messages(plan) == {"Amara Nwosu", "Kofi Mensah"}
    correction = id_of(confirm(as_bob, plan), "batches")
    assert correction != batch
    wrong, right = message("Amara Nwosu").id, message("Amara Nwosu", Kind.CORRECTION).id
    assert "Corrected by" in visible(as_bob.get(f"/messages/{wrong}").text)
    assert f'href="/messages/{wrong}"' in as_bob.get(f"/messages/{right}").text
    assert "Corrected for 0 of 2" in visible(as_bob.get(f"/batches/{batch}").text)
    put("Amara Nwosu", MessageStatus.ACCEPTED)
    assert "Corrected for 1 of 2" in visible(as_bob.get(f"/batches/{batch}").text)
    line = as_bob.get(f"/applications/{application('Amara Nwosu')}").text
    assert f'It corrects <a href="/messages/{wrong}">' in line
    assert f'Corrected by <a href="/messages/{right}">' in line
    assert code_words_in(visible(line)) == []


def test_only_those_who_are_ticked_and_a_word_about_the_others(
    app: Flask, as_bob: FlaskClient, batch: int
) -> None:
    data = {"who": "ticked", "person": application("Kofi Mensah")}
    plan = id_of(as_bob.post(f"/batches/{batch}/correct", data=data), "plans")
    save(as_bob, plan, RIGHT)
    confirm(as_bob, plan)
    text = visible(as_bob.get(f"/batches/{batch}/correct").text)
    assert "A correction is on its way already" in text
    assert "Everybody who has had none yet: 1" in text
    before = plans()
    again = as_bob.post(f"/batches/{batch}/correct", data={"who": "ticked"})
    assert again.status_code == 422
    assert "Nobody is ticked" in visible(again.text)
    assert plans() == before


def test_people_are_found_by_a_part_of_the_name(app: Flask, as_bob: FlaskClient, batch: int) -> None:
    def found(name: str) -> set[str]:
        answer = as_bob.get(f"/batches/{batch}/correct", query_string={"name": name})
        assert answer.status_code == 200
        return set(re.findall(r"<bdi>(.*?)</bdi></a>", answer.text))

    assert found("mens") == {"Kofi Mensah"}
    assert found("") == {"Amara Nwosu", "Kofi Mensah"}
    assert found("%") == found("_") == found("\\") == found("<script>") == found("x" * 999) == set()


def test_changed_name_is_pointed_out(app: Flask, as_bob: FlaskClient, batch: int) -> None:
    with transaction() as session:
        session.execute(
            sa.update(Candidate).where(Candidate.name == "Amara Nwosu").values(name="Amara <b>Okafor")
        )
    text = visible(as_bob.get(f"/batches/{batch}/correct").text)
    assert "Amara <b>Okafor" in text
    assert "Name changed since: the message said Amara Nwosu" in text


def test_one_message_is_corrected_from_its_own_page(app: Flask, as_bob: FlaskClient, batch: int) -> None:
    wrong = message("Amara Nwosu").id
    assert "Write a correction" in visible(as_bob.get(f"/messages/{wrong}").text)
    plan = id_of(as_bob.post(f"/messages/{wrong}/correct"), "plans")
    save(as_bob, plan, RIGHT)
    confirm(as_bob, plan)
    assert message("Amara Nwosu", Kind.CORRECTION).corrects_id == wrong
    before = plans()
    answer = as_bob.post(f"/messages/{wrong}/correct", follow_redirects=True)
    assert "is on its way to Amara Nwosu already" in visible(answer.text)
    assert "Write another correction" in visible(answer.text)
    assert plans() == before
    id_of(as_bob.post(f"/messages/{wrong}/correct", data={"again": "1"}), "plans")


def test_what_has_not_left_offers_no_correction(app: Flask, as_bob: FlaskClient, batch: int) -> None:
    still = message("Zoë Last").id
    assert "Write a correction" not in visible(as_bob.get(f"/messages/{still}").text)
    answer = as_bob.post(f"/messages/{still}/correct", follow_redirects=True)
    assert "has not left" in visible(answer.text)
    with transaction() as session:
        session.execute(sa.update(Message).values(status=MessageStatus.CANCELLED))
    assert "correction" not in visible(as_bob.get(f"/batches/{batch}").text)
    assert "No message of this list has left" in visible(as_bob.get(f"/batches/{batch}/correct").text)


def test_ordinary_update_offers_no_correction_as_its_text(app: Flask, as_bob: FlaskClient) -> None:
    job = factories.job("Deck Officer")
    someone = factories.application(job, name="Amara Nwosu")
    day = (now() + timedelta(days=9)).date()
    data = {"start": "1", "group": ["applied"], "next_update_by": day}
    plan = id_of(as_bob.post(f"/jobs/{job}/update", data=data), "plans")
    assert "correction.warm" not in as_bob.get(f"/plans/{plan}/text").text
    assert "correction.warm" not in as_bob.get(f"/applications/{someone}/write").text


def test_corrections_are_closed_to_strangers_and_to_those_without_a_role(
    app: Flask, as_bob: FlaskClient, as_charlie: FlaskClient, batch: int
) -> None:
    wrong, before = message("Amara Nwosu").id, plans()
    stranger = app.test_client()
    for client, status in ((as_charlie, 403), (stranger, 303)):
        assert client.get(f"/batches/{batch}/correct").status_code == status
        for path in (f"/batches/{batch}/correct", f"/messages/{wrong}/correct"):
            assert client.post(path).status_code == status
    for path in ("/batches/2147483647/correct", "/messages/2147483647/correct"):
        assert as_bob.post(path).status_code == 404
    foreign = factories.application(factories.job("Purser"))
    data = {"who": "ticked", "person": foreign}
    assert as_bob.post(f"/batches/{batch}/correct", data=data).status_code == 404
    data = {"who": "ticked", "person": "x"}
    assert as_bob.post(f"/batches/{batch}/correct", data=data).status_code == 400
    assert plans() == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Batch)) == 1
