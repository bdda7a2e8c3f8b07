"""How a text reads before anybody gets it: shipped letters are clean, and what is lacking is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.letter_reading import Reading, read_letter
from employer_app.domain.courtesy import RULES_OF_FACT, Rule, Severity
from employer_app.domain.errors import NotAllowed, NotFound
from employer_app.domain.message import NEEDS_PERSONAL_LINE, Kind
from employer_app.domain.own_letter import OwnLetter
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.starter import Starter, Tone, languages, starter, starters
from employer_app.extensions import db
from employer_app.models import Event, Plan
from tests import factories

SILENT = OwnLetter(
    Kind.FILLED,
    Tone.WARM,
    "en",
    "Ours",
    "{{ role_title }}",
    "Hello {{ greeting_name }},\n\nthe berth of {{ role_title }} has found its mate.\n\n{{ sender_name }}\n",
    "",
)


def stops(reading: Reading) -> list[Rule]:
    return [one.rule for one in reading.complaints if one.severity is Severity.STOPS]


@pytest.mark.parametrize("one", starters(), ids=lambda one: one.key)
def test_what_we_ship_reads_clean_with_somebody_in_it(app: Flask, bob: Person, one: Starter) -> None:
    stage = StageKind.FINAL if one.kind in NEEDS_PERSONAL_LINE else StageKind.APPLIED
    kofi = factories.application(factories.job("Deck Officer"), name="Kofi Mensah", stage=stage)
    reading = read_letter(one, actor=bob, application_id=kofi)
    assert reading.reader == "Kofi Mensah"
    assert set(stops(reading)) <= {Rule.NO_HOLE}
    assert "Deck Officer" in reading.preview.body
    assert "Rania" not in reading.preview.body


@pytest.mark.parametrize("language", languages())
def test_what_we_ship_reads_clean_in_every_language(app: Flask, bob: Person, language: str) -> None:
    said = {one.key: read_letter(one, actor=bob).complaints for one in starters(language)}
    assert said
    assert [key for key, complaints in said.items() if complaints] == []


def test_reading_writes_nothing(app: Flask, bob: Person) -> None:
    kofi = factories.application(factories.job())
    before = db.session.scalar(sa.select(sa.func.count(Event.id)))
    read_letter(starter(Kind.HOLDING_NOTE), actor=bob, application_id=kofi)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == before
    assert db.session.scalar(sa.select(sa.func.count(Plan.id))) == 0


def test_a_text_is_read_bare_too(app: Flask, bob: Person) -> None:
    """Whole with every field, and without a role for whoever has no place."""
    body = SILENT.body.replace("{{ role_title }}", "{% if place %}{{ role_title }}{% endif %}")
    letter = replace(SILENT, body=body, kind=Kind.KEEP_IN_TOUCH, subject="Hello")
    assert stops(read_letter(letter, actor=bob)) == [Rule.NAMES_ROLE]


def test_a_date_that_is_asked_for_and_not_named_stops(app: Flask, bob: Person) -> None:
    letter = replace(SILENT, kind=Kind.HOLDING_NOTE)
    assert stops(read_letter(letter, actor=bob)) == [Rule.GIVES_DATE]


@pytest.mark.parametrize("says_no", [False, True])
def test_a_no_that_nobody_finds_can_be_answered_by_a_person(app: Flask, bob: Person, says_no: bool) -> None:
    reading = read_letter(replace(SILENT, pinned=says_no, says_no=says_no), actor=bob)
    assert reading.says_nothing_plain is not says_no
    assert stops(reading) == ([] if says_no else [Rule.SAYS_NO])


def test_a_pinned_text_hears_nothing_of_its_style(app: Flask, bob: Person) -> None:
    loose = replace(SILENT, body=SILENT.body + "\nUnfortunately!\n", says_no=True)
    said = {one.rule for one in read_letter(loose, actor=bob).complaints}
    pinned = {one.rule for one in read_letter(replace(loose, pinned=True), actor=bob).complaints}
    assert said - RULES_OF_FACT
    assert not pinned - RULES_OF_FACT


def test_a_pin_alone_is_no_word_about_the_no(app: Flask, bob: Person) -> None:
    assert read_letter(replace(SILENT, pinned=True), actor=bob).says_nothing_plain


def test_nobody_is_read_for_who_is_not_there(app: Flask, bob: Person, charlie: Person) -> None:
    with pytest.raises(NotFound):
        read_letter(SILENT, actor=bob, application_id=4711)
    with pytest.raises(NotAllowed):
        read_letter(SILENT, actor=charlie)


def test_how_much_may_be_told_is_as_the_job_of_the_letter_or_of_its_reader_says(
    app: Flask, bob: Person
) -> None:
    usual = starter(Kind.REJECT_APPLICATION)
    body = usual.body.replace("I wish you", "You scored 62 points in the test. I wish you")
    ours = OwnLetter(Kind.REJECT_APPLICATION, Tone.WARM, "en", "Ours", usual.subject, body, "")
    silent, telling = factories.job("Cook"), factories.job("Baker", tells_score=True)
    of_silent, of_telling = factories.application(silent), factories.application(telling)
    assert stops(read_letter(ours, actor=bob)) == [Rule.NOTHING_ABOUT_OTHERS]
    assert stops(read_letter(replace(ours, job_id=telling), actor=bob)) == []
    assert stops(read_letter(ours, actor=bob, application_id=of_silent)) == [Rule.NOTHING_ABOUT_OTHERS]
    assert stops(read_letter(ours, actor=bob, application_id=of_telling)) == []
