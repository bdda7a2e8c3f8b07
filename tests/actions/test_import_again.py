"""A list that is looked at again is not judged again, and never shows what another list or choice means."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.imports import judging
from employer_app.actions.imports import lists as imports
from employer_app.actions.imports.judging import Doing
from employer_app.actions.imports.look import Look
from employer_app.domain.applicant_list import judge
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.role import Person
from employer_app.extensions import transaction
from employer_app.models import ApplicantList
from tests import factories
from tests.actions.lists import upload

pytestmark = pytest.mark.both


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows were judged, each time that a list was."""
    judging.forget()
    seen: list[int] = []
    real = judging.judge_sheet

    def counted(*args: object) -> object:
        found = real(*args)  # type: ignore[arg-type]
        seen.append(found.judged.rows)
        return found

    monkeypatch.setattr(judging, "judge_sheet", counted)
    return seen


def look(list_id: int, bob: Person) -> Look:
    return imports.look(list_id=list_id, actor=bob)


def test_looking_again_and_choosing_a_job_judge_nothing_anew(
    app: Flask, bob: Person, times: list[int]
) -> None:
    factories.place()
    list_id = upload(bob)
    first = look(list_id, bob)
    imports.choose(list_id=list_id, choices=replace(first.choices, job_title="Purser"), actor=bob)
    again = look(list_id, bob)
    assert len(times) == 1
    assert again.judged == first.judged
    assert again.choices.job_title == "Purser"


def test_what_is_remembered_is_of_this_file_and_these_choices(
    app: Flask, bob: Person, times: list[int]
) -> None:  # a stale page: somebody confirms people of another list
    factories.place()
    one = upload(bob)
    found = look(one, bob)
    other = imports.upload(filename="list.csv", data=b"Name,Email\nDora Vos,dora@post.example\n", actor=bob)
    assert [applicant.name for applicant in look(other, bob).judged.good] == ["Dora Vos"]
    imports.choose(list_id=other, choices=replace(found.choices, columns={0: None}), actor=bob)
    assert look(other, bob).judged.good == ()


def test_a_file_that_is_gone_or_was_changed_is_not_remembered(app: Flask, bob: Person) -> None:
    list_id = upload(bob)
    look(list_id, bob)
    with transaction() as session:
        session.execute(sa.update(ApplicantList).values(content=b"Name\nBo Lind\n"))
    with pytest.raises(Refused, match="not what was chosen"):
        look(list_id, bob)
    imports.throw_away(list_id=list_id, actor=bob)
    with pytest.raises(NotFound):
        look(list_id, bob)


def test_the_background_tells_of_reading_judging_and_writing(
    app: Flask, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:  # a page that stands still for a minute
    monkeypatch.setattr(judge, "STEP", 2)
    factories.place()
    list_id = upload(bob)
    choices = replace(look(list_id, bob).choices, job_title="Purser")
    imports.choose(list_id=list_id, choices=choices, actor=bob)
    found = look(list_id, bob)
    rows, new = found.judged.rows, len(found.new)
    imports.ask(list_id=list_id, digest=found.digest, actor=bob)
    told: list[tuple[Doing, int, int]] = []
    imports.keep_asked(list_id, lambda *said: told.append(said))
    assert told[0] == (Doing.READING, 0, 0)
    assert told[1:-1] == [(Doing.JUDGING, done, rows) for done in range(0, rows, 2)]
    assert told[-1] == (Doing.WRITING, new, new)
