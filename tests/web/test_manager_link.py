"""The page that a manager opens from the mail: no account, exactly these people, and nothing that decides."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.contacts import log_interview
from employer_app.actions.decisions import decide
from employer_app.actions.manager_asks import confirm, withdraw
from employer_app.actions.sign_in import FREE_FOR_NETWORK
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.manager_ask import LIFE, Answer
from employer_app.domain.role import Person
from employer_app.domain.stage import InterviewKind
from employer_app.extensions import db, transaction
from employer_app.models import Candidate, Event, ManagerAsk, ManagerAskItem, SignInTries
from tests import factories
from tests.actions.asking import answer, ask, everything, items, owed, seen, standing, token
from tests.outbox.managers import LINK, send
from tests.web.pages import visible


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job()


@pytest.fixture
def two(job: int) -> tuple[int, int]:
    ada = factories.application(
        job, name="Ada Vance", address="ada@post.example", phone="+31 6 1234", language="nl",
        second_address="vance@post.example", country="NL",
    )  # fmt: skip
    return ada, factories.application(job, name="Ben Ito")


@pytest.fixture
def asked(bob: Person, job: int, two: tuple[int, int]) -> int:
    factories.application(job, name="Cleo Third")
    return ask(bob, job, *two)


def said(ask_id: int, *answers: str, **more: str) -> dict[str, str]:
    """The form as it is sent, with one answer for each candidate."""
    form = {}
    for one, given in zip(items(ask_id), answers, strict=False):
        form |= {f"{one.id}-answer": given, f"{one.id}-until": more.get("until", ""),
                 f"{one.id}-note": more.get("note", "")}  # fmt: skip
    return form


def answers(ask_id: int) -> list[str]:
    return [one.answer.value for one in items(ask_id)]


def test_it_shows_name_stage_and_dates_of_exactly_these_people(
    client: FlaskClient, bob: Person, two: tuple[int, int], asked: int
) -> None:
    met = now() - timedelta(days=4)
    log_interview(
        actor=bob, application_id=two[0], kind=InterviewKind.ONE_TO_ONE, held_at=met, interviewers=[]
    )
    page = client.get(f"/manager/{token(asked)}")
    assert page.status_code == 200
    text = visible(page.text)
    wanted = (
        "Ada Vance",
        "Ben Ito",
        "Deck Officer",
        "Applied",
        "last met",
        "Waits for a word since",
        "Bob Adeyemi",
    )
    assert [word for word in wanted if word not in text] == []
    hidden = ("Cleo", "post.example", "1234", "wrote", "mara@")
    assert [word for word in hidden if word in page.text] == []


@pytest.mark.both
def test_from_the_mail_to_the_answer_that_is_owed(
    app: Flask, client: FlaskClient, as_bob: FlaskClient, two: tuple[int, int], asked: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://jobs.brightwater.example")
    monkeypatch.setitem(app.config, "LEAST_FREE_MIB", 0)
    (mail,) = send(app)
    (link,) = LINK.findall(mail.get_content())
    client.post(f"/manager/{link}", data=said(asked, "no", "yes", note="Thank you"))
    shown = as_bob.get(f"/manager-asks/{asked}").text
    read = dict(re.findall(r'name="(seen-\d+)" value="([\d:]+)"', shown))
    assert len(read) == 2
    as_bob.post(f"/manager-asks/{asked}/confirm", data={**read, "all": "1", "reason": "LESS-SCREEN"})
    assert [owed(one) for one in two] == [[Reason.DECIDED_NOT_TOLD], [Reason.SILENT]]
    assert "Already answered" in client.get(f"/manager/{link}").text


def test_it_is_kept_by_nobody_and_leads_nowhere(client: FlaskClient, asked: int) -> None:
    for answered in (client.get(f"/manager/{token(asked)}"), client.get("/manager/wrong")):
        assert answered.headers["Referrer-Policy"] == "no-referrer"
        assert answered.headers["Cache-Control"] == "no-store"
        assert '<meta name="robots" content="noindex">' in answered.text
        assert "?" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', answered.text))


def test_looking_changes_nothing(client: FlaskClient, asked: int) -> None:
    before = everything(), answers(asked)
    for _ in range(3):
        client.get(f"/manager/{token(asked)}")
        client.head(f"/manager/{token(asked)}")
    assert (everything(), answers(asked)) == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInTries)) == 0


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_it_is_saved_with_our_token_and_without_an_account(
    app: Flask, client: FlaskClient, asked: int, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """A browser sends no referrer from a page that asks for none."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    path, base = f"/manager/{token(asked)}", f"{scheme}://localhost"
    assert client.post(path, base_url=base, data=said(asked, "yes")).status_code == 400
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path, base_url=base).text)
    assert found
    done = client.post(path, base_url=base, data={**said(asked, "yes"), "csrf_token": found[1]})
    assert (done.status_code, done.location) == (303, path)
    assert "Your answer is saved." in client.get(path, base_url=base).text
    assert answers(asked) == ["yes", "open"]


