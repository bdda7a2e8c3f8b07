"""Any number of merges and un-merges, in any order, alone and at once: every application exactly once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from employer_app.actions.applicants import Arrival, add_applicant
from employer_app.actions.candidates import Details
from employer_app.actions.merges import merge, unmerge
from employer_app.domain.errors import Refused
from employer_app.domain.message import MessageStatus
from employer_app.domain.one_person import Part
from employer_app.domain.role import OPERATOR
from employer_app.extensions import DatabaseTrouble, db
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Candidate, CandidateMerge, Message, MessageApplication
from tests import factories
from tests.actions import mail

PEOPLE, JOBS = 4, 2
people = st.integers(0, PEOPLE - 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), people, people, st.sets(st.sampled_from(Part))),
        st.tuples(st.just("unmerge"), st.integers(0, 5)),
        st.tuples(st.just("apply"), people, st.integers(0, JOBS - 1)),
        st.tuples(st.just("write"), st.integers(0, 9)),
    ),
    max_size=14,
)
Map = dict[int, tuple[int, int]]


def map_of() -> Map:
    """Application to person and round."""
    db.session.rollback()
    query = sa.select(Application.id, Application.candidate_id, Application.round)
    return {each.id: (each.candidate_id, each.round) for each in db.session.execute(query)}


def links() -> set[tuple[int, int]]:
    db.session.rollback()
    query = sa.select(MessageApplication.message_id, MessageApplication.application_id)
    return {(each.message_id, each.application_id) for each in db.session.execute(query)}


class House:
    """Four people in two jobs, and what should be true of them."""

    def __init__(self) -> None:
        factories.empty_database()
        factories.organisation()
        self.jobs = [factories.job(f"Job {number}") for number in range(JOBS)]
        self.people = [factories.candidate(f"Person No. {chr(65 + n)}") for n in range(PEOPLE)]
        for number, one in enumerate(self.people):
            factories.application(self.jobs[number % JOBS], candidate_id=one)
        self.expected = map_of()
        self.links: set[tuple[int, int]] = set()

    def merge(self, one: int, other: int, chosen: set[Part]) -> None:
        kept, merged = (db.session.get_one(Candidate, self.people[each]) for each in (one, other))
        merge(
            actor=OPERATOR,
            kept_id=kept.id,
            merged_id=merged.id,
            kept_version=kept.version,
            merged_version=merged.version,
            chosen=chosen,
            force=True,
        )

    def unmerge(self, which: int) -> None:
        standing = self.standing()
        if which < len(standing):
            row = db.session.get_one(CandidateMerge, standing[which])
            kept = db.session.get_one(Candidate, row.kept_id)
            unmerge(actor=OPERATOR, merge_id=row.id, kept_version=kept.version, force=True)

    def standing(self) -> list[int]:
        db.session.rollback()
        query = sa.select(CandidateMerge.id).where(CandidateMerge.undone_at.is_(None))
        return list(db.session.scalars(query.order_by(CandidateMerge.id)))

    def apply(self, one: int, job: int) -> None:
        """Again, in the second job, or under a record that stands for several."""
        added = add_applicant(
            actor=OPERATOR,
            job_id=self.jobs[job],
            details=Details("Anybody"),
            arrival=Arrival(),
            same_as=self.people[one],
        )
        self.expected[added] = map_of()[added]

    def write(self, which: int) -> None:
        ids = sorted(self.expected)
        try:
            message = mail.queue(ids[which % len(ids)])
        except sa.exc.IntegrityError:
            return  # they have a letter already, under whatever record
        self.links.add((message, ids[which % len(ids)]))

    def check(self) -> None:
        assert map_of().keys() == self.expected.keys()
        assert links() == self.links
        query = sa.select(Message.id).join(MessageApplication).join(Application)
        assert not db.session.scalars(query.where(Message.candidate_id != Application.candidate_id)).all()
        assert verify(db.session()).differences == []


def played(taken: list[tuple[object, ...]]) -> None:
    house = House()
    for name, *arguments in taken:
        db.session.rollback()
        db.session.expire_all()
        try:
            getattr(house, str(name))(*arguments)
        except Refused:
            continue
    house.check()
    reviewed = {message for message, _ in house.links}
    for message in sorted(reviewed):
        mail.hand_over(message)
    for merge_id in reversed(house.standing()):
        db.session.expire_all()
        house.unmerge(house.standing().index(merge_id))
    house.check()
    assert map_of() == house.expected
    left = sa.select(sa.func.count()).select_from(Candidate).where(Candidate.merged_into_id.is_not(None))
    assert db.session.scalar(left) == 0
    statuses = set(db.session.scalars(sa.select(Message.status)))
    assert statuses <= {MessageStatus.HELD, MessageStatus.HANDING_OVER}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_all_can_be_put_back_as_it_was(app: Flask, taken: list[tuple[object, ...]]) -> None:
    played(taken)


@pytest.mark.both
def test_a_chain_of_merges_is_put_back_on_both_databases(app: Flask) -> None:
    chain = [("merge", to, one, {Part.NAME, Part.ADDRESS}) for one, to in pairwise(range(PEOPLE))]
    before = [("write", 0), ("merge", 1, 0, set()), ("unmerge", 0)]
    after = [("apply", 0, 1), ("apply", 3, 0), ("write", 1), ("unmerge", 0), ("write", 3), ("unmerge", 2)]
    played([*before, *chain, *after, ("merge", 0, 3, {Part.PHONE})])


@pytest.mark.both
def test_people_who_merge_the_same_people_at_once_get_one_answer_each(app: Flask) -> None:
    """Each pair both ways round, by four at once: no deadlock, and every refusal is in words."""
    house = House()
    db.session.remove()
    start = Barrier(4)

    def merges(worker: int) -> list[str]:
        said = []
        start.wait()
        with app.app_context():
            for turn in range(12):
                one, other = (worker + turn) % PEOPLE, (worker * 3 + turn * 2 + 1) % PEOPLE
                try:
                    if turn % 3 == 2:
                        house.unmerge(0)
                    else:
                        house.merge(one, other, {Part.NAME})
                except Refused as refused:
                    said.append(str(refused))
                except DatabaseTrouble as trouble:
                    if "database is locked" not in str(trouble):
                        raise
                finally:
                    db.session.rollback()
                    db.session.expire_all()
        return said

    with ThreadPoolExecutor(4) as pool:
        found = [each.result() for each in [pool.submit(merges, number) for number in range(4)]]
    assert all(found)
    assert all(words.endswith(".") for said in found for words in said)
    house.check()
    for merge_id in reversed(house.standing()):
        db.session.expire_all()
        house.unmerge(house.standing().index(merge_id))
    assert map_of() == house.expected
