"""The picture of a real database: the home list's own numbers, and each number the people behind it."""

from __future__ import annotations

from collections import Counter

import pytest
import time_machine
from flask import Flask

from employer_app.actions import old_pile
from employer_app.domain.errors import NotAllowed, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.picture import WAITING, Bucket, Wait, When
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.extensions import db
from employer_app.queries.audit import Figure, audit
from employer_app.queries.owed import Filters, owed_counts
from employer_app.queries.picture import (
    After,
    Of,
    Part,
    every_person,
    picture,
    picture_jobs,
    picture_people,
)
from tests import factories
from tests.queries.crowd import NOW, by_hand, days, decided, random_world

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _wednesday(app: Flask) -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def one_of_each() -> dict[Bucket, int]:
    """By bucket, somebody who is in it; whoever is met elsewhere is an eleventh."""
    job, other = factories.job("Deck Officer"), factories.job("Cook")
    twice = factories.candidate("Bo Lind", "bo@post.example")
    factories.application(other, candidate_id=twice, stage=StageKind.INTERVIEW)
    made = {
        Bucket.LIVE_ELSEWHERE: factories.application(job, candidate_id=twice, received=days(50)),
        Bucket.NO_ADDRESS: factories.application(job, address=None),
        Bucket.RUNNER_UP: factories.application(job, stage=StageKind.FINAL),
        Bucket.INTERVIEWED: factories.application(job, stage=StageKind.INTERVIEW),
    }
    rest = [bucket for bucket in Bucket if bucket not in made]
    made |= {bucket: factories.application(job, received=days(300)) for bucket in rest}
    decided(made[Bucket.NOT_TOLD])
    decided(made[Bucket.TOLD_ELSEWHERE])
    factories.happened(made[Bucket.TOLD_ELSEWHERE], EventKind.TOLD_ELSEWHERE, ago=days(2), tells=True)
    decided(made[Bucket.ANSWERED])
    factories.happened(made[Bucket.ANSWERED], EventKind.CALL_LOGGED, ago=days(2), tells=True)
    decided(made[Bucket.NO_ANSWER_NEEDED], owed=False)
    factories.happened(made[Bucket.WITHDREW], EventKind.STATUS_CHANGED, status="withdrawn")
    factories.happened(made[Bucket.HIRED], EventKind.STATUS_CHANGED, status="hired")
    db.session.rollback()
    return made


def test_everybody_is_in_the_bucket_that_says_what_to_do(bob: Person) -> None:
    made = one_of_each()
    found = {row.application_id: row.bucket for row in every_person(bob)}
    assert {made[bucket]: bucket for bucket in Bucket}.items() <= found.items()
    assert len(found) == len(Bucket) + 1
    lines = picture(bob)
    assert {line.bucket: line.people for line in (*lines.whom, *lines.ended)} == {
        **dict.fromkeys(Bucket, 1),
        Bucket.INTERVIEWED: 2,
    }


def test_a_message_that_may_not_have_arrived_or_a_wish_not_to_be_written_to_is_no_way_to_reach_them(
    bob: Person,
) -> None:
    job = factories.job()
    someone = factories.application(job)
    factories.happened(someone, EventKind.MESSAGE_FAILED, message_id=1)
    factories.application(job, do_not_mail=True)
    assert [row.bucket for row in every_person(bob)] == [Bucket.NO_ADDRESS] * 2


def test_two_applications_of_one_person_that_nobody_looked_at_are_not_live_elsewhere(bob: Person) -> None:
    twice = factories.candidate()
    for title in ("Cook", "Deck Officer"):
        factories.application(factories.job(title), candidate_id=twice)
    assert [row.bucket for row in every_person(bob)] == [Bucket.APPLIED] * 2


def test_whoever_was_hired_for_another_job_is_live_elsewhere_and_who_was_turned_down_is_not(
    bob: Person,
) -> None:
    hired, refused = factories.candidate(), factories.candidate()
    first, second = factories.job("Cook"), factories.job("Deck Officer")
    gone = factories.application(first, candidate_id=hired)
    factories.happened(gone, EventKind.STATUS_CHANGED, status="hired")
    out = factories.application(first, candidate_id=refused, stage=StageKind.INTERVIEW)
    decided(out)
    waiting = {factories.application(second, candidate_id=each): each for each in (hired, refused)}
    found = {waiting[row.application_id]: row.bucket for row in every_person(bob, of=Of(job_id=second))}
    assert found == {hired: Bucket.LIVE_ELSEWHERE, refused: Bucket.APPLIED}


