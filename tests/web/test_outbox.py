"""The outbox page: views by the address, a review before many are answered, each race said by name."""

from __future__ import annotations

import csv
import io
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.restore import Cause, why_it_waits
from employer_app.domain.role import Person
from employer_app.domain.words import code_words_in
from employer_app.extensions import DatabaseTrouble, db, transaction
from employer_app.models import Message
from employer_app.queries.messages import nobody_looked
from tests import factories
from tests.actions.mail import queue, status_of
from tests.web.batches.walk import confirm, fields, id_of, start, title
from tests.web.pages import visible
from tests.web.test_messages import ACCEPTED, LATER, NO_ANSWER, REFUSED, sent

pytestmark = pytest.mark.both


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def say(client: FlaskClient, answer: str, *ids: int, view: str = "in-doubt", **more: str) -> TestResponse:
    """What the form of the list sends with these rows ticked."""
    data = {"answer": answer, "message": list(map(str, ids)), **more}
    return client.post(f"/outbox/answer?state={view}", data=data)


def after(client: FlaskClient, answer: TestResponse) -> str:
    assert answer.status_code == 303
    return visible(client.get(answer.location).text)


def in_review(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'name="message" value="(\d+)"', page)]


def doubts(job: int, count: int) -> list[int]:
    return [sent(job, NO_ANSWER, f"Ada B{number:02}") for number in range(count)]


def looked_at(message_id: int) -> bool:
    db.session.rollback()
    return db.session.scalars(sa.select(Message.looked_at).where(Message.id == message_id)).one() is not None


def test_put_off_is_delayed_and_never_failed(as_bob: FlaskClient, job: int) -> None:  # fault 15
    message_id = sent(job, LATER)
    for address in ("/outbox", "/outbox?state=later", f"/messages/{message_id}"):
        page = visible(as_bob.get(address).text.split('id="live"')[-1].rpartition("</section>")[0])
        assert "Delayed" in page, address
        assert "4.7.1 Try again later" in page, address
    words = visible(as_bob.get(f"/messages/{message_id}").text)
    assert "which is no failure" in words
    assert "Failed" not in words
    rows = list(csv.reader(io.StringIO(as_bob.get("/outbox.csv?state=later").text)))
    assert [row[4] for row in rows[1:]] == ["Delayed"]


def test_try_now_takes_the_wait_away(as_bob: FlaskClient, job: int) -> None:
    message_id = sent(job, LATER)
    assert as_bob.post(f"/messages/{message_id}/try-now").location == f"/messages/{message_id}"
    db.session.rollback()
    assert db.session.get_one(Message, message_id).due_at <= now()
    fresh = sent(job, None)
    location = as_bob.post(f"/messages/{fresh}/try-now").location
    assert "leaves at its time" in visible(as_bob.get(location).text)


def test_many_are_reviewed_before_anything_happens(as_bob: FlaskClient, job: int) -> None:
    one, two = doubts(job, 2)
    note = queue(factories.application(job, name="Ada Note"), purpose=Purpose.UPDATE)
    with transaction() as session:
        values = {"status": MessageStatus.UNCERTAIN, "fenced_at": now()}
        session.execute(sa.update(Message).where(Message.id == note).values(**values))
    answer = say(as_bob, "arrived", one, two, note)
    words = visible(answer.text)
    assert title(answer) == "Count 3 messages as arrived?"
    assert "2 tell a “no”, 1 says where things stand" in words
    assert {status_of(row) for row in (one, two, note)} == {MessageStatus.UNCERTAIN}
    assert sorted(in_review(answer.text)) == [one, two, note]
    assert code_words_in(words) == []
    done = after(as_bob, say(as_bob, "arrived", one, two, note, knows="1"))
    assert "3 messages counted as arrived, with your name." in done
    assert {status_of(row) for row in (one, two, note)} == {MessageStatus.ACCEPTED}


def test_whoever_was_answered_meanwhile_is_named_and_left_alone(as_bob: FlaskClient, job: int) -> None:
    one, two, three = doubts(job, 3)  # fault 38
    answer = say(as_bob, "again", one, two, three)
    assert len(in_review(answer.text)) == 3
    say(as_bob, "arrived", two)  # a colleague, while this one reads
    said = after(as_bob, say(as_bob, "again", one, two, three, knows="1"))
    assert "2 messages queued once more, with the same Message-ID." in said
    assert "Nothing was changed for Ada B01. It has been sent." in said
    assert [status_of(row) for row in (one, two, three)] == [
        MessageStatus.QUEUED,
        MessageStatus.ACCEPTED,
        MessageStatus.QUEUED,
    ]


