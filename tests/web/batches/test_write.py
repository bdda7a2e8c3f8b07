"""One letter of any kind to one person: chosen on its page, and the fields that no record fills typed."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.extensions import db, transaction
from employer_app.models import Application, Candidate, Message, PlanItem
from tests import factories
from tests.web.batches.lists import choices, confirm, plan_of, save


def test_the_page_offers_what_can_be_right_for_this_person(as_bob: FlaskClient, job: int) -> None:
    applied = factories.application(job)
    page = as_bob.get(f"/applications/{applied}/write").text
    assert 'value="reject_application.warm"' in page
    assert 'value="reject_final.warm"' not in page
    assert 'value="enquiry_answer.warm"' in page


def test_whoever_withdrew_gets_no_no_but_may_be_confirmed(as_bob: FlaskClient, job: int) -> None:
    gone = factories.application(job, withdrawn=True)
    page = as_bob.get(f"/applications/{gone}/write").text
    assert 'value="withdrawal_confirmed.warm"' in page
    assert 'value="reject_application.warm"' not in page


def test_nothing_chosen_is_said_and_nothing_is_made(as_bob: FlaskClient, job: int) -> None:
    one = factories.application(job)
    answer = as_bob.post(f"/applications/{one}/write", data={"language": "en"})
    assert answer.status_code == 422
    assert "Choose what you want to write." in answer.text
    assert db.session.query(PlanItem).count() == 0
