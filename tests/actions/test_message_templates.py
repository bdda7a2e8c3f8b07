"""Letters of our own: versions that never change, who stands for one, and what cannot be kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import demo
from employer_app.actions import message_templates as letters
from employer_app.actions.message_templates import LetterFields
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.event import ORGANISATION_SUBJECT
from employer_app.domain.merge import TemplateProblem
from employer_app.domain.message import Kind
from employer_app.domain.role import OPERATOR, Person
from employer_app.domain.starter import Tone, Variant, starter
from employer_app.extensions import db
from employer_app.models import Event, EventPayload, MessageTemplate, TemplateVersion
from tests import factories

pytestmark = pytest.mark.both

BODY = "Ahoj {{ greeting_name }},\n\nthe berth of {{ role_title }} is taken.\n\n{{ sender_name }}\n"
FIELDS = LetterFields(
    name="Berth taken",
    kind=Kind.FILLED,
    tone=Tone.WARM,
    language="cs",
    subject="{{ role_title }}: taken",
    body=BODY,
)


def row(letter: int) -> MessageTemplate:
    db.session.rollback()
    return db.session.get_one(MessageTemplate, letter)


def words(letter: int) -> list[TemplateVersion]:
    db.session.rollback()
    query = sa.select(TemplateVersion).where(TemplateVersion.template_id == letter)
    return list(db.session.scalars(query.order_by(TemplateVersion.number)))


def facts() -> list[dict[str, Any]]:
    db.session.rollback()
    query = (
        sa.select(EventPayload.payload)
        .join(Event, Event.id == EventPayload.event_id)
        .where(Event.subject == ORGANISATION_SUBJECT)
        .order_by(Event.seq)
    )
    return list(db.session.scalars(query))


def test_a_copy_holds_the_words_that_we_ship_and_ours_stay(app: Flask, bob: Person) -> None:
    letter = letters.copy_starter(actor=bob, key="filled.warm", language="en")
    shipped = starter(Kind.FILLED)
    (first,) = words(letter)
    assert (first.subject, first.body, first.author_id) == (shipped.subject, shipped.body, bob.user_id)
    kept = row(letter)
    assert (kept.kind, kept.tone, kept.language, kept.version) == ("filled", "warm", "en", 1)
    assert facts()[-1]["like"] == "en/filled.warm"


@pytest.mark.parametrize("key", ["no_such.warm", "", "../secret"])
def test_a_copy_of_nothing_is_not_found(app: Flask, bob: Person, key: str) -> None:
    with pytest.raises(NotFound):
        letters.copy_starter(actor=bob, key=key, language="en")


def test_a_change_is_the_next_version_and_the_older_stays(app: Flask, bob: Person, alice: Person) -> None:
    letter = letters.new_letter(actor=bob, fields=FIELDS)
    other = replace(FIELDS, body=BODY.replace("taken", "filled"), tone=Tone.FORMAL)
    assert letters.edit_letter(actor=alice, template_id=letter, fields=other, version=1) == 2
    assert [(one.body, one.author_id) for one in words(letter)] == [
        (BODY, bob.user_id),
        (other.body, alice.user_id),
    ]
    assert (row(letter).version, row(letter).tone) == (2, "formal")
    said = facts()[-1]
    assert (said["did"], said["before"], said["after"]) == (
        "edited",
        {"body": BODY, "tone": "warm"},
        {"body": other.body, "tone": "formal"},
    )


def test_the_same_words_again_are_no_version_and_no_fact(app: Flask, bob: Person) -> None:
    letter = letters.new_letter(actor=bob, fields=FIELDS)
    before = len(facts())
    same = replace(FIELDS, subject=f" {FIELDS.subject} ", body=FIELDS.body.replace("\n", "\r\n"))
    assert letters.edit_letter(actor=bob, template_id=letter, fields=same, version=1) == 1
    assert (len(words(letter)), len(facts())) == (1, before)


def test_whoever_looked_at_an_older_version_is_told(app: Flask, bob: Person, alice: Person) -> None:
    letter = letters.new_letter(actor=bob, fields=FIELDS)
    letters.edit_letter(actor=bob, template_id=letter, fields=replace(FIELDS, name="One"), version=1)
    with pytest.raises(Changed):
        letters.edit_letter(actor=alice, template_id=letter, fields=replace(FIELDS, name="Two"), version=1)
    with pytest.raises(Changed):
        letters.bring_back_version(actor=alice, template_id=letter, number=1, version=1)
    assert (row(letter).name, row(letter).version) == ("One", 2)


def test_an_older_version_comes_back_as_a_new_one_of_whoever_brings_it(
    app: Flask, bob: Person, alice: Person
) -> None:
    letter = letters.new_letter(actor=bob, fields=FIELDS)
    letters.pin(actor=bob, template_id=letter, number=1)
    letters.edit_letter(actor=bob, template_id=letter, fields=replace(FIELDS, subject="x"), version=1)
    assert letters.bring_back_version(actor=alice, template_id=letter, number=1, version=2) == 3
    last = words(letter)[-1]
    assert (last.subject, last.author_id, last.pinned_at) == (FIELDS.subject, alice.user_id, None)
    with pytest.raises(NotFound):
        letters.bring_back_version(actor=alice, template_id=letter, number=9, version=3)


def test_a_pin_names_who_and_is_of_one_version(app: Flask, bob: Person, alice: Person) -> None:
    letter = letters.new_letter(actor=bob, fields=FIELDS)
    letters.pin(actor=alice, template_id=letter, number=1)
    (first,) = words(letter)
    assert (first.pinned_by, first.says_no) == (alice.user_id, False)
    letters.pin(actor=bob, template_id=letter, number=1, says_no=True)
    (first,) = words(letter)
    assert (first.pinned_by, first.says_no) == (bob.user_id, True)
    letters.edit_letter(actor=bob, template_id=letter, fields=replace(FIELDS, subject="x"), version=1)
    assert [(one.pinned_by, one.says_no) for one in words(letter)] == [(bob.user_id, True), (None, False)]
    letters.unpin(actor=bob, template_id=letter, number=1)
    assert [(one.pinned_by, one.pinned_at, one.says_no) for one in words(letter)] == [(None, None, False)] * 2
    assert [one["did"] for one in facts() if "did" in one] == [
        "new",
        "pinned",
        "pinned",
        "edited",
        "unpinned",
    ]


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        ({"name": "Another name"}, True),
        ({"tone": Tone.FORMAL}, True),
        ({"body": BODY + "x"}, False),
        ({"language": "sk"}, False),
        ({"kind": Kind.REJECT_APPLICATION}, False),
    ],
)
def test_a_pin_stays_while_words_and_meaning_stay(
    app: Flask, bob: Person, change: dict[str, Any], stays: bool
) -> None:
    letter = letters.new_letter(actor=bob, fields=FIELDS)
    letters.pin(actor=bob, template_id=letter, number=1, says_no=True)
    letters.edit_letter(actor=bob, template_id=letter, fields=replace(FIELDS, **change), version=1)
    last = words(letter)[-1]
    assert (last.number, last.pinned_at is not None, last.says_no) == (2, stays, stays)


def test_only_a_person_pins_and_only_a_no_says_no(app: Flask, bob: Person) -> None:
    note = letters.new_letter(actor=bob, fields=replace(FIELDS, kind=Kind.HOLDING_NOTE))
    with pytest.raises(Refused):
        letters.pin(actor=OPERATOR, template_id=note, number=1)
    with pytest.raises(Refused):
        letters.pin(actor=bob, template_id=note, number=1, says_no=True)
    assert words(note)[0].pinned_at is None
    with pytest.raises(NotFound):
        letters.pin(actor=bob, template_id=note, number=2)


def test_a_retired_letter_keeps_its_words_and_can_come_back(app: Flask, bob: Person) -> None:
    letter = letters.new_letter(actor=bob, fields=FIELDS)
    letters.retire(actor=bob, template_id=letter)
    letters.retire(actor=bob, template_id=letter)
    assert row(letter).retired_at is not None
    assert len(words(letter)) == 1
    letters.bring_back(actor=bob, template_id=letter)
    assert row(letter).retired_at is None
    assert [one["did"] for one in facts() if "did" in one] == ["new", "retired", "offered_again"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "A\nB"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"subject": " "}, "subject"),
        ({"subject": "x" * 301}, "subject"),
        ({"body": "\n \n"}, "body"),
        ({"language": "xx"}, "language"),
        ({"language": "en-GB"}, "language"),
        ({"language": ""}, "language"),
        ({"kind": Kind.REJECT_FINAL, "tone": Tone.BRIEF}, "tone"),
        ({"variant": Variant.OTHER_JOB}, "occasion"),
        ({"disposition": "NO-SUCH"}, "disposition"),
        ({"disposition": "FILLED", "kind": Kind.HOLDING_NOTE}, "disposition"),
        ({"job_id": 4711}, "job_id"),
    ],
)
def test_what_cannot_be_used_is_refused_beside_its_field(
    app: Flask, bob: Person, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        letters.new_letter(actor=bob, fields=replace(FIELDS, **change))
    assert refused.value.field == field
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MessageTemplate)) == 0


@pytest.mark.parametrize(
    ("field", "source", "place"),
    [
        ("body", "Hello\n{{ first_nam }}", (2, 4)),
        ("body", "Hello {{ config.items() }}", (1, 22)),
        ("body", "{% for x in y %}x{% endfor %}", (1, 4)),
        ("body", "Hello\n\n{% if place %}there", (3, 1)),
        ("body", "one\ntwo \u202eevil", (2, 5)),
        ("body", "one\x00", (1, 4)),
        ("body", "one\ue000", (1, 4)),
        ("body", "[here](https://x.example/{{ full_name }})", (1, 1)),
        ("subject", "{{ role_titel }}", (1, 4)),
        ("subject", "One\nBcc: eve@x.example", (1, 4)),
        ("subject", "One \u2066two", (1, 5)),
    ],
)
def test_a_text_that_is_no_template_is_refused_with_its_place(
    app: Flask, bob: Person, field: str, source: str, place: tuple[int, int]
) -> None:  # attack 31, attack 32
    with pytest.raises(TemplateProblem) as problem:
        letters.new_letter(actor=bob, fields=replace(FIELDS, **{field: source}))  # type: ignore[arg-type]
    assert problem.value.field == field
    assert problem.value.line == place[0]
    assert problem.value.column == place[1]


def test_too_long_a_text_is_refused(app: Flask, bob: Person) -> None:
    with pytest.raises(TemplateProblem):
        letters.new_letter(actor=bob, fields=replace(FIELDS, body="x" * 20_001))


def test_whoever_has_no_role_changes_nothing(app: Flask, bob: Person, charlie: Person) -> None:
    letter = letters.new_letter(actor=bob, fields=FIELDS)
    for verb, more in (
        (letters.new_letter, {"fields": FIELDS}),
        (letters.edit_letter, {"template_id": letter, "fields": replace(FIELDS, name="x"), "version": 1}),
        (letters.bring_back_version, {"template_id": letter, "number": 1, "version": 1}),
        (letters.retire, {"template_id": letter}),
        (letters.pin, {"template_id": letter, "number": 1}),
        (letters.unpin, {"template_id": letter, "number": 1}),
        (letters.copy_starter, {"key": "filled.warm", "language": "en"}),
    ):
        with pytest.raises(NotAllowed):
            verb(actor=charlie, **more)  # type: ignore[operator]
    assert (row(letter).version, row(letter).retired_at) == (1, None)


def test_a_letter_for_a_job_that_is_removed_is_offered_no_more(
    app: Flask, alice: Person, bob: Person
) -> None:
    job = factories.job(demo=True)
    letter = letters.new_letter(actor=bob, fields=replace(FIELDS, job_id=job))
    demo.remove(actor=alice)
    kept = row(letter)
    assert kept.job_id is None
    assert kept.retired_at is not None


def test_of_many_who_save_at_once_one_is_taken_and_the_others_are_told(app: Flask, bob: Person) -> None:
    letter = letters.new_letter(actor=bob, fields=FIELDS)

    def save(number: int) -> str:
        with app.app_context():
            fields = replace(FIELDS, name=f"Name {number}")
            try:
                letters.edit_letter(actor=bob, template_id=letter, fields=fields, version=1)
            except Changed:
                return "told"
            return fields.name

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(save, range(8)))
    assert said.count("told") == 7
    assert row(letter).name in said
    assert [one.number for one in words(letter)] == [1, 2]
    assert [one["did"] for one in facts() if "did" in one] == ["new", "edited"]
