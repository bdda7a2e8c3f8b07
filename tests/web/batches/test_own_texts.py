"""Send lists and letters to one person that begin with a letter of our own."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.audience import Audience, Group
from employer_app.domain.clock import now
from employer_app.domain.stage import StageKind
from employer_app.extensions import db, transaction
from employer_app.models import Message, PlanItem, TemplateVersion
from tests import factories
from tests.web.batches.walk import confirm, fields, id_of, messages, save, start
from tests.web.letters import BODY, edit, stored, write
from tests.web.pages import visible

pytestmark = pytest.mark.both


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Deck Officer")


LINE = "You drew the night timetable as a queue on the whiteboard."


def test_own_letters_are_taken_on_the_page_of_texts_and_the_message_names_the_version(
    as_bob: FlaskClient, job: int
) -> None:
    factories.application(job, name="Amara Nwosu")
    letter = write(as_bob, tone="formal")
    edit(as_bob, letter, body=BODY.replace("If you have a question", "If you wonder"))
    plan = start(as_bob, job)
    assert stored(plan).groups[Audience(Group.APPLIED)].letter == "en/filled.warm"
    page = as_bob.get(f"/plans/{plan}/text").text
    assert "Our own no (ours, version 2)" in page
    save(as_bob, plan, {"applied-starter": f"{letter}/2", "use": "applied"})
    assert stored(plan).groups[Audience(Group.APPLIED)].letter == f"{letter}/2"
    assert confirm(as_bob, plan).status_code == 303
    db.session.rollback()
    sent = db.session.scalars(sa.select(Message)).one()
    assert sent.letter == f"{letter}/2"
    assert "If you wonder" in sent.text
    # the next version changes nothing that was made from this one
    edit(as_bob, letter, body=BODY)
    db.session.rollback()
    assert "If you wonder" in db.session.scalars(sa.select(Message.text)).one()


def test_a_version_that_was_replaced_meanwhile_is_not_taken(as_bob: FlaskClient, job: int) -> None:
    factories.application(job)
    letter = write(as_bob, tone="formal")
    plan = start(as_bob, job)
    page = fields(as_bob.get(f"/plans/{plan}/text").text, "texts")
    edit(as_bob, letter, subject="New {{ role_title }}")
    typed = {**page, "applied-starter": f"{letter}/1", "use": "applied"}
    assert as_bob.post(f"/plans/{plan}/text", data=typed).status_code == 422


@pytest.mark.parametrize(
    ("meant", "begins"),
    [
        ({}, True),
        ({"tone": "formal"}, False),
        ({"occasion": "filled.late"}, False),
        ({"occasion": "reject_application"}, False),
        ({"language": "de"}, False),
        ({"reason": "FILLED", "tone": "formal"}, True),
        ({"reason": "CANCEL"}, False),
        ({"job": "this", "tone": "formal"}, True),
        ({"job": "other"}, False),
    ],
)
def test_a_new_list_begins_with_the_letter_that_is_meant_for_it(
    as_bob: FlaskClient, job: int, meant: dict[str, str], begins: bool
) -> None:
    factories.application(job)
    jobs = {"this": str(job), "other": str(factories.job("Purser"))}
    letter = write(as_bob, **{**meant, "job": jobs.get(meant.get("job", ""), "")})
    taken = stored(start(as_bob, job)).groups[Audience(Group.APPLIED)]
    assert taken.letter == (f"{letter}/1" if begins else "en/filled.warm")
    assert taken.disposition == "FILLED"


def test_the_letter_for_the_job_goes_before_the_one_for_the_reason_and_this_before_the_one_for_all(
    as_bob: FlaskClient, job: int
) -> None:
    factories.application(job)
    begun = []
    for more in ({}, {"reason": "FILLED"}, {"job": str(job)}, {"reason": "FILLED", "job": str(job)}):
        letter = write(as_bob, **more)
        begun.append(stored(start(as_bob, job)).groups[Audience(Group.APPLIED)].letter == f"{letter}/1")
    write(as_bob)
    assert begun == [True] * 4
    assert stored(start(as_bob, job)).groups[Audience(Group.APPLIED)].letter == f"{letter}/1"


def test_people_who_were_met_get_their_line_in_a_letter_of_our_own_too(as_bob: FlaskClient, job: int) -> None:
    kofi = factories.application(job, name="Kofi Mensah", stage=StageKind.INTERVIEW)
    letter = write(as_bob, occasion="reject_interview")
    plan = start(as_bob, job)
    assert stored(plan).groups[Audience(Group.INTERVIEWED)].letter == f"{letter}/1"
    save(as_bob, plan, {f"line-{kofi}": LINE})
    db.session.rollback()
    assert LINE in db.session.scalars(sa.select(PlanItem.text).where(PlanItem.plan_id == plan)).one()


def test_whoever_reads_a_language_that_we_ship_no_letters_in_gets_ours(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Zofia Lis", language="pl")
    factories.application(job, name="Amara Nwosu")
    write(as_bob, language="pl", body=BODY.replace("Hello", "Cześć"))
    plan = start(as_bob, job)
    db.session.rollback()
    query = sa.select(PlanItem.name, PlanItem.text).where(PlanItem.plan_id == plan)
    texts = {row.name: row.text for row in db.session.execute(query)}
    assert texts["Zofia Lis"].startswith("Cześć Zofia")
    assert texts["Amara Nwosu"].startswith("Hello Amara")
    assert "Applied, in Polish" in visible(as_bob.get(f"/plans/{plan}/text").text)


def test_an_update_begins_with_our_own_holding_note(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    note = BODY.replace(
        "We have decided not to take your\napplication further, and it is now closed",
        "You hear from us by {{ next_update_by }}",
    )
    letter = write(as_bob, occasion="holding_note", body=note)
    data = {
        "start": "1",
        "group": "applied",
        "next_update_by": f"{now().date() + timedelta(days=7)}",
    }
    plan = id_of(as_bob.post(f"/jobs/{job}/update", data=data), "plans")
    assert stored(plan).groups[Audience(Group.APPLIED)].letter == f"{letter}/1"
    assert messages(plan) == {"Amara Nwosu"}


def test_one_person_is_written_to_with_a_letter_of_our_own(as_bob: FlaskClient, job: int) -> None:
    zofia = factories.application(job, name="Zofia Lis")
    letter = write(as_bob, occasion="enquiry_answer", language="pl", body=BODY.replace("Hello", "Cześć"))
    page = as_bob.get(f"/applications/{zofia}/write?language=pl").text
    assert "Our own no (ours, version 1)" in page
    data = {"letter": f"{letter}/1", "language": "pl"}
    plan = id_of(as_bob.post(f"/applications/{zofia}/write", data=data), "plans")
    assert stored(plan).groups[Audience(Group.APPLIED)].letter == f"{letter}/1"
    assert as_bob.get(f"/plans/{plan}/text").status_code == 200


def test_a_pinned_letter_hears_nothing_of_its_style_in_a_list(as_bob: FlaskClient, job: int) -> None:
    factories.application(job, name="Amara Nwosu")
    letter = write(as_bob, body=BODY.replace("Thank you", "Unfortunately! Thank you"))

    def warnings() -> list[str]:
        plan = start(as_bob, job)
        assert messages(plan) == {"Amara Nwosu"}
        db.session.rollback()
        return db.session.scalars(sa.select(PlanItem.warnings).where(PlanItem.plan_id == plan)).one()

    assert warnings() != []
    as_bob.post(f"/templates/own/{letter}/1/pin")
    assert warnings() == []


def spoil(letter: int, body: str = BODY) -> None:
    """The letter as an older version of the app kept it: it names a field that is gone since."""
    with transaction() as session:
        words = session.get_one(TemplateVersion, (letter, 1))
        words.body = body.replace("{{ company }}", "{{ employer_slogan }}")


def test_a_letter_of_ours_that_names_a_field_which_is_gone_stops_no_list(
    as_bob: FlaskClient, job: int
) -> None:
    factories.application(job, name="Amara Nwosu")
    letter, other = write(as_bob), write(as_bob, name="For later", occasion="reject_application")
    spoil(letter)
    spoil(other)
    plan = start(as_bob, job)
    assert stored(plan).groups[Audience(Group.APPLIED)].letter == "en/filled.warm"
    assert messages(plan) == {"Amara Nwosu"}
    page = as_bob.get(f"/plans/{plan}/text").text
    text = visible(page)
    assert "Your letter “Our own no” cannot be used" in text
    assert "In the message, line 3, column" in text
    assert "employer_slogan" in text
    assert f'href="/templates/own/{letter}/edit"' in page
    assert "For later" not in text
    assert f'value="{letter}/1"' not in page
    assert confirm(as_bob, plan).status_code == 303


def test_a_letter_that_cannot_be_used_is_offered_to_nobody_and_can_be_mended(
    as_bob: FlaskClient, job: int
) -> None:
    one = factories.application(job, name="Amara Nwosu")
    letter = write(as_bob)
    spoil(letter)
    page = as_bob.get(f"/applications/{one}/write").text
    assert f'value="{letter}/1"' not in page
    assert "Your letter “Our own no” cannot be used" in visible(page)
    for path in (f"/templates/own/{letter}", f"/templates/own/{letter}/edit", "/templates"):
        assert as_bob.get(path).status_code == 200
    assert edit(as_bob, letter, body=BODY).status_code == 303
    assert f'value="{letter}/2"' in as_bob.get(f"/applications/{one}/write").text
    assert stored(start(as_bob, job)).groups[Audience(Group.APPLIED)].letter == f"{letter}/2"