def test_review_leaves_out_what_stands_elsewhere_and_says_so(as_bob: FlaskClient, job: int) -> None:
    one, two = doubts(job, 2)
    gone = sent(job, ACCEPTED, "Ada Gone")
    answer = say(as_bob, "again", one, two, gone)
    assert sorted(in_review(answer.text)) == [one, two]
    assert "Nothing happens to 1 message" in visible(answer.text)
    said = after(as_bob, say(as_bob, "again", gone))
    assert "Nothing was changed for Ada Gone. It has been sent." in said


def test_above_the_limit_the_number_is_typed(app: Flask, as_bob: FlaskClient, job: int) -> None:
    ids = doubts(job, 4)
    app.config["TYPED_COUNT_FROM"] = 3
    try:
        assert "Type the number of messages" in visible(say(as_bob, "arrived", *ids).text)
        for typed in ("", "3", "five"):
            refused = say(as_bob, "arrived", *ids, knows="1", typed_count=typed)
            assert refused.status_code == 422
            assert "Please type 4." in visible(refused.text)
            assert sorted(in_review(refused.text)) == ids
        assert {status_of(one) for one in ids} == {MessageStatus.UNCERTAIN}
        assert "Type the number" not in visible(say(as_bob, "arrived", *ids[:3]).text)
        say(as_bob, "arrived", *ids, knows="1", typed_count="4")
        assert {status_of(one) for one in ids} == {MessageStatus.ACCEPTED}
    finally:
        app.config["TYPED_COUNT_FROM"] = 30


def test_all_that_match_are_those_of_the_view_and_the_filter(as_bob: FlaskClient, job: int) -> None:
    ids = [sent(job, None, f"Ada B{number:02}") for number in range(53)]
    other = queue(factories.application(factories.job("Cook"), name="Ada Cook"))
    listed = as_bob.get(f"/outbox?state=queued&job={job}").text
    assert "all 53 that match" in visible(listed)
    data = {"answer": "hold", "all_matching": "1"}
    answer = as_bob.post(f"/outbox/answer?state=queued&job={job}", data=data)
    assert sorted(in_review(answer.text)) == ids
    assert "The first 50 are named, and 3 more are meant." in visible(answer.text)
    assert status_of(other) is MessageStatus.QUEUED


def test_a_stop_says_why_or_does_not_happen(as_bob: FlaskClient, job: int) -> None:
    message_id = sent(job, None)
    asked = as_bob.post(f"/messages/{message_id}/answer?state=stopped", data={"answer": "hold"})
    assert title(asked) == "Stop 1 message?"
    refused = say(as_bob, "hold", message_id, view="queued", knows="1", reason=" ")
    assert refused.status_code == 422
    assert "Say in a few words why it is stopped." in visible(refused.text)
    assert status_of(message_id) is MessageStatus.QUEUED
    said = after(as_bob, say(as_bob, "hold", message_id, view="queued", knows="1", reason="Ask <b>Maren"))
    assert "1 message stopped." in said
    page = as_bob.get(f"/messages/{message_id}").text
    assert "Bob Adeyemi stopped it: Ask <b>Maren" in visible(page)  # attack 27
    assert "Ask <b>" not in page


def test_button_of_a_row_means_that_row_whatever_is_ticked(as_bob: FlaskClient, job: int) -> None:
    one, two = doubts(job, 2)
    data = {"answer": "arrived", "message": [str(one), str(two)], "all_matching": "1"}
    as_bob.post(f"/messages/{one}/answer?state=in-doubt", data=data)
    assert [status_of(row) for row in (one, two)] == [MessageStatus.ACCEPTED, MessageStatus.UNCERTAIN]


def test_cancel_of_many_undoes_nothing_that_left(as_bob: FlaskClient, job: int) -> None:
    waits, gone = sent(job, None, "Ada Waits"), sent(job, ACCEPTED, "Ada Gone")
    said = after(as_bob, say(as_bob, "cancel", waits, gone, view="queued", knows="1"))
    assert "1 message will never leave." in said
    assert "Nothing was changed for Ada Gone. It has been sent." in said
    assert [status_of(waits), status_of(gone)] == [MessageStatus.CANCELLED, MessageStatus.ACCEPTED]


@pytest.mark.parametrize("reply", [NO_ANSWER, REFUSED])
def test_whoever_opens_it_has_looked(as_bob: FlaskClient, bob: Person, job: int, reply: object) -> None:
    message_id = sent(job, reply)  # type: ignore[arg-type]
    as_bob.get("/outbox?state=in-doubt")
    as_bob.head(f"/messages/{message_id}")
    as_bob.get(f"/messages/{message_id}", headers={"Sec-Purpose": "prefetch"})
    assert (looked_at(message_id), nobody_looked(bob)) == (False, 1)
    as_bob.get(f"/messages/{message_id}")
    assert (looked_at(message_id), nobody_looked(bob)) == (True, 0)
    assert "by Bob Adeyemi" in visible(as_bob.get(f"/messages/{message_id}").text)


