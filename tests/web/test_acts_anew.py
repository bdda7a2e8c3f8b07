"""On the page of an application: to another job and back, and open again after a "no"."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.contacts import add_note, log_call
from employer_app.actions.decisions import decide
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from employer_app.domain.words import code_words_in
from employer_app.extensions import db
from employer_app.models import Application, Plan, Stage
from tests import factories
from tests.actions import mail
from tests.web.pages import visible

pytestmark = pytest.mark.both


def row(application_id: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, application_id, populate_existing=True)


def stage(job_id: int, name: str = "Applied") -> int:
    db.session.rollback()
    query = sa.select(Stage.id).where(Stage.job_id == job_id, Stage.name == name)
    return db.session.scalars(query).one()


def count() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Application)) or 0


def page(client: FlaskClient, application_id: int) -> str:
    answer = client.get(f"/applications/{application_id}")
    assert answer.status_code == 200
    text = visible(answer.text)
    assert code_words_in(text) == []
    return text


@pytest.fixture
def jobs(app: Flask) -> tuple[int, int]:
    return factories.job("Deck Officer"), factories.job("Purser <b>")


@pytest.fixture
def someone(jobs: tuple[int, int], bob: Person) -> int:
    found = factories.application(jobs[0], name="Kofi Mensah")
    add_note(actor=bob, application_id=found, text="Likes the sea")
    return found


def moved(client: FlaskClient, someone: int, to: int, **more: object) -> int:
    data = {"stage_id": to, "reason": "Fits <i>better", "version": row(someone).version, **more}
    answer = client.post(f"/applications/{someone}/move-job", data=data)
    assert answer.status_code == 303, visible(answer.text)
    found = re.search(r"/applications/(\d+)$", answer.location)
    assert found
    return int(found[1])


def test_move_leads_to_the_new_one_with_one_history_and_links_both_ways(
    as_bob: FlaskClient, jobs: tuple[int, int], someone: int
) -> None:
    form = as_bob.get(f"/applications/{someone}?open=move-job").text
    assert "Interview, Purser &lt;b&gt;, Rotterdam" in form
    assert "Interview, Deck Officer" not in form
    new = moved(as_bob, someone, stage(jobs[1], "Interview"))
    text = page(as_bob, new)
    for part in ("Moved from Deck Officer", "Fits <i>better", "Likes the sea", "Undo the move"):
        assert part in text
    old = page(as_bob, someone)
    assert "Moved to Purser <b>" in old
    assert "Reopen" not in old
    assert "Take it back" not in old
    assert f'href="/applications/{new}"' in as_bob.get(f"/applications/{someone}").text
    assert f'href="/applications/{someone}"' in as_bob.get(f"/applications/{new}").text


def test_undo_of_a_move_leads_back_and_is_offered_only_while_nothing_happened(
    as_bob: FlaskClient, bob: Person, jobs: tuple[int, int], someone: int
) -> None:
    new = moved(as_bob, someone, stage(jobs[1]))
    answer = as_bob.post(f"/applications/{new}/undo-move", data={"version": 1})
    assert answer.location.endswith(f"/applications/{someone}")
    assert "The move was undone" in page(as_bob, someone)
    assert as_bob.get(f"/applications/{new}").status_code == 404
    new = moved(as_bob, someone, stage(jobs[1]))
    add_note(actor=bob, application_id=new, text="Rang")
    assert "Undo the move" not in page(as_bob, new)
    answer = as_bob.post(f"/applications/{new}/undo-move", data={"version": 1})
    assert answer.status_code == 422
    assert "Something has happened" in visible(answer.text)
    assert count() == 2


def test_move_asks_again_while_a_message_is_on_its_way(
    as_bob: FlaskClient, jobs: tuple[int, int], someone: int
) -> None:
    message = mail.queue(someone)
    data = {"stage_id": stage(jobs[1]), "reason": "Fits better", "version": 1}
    answer = as_bob.post(f"/applications/{someone}/move-job", data=data)
    assert answer.status_code == 422
    text = visible(answer.text)
    assert "A message to Kofi Mensah leaves" in text
    assert "Save anyway" in text
    assert 'value="Fits better"' in answer.text
    assert count() == 1
    moved(as_bob, someone, stage(jobs[1]), force="1")
    assert not mail.hand_over(message)
    assert mail.status_of(message) is MessageStatus.HELD


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"reason": "x"},
        {"stage_id": "0", "reason": "x"},
        {"stage_id": "x"},
        {"stage_id": "2147483647", "reason": "x"},
        {"stage_id": "1", "reason": ""},
    ],
)
def test_move_with_something_missing_says_so_and_changes_nothing(
    as_bob: FlaskClient, someone: int, fields: dict[str, str]
) -> None:
    answer = as_bob.post(f"/applications/{someone}/move-job", data={"version": 1, **fields})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert (count(), row(someone).version) == (1, 1)


def test_reopening_offers_at_once_to_write_and_ask(as_bob: FlaskClient, bob: Person, someone: int) -> None:
    decide(actor=bob, application_id=someone, code="INT-SKILL", version=1)
    assert "Reopen" not in page(as_bob, someone)
    data = {"reason": "A second berth", "version": 2}
    assert as_bob.post(f"/applications/{someone}/reopen", data=data).status_code == 422
    status = {"status": "active", "version": 2}
    assert as_bob.post(f"/applications/{someone}/status", data=status).status_code == 422
    log_call(actor=bob, application_id=someone, summary="Told him", tells=True)
    assert "Reopen" in page(as_bob, someone)
    assert "What has changed?" in visible(as_bob.get(f"/applications/{someone}?open=reopen").text)
    assert as_bob.post(f"/applications/{someone}/reopen", data={"version": 2}).status_code == 422
    assert row(someone).status is Status.REJECTED
    assert as_bob.post(f"/applications/{someone}/reopen", data=data).status_code == 303
    text = page(as_bob, someone)
    for part in ("Open again, and they do not know", "Write and ask", "A second berth", "Told him"):
        assert part in text
    answer = as_bob.post(f"/applications/{someone}/write-reopened")
    assert re.search(r"/plans/\d+/text$", answer.location)
    texts = visible(as_bob.get(answer.location).text)
    assert "The day by which we need an answer" in texts
    log_call(actor=bob, application_id=someone, summary="Asked him", tells=False)
    assert "Open again, and they do not know" not in page(as_bob, someone)


def test_acts_anew_are_closed_to_strangers_and_to_those_without_a_role(
    app: Flask, as_charlie: FlaskClient, jobs: tuple[int, int], someone: int
) -> None:
    data = {"stage_id": stage(jobs[1]), "reason": "x", "version": 1}
    for client, status in ((as_charlie, 403), (app.test_client(), 303)):
        for act in ("move-job", "undo-move", "reopen", "write-reopened"):
            answer = client.post(f"/applications/{someone}/{act}", data=data)
            assert answer.status_code == status, act
            assert status == 403 or "/sign-in" in answer.location
    assert (count(), row(someone).event_seq) == (1, 2)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) == 0
