"""The backlog of a real database against the slow rules, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.domain.duty import Reason
from employer_app.domain.errors import NotAllowed
from employer_app.domain.picture import ENDED, Bucket, When
from employer_app.domain.rescue import Apart, HeapName, Press, span_of
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind, interviewed
from employer_app.domain.status import LIVE
from employer_app.extensions import db
from employer_app.models import Application, OwedAnswer
from employer_app.queries.picture import PersonRow, every_person
from employer_app.queries.rescue import people_of, pile
from tests.queries.crowd import NOW, random_world

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _wednesday(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def by_hand(person: PersonRow) -> Apart | HeapName:
    row = db.session.get_one(Application, person.application_id)
    owed = sa.select(OwedAnswer.reason).where(OwedAnswer.application_id == row.id)
    reasons = db.session.scalars(owed).all()
    if person.bucket in ENDED:
        return Apart(person.bucket.value)
    if not person.late and person.when is not When.OLD_PILE:
        return Apart.NOT_LATE
    if person.bucket in {Bucket.LIVE_ELSEWHERE, Bucket.NO_ADDRESS}:
        return Apart(person.bucket.value)
    if row.status in LIVE and row.depth.depth >= StageKind.OFFER.depth:
        return Apart.OFFERED
    if Reason.PROMISE_DUE in reasons:
        press = Press.PROMISED
    elif row.depth.depth >= StageKind.FINAL.depth:
        press = Press.FINAL
    else:
        press = Press.INTERVIEWED if interviewed(row.depth) else Press.APPLIED
    return HeapName(press, span_of(person.since, NOW))


@pytest.mark.parametrize("seed", range(6))
def test_everybody_is_in_the_one_place_that_the_slow_rules_say(bob: Person, seed: int) -> None:
    random_world(seed)
    slow = Counter(by_hand(person) for person in every_person(bob))
    found = pile(bob)
    fast = Counter({name: heap.people for name, heap in found.heaps.items()})
    fast.update({one: people for one, people in found.apart.items() if people})
    assert fast == slow
    assert found.people == sum(slow.values())
    assert Counter(one.heap for one in people_of(bob, list(found.heaps))) == {
        name: heap.people for name, heap in found.heaps.items()
    }


def test_nobody_without_the_right_sees_a_number(charlie: Person) -> None:
    with pytest.raises(NotAllowed):
        pile(charlie)
    with pytest.raises(NotAllowed):
        people_of(charlie, [])
