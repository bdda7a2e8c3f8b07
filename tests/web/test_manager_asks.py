"""The team asks a manager, sees what is answered beside each person, and confirms it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.decisions import decide
from employer_app.domain.clock import now
from employer_app.domain.manager_ask import Answer
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from employer_app.extensions import db, transaction
from employer_app.models import ManagerAsk, Organisation
from tests import factories
from tests.actions import mail
from tests.actions.asking import answer, ask, items, standing
from tests.web.pages import visible

HOSTILE = "<script>alert(1)</script> & \u202eadA"


@pytest.fixture
def job(app: Flask, bob: Person) -> int:
    return factories.job(owner_id=bob.user_id)


@pytest.fixture
def two(job: int) -> tuple[int, int]:
    return factories.application(job, name="Ada Vance"), factories.application(job, name="Ben Ito")


def sent(job: int, *people: int, **more: str) -> dict[str, object]:
    return {"only": list(people), "name": "Mara Okonkwo", "address": "mara@brightwater.example", **more}


def asks() -> list[ManagerAsk]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(ManagerAsk).order_by(ManagerAsk.id)))


def confirming(ask_id: int, *codes: str) -> dict[str, object]:
    """The form with everything ticked, as the page has it."""
    found = items(ask_id)
    form: dict[str, object] = {"item": [one.id for one in found]}
    for one, code in zip(found, codes, strict=False):
        form[f"code-{one.id}"] = code
    for one in found:
        form[f"seen-{one.id}"] = f"{one.version}:{standing(one.application_id).version}"
    return form


def test_the_form_begins_with_the_contact_of_the_job_then_with_whom_was_asked_last(
    as_bob: FlaskClient, bob: Person, job: int, two: tuple[int, int]
) -> None:
    page = as_bob.get(f"/jobs/{job}/ask-manager?only={two[0]}").text
    assert 'value="Maren Oduya"' in page
    assert 'value="maren@brightwater.example"' in page
    assert ("Ada Vance" in page, "Ben Ito" in page) == (True, False)
    ask(bob, job, two[1])
    page = as_bob.get(f"/jobs/{job}/ask-manager?only={two[0]}").text
    assert 'value="Mara Okonkwo"' in page


def test_the_ticked_people_of_the_table_are_asked_about(
    as_bob: FlaskClient, job: int, two: tuple[int, int]
) -> None:
    assert f'formaction="/jobs/{job}/ask-manager/people"' in as_bob.get(f"/jobs/{job}").text
    page = as_bob.post(f"/jobs/{job}/ask-manager/people", data={"only": list(two)})
    assert re.findall(r'name="only" value="(\d+)"', page.text) == [str(one) for one in two]
    nobody = as_bob.post(f"/jobs/{job}/ask-manager/people")
    assert (nobody.status_code, nobody.location) == (303, f"/jobs/{job}")
    done = as_bob.post(f"/jobs/{job}/ask-manager", data=sent(job, *two, competing="y"))
    (made,) = asks()
    assert (done.status_code, done.location) == (303, f"/manager-asks/{made.id}")
    assert (made.name, made.address, made.competing) == ("Mara Okonkwo", "mara@brightwater.example", True)
    assert "Mara Okonkwo is asked." in as_bob.get(done.location).text


def test_whoever_has_an_answer_is_left_out_by_name(
    as_bob: FlaskClient, bob: Person, job: int, two: tuple[int, int]
) -> None:
    decide(actor=bob, application_id=two[0], code="LESS-SCREEN", version=1)
    page = as_bob.post(f"/jobs/{job}/ask-manager/people", data={"only": list(two)})
    assert "Left out, because they have an answer already: Ada Vance." in visible(page.text)
    assert re.findall(r'name="only" value="(\d+)"', page.text) == [str(two[1])]
    alone = as_bob.post(f"/jobs/{job}/ask-manager/people", data={"only": two[0]})
    assert "There is nobody to ask about." in alone.text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": ""}, "Type the name of the person you ask."),
        ({"address": "mara"}, "it has no @"),
        ({"address": "ben@post.example"}, "Somebody who applied for this job has this address."),
    ],
)
def test_a_refusal_keeps_what_was_typed(
    as_bob: FlaskClient, job: int, two: tuple[int, int], more: dict[str, str], said: str
) -> None:
    factories.application(job, address="ben@post.example")
    page = as_bob.post(f"/jobs/{job}/ask-manager", data={**sent(job, *two), **more})
    assert page.status_code == 422
    assert said in page.text
    assert [f'value="{value}"' in page.text for value in more.values() if value] == [True] * bool(
        all(more.values())
    )
    assert re.findall(r'name="only" value="(\d+)"', page.text) == [str(one) for one in two]
    assert asks() == []


def test_each_list_says_who_is_waited_for(
    as_bob: FlaskClient, bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, *two)
    pages = ("/?whose=mine", f"/jobs/{job}", f"/jobs/{job}?view=board", f"/applications/{two[0]}")
    assert [f"/manager-asks/{ask_id}" in as_bob.get(path).text for path in pages] == [True] * 4
    assert ["The question to Mara Okonkwo has not left yet" in as_bob.get(path).text for path in pages] == [
        True
    ] * 4
    with transaction() as session:
        session.execute(sa.update(ManagerAsk).values(mails=1, mailed_at=now()))
    assert ["Waiting for Mara Okonkwo since" in as_bob.get(path).text for path in pages] == [True] * 4
    answer(ask_id, Answer.NO, Answer.LATER, until=(now() + timedelta(days=3)).date())
    assert ["Mara Okonkwo said no on" in as_bob.get(path).text for path in pages] == [True] * 4
    assert "Mara Okonkwo needs until" in as_bob.get(f"/applications/{two[1]}").text
    decide(actor=bob, application_id=two[0], code="LESS-SCREEN", version=1)
    assert "Mara Okonkwo said no on" not in as_bob.get("/?whose=mine").text


def test_many_rows_ask_the_database_as_often_as_one(
    app: Flask, as_bob: FlaskClient, bob: Person, job: int
) -> None:
    def statements(path: str) -> int:
        count = 0

        def note(*_given: object) -> None:
            nonlocal count
            count += 1

        with app.app_context():
            sa.event.listen(db.engine, "before_cursor_execute", note)
            assert as_bob.get(path).status_code == 200
            sa.event.remove(db.engine, "before_cursor_execute", note)
        return count

    first = [factories.application(job) for _ in range(3)]
    ask_id = ask(bob, job, *first[:1])
    paths = ("/", f"/jobs/{job}", f"/manager-asks/{ask_id}")
    few = [statements(path) for path in paths]
    for one in (factories.application(job) for _ in range(5)):
        ask(bob, job, one)
    ask(bob, job, *first, instead_of=ask_id)
    assert [statements(path) for path in (*paths[:2], f"/manager-asks/{asks()[-1].id}")] == few


def test_the_answers_are_confirmed_each_or_all(
    as_bob: FlaskClient, bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, *two)
    answer(ask_id, Answer.NO, Answer.YES, note="Too far away")
    page = as_bob.get(f"/manager-asks/{ask_id}").text
    assert "“Too far away”" in page
    form = confirming(ask_id)
    refused = as_bob.post(f"/manager-asks/{ask_id}/confirm", data=form)
    assert refused.status_code == 422
    assert "A “no” needs a reason." in refused.text
    assert len(re.findall(r'name="item"[^>]* checked', refused.text)) == 2
    done = as_bob.post(f"/manager-asks/{ask_id}/confirm", data={**form, "reason": "LESS-SCREEN"})
    assert done.location == f"/manager-asks/{ask_id}"
    assert [standing(one).status for one in two] == [Status.REJECTED, Status.ACTIVE]
    after = visible(as_bob.get(done.location).text)
    assert "1 person may go on" in after
    assert "Decided, not told. Tell them" in after
    assert "Confirmed. Move to a stage" in after
    again = as_bob.post(f"/manager-asks/{ask_id}/confirm", data={**form, "reason": "LESS-SCREEN"})
    assert again.status_code == 303
    assert "while you were looking" in visible(as_bob.get(again.location).text)
    nobody = as_bob.post(f"/manager-asks/{ask_id}/confirm", data={"item": ["999999", "x"]})
    assert "Nobody is ticked." in nobody.text


def test_all_means_the_answers_that_were_on_the_page(
    as_bob: FlaskClient, bob: Person, job: int, two: tuple[int, int]
) -> None:
    third = factories.application(job)
    ask_id = ask(bob, job, *two, third)
    answer(ask_id, Answer.NO, Answer.YES)
    assert "Confirm all 2" in as_bob.get(f"/manager-asks/{ask_id}").text
    read = {name: value for name, value in confirming(ask_id, "LESS-SCREEN").items() if name != "item"}
    del read[f"seen-{items(ask_id)[2].id}"]
    answer(ask_id, Answer.NO, Answer.YES, Answer.NO)
    assert as_bob.post(f"/manager-asks/{ask_id}/confirm", data={**read, "all": "1"}).status_code == 303
    assert [standing(one).status for one in (*two, third)] == [Status.REJECTED, Status.ACTIVE, Status.ACTIVE]
    assert [one.ended_at is not None for one in items(ask_id)] == [True, True, False]


def test_mail_on_its_way_is_said_and_can_be_passed_over(
    as_bob: FlaskClient, bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, two[0])
    answer(ask_id, Answer.NO)
    mail.queue(two[0])
    form = confirming(ask_id, "LESS-SCREEN")
    page = as_bob.post(f"/manager-asks/{ask_id}/confirm", data=form)
    assert page.status_code == 422
    assert "A message to Ada Vance leaves" in page.text
    assert 'name="force" value="1"' in page.text
    assert as_bob.post(f"/manager-asks/{ask_id}/confirm", data={**form, "force": "1"}).status_code == 303
    assert standing(two[0]).status is Status.REJECTED


def test_it_is_taken_back_and_asked_again(
    as_bob: FlaskClient, bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, *two, competing=True)
    page = as_bob.get(f"/jobs/{job}/ask-manager?again={ask_id}").text
    assert re.findall(r'name="only" value="(\d+)"', page) == [str(one) for one in two]
    assert " checked" in page
    done = as_bob.post(f"/jobs/{job}/ask-manager", data=sent(job, *two, again=str(ask_id), name="Ola Reyes"))
    old, new = asks()
    assert done.location == f"/manager-asks/{new.id}"
    assert old.withdrawn_at is not None
    as_bob.post(f"/manager-asks/{new.id}/withdraw")
    assert "Taken back" in as_bob.get(f"/manager-asks/{new.id}").text
    assert asks()[-1].withdrawn_at is not None
    assert as_bob.get(f"/jobs/{factories.job('Cook')}/ask-manager?again={ask_id}").status_code == 404


def test_the_page_says_why_the_mail_waits(
    as_bob: FlaskClient, bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, *two)
    assert "The next mail waits" not in as_bob.get(f"/manager-asks/{ask_id}").text
    with transaction() as session:
        session.execute(sa.update(Organisation).values(safe_mode=True))
    assert "The next mail waits: Safe mode is on" in as_bob.get(f"/manager-asks/{ask_id}").text
    with transaction() as session:
        session.execute(sa.update(ManagerAsk).values(trouble="550 No such mailbox", next_mail_at=None))
    page = visible(as_bob.get(f"/manager-asks/{ask_id}").text)
    assert "The mail did not leave: 550 No such mailbox Check the address and ask again." in page


def test_all_of_it_stands_on_the_timeline(
    as_bob: FlaskClient, bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, two[0])
    answer(ask_id, Answer.LATER, until=(now() + timedelta(days=3)).date(), note="Back on Monday")
    answer(ask_id, Answer.YES, note="Good hands")
    as_bob.post(f"/manager-asks/{ask_id}/confirm", data=confirming(ask_id))
    page = visible(as_bob.get(f"/applications/{two[0]}").text)
    said = ["Manager asked: Mara Okonkwo, by Bob Adeyemi", "Back on Monday", "Mara Okonkwo: Needs until",
            "Mara Okonkwo: Yes. It decides nothing by itself.", "Good hands",
            "Mara Okonkwo had said yes; confirmed by Bob Adeyemi."]  # fmt: skip
    assert [words for words in said if words not in page] == []


def test_hostile_names_do_nothing(as_bob: FlaskClient, bob: Person, job: int) -> None:
    one = factories.application(job, name=HOSTILE)
    ask_id = ask(bob, job, one, name="<b>Mara</b> & Co")
    answer(ask_id, Answer.NO, note="<img src=x onerror=alert(1)>")
    for path in ("/", f"/jobs/{job}", f"/manager-asks/{ask_id}", f"/applications/{one}"):
        page = as_bob.get(path).text
        assert "<script>alert" not in page
        assert "<b>Mara" not in page
        assert "<img src=x" not in page


def test_only_the_team_gets_in(
    client: FlaskClient, as_charlie: FlaskClient, bob: Person, job: int, two: tuple[int, int]
) -> None:
    ask_id = ask(bob, job, *two)
    for path in (f"/jobs/{job}/ask-manager?only={two[0]}", f"/manager-asks/{ask_id}"):
        assert client.get(path).location.startswith("/sign-in")
        assert as_charlie.get(path).status_code == 403
    for path in (
        f"/jobs/{job}/ask-manager",
        f"/manager-asks/{ask_id}/confirm",
        f"/manager-asks/{ask_id}/withdraw",
    ):
        assert client.post(path).location == "/sign-in"
        assert as_charlie.post(path).status_code == 403
    assert asks()[0].withdrawn_at is None


def test_what_is_not_there_is_said(as_bob: FlaskClient, job: int) -> None:
    assert as_bob.get("/manager-asks/99").status_code == 404
    assert as_bob.post("/manager-asks/99/confirm").status_code == 404
    assert as_bob.post("/manager-asks/99/withdraw").status_code == 404
    assert as_bob.get("/jobs/99/ask-manager?only=1").status_code == 404
    assert "There is nobody to ask about." in as_bob.get(f"/jobs/{job}/ask-manager?only=x&only=99").text
