"""What somebody has had from us: in all their applications, the latest first, and nothing of anybody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.domain.errors import NotAllowed
from employer_app.domain.event import EventKind
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Application, Message
from employer_app.queries.received import received
from tests import factories
from tests.actions.mail import queue

pytestmark = pytest.mark.both


def person_of(application: int) -> int:
    return db.session.scalars(sa.select(Application.candidate_id).where(Application.id == application)).one()


def test_messages_calls_and_letters_of_all_their_applications(app: Flask, bob: Person) -> None:
    first = factories.application(factories.job(), name="Amara Nwosu")
    amara = person_of(first)
    second = factories.application(factories.job("Purser"), candidate_id=amara)
    somebody = factories.application(factories.job("Cook"))
    sent, cancelled = queue(first), queue(second)
    queue(somebody)
    with transaction() as session:
        gone = sa.update(Message).where(Message.id == cancelled)
        session.execute(gone.values(status=MessageStatus.CANCELLED))
    factories.happened(first, EventKind.CALL_LOGGED, ago=timedelta(days=3), tells=False)
    factories.happened(second, EventKind.LETTER_LOGGED, ago=timedelta(days=9), tells=False)
    factories.happened(first, EventKind.NOTE_ADDED, ago=timedelta(days=1))
    found = received(bob, amara)
    assert [(one.what, one.message_id, one.application_id) for one in found[1:]] == [
        ("call.logged", None, first),
        ("letter.logged", None, second),
    ]
    assert (found[0].message_id, found[0].status) == (sent, MessageStatus.QUEUED)
    assert found[0].subject


def test_only_the_latest_are_given(app: Flask, bob: Person) -> None:
    application = factories.application(factories.job())
    for days in range(1, 9):
        factories.happened(application, EventKind.CALL_LOGGED, ago=timedelta(days=days), tells=False)
    found = received(bob, person_of(application))
    assert len(found) == 5
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert len(received(bob, person_of(application), limit=2)) == 2


def test_whoever_may_not_read_gets_nothing(app: Flask, charlie: Person) -> None:
    application = factories.application(factories.job())
    with pytest.raises(NotAllowed):
        received(charlie, person_of(application))
