"""Step 2: what is typed is kept, and a text that cannot be read is said with its line."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.audience import Audience, Group
from employer_app.domain.close_out import Choices
from employer_app.domain.event import EventKind
from employer_app.domain.letter_choice import starters_for
from employer_app.domain.message import Kind, Purpose
from employer_app.domain.stage import StageKind
from employer_app.domain.starter import Tone
from employer_app.domain.words import code_words_in
from employer_app.extensions import db
from employer_app.models import Plan, PlanItem
from tests import factories
from tests.web.batches.walk import digest, fields, messages, save, skips, start
from tests.web.pages import visible

LINE = "You drew the night timetable as a queue on the whiteboard."


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


@pytest.fixture
def kofi(job: int) -> int:
    """Met last week."""
    someone = factories.application(job, name="Kofi Mensah", stage=StageKind.INTERVIEW)
    said = {"interviewers": [{"name": "Jonas Lindholm", "title": "Head of Depots"}, {"name": "Priya Raman"}]}
    factories.happened(
        someone, EventKind.INTERVIEW_HELD, ago=timedelta(days=4), payload=said, interview_kind="panel"
    )
    return someone


def choices(plan: int) -> Choices:
    db.session.rollback()
    return Choices.from_json(db.session.scalars(sa.select(Plan.choices).where(Plan.id == plan)).one())


def text_of(plan: int, name: str) -> str:
    db.session.rollback()
    query = sa.select(PlanItem.text).where(PlanItem.plan_id == plan, PlanItem.name == name)
    return db.session.scalars(query).one()


def test_page_shows_text_check_and_preview(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    page = visible(as_bob.get(f"/plans/{start(as_bob, job)}/text").text)
    assert "Applied: text for 1 person" in page
    assert "As Amara Nwosu will read it" in page
    assert code_words_in(page) == []


def test_personal_line_makes_the_message(as_bob: FlaskClient, job: int, kofi: int) -> None:
    plan = start(as_bob, job)
    page = visible(as_bob.get(f"/plans/{plan}/text").text)
    assert "Needs your line" in page
    assert "Jonas Lindholm (Head of Depots), Priya Raman" in page
    assert skips(plan) == {"Kofi Mensah": "Was interviewed: needs a line of their own."}
    assert save(as_bob, plan, {f"line-{kofi}": f"  {LINE}\r\n"}).location.endswith("/review")
    assert messages(plan) == {"Kofi Mensah"}
    assert LINE in text_of(plan, "Kofi Mensah")
    assert "Jonas Lindholm (Head of Depots) and Priya Raman" in text_of(plan, "Kofi Mensah")


def test_cancelled_role_gives_met_people_their_line_too(as_bob: FlaskClient, job: int, kofi: int) -> None:
    factories.application(job)
    plan = start(as_bob, job, cause="cancelled")
    assert "Kofi Mensah" in skips(plan)
    save(as_bob, plan, {f"line-{kofi}": LINE})
    assert "Kofi Mensah" in messages(plan)
    assert LINE in text_of(plan, "Kofi Mensah")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("Hello {{ greeting_name }},\n\nyou are {{ first_nam }}.", "Line 3: There is no field “first_nam”"),
        ("Hello {{ greeting_nam }},", "Did you mean “greeting_name”?"),
        ("Hello\n{% if place %}there", "Line 2:"),
        ("{% for x in y %}x{% endfor %}", "Only “if”, “else” and “unless”"),
        ("{{ config }} {{ ''.__class__ }}", "Line 1:"),
        ("", "Write the message."),
    ],
)
def test_unreadable_text_is_said_with_its_line_and_nothing_is_lost(
    as_bob: FlaskClient, job: int, kofi: int, body: str, says: str
) -> None:  # attack 31
    factories.application(job)
    plan = start(as_bob, job)
    before = digest(plan)
    typed = {"applied-body": body, f"line-{kofi}": LINE, "interviewed-criterion": "a mate's ticket"}
    answer = save(as_bob, plan, typed)
    assert answer.status_code == 422
    assert says in visible(answer.text)
    again = fields(answer.text, "texts")
    assert again["applied-body"].replace("\r\n", "\n") == body
    assert (again[f"line-{kofi}"], again["interviewed-criterion"]) == (LINE, "a mate's ticket")
    assert digest(plan) == before


def test_text_that_never_says_no_stops_everybody(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    plan = start(as_bob, job)
    body = "Hello {{ greeting_name }},\n\nthank you for your interest in {{ role_title }}."
    assert save(as_bob, plan, {"applied-body": body}, then="stay").location.endswith("/text")
    page = visible(as_bob.get(f"/plans/{plan}/text").text)
    assert "Nothing in the text says no" in page
    assert "1 stops" in page
    assert messages(plan) == set()


def test_another_starter_replaces_text_and_kind(as_bob: FlaskClient, job: int) -> None:
    factories.application(job)
    plan = start(as_bob, job)
    chosen = {"applied-starter": "reject_application.formal"}
    assert save(as_bob, plan, {**chosen, "use": "applied", "applied-body": "my own words"}).status_code == 303
    stored = choices(plan).groups[Audience(Group.APPLIED)]
    assert stored.kind is Kind.REJECT_APPLICATION
    assert "my own words" not in stored.body
    page = as_bob.get(f"/plans/{plan}/text").text
    assert fields(page, "texts")["applied-body"].replace("\r\n", "\n").strip() == stored.body.strip()


def test_starter_in_the_list_does_not_eat_what_was_written(as_bob: FlaskClient, job: int) -> None:
    factories.application(job)
    plan = start(as_bob, job)
    own = choices(plan).groups[Audience(Group.APPLIED)].body + "\nP.S. We mean it."
    save(as_bob, plan, {"applied-starter": "reject_application.formal", "applied-body": own})
    stored = choices(plan).groups[Audience(Group.APPLIED)]
    assert (stored.body, stored.kind) == (own, Kind.FILLED)


@pytest.mark.parametrize(
    ("stage", "group"),
    [
        (StageKind.APPLIED, Group.APPLIED),
        (StageKind.INTERVIEW, Group.INTERVIEWED),
        (StageKind.FINAL, Group.FINAL),
    ],
)
def test_every_letter_that_is_offered_can_be_filled(
    as_bob: FlaskClient, job: int, stage: StageKind, group: Group
) -> None:
    someone = factories.application(job, name="Amara Nwosu", stage=stage)
    plan = start(as_bob, job)
    line = {f"line-{someone}": LINE} if group.met else {}
    for letter in starters_for(group, Purpose.DECISION):
        if letter.tone is not Tone.WARM:
            continue
        save(as_bob, plan, {**line, f"{group}-starter": letter.key, "use": group.value})
        assert skips(plan) == {}, letter.key
        assert choices(plan).groups[Audience(group)].kind is letter.kind
        assert "Amara Nwosu" in text_of(plan, "Amara Nwosu") or "Hello Amara" in text_of(plan, "Amara Nwosu")


@pytest.mark.parametrize(
    "typed",
    [
        {"applied-reason": "HIRED"},
        {"applied-reason": "SPAM"},
        {"applied-reason": "FINAL-2"},
        {"applied-reason": "<script>"},
        {"applied-starter": "holding_note.warm", "use": "applied"},
        {"applied-starter": "reject_interview.warm", "use": "applied"},
        {"applied-starter": "next_step.warm", "use": "applied"},
        {"applied-starter": "another_accepted.warm", "use": "applied"},
    ],
)
def test_choice_that_is_not_on_the_page_is_refused(
    as_bob: FlaskClient, job: int, typed: dict[str, str]
) -> None:  # attack 17
    factories.application(job)
    plan = start(as_bob, job)
    before = digest(plan)
    assert save(as_bob, plan, typed).status_code == 422
    assert digest(plan) == before


def test_reason_and_what_the_advert_asks_for_make_one_sentence(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    plan = start(as_bob, job, cause="not_chosen")
    save(as_bob, plan, {"applied-reason": "BQ-LIC", "applied-criterion": "a lorry licence"})
    assert "The role needs a lorry licence" in text_of(plan, "Amara Nwosu")
    page = visible(as_bob.get(f"/plans/{plan}/text").text)
    assert "They read: “The role needs a lorry licence, and we did not find it" in page


def test_second_window_is_told_and_overwrites_only_knowingly(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    plan = start(as_bob, job)
    second = fields(as_bob.get(f"/plans/{plan}/text").text, "texts")
    save(as_bob, plan, {"cause_sentence": "We found somebody in the first window."})
    late = as_bob.post(
        f"/plans/{plan}/text", data={**second, "cause_sentence": "Second window.", "then": "review"}
    )
    assert late.status_code == 422
    assert "changed in another window" in visible(late.text)
    again = fields(late.text, "texts")
    assert again["cause_sentence"] == "Second window."
    assert as_bob.post(f"/plans/{plan}/text", data={**again, "then": "review"}).status_code == 303
    assert choices(plan).cause_sentence == "Second window."


def test_line_that_is_too_long_is_kept_and_said(as_bob: FlaskClient, job: int, kofi: int) -> None:
    plan = start(as_bob, job)
    answer = save(as_bob, plan, {f"line-{kofi}": "word " * 200})
    assert answer.status_code == 422
    assert "The line for Kofi Mensah is longer" in visible(answer.text)
    assert len(fields(answer.text, "texts")[f"line-{kofi}"]) > 900


def test_line_for_somebody_else_is_not_taken(as_bob: FlaskClient, job: int, kofi: int) -> None:
    # attack 14
    other = factories.application(factories.job("Purser"), stage=StageKind.INTERVIEW)
    plan = start(as_bob, job)
    save(as_bob, plan, {f"line-{other}": LINE, f"line-{kofi}": LINE})
    assert set(choices(plan).lines) == {kofi}
