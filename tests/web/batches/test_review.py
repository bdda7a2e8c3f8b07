"""Step 3: every message as it will be, everybody who gets none, and one left out changes nobody else's."""

from __future__ import annotations

import csv
import io
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.words import code_words_in
from employer_app.extensions import db, transaction
from employer_app.models import Application, Candidate, PlanItem
from tests import factories
from tests.web.batches.walk import digest, messages, queued, save, skips, start
from tests.web.pages import visible

pytestmark = pytest.mark.both

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "</title><svg onload=alert(1)>",
]


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def stored(plan: int) -> dict[int, tuple[str, str, str]]:
    db.session.rollback()
    columns = (PlanItem.application_id, PlanItem.subject, PlanItem.text, PlanItem.html)
    rows = db.session.execute(sa.select(*columns).where(PlanItem.plan_id == plan))
    return {row.application_id: (row.subject, row.text, row.html) for row in rows}


def test_numbers_add_up_and_nobody_is_missing(as_bob: FlaskClient, job: int) -> None:
    for _ in range(3):
        factories.application(job)
    factories.application(job, name="WEI ZHANG")
    factories.application(job, name="No Address", address=None)
    page = visible(as_bob.get(f"/plans/{start(as_bob, job)}/review").text)
    assert "5 chosen = 4 messages + 1 skipped, stay owed" in page
    assert "4 = 3 clear + 1 to look at" in page
    assert "No mail address. Call, or write a letter." in page
    assert code_words_in(page) == []


def test_flagged_people_come_first_and_next_goes_through_all(as_bob: FlaskClient, job: int) -> None:
    for name in ("Zoë Last", "Amara Nwosu", "WEI ZHANG"):
        factories.application(job, name=name)
    plan = start(as_bob, job)
    seen, address = [], f"/plans/{plan}/review"
    while address:
        page = as_bob.get(address).text
        seen.append(page.split("<dt>To</dt><dd><bdi>")[1].split("</bdi>,")[0])
        follow = page.split('data-key="j"')[0].rpartition('href="')[2].split("#")[0].replace("&amp;", "&")
        address = follow if 'data-key="j"' in page else ""
    assert seen == ["WEI ZHANG", "Amara Nwosu", "Zoë Last"]


def test_lists_of_many_are_paged_by_name(as_bob: FlaskClient, job: int) -> None:
    for _ in range(120):
        factories.application(job)
    plan = start(as_bob, job)
    shown, address = [], f"/plans/{plan}/review"
    for _ in range(3):
        page = as_bob.get(address).text
        listed = page.split('id="clear"')[1].split("</ul>")[0]
        shown += re.findall(r'#message"[^>]*><bdi>([^<]+)</bdi></a>', listed)
        address = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
    assert shown == sorted(messages(plan))
    assert len(shown) == 120


@pytest.mark.parametrize("view", ["", "plain", "mail"])
def test_message_is_shown_exactly_as_it_will_be(as_bob: FlaskClient, job: int, view: str) -> None:
    someone = factories.application(job, name="Zoë Ångström")
    plan = start(as_bob, job)
    page = as_bob.get(f"/plans/{plan}/review?view={view}").text
    _subject, text, html = stored(plan)[someone]
    if view == "mail":
        frame = page.split("<iframe")[1].split('src="')[1].split('"')[0]
        answer = as_bob.get(frame)
        assert answer.text == html
        assert "sandbox" in page.split("<iframe")[1].split(">")[0]
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    elif view == "plain":
        assert text.split("\n")[0] in page
        assert "<mark>" not in page
    else:
        assert "<mark>Zoë Ångström</mark>" in page


def test_leaving_one_out_changes_no_other_message(as_bob: FlaskClient, job: int) -> None:
    amara = factories.application(job, name="Amara Nwosu")
    other = factories.application(job, name="Ada One")
    plan = start(as_bob, job)
    before, first = stored(plan), digest(plan)
    with transaction() as session:  # somebody edits the other person meanwhile
        session.execute(
            sa.update(Candidate).where(Candidate.name == "Ada One").values(name="Ada Two", version=2)
        )
    answer = as_bob.post(f"/plans/{plan}/leave-out", data={"application_id": str(amara)})
    assert answer.status_code == 303
    assert skips(plan) == {"Amara Nwosu": "You left this person out."}
    assert stored(plan)[other] == before[other]
    assert digest(plan) != first
    as_bob.post(f"/plans/{plan}/take-back", data={"application_id": str(amara)})
    assert messages(plan) == {"Amara Nwosu", "Ada One"}
    assert digest(plan) == first