def test_leave_it_has_looked_and_stays_in_doubt(as_bob: FlaskClient, bob: Person, job: int) -> None:
    ids = doubts(job, 2)
    assert visible(as_bob.get("/outbox?state=in-doubt").text).count("Nobody has looked yet.") == 2
    assert "2 messages left as they are." in after(as_bob, say(as_bob, "leave", *ids))
    assert nobody_looked(bob) == 0
    assert visible(as_bob.get("/outbox?state=in-doubt").text).count(", and left.") == 2
    assert {status_of(one) for one in ids} == {MessageStatus.UNCERTAIN}


def test_reading_goes_on_while_nothing_can_be_written(  # fault 43
    as_bob: FlaskClient, job: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = sent(job, NO_ANSWER)

    def full(**_said: object) -> None:
        raise DatabaseTrouble("UPDATE", None, OSError("disk full"))

    monkeypatch.setattr("employer_app.actions.messages.leave", full)
    assert as_bob.get(f"/messages/{message_id}").status_code == 200


def test_doubt_shows_times_words_and_what_speaks_for_it(as_bob: FlaskClient, job: int) -> None:
    sent(job, ACCEPTED, "Ada Gone")
    message_id = sent(job, NO_ANSWER)
    words = visible(as_bob.get(f"/messages/{message_id}").text)
    assert "No answer for 600 seconds." in words
    assert re.search(r"The last dot was about to go \w{3} \d+ \w{3} \d{4}, \d\d:\d\d:\d\d", words)
    assert re.search(r"In doubt since \w{3} \d+ \w{3} \d{4}, \d\d:\d\d:\d\d", words)
    assert "In the same minute the mail server took 1 message of ours" in words
    assert "No bounce is recorded. It would come to maren@brightwater.example" in words
    assert "No reply is recorded." in words


def test_filters_stand_in_the_address_and_in_the_file(as_bob: FlaskClient, job: int) -> None:
    sent(job, None, "Ada Deck")
    cook = factories.job("Cook")
    queue(factories.application(cook, name="Ada Cook", address="cook@post.example"))
    for query in (f"job={cook}", "q=cook%40", "q=COOK@POST.EXAMPLE", "q=ada%20c"):
        page = as_bob.get(f"/outbox?state=queued&{query}").text
        assert [name for name in ("Ada Deck", "Ada Cook") if name in page] == ["Ada Cook"], query
        rows = list(csv.reader(io.StringIO(as_bob.get(f"/outbox.csv?state=queued&{query}").text)))
        assert [row[0] for row in rows[1:]] == ["Ada Cook"], query
    assert "Ada Deck" in as_bob.get("/outbox?state=queued&job=none&list=-1&before=").text
    assert as_bob.get("/outbox?before=x").status_code == 400


def test_filter_by_send_list(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Ada Listed")
    batch = id_of(confirm(as_bob, start(as_bob, job)), "batches")
    sent(job, None, "Ada Alone")
    page = as_bob.get(f"/outbox?state=all&list={batch}").text
    assert [name for name in ("Ada Listed", "Ada Alone") if name in page] == ["Ada Listed"]
    assert f"Send list {batch}" in visible(page)


def test_form_of_the_review_carries_all_that_is_needed(as_bob: FlaskClient, job: int) -> None:
    ids = doubts(job, 2)
    answer = say(as_bob, "arrived", *ids)
    form = fields(answer.text)
    assert (form["answer"], form["knows"]) == ("arrived", "1")
    assert 'action="/outbox/answer?state=in-doubt"' in answer.text


@pytest.mark.parametrize("path", ["/outbox/live", "/outbox", "/outbox.csv"])
def test_stranger_and_somebody_without_a_role_see_nothing(
    client: FlaskClient, as_charlie: FlaskClient, job: int, path: str
) -> None:  # attack 13
    sent(job, None)
    assert as_charlie.get(path).status_code == 403
    assert "Amara Nwosu" not in client.get(path).text
    for act in ("/outbox/answer", "/messages/1/answer", "/messages/1/try-now"):
        assert as_charlie.post(act, data={"answer": "cancel", "message": "1"}).status_code == 403


def test_what_a_restore_stopped_leads_to_its_page(as_bob: FlaskClient, job: int) -> None:  # fault 48
    message_id = sent(job, None)
    with transaction() as session:
        why = why_it_waits(Cause.OLDER)
        session.execute(sa.update(Message).values(status=MessageStatus.HELD, held_because=why))
    page = as_bob.get(f"/messages/{message_id}").text
    assert 'href="/outbox/restored">look there</a>' in page
    assert f"/messages/{message_id}/release" not in page
    assert f"/messages/{message_id}/write-again" not in page
