"""Step 1: whoever is ticked and nobody else, and nobody's record changes by choosing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.clock import now
from employer_app.domain.stage import StageKind
from employer_app.domain.words import code_words_in
from employer_app.extensions import db
from employer_app.models import Application, Plan
from tests import factories
from tests.web.batches.walk import id_of, messages, skips, start, title
from tests.web.pages import visible


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


def plans() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) or 0


def test_page_lists_interviewed_people_apart(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    factories.application(job, name="Kofi Mensah", stage=StageKind.INTERVIEW)
    answer = as_bob.get(f"/jobs/{job}/close-out")
    assert title(answer) == "Give 2 people a final answer"
    words = visible(answer.text)
    assert words.index("Interviewed 1") < words.index("Kofi Mensah") < words.index("Applied 1")
    assert words.index("Applied 1") < words.index("Amara Nwosu")
    assert code_words_in(words) == []


def test_empty_job_says_that_nobody_waits(as_bob: FlaskClient, job: int) -> None:
    words = visible(as_bob.get(f"/jobs/{job}/close-out").text)
    assert "Nobody in this job is waiting for a final answer." in words


def test_only_ticked_people_are_on_the_list(as_bob: FlaskClient, job: int) -> None:
    amara = factories.application(job, name="Amara Nwosu")
    factories.application(job, name="Ada One")
    answer = as_bob.post(
        f"/jobs/{job}/close-out", data={"start": "1", "cause": "filled", "person": str(amara)}
    )
    assert messages(id_of(answer, "plans")) == {"Amara Nwosu"}


def test_preselected_people_come_from_the_address_and_from_a_form(as_bob: FlaskClient, job: int) -> None:
    amara = factories.application(job, name="Amara Nwosu")
    factories.application(job, name="Ada One")
    for answer in (
        as_bob.get(f"/jobs/{job}/close-out?only={amara}"),
        as_bob.post(f"/jobs/{job}/close-out", data={"only": str(amara)}),
    ):
        assert title(answer) == "Give 1 person a final answer"
        assert "Ada One" not in answer.text
        assert f'name="only" value="{amara}"' in answer.text
    assert plans() == 0


def test_whole_group_of_many_is_chosen_at_once(as_bob: FlaskClient, job: int) -> None:
    for _ in range(60):
        factories.application(job)
    page = as_bob.get(f"/jobs/{job}/close-out").text
    assert page.count("data-open") == 12
    assert "All 60 people of this group" in page
    assert len(messages(start(as_bob, job))) == 60


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"cause": "filled"}, "Nobody is ticked"),
        ({"group": "applied"}, "Choose why."),
        ({"group": "applied", "cause": "bored"}, "Choose one of the list"),
    ],
)
def test_missing_choice_is_said_and_nothing_is_made(
    as_bob: FlaskClient, job: int, data: dict[str, str], says: str
) -> None:
    factories.application(job)
    answer = as_bob.post(f"/jobs/{job}/close-out", data={"start": "1", **data})
    assert answer.status_code == 422
    assert says in visible(answer.text)
    assert plans() == 0


def test_one_foreign_id_refuses_the_whole_list(as_bob: FlaskClient, job: int) -> None:  # attacks 14 15
    own = [factories.application(job) for _ in range(99)]
    foreign = factories.application(factories.job("Purser"))
    for name in ("person", "only"):
        data = {"start": "1", "cause": "filled", "group": "applied", name: [*own, foreign]}
        assert as_bob.post(f"/jobs/{job}/close-out", data=data).status_code == 404
    assert as_bob.get(f"/jobs/{job}/close-out?only={foreign}").status_code == 404
    assert as_bob.get(f"/jobs/{job}/close-out?only=999999").status_code == 404
    assert plans() == 0


@pytest.mark.parametrize("only", ["x", "-1", "1.5", "9" * 30, "1%00", "٣"])
def test_ids_that_are_none_are_refused(as_bob: FlaskClient, job: int, only: str) -> None:  # attack 74
    assert as_bob.get(f"/jobs/{job}/close-out?only={only}").status_code == 400


def test_fields_of_the_plan_itself_are_ignored(as_bob: FlaskClient, job: int) -> None:  # attack 17
    factories.application(job, name="Amara Nwosu")
    plan = start(as_bob, job, author_id="1", digest="0" * 64, token="x", expires_at="2099-01-01", id="7777")
    db.session.rollback()
    row = db.session.scalars(sa.select(Plan)).one()
    assert (row.id, row.token == "x", row.digest == "0" * 64) == (plan, False, False)


def test_update_needs_a_day_that_is_to_come(as_bob: FlaskClient, job: int) -> None:
    factories.application(job)
    page = as_bob.get(f"/jobs/{job}/update")
    assert title(page) == "Tell 1 person that there is no decision yet"
    for day in ("", "2020-01-01", "not a day", str(now().date() + timedelta(days=999))):
        data = {"start": "1", "group": "applied", "next_update_by": day}
        assert as_bob.post(f"/jobs/{job}/update", data=data).status_code == 422
    assert plans() == 0


def test_update_starts_a_list_with_that_date(as_bob: FlaskClient, job: int) -> None:
    someone = factories.application(job, name="Amara Nwosu")
    day = now().date() + timedelta(days=7)
    data = {"start": "1", "person": str(someone), "next_update_by": day.isoformat()}
    plan = id_of(as_bob.post(f"/jobs/{job}/update", data=data), "plans")
    assert messages(plan) == {"Amara Nwosu"}
    assert str(day.year) in as_bob.get(f"/plans/{plan}/review?view=plain").text


def test_unfinished_list_is_offered_again_to_its_author_alone(
    as_bob: FlaskClient, as_alice: FlaskClient, job: int
) -> None:
    factories.application(job)
    plan = start(as_bob, job)
    assert f"/plans/{plan}/text" in as_bob.get(f"/jobs/{job}/close-out").text
    assert f"/plans/{plan}/text" not in as_alice.get(f"/jobs/{job}/close-out").text


def test_told_person_who_was_ticked_is_listed_as_skipped(as_bob: FlaskClient, job: int) -> None:
    someone = factories.application(job, name="Amara Nwosu")
    factories.happened(someone, factories.EventKind.STATUS_CHANGED, status="withdrawn")
    data = {"start": "1", "cause": "filled", "only": str(someone), "person": str(someone)}
    plan = id_of(as_bob.post(f"/jobs/{job}/close-out", data=data), "plans")
    assert skips(plan) == {"Amara Nwosu": "Has withdrawn."}
    db.session.rollback()
    assert db.session.get_one(Application, someone).decided_at is None