def test_left_out_person_stays_owed(as_bob: FlaskClient, job: int) -> None:
    amara = factories.application(job, name="Amara Nwosu")
    plan = start(as_bob, job)
    as_bob.post(f"/plans/{plan}/leave-out", data={"application_id": str(amara)})
    db.session.rollback()
    row = db.session.get_one(Application, amara)
    assert (row.decided_at, row.version, queued()) == (None, 1, [])
    page = visible(as_bob.get(f"/plans/{plan}/review").text)
    assert "Everybody on this list is skipped" in page
    assert "Take back" in page


def test_person_of_another_job_cannot_be_left_out_or_opened(as_bob: FlaskClient, job: int) -> None:
    # attack 14
    factories.application(job)
    stranger = factories.application(factories.job("Purser"))
    plan = start(as_bob, job)
    for address in ("leave-out", "take-back"):
        data = {"application_id": str(stranger)}
        assert as_bob.post(f"/plans/{plan}/{address}", data=data).status_code == 404
    assert as_bob.get(f"/plans/{plan}/review?at={stranger}").status_code == 404
    assert as_bob.get(f"/plans/{plan}/messages/{stranger}/mail").status_code == 404


def test_list_of_somebody_else_is_not_there(as_bob: FlaskClient, as_alice: FlaskClient, job: int) -> None:
    # attacks 14 19
    someone = factories.application(job)
    plan = start(as_bob, job)
    for address in ("text", "review", "confirm", "skipped.csv", f"messages/{someone}/mail"):
        assert as_alice.get(f"/plans/{plan}/{address}").status_code == 404
    for address in ("text", "leave-out", "take-back", "refresh", "confirm"):
        data = {"application_id": str(someone), "digest": digest(plan)}
        assert as_alice.post(f"/plans/{plan}/{address}", data=data).status_code == 404
    assert messages(plan)
    assert queued() == []


def test_person_who_changed_is_named_and_taken_in_by_a_button(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    plan = start(as_bob, job)
    with transaction() as session:
        session.execute(sa.update(Candidate).values(name="Amara Nwosu-Berg", version=2))
    for step in ("review", "confirm"):
        assert "Changed since this list was made: Amara Nwosu." in visible(
            as_bob.get(f"/plans/{plan}/{step}").text
        )
    assert as_bob.post(f"/plans/{plan}/refresh").status_code == 303
    assert messages(plan) == {"Amara Nwosu-Berg"}
    assert "Changed since" not in visible(as_bob.get(f"/plans/{plan}/review").text)


def test_csv_of_skips_is_neutral(as_bob: FlaskClient, job: int) -> None:  # attack 42
    factories.application(job, name="=HYPERLINK(1)", address=None)
    plan = start(as_bob, job)
    answer = as_bob.get(f"/plans/{plan}/skipped.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    (row,) = list(csv.reader(io.StringIO(answer.text)))[1:]
    assert row[0] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("evil", EVIL)
def test_what_people_wrote_is_text_on_every_page(app: Flask, as_bob: FlaskClient, evil: str) -> None:
    # attack 27
    job = factories.job(evil)
    someone = factories.application(job, name="Amara Nwosu")
    factories.application(job, name=evil)
    pages = [as_bob.get(f"/jobs/{job}/close-out").text]
    plan = start(as_bob, job)
    save(as_bob, plan, {"cause_sentence": evil, "applied-criterion": evil, "applied-reason": "BQ-LIC"})
    pages += [as_bob.get(f"/plans/{plan}/{step}").text for step in ("text", "review", "confirm")]
    pages += [as_bob.get(f"/plans/{plan}/messages/{someone}/mail").text]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<svg onload" not in page
        assert 'href="javascript' not in page