@pytest.mark.parametrize("seed", range(4))
def test_the_picture_is_the_ledgers_own_numbers_in_any_world(bob: Person, seed: int) -> None:
    """One statement says what the slow rules say, and what the home list and the audit count."""
    random_world(seed)
    found = picture(bob)
    counted: Counter[tuple[Bucket, When | None, Wait | None]] = Counter()
    for cell in found.cells:
        counted[cell.bucket, cell.when, cell.wait] += cell.people
    assert counted == by_hand()
    everybody, pile, day = (
        owed_counts(bob),
        owed_counts(bob, Filters(old_pile=True)),
        owed_counts(bob, Filters(old_pile=False)),
    )
    assert found.waiting == everybody.all == audit(bob).counts[Figure.OWED]
    assert found.late == everybody.late
    assert found.when == {
        When.OLD_PILE: pile.all,
        **{When(group): getattr(day, group) for group in ("late", "today", "soon", "later")},
    }


def test_each_number_is_the_length_of_its_list(bob: Person) -> None:
    random_world(9)
    found = picture(bob)
    for line in (*found.whom, *found.ended):
        rows = list(every_person(bob, Part(bucket=line.bucket)))
        assert (len(rows), sum(row.late for row in rows)) == (line.people, line.late)
        assert len(list(every_person(bob, Part(bucket=line.bucket, late=True)))) == line.late
        assert line.since == min((row.since for row in rows), default=None)
    for when, people in found.when.items():
        assert picture_people(bob, Part(when=when)).total == people
    for wait, people in found.wait.items():
        assert picture_people(bob, Part(wait=wait)).total == people
    assert picture_people(bob, Part(waiting=True)).total == found.waiting
    assert picture_people(bob, Part(waiting=True, late=True)).total == found.late
    assert picture_people(bob, Part(grave=True)).total == found.grave
    assert picture_people(bob).total == found.people
    assert {line.id: line.people for line in picture_jobs(bob)} == {
        line.id: picture(bob, Of(job_id=line.id)).waiting for line in picture_jobs(bob)
    }


def test_pages_follow_one_another_with_the_longest_wait_first(bob: Person) -> None:
    job = factories.job()
    ids = [factories.application(job, received=days(n)) for n in (5, 40, 40, 90, 2)]
    first = picture_people(bob, limit=2)
    second = picture_people(bob, after=After.parse(str(first.after)), limit=2)
    last = picture_people(bob, after=second.after, limit=2)
    got = [row.application_id for page in (first, second, last) for row in page.rows]
    assert got == [ids[3], ids[1], ids[2], ids[0], ids[4]]
    assert (first.total, last.after) == (5, None)


@pytest.mark.parametrize("text", ["", "x", "1~", "nan~1", "1e99~1", "1~2~3", "1~" + "9" * 30])
def test_an_address_that_was_cut_is_refused_in_words(text: str) -> None:
    with pytest.raises(Refused):
        After.parse(text)


def test_a_job_has_a_picture_of_its_own(bob: Person) -> None:
    here, there = factories.job("Cook"), factories.job("Deck Officer")
    factories.application(here)
    factories.application(there)
    assert picture(bob, Of(job_id=here)).people == 1
    assert picture(bob, Of(list_id=4711)).people == 0


def test_planning_the_old_pile_moves_them_and_nobody_else(bob: Person) -> None:
    random_world(2)
    before = picture(bob)
    old_pile.plan(actor=bob)
    after = picture(bob)
    assert before.old_pile > 0 == after.old_pile
    assert (before.waiting, before.late, before.whom[0].people) == (
        after.waiting,
        after.late,
        after.whom[0].people,
    )


def test_who_waits_is_the_only_one_with_a_date(bob: Person) -> None:
    one_of_each()
    for row in every_person(bob):
        waits = row.bucket in WAITING
        assert (row.when is not None, row.reason is not None, row.target_at is not None) == (waits,) * 3


@pytest.mark.parametrize(
    "query", [picture, picture_jobs, picture_people, lambda who: list(every_person(who))]
)
def test_somebody_without_a_role_sees_nothing(charlie: Person, query) -> None:
    with pytest.raises(NotAllowed):
        query(charlie)
