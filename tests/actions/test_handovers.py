"""Owed answers change hands: all or none, back again as they were, and no message is stopped by it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions import handovers
from employer_app.actions.applications import set_owner
from employer_app.actions.handovers import hand_over, hand_over_all, take_back
from employer_app.actions.users import set_active
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.handover import OwnerChange, standing
from employer_app.domain.role import Person, Role
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Handover, Job, OwedAnswer
from employer_app.queries.handovers import last_changes, left_behind
from tests import factories
from tests.actions import mail

pytestmark = pytest.mark.both


@pytest.fixture
def dora(app: Flask) -> Person:
    """Another recruiter."""
    return factories.person("Dora Lindqvist", "dora@team.example", Role.RECRUITER)


def owned(person: Person | None, job: int | None = None, **fields: object) -> int:
    someone = factories.application(job or factories.job(), received=timedelta(days=40), **fields)  # type: ignore[arg-type]
    if person is not None:
        set_owner(actor=person, application_ids=[someone], owner_id=person.user_id)
    return someone


def own_owners(*ids: int) -> list[int | None]:
    db.session.rollback()
    rows = dict(db.session.execute(sa.select(Application.id, Application.owner_id)).all())  # type: ignore[arg-type]
    return [rows[one] for one in ids]


def everything() -> tuple[object, ...]:
    """Whatever a refusal must leave as it is."""
    db.session.rollback()
    rows = sa.select(Application.id, Application.owner_id, Application.version, Application.event_seq)
    jobs = sa.select(Job.id, Job.owner_id, Job.version)
    made = sa.select(sa.func.count()).select_from(Handover)
    return (
        db.session.execute(rows.order_by(Application.id)).all(),
        db.session.execute(jobs.order_by(Job.id)).all(),
        db.session.scalar(made),
    )


def test_those_handed_over_are_owed_by_the_colleague_and_no_message_is_stopped(
    app: Flask, bob: Person, dora: Person
) -> None:
    one, other, left = owned(bob), owned(bob), owned(bob)
    message = mail.queue(one)
    done = hand_over(actor=bob, seen=_seen(bob, one, other), to_id=_id(dora), note=" I am\naway\0. ")
    assert (done.people, done.to, done.left) == (2, "Dora Lindqvist", 0)
    assert own_owners(one, other, left) == [dora.user_id, dora.user_id, bob.user_id]
    debts = sa.select(OwedAnswer.owner_id).where(OwedAnswer.application_id.in_([one, other]))
    assert set(db.session.scalars(debts)) == {dora.user_id}
    assert set(db.session.scalars(sa.select(Application.version))) == {1}
    change = last_changes(dora, [one])[one]
    assert (change.by, change.note, change.owner_id) == ("Bob Adeyemi", "I am away .", dora.user_id)
    assert verify(db.session()).differences == []
    assert mail.hand_over(message)


def test_whoever_has_them_already_is_not_written_down_again(app: Flask, bob: Person) -> None:
    someone = owned(bob)
    before = everything()
    done = hand_over(actor=bob, seen=_seen(bob, someone), to_id=_id(bob))
    assert (done.id, done.people) == (None, 0)
    assert everything() == before


def test_the_owner_of_the_job_counts_where_there_is_no_own_one(app: Flask, bob: Person, dora: Person) -> None:
    someone = owned(None, factories.job(owner_id=bob.user_id))
    with pytest.raises(Changed):
        hand_over(actor=bob, seen={someone: None}, to_id=_id(dora))
    done = hand_over(actor=bob, seen={someone: bob.user_id}, to_id=_id(dora))
    assert own_owners(someone) == [dora.user_id]
    assert done.id is not None
    take_back(actor=bob, handover_id=done.id)
    assert own_owners(someone) == [None]


def test_one_that_changed_hands_meanwhile_keeps_all_where_they_are(
    app: Flask, alice: Person, bob: Person, dora: Person
) -> None:
    one, other = owned(bob), owned(bob, name="Amara Nwosu")
    set_owner(actor=alice, application_ids=[other], owner_id=alice.user_id)
    before = everything()
    with pytest.raises(Changed, match=r"Amara Nwosu changed hands .* \(now with Alice Moreau\)"):
        hand_over(actor=bob, seen=_seen(bob, one, other), to_id=_id(dora))
    assert everything() == before


@pytest.mark.parametrize("note", ["x" * 501, "é" * 501])
def test_a_note_is_a_line(app: Flask, bob: Person, dora: Person, note: str) -> None:
    someone = owned(bob)
    before = everything()
    with pytest.raises(Refused, match="Shorten it"):
        hand_over(actor=bob, seen=_seen(bob, someone), to_id=_id(dora), note=note)
    assert everything() == before


def test_only_to_somebody_who_could_answer_and_only_people_who_exist(
    app: Flask, alice: Person, bob: Person, dora: Person, charlie: Person
) -> None:
    someone = owned(bob)
    set_active(actor=alice, user_id=_id(dora), active=False)
    before = everything()
    for stranger in (_id(dora), _id(charlie), 0, 2**31 - 1):
        with pytest.raises(Refused, match="not on the team"):
            hand_over(actor=bob, seen=_seen(bob, someone), to_id=stranger)
    with pytest.raises(NotFound):
        hand_over(actor=bob, seen={someone: bob.user_id, 2**31 - 1: None}, to_id=_id(alice))
    with pytest.raises(Refused, match="Nobody is selected"):
        hand_over(actor=bob, seen={}, to_id=_id(alice))
    with pytest.raises(Refused, match="Do it in parts"):
        hand_over(actor=bob, seen=dict.fromkeys(range(1, 5002)), to_id=_id(alice))
    assert everything() == before


def test_nobody_without_the_right_hands_anything_over(app: Flask, bob: Person, charlie: Person) -> None:
    someone = owned(bob)
    made = hand_over(actor=bob, seen=_seen(bob, someone), to_id=_id(bob)).id
    before = everything()
    with pytest.raises(NotAllowed):
        hand_over(actor=charlie, seen=_seen(bob, someone), to_id=_id(bob))
    with pytest.raises(NotAllowed):
        take_back(actor=charlie, handover_id=made or 1)
    with pytest.raises(NotAllowed):
        hand_over_all(actor=bob, from_id=_id(charlie), to_id=_id(bob))
    assert everything() == before


def test_taken_back_it_is_as_it_was_for_those_who_did_not_go_on(
    app: Flask, alice: Person, bob: Person, dora: Person
) -> None:
    mine, nobodys, went_on = owned(bob), owned(None), owned(bob)
    seen = {mine: bob.user_id, nobodys: None, went_on: bob.user_id}
    made = hand_over(actor=bob, seen=seen, to_id=_id(dora), note="For a week")
    set_owner(actor=alice, application_ids=[went_on], owner_id=alice.user_id)
    set_owner(actor=alice, application_ids=[went_on], owner_id=dora.user_id)
    back = take_back(actor=bob, handover_id=made.id or 0)
    assert (back.people, back.kept) == (2, 1)
    assert own_owners(mine, nobodys, went_on) == [bob.user_id, None, dora.user_id]
    assert last_changes(bob, [mine, nobodys]) == {mine: last_changes(bob, [mine])[mine]}
    assert last_changes(bob, [mine])[mine].handover_id is None
    assert verify(db.session()).differences == []
    before = everything()
    with pytest.raises(Refused, match="taken back already"):
        take_back(actor=bob, handover_id=made.id or 0)
    assert everything() == before


def test_only_who_did_it_and_an_administrator_take_it_back(
    app: Flask, alice: Person, bob: Person, dora: Person
) -> None:
    someone = owned(bob)
    made = hand_over(actor=bob, seen=_seen(bob, someone), to_id=_id(dora)).id or 0
    before = everything()
    for stranger, number in ((dora, made), (bob, made + 1)):
        with pytest.raises(NotFound):
            take_back(actor=stranger, handover_id=number)
    assert everything() == before
    assert take_back(actor=alice, handover_id=made).people == 1


def test_the_note_before_counts_again_when_the_next_was_taken_back() -> None:
    at = factories.now()
    first = OwnerChange(2, at, "Bob", "first", handover_id=1, from_owner_id=1)
    second = OwnerChange(3, at, "Dora", "second", handover_id=2, from_owner_id=2)
    assert standing([]) is None
    assert standing([first, second]) is second
    assert standing([first, second, OwnerChange(2, at, taken_back=2)]) is first
    assert standing([first, OwnerChange(1, at, taken_back=1)]) is None
    assert standing([first, OwnerChange(1, at, taken_back=9)]) is first


def test_all_that_somebody_left_behind_goes_in_one_step_with_their_jobs(
    app: Flask, alice: Person, bob: Person, dora: Person
) -> None:
    job, other_job = factories.job(owner_id=bob.user_id), factories.job()
    of_job, own, with_own = owned(None, job), owned(bob, other_job), owned(alice, job)
    old = owned(bob, other_job)
    with transaction() as session:
        session.execute(sa.update(Application).where(Application.id == old).values(old_pile=True))
    assert left_behind(alice) == {}
    set_active(actor=alice, user_id=_id(bob), active=False)
    assert left_behind(alice) == {bob.user_id: 2}
    done = hand_over_all(actor=alice, from_id=_id(bob), to_id=_id(dora))
    assert (done.people, done.left) == (2, 0)
    assert own_owners(of_job, own, with_own, old) == [
        dora.user_id,
        dora.user_id,
        alice.user_id,
        bob.user_id,
    ]
    jobs = dict(db.session.execute(sa.select(Job.id, Job.owner_id)).all())  # type: ignore[arg-type]
    assert jobs == {job: dora.user_id, other_job: None}
    assert left_behind(alice) == {}
    assert verify(db.session()).differences == []
    again = hand_over_all(actor=alice, from_id=_id(bob), to_id=_id(dora))
    assert (again.id, again.people) == (None, 0)
    assert take_back(actor=alice, handover_id=done.id or 0).people == 2
    assert own_owners(of_job, own) == [None, bob.user_id]
    db.session.rollback()
    assert db.session.get_one(Job, job, populate_existing=True).owner_id == bob.user_id


def test_more_than_fit_in_one_press_are_counted_and_go_with_the_next(
    app: Flask, alice: Person, bob: Person, dora: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handovers, "MOST_AT_ONCE", 2)
    people = [owned(bob) for _ in range(5)]
    done = [hand_over_all(actor=alice, from_id=_id(bob), to_id=_id(dora)) for _ in range(3)]
    assert [(one.people, one.left) for one in done] == [(2, 3), (2, 1), (1, 0)]
    assert set(own_owners(*people)) == {dora.user_id}


def test_all_of_somebody_goes_to_somebody_else_who_is_there(app: Flask, alice: Person, bob: Person) -> None:
    owned(bob)
    before = everything()
    for from_id, to_id, error in (
        (_id(bob), _id(bob), Refused),
        (2**31 - 1, _id(bob), NotFound),
        (_id(bob), 0, Refused),
    ):
        with pytest.raises(error):
            hand_over_all(actor=alice, from_id=from_id, to_id=to_id)
    assert everything() == before


def test_two_who_hand_over_the_same_at_once_do_not_undo_each_other(
    app: Flask, alice: Person, bob: Person, dora: Person
) -> None:
    people = [owned(bob) for _ in range(20)]
    seen = _seen(bob, *people)
    ends: list[object] = []
    start = threading.Barrier(2)

    def press(to: Person) -> None:
        with app.app_context():
            start.wait(10)
            try:
                ends.append(hand_over(actor=bob, seen=seen, to_id=_id(to)).people)
            except Changed:
                ends.append("changed")
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=press, args=(one,)) for one in (alice, dora)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, ends)) == ["20", "changed"]
    assert len(set(own_owners(*people))) == 1


def _seen(owner: Person, *ids: int) -> Mapping[int, int | None]:
    return dict.fromkeys(ids, owner.user_id)


def _id(person: Person) -> int:
    assert person.user_id is not None
    return person.user_id
