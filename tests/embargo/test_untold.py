"""Decided and not told: whatever reaches the person is what it would be without the decision, or is stopped.

Two people of one job and one name are compared, of whom one was decided on. What says "no" is the telling
itself, and is tried elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions import batches, channel_check, channels, plans
from employer_app.actions.acknowledgements import acknowledge_due
from employer_app.actions.channels import Own, Said
from employer_app.actions.contacts import told_elsewhere
from employer_app.actions.decisions import decide
from employer_app.domain.channel_choice import Way, offered, written_in
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices
from employer_app.domain.courtesy import Rule
from employer_app.domain.errors import Changed, Refused
from employer_app.domain.kind import occasions
from employer_app.domain.merge import FIELDS
from employer_app.domain.merge.typed import TYPED, Typed
from employer_app.domain.message import Kind, MessageStatus, states_no
from employer_app.domain.phone_script import Step
from employer_app.domain.role import Person
from employer_app.domain.starter import Letter, Starter, languages, starters
from employer_app.domain.status import Status
from employer_app.extensions import db, transaction
from employer_app.models import Application, Message, Organisation, Plan, PlanItem
from employer_app.outbox import worker
from employer_app.queries.batches import plan_head, plan_item
from employer_app.web.gate import OPEN
from tests import factories
from tests.smtp_sink import SmtpSink
from tests.web.batches.test_write import offered as letters_offered

NAME = "Amara Nwosu"
SECRETS = (
    "We have decided not to take your application forward.",
    "We have cancelled this role.",
    "Unfortunately we will not be offering you the position.",
)


@pytest.fixture
def job(app: Flask) -> int:
    with transaction() as session:
        session.execute(sa.update(Organisation).values(retention_months=6))
    return factories.job("Deck Officer", contact_phone="010 555 0142", acknowledges=True)


@pytest.fixture
def undecided(job: int) -> int:
    return factories.application(job, name=NAME, address="first@post.example")


@pytest.fixture
def untold(job: int, bob: Person) -> int:
    return no_to(bob, factories.application(job, name=NAME, address="second@post.example"))


def no_to(bob: Person, application_id: int, *, force: bool = False) -> int:
    row = db.session.get_one(Application, application_id, populate_existing=True)
    decide(actor=bob, application_id=application_id, code="FILLED", version=row.version, force=force)
    return application_id


def typed() -> Mapping[str, str]:
    day = (now() + timedelta(days=9)).date().isoformat()
    return {name: day if kind is Typed.DAY else FIELDS[name].sample for name, kind in TYPED.items()}


def letter_to(application_id: int, letter: Letter, bob: Person, **fields: str) -> PlanItem:
    """The one item of its list, with every field typed that somebody can type."""
    plan_id = plans.start_letter(application_id=application_id, letter=letter, actor=bob)
    choices = Choices.from_json(plan_head(bob, plan_id).choices)
    day = (now() + timedelta(days=9)).date()
    choices = replace(
        choices, fields={**typed(), **fields}, next_update_by=day, cause_sentence="We moved house."
    )
    plans.change(plan_id=plan_id, choices=choices, actor=bob)
    return plan_item(bob, plan_id, application_id)


def in_between(language: str) -> list[Starter]:
    """The letters that tell no decision."""
    return [
        one for one in starters(language) if not states_no(one.kind, paused=one.paused) and not one.confirms
    ]


def starter_of(kind: Kind) -> Starter:
    return next(one for one in in_between("en") if one.kind is kind)


@pytest.mark.parametrize("language", languages())
def test_no_letter_differs_by_a_decision_that_was_not_told(
    bob: Person, undecided: int, untold: int, language: str
) -> None:
    leave = set()
    for letter in in_between(language):
        without, item = letter_to(undecided, letter, bob), letter_to(untold, letter, bob)
        assert without.text, (letter.reference, without.skip_reason)
        if item.text:
            leave.add(letter.kind)
            assert (item.subject, item.text, item.html) == (without.subject, without.text, without.html)
            assert item.warnings == without.warnings
        else:
            assert item.skip_reason, letter.reference
    answers = {Kind.ENQUIRY_ANSWER, Kind.DATA_NOTICE, Kind.WITHDRAWAL_CONFIRMED}
    assert leave == answers | {Kind.CORRECTION}


@pytest.mark.parametrize("kind", [Kind.FEEDBACK_REPLY, Kind.REOPENED, Kind.KEEP_IN_TOUCH])
def test_what_speaks_of_a_known_answer_is_not_offered_and_is_stopped(
    as_bob: FlaskClient, bob: Person, untold: int, kind: Kind
) -> None:
    assert kind.value not in letters_offered(as_bob, untold)
    item = letter_to(untold, starter_of(kind), bob)
    assert (item.text, item.skip_reason) == (
        "",
        "This person does not know the decision yet, and this letter speaks as if they did. "
        "Tell them the decision first.",
    )
    told_elsewhere(actor=bob, application_id=untold, occurred_at=now(), how="By phone")
    assert kind.value in letters_offered(as_bob, untold)
    assert letter_to(untold, starter_of(kind), bob).text


@pytest.mark.parametrize("secret", SECRETS)
def test_an_answer_to_a_question_gives_no_decision_away(
    bob: Person, untold: int, undecided: int, secret: str
) -> None:
    letter = starter_of(Kind.ENQUIRY_ANSWER)
    item = letter_to(untold, letter, bob, answer_text=f"Thank you for asking. {secret}")
    assert item.text == ""
    assert "this text gives it away without telling it" in item.skip_reason
    harmless = "Nothing is announced yet, and we keep to the day that we gave."
    assert letter_to(untold, letter, bob, answer_text=harmless).text
    told_elsewhere(actor=bob, application_id=untold, occurred_at=now(), how="By phone")
    assert secret in " ".join(letter_to(untold, letter, bob, answer_text=secret).text.split())


@pytest.mark.parametrize("secret", SECRETS)
def test_a_letter_on_paper_gives_no_decision_away(bob: Person, untold: int, secret: str) -> None:
    one = channels.one_person(untold, bob)
    said = Said(Kind.DATA_NOTICE.value, one.style)
    own = Own(fields=typed())
    paper = channels.paper_text(one, said, own)
    assert not channel_check.stops(channel_check.of_letter(one, said, own, paper.subject, paper.text))
    found = channel_check.of_letter(one, said, own, paper.subject, f"{paper.text}\n\n{secret}")
    assert Rule.TRUE_TO_RECORD in {each.rule for each in found}
    with pytest.raises(Refused):
        channel_check.refuse_untrue(found)


@pytest.mark.parametrize("secret", SECRETS)
def test_neither_a_short_text_nor_a_script_gives_a_decision_away(
    as_bob: FlaskClient, untold: int, undecided: int, secret: str
) -> None:
    day = (now() + timedelta(days=9)).date().isoformat()
    form = {"about": "enquiry_answer", "own_words": "1", "next_update_by": day, "typed-answer_text": secret}
    for application_id, free in ((untold, False), (undecided, True)):
        answer = as_bob.post(f"/applications/{application_id}/short-text", data=form)
        assert (answer.status_code == 200) is free, answer.text
        assert ("gives it away" in answer.text) is not free
        called = as_bob.post(f"/applications/{application_id}/call/script", data=form)
        assert ("gives it away" in called.text) is not free


def test_what_is_said_and_shown_beside_mail_is_the_same(bob: Person, undecided: int, untold: int) -> None:
    """Scripts, short texts and paper of every kind that is offered for both and tells no decision."""
    own = Own(next_update_by=(now() + timedelta(days=9)).date(), fields=typed())
    compared = set()
    first, second = channels.one_person(undecided, bob), channels.one_person(untold, bob)
    for way, make in (
        (Way.CALL, channels.script),
        (Way.SHORT_TEXT, channels.short),
        (Way.LETTER, channels.paper_text),
    ):
        for language in written_in(way):
            both = {*offered(way, language, first.standing)} & {*offered(way, language, second.standing)}
            for about in both:
                said = Said(about, replace(first.style, language=language))
                assert not said.decides
                assert make(first, said, own) == make(second, said, own)
                compared.add((way, occasions()[about][0]))
    assert compared == {
        (Way.CALL, Kind.ENQUIRY_ANSWER),
        (Way.SHORT_TEXT, Kind.ENQUIRY_ANSWER),
        (Way.LETTER, Kind.DATA_NOTICE),
    }


def test_a_voicemail_says_the_same_whatever_was_decided(bob: Person, undecided: int, untold: int) -> None:
    heard = set()
    for application_id in (undecided, untold):
        one = channels.one_person(application_id, bob)
        for about in offered(Way.CALL, "en", one.standing):
            heard.add(channels.script(one, Said(about, one.style), Own(fields=typed()))[Step.VOICEMAIL])
    assert len(heard) == 1
    assert "Deck Officer" not in heard.pop()


def test_an_update_leaves_out_whoever_was_decided_on(
    bob: Person, job: int, undecided: int, untold: int
) -> None:
    plan_id = plans.start_update(job_id=job, actor=bob, application_ids=[undecided, untold])
    item = plan_item(bob, plan_id, untold)
    assert (item.text, item.skip_reason) == ("", "Is no longer in the running.")
    alone = plans.start_update(job_id=job, actor=bob, application_ids=[undecided])
    assert plan_item(bob, plan_id, undecided).text == plan_item(bob, alone, undecided).text


def test_an_update_that_was_looked_at_before_the_decision_is_not_confirmed(
    bob: Person, job: int, undecided: int
) -> None:
    plan_id = plans.start_update(job_id=job, actor=bob, application_ids=[undecided])
    digest = db.session.get_one(Plan, plan_id).digest
    no_to(bob, undecided)
    with pytest.raises(Changed):
        batches.confirm(plan_id=plan_id, digest=digest, actor=bob)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_an_update_on_its_way_is_stopped_by_the_decision(
    app: Flask, bob: Person, job: int, undecided: int
) -> None:
    plan_id = plans.start_update(job_id=job, actor=bob, application_ids=[undecided])
    batches.confirm(plan_id=plan_id, digest=db.session.get_one(Plan, plan_id).digest, actor=bob)
    no_to(bob, undecided, force=True)
    with transaction() as session:
        session.execute(sa.update(Message).values(due_at=now() - timedelta(seconds=1)))
    with SmtpSink() as sink:
        app.config["MAIL_PORT"] = sink.port
        worker.drain()
        worker.leave()
    assert sink.recipients() == []
    db.session.rollback()
    assert db.session.scalars(sa.select(Message.status)).all() == [MessageStatus.HELD]


def test_no_automatic_mail_knows_of_a_decision(bob: Person, job: int) -> None:
    """Whoever was decided on gets none; the others get what they would get without it."""
    texts = []
    for decided in (False, True):
        one, other = (
            factories.application(job, name=NAME, ack_expected=True, received=timedelta(hours=1))
            for _ in range(2)
        )
        if decided:
            no_to(bob, other)
        acknowledge_due()
        written = sa.select(Message).where(Message.candidate_id == candidate_of(one))
        texts.append(db.session.scalars(written).one().text)
        wanted = sa.select(sa.func.count()).select_from(Message)
        count = db.session.scalar(wanted.where(Message.candidate_id == candidate_of(other)))
        assert count == (0 if decided else 1)
    assert len(set(texts)) == 1


def candidate_of(application_id: int) -> int:
    return db.session.get_one(Application, application_id).candidate_id


def test_what_opens_without_signing_in_does_not_change(
    app: Flask, client: FlaskClient, bob: Person, undecided: int
) -> None:
    def shown() -> dict[tuple[str, str], tuple[int, bytes]]:
        found = {}
        for rule in app.url_map.iter_rules():
            if rule.endpoint in OPEN:
                address = rule.rule.replace("<path:filename>", "app.css").replace("<token>", "1")
                for method in sorted((rule.methods or set()) & {"GET", "HEAD", "POST"}):
                    answer = client.open(address, method=method)
                    found[rule.endpoint, method] = (answer.status_code, answer.data)
        return found

    before = shown()
    no_to(bob, undecided)
    db.session.rollback()
    assert db.session.get_one(Application, undecided).status is Status.REJECTED
    assert shown() == before
    assert {endpoint for endpoint, _ in before} == OPEN


def test_a_decision_elsewhere_stands_in_no_letter_about_this_job(bob: Person, undecided: int) -> None:
    note = starter_of(Kind.HOLDING_NOTE)
    alone = letter_to(undecided, note, bob).text
    no_to(bob, factories.application(factories.job("Purser"), candidate_id=candidate_of(undecided)))
    assert letter_to(undecided, note, bob).text == alone
