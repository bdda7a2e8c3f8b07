"""The outbox as it is read: a number and the list behind it are the same messages."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.domain.clock import now
from employer_app.domain.errors import NotAllowed, NotFound
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import transaction
from employer_app.models import Message
from employer_app.queries.boxes import STATES, Box, box_counts
from employer_app.queries.messages import message_counts, messages
from employer_app.queries.one_message import message
from tests import factories
from tests.actions.mail import queue

pytestmark = pytest.mark.both

WHERE: dict[MessageStatus, dict[str, object]] = {
    MessageStatus.HELD: {"held_because": "The name was changed."},
    MessageStatus.QUEUED: {},
    MessageStatus.CLAIMED: {"lease_until": now(), "claim_token": "x.y"},
    MessageStatus.HANDING_OVER: {"fenced_at": now(), "lease_until": now(), "claim_token": "x.y"},
    MessageStatus.ACCEPTED: {"fenced_at": now()},
    MessageStatus.FAILED: {},
    MessageStatus.UNCERTAIN: {"fenced_at": now()},
    MessageStatus.CANCELLED: {},
}


@pytest.fixture
def ids(app: Flask) -> dict[MessageStatus, int]:
    """One message in every state; the failed one has left its person waiting."""
    job = factories.job()
    found = {}
    for status, values in WHERE.items():
        application = factories.application(job)
        found[status] = queue(application)
        with transaction() as session:
            row = sa.update(Message).where(Message.id == found[status])
            session.execute(row.values(status=status, **values))
        if status is MessageStatus.FAILED:
            factories.happened(application, EventKind.MESSAGE_FAILED, message_id=found[status])
    return found


def test_every_state_is_in_one_view(bob: Person, ids: dict[MessageStatus, int]) -> None:
    seen = {box: {row.id for row in messages(bob, box).rows} for box in Box}
    assert sorted(one for box in STATES for one in seen[box]) == sorted(ids.values()) == sorted(seen[Box.ALL])
    assert seen[Box.OPEN] == set(ids.values()) - seen[Box.SENT] - seen[Box.CANCELLED]
    assert seen[Box.QUEUED] == {ids[MessageStatus.QUEUED], ids[MessageStatus.CLAIMED]}


def test_number_of_a_view_is_the_length_of_its_list(bob: Person, ids: dict[MessageStatus, int]) -> None:
    counts = box_counts(bob)
    assert {box: counts.of(box) for box in Box} == {box: messages(bob, box).total for box in Box}
    assert sum(message_counts(bob).values()) == len(ids)


def test_failure_that_was_made_good_needs_nobody(bob: Person, ids: dict[MessageStatus, int]) -> None:
    (about,) = message(bob, ids[MessageStatus.FAILED]).about
    assert messages(bob, Box.FAILED).total == 1
    factories.happened(about.application_id, EventKind.CALL_LOGGED, ago=timedelta(0), tells=False)
    assert messages(bob, Box.FAILED).total == 0
    assert [row.id for row in messages(bob, Box.MADE_GOOD).rows] == [ids[MessageStatus.FAILED]]
    assert message(bob, ids[MessageStatus.FAILED]).owed is False


def test_pages_hold_each_message_once(bob: Person, ids: dict[MessageStatus, int]) -> None:
    seen, before = [], None
    while True:
        page = messages(bob, before=before, limit=3)
        seen += [row.id for row in page.rows]
        before = page.next_before
        if before is None:
            break
    assert seen == sorted(ids.values(), reverse=True)


def test_stranger_sees_nothing(charlie: Person, bob: Person, app: Flask) -> None:
    for read in (box_counts, messages, message_counts):
        with pytest.raises(NotAllowed):
            read(charlie)  # type: ignore[operator]
    with pytest.raises(NotFound):
        message(bob, 1)
