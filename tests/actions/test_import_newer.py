"""The next export: only what it says anew, never against what was done here, and the way back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.applications import change_status, move_stage
from employer_app.actions.contacts import add_note, told_elsewhere
from employer_app.actions.decisions import decide
from employer_app.actions.imports import lists as imports
from employer_app.actions.imports.undo import obstacle, undo
from employer_app.domain.applicant_list.choices import Told
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, NotAllowed, Refused
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Candidate, Job, OwedAnswer, Stage
from tests import factories
from tests.actions.lists import bring_in, everything, upload

pytestmark = pytest.mark.both

HEAD = "Application ID,Name,Email,Job,Stage,State,Rejected at\n"
ANA = "1,Ana Prieto,ana@post.example,Purser,Applied,active,\n"
BO = "2,Bo Lind,bo@post.example,Purser,Applied,active,\n"
BO_TURNED_DOWN = "2,Bo Lind,bo@post.example,Purser,Applied,rejected,2026-03-20\n"
FIRST = HEAD + ANA + BO


def _row(number: str) -> Application:
    db.session.rollback()
    return db.session.scalars(sa.select(Application).where(Application.external_id == number)).one()


def _standing() -> list[tuple[object, ...]]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(
            Application.external_id,
            Application.status,
            Application.stage_id,
            Application.depth,
            Candidate.name,
            Candidate.address,
        )
        .join(Candidate)
        .order_by(Application.id)
    ).all()
    debts = db.session.execute(
        sa.select(OwedAnswer.application_id, OwedAnswer.reason, OwedAnswer.target_at).order_by(
            OwedAnswer.application_id, OwedAnswer.reason
        )
    ).all()
    return [*map(tuple, rows), *map(tuple, debts)]


def test_the_same_file_again_changes_nothing(app: Flask, bob: Person) -> None:
    factories.place()
    bring_in(bob, FIRST)
    before, standing = everything(), _standing()
    done = bring_in(bob, FIRST)
    assert (done.created, done.changed, done.already_here) == (0, 0, 2)
    assert everything() == before
    assert _standing() == standing


def test_a_newer_file_shows_and_makes_only_what_is_new(app: Flask, bob: Person) -> None:
    factories.place()
    bring_in(bob, FIRST)
    newer = HEAD + (
        "1,Ana Prieto,ana.prieto@mail.example,Purser,Interview,active,\n"
        "2,Bo Lind,bo@post.example,Purser,Applied,rejected,2026-03-20\n"
        "3,Chidi Okeke,chidi@post.example,Purser,Applied,active,\n"
    )
    list_id = upload(bob, newer)
    found = imports.look(list_id=list_id, actor=bob)
    changes = {row: set(differs.changes) for row, differs in found.compared.changes.items()}
    assert changes == {2: {"stage", "address"}, 3: {"outcome"}}
    assert [a.name for a in found.new] == ["Chidi Okeke"]
    imports.keep(list_id=list_id, digest=found.digest, actor=bob)
    ana, bo = _row("1"), _row("2")
    assert (ana.stage.name, ana.candidate.address) == ("Interview", "ana.prieto@mail.example")
    assert bo.status is Status.REJECTED
    assert verify(db.session()).differences == []


def test_whoever_is_gone_from_the_newer_file_is_said_and_still_waits(app: Flask, bob: Person) -> None:
    factories.place()
    bring_in(bob, FIRST)
    list_id = upload(bob, HEAD + ANA)
    found = imports.look(list_id=list_id, actor=bob)
    assert [gone.name for gone in found.compared.gone] == ["Bo Lind"]
    imports.keep(list_id=list_id, digest=found.digest, actor=bob)
    assert _row("2").status is Status.ACTIVE


def test_what_was_told_is_never_untold(app: Flask, bob: Person) -> None:
    factories.place()
    bring_in(bob, FIRST)
    row = _row("2")
    decide(actor=bob, application_id=row.id, code="FILLED", version=row.version)
    told_elsewhere(actor=bob, application_id=row.id, occurred_at=now(), how="In person")
    list_id = upload(
        bob,
        FIRST.replace(
            "2,Bo Lind,bo@post.example,Purser,Applied,active",
            "2,Bo Lind,bo@post.example,Purser,Applied,hired",
        ),
    )
    found = imports.look(list_id=list_id, actor=bob)
    assert found.compared.changed == []
    assert "knows the decision" in found.compared.changes[3].conflicts[0]
    imports.keep(list_id=list_id, digest=found.digest, actor=bob)
    assert (_row("2").status, _row("2").told_at is not None) == (Status.REJECTED, True)


def test_a_move_made_here_stays_and_the_conflict_is_said(app: Flask, bob: Person) -> None:
    factories.place()
    bring_in(bob, FIRST)
    row = _row("1")
    final = db.session.scalars(
        sa.select(Stage).where(Stage.job_id == row.job_id, Stage.name == "Final")
    ).one()
    move_stage(actor=bob, versions={row.id: row.version}, stage_id=final.id)
    list_id = upload(
        bob,
        HEAD + ANA.replace("Applied", "Interview") + BO,
    )
    found = imports.look(list_id=list_id, actor=bob)
    assert "Moved here to “Final”" in found.compared.changes[2].conflicts[0]
    imports.keep(list_id=list_id, digest=found.digest, actor=bob)
    assert _row("1").stage.name == "Final"


def test_a_list_looked_at_before_somebody_worked_on_its_people_is_refused(app: Flask, bob: Person) -> None:
    # fault 53: between the look and the confirm
    factories.place()
    bring_in(bob, FIRST)
    newer = HEAD + ANA + BO_TURNED_DOWN
    list_id = upload(bob, newer)
    digest = imports.look(list_id=list_id, actor=bob).digest
    row = _row("2")
    decide(actor=bob, application_id=row.id, code="HIRED", version=row.version)
    with pytest.raises(Changed):
        imports.keep(list_id=list_id, digest=digest, actor=bob)
    assert _row("2").status is Status.HIRED


def test_undoing_an_import_leaves_everything_as_it_was(app: Flask, bob: Person) -> None:
    factories.place()
    bring_in(bob, FIRST)
    before = _standing()
    newer = HEAD + (
        "1,Ana Maria Prieto,ana@post.example,Purser,Interview,rejected,2026-03-20\n"
        "2,Bo Lind,bo@new.example,Purser,Applied,withdrawn,\n"
        "3,Chidi Okeke,chidi@post.example,Mate,Applied,active,\n"
    )
    list_id = upload(bob, newer)
    found = imports.look(list_id=list_id, actor=bob)
    imports.keep(list_id=list_id, digest=found.digest, actor=bob)
    assert _standing() != before
    assert obstacle(list_id=list_id, actor=bob) is None
    assert undo(list_id=list_id, actor=bob) == 1
    assert _standing() == before
    assert [job.title for job in db.session.scalars(sa.select(Job))] == ["Purser"]
    assert verify(db.session()).differences == []
    assert undo(list_id=list_id, actor=bob) == 0  # twice is harmless


def test_a_first_import_undone_leaves_nobody(app: Flask, bob: Person) -> None:
    factories.place()
    list_id = upload(bob, FIRST)
    imports.keep(list_id=list_id, digest=imports.look(list_id=list_id, actor=bob).digest, actor=bob)
    assert undo(list_id=list_id, actor=bob) == 2
    assert db.session.scalars(sa.select(Candidate)).all() == []
    assert db.session.scalars(sa.select(Job)).all() == []
    assert verify(db.session()).differences == []


def _take_in(actor: Person, text: str) -> int:
    list_id = upload(actor, text)
    imports.keep(list_id=list_id, digest=imports.look(list_id=list_id, actor=actor).digest, actor=actor)
    return list_id


def test_two_imports_are_undone_one_after_the_other(app: Flask, bob: Person) -> None:
    factories.place()
    first, newer = _take_in(bob, FIRST), _take_in(bob, HEAD + ANA + BO_TURNED_DOWN)
    undo(list_id=newer, actor=bob)
    assert obstacle(list_id=first, actor=bob) is None
    assert undo(list_id=first, actor=bob) == 2
    assert db.session.scalars(sa.select(Candidate)).all() == []
    assert verify(db.session()).differences == []


def test_an_undone_list_comes_in_again_into_jobs_of_its_own(app: Flask, bob: Person) -> None:
    """Its jobs went with it. Another job may have their numbers by now, and must not get its people."""
    factories.place()
    undone = _take_in(bob, FIRST)
    waits = upload(bob, FIRST)
    undo(list_id=undone, actor=bob)
    factories.job("Deckhand")
    for list_id in (waits, upload(bob, FIRST)):
        found = imports.look(list_id=list_id, actor=bob)
        assert found.job_trouble is None
        assert [(job.id, job.title) for job in found.jobs.found.values()] == [(None, "Purser")]


def test_what_an_undone_list_said_comes_in_with_it_again(app: Flask, bob: Person) -> None:
    factories.place()
    _take_in(bob, FIRST)
    undo(list_id=_take_in(bob, HEAD + ANA + BO_TURNED_DOWN), actor=bob)
    assert _row("2").status is Status.ACTIVE
    _take_in(bob, HEAD + ANA + BO_TURNED_DOWN)
    assert _row("2").status is Status.REJECTED


def test_an_import_that_was_worked_on_cannot_be_undone(app: Flask, bob: Person, charlie: Person) -> None:
    factories.place()
    list_id = upload(bob, FIRST)
    imports.keep(list_id=list_id, digest=imports.look(list_id=list_id, actor=bob).digest, actor=bob)
    with pytest.raises(NotAllowed):
        undo(list_id=list_id, actor=charlie)
    add_note(actor=bob, application_id=_row("1").id, text="Call her")
    before = everything()
    with pytest.raises(Refused, match="Ana Prieto"):
        undo(list_id=list_id, actor=bob)
    assert everything() == before


def test_somebody_taken_back_in_the_old_system_is_in_the_running_again(app: Flask, bob: Person) -> None:
    factories.place()
    gone = HEAD + ANA + BO_TURNED_DOWN
    bring_in(bob, gone)
    assert _row("2").status is Status.REJECTED
    done = bring_in(bob, FIRST)
    assert done.changed == 1
    row = _row("2")
    assert (row.status, row.cycle) == (Status.ACTIVE, 2)


def test_on_hold_there_and_here_is_one(app: Flask, bob: Person) -> None:
    factories.place()
    bring_in(bob, FIRST)
    row = _row("2")
    change_status(actor=bob, application_id=row.id, status=Status.ON_HOLD, version=row.version)
    done = bring_in(bob, HEAD + ANA + BO)
    assert done.changed == 0
    assert _row("2").status is Status.ON_HOLD


def test_the_same_letters_in_another_form_correct_nobody(app: Flask, bob: Person) -> None:
    """A list saved once more on a Mac: "é" is two characters then, and no message may stop for that."""
    factories.place()
    composed, parted = (HEAD + ANA.replace("e", letter, 1) for letter in ("\u00e9", "e\u0301"))
    bring_in(bob, composed)
    done = bring_in(bob, parted)
    assert (done.created, done.changed) == (0, 0)
    person = _row("1").candidate
    assert (person.name, person.version) == ("Ana Pri\u00e9to", 1)


@pytest.mark.parametrize("how", ["rule", "log"])
def test_whoever_is_here_already_can_be_said_to_know_by_the_next_list(
    app: Flask, bob: Person, how: str
) -> None:
    factories.place()
    turned_down = HEAD + ANA + BO_TURNED_DOWN
    bring_in(bob, turned_down)
    rule, log = Told(states={"rejected": "2026-03-25"}), Told(log={"bo@post.example": "2026-03-25"})
    told = rule if how == "rule" else log
    done = bring_in(bob, turned_down, told=told)
    assert (done.created, done.changed) == (0, 1)
    assert _row("2").told_at is not None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OwedAnswer)) == 1  # she who still waits
    assert bring_in(bob, turned_down, told=told).changed == 0
    assert bring_in(bob, turned_down).changed == 0
    assert _row("2").told_at is not None
    assert verify(db.session()).differences == []


def test_whoever_stands_in_a_row_that_cannot_be_read_is_not_gone(app: Flask, bob: Person) -> None:
    factories.place()
    bring_in(bob, FIRST)
    damaged = HEAD + ANA + BO.replace("bo@post.example", "bo post.example")
    found = imports.look(list_id=upload(bob, damaged), actor=bob)
    assert (found.bad, found.compared.gone) == (1, ())
