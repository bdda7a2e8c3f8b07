"""The check before sending: what it finds of a person, one fix for all, and that nobody is asked twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import candidates, plans
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.preflight import Check
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Application, Candidate, PlanItem
from employer_app.models.plan import PlanAction
from employer_app.queries.plans import found, seen_before
from tests import factories

pytestmark = pytest.mark.both


@pytest.fixture
def job(app: Flask) -> int:
    return factories.job("Store Colleague")


def close_out(job: int, bob: Person) -> int:
    return plans.start_close_out(job_id=job, cause=Cause.FILLED, actor=bob)


def kinds(bob: Person, plan: int) -> dict[Check, list[str]]:
    db.session.rollback()
    return {one.check: [name for _, name in one.people] for one in found(bob, plan)}


def skips(plan: int) -> dict[str, str]:
    db.session.rollback()
    query = sa.select(PlanItem.name, PlanItem.skip_reason)
    return {
        row.name: row.skip_reason
        for row in db.session.execute(
            query.where(PlanItem.plan_id == plan, PlanItem.action == PlanAction.SKIP)
        )
    }


def test_each_kind_is_found_of_those_it_is_about(bob: Person, job: int) -> None:
    factories.application(job, name="Rania Khoury")
    factories.application(job, name=bob.name)
    factories.application(job, name="JONAS LIND")
    for address in ("a1@post.example", "a2@post.example"):
        factories.application(job, name="Mara Olsen", address=address)
    factories.candidate("Someone Else", "family@post.example")
    factories.application(job, name="Iris Okafor", address="family@post.example")
    heard = factories.application(job, name="Kofi Mensah")
    with transaction() as session:
        row = session.get_one(Application, heard)
        row.last_contact_at = now() - timedelta(hours=3)
    assert kinds(bob, close_out(job, bob)) == {
        Check.NAME: ["JONAS LIND"],
        Check.COLLEAGUE: [bob.name],
        Check.SHARED_ADDRESS: ["Iris Okafor"],
        Check.SAME_NAME: ["Mara Olsen", "Mara Olsen"],
        Check.HEARD_LATELY: ["Kofi Mensah"],
    }


def test_columns_that_slipped_by_a_row_stop_whom_they_hit(bob: Person, job: int) -> None:
    """The trap: names sorted, addresses not."""
    people = ["Anna Keller", "Bela Novak", "Chiara Rossi", "Dov Adler"]
    addresses = [f"{name.lower().replace(' ', '.')}@post.example" for name in people]
    for name, address in zip(people, addresses[1:] + addresses[:1], strict=True):
        factories.application(job, name=name, address=address)
    factories.application(job, name="Elif Santos", address="elif.santos@post.example")
    stopped = skips(close_out(job, bob))
    assert sorted(stopped) == people
    assert set(stopped.values()) == {
        "The name fits the address of somebody else here. The names or addresses slipped by a row."
    }


def test_one_name_at_anothers_address_is_only_looked_at(bob: Person, job: int) -> None:
    factories.application(job, name="Anna Keller", address="sunny77@post.example")
    factories.application(job, name="Bela Novak", address="anna.keller@post.example")
    for _ in range(4):
        factories.application(job)
    plan = close_out(job, bob)
    assert kinds(bob, plan) == {Check.OTHERS_ADDRESS: ["Anna Keller"]}
    assert skips(plan) == {}


def test_whoever_wrote_to_us_unread_gets_nothing(bob: Person, job: int) -> None:
    one = factories.application(job, name="Rania Khoury")
    with transaction() as session:
        session.get_one(Application, one).unread_since = now()
    assert skips(close_out(job, bob)) == {
        "Rania Khoury": "Wrote to us, and nobody has read it. Read it first."
    }


def test_right_as_it_is_is_remembered_until_the_record_changes(bob: Person, job: int) -> None:
    someone = factories.candidate("JONAS LIND")
    factories.application(job, candidate_id=someone)
    plan = close_out(job, bob)
    assert plans.right_as_it_is(plan_id=plan, check=Check.NAME, actor=bob) == 1
    assert kinds(bob, plan) == kinds(bob, close_out(job, bob)) == {}
    assert seen_before(bob, plan) == {Check.NAME: 1}
    row = db.session.get_one(Candidate, someone)
    details = replace(candidates.details_of(row), name="JONAS LINDH")
    candidates.edit_person(actor=bob, candidate_id=someone, details=details, version=row.version)
    assert kinds(bob, close_out(job, bob)) == {Check.NAME: ["JONAS LINDH"]}


def test_somebody_can_be_asked_about_again(bob: Person, job: int) -> None:
    factories.application(job, name="JONAS LIND")
    plan = close_out(job, bob)
    plans.right_as_it_is(plan_id=plan, check=Check.NAME, actor=bob)
    with pytest.raises(Changed):
        plans.right_as_it_is(plan_id=plan, check=Check.NAME, actor=bob)
    plans.ask_again(plan_id=plan, check=Check.NAME, actor=bob)
    assert kinds(bob, plan) == {Check.NAME: ["JONAS LIND"]}


def test_leaving_out_all_of_a_kind_leaves_the_rest(bob: Person, job: int) -> None:
    for name in ("JONAS LIND", "KAJA MOREAU", "Rania Khoury"):
        factories.application(job, name=name)
    plan = close_out(job, bob)
    assert plans.leave_out_all(plan_id=plan, check=Check.NAME, rule="", actor=bob) == 2
    assert kinds(bob, plan) == {}
    assert skips(plan) == dict.fromkeys(("JONAS LIND", "KAJA MOREAU"), "You left this person out.")


def test_what_is_about_the_message_is_never_right_once_and_for_all(bob: Person, job: int) -> None:
    one = factories.application(job)
    with transaction() as session:
        session.get_one(Application, one).last_contact_at = now()
    plan = close_out(job, bob)
    with pytest.raises(Refused):
        plans.right_as_it_is(plan_id=plan, check=Check.HEARD_LATELY, actor=bob)


def test_only_its_author_mends_a_list(bob: Person, alice: Person, charlie: Person, job: int) -> None:
    factories.application(job, name="JONAS LIND")
    plan = close_out(job, bob)
    with pytest.raises(NotFound):
        plans.right_as_it_is(plan_id=plan, check=Check.NAME, actor=alice)
    with pytest.raises(NotAllowed):
        plans.leave_out_all(plan_id=plan, check=Check.NAME, rule="", actor=charlie)
    assert kinds(bob, plan) == {Check.NAME: ["JONAS LIND"]}
