"""Whatever there is to say, in whichever language: filled for one person, without a gap, and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import channels
from employer_app.actions.channels import Own, Said
from employer_app.actions.contacts import log_interview
from employer_app.actions.decisions import decide
from employer_app.domain.channel_choice import Way, offered, written_in
from employer_app.domain.clock import now
from employer_app.domain.event import EventKind
from employer_app.domain.merge import FIELDS
from employer_app.domain.merge.typed import TYPED, Typed
from employer_app.domain.role import Person
from employer_app.domain.short_text import LONGEST, TooLong
from employer_app.domain.stage import InterviewKind, StageKind
from employer_app.extensions import db, transaction
from employer_app.models import Application, Event, Organisation
from tests import factories


def typed() -> Mapping[str, str]:
    """Everything that somebody can type, as the samples say it."""
    day = (now() + timedelta(days=9)).date().isoformat()
    return {name: day if kind is Typed.DAY else FIELDS[name].sample for name, kind in TYPED.items()}


def people(bob: Person) -> list[int]:
    """Undecided, turned down after an application, after an interview, and in the last round."""
    with transaction() as session:
        session.execute(sa.update(Organisation).values(retention_months=6))
    job = factories.job(contact_phone="010 555 0142")
    found = [factories.application(job, name="Kofi Mensah", address=None, received=timedelta(days=90))]
    for stage in (StageKind.APPLIED, StageKind.SCREEN, StageKind.INTERVIEW, StageKind.FINAL):
        someone = factories.application(job, name="Ana Prieto", address=None, stage=stage)
        if stage is StageKind.INTERVIEW:
            held = now() - timedelta(days=3)
            log_interview(actor=bob, application_id=someone, kind=InterviewKind.PANEL, held_at=held)
        row = db.session.get_one(Application, someone, populate_existing=True)
        code = "FILLED" if stage is StageKind.APPLIED else "CANCEL"
        decide(actor=bob, application_id=someone, code=code, version=row.version)
        found.append(someone)
    return found


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("informal", [False, True])
def test_everything_offered_can_be_said(app: Flask, bob: Person, way: Way, informal: bool) -> None:
    own = Own(
        next_update_by=(now() + timedelta(days=9)).date(),
        personal_line="I enjoyed your drawing.",
        fields=typed(),
        cause_sentence="Our board moved the budget.",
    )
    said_of = set()
    for someone in people(bob):
        one = channels.one_person(someone, bob)
        for language in written_in(way):
            for about in offered(way, language, one.standing):
                said_of.add(about)
                said = Said(about, replace(one.style, language=language, informal=informal))
                words = spoken(way, one, said, own)
                assert channels.GAP not in words, (language, about)
                assert not {"{", "}"} & set(words)
                assert len(words) <= LONGEST or way is not Way.SHORT_TEXT
    assert len(said_of) >= 6


def spoken(way: Way, one: channels.One, said: Said, own: Own) -> str:
    if way is Way.CALL:
        return "\n".join(channels.script(one, said, own).values())
    if way is Way.LETTER:
        assert channels.paper_text(one, said, own).lacking == ()
        return channels.paper_text(one, said, own).text
    try:
        return channels.short(one, said, own)
    except TooLong:
        return ""  # what has to stand in it is long in the samples; it is refused, never cut


@pytest.mark.parametrize("way", list(Way))
def test_what_is_asked_for_is_what_the_words_name(app: Flask, bob: Person, way: Way) -> None:
    for someone in people(bob):
        one = channels.one_person(someone, bob)
        for about in offered(way, "en", one.standing):
            said = Said(about, one.style)
            asked = channels.asked_for(one, way, said)
            assert channels.needed(one, way, said) <= set(asked)
            assert "criterion" not in asked  # filled or cancelled, whatever the advert asks for
            assert said.decides is (one.standing.untold and about not in ("enquiry_answer", "data_notice"))


def test_filling_leaves_no_trace(app: Flask, bob: Person) -> None:
    someone = people(bob)[2]
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Event))
    one = channels.one_person(someone, bob)
    for way in Way:
        for about in offered(way, "en", one.standing):
            usual = replace(channels.usual_words(one), personal_line="I enjoyed it.", fields=typed())
            assert spoken(way, one, Said(about, one.style), usual)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == before


def test_a_missed_day_is_offered_for_the_apology(app: Flask, bob: Person) -> None:
    someone = factories.application(factories.job(), address=None)
    day = (now() - timedelta(days=4)).date()
    factories.happened(someone, EventKind.PROMISE_MADE, ago=timedelta(days=9), due=day.isoformat())
    one = channels.one_person(someone, bob)
    assert one.standing.missed_date
    assert channels.usual_words(one).fields == {"previous_date": day.isoformat()}


def test_the_advert_is_asked_for_where_the_reason_speaks_of_it(app: Flask, bob: Person) -> None:
    someone = factories.application(factories.job(), address=None, stage=StageKind.INTERVIEW)
    decide(actor=bob, application_id=someone, code="INT-SKILL", version=1)
    one = channels.one_person(someone, bob)
    said = Said("reject_interview", one.style)
    assert "criterion" in channels.asked_for(one, Way.CALL, said)
    own = Own(criterion="planning with SQL")
    assert "more depth in planning with SQL" in spoken(Way.CALL, one, said, own)
