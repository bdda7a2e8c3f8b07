"""The picture: everybody in exactly one bucket, and every way of parting those who wait adds up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.picture import (
    ENDED,
    GRAVE,
    RULES,
    WAITING,
    Bucket,
    Cell,
    Mark,
    Picture,
    Wait,
    When,
    bucket_of,
    wait_of,
)

AT = datetime(2026, 11, 18, 9, 42, tzinfo=UTC)
MARKS = st.frozensets(st.sampled_from(Mark))
SINCE = st.datetimes(datetime(2020, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def cell(bucket: Bucket, people: int, *, when: When, wait: Wait, late: bool, since: datetime) -> Cell:
    waits = bucket in WAITING
    return Cell(bucket, when if waits else None, wait if waits else None, late and waits, people, since)


CELLS = st.lists(
    st.builds(
        cell,
        st.sampled_from(Bucket),
        st.integers(1, 900),
        when=st.sampled_from(When),
        wait=st.sampled_from(Wait),
        late=st.booleans(),
        since=SINCE,
    )
)


@given(MARKS)
def test_whoever_waits_is_in_a_bucket_of_those_who_wait_and_nobody_else_is(marks: frozenset[Mark]) -> None:
    assert (bucket_of(marks) in WAITING) == (Mark.WAITS in marks)


def test_every_bucket_has_one_rule_and_the_last_one_always_fits() -> None:
    assert sorted(bucket for bucket, _ in RULES) == sorted(Bucket)
    assert RULES[-1] == (Bucket.NO_ANSWER_NEEDED, frozenset())
    assert (*WAITING, *ENDED) == tuple(Bucket)


@pytest.mark.parametrize(
    ("marks", "bucket"),
    [
        ({Mark.WAITS}, Bucket.APPLIED),
        ({Mark.WAITS, Mark.INTERVIEWED}, Bucket.INTERVIEWED),
        ({Mark.WAITS, Mark.INTERVIEWED, Mark.FINAL}, Bucket.RUNNER_UP),
        ({Mark.WAITS, Mark.FINAL, Mark.UNTOLD}, Bucket.NOT_TOLD),
        ({Mark.WAITS, Mark.UNTOLD, Mark.UNREACHABLE}, Bucket.NO_ADDRESS),
        ({Mark.WAITS, Mark.UNREACHABLE, Mark.ELSEWHERE}, Bucket.LIVE_ELSEWHERE),
        ({Mark.WAITS, Mark.TOLD, Mark.HIRED}, Bucket.APPLIED),
        ({Mark.ELSEWHERE, Mark.UNREACHABLE, Mark.FINAL, Mark.INTERVIEWED}, Bucket.NO_ANSWER_NEEDED),
        ({Mark.TOLD}, Bucket.ANSWERED),
        ({Mark.TOLD, Mark.TOLD_ELSEWHERE}, Bucket.TOLD_ELSEWHERE),
        ({Mark.TOLD, Mark.WITHDRAWN}, Bucket.WITHDREW),
        ({Mark.TOLD, Mark.HIRED}, Bucket.HIRED),
        (set(), Bucket.NO_ANSWER_NEEDED),
    ],
)
def test_what_must_be_known_before_writing_comes_first(marks: set[Mark], bucket: Bucket) -> None:
    assert bucket_of(marks) is bucket


@given(CELLS)
def test_every_way_of_parting_adds_up(cells: list[Cell]) -> None:
    found = Picture(AT, cells)
    assert found.people == sum(cell.people for cell in cells)
    assert found.people == found.waiting + sum(line.people for line in found.ended)
    assert found.waiting == sum(line.people for line in found.whom)
    assert found.waiting == sum(found.when.values()) == sum(found.wait.values())
    assert found.late == sum(line.late for line in found.whom)
    assert found.old_pile == found.when[When.OLD_PILE] == sum(line.old_pile for line in found.whom)
    assert found.grave == sum(line.late for line in found.whom if line.bucket in GRAVE)
    assert {line.bucket for line in found.whom} == set(WAITING)


@given(CELLS)
def test_the_fullest_bucket_comes_first_and_empty_ones_are_shown(cells: list[Cell]) -> None:
    people = [line.people for line in Picture(AT, cells).whom]
    assert people == sorted(people, reverse=True)
    assert len(people) == len(WAITING)


def test_a_picture_of_nobody_says_nothing_of_anybody() -> None:
    found = Picture(AT, [])
    assert (found.people, found.waiting, found.late, found.grave) == (0, 0, 0, 0)
    assert {line.since for line in (*found.whom, *found.ended)} == {None}


@pytest.mark.parametrize(
    ("days", "wait"),
    [
        (-3, Wait.TWO_WEEKS),
        (0, Wait.TWO_WEEKS),
        (13.99, Wait.TWO_WEEKS),
        (14, Wait.SIX_WEEKS),
        (42, Wait.THREE_MONTHS),
        (89, Wait.THREE_MONTHS),
        (90, Wait.SIX_MONTHS),
        (180, Wait.LONGER),
        (4000, Wait.LONGER),
    ],
)
def test_waits_begin_on_the_day_they_name(days: float, wait: Wait) -> None:
    assert wait_of(AT - timedelta(days=days), AT) is wait
