"""Who on a list is known already: nobody comes in twice, and nobody is taken for somebody else."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.applicants import Arrival, add_applicant
from employer_app.actions.candidates import Details
from employer_app.actions.imports import lists as imports
from employer_app.actions.imports.judging import read
from employer_app.actions.imports.look import look_at
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.columns import Field
from employer_app.domain.clock import now
from employer_app.domain.errors import Refused
from employer_app.domain.role import Person
from employer_app.domain.sample import sample_list
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import (
    Application,
    Candidate,
)
from tests import factories
from tests.actions.lists import LIST, bring_in, everything, people, the, upload

pytestmark = pytest.mark.both


def test_the_same_file_twice_changes_nothing(app: Flask, bob: Person) -> None:  # fault 53
    job = factories.job()
    bring_in(bob, sample_list(now().date()), job, good_only=True)
    before = everything()
    again = bring_in(bob, sample_list(now().date()), job, good_only=True)
    assert (again.rows, again.created, again.already_here, again.bad, again.duplicates) == (412, 0, 410, 1, 1)
    assert everything() == before


def test_known_people_are_looked_up_by_what_the_list_says(app: Flask, bob: Person) -> None:
    # everybody in the database read once for each part of a list
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses by what is in its tables, and here is next to nothing")
    job, asked = factories.job(), list[tuple[str, tuple[str, ...]]]()
    bring_in(bob, LIST, job)

    def note(
        _connection: object, _cursor: object, statement: str, parameters: tuple[str, ...], *_: object
    ) -> None:
        if "json_each" in statement:
            asked.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    bring_in(bob, LIST, job)
    sa.event.remove(db.engine, "before_cursor_execute", note)
    plans = [
        db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        for statement, parameters in asked
    ]
    used = {step.detail for plan in plans for step in plan if "candidate" in step.detail}
    assert used == {
        f"SEARCH candidate USING INDEX ix_candidate_{name} ({name}=?)"
        for name in ("address_key", "second_address_key")
    }


def test_two_namesakes_without_an_address_stay_two_when_the_list_comes_again(app: Flask, bob: Person) -> None:
    job = factories.job()
    text = "Name,Email\nJo Park,\nJo Park,\nAna Prieto,ana@post.example\n"
    assert bring_in(bob, text, job).created == 3
    assert bring_in(bob, text, job).already_here == 3
    assert bring_in(bob, text + "Jo Park,\n", job).created == 1


def test_a_person_whose_address_was_corrected_here_is_known_by_the_number(app: Flask, bob: Person) -> None:
    job = factories.job()
    bring_in(bob, LIST, job)
    with transaction() as session:
        for name, address in (
            ("Ana Prieto", "ana.prieto@post.example"),
            ("Chidi Okeke", "chidi@post.example"),
        ):
            session.execute(
                sa.update(Candidate)
                .where(Candidate.name == name)
                .values(address=address, address_key=address)
            )
    assert bring_in(bob, LIST, job).already_here == 3
    assert len(people()) == 3


def test_a_known_person_comes_into_another_job_without_being_made_twice(app: Flask, bob: Person) -> None:
    bring_in(bob, LIST, factories.job("Deck Officer"))
    second = factories.job("Purser")
    text = "Name,Email\nPRIETO Ana,ANA@post.example\nDora Vos,dora@post.example\n"
    assert bring_in(bob, text, second).created == 2
    assert len(people()) == 4
    ana = the(Candidate, address="ana@post.example")
    assert ana.name == "Ana Prieto"  # what we have stays
    jobs = sa.select(Application.job_id).where(Application.candidate_id == ana.id)
    assert len(set(db.session.scalars(jobs))) == 2


def test_a_person_is_known_by_a_second_address_too(app: Flask, bob: Person) -> None:
    factories.candidate("Ana Prieto", "ana@post.example", second_address_key="ana@work.example")
    assert bring_in(bob, "Name,Email\nAna Prieto,ana@work.example\n", factories.job()).created == 1
    assert len(people()) == 1


def test_one_person_under_two_addresses_comes_in_once(app: Flask, bob: Person) -> None:
    factories.candidate("Ana Prieto", "ana@post.example", second_address_key="ana@work.example")
    text = "Name,Email\nAna Prieto,ana@post.example\nAna Prieto,ana@work.example\n"
    job = factories.job()
    done = bring_in(bob, text, job)
    assert (done.rows, done.created, done.duplicates) == (2, 1, 1)
    again = bring_in(bob, text, job)
    assert (again.already_here, again.duplicates, again.created) == (1, 1, 0)


def test_an_address_known_under_another_name_is_a_bad_row(app: Flask, bob: Person) -> None:  # attack 52
    factories.candidate("Eero Laine", "laine@post.example")
    job = factories.job()
    text = "Name,Email\nAino Laine,laine@post.example\nBo Lind,bo@post.example\n"
    found = look_at(read(text.encode(), "x.csv"), ListChoices(job_id=job), actor=bob)
    assert [(row.row, row.problems[0].field) for row in found.bad_rows] == [(2, Field.ADDRESS)]
    assert "Eero Laine" in found.bad_rows[0].problems[0].message
    assert [row[2:4] for row in found.bad_rows_table()[1]] == [("Aino Laine", "laine@post.example")]
    before = everything()
    with pytest.raises(Refused, match="1 row of 2 cannot be imported"):
        bring_in(bob, text, job)
    assert everything() == before
    assert bring_in(bob, text, job, good_only=True).created == 1


def test_two_people_we_know_at_one_address_are_not_guessed_at(app: Flask, bob: Person) -> None:
    factories.candidate("A. Laine", "laine@post.example")
    factories.candidate("Aino Laine", "laine@post.example")
    job = factories.job()
    assert bring_in(bob, "Name,Email\nAino Laine,laine@post.example\n", job).created == 1
    with pytest.raises(Refused, match="cannot be imported"):
        bring_in(bob, "Name,Email\nLaine,laine@post.example\n", job)


def test_people_of_the_demo_are_not_known_to_a_real_job(app: Flask, bob: Person) -> None:
    factories.candidate("Ana Prieto", "ana@post.example", demo=True)
    bring_in(bob, LIST, factories.job())
    rows = db.session.execute(sa.select(Candidate.demo).where(Candidate.address == "ana@post.example"))
    assert sorted(rows.scalars()) == [False, True]


def at_once(app: Flask, *acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads of their own, as far at the same time as the database lets them."""
    start, results = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            start.wait(30)
            try:
                results.append(act())
            except Refused as refused:
                results.append(refused)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_two_confirms_at_once_are_one_import(app: Flask, bob: Person) -> None:
    list_id = upload(bob, job_id=factories.job())
    digest = imports.look(list_id=list_id, actor=bob).digest

    def confirm() -> imports.Imported:
        return imports.keep(list_id=list_id, digest=digest, actor=bob)

    first, second = at_once(app, confirm, confirm)
    assert first == second
    assert isinstance(first, imports.Imported)
    assert first.created == len(people()) == 3
    assert verify(db.session()).differences == []


def test_the_same_people_from_all_sides_at_once_are_made_once(app: Flask, bob: Person) -> None:
    jobs = [factories.job("Deck Officer"), factories.job("Purser"), factories.job("Cook")]
    text = "Name,Email\n" + "".join(f"Person Number{n},p{n}@post.example\n" for n in range(80))

    def by_list(job: int) -> Callable[[], object]:
        return lambda: bring_in(bob, text, job)

    def by_hand() -> object:
        details = Details(name="Person Number7", address="p7@post.example")
        return add_applicant(actor=bob, job_id=jobs[2], details=details, arrival=Arrival())

    results = at_once(app, by_list(jobs[0]), by_list(jobs[1]), by_list(jobs[0]), by_hand)
    assert [result for result in results if isinstance(result, Refused)] == []
    assert len(people()) == 80
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Application)) == 161
    assert verify(db.session()).differences == []
