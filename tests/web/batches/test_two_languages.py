"""One letter in two languages: each part with days and reasons in its own, and both looked at."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.extensions import db
from employer_app.models import Message, PlanItem
from tests import factories
from tests.web.batches.walk import confirm, messages, save, skips, start


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def test_the_same_letter_stands_below_in_the_second_language(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Sanne de Wit")
    plan = start(as_bob, job)
    save(as_bob, plan, {"applied-second": "nl"})
    assert messages(plan) == {"Sanne de Wit"}
    assert confirm(as_bob, plan).status_code == 303
    db.session.rollback()
    message = db.session.scalars(sa.select(Message)).one()
    english, dutch = message.text.split("* * *")
    assert "The role has now been filled" in english
    assert "De functie is inmiddels vervuld" in dutch
    assert "november" in dutch
    assert "November" in english
    assert '<div lang="nl"' in message.html


def test_a_reader_of_the_second_language_is_no_cause_for_a_warning(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Íñigo Ruiz", language="es-MX")
    factories.application(job, name="Sora Tanaka", language="ja")
    plan = start(as_bob, job)
    save(as_bob, plan, {"applied-second": "es"})
    db.session.rollback()
    rows = db.session.execute(sa.select(PlanItem.name, PlanItem.warnings))
    warned = {row.name: " ".join(one["words"] for one in row.warnings) for row in rows}
    assert "language" in warned["Sora Tanaka"]
    assert "language" not in warned["Íñigo Ruiz"]


def test_what_the_second_part_lacks_stops_the_letter_too(as_bob: FlaskClient, job: int) -> None:
    one = factories.application(job, name="Sanne de Wit")
    answer = as_bob.post(
        f"/applications/{one}/write", data={"letter": "enquiry_answer.warm", "language": "en"}
    )
    plan = int(answer.location.split("/")[-2])
    save(as_bob, plan, {"applied-second": "nl"})
    assert "Nothing is on record for" in skips(plan)["Sanne de Wit"]


def test_only_a_language_that_we_have_letters_in_can_be_chosen(as_bob: FlaskClient, job: int) -> None:
    factories.application(job)
    plan = start(as_bob, job)
    for wrong in ("en", "tlh"):
        assert save(as_bob, plan, {"applied-second": wrong}).status_code == 422
