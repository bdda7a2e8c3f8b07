"""Settings, Sending: the pace is chosen and explained in hours; what is no pace is said beside its field."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from employer_app.domain.pace import Limits, limits_of
from employer_app.domain.words import code_words_in
from employer_app.extensions import db
from employer_app.models import Organisation
from tests.web.pages import visible

OWN = {"preset": "own", "pace_second": "", "pace_minute": "", "pace_day": "", "pace_domain_minute": ""}


def _limits() -> Limits:
    db.session.rollback()
    return limits_of(db.session.get_one(Organisation, 1, populate_existing=True))


def test_the_page_says_what_each_mailbox_takes_and_what_that_means(as_alice: FlaskClient) -> None:
    page = as_alice.get("/settings/sending").text
    assert "Pace: no limit" in page
    said = visible(page)
    assert "Gmail: 20 a minute, 500 in 24 hours. 400 messages take about 20 minutes." in said
    assert "Microsoft 365: 30 a minute, 10,000 in 24 hours. 400 messages take about 13 minutes." in said
    assert not code_words_in(said)


def test_a_mailbox_is_chosen_and_says_where_its_figures_come_from(as_alice: FlaskClient) -> None:
    answer = as_alice.post("/settings/sending/pace", data={**OWN, "preset": "ses_start"})
    assert (answer.status_code, answer.location) == (303, "/settings/sending#pace")
    assert _limits() == Limits(second=14, day=50_000)
    page = as_alice.get("/settings/sending").text
    assert "Pace: 14 a second, 50,000 in 24 hours" in page
    assert "Amazon gives each account its own quota" in page
    assert re.findall(r'<input checked[^>]* value="([^"]+)"', page) == ["ses_start"]


def test_own_figures_are_saved_and_explained(as_alice: FlaskClient) -> None:
    as_alice.post("/settings/sending/pace", data={**OWN, "pace_minute": "1", "pace_domain_minute": "1"})
    assert _limits() == Limits(minute=1, domain_minute=1)
    page = as_alice.get("/settings/sending").text
    assert "Pace: 1 a minute, 1 a minute to one domain" in page
    assert "400 messages take about 7 hours." in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "No figure is given."),
        ({"pace_minute": "0"}, "This is not a pace. Use 1 to 60,000, or leave it empty."),
        ({"pace_day": "many"}, "This is not a whole number."),
        ({"pace_second": "9" * 30}, "This is not a pace."),
        ({"preset": "carrier pigeon", "pace_day": "5"}, "Choose one of the list."),
    ],
)
def test_what_is_no_pace_is_said_and_nothing_changes(
    as_alice: FlaskClient, changes: dict[str, str], words: str
) -> None:
    answer = as_alice.post("/settings/sending/pace", data={**OWN, **changes})
    assert answer.status_code == 422
    assert words in answer.text
    assert not _limits()


def test_a_recruiter_does_not_set_the_pace(as_bob: FlaskClient) -> None:
    assert as_bob.post("/settings/sending/pace", data={"preset": "gmail"}).status_code == 403
    assert not _limits()
