"""The first few of a list on its page: what keeps the rest here, set aside by name, sent, undone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.message import MessageStatus as S
from employer_app.domain.release import Gate
from employer_app.domain.words import code_words_in
from employer_app.extensions import db
from employer_app.models import MessageApplication
from tests import factories
from tests.actions.large_lists import batch as row_of
from tests.actions.large_lists import message_ids, sent
from tests.web.batches.walk import confirm, id_of, start
from tests.web.pages import visible

pytestmark = pytest.mark.both


@pytest.fixture
def listed(app: Flask, as_bob: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> int:
    """Eight people, of whom three go first."""
    monkeypatch.setitem(app.config, "PILOT_SIZE", 3)
    job = factories.job("Deck Officer")
    for _ in range(8):
        factories.application(job)
    plan = start(as_bob, job)
    page = visible(as_bob.get(f"/plans/{plan}/confirm").text)
    assert "The first 3 leave then. The other 5 wait" in page
    return id_of(confirm(as_bob, plan), "batches")


def seen(client: FlaskClient, batch: int) -> str:
    page = visible(client.get(f"/batches/{batch}").text)
    assert code_words_in(page) == []
    return page


def set_aside(client: FlaskClient, batch: int, gate: str, because: str = "Tried elsewhere") -> None:
    data = {"gate": gate, "because": because}
    assert client.post(f"/batches/{batch}/rest/set-aside", data=data).status_code == 303


def test_page_says_what_waits_and_for_what(as_bob: FlaskClient, listed: int) -> None:
    page = seen(as_bob, listed)
    assert "The first 3 go ahead of the others0 of 3 sent" in page
    assert "3 of them have not left yet" in page
    assert "8 queued, of which 5 wait for the first ones" in page
    assert page.count("Queuedwaits for the first ones") == 5
    assert "waits for the first ones" in visible(as_bob.get("/outbox").text)
    last = message_ids(listed)[-1]
    assert "It waits for the first ones of its list" in visible(as_bob.get(f"/messages/{last}").text)
    about = db.session.scalars(
        sa.select(MessageApplication.application_id).where(MessageApplication.message_id == last)
    ).one()
    db.session.rollback()
    assert "Waits for the first ones of its list" in visible(as_bob.get(f"/applications/{about}").text)
    first = message_ids(listed)[0]
    assert "It leaves" in visible(as_bob.get(f"/messages/{first}").text)
    sent(message_ids(listed)[:3], S.FAILED)
    page = seen(as_bob, listed)
    assert "None of them was sent." in page
    assert "3 messages: see below." in page


def test_the_rest_is_sent_only_when_nothing_is_in_the_way(as_bob: FlaskClient, listed: int) -> None:
    answer = as_bob.post(f"/batches/{listed}/rest/send", follow_redirects=True)
    assert "Not everything is as it must be" in visible(answer.text)
    set_aside(as_bob, listed, "time", "<i>Tried</i> in Hull")
    page = as_bob.get(f"/batches/{listed}").text
    assert "&lt;i&gt;Tried&lt;/i&gt; in Hull" in page
    assert "Bob Adeyemi" in visible(page)
    answer = as_bob.post(f"/batches/{listed}/rest/send", follow_redirects=True)
    assert "The rest leaves" in visible(answer.text)
    page = seen(as_bob, listed)
    assert "let the rest go" in page
    assert "Set aside: “Two hours have passed" in page
    assert "waits for the first ones" not in page
    due = row_of(listed).rest_let_go_at
    as_bob.post(f"/batches/{listed}/rest/send")
    assert row_of(listed).rest_let_go_at == due


@pytest.mark.parametrize(("part", "stopped"), [("pilot", 3), ("rest", 5)])
def test_a_part_is_undone(as_bob: FlaskClient, listed: int, part: str, stopped: int) -> None:
    answer = as_bob.post(f"/batches/{listed}/rest/undo", data={"part": part}, follow_redirects=True)
    page = visible(answer.text)
    assert f"{stopped} will never leave, none left before." in page
    assert f"8 = 0 + {8 - stopped} + 0 + 0 + 0 + 0 + {stopped}" in page  # it adds up


def test_undo_all_leaves_nothing_to_send(as_bob: FlaskClient, listed: int) -> None:
    as_bob.post(f"/batches/{listed}/undo")
    page = seen(as_bob, listed)
    assert "Everything was stopped" in page
    assert "Send the rest" not in page


@pytest.mark.parametrize("wrong", ["", "all", "PILOT", "time' or 1"])
def test_odd_input_is_a_bad_request(as_bob: FlaskClient, listed: int, wrong: str) -> None:
    assert as_bob.post(f"/batches/{listed}/rest/undo", data={"part": wrong}).status_code == 400
    data = {"gate": wrong, "because": "x"}
    assert as_bob.post(f"/batches/{listed}/rest/set-aside", data=data).status_code == 400


def test_nothing_is_set_aside_without_a_reason(as_bob: FlaskClient, listed: int) -> None:
    data = {"gate": "time", "because": "  "}
    answer = as_bob.post(f"/batches/{listed}/rest/set-aside", data=data, follow_redirects=True)
    assert "Say in a few words why." in visible(answer.text)
    assert "Not yet · Two hours" in visible(answer.text)


def test_who_may_not_and_who_is_not_signed_in(
    client: FlaskClient, as_charlie: FlaskClient, as_bob: FlaskClient, listed: int
) -> None:
    acts = {"send": {}, "undo": {"part": "rest"}, "set-aside": {"gate": Gate.TIME.value, "because": "x"}}
    for act, data in acts.items():
        assert as_charlie.post(f"/batches/{listed}/rest/{act}", data=data).status_code == 403
        assert client.post(f"/batches/{listed}/rest/{act}", data=data).status_code in {302, 303, 401, 403}
        assert as_bob.post(f"/batches/{listed + 99}/rest/{act}", data=data).status_code == 404
    assert row_of(listed).rest_let_go_at is None