def test_a_part_is_saved_and_changed_later(client: FlaskClient, asked: int) -> None:
    path, day = f"/manager/{token(asked)}", (now() + timedelta(days=5)).date().isoformat()
    client.post(path, data=said(asked, "later", "open", until=day, note="On leave"))
    assert answers(asked) == ["later", "open"]
    page = client.get(path).text
    assert (f'value="{day}"' in page, 'value="On leave"' in page) == (True, True)
    client.post(path, data=said(asked, "no", "yes"))
    assert answers(asked) == ["no", "yes"]
    before = everything()
    client.post(path, data=said(asked, "no", "yes"))
    assert everything() == before
    assert "Nothing was changed." in client.get(path).text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"answer": "later"}, "Give the day until which you need time."),
        ({"answer": "later", "until": "2020-01-01"}, "Give a day from today on, within a year."),
        ({"answer": "later", "until": "soon"}, "This is not a day."),
        ({"answer": "maybe"}, "Choose one of the list."),
        ({"answer": "no", "note": "x" * 501}, "This is too long"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    client: FlaskClient, asked: int, form: dict[str, str], words: str
) -> None:
    first, second = items(asked)
    data = {f"{first.id}-{name}": value for name, value in form.items()}
    page = client.post(f"/manager/{token(asked)}", data={**data, f"{second.id}-answer": "yes"})
    assert page.status_code == 422
    assert words in page.text
    (kept,) = re.findall(rf'<input[^>]*name="{second.id}-answer"[^>]*value="yes"[^>]*>', page.text)
    assert " checked" in kept
    assert answers(asked) == ["open", "open"]


@pytest.mark.parametrize("how", ["confirmed", "decided", "withdrawn", "erased"])
def test_whoever_has_an_answer_is_shown_as_answered_and_takes_none(
    client: FlaskClient, bob: Person, two: tuple[int, int], asked: int, how: str
) -> None:
    from employer_app.actions.applications import change_status
    from employer_app.domain.status import Status

    link = f"/manager/{token(asked)}"
    if how == "confirmed":
        answer(asked, Answer.YES)
        confirm(actor=bob, ask_id=asked, seen=seen(asked))
    elif how == "decided":
        decide(actor=bob, application_id=two[0], code="LESS-SCREEN", version=1)
    elif how == "withdrawn":
        change_status(actor=bob, application_id=two[0], status=Status.WITHDRAWN, version=1)
    else:
        with transaction() as session:
            session.get_one(Candidate, standing(two[0]).candidate_id).erased_at = now()
    page = client.get(link).text
    first, second = items(asked)
    assert page.count("Already answered: nothing is needed from you.") == 1
    assert (f'name="{first.id}-answer"' in page, f'name="{second.id}-answer"' in page) == (False, True)
    assert ("Ada Vance" in page) is (how != "erased")
    assert [word for word in ("Rejected", "Withdrew", "withdrawn", "decided by") if word in page] == []
    before = first.answer
    client.post(link, data=said(asked, "no", "yes"))
    assert [one.answer for one in items(asked)] == [before, Answer.YES]


def test_every_link_that_opens_nothing_gets_the_same_page(
    client: FlaskClient, bob: Person, job: int, asked: int
) -> None:
    good = token(asked)
    expired = {}
    with time_machine.travel(now() + LIFE, tick=False):
        expired = {method: client.open(f"/manager/{good}", method=method) for method in ("GET", "POST")}
    withdraw(actor=bob, ask_id=asked)
    taken_back = {method: client.open(f"/manager/{good}", method=method) for method in ("GET", "POST")}
    unknown = {method: client.open(f"/manager/{good[:-3]}", method=method) for method in ("GET", "POST")}
    pages = [one for found in (expired, taken_back, unknown) for one in found.values()]
    assert {(one.status_code, one.text) for one in pages} == {(404, pages[0].text)}
    assert "the hiring team can ask you again" in pages[0].text
    assert "Deck Officer" not in pages[0].text


def test_whoever_tries_many_links_waits_and_good_ones_go_on(client: FlaskClient, asked: int) -> None:
    for number in range(FREE_FOR_NETWORK):
        assert client.get(f"/manager/guess{number}").status_code == 404
    client.get("/manager/one-more")
    waiting = client.get("/manager/guess")
    assert waiting.status_code == 429
    assert int(waiting.headers["Retry-After"]) > 0
    assert "Too many attempts." in waiting.text
    assert client.get(f"/manager/{token(asked)}").status_code == 200
    assert client.post("/sign-in", data={"email": "x@y.example", "password": "wrong"}).status_code == 200


def test_a_flood_of_text_is_not_read(client: FlaskClient, asked: int) -> None:
    flood = client.post(f"/manager/{token(asked)}", data={"note": "x" * 500_000})
    assert flood.status_code == 413
    assert answers(asked) == ["open", "open"]


def test_a_link_survives_strange_paths(client: FlaskClient, asked: int) -> None:
    for path in ("/manager/", "/manager/%00", "/manager/..%2f..", "/manager/" + "x" * 3000, "/manager/é"):
        assert client.get(path).status_code in {400, 404}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ManagerAsk)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ManagerAskItem)) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) > 0
