"""What of our own letters is listed, and which of them a send list may take."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from employer_app.actions import message_templates as verbs
from employer_app.actions.message_templates import LetterFields
from employer_app.domain.audience import Group
from employer_app.domain.errors import NotAllowed, NotFound
from employer_app.domain.message import Kind, Purpose
from employer_app.domain.role import Person
from employer_app.domain.starter import Tone, Variant
from employer_app.queries import message_templates as letters
from tests import factories

pytestmark = pytest.mark.both

FIELDS = LetterFields("Filled", Kind.FILLED, Tone.WARM, "en", "{{ role_title }}", "Hello {{ full_name }}")


def write(bob: Person, **change: object) -> int:
    return verbs.new_letter(actor=bob, fields=replace(FIELDS, **change))  # type: ignore[arg-type]


def names(rows: list[letters.LetterRow]) -> list[str]:
    return [row.letter.name for row in rows]


def test_letters_are_listed_by_kind_and_language_and_the_retired_apart(app: Flask, bob: Person) -> None:
    write(bob, name="German", language="de")
    write(bob, name="Note", kind=Kind.HOLDING_NOTE)
    write(bob, name="Filled")
    gone = write(bob, name="Gone")
    verbs.retire(actor=bob, template_id=gone)
    assert names(letters.letters(bob)) == ["Note", "Filled", "German"]
    assert names(letters.letters(bob, language="de")) == ["German"]
    assert names(letters.letters(bob, kind="filled")) == ["Filled", "German"]
    assert names(letters.letters(bob, retired=True)) == ["Gone"]
    assert letters.languages_written(bob) == ["de", "en"]


def test_one_letter_with_its_versions_and_who(app: Flask, bob: Person, alice: Person) -> None:
    job = factories.job("Purser")
    one = write(bob, job_id=job)
    fields = replace(FIELDS, job_id=job, body="Hello {{ greeting_name }}")
    verbs.edit_letter(actor=alice, template_id=one, fields=fields, version=1)
    verbs.pin(actor=bob, template_id=one, number=1)
    found = letters.letter(bob, one)
    assert (found.letter.key, found.letter.body, found.job) == (
        f"{one}/2",
        "Hello {{ greeting_name }}\n",
        "Purser",
    )
    assert [(row.number, row.author, row.pinned_by) for row in letters.versions(bob, one)] == [
        (2, "Alice Moreau", ""),
        (1, "Bob Adeyemi", "Bob Adeyemi"),
    ]
    assert letters.version(bob, one, 1).body == "Hello {{ full_name }}\n"
    for number in (0, 3):
        with pytest.raises(NotFound):
            letters.version(bob, one, number)
    with pytest.raises(NotFound):
        letters.letter(bob, one + 1)


def test_a_send_list_is_offered_what_fits_group_purpose_language_and_job(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Purser")
    write(bob, name="for all")
    write(bob, name="for the job", job_id=job)
    write(bob, name="for another job", job_id=other)
    write(bob, name="in German", language="de")
    write(bob, name="brief", tone=Tone.BRIEF)
    write(bob, name="before we met", kind=Kind.REJECT_APPLICATION)
    write(bob, name="after we met", kind=Kind.REJECT_INTERVIEW)
    write(bob, name="note", kind=Kind.HOLDING_NOTE)
    write(bob, name="on hold", kind=Kind.CANCELLED_OR_ON_HOLD, variant=Variant.ON_HOLD)
    verbs.retire(actor=bob, template_id=write(bob, name="retired"))

    def offered(group: Group, purpose: Purpose, language: str = "en", job_id: int | None = job) -> set[str]:
        return {one.name for one in letters.own_letters(bob, group, purpose, language, job_id)}

    applied = offered(Group.APPLIED, Purpose.DECISION)
    assert applied == {"for all", "for the job", "brief", "before we met"}
    assert offered(Group.INTERVIEWED, Purpose.DECISION) == {"for all", "for the job", "after we met"}
    assert offered(Group.APPLIED, Purpose.UPDATE) == {"note", "on hold"}
    assert offered(Group.APPLIED, Purpose.DECISION, "de") == {"in German"}
    assert offered(Group.APPLIED, Purpose.DECISION, job_id=None) == applied - {"for the job"}


def test_readers_are_the_newest_applicants_of_the_job_or_of_all(app: Flask, bob: Person) -> None:
    first, second = factories.job(), factories.job("Purser")
    old = factories.application(first, name="Amara Nwosu")
    new = factories.application(second, name="Kofi Mensah", received=timedelta(days=1))
    assert [one.application_id for one in letters.readers(bob)] == [new, old]
    assert [(one.name, one.job) for one in letters.readers(bob, second)] == [("Kofi Mensah", "Purser")]


def test_whoever_has_no_role_reads_none(app: Flask, bob: Person, charlie: Person) -> None:
    one = write(bob)
    for read in (
        lambda: letters.letters(charlie),
        lambda: letters.letter(charlie, one),
        lambda: letters.versions(charlie, one),
        lambda: letters.version(charlie, one, 1),
        lambda: letters.own_letters(charlie, Group.APPLIED, Purpose.DECISION, "en"),
        lambda: letters.languages_written(charlie),
        lambda: letters.readers(charlie),
    ):
        with pytest.raises(NotAllowed):
            read()
